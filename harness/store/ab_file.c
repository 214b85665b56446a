/* SPDX-License-Identifier: MIT */
#include "ab_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ab_internal.h"
#include "file.h"
#include "result_internal.h"

static const char *const kind_names[] = {
    [SPB_SIDE_SELF] = "self",
    [SPB_SIDE_PROGRAM] = "program",
    [SPB_SIDE_PLUGIN] = "plugin",
    [SPB_SIDE_COMMAND] = "command",
};

const struct spb_json_field spb_ab_options_fields[] = {
    SPB_FIELD(struct spb_ab, threshold_pct),
    SPB_FIELD(struct spb_ab, budget_s),
    SPB_FIELD_SEED(struct spb_ab, seed),
    SPB_FIELDS_END,
};

const struct spb_json_field spb_pair_fields[] = {
    SPB_FIELD(struct spb_pair, index),
    SPB_FIELD(struct spb_pair, started_ns),
    SPB_FIELD_SEED(struct spb_pair, seed),
    SPB_FIELD(struct spb_pair, shared_buffers),
    SPB_FIELDS_END,
};

const char *spb_side_kind_name(enum spb_side_kind kind)
{
    return kind_names[kind];
}

int spb_side_kind_parse(const char *name)
{
    for (int i = 0; i < (int)(sizeof(kind_names) / sizeof(kind_names[0])); i++)
        if (strcmp(kind_names[i], name) == 0)
            return i;
    return -1;
}

static void release_side(struct spb_ab_side *side)
{
    free(side->text);
    for (size_t i = 0; i < side->build_count; i++)
        spb_plugin_file_release(&side->builds[i]);
    free(side->builds);
    for (size_t i = 0; i < side->environment_count; i++)
        free(side->environment[i]);
    free(side->environment);
}

void spb_ab_release(struct spb_ab *ab)
{
    for (size_t i = 0; i < ab->row_count; i++)
        spb_paired_row_release(&ab->rows[i]);
    free(ab->rows);
    for (unsigned s = 0; s < SPB_SIDES; s++)
        release_side(&ab->sides[s]);
    for (size_t i = 0; i < ab->argument_count; i++)
        free(ab->arguments[i]);
    free(ab->arguments);
    spb_stamp_release(&ab->stamp);
    *ab = (struct spb_ab){0};
}

int spb_ab_save(const struct spb_ab *ab, const char *path, struct spb_error *err)
{
    struct spb_strbuf text = {0};
    int code = spb_ab_write(ab, &text);
    if (code)
        spb_error_system(err, code, "%s: cannot be written", path);
    else
        code = spb_file_replace(path, text.text, text.length, err);
    spb_strbuf_release(&text);
    return code;
}

bool spb_ab_is_file(const char *path)
{
    static const char word[] = "\"" SPB_AB_SCHEMA "\"";
    struct spb_strbuf text = {0};
    bool found = spb_result_read_file(path, &text, NULL) == 0 && text.length > 0 &&
                 memmem(text.text, text.length, word, sizeof(word) - 1) != NULL;
    spb_strbuf_release(&text);
    return found;
}

int spb_ab_load(const char *path, struct spb_ab *ab, struct spb_error *err)
{
    struct spb_strbuf text = {0};
    *ab = (struct spb_ab){0};
    int code = spb_result_read_file(path, &text, err);
    if (code == 0)
        code = spb_ab_parse(path, spb_strbuf_text(&text), text.length, ab, err);
    spb_strbuf_release(&text);
    return code;
}
