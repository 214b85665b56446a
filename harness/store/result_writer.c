/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "parameter.h"
#include "result_internal.h"

void spb_result_write_time(struct spb_json *json, const char *key, int64_t seconds)
{
    char text[96];
    struct tm utc;
    time_t when = (time_t)seconds;
    gmtime_r(&when, &utc);
    /* Not strftime, whose %Y makes the year 24 two digits. */
    snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02dZ", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
             utc.tm_hour, utc.tm_min, utc.tm_sec);
    spb_json_string(json, key, text);
}

static void write_absent(struct spb_json *json, const char *key, const char *reason)
{
    spb_json_inline_object(json, key);
    spb_json_write_text(json, "absent", reason);
    spb_json_end(json);
}

/* ---- stamp ------------------------------------------------------------------------------------------------------ */

static size_t group_length(const struct spb_fact *fact)
{
    return strcspn(fact->name, ".");
}

static bool same_group(const struct spb_fact *a, const struct spb_fact *b)
{
    return group_length(a) == group_length(b) && memcmp(a->name, b->name, group_length(a)) == 0;
}

static void write_fact(struct spb_json *json, const struct spb_fact *fact)
{
    const char *key = fact->name + group_length(fact) + 1;
    if (fact->kind == SPB_FACT_ABSENT || (fact->kind == SPB_FACT_NUMBER && !isfinite(fact->number))) {
        write_absent(json, key, fact->kind == SPB_FACT_ABSENT ? fact->text : "not a finite number");
        return;
    }
    spb_json_inline_object(json, key);
    if (fact->kind == SPB_FACT_TEXT)
        spb_json_write_text(json, "value", fact->text);
    if (fact->kind == SPB_FACT_BOOL)
        spb_json_bool(json, "value", fact->flag);
    if (fact->kind == SPB_FACT_NUMBER) {
        spb_json_double(json, "value", fact->number);
        spb_json_write_text(json, "unit", fact->unit);
    }
    spb_json_end(json);
}

static bool is_first_of_group(const struct spb_stamp *stamp, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (same_group(&stamp->facts[i], &stamp->facts[index]))
            return false;
    return true;
}

void spb_result_write_stamp(struct spb_json *json, const struct spb_stamp *stamp)
{
    spb_json_object(json, "stamp");
    for (size_t first = 0; first < stamp->count; first++) {
        if (!is_first_of_group(stamp, first))
            continue;
        char group[64];
        snprintf(group, sizeof(group), "%.*s", (int)group_length(&stamp->facts[first]), stamp->facts[first].name);
        spb_json_object(json, group);
        for (size_t i = first; i < stamp->count; i++)
            if (same_group(&stamp->facts[i], &stamp->facts[first]))
                write_fact(json, &stamp->facts[i]);
        spb_json_end(json);
    }
    spb_json_end(json);
}

/* ---- the run ---------------------------------------------------------------------------------------------------- */

void spb_result_write_load(struct spb_json *json, const char *key, const struct spb_load *load)
{
    if (!load->valid) {
        write_absent(json, key, "not read");
        return;
    }
    spb_json_inline_object(json, key);
    spb_json_fields_write(json, spb_load_fields, load);
    spb_json_end(json);
}

void spb_result_write_texts(struct spb_json *json, const char *key, char *const *texts, size_t count)
{
    spb_json_inline_array(json, key);
    for (size_t i = 0; i < count; i++)
        spb_json_write_text(json, NULL, texts[i]);
    spb_json_end(json);
}

void spb_result_write_plugin_files(struct spb_json *json, const char *key, const struct spb_plugin_file *files,
                                   size_t count)
{
    spb_json_array(json, key);
    for (size_t i = 0; i < count; i++) {
        spb_json_inline_object(json, NULL);
        spb_json_fields_write(json, spb_plugin_file_fields, &files[i]);
        spb_json_end(json);
    }
    spb_json_end(json);
}

static void write_options(struct spb_json *json, const struct spb_run_options *options)
{
    spb_json_object(json, "options");
    spb_result_write_texts(json, "arguments", options->arguments, options->argument_count);
    spb_json_fields_write(json, spb_run_options_fields, options);
    if (options->plugin_count)
        spb_result_write_plugin_files(json, "plugins", options->plugins, options->plugin_count);
    spb_json_end(json);
}

/* ---- parts of rows ---------------------------------------------------------------------------------------------- */

static void write_metric(struct spb_json *json, const struct spb_metric *metric)
{
    bool has_value = spb_metric_has_value(metric);
    bool broken = has_value && !isfinite(metric->value);
    spb_json_inline_object(json, NULL);
    spb_json_write_text(json, "name", metric->name);
    spb_json_write_text(json, "unit", metric->unit);
    spb_json_string(json, "state", spb_metric_state_name(broken ? SPB_METRIC_ABSENT : metric->state));
    if (has_value && !broken)
        spb_json_double(json, "value", metric->value);
    else
        spb_json_write_text(json, "reason", broken ? "not a finite number" : metric->reason);
    if (metric->total)
        spb_json_bool(json, "total", true);
    if (metric->state == SPB_METRIC_MULTIPLEXED && !broken)
        spb_json_double(json, "share", metric->share);
    spb_json_end(json);
}

static bool is_absent_in(const struct spb_metrics *metrics, const char *name)
{
    const struct spb_metric *metric = metrics ? spb_metrics_find(metrics, name) : NULL;
    return metric && !spb_metric_has_value(metric);
}

/* What is absent in the whole row stands in the row, with its reason, and not again in each process. `row_metrics` may be
 * NULL. */
void spb_result_write_metrics(struct spb_json *json, const char *key, const struct spb_metrics *metrics,
                              const struct spb_metrics *row_metrics)
{
    spb_json_array(json, key);
    for (size_t i = 0; i < metrics->count; i++)
        if (spb_metric_has_value(&metrics->items[i]) || !is_absent_in(row_metrics, metrics->items[i].name))
            write_metric(json, &metrics->items[i]);
    spb_json_end(json);
}

void spb_result_write_outcome(struct spb_json *json, enum spb_outcome outcome, const char *reason)
{
    spb_json_string(json, "outcome", spb_outcome_name(outcome));
    if (reason)
        spb_json_write_text(json, "reason", reason);
    else if (outcome == SPB_OUTCOME_FAILED || outcome == SPB_OUTCOME_UNAVAILABLE)
        spb_json_string(json, "reason", "not given");
}

static void write_samples(struct spb_json *json, const struct spb_process *process)
{
    spb_json_inline_array(json, "samples");
    for (size_t i = 0; i < process->sample_count; i++) {
        const struct spb_sample *sample = &process->samples[i];
        spb_json_array(json, NULL);
        spb_json_write_uint64(json, NULL, sample->iterations);
        spb_json_write_uint64(json, NULL, sample->elapsed_ns);
        spb_json_uint(json, NULL, sample->marks);
        spb_json_end(json);
    }
    spb_json_end(json);
}

static void write_threads(struct spb_json *json, const struct spb_process *process)
{
    spb_json_inline_array(json, "threads");
    for (unsigned i = 0; i < process->thread_count; i++) {
        spb_json_array(json, NULL);
        spb_json_uint(json, NULL, process->threads[i].cpu.os_index);
        spb_json_write_uint64(json, NULL, process->threads[i].elapsed_ns);
        spb_json_end(json);
    }
    spb_json_end(json);
}

/* Only classes that hold something: [lowest value, count]. */
static void write_latency(struct spb_json *json, const struct spb_histogram *latency)
{
    if (!latency)
        return;
    spb_json_inline_object(json, "latency");
    spb_json_write_uint64(json, "min_ns", latency->min_ns);
    spb_json_write_uint64(json, "max_ns", latency->max_ns);
    spb_json_array(json, "classes");
    for (size_t i = 0; i < SPB_HISTOGRAM_CLASSES; i++) {
        if (!latency->counts[i])
            continue;
        spb_json_array(json, NULL);
        spb_json_write_uint64(json, NULL, spb_histogram_class_low(i));
        spb_json_write_uint64(json, NULL, latency->counts[i]);
        spb_json_end(json);
    }
    spb_json_end(json);
    spb_json_end(json);
}

void spb_result_write_process(struct spb_json *json, const char *key, const struct spb_process *process,
                              const struct spb_metrics *row_metrics)
{
    spb_json_inline_object(json, key);
    spb_result_write_outcome(json, process->outcome, process->reason);
    spb_json_fields_write(json, spb_process_fields, process);
    if (process->overhead_ns)
        spb_json_write_uint64(json, "overhead_ns", process->overhead_ns);
    write_threads(json, process);
    spb_result_write_metrics(json, "metrics", &process->metrics, row_metrics);
    write_latency(json, process->latency);
    write_samples(json, process);
    spb_json_end(json);
}

static void write_parameters(struct spb_json *json, const struct spb_row *row)
{
    spb_json_array(json, "parameters");
    for (size_t i = 0; i < row->param_count; i++) {
        const struct spb_param_value *param = &row->params[i];
        spb_json_inline_object(json, NULL);
        spb_json_write_text(json, "name", param->name);
        spb_json_string(json, "kind", spb_param_kind_name(param->kind));
        spb_json_write_text(json, "text", param->text);
        spb_json_write_uint64(json, "value", param->value);
        spb_json_end(json);
    }
    spb_json_end(json);
}

static void write_placement(struct spb_json *json, const struct spb_row *row)
{
    spb_json_inline_object(json, "placement");
    spb_json_fields_write(json, spb_placement_fields, row);
    spb_json_array(json, "cpus");
    for (unsigned i = 0; row->pinned && i < row->threads; i++)
        spb_json_uint(json, NULL, row->cpus[i].os_index);
    spb_json_end(json);
    if (row->memory_bound)
        spb_json_uint(json, "memory_node", row->numa_node);
    else
        spb_json_null(json, "memory_node");
    spb_json_end(json);
}

/* ---- statistics: for readers in other languages; the reader here computes them anew ----------------------------- */

static const char *const no_sample = "no process has a sample";
static const char *const no_interval = "takes two processes";

static void write_headline_interval(struct spb_json *json, const struct spb_row *row)
{
    const struct spb_row_stats *stats = &row->stats;
    if (!stats->has_interval) {
        write_absent(json, "interval", no_interval);
        return;
    }
    double a = spb_row_headline(row, stats->low_ns);
    double b = spb_row_headline(row, stats->high_ns);
    spb_json_inline_object(json, "interval");
    spb_json_double(json, "low", fmin(a, b));
    spb_json_double(json, "high", fmax(a, b));
    spb_json_double(json, "confidence", stats->confidence);
    spb_json_end(json);
}

/* The estimate in the row's own measure: what a table shows. */
static void write_headline(struct spb_json *json, const struct spb_row *row)
{
    char unit[256];
    bool is_rate = row->measure == SPB_UNITS_PER_SECOND;
    snprintf(unit, sizeof(unit), is_rate ? "%s/s" : "ns/%s", row->unit);
    spb_json_object(json, "headline");
    if (!row->stats.valid) {
        spb_json_string(json, "absent", no_sample);
    } else if (!isfinite(spb_row_headline(row, row->stats.estimate_ns))) {
        spb_json_string(json, "absent", "the processes disagree about the work of one iteration");
    } else {
        spb_json_double(json, "value", spb_row_headline(row, row->stats.estimate_ns));
        write_headline_interval(json, row);
    }
    spb_json_write_text(json, "unit", unit);
    spb_json_string(json, "better", is_rate ? "higher" : "lower");
    spb_json_end(json);
}

static void write_estimate(struct spb_json *json, const struct spb_row_stats *stats)
{
    spb_json_double(json, "estimate_ns", stats->estimate_ns);
    if (!stats->has_interval) {
        write_absent(json, "interval", no_interval);
        return;
    }
    spb_json_inline_object(json, "interval");
    spb_json_double(json, "low_ns", stats->low_ns);
    spb_json_double(json, "high_ns", stats->high_ns);
    spb_json_double(json, "confidence", stats->confidence);
    spb_json_double(json, "half_width_ratio", stats->half_width_ratio);
    spb_json_end(json);
}

static void write_samples_summary(struct spb_json *json, const struct spb_row_stats *stats)
{
    spb_json_double(json, "min_ns", stats->min_ns);
    spb_json_double(json, "mean_ns", stats->mean_ns);
    spb_json_double(json, "median_ns", stats->median_ns);
    spb_json_double(json, "sd_ns", stats->sd_ns);
    spb_json_double(json, "mad_ns", stats->mad_ns);
    spb_json_double(json, "p50_ns", stats->p50_ns);
    spb_json_double(json, "p90_ns", stats->p90_ns);
    spb_json_double(json, "p99_ns", stats->p99_ns);
    spb_json_double(json, "max_ns", stats->max_ns);
    spb_json_uint(json, "outliers_mild", stats->outliers_mild);
    spb_json_uint(json, "outliers_severe", stats->outliers_severe);
    spb_json_uint(json, "marked", stats->marked_count);
}

static void write_dependence(struct spb_json *json, const struct spb_row_stats *stats)
{
    if (stats->has_lag1)
        spb_json_double(json, "lag1_autocorrelation", stats->lag1);
    else
        write_absent(json, "lag1_autocorrelation", "takes three samples of a process that differ");
    if (!stats->has_variance) {
        write_absent(json, "variance", "takes two processes, one of them with two samples");
        return;
    }
    spb_json_inline_object(json, "variance");
    spb_json_double(json, "between_ns2", stats->variance_between_ns2);
    spb_json_double(json, "within_ns2", stats->variance_within_ns2);
    spb_json_end(json);
}

/* Single samples in the terms of one unit of work, and the estimate as a rate: whatever the measure of the row. */
static void write_operation(struct spb_json *json, const struct spb_row *row)
{
    double work = row->stats.work_per_iteration;
    if (!row->stats.valid || !(work > 0))
        return;
    spb_json_inline_object(json, "operation");
    spb_json_write_text(json, "unit", row->unit);
    spb_json_double(json, "per_second", work * 1e9 / row->stats.estimate_ns);
    spb_json_double(json, "mean_ns", row->stats.mean_ns / work);
    spb_json_double(json, "min_ns", row->stats.min_ns / work);
    spb_json_double(json, "max_ns", row->stats.max_ns / work);
    spb_json_end(json);
}

static void write_statistics(struct spb_json *json, const struct spb_row_stats *stats)
{
    if (!stats->valid) {
        write_absent(json, "statistics", no_sample);
        return;
    }
    spb_json_object(json, "statistics");
    spb_json_uint(json, "processes", stats->process_count);
    spb_json_uint(json, "samples", stats->sample_count);
    write_estimate(json, stats);
    write_samples_summary(json, stats);
    write_dependence(json, stats);
    spb_json_double(json, "work_per_iteration", stats->work_per_iteration);
    spb_json_end(json);
}

/* ---- rows ------------------------------------------------------------------------------------------------------- */

static void write_key(struct spb_json *json, const struct spb_row *row)
{
    char *key = spb_row_key(row);
    json->out->failed |= !key;
    spb_json_write_text(json, "key", key);
    free(key);
}

void spb_result_write_row_head(struct spb_json *json, const struct spb_row *row)
{
    write_key(json, row);
    spb_result_write_outcome(json, row->outcome, row->reason);
    spb_json_fields_write(json, spb_row_fields, row);
    if (row->plugin)
        spb_json_write_text(json, "plugin", row->plugin);
    spb_json_string(json, "measure", spb_measure_name(row->measure));
    write_parameters(json, row);
    write_placement(json, row);
}

static void write_row(struct spb_json *json, const struct spb_row *row, bool journal_head)
{
    spb_json_object(json, NULL);
    spb_result_write_row_head(json, row);
    if (!journal_head) {
        write_headline(json, row);
        write_operation(json, row);
        write_statistics(json, &row->stats);
    }
    spb_result_write_metrics(json, "metrics", &row->metrics, NULL);
    spb_json_array(json, "processes");
    for (size_t i = 0; !journal_head && i < row->process_count; i++)
        spb_result_write_process(json, NULL, &row->processes[i], &row->metrics);
    spb_json_end(json);
    spb_json_end(json);
}

void spb_result_write_members(struct spb_json *json, const struct spb_result *result, bool journal_head)
{
    spb_json_string(json, "kind", "run");
    spb_json_bool(json, "complete", result->complete);
    spb_result_write_time(json, "created", result->created_s);
    if (result->finished_s)
        spb_result_write_time(json, "finished", result->finished_s);
    spb_result_write_stamp(json, &result->stamp);
    spb_result_write_load(json, "load_before", &result->load_before);
    spb_result_write_load(json, "load_after", &result->load_after);
    write_options(json, &result->options);
    spb_json_array(json, "rows");
    for (size_t i = 0; i < result->row_count; i++)
        write_row(json, &result->rows[i], journal_head);
    spb_json_end(json);
}

int spb_result_write(const struct spb_result *result, struct spb_strbuf *out)
{
    struct spb_json json;
    spb_json_init(&json, out, true);
    spb_json_object(&json, NULL);
    spb_json_string(&json, "schema", SPB_RESULT_SCHEMA);
    spb_json_uint(&json, "schema_version", SPB_RESULT_SCHEMA_VERSION);
    spb_result_write_members(&json, result, false);
    spb_json_end(&json);
    spb_strbuf_append_char(out, '\n');
    return out->failed ? -ENOMEM : 0;
}
