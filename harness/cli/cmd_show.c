/* SPDX-License-Identifier: MIT
 *
 * `spbench show`: a result file as a table again, or all that it holds of its rows.
 */
#include <errno.h>
#include <stdlib.h>

#include "command.h"
#include "result.h"
#include "row_details.h"
#include "row_report.h"

struct show_options {
    struct spb_common common;
    enum spb_format format;
    bool details;
    const char *path;
    char **patterns;
    size_t pattern_count;
};

static const struct argp_option options[] = {
    {"details", 'd', NULL, 0, "Every metric of every row: rates, latencies, allocator, resources, counters", 0},
    {"format", 'f', "FORMAT", 0, "table (default), json, csv or markdown", 0},
    {0},
};

static const char doc[] =
    "Shows the rows of a result file.\v"
    "PATTERN is a glob over the names of rows ('memory/latency size=*KiB') or of their workloads; without one all rows "
    "are shown.\n\n"
    "Examples:\n"
    "  spbench show results/20260101T120000Z-host.json\n"
    "  spbench show result.json 'memory/malloc-*' --details\n"
    "  spbench show result.json --format csv >rows.csv\n";

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct show_options *show = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &show->common;
        return 0;
    case 'd':
        show->details = true;
        return 0;
    case 'f':
        show->format = spb_parse_format(state, argument, ~0u);
        return 0;
    case ARGP_KEY_ARGS:
        show->path = state->argv[state->next];
        show->patterns = state->argv + state->next + 1;
        show->pattern_count = (size_t)(state->argc - state->next - 1);
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "name a result file: 'spbench show results/FILE.json'");
        return 0;
    case ARGP_KEY_END:
        if (show->details && show->format != SPB_FORMAT_TABLE)
            argp_error(state, "--details is for tables; json and csv hold the metrics anyway");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static bool is_wanted(const struct show_options *show, const struct spb_row *row)
{
    bool wanted = show->pattern_count == 0;
    char *key = spb_row_key(row);
    for (size_t i = 0; i < show->pattern_count && !wanted; i++)
        wanted = spb_row_matches(show->patterns[i], key ? key : row->workload);
    free(key);
    return wanted;
}

/* Leaves only the rows that are wanted; the others are released. */
static int filter(const struct show_options *show, struct spb_result *result, struct spb_error *err)
{
    size_t kept = 0;
    for (size_t i = 0; i < result->row_count; i++) {
        if (is_wanted(show, &result->rows[i]))
            result->rows[kept++] = result->rows[i];
        else
            spb_row_release(&result->rows[i]);
    }
    result->row_count = kept;
    if (kept == 0)
        return spb_error_set(err, -ENOENT, "%s: no row matches; 'spbench show %s' shows them all", show->path,
                             show->path);
    return 0;
}

static void print(const struct show_options *show, const struct spb_result *result)
{
    static const enum spb_table_format formats[] = {[SPB_FORMAT_TABLE] = SPB_TABLE_TEXT,
                                                    [SPB_FORMAT_CSV] = SPB_TABLE_CSV,
                                                    [SPB_FORMAT_MARKDOWN] = SPB_TABLE_MARKDOWN};
    struct spb_table_options how = {spb_color_wanted(&show->common, stdout), spb_terminal_width(stdout)};
    struct spb_strbuf out = {0};
    if (show->format == SPB_FORMAT_JSON)
        out.failed = spb_result_write(result, &out) < 0 || out.failed;
    else if (show->details)
        spb_row_details(result, &how, &out);
    else
        spb_row_report(result, formats[show->format], &how, &out);
    spb_print(&out);
    spb_strbuf_release(&out);
}

static int run_show(const struct spb_cli *cli, int argc, char **argv)
{
    static const struct argp_child children[] = {{&spb_common_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {options, parse, "FILE [PATTERN...]", doc, children, NULL, NULL};
    struct show_options show = {0};
    struct spb_result result = {0};
    struct spb_error err = {0};
    (void)cli;
    spb_parse_options(&argp, argc, argv, &show);
    int code = spb_result_load(show.path, &result, &err);
    if (code == 0)
        code = filter(&show, &result, &err);
    if (code == 0)
        print(&show, &result);
    spb_result_release(&result);
    return code < 0 ? spb_complain(code, &err) : SPB_EXIT_OK;
}

const struct spb_command spb_command_show = {
    .name = "show", .summary = "show a result file, or all details of its rows", .run = run_show};
