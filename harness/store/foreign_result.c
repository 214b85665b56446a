/* SPDX-License-Identifier: MIT */
#include "foreign_result.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "import_internal.h"
#include "row_metrics.h"

/* Fewer allow no 95 % interval of the signed-rank test. */
#define PROCESSES_FOR_INTERVAL 6

static const struct {
    const char *name;
    const char *title;
    const char *tool;
    const char *unit;   /* what is a process here */
    const char *repeat; /* how to come by several of them */
} formats[SPB_FOREIGN_FORMATS] = {
    [SPB_FOREIGN_GBENCH] = {"gbench", "Google Benchmark's JSON", "google-benchmark",
                            "a file: all repetitions in it ran in one process",
                            "for i in 0 1 2 3 4 5 6 7 8 9; do ./BENCHMARK --benchmark_format=json >run$i.json; done; "
                            "spbench import run?.json"},
    [SPB_FOREIGN_HYPERFINE] = {"hyperfine", "hyperfine's JSON", "hyperfine", "a run of the command",
                               "hyperfine --runs 10 --export-json FILE COMMAND"},
    [SPB_FOREIGN_GOBENCH] = {"gobench", "the text of go test -bench", "go test",
                             "a run of the test binary: what -count repeats is one process",
                             "for i in 0 1 2 3 4 5 6 7 8 9; do go test -bench .; done >runs.txt; spbench import "
                             "runs.txt"},
    [SPB_FOREIGN_PYPERF] = {"pyperf", "pyperf's JSON", "pyperf", "a run: pyperf starts a process for each",
                            "--processes 10"},
};

const char *spb_foreign_format_name(enum spb_foreign_format format)
{
    return formats[format].name;
}

const char *spb_foreign_format_title(enum spb_foreign_format format)
{
    return formats[format].title;
}

const char *spb_foreign_format_tool(enum spb_foreign_format format)
{
    return formats[format].tool;
}

int spb_foreign_format_parse(const char *name, enum spb_foreign_format *format, struct spb_error *err)
{
    for (unsigned i = 0; i < SPB_FOREIGN_FORMATS; i++) {
        if (strcmp(formats[i].name, name) == 0) {
            *format = (enum spb_foreign_format)i;
            return 0;
        }
    }
    return spb_error_set(err, -EINVAL, "'%.40s' is no format; gbench, hyperfine, gobench and pyperf are", name);
}

/* ---- what is it? ------------------------------------------------------------------------------------------------ */

static bool has_prefix(const struct spb_foreign_file *file, const char *prefix)
{
    return file->length >= strlen(prefix) && memcmp(file->text, prefix, strlen(prefix)) == 0;
}

/* "BenchmarkSort-8  1000  1234 ns/op" */
static bool is_gobench_line(struct spb_span line)
{
    struct spb_span name, iterations;
    uint64_t number;
    if (!spb_span_starts_with(line, "Benchmark") || !spb_span_take_word(&line, &name))
        return false;
    return spb_span_take_word(&line, &iterations) && spb_span_parse_u64(iterations, &number) == 0;
}

static bool is_gobench(struct spb_span rest)
{
    struct spb_span line;
    while (spb_span_take_line(&rest, &line))
        if (is_gobench_line(line))
            return true;
    return false;
}

static bool item_has(const struct spb_json_node *array, const char *key)
{
    struct spb_json_node item;
    struct spb_json_node member;
    return spb_json_is_kind(array, SPB_JSON_ARRAY) && spb_json_count(array) > 0 &&
           spb_json_item(array, 0, SPB_JSON_ANY, &item) == 0 && spb_json_find(&item, key, &member);
}

static enum spb_foreign_format guess_json(const struct spb_json_node *root)
{
    struct spb_json_node node;
    if (spb_json_find(root, "results", &node) && (spb_json_count(&node) == 0 || item_has(&node, "command")))
        return SPB_FOREIGN_HYPERFINE;
    if (!spb_json_find(root, "benchmarks", &node))
        return SPB_FOREIGN_GUESS;
    if (item_has(&node, "runs"))
        return SPB_FOREIGN_PYPERF;
    if (item_has(&node, "real_time") || item_has(&node, "run_type") || item_has(&node, "iterations"))
        return SPB_FOREIGN_GBENCH;
    if (spb_json_find(root, "context", &node))
        return SPB_FOREIGN_GBENCH;
    return SPB_FOREIGN_GUESS;
}

static int check_format(struct spb_import *import, const char *name, enum spb_foreign_format found,
                        enum spb_foreign_format wanted, const char *unknown, struct spb_error *err)
{
    if (found == SPB_FOREIGN_GUESS)
        return spb_error_set(err, -EINVAL, "%s: %s", name, unknown);
    if (wanted != SPB_FOREIGN_GUESS && wanted != found)
        return spb_error_set(err, -EINVAL, "%s: this looks like %s; use --from %s", name, formats[found].title,
                             formats[found].name);
    if (import->format != SPB_FOREIGN_GUESS && import->format != found)
        return spb_error_set(err, -EINVAL, "%s: this looks like %s, the files before it are %s; import them one by one",
                             name, formats[found].title, formats[import->format].title);
    import->format = found;
    return 0;
}

/* Files that can be told by their first bytes, and are none of the formats. */
static int check_text(const struct spb_foreign_file *file, struct spb_error *err)
{
    if (spb_span_trim((struct spb_span){file->text, file->length}).length == 0)
        return spb_error_set(err, -EINVAL, "%s: is empty; did the benchmarks run?", file->name);
    if (has_prefix(file, "\x1f\x8b"))
        return spb_error_set(err, -EINVAL, "%s: is compressed; 'gunzip <%s | spbench import -' reads it", file->name,
                             file->name);
    if (has_prefix(file, "{\"Time\":") || has_prefix(file, "{\"Action\":"))
        return spb_error_set(err, -EINVAL, "%s: this looks like the output of go test -json; it is read without -json",
                             file->name);
    if (has_prefix(file, "\xff\xfe") || has_prefix(file, "\xfe\xff"))
        return spb_error_set(err, -EINVAL, "%s: is UTF-16, as PowerShell's > writes it; convert it to UTF-8",
                             file->name);
    if (memchr(file->text, '\0', file->length))
        return spb_error_set(err, -EINVAL, "%s: holds NUL bytes, which no result of a benchmark does", file->name);
    return 0;
}

/* ---- adding files ----------------------------------------------------------------------------------------------- */

static const char *const unknown_json = "is JSON, but none of Google Benchmark, hyperfine or pyperf";
static const char *const unknown_text =
    "is neither JSON nor the text of go test -bench: no line reads 'BenchmarkNAME ITERATIONS TIME ns/op'";

static int read_json(struct spb_import *import, const struct spb_foreign_file *file, enum spb_foreign_format wanted,
                     const struct spb_json_node *root, struct spb_error *err)
{
    struct spb_json_node node;
    if (spb_json_find(root, "schema", &node))
        return spb_error_set(err, -EINVAL, "%s: is a file of spbench already; 'spbench show' reads it as it is",
                             file->name);
    int code = check_format(import, file->name, guess_json(root), wanted, unknown_json, err);
    if (code)
        return code;
    if (import->format == SPB_FOREIGN_GBENCH)
        return spb_import_gbench(import, root);
    return import->format == SPB_FOREIGN_PYPERF ? spb_import_pyperf(import, root) : spb_import_hyperfine(import, root);
}

static int add_json(struct spb_import *import, const struct spb_foreign_file *file, enum spb_foreign_format wanted,
                    struct spb_error *err)
{
    struct spb_json_document document = {.name = file->name, .err = err};
    struct spb_json_node root;
    int code = spb_json_document_open(&document, file->text, file->length, &root);
    if (code)
        return code;
    code = read_json(import, file, wanted, &root, err);
    spb_json_document_close(&document);
    return code;
}

static int add_text(struct spb_import *import, const struct spb_foreign_file *file, enum spb_foreign_format wanted,
                    struct spb_error *err)
{
    bool is_known = is_gobench((struct spb_span){file->text, file->length});
    int code =
        check_format(import, file->name, is_known ? SPB_FOREIGN_GOBENCH : SPB_FOREIGN_GUESS, wanted, unknown_text, err);
    return code ? code : spb_import_gobench(import, file, err);
}

int spb_import_add(struct spb_import *import, const struct spb_foreign_file *given, enum spb_foreign_format format,
                   struct spb_error *err)
{
    struct spb_foreign_file file = *given;
    if (has_prefix(&file, "\xef\xbb\xbf")) { /* a byte order mark, as Windows' editors put it */
        file.text += 3;
        file.length -= 3;
    }
    int code = check_text(&file, err);
    if (code)
        return code;
    struct spb_span start = spb_span_trim((struct spb_span){file.text, file.length});
    bool is_json = start.length && (start.text[0] == '{' || start.text[0] == '[');
    code = is_json ? add_json(import, &file, format, err) : add_text(import, &file, format, err);
    if (code == 0)
        code = spb_import_stamp_merge(import, file.name, err);
    if (code == -ENOMEM)
        return spb_error_set(err, code, "%s: not enough memory to read it", file.name);
    if (code)
        return code;
    if (import->date_s == 0 && file.changed_s > 0) {
        import->date_s = file.changed_s;
        import->date_is_of_file = true;
    }
    import->file_count++;
    import->process++;
    return 0;
}

int spb_import_create(struct spb_import **import)
{
    *import = calloc(1, sizeof(**import));
    if (!*import)
        return -ENOMEM;
    (*import)->format = SPB_FOREIGN_GUESS;
    return 0;
}

enum spb_foreign_format spb_import_format(const struct spb_import *import)
{
    return import->format;
}

const char *spb_import_notes(const struct spb_import *import)
{
    return spb_strbuf_text(&import->notes);
}

/* ---- the end ---------------------------------------------------------------------------------------------------- */

/* A process that failed fails the row, as in a run of spbench's own. */
static int settle_outcome(struct spb_row *row)
{
    if (row->outcome != SPB_OUTCOME_OK)
        return 0;
    for (size_t i = 0; i < row->process_count; i++) {
        if (row->processes[i].outcome != SPB_OUTCOME_FAILED)
            continue;
        row->outcome = SPB_OUTCOME_FAILED;
        row->reason = strdup(row->processes[i].reason);
        return row->reason ? 0 : -ENOMEM;
    }
    if (row->process_count)
        return 0;
    row->outcome = SPB_OUTCOME_FAILED;
    row->reason = strdup("no run with a time");
    return row->reason ? 0 : -ENOMEM;
}

static int settle_row(struct spb_row *row)
{
    struct spb_metrics given = row->metrics; /* of the whole row: not to be had from its processes */
    row->metrics = (struct spb_metrics){0};
    int code = spb_row_metrics_compute(row);
    for (size_t i = 0; i < given.count && code == 0; i++)
        code = spb_metrics_append(&row->metrics, &given.items[i]);
    spb_metrics_release(&given);
    return code ? code : settle_outcome(row);
}

static int add_import_facts(struct spb_import *import)
{
    struct spb_stamp *stamp = &import->result.stamp;
    int code = spb_stamp_add_text(stamp, "import.tool", formats[import->format].tool);
    if (code == 0)
        code = spb_stamp_add_number(stamp, "import.files", (double)import->file_count, "");
    if (code == 0)
        code = spb_stamp_add_text(stamp, "import.process", formats[import->format].unit);
    if (code == 0)
        code = import->date_is_of_file
                   ? spb_stamp_add_text(stamp, "import.date", "of the file: the format records none")
                   : spb_stamp_add_text(stamp, "import.date", "as recorded");
    return code ? code : spb_import_stamp_finish(import);
}

static int fill_options(struct spb_import *import)
{
    struct spb_run_options *options = &import->result.options;
    options->pin = strdup("none");
    options->counters = strdup("off");
    for (size_t i = 0; i < import->result.row_count; i++)
        if (import->result.rows[i].process_count > options->processes)
            options->processes = (unsigned)import->result.rows[i].process_count;
    return options->pin && options->counters ? 0 : -ENOMEM;
}

static void note_processes(struct spb_import *import)
{
    size_t fewest = SIZE_MAX;
    for (size_t i = 0; i < import->result.row_count; i++) {
        const struct spb_row *row = &import->result.rows[i];
        if (row->outcome == SPB_OUTCOME_OK && row->process_count < fewest)
            fewest = row->process_count;
    }
    if (fewest >= PROCESSES_FOR_INTERVAL)
        return;
    const char *lack = fewest == 1 ? "it has no interval, and of a change nothing can be concluded but its size"
                                   : "too few for a 95 % interval";
    spb_strbuf_printf(&import->notes,
                      "a row here has %zu process%s, the unit of every conclusion: %s\n"
                      "a process is %s; for ten: %s\n",
                      fewest, fewest == 1 ? "" : "es", lack, formats[import->format].unit,
                      formats[import->format].repeat);
}

static void note_troubles(struct spb_import *import)
{
    size_t failed = 0, unavailable = 0;
    for (size_t i = 0; i < import->result.row_count; i++) {
        failed += import->result.rows[i].outcome == SPB_OUTCOME_FAILED;
        unavailable += import->result.rows[i].outcome == SPB_OUTCOME_UNAVAILABLE;
    }
    if (failed + unavailable)
        spb_strbuf_printf(&import->notes, "%zu of %zu rows hold no result: 'spbench show' names the reasons\n",
                          failed + unavailable, import->result.row_count);
    if (import->bad_build)
        spb_strbuf_append(&import->notes,
                          "the benchmark library was built for debugging: its overhead is in the times\n");
    if (import->dropped_metrics)
        spb_strbuf_printf(&import->notes, "%zu counters were left out: too many for one benchmark\n",
                          import->dropped_metrics);
}

static int settle(struct spb_import *import, struct spb_error *err)
{
    struct spb_result *result = &import->result;
    int code = 0;
    for (size_t i = 0; i < result->row_count && code == 0; i++)
        code = settle_row(&result->rows[i]);
    if (code == 0)
        code = add_import_facts(import);
    if (code == 0)
        code = fill_options(import);
    for (size_t i = 0; i < result->row_count && code == 0; i++)
        code = spb_row_stats_compute(&result->rows[i]);
    if (code)
        return spb_error_system(err, code, "the statistics of what was read");
    result->complete = true;
    result->created_s = import->date_s;
    return 0;
}

int spb_import_finish(struct spb_import *import, struct spb_result *result, struct spb_error *err)
{
    *result = (struct spb_result){0};
    if (import->result.row_count == 0)
        return spb_error_set(err, -EINVAL, "there is no benchmark in it");
    int code = settle(import, err);
    if (code)
        return code;
    note_processes(import);
    note_troubles(import);
    *result = import->result;
    import->result = (struct spb_result){0};
    return import->notes.failed ? spb_error_set(err, -ENOMEM, "out of memory") : 0;
}
