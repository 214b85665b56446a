/* SPDX-License-Identifier: MIT */
#include "stored_judge.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static size_t count_lines(const char *text)
{
    size_t lines = 0;
    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

static void complain_of_differences(const char *base, const char *other, const char *differences)
{
    size_t count = count_lines(differences);
    fprintf(stderr, "spbench: %s and %s cannot be compared, %zu fact%s differ%s:\n", base, other, count,
            count == 1 ? "" : "s", count == 1 ? "s" : "");
    for (const char *line = differences; *line; line += strcspn(line, "\n") + 1)
        fprintf(stderr, "  %.*s\n", (int)strcspn(line, "\n"), line);
}

/* "cpu.model: A / B" a line becomes a sentence below the table. */
int spb_stored_note_forced(struct spb_judgement *judgement, const struct spb_strbuf *differences)
{
    struct spb_strbuf text = {0};
    for (const char *line = spb_strbuf_text(differences); *line; line += strcspn(line, "\n") + 1)
        spb_strbuf_printf(&text, "%s%.*s", text.length ? "; " : "", (int)strcspn(line, "\n"), line);
    int code = text.failed ? -ENOMEM
                           : spb_judgement_note(judgement, "Forced, although the machine or the build differs: %s.",
                                                spb_strbuf_text(&text));
    spb_strbuf_release(&text);
    return code;
}

int spb_stored_judge(const struct spb_stored *base, const struct spb_stored *other,
                     const struct spb_compare_options *how, bool force, struct spb_judgement *judgement,
                     struct spb_error *err)
{
    struct spb_strbuf differences = {0};
    int code = spb_compare_stamps(&base->result->stamp, &other->result->stamp, &differences);
    bool differs = code == -EXDEV;
    if (differences.failed)
        code = spb_error_system(err, -ENOMEM, "stamps");
    else if (differs && force)
        code = 0;
    else if (differs)
        complain_of_differences(base->path, other->path, spb_strbuf_text(&differences));
    if (code == 0)
        code = spb_compare_results(base->result, other->result, how, judgement, err);
    if (code == 0 && differs)
        code = spb_stored_note_forced(judgement, &differences);
    if (code == -ENOMEM && err && !*err->text)
        code = spb_error_system(err, code, "the judgement");
    spb_strbuf_release(&differences);
    return code;
}
