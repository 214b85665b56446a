/* SPDX-License-Identifier: MIT */
#include "look_csv.h"

#include <stdio.h>

#include "table.h"
#include "units.h"

/* The cells that all lines of a look begin with. */
struct line_start {
    char text[SPB_LOOK_TIME_SIZE + SPB_UNIT_TEXT_SIZE];
};

static struct line_start start_of(const struct spb_look *look)
{
    struct line_start start;
    char time[SPB_LOOK_TIME_SIZE], interval[SPB_UNIT_TEXT_SIZE] = "";
    if (look->interval_ns)
        spb_format_double(interval, spb_look_round((double)look->interval_ns / 1e9));
    snprintf(start.text, sizeof(start.text), "%s,%s,", spb_look_time_format(time, look->time_ns), interval);
    return start;
}

/* Up to the value. */
static void add_line(struct spb_strbuf *out, const struct line_start *start, const char *series, const char *instance)
{
    spb_strbuf_append(out, start->text);
    spb_strbuf_append(out, series);
    spb_strbuf_append_char(out, ',');
    spb_csv_append(out, instance);
    spb_strbuf_append_char(out, ',');
}

static void add_value(struct spb_strbuf *out, double value)
{
    char text[SPB_UNIT_TEXT_SIZE];
    spb_strbuf_append(out, spb_format_double(text, spb_look_round(value)));
    spb_strbuf_append(out, ",\r\n");
}

static void add_reason(struct spb_strbuf *out, const char *reason)
{
    spb_strbuf_append_char(out, ',');
    spb_csv_append(out, reason ? reason : "no reason is known");
    spb_strbuf_append(out, "\r\n");
}

static void add_process(struct spb_strbuf *out, const struct line_start *start, const struct spb_process_look *process)
{
    char instance[96];
    snprintf(instance, sizeof(instance), "%d %s", (int)process->pid, process->name);
    add_line(out, start, "process.cpu", instance);
    if (process->has_cpu)
        add_value(out, process->cpu_pct);
    else
        add_reason(out, "seen for the first time");
    add_line(out, start, "process.rss", instance);
    add_value(out, (double)process->rss_bytes);
    add_line(out, start, "process.threads", instance);
    add_value(out, process->threads);
    add_line(out, start, "process.read", instance);
    if (process->has_io)
        add_value(out, process->read_bytes_per_s);
    else
        add_reason(out, "not permitted");
    add_line(out, start, "process.written", instance);
    if (process->has_io)
        add_value(out, process->written_bytes_per_s);
    else
        add_reason(out, "not permitted");
}

void spb_look_csv_header(struct spb_strbuf *out)
{
    spb_strbuf_append(out, "time,interval_s,series,instance,value,reason\r\n");
}

void spb_look_csv(const struct spb_look_view *view, struct spb_strbuf *out)
{
    const struct spb_look *look = view->look;
    const struct line_start start = start_of(look);
    for (size_t i = 0; i < look->count; i++) {
        const struct spb_observation *item = &look->items[i];
        if (spb_look_repeats(look, i))
            continue;
        add_line(out, &start, spb_series_info(item->series)->name, item->instance);
        if (spb_observation_is_known(item))
            add_value(out, item->value);
        else
            add_reason(out, item->reason);
    }
    for (size_t i = 0; i < view->process_count; i++)
        add_process(out, &start, &view->processes[i]);
}
