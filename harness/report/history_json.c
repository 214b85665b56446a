/* SPDX-License-Identifier: MIT
 *
 * The JSON of a history: schema "spbench-history", version 1. Times are UTC; what is absent is null with its reason beside it. */
#include <math.h>

#include "history_report.h"
#include "json_writer.h"
#include "time_text.h"

static void write_time(struct spb_json *json, const char *key, int64_t time_ns)
{
    char text[SPB_TIME_TEXT_SIZE];
    spb_json_string(json, key, spb_time_format_iso(text, time_ns));
}

static void write_head(struct spb_json *json, const struct spb_history_report *report)
{
    const struct spb_history_extent *extent = report->extent;
    spb_json_string(json, "schema", "spbench-history");
    spb_json_uint(json, "version", 1);
    spb_json_string(json, "host", extent->host);
    spb_json_string(json, "kernel", extent->kernel);
    spb_json_string(json, "process_source", extent->process_source);
    write_time(json, "first", extent->first_ns);
    write_time(json, "last", extent->last_ns);
    spb_json_uint(json, "looks", extent->looks);
    spb_json_double(json, "interval_s", (double)extent->interval_ns / 1e9);
    spb_json_uint(json, "file_bytes", extent->file_bytes);
}

static void write_key(struct spb_json *json, const struct spb_history_key *key)
{
    const struct spb_series_info *info = spb_series_info(key->series);
    spb_json_string(json, "metric", info->name);
    spb_json_string(json, "instance", *key->instance ? key->instance : NULL);
    spb_json_string(json, "unit", info->unit);
}

static void write_points(struct spb_json *json, const struct spb_history_points *points)
{
    spb_json_double(json, "step_s", (double)points->step_ns / 1e9);
    spb_json_array(json, "points");
    for (size_t i = 0; i < points->count; i++) {
        const struct spb_history_point *point = &points->items[i];
        spb_json_inline_object(json, NULL);
        write_time(json, "time", point->time_ns);
        spb_json_double(json, "min", point->min);
        spb_json_double(json, "mean", point->mean);
        spb_json_double(json, "max", point->max);
        spb_json_uint(json, "looks", point->count);
        spb_json_end(json);
    }
    spb_json_end(json);
}

static void write_end(struct spb_json *json, const struct spb_history_trend *trend)
{
    if (trend->no_end) {
        spb_json_null(json, "full_in_s");
        spb_json_string(json, "full_in_reason", trend->no_end);
        return;
    }
    spb_json_double(json, "full_in_s", trend->end_s);
    spb_json_double(json, "full_in_early_s", trend->end_early_s);
    spb_json_double(json, "full_in_late_s", trend->end_late_s); /* null: perhaps never */
}

static void write_trend(struct spb_json *json, const struct spb_history_key *key, const struct spb_history_trend *trend)
{
    spb_json_object(json, "trend");
    if (trend->none) {
        spb_json_null(json, "slope_per_s");
        spb_json_string(json, "reason", trend->none);
    } else {
        spb_json_double(json, "slope_per_s", trend->slope_per_s);
        spb_json_double(json, "slope_low_per_s", trend->slope_low_per_s);
        spb_json_double(json, "slope_high_per_s", trend->slope_high_per_s);
        spb_json_double(json, "p", trend->p);
        spb_json_double(json, "level", trend->level);
    }
    if (spb_history_runs_out(key->series))
        write_end(json, trend);
    spb_json_array(json, "steps");
    for (size_t i = 0; i < trend->step_count; i++) {
        spb_json_inline_object(json, NULL);
        write_time(json, "time", trend->steps[i].time_ns);
        spb_json_double(json, "before", trend->steps[i].before);
        spb_json_double(json, "after", trend->steps[i].after);
        spb_json_end(json);
    }
    spb_json_end(json);
    spb_json_end(json);
}

void spb_history_series_json(const struct spb_history_report *report, struct spb_strbuf *out)
{
    struct spb_json json;
    spb_json_init(&json, out, true);
    spb_json_object(&json, NULL);
    write_head(&json, report);
    spb_json_array(&json, "gaps");
    for (size_t i = 0; i < report->gap_count; i++) {
        spb_json_inline_object(&json, NULL);
        write_time(&json, "from", report->gaps[i].from_ns);
        write_time(&json, "to", report->gaps[i].to_ns);
        spb_json_end(&json);
    }
    spb_json_end(&json);
    spb_json_array(&json, "series");
    for (size_t i = 0; i < report->key_count; i++) {
        spb_json_object(&json, NULL);
        write_key(&json, &report->keys[i]);
        if (report->trends)
            write_trend(&json, &report->keys[i], &report->trends[i]);
        else
            write_points(&json, &report->points[i]);
        spb_json_end(&json);
    }
    spb_json_end(&json);
    spb_json_end(&json);
    spb_strbuf_append_char(out, '\n');
}

/* ---- a moment ----------------------------------------------------------------------------------------------------- */

static void write_observation(struct spb_json *json, const struct spb_observation *item)
{
    struct spb_history_key key = {.series = item->series};
    __builtin_memcpy(key.instance, item->instance, sizeof(key.instance));
    spb_json_inline_object(json, NULL);
    write_key(json, &key);
    if (item->has_value) {
        spb_json_double(json, "value", item->value);
    } else {
        spb_json_null(json, "value");
        spb_json_string(json, "reason", item->reason);
    }
    spb_json_end(json);
}

static void write_process(struct spb_json *json, const struct spb_process_look *process)
{
    spb_json_inline_object(json, NULL);
    spb_json_int(json, "pid", process->pid);
    spb_json_int(json, "parent", process->parent);
    spb_json_uint(json, "user", process->user);
    spb_json_string(json, "name", process->name);
    spb_json_string(json, "command", process->command);
    spb_json_string(json, "state", (char[]){process->state, '\0'});
    spb_json_uint(json, "threads", process->threads);
    spb_json_double(json, "cpu_pct", process->has_cpu ? process->cpu_pct : (double)NAN);
    spb_json_double(json, "cpu_total_s", (double)process->cpu_total_ns / 1e9);
    spb_json_uint(json, "rss_bytes", process->rss_bytes);
    spb_json_uint(json, "virtual_bytes", process->virtual_bytes);
    spb_json_double(json, "read_bytes_per_s", process->has_io ? process->read_bytes_per_s : (double)NAN);
    spb_json_double(json, "written_bytes_per_s", process->has_io ? process->written_bytes_per_s : (double)NAN);
    spb_json_end(json);
}

void spb_history_moment_json(const struct spb_history_report *report, const struct spb_history_moment *moment,
                             struct spb_strbuf *out)
{
    struct spb_json json;
    spb_json_init(&json, out, true);
    spb_json_object(&json, NULL);
    write_head(&json, report);
    write_time(&json, "time", moment->look.time_ns);
    spb_json_array(&json, "values");
    for (size_t i = 0; i < moment->look.count; i++)
        write_observation(&json, &moment->look.items[i]);
    spb_json_end(&json);
    spb_json_array(&json, "processes");
    for (size_t i = 0; i < moment->process_count; i++)
        write_process(&json, &moment->processes[i]);
    spb_json_end(&json);
    spb_json_end(&json);
    spb_strbuf_append_char(out, '\n');
}

void spb_history_events_json(const struct spb_history_report *report, const struct spb_history_event *events,
                             size_t count, struct spb_strbuf *out)
{
    struct spb_json json;
    spb_json_init(&json, out, true);
    spb_json_object(&json, NULL);
    write_head(&json, report);
    spb_json_array(&json, "events");
    for (size_t i = 0; i < count; i++) {
        spb_json_inline_object(&json, NULL);
        write_time(&json, "time", events[i].time_ns);
        spb_json_string(&json, "event", spb_history_event_name(events[i].kind));
        if (events[i].pid)
            spb_json_int(&json, "pid", events[i].pid);
        if (events[i].value != 0)
            spb_json_double(&json, "value", events[i].value);
        spb_json_string(&json, "text", events[i].text);
        spb_json_end(&json);
    }
    spb_json_end(&json);
    spb_json_end(&json);
    spb_strbuf_append_char(out, '\n');
}
