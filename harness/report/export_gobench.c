/* SPDX-License-Identifier: MIT
 *
 * The Go benchmark format (https://golang.org/design/14313-benchmark-format), for benchstat:
 *
 *     goos: linux
 *     pkg: example.org/words
 *     BenchmarkMemory/latency/size=64KiB-1    120000    1.31 ns/op
 *
 * A line is a process, with the median of its samples, because benchstat takes lines for independent. The configuration
 * stands anew before each process, as it does where test binaries ran one after the other. Behind '-' stands what go test
 * puts there, or the threads of the row. Names hold no blanks: these, '%' and what is not ASCII are written as %20. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "export_internal.h"
#include "units.h"

/* A row of a package and its processes. */
struct line_row {
    const struct spb_row *row;
    const char *package; /* "" for none */
    struct spb_export_process *processes;
    size_t count;
};

static void append_number(struct spb_strbuf *out, double value)
{
    char text[SPB_UNIT_TEXT_SIZE];
    spb_strbuf_append(out, spb_format_double(text, value));
}

/* "BenchmarkMemory/latency/size=64KiB-1": the letter behind Benchmark is a capital, or go vet would not know it. */
static void append_name(struct spb_strbuf *out, const struct spb_row *row)
{
    spb_strbuf_append(out, "Benchmark");
    size_t start = out->length;
    spb_export_name(row, '=', true, out);
    if (!out->failed && islower((unsigned char)out->text[start]))
        out->text[start] = (char)toupper((unsigned char)out->text[start]);
    const char *processors = spb_export_param(row, "gomaxprocs");
    bool is_go = strncmp(row->workload, "gobench/", 8) == 0;
    bool ends_alike = !out->failed && isdigit((unsigned char)out->text[out->length - 1]);
    if (processors)
        spb_strbuf_printf(out, "-%s", processors);
    else if (!is_go || ends_alike)
        spb_strbuf_printf(out, "-%u", row->threads);
}

/* Metrics whose name is their unit came from go test. */
static void append_metrics(struct spb_strbuf *out, const struct spb_process *process)
{
    for (size_t i = 0; i < process->metrics.count; i++) {
        const struct spb_metric *metric = &process->metrics.items[i];
        if (strcmp(metric->name, metric->unit) != 0 || !spb_metric_has_value(metric) || !*metric->unit)
            continue;
        spb_strbuf_append(out, "\t");
        append_number(out, metric->value);
        spb_strbuf_printf(out, " %s", metric->unit);
    }
}

static void append_line(struct spb_strbuf *out, const struct line_row *row, size_t process)
{
    const struct spb_export_process *summary = &row->processes[process];
    append_name(out, row->row);
    spb_strbuf_printf(out, "\t%llu\t", (unsigned long long)summary->iterations);
    append_number(out, summary->time_ns);
    spb_strbuf_append(out, " ns/op");
    if (row->row->measure == SPB_UNITS_PER_SECOND && summary->rate > 0) {
        spb_strbuf_append(out, "\t");
        append_number(out, summary->rate);
        spb_strbuf_append_char(out, ' ');
        for (const char *unit = row->row->unit; *unit; unit++)
            spb_strbuf_append_char(out, (unsigned char)*unit > ' ' ? *unit : '-');
        spb_strbuf_append(out, "/s");
    }
    append_metrics(out, summary->process);
    spb_strbuf_append_char(out, '\n');
}

static void append_fact(struct spb_strbuf *out, const char *key, const struct spb_stamp *stamp, const char *name)
{
    const struct spb_fact *fact = spb_stamp_find(stamp, name);
    if (fact && fact->kind == SPB_FACT_TEXT && *fact->text)
        spb_strbuf_printf(out, "%s: %s\n", key, fact->text);
}

static void append_configuration(struct spb_strbuf *out, const struct spb_stamp *stamp, const char *package)
{
    const struct spb_fact *machine = spb_stamp_find(stamp, "host.machine");
    spb_strbuf_append(out, "goos: linux\n");
    if (machine && machine->kind == SPB_FACT_TEXT)
        spb_strbuf_printf(out, "goarch: %s\n",
                          strcmp(machine->text, "x86_64") == 0    ? "amd64"
                          : strcmp(machine->text, "aarch64") == 0 ? "arm64"
                                                                  : machine->text);
    if (*package)
        spb_strbuf_printf(out, "pkg: %s\n", package);
    append_fact(out, "cpu", stamp, "cpu.model");
}

/* Process by process, so that lines of one block are of one process each and blocks of different ones. */
static void append_package(struct spb_strbuf *out, const struct spb_stamp *stamp, const struct line_row *rows,
                           size_t row_count)
{
    bool any = true;
    for (size_t process = 0; any; process++) {
        any = false;
        for (size_t i = 0; i < row_count; i++) {
            if (process >= rows[i].count || strcmp(rows[i].package, rows[0].package) != 0)
                continue;
            if (!any)
                append_configuration(out, stamp, rows[0].package);
            any = true;
            append_line(out, &rows[i], process);
        }
    }
}

static bool is_first_of_package(const struct line_row *rows, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (strcmp(rows[i].package, rows[index].package) == 0)
            return false;
    return true;
}

static size_t collect(const struct spb_result *result, struct line_row *rows, struct spb_strbuf *out)
{
    size_t count = 0;
    for (size_t i = 0; i < result->row_count; i++) {
        struct line_row *row = &rows[count];
        if (!spb_export_has_time(&result->rows[i]))
            continue;
        const char *package = spb_export_param(&result->rows[i], "pkg");
        row->row = &result->rows[i];
        row->package = package ? package : "";
        row->processes = spb_export_processes(row->row, &row->count);
        out->failed |= !row->processes;
        row->count = row->processes ? row->count : 0;
        count++;
    }
    return count;
}

int spb_export_gobench(const struct spb_result *result, struct spb_strbuf *out, struct spb_error *err)
{
    struct line_row *rows = calloc(result->row_count + 1, sizeof(*rows));
    (void)err;
    out->failed |= !rows;
    if (!rows)
        return 0;
    size_t count = collect(result, rows, out);
    for (size_t i = 0; i < count; i++)
        if (is_first_of_package(rows, i))
            append_package(out, &result->stamp, rows + i, count - i);
    for (size_t i = 0; i < count; i++)
        free(rows[i].processes);
    free(rows);
    return 0;
}
