/* SPDX-License-Identifier: MIT */
#include "result.h"

#include <errno.h>
#include <stdlib.h>

#include "file.h"
#include "result_internal.h"

static void release_options(struct spb_run_options *options)
{
    for (size_t i = 0; i < options->argument_count; i++)
        free(options->arguments[i]);
    free(options->arguments);
    for (size_t i = 0; i < options->plugin_count; i++)
        spb_plugin_file_release(&options->plugins[i]);
    free(options->plugins);
    free(options->pin);
    free(options->counters);
}

void spb_result_release(struct spb_result *result)
{
    for (size_t i = 0; i < result->row_count; i++)
        spb_row_release(&result->rows[i]);
    free(result->rows);
    spb_stamp_release(&result->stamp);
    release_options(&result->options);
    *result = (struct spb_result){0};
}

int spb_result_compute(struct spb_result *result, const char *name, struct spb_error *err)
{
    for (size_t i = 0; i < result->row_count; i++) {
        int code = spb_row_stats_compute(&result->rows[i]);
        if (code)
            return spb_error_system(err, code, "%s: rows[%zu] has no statistics", name, i);
    }
    return 0;
}

int spb_result_save(const struct spb_result *result, const char *path, struct spb_error *err)
{
    struct spb_strbuf text = {0};
    int code = spb_result_write(result, &text);
    if (code)
        spb_error_system(err, code, "%s: cannot be written", path);
    else
        code = spb_file_replace(path, text.text, text.length, err);
    spb_strbuf_release(&text);
    return code;
}

int spb_result_read_file(const char *path, struct spb_strbuf *text, struct spb_error *err)
{
    int code = spb_file_read(NULL, path, SPB_JSON_BYTES_MAX, text);
    if (code == -EFBIG)
        return spb_error_set(err, -EINVAL, "%s: larger than %zu MiB, which no result file is", path,
                             SPB_JSON_BYTES_MAX >> 20);
    return code ? spb_error_system(err, code, "%s: cannot be read", path) : 0;
}

int spb_result_load(const char *path, struct spb_result *result, struct spb_error *err)
{
    struct spb_strbuf text = {0};
    *result = (struct spb_result){0};
    int code = spb_result_read_file(path, &text, err);
    if (code == 0)
        code = spb_result_parse(path, spb_strbuf_text(&text), text.length, result, err);
    spb_strbuf_release(&text);
    return code;
}
