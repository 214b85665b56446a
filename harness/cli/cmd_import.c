/* SPDX-License-Identifier: MIT
 *
 * `spbench import`: the results of other benchmark tools as a result file, which show, compare and gate read.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "command.h"
#include "file.h"
#include "foreign_result.h"
#include "json_reader.h"

#define SUFFIX ".spbench.json"

struct import_options {
    struct spb_common common;
    enum spb_foreign_format format;
    const char *output; /* NULL: beside the first file, or stdout behind a pipe */
    bool quiet;
    char **paths;
    size_t path_count;
    char **arguments; /* as typed */
    size_t argument_count;
};

static const struct argp_option options[] = {
    {"from", 'f', "FORMAT", 0, "gbench, hyperfine, gobench or pyperf; without it the format is told by the contents",
     0},
    {"output", 'o', "FILE", 0, "The result file (FILE" SUFFIX " beside the first file); '-' is the standard output", 0},
    {"quiet", 'q', NULL, 0, "No notes on the standard error", 0},
    {0},
};

static const char doc[] =
    "Turns the results of Google Benchmark, hyperfine, go test -bench or pyperf into a result file, for show, compare "
    "and "
    "gate.\v"
    "Several files become one result. FILE '-' is the standard input; its result goes to the standard output.\n\n"
    "What shares a process is one unit, however often it was repeated there: a change can be told from chance only by "
    "several processes. A file of Google Benchmark is one process, also with --benchmark_repetitions; so is one run of "
    "go test, also with -count. Run these ten times, and import all files. Every run of hyperfine and pyperf is a "
    "process "
    "of its own.\n\n"
    "Examples:\n"
    "  for i in 0 1 2 3 4 5 6 7 8 9; do ./bench --benchmark_format=json >run$i.json; done\n"
    "  spbench import run?.json --output new.json\n"
    "  hyperfine --runs 20 --export-json sort.json 'sort big.txt' && spbench import sort.json\n"
    "  for i in 0 1 2 3 4 5 6 7 8 9; do go test -bench . ./...; done | spbench import - --output new.json\n"
    "  python3 bench.py -o py.json && spbench import py.json --from pyperf\n\n"
    "Exit codes: 0 fine, 2 usage or bad input, 4 files of different machines, 5 a full disk.\n";

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct import_options *import = state->input;
    struct spb_error err = {0};
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &import->common;
        return 0;
    case 'f':
        if (spb_foreign_format_parse(argument, &import->format, &err) < 0)
            argp_error(state, "--from: %s", err.text);
        return 0;
    case 'o':
        import->output = argument;
        return 0;
    case 'q':
        import->quiet = true;
        return 0;
    case ARGP_KEY_ARGS:
        import->paths = state->argv + state->next;
        import->path_count = (size_t)(state->argc - state->next);
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "name a file of results: 'spbench import bench.json'");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static bool is_pipe(const char *path)
{
    return strcmp(path, "-") == 0;
}

/* ---- in --------------------------------------------------------------------------------------------------------- */

static int read_file(const char *path, struct spb_strbuf *text, int64_t *changed_s, struct spb_error *err)
{
    struct stat status;
    const char *source = is_pipe(path) ? "/dev/stdin" : path;
    int code = spb_file_read(NULL, source, SPB_JSON_BYTES_MAX, text);
    *changed_s = !is_pipe(path) && stat(path, &status) == 0 ? (int64_t)status.st_mtim.tv_sec : (int64_t)time(NULL);
    if (code == -EFBIG)
        return spb_error_set(err, -EINVAL, "%s: larger than %zu MiB; import it in parts", path,
                             SPB_JSON_BYTES_MAX >> 20);
    return code ? spb_error_system(err, code, "%s: cannot be read", is_pipe(path) ? "standard input" : path) : 0;
}

static int add_file(const struct import_options *options_given, struct spb_import *import, const char *path,
                    struct spb_error *err)
{
    struct spb_strbuf text = {0};
    struct spb_foreign_file file = {.name = is_pipe(path) ? "standard input" : path};
    int code = read_file(path, &text, &file.changed_s, err);
    file.text = spb_strbuf_text(&text);
    file.length = text.length;
    if (code == 0)
        code = spb_import_add(import, &file, options_given->format, err);
    spb_strbuf_release(&text);
    return code;
}

static void print_notes(const struct import_options *import, const struct spb_import *read)
{
    enum spb_foreign_format format = spb_import_format(read);
    if (import->quiet)
        return;
    if (import->format == SPB_FOREIGN_GUESS)
        fprintf(stderr, "spbench: read as %s (--from %s)\n", spb_foreign_format_title(format),
                spb_foreign_format_name(format));
    for (const char *note = spb_import_notes(read); *note;) {
        size_t length = strcspn(note, "\n");
        fprintf(stderr, "spbench: note: %.*s\n", (int)length, note);
        note += length + (note[length] == '\n');
    }
}

static int read_files(const struct import_options *import, struct spb_result *result, struct spb_error *err)
{
    struct spb_import *read;
    if (spb_import_create(&read) < 0)
        return spb_error_set(err, -ENOMEM, "out of memory");
    int code = 0;
    for (size_t i = 0; i < import->path_count && code == 0; i++)
        code = add_file(import, read, import->paths[i], err);
    if (code == 0) {
        code = spb_import_finish(read, result, err);
        if (code)
            spb_error_prefix(err, code, "%s", import->paths[0]);
        else
            print_notes(import, read);
    }
    spb_import_destroy(read);
    return code;
}

/* ---- out -------------------------------------------------------------------------------------------------------- */

static int keep_arguments(const struct import_options *import, struct spb_result *result, struct spb_error *err)
{
    struct spb_run_options *run = &result->options;
    run->arguments = calloc(import->argument_count + 1, sizeof(*run->arguments));
    for (size_t i = 0; run->arguments && i <= import->argument_count; i++) {
        run->arguments[i] = strdup(i ? import->arguments[i - 1] : "import");
        if (!run->arguments[i])
            return spb_error_set(err, -ENOMEM, "out of memory");
        run->argument_count = i + 1;
    }
    return run->arguments ? 0 : spb_error_set(err, -ENOMEM, "out of memory");
}

/* A slip of the hand would else replace the measurement by its import. */
static int check_output(const struct import_options *import, const char *path, struct spb_error *err)
{
    struct stat output, input;
    if (stat(path, &output) < 0 || !S_ISREG(output.st_mode))
        return 0;
    for (size_t i = 0; i < import->path_count; i++)
        if (!is_pipe(import->paths[i]) && stat(import->paths[i], &input) == 0 && input.st_dev == output.st_dev &&
            input.st_ino == output.st_ino)
            return spb_error_set(err, -EINVAL, "%s: is one of the files to import, and would be overwritten", path);
    return 0;
}

static int save(const struct import_options *import, const char *path, const struct spb_strbuf *text, size_t rows,
                struct spb_error *err)
{
    int code = check_output(import, path, err);
    if (code == 0)
        code = spb_file_make_parents(path, err);
    if (code == 0)
        code = spb_file_replace(path, text->text, text->length, err);
    if (code == 0 && !import->quiet)
        fprintf(stderr, "spbench: %zu row%s in %s\n", rows, rows == 1 ? "" : "s", path);
    return code;
}

static int write_result(const struct import_options *import, const struct spb_result *result, struct spb_error *err)
{
    struct spb_strbuf text = {0}, path = {0};
    int code = spb_result_write(result, &text);
    if (code == 0 && text.length > SPB_JSON_BYTES_MAX)
        code = spb_error_set(err, -EINVAL,
                             "the result would be larger than %zu MiB, which no reader takes; import in parts",
                             SPB_JSON_BYTES_MAX >> 20);
    else if (code)
        spb_error_set(err, code, "out of memory");
    if (import->output)
        spb_strbuf_append(&path, import->output);
    else if (is_pipe(import->paths[0]))
        spb_strbuf_append(&path, "-");
    else
        spb_strbuf_printf(&path, "%s" SUFFIX, import->paths[0]);
    if (code == 0 && is_pipe(spb_strbuf_text(&path)))
        spb_print(&text);
    else if (code == 0)
        code = save(import, spb_strbuf_text(&path), &text, result->row_count, err);
    spb_strbuf_release(&path);
    spb_strbuf_release(&text);
    return code;
}

static int run_import(const struct spb_cli *cli, int argc, char **argv)
{
    static const struct argp_child children[] = {{&spb_common_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {options, parse, "FILE...", doc, children, NULL, NULL};
    struct import_options import = {
        .format = SPB_FOREIGN_GUESS, .arguments = argv + 1, .argument_count = (size_t)argc - 1};
    struct spb_result result = {0};
    struct spb_error err = {0};
    (void)cli;
    spb_parse_options(&argp, argc, argv, &import);
    int code = read_files(&import, &result, &err);
    if (code == 0)
        code = keep_arguments(&import, &result, &err);
    if (code == 0)
        code = write_result(&import, &result, &err);
    spb_result_release(&result);
    return code < 0 ? spb_complain(code, &err) : SPB_EXIT_OK;
}

const struct spb_command spb_command_import = {
    .name = "import", .summary = "turn the results of other benchmark tools into a result file", .run = run_import};
