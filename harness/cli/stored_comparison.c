/* SPDX-License-Identifier: MIT */
#include "stored_comparison.h"

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

static void complain_of_differences(const char *base_path, const char *path, const char *differences)
{
    size_t count = count_lines(differences);
    fprintf(stderr, "spbench: %s and %s cannot be compared, %zu fact%s differ%s:\n", base_path, path, count,
            count == 1 ? "" : "s", count == 1 ? "s" : "");
    for (const char *line = differences; *line; line += strcspn(line, "\n") + 1)
        fprintf(stderr, "  %.*s\n", (int)strcspn(line, "\n"), line);
}

/* "cpu.model: A / B" a line becomes a sentence below the table. */
static int note_differences(struct spb_judgement *judgement, const char *differences)
{
    struct spb_strbuf text = {0};
    for (const char *line = differences; *line; line += strcspn(line, "\n") + 1)
        spb_strbuf_printf(&text, "%s%.*s", text.length ? "; " : "", (int)strcspn(line, "\n"), line);
    int code = text.failed ? -ENOMEM
                           : spb_judgement_note(judgement, "Forced, although the machine or the build differs: %s.",
                                                spb_strbuf_text(&text));
    spb_strbuf_release(&text);
    return code;
}

int spb_stored_compare(const struct spb_stored_comparison *comparison, const char *path,
                       const struct spb_result *result, struct spb_judgement *judgement, struct spb_error *err)
{
    const struct spb_compare_options how = {.thresholds = {.ratio = comparison->threshold_pct / 100},
                                            .session_sd = spb_calibration_session_sd,
                                            .context = comparison->calibration};
    struct spb_strbuf differences = {0};
    int code = spb_compare_stamps(&comparison->base->stamp, &result->stamp, &differences);
    bool differs = code == -EXDEV;
    if (differences.failed)
        code = spb_error_system(err, -ENOMEM, "stamps");
    else if (differs && comparison->force)
        code = 0;
    else if (differs)
        complain_of_differences(comparison->base_path, path, spb_strbuf_text(&differences));
    if (code == 0)
        code = spb_compare_results(comparison->base, result, &how, judgement, err);
    if (code == 0 && differs)
        code = note_differences(judgement, spb_strbuf_text(&differences));
    if (code == -ENOMEM && !*err->text)
        code = spb_error_system(err, code, "the judgement");
    spb_strbuf_release(&differences);
    return code;
}
