/* SPDX-License-Identifier: MIT */
#include "look_json.h"

#include "json_writer.h"

#define SCHEMA_VERSION 1

static bool has_instances(const struct spb_observation *item)
{
    return *spb_series_info(item->series)->label != '\0';
}

static void write_value(struct spb_json *json, const char *key, const struct spb_observation *item)
{
    if (spb_observation_is_known(item))
        spb_json_double(json, key, spb_look_round(item->value));
    else
        spb_json_null(json, key);
}

static void write_reason(struct spb_json *json, const char *key, const struct spb_observation *item)
{
    if (!spb_observation_is_known(item))
        spb_json_string(json, key, item->reason ? item->reason : "no reason is known");
}

/* Items are ordered by series: each series that `wanted` leaves something of becomes a member. */
static void write_grouped(struct spb_json *json, const struct spb_look *look, bool absent_only,
                          void (*write)(struct spb_json *, const char *, const struct spb_observation *))
{
    int open = -1;
    for (size_t i = 0; i < look->count; i++) {
        const struct spb_observation *item = &look->items[i];
        const char *name = spb_series_info(item->series)->name;
        if ((absent_only && spb_observation_is_known(item)) || spb_look_repeats(look, i))
            continue;
        if (open >= 0 && open != (int)item->series) {
            spb_json_end(json);
            open = -1;
        }
        if (has_instances(item) && open < 0) {
            spb_json_object(json, name);
            open = (int)item->series;
        }
        write(json, has_instances(item) ? item->instance : name, item);
    }
    if (open >= 0)
        spb_json_end(json);
}

static void write_process(struct spb_json *json, const struct spb_process_look *process)
{
    spb_json_object(json, NULL);
    spb_json_int(json, "pid", process->pid);
    spb_json_int(json, "parent", process->parent);
    spb_json_string(json, "name", process->name);
    spb_json_string(json, "state", (char[]){process->state, '\0'});
    spb_json_uint(json, "user", process->user);
    spb_json_uint(json, "threads", process->threads);
    spb_json_double(json, "cpu_s", spb_look_round((double)process->cpu_total_ns / 1e9));
    if (process->has_cpu)
        spb_json_double(json, "cpu_pct", spb_look_round(process->cpu_pct));
    else
        spb_json_null(json, "cpu_pct");
    spb_json_uint(json, "rss_bytes", process->rss_bytes);
    spb_json_uint(json, "virtual_bytes", process->virtual_bytes);
    spb_json_uint(json, "major_faults", process->major_faults_total);
    if (process->has_io) {
        spb_json_double(json, "read_bytes_per_s", spb_look_round(process->read_bytes_per_s));
        spb_json_double(json, "written_bytes_per_s", spb_look_round(process->written_bytes_per_s));
    } else {
        spb_json_null(json, "read_bytes_per_s");
        spb_json_null(json, "written_bytes_per_s");
    }
    if (process->command)
        spb_json_string(json, "command", process->command);
    spb_json_end(json);
}

void spb_look_json(const struct spb_look_view *view, struct spb_strbuf *out)
{
    char time[SPB_LOOK_TIME_SIZE];
    struct spb_json json;
    spb_json_init(&json, out, false);
    spb_json_object(&json, NULL);
    spb_json_string(&json, "schema", "spbench-monitor");
    spb_json_uint(&json, "schema_version", SCHEMA_VERSION);
    spb_json_string(&json, "time", spb_look_time_format(time, view->look->time_ns));
    if (view->look->interval_ns)
        spb_json_double(&json, "interval_s", spb_look_round((double)view->look->interval_ns / 1e9));
    else
        spb_json_null(&json, "interval_s");
    spb_json_object(&json, "series");
    write_grouped(&json, view->look, false, write_value);
    spb_json_end(&json);
    spb_json_object(&json, "absent");
    write_grouped(&json, view->look, true, write_reason);
    spb_json_end(&json);
    if (view->with_processes) {
        spb_json_array(&json, "processes");
        for (size_t i = 0; i < view->process_count; i++)
            write_process(&json, &view->processes[i]);
        spb_json_end(&json);
    }
    spb_json_end(&json);
    spb_strbuf_append_char(out, '\n');
}
