/* SPDX-License-Identifier: MIT
 *
 * Google Benchmark's JSON, for its tools/compare.py and whatever else reads it.
 *
 * A repetition is a process, with the median of its samples: compare.py takes repetitions for independent, which samples of
 * one process are not. Mean, median, stddev and cv are over the processes. The format demands a cpu_time of every entry;
 * where none was measured it is real_time again, and context.spbench_cpu_time says so. context.spbench_process lets
 * `spbench import` take the repetitions for the processes they were. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "export_internal.h"
#include "json_writer.h"

/* Of one repetition, in nanoseconds. */
struct entry {
    double real_ns;
    double cpu_ns;
    double rate;
};

struct family {
    const char *workload;
    uint64_t index;
    uint64_t instance;
};

static bool find_cpu_time(const struct spb_row *row, const struct spb_export_process *summary, double *cpu_ns)
{
    const struct spb_metric *metric = spb_metrics_find(&summary->process->metrics, "cpu-time");
    double iterations = 0;
    if (!metric || !spb_metric_has_value(metric) || !(metric->value > 0))
        return false;
    for (size_t i = 0; i < summary->process->sample_count; i++)
        iterations += (double)summary->process->samples[i].iterations;
    *cpu_ns = metric->total ? metric->value / iterations / spb_export_divisor(row, summary->process) : metric->value;
    return true;
}

/* ---- context ---------------------------------------------------------------------------------------------------- */

static void write_text_fact(struct spb_json *json, const char *key, const struct spb_stamp *stamp, const char *name)
{
    const struct spb_fact *fact = spb_stamp_find(stamp, name);
    if (fact && fact->kind == SPB_FACT_TEXT)
        spb_json_string(json, key, fact->text);
}

static bool lacks_cpu_time(const struct spb_result *result)
{
    for (size_t i = 0; i < result->row_count; i++)
        for (size_t p = 0; p < result->rows[i].process_count; p++)
            if (!spb_metrics_find(&result->rows[i].processes[p].metrics, "cpu-time"))
                return true;
    return false;
}

static void write_context(struct spb_json *json, const struct spb_result *result)
{
    char date[64] = "";
    struct tm utc;
    time_t when = (time_t)result->created_s;
    const struct spb_fact *cpus = spb_stamp_find(&result->stamp, "topology.pus");
    if (gmtime_r(&when, &utc))
        strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S+00:00", &utc);
    spb_json_object(json, "context");
    spb_json_string(json, "date", date);
    write_text_fact(json, "host_name", &result->stamp, "host.name");
    spb_json_string(json, "executable", "spbench");
    if (cpus && cpus->kind == SPB_FACT_NUMBER && cpus->number >= 1 && cpus->number < 1e6)
        spb_json_uint(json, "num_cpus", (uint64_t)cpus->number);
    write_text_fact(json, "cpu_model", &result->stamp, "cpu.model");
    spb_json_array(json, "caches");
    spb_json_end(json);
    spb_json_string(json, "library_build_type", "release");
    spb_json_string(json, "spbench_process", "repetition");
    if (lacks_cpu_time(result))
        spb_json_string(json, "spbench_cpu_time", "real_time again where none was measured");
    spb_json_end(json);
}

/* ---- benchmarks ------------------------------------------------------------------------------------------------- */

static void begin_entry(struct spb_json *json, const struct spb_row *row, const struct family *family,
                        const char *aggregate)
{
    struct spb_strbuf name = {0};
    spb_export_name(row, ':', false, &name);
    size_t length = name.length;
    if (aggregate)
        spb_strbuf_printf(&name, "_%s", aggregate);
    spb_json_object(json, NULL);
    spb_json_string(json, "name", spb_strbuf_text(&name));
    spb_json_uint(json, "family_index", family->index);
    spb_json_uint(json, "per_family_instance_index", family->instance);
    if (name.text)
        name.text[length] = '\0';
    spb_json_string(json, "run_name", spb_strbuf_text(&name));
    spb_json_string(json, "run_type", aggregate ? "aggregate" : "iteration");
    json->out->failed |= name.failed;
    spb_strbuf_release(&name);
}

static void end_entry(struct spb_json *json, const struct spb_row *row, const struct entry *entry)
{
    spb_json_double(json, "real_time", entry->real_ns);
    spb_json_double(json, "cpu_time", entry->cpu_ns);
    spb_json_string(json, "time_unit", "ns");
    if (row->measure == SPB_UNITS_PER_SECOND && entry->rate > 0)
        spb_json_double(json, strcmp(row->unit, "byte") == 0 ? "bytes_per_second" : "items_per_second", entry->rate);
    spb_json_end(json);
}

static void write_repetition(struct spb_json *json, const struct spb_row *row, const struct family *family,
                             const struct spb_export_process *process, size_t index, size_t count,
                             const struct entry *entry)
{
    begin_entry(json, row, family, NULL);
    spb_json_uint(json, "repetitions", count);
    spb_json_uint(json, "repetition_index", index);
    spb_json_uint(json, "threads", row->threads);
    spb_json_uint(json, "iterations", process->iterations);
    end_entry(json, row, entry);
}

static double pick(const struct entry *entry, size_t which)
{
    return which == 0 ? entry->real_ns : which == 1 ? entry->cpu_ns : entry->rate;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Each aggregate of real time, CPU time and rate; `values` has room for `count`. */
static void aggregate(const struct entry *entries, size_t count, size_t which, double *values, double result[4])
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++) {
        values[i] = pick(&entries[i], which);
        sum += values[i] / (double)count;
    }
    for (size_t i = 0; i < count; i++)
        squares += (values[i] - sum) * (values[i] - sum);
    qsort(values, count, sizeof(*values), compare_doubles);
    result[0] = sum;
    result[1] = count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
    result[2] = sqrt(squares / (double)(count - 1));
    result[3] = sum > 0 ? result[2] / sum : 0;
}

static void write_aggregates(struct spb_json *json, const struct spb_row *row, const struct family *family,
                             const struct entry *entries, size_t count)
{
    static const char *const names[] = {"mean", "median", "stddev", "cv"};
    double results[3][4];
    double *values = calloc(count + 1, sizeof(*values));
    json->out->failed |= !values;
    if (!values || count < 2) {
        free(values);
        return;
    }
    for (size_t which = 0; which < 3; which++)
        aggregate(entries, count, which, values, results[which]);
    for (size_t i = 0; i < 4; i++) {
        struct entry entry = {results[0][i], results[1][i], results[2][i]};
        begin_entry(json, row, family, names[i]);
        spb_json_uint(json, "repetitions", count);
        spb_json_uint(json, "threads", row->threads);
        spb_json_string(json, "aggregate_name", names[i]);
        spb_json_string(json, "aggregate_unit", i == 3 ? "percentage" : "time");
        spb_json_uint(json, "iterations", count);
        end_entry(json, row, &entry);
    }
    free(values);
}

static void write_row(struct spb_json *json, const struct spb_row *row, const struct family *family)
{
    size_t count;
    struct spb_export_process *processes = spb_export_processes(row, &count);
    struct entry *entries = calloc(count + 1, sizeof(*entries));
    json->out->failed |= !processes || !entries;
    for (size_t i = 0; processes && entries && i < count; i++) {
        entries[i] = (struct entry){processes[i].time_ns, processes[i].time_ns, processes[i].rate};
        find_cpu_time(row, &processes[i], &entries[i].cpu_ns);
        write_repetition(json, row, family, &processes[i], i, count, &entries[i]);
    }
    if (processes && entries)
        write_aggregates(json, row, family, entries, count);
    free(processes);
    free(entries);
}

int spb_export_gbench(const struct spb_result *result, struct spb_strbuf *out, struct spb_error *err)
{
    struct spb_json json;
    struct family family = {0};
    (void)err;
    spb_json_init(&json, out, true);
    spb_json_object(&json, NULL);
    write_context(&json, result);
    spb_json_array(&json, "benchmarks");
    for (size_t i = 0; i < result->row_count; i++) {
        const struct spb_row *row = &result->rows[i];
        if (!spb_export_has_time(row))
            continue;
        bool is_same = family.workload && strcmp(family.workload, row->workload) == 0;
        family.index += family.workload && !is_same;
        family.instance = is_same ? family.instance + 1 : 0;
        family.workload = row->workload;
        write_row(&json, row, &family);
    }
    spb_json_end(&json);
    spb_json_end(&json);
    spb_strbuf_append_char(out, '\n');
    return 0;
}
