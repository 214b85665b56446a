/* SPDX-License-Identifier: MIT
 *
 * pyperf's JSON, version 1.0, for `pyperf show`, `stats` and `compare_to`. A run is a process, with all its samples. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "export_internal.h"
#include "json_writer.h"

/* "2024-05-01 12:00:00.250000" */
static void write_date(struct spb_json *json, int64_t created_s, uint64_t started_ns)
{
    char day[64], date[96];
    struct tm utc;
    uint64_t microseconds = started_ns / 1000;
    time_t when = (time_t)(created_s + (int64_t)(microseconds / 1000000));
    if (!gmtime_r(&when, &utc) || strftime(day, sizeof(day), "%Y-%m-%d %H:%M:%S", &utc) == 0)
        return;
    snprintf(date, sizeof(date), "%s.%06u", day, (unsigned)(microseconds % 1000000));
    spb_json_string(json, "date", date);
}

/* What all samples of the process have in common: loops; 0 where they differ. */
static uint64_t common_loops(const struct spb_row *row, const struct spb_process *process)
{
    for (size_t i = 1; i < process->sample_count; i++)
        if (process->samples[i].iterations != process->samples[0].iterations)
            return 0;
    double loops = round((double)process->samples[0].iterations * spb_export_divisor(row, process));
    return loops >= 1 && loops <= INT32_MAX ? (uint64_t)loops : 0;
}

static void write_run(struct spb_json *json, const struct spb_result *result, const struct spb_row *row,
                      const struct spb_process *process)
{
    uint64_t loops = common_loops(row, process);
    const struct spb_metric *memory = spb_metrics_find(&process->metrics, "peak-rss");
    spb_json_inline_object(json, NULL);
    spb_json_object(json, "metadata");
    write_date(json, result->created_s, process->started_ns);
    if (loops)
        spb_json_uint(json, "loops", loops);
    if (memory && spb_metric_has_value(memory) && memory->value >= 0 && memory->value < 1e18)
        spb_json_uint(json, "mem_max_rss", (uint64_t)memory->value);
    spb_json_end(json);
    spb_json_array(json, "values");
    for (size_t i = 0; i < process->sample_count; i++)
        spb_json_double(json, NULL, spb_export_time_ns(row, process, &process->samples[i]) / 1e9);
    spb_json_end(json);
    spb_json_end(json);
}

static void write_benchmark(struct spb_json *json, const struct spb_result *result, const struct spb_row *row)
{
    struct spb_strbuf name = {0};
    spb_export_name(row, '=', false, &name);
    spb_json_object(json, NULL);
    spb_json_inline_object(json, "metadata");
    spb_json_string(json, "name", spb_strbuf_text(&name));
    spb_json_end(json);
    spb_json_array(json, "runs");
    for (size_t i = 0; i < row->process_count; i++)
        if (spb_export_counts(&row->processes[i]))
            write_run(json, result, row, &row->processes[i]);
    spb_json_end(json);
    spb_json_end(json);
    json->out->failed |= name.failed;
    spb_strbuf_release(&name);
}

/* pyperf takes no empty values. */
static void write_fact(struct spb_json *json, const char *key, const struct spb_stamp *stamp, const char *name)
{
    const struct spb_fact *fact = spb_stamp_find(stamp, name);
    if (fact && fact->kind == SPB_FACT_TEXT && fact->text[strspn(fact->text, " ")])
        spb_json_string(json, key, fact->text);
}

static void write_metadata(struct spb_json *json, const struct spb_result *result)
{
    const struct spb_fact *cpus = spb_stamp_find(&result->stamp, "topology.pus");
    spb_json_object(json, "metadata");
    spb_json_string(json, "unit", "second");
    write_fact(json, "hostname", &result->stamp, "host.name");
    write_fact(json, "cpu_model_name", &result->stamp, "cpu.model");
    write_fact(json, "platform", &result->stamp, "kernel.release");
    if (cpus && cpus->kind == SPB_FACT_NUMBER && cpus->number >= 1 && cpus->number < 1e6)
        spb_json_uint(json, "cpu_count", (uint64_t)cpus->number);
    spb_json_end(json);
}

int spb_export_pyperf(const struct spb_result *result, struct spb_strbuf *out, struct spb_error *err)
{
    struct spb_json json;
    (void)err;
    spb_json_init(&json, out, true);
    spb_json_object(&json, NULL);
    spb_json_array(&json, "benchmarks");
    for (size_t i = 0; i < result->row_count; i++)
        if (spb_export_has_time(&result->rows[i]))
            write_benchmark(&json, result, &result->rows[i]);
    spb_json_end(&json);
    write_metadata(&json, result);
    spb_json_string(&json, "version", "1.0");
    spb_json_end(&json);
    spb_strbuf_append_char(out, '\n');
    return 0;
}
