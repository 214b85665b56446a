/* SPDX-License-Identifier: MIT
 *
 * The text of `go test -bench`, in the format of https://golang.org/design/14313-benchmark-format:
 *
 *     goos: linux
 *     pkg: example.org/words
 *     cpu: AMD EPYC
 *     BenchmarkSort/n=10/random-2    200    410.1 ns/op    104 B/op    2 allocs/op
 *     PASS
 *     ok   example.org/words    0.110s
 *
 * A line is a sample. All lines of one run of the test binary are of one process, also those of -count; the binary writes
 * "goos:" and "pkg:" once, before its first result, and go test a PASS or ok at its end: there a new process begins. Lines
 * that were collected without these are taken for one process, the careful side. "-2" is GOMAXPROCS, which nothing tells
 * from a name that ends in "-2". Whatever else is measured in a line becomes a metric under the name of its unit. All other
 * lines are passed over. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "import_internal.h"
#include "units.h"

struct reader {
    struct spb_import *import;
    const struct spb_foreign_file *file;
    struct spb_error *err;
    size_t line_number;
    struct spb_span line;
    struct spb_span package;
    bool has_results; /* of the process that is being read */
};

static int fail(const struct reader *reader, struct spb_span where, const char *what)
{
    char *word = spb_import_text(where);
    int code = spb_error_set(reader->err, -EINVAL, "%s:%zu:%zu: '%.60s' %s", reader->file->name, reader->line_number,
                             (size_t)(where.text - reader->line.text) + 1, word ? word : "", what);
    free(word);
    return code;
}

/* ---- configuration ---------------------------------------------------------------------------------------------- */

/* "cpu-speed: 3 GHz": the key begins with a lower case letter and has neither capitals nor blanks. */
static bool take_key(struct spb_span *line, struct spb_span *key)
{
    struct spb_span rest = *line;
    if (!rest.length || !islower((unsigned char)rest.text[0]) || !spb_span_take_until(&rest, ':', key))
        return false;
    for (size_t i = 0; i < key->length; i++)
        if (isspace((unsigned char)key->text[i]) || isupper((unsigned char)key->text[i]))
            return false;
    if (rest.length && !isspace((unsigned char)rest.text[0]))
        return false;
    *line = spb_span_trim(rest);
    return true;
}

static void begin_process(struct reader *reader)
{
    if (reader->has_results)
        reader->import->process++;
    reader->has_results = false;
}

static int read_cpu(struct reader *reader, struct spb_span model)
{
    const struct spb_fact *before = spb_stamp_find(&reader->import->stamp, "cpu.model");
    char *text = spb_import_text(model);
    int code = text ? 0 : -ENOMEM;
    if (text && before && strcmp(before->text, text) != 0)
        code = spb_error_set(
            reader->err, -EXDEV,
            "%s:%zu: another CPU than before (%.100s / %.100s); import each machine's results on their own",
            reader->file->name, reader->line_number, text, before->text);
    free(text);
    return code ? code : spb_import_fact_text(reader->import, "cpu.model", model);
}

static int read_machine(struct reader *reader, struct spb_span goarch)
{
    static const char *const names[][2] = {{"amd64", "x86_64"}, {"arm64", "aarch64"}};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (spb_span_equals(goarch, names[i][0]))
            return spb_import_fact_text(reader->import, "host.machine",
                                        (struct spb_span){names[i][1], strlen(names[i][1])});
    return spb_import_fact_text(reader->import, "host.machine", goarch);
}

static int read_configuration(struct reader *reader, struct spb_span key, struct spb_span value)
{
    if (spb_span_equals(key, "goos") || spb_span_equals(key, "pkg"))
        begin_process(reader);
    if (spb_span_equals(key, "pkg")) {
        reader->package = value;
        return 0;
    }
    if (spb_span_equals(key, "cpu"))
        return read_cpu(reader, value);
    if (spb_span_equals(key, "goarch"))
        return read_machine(reader, value);
    return spb_import_context_text(reader->import, key, value);
}

/* ---- names ------------------------------------------------------------------------------------------------------ */

/* "Sort/n=10-2" -> "Sort/n=10" and "2"; without a suffix the number stays empty. */
static void cut_processors(struct spb_span *name, struct spb_span *processors)
{
    size_t digits = 0;
    while (digits < name->length && isdigit((unsigned char)name->text[name->length - 1 - digits]))
        digits++;
    *processors = (struct spb_span){NULL, 0};
    if (digits == 0 || digits + 1 >= name->length || name->text[name->length - 1 - digits] != '-')
        return;
    *processors = (struct spb_span){name->text + name->length - digits, digits};
    name->length -= digits + 1;
}

static int read_row(struct reader *reader, struct spb_span name, size_t *index)
{
    static const size_t prefix = sizeof("Benchmark") - 1;
    struct spb_span processors;
    struct spb_row row = {0};
    cut_processors(&name, &processors);
    if (name.length > prefix && name.text[prefix] != '/')
        name = (struct spb_span){name.text + prefix, name.length - prefix};
    int code = spb_import_row_split(&row, SPB_FOREIGN_GOBENCH, name, '=', "operation");
    if (code == 0 && reader->package.length)
        code = spb_import_row_param(&row, (struct spb_span){"pkg", 3}, reader->package);
    if (code == 0 && processors.length)
        code = spb_import_row_param(&row, (struct spb_span){"gomaxprocs", 10}, processors);
    if (code) {
        spb_row_release(&row);
        return code;
    }
    code = spb_import_row_enter(reader->import, &row, index, reader->err);
    return code == -EINVAL ? spb_error_prefix(reader->err, code, "%s", reader->file->name) : code;
}

/* ---- results ---------------------------------------------------------------------------------------------------- */

static int read_value(struct reader *reader, struct spb_span word, double *value)
{
    char text[64];
    if (word.length < sizeof(text)) {
        spb_span_copy(word, text, sizeof(text));
        if (spb_parse_double(text, value, NULL) == 0)
            return 0;
    }
    return fail(reader, word, "is no number; the line may be cut or mixed with other output");
}

/* Walks over "410.1 ns/op 104 B/op"; `metrics` NULL: only the time is asked for. */
static int read_values(struct reader *reader, struct spb_span rest, double *time_ns, struct spb_process *metrics)
{
    struct spb_span word, unit;
    int code = 0;
    while (code == 0 && spb_span_take_word(&rest, &word)) {
        double value = 0, factor;
        code = read_value(reader, word, &value);
        if (code == 0 && !spb_span_take_word(&rest, &unit))
            code = fail(reader, word, "lacks its unit; the line may be cut");
        if (code)
            return code;
        factor = spb_span_equals(unit, "ns/op") ? 1 : spb_span_equals(unit, "sec/op") ? 1e9 : 0;
        if (factor > 0) {
            *time_ns = value * factor;
        } else if (metrics) {
            char *name = spb_import_text(unit);
            code = name ? spb_import_metric(reader->import, metrics, name, name, value) : -ENOMEM;
            free(name);
        }
    }
    return code;
}

static int set_row_outcome(struct reader *reader, struct spb_span name, enum spb_outcome outcome, const char *reason)
{
    size_t index;
    int code = read_row(reader, name, &index);
    struct spb_row *row = code == 0 ? &reader->import->result.rows[index] : NULL;
    if (!row || row->reason || (outcome == SPB_OUTCOME_UNAVAILABLE && row->process_count))
        return code;
    row->outcome = outcome;
    row->reason = strdup(reason);
    return row->reason ? 0 : -ENOMEM;
}

static int read_result(struct reader *reader, struct spb_span name, uint64_t iterations, struct spb_span values)
{
    struct spb_process *process;
    double time_ns = -1;
    size_t index;
    int code = read_values(reader, values, &time_ns, NULL);
    if (code)
        return code;
    reader->has_results = true;
    if (time_ns < 0)
        return set_row_outcome(reader, name, SPB_OUTCOME_UNAVAILABLE, "reports no ns/op");
    code = read_row(reader, name, &index);
    if (code == 0)
        code = spb_import_process(reader->import, index, &process, reader->err);
    if (code == 0)
        code = spb_import_sample(process, iterations, time_ns);
    return code ? code : read_values(reader, values, &time_ns, process);
}

/* ---- lines ------------------------------------------------------------------------------------------------------ */

/* "--- FAIL: BenchmarkSort-2" */
static int read_verdict(struct reader *reader, struct spb_span rest)
{
    struct spb_span dashes, verdict, name;
    if (!spb_span_take_word(&rest, &dashes) || !spb_span_take_word(&rest, &verdict) ||
        !spb_span_take_word(&rest, &name) || !spb_span_starts_with(name, "Benchmark"))
        return 0;
    if (spb_span_equals(verdict, "FAIL:"))
        return set_row_outcome(reader, name, SPB_OUTCOME_FAILED, "go test says FAIL");
    if (spb_span_equals(verdict, "SKIP:"))
        return set_row_outcome(reader, name, SPB_OUTCOME_UNAVAILABLE, "skipped");
    return 0;
}

static int read_line(struct reader *reader)
{
    struct spb_span rest = reader->line, key, name, word;
    uint64_t iterations;
    if (take_key(&rest, &key))
        return read_configuration(reader, key, rest);
    if (spb_span_starts_with(rest, "--- "))
        return read_verdict(reader, rest);
    if (!spb_span_starts_with(rest, "Benchmark")) {
        if (spb_span_take_word(&rest, &word) &&
            (spb_span_equals(word, "PASS") || spb_span_equals(word, "ok") || spb_span_equals(word, "FAIL")))
            begin_process(reader);
        return 0;
    }
    /* With -v the name stands alone in a line before; what a benchmark prints itself comes between. */
    if (!spb_span_take_word(&rest, &name) || !spb_span_take_word(&rest, &word) ||
        spb_span_parse_u64(word, &iterations) < 0)
        return 0;
    return read_result(reader, name, iterations, rest);
}

int spb_import_gobench(struct spb_import *import, const struct spb_foreign_file *file, struct spb_error *err)
{
    struct reader reader = {.import = import, .file = file, .err = err};
    struct spb_span rest = {file->text, file->length};
    int code = 0;
    while (code == 0 && spb_span_take_line(&rest, &reader.line)) {
        reader.line_number++;
        code = read_line(&reader);
    }
    return code;
}
