/* SPDX-License-Identifier: MIT
 *
 * `spbench export`: a result file in the formats of other tools.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "command.h"
#include "file.h"
#include "foreign_export.h"

struct export_options {
    struct spb_common common;
    enum spb_export_format format;
    bool has_format;
    const char *output; /* NULL or "-": stdout */
    const char *path;
};

static const struct argp_option options[] = {
    {"to", 't', "FORMAT", 0, "gbench, gobench, pyperf or csv", 0},
    {"output", 'o', "FILE", 0, "Where to (the standard output)", 0},
    {0},
};

static const char doc[] =
    "Writes a result file in the format of Google Benchmark (compare.py), of Go benchmarks (benchstat), of pyperf, or "
    "as "
    "CSV with a line a sample.\v"
    "What these tools take for independent is a process here: a repetition of gbench and a line of gobench are the "
    "median "
    "of a process, a run of pyperf is a process with all its samples. Rows without a time are left out.\n\n"
    "Examples:\n"
    "  spbench export new.json --to gobench --output new.txt && benchstat old.txt new.txt\n"
    "  spbench export new.json --to gbench --output new.gbench.json && compare.py benchmarks old.gbench.json "
    "new.gbench.json\n"
    "  spbench export new.json --to pyperf --output new.py.json && python3 -m pyperf compare_to old.py.json "
    "new.py.json\n"
    "  spbench export new.json --to csv >samples.csv\n\n"
    "Exit codes: 0 fine, 2 usage or bad input, 5 a full disk.\n";

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct export_options *export = state->input;
    struct spb_error err = {0};
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &export->common;
        return 0;
    case 't':
        if (spb_export_format_parse(argument, &export->format, &err) < 0)
            argp_error(state, "--to: %s", err.text);
        export->has_format = true;
        return 0;
    case 'o':
        export->output = strcmp(argument, "-") == 0 ? NULL : argument;
        return 0;
    case ARGP_KEY_ARG:
        if (export->path)
            argp_error(state, "one result file at a time; '%s' is the second", argument);
        export->path = argument;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "name a result file: 'spbench export results/FILE.json --to csv'");
        return 0;
    case ARGP_KEY_END:
        if (export->path && !export->has_format)
            argp_error(state, "name a format: --to gbench, gobench, pyperf or csv");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int check_output(const struct export_options *export, struct spb_error *err)
{
    struct stat output, input;
    if (stat(export->output, &output) == 0 && S_ISREG(output.st_mode) && stat(export->path, &input) == 0 &&
        input.st_dev == output.st_dev && input.st_ino == output.st_ino)
        return spb_error_set(err, -EINVAL, "%s: is the file to export, and would be overwritten", export->output);
    return 0;
}

static int write_text(const struct export_options *export, const struct spb_strbuf *text, struct spb_error *err)
{
    if (!export->output) {
        spb_print(text);
        return 0;
    }
    int code = check_output(export, err);
    if (code == 0)
        code = spb_file_make_parents(export->output, err);
    return code ? code : spb_file_replace(export->output, text->text, text->length, err);
}

static int run_export(const struct spb_cli *cli, int argc, char **argv)
{
    static const struct argp_child children[] = {{&spb_common_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {options, parse, "FILE --to FORMAT", doc, children, NULL, NULL};
    struct export_options export = {0};
    struct spb_result result = {0};
    struct spb_strbuf text = {0};
    struct spb_error err = {0};
    size_t left_out = 0;
    (void)cli;
    spb_parse_options(&argp, argc, argv, &export);
    int code = spb_result_load(export.path, &result, &err);
    if (code == 0) {
        code = spb_export(&result, export.format, &text, &left_out, &err);
        if (code)
            spb_error_prefix(&err, code, "%s", export.path);
    }
    if (code == 0)
        code = write_text(&export, &text, &err);
    if (code == 0 && left_out)
        fprintf(stderr, "spbench: note: %zu of %zu rows have no time and are left out\n", left_out, result.row_count);
    spb_strbuf_release(&text);
    spb_result_release(&result);
    return code < 0 ? spb_complain(code, &err) : SPB_EXIT_OK;
}

const struct spb_command spb_command_export = {
    .name = "export", .summary = "write a result file in the formats of other tools", .run = run_export};
