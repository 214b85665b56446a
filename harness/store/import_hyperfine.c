/* SPDX-License-Identifier: MIT
 *
 * hyperfine --export-json:
 *
 *     {"results": [{"command": "sleep 0.01", "mean": 0.0117, "median": ..., "user": 0.0007, "system": 0.0007,
 *                   "times": [0.0114, 0.0119], "memory_usage_byte": [2097152, 2097152], "exit_codes": [0, 0],
 *                   "parameters": {"ms": "10"}}]}
 *
 * Times are seconds, less what the start of the shell took. Every run is a process of its own and so a unit of its own, with
 * one sample. `command` is the name where one was given (-n). A run with another exit code than 0 counts, because hyperfine
 * measures those only with --ignore-failure; the codes are a metric. user and system are means over all runs. */
#include <errno.h>
#include <string.h>

#include "import_internal.h"

static struct spb_span span_of(const char *text)
{
    return (struct spb_span){text, strlen(text)};
}

static int read_parameters(const struct spb_json_node *result, struct spb_row *row)
{
    struct spb_json_node parameters;
    struct spb_json_node member;
    const char *text;
    if (!spb_json_find(result, "parameters", &parameters))
        return 0;
    int code = spb_json_check_object(&parameters);
    for (void *iterator = NULL; code == 0 && spb_json_next(&parameters, &iterator, &member);) {
        code = spb_json_read_raw_text(&member, &text);
        if (code == 0)
            code = spb_import_row_param(row, span_of(member.key), span_of(text));
    }
    return code;
}

static int read_row(struct spb_import *import, const struct spb_json_node *result, size_t *index)
{
    struct spb_json_node node;
    struct spb_row row = {0};
    const char *command;
    int code = spb_json_member(result, "command", SPB_JSON_ANY, &node);
    if (code == 0)
        code = spb_json_read_raw_text(&node, &command);
    if (code == 0)
        code = spb_import_row_begin(&row, SPB_FOREIGN_HYPERFINE, span_of("run"), "run");
    if (code == 0)
        code = spb_import_row_param(&row, span_of("command"), span_of(command));
    if (code == 0)
        code = read_parameters(result, &row);
    if (code) {
        spb_row_release(&row);
        return code;
    }
    return spb_import_row_enter(import, &row, index, result->document->err);
}

/* Killed by a signal where the code is null. */
static int read_exit_code(struct spb_import *import, const struct spb_json_node *codes, size_t run,
                          struct spb_process *process)
{
    struct spb_json_node item;
    double exit_code;
    if (run >= spb_json_count(codes))
        return 0;
    int code = spb_json_item(codes, run, SPB_JSON_ANY, &item);
    if (code == 0 && !spb_json_is_number(&item))
        return spb_import_fail(process, "killed by a signal");
    if (code == 0)
        code = spb_json_read_double(&item, -1e10, 1e10, &exit_code);
    if (code || exit_code == 0)
        return code;
    return spb_import_metric(import, process, "exit-code", "", exit_code);
}

static int read_memory(struct spb_import *import, const struct spb_json_node *sizes, size_t run,
                       struct spb_process *process)
{
    struct spb_json_node item;
    double bytes;
    if (run >= spb_json_count(sizes))
        return 0;
    int code = spb_json_item(sizes, run, SPB_JSON_ANY, &item);
    if (code == 0)
        code = spb_json_read_double(&item, 0, 1e18, &bytes);
    return code ? code : spb_import_metric(import, process, "command-peak-rss", "bytes", bytes);
}

static int read_run(struct spb_import *import, const struct spb_json_node *result, const struct spb_json_node *times,
                    size_t run, size_t row)
{
    struct spb_json_node node;
    struct spb_process *process;
    double seconds;
    int code = spb_json_item(times, run, SPB_JSON_ANY, &node);
    if (code == 0)
        code = spb_json_read_double(&node, 0, 1e10, &seconds);
    if (code == 0)
        code = spb_import_process(import, row, &process, result->document->err);
    if (code)
        return code;
    if (seconds == 0)
        code = spb_import_fail(process, "a run of 0 s: not told from the start of the shell; use hyperfine -N");
    else
        code = spb_import_sample(process, 1, seconds * 1e9);
    if (code == 0 && spb_json_find(result, "exit_codes", &node))
        code = read_exit_code(import, &node, run, process);
    if (code == 0 && spb_json_find(result, "memory_usage_byte", &node))
        code = read_memory(import, &node, run, process);
    import->process++;
    return code;
}

/* For the first file that has the row; those that follow cannot be averaged with it, as the runs can. */
static int read_usage(const struct spb_json_node *result, const char *key, const char *name, struct spb_row *row)
{
    struct spb_json_node node;
    double seconds;
    if (!spb_json_find(result, key, &node) || spb_metrics_find(&row->metrics, name))
        return 0;
    int code = spb_json_read_double(&node, 0, 1e10, &seconds);
    return code ? code : spb_metrics_add(&row->metrics, name, "ns", seconds * 1e9);
}

static int read_result(struct spb_import *import, const struct spb_json_node *result)
{
    struct spb_json_node times;
    size_t row;
    int code = spb_json_find(result, "times", &times)
                   ? 0
                   : spb_json_fail(result,
                                   "has no times, only their summary; export with --export-json, which names each run");
    if (code == 0)
        code = spb_json_member(result, "times", SPB_JSON_ARRAY, &times);
    if (code == 0)
        code = read_row(import, result, &row);
    for (size_t run = 0; code == 0 && run < spb_json_count(&times); run++)
        code = read_run(import, result, &times, run, row);
    if (code == 0)
        code = read_usage(result, "user", "user-time", &import->result.rows[row]);
    return code ? code : read_usage(result, "system", "system-time", &import->result.rows[row]);
}

int spb_import_hyperfine(struct spb_import *import, const struct spb_json_node *root)
{
    struct spb_json_node results;
    struct spb_json_node result;
    int code = spb_json_member(root, "results", SPB_JSON_ARRAY, &results);
    for (size_t i = 0; code == 0 && i < spb_json_count(&results); i++) {
        code = spb_json_item(&results, i, SPB_JSON_OBJECT, &result);
        if (code == 0)
            code = read_result(import, &result);
    }
    return code;
}
