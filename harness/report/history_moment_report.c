/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "history_report.h"
#include "time_text.h"
#include "units.h"

static void add_value(const struct spb_observation *item, struct spb_table *table)
{
    struct spb_history_key key = {.series = item->series};
    struct spb_strbuf name = {0};
    char text[SPB_UNIT_TEXT_SIZE];
    memcpy(key.instance, item->instance, sizeof(key.instance));
    spb_history_key_format(&key, &name);
    spb_table_cell(table, "%s", spb_strbuf_text(&name));
    spb_table_cell(table, "%s", item->has_value ? spb_series_format(text, item->series, item->value) : "-");
    spb_table_cell(table, "%s", item->has_value ? spb_series_info(item->series)->summary : item->reason);
    if (!item->has_value)
        spb_table_tone(table, SPB_TONE_DIM);
    spb_strbuf_release(&name);
}

/* Most CPU first, then most memory. */
static int compare_processes(const void *a, const void *b)
{
    const struct spb_process_look *left = a, *right = b;
    double left_cpu = left->has_cpu ? left->cpu_pct : 0, right_cpu = right->has_cpu ? right->cpu_pct : 0;
    if (left_cpu != right_cpu)
        return left_cpu > right_cpu ? -1 : 1;
    return (left->rss_bytes < right->rss_bytes) - (left->rss_bytes > right->rss_bytes);
}

static void add_process(const struct spb_process_look *process, struct spb_table *table)
{
    char size[SPB_UNIT_TEXT_SIZE], io[SPB_UNIT_TEXT_SIZE];
    double bytes = process->read_bytes_per_s + process->written_bytes_per_s;
    spb_table_cell(table, "%d", (int)process->pid);
    spb_table_cell(table, "%c", process->state);
    if (process->has_cpu)
        spb_table_cell(table, "%.1f", process->cpu_pct);
    else
        spb_table_cell(table, "-");
    spb_table_cell(table, "%s", spb_format_bytes(size, process->rss_bytes));
    if (process->has_io)
        spb_table_cell(table, "%s/s", spb_format_bytes(io, (uint64_t)bytes));
    else
        spb_table_cell(table, "-");
    spb_table_cell(table, "%u", process->threads);
    spb_table_cell(table, "%s", process->command ? process->command : process->name);
}

static void processes_text(const struct spb_history_report *report, const struct spb_history_moment *moment,
                           struct spb_strbuf *out)
{
    static const struct {
        const char *header;
        enum spb_align align;
    } columns[] = {{"pid", SPB_ALIGN_RIGHT},    {"state", SPB_ALIGN_LEFT}, {"% of a CPU", SPB_ALIGN_RIGHT},
                   {"memory", SPB_ALIGN_RIGHT}, {"I/O", SPB_ALIGN_RIGHT},  {"threads", SPB_ALIGN_RIGHT},
                   {"command", SPB_ALIGN_LEFT}};
    struct spb_table table = {0};
    for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
        spb_table_column(&table, columns[i].header, columns[i].align);
    qsort(moment->processes, moment->process_count, sizeof(*moment->processes), compare_processes);
    for (size_t i = 0; i < moment->process_count; i++)
        add_process(&moment->processes[i], &table);
    spb_strbuf_append(out, "\nThe busiest processes, by CPU, memory and I/O:\n");
    spb_table_render(&table, SPB_TABLE_TEXT, &report->how, out);
    out->failed = out->failed || table.failed;
    spb_table_release(&table);
}

void spb_history_moment_text(const struct spb_history_report *report, const struct spb_history_moment *moment,
                             struct spb_strbuf *out)
{
    struct spb_table table = {0};
    char time[SPB_TIME_TEXT_SIZE], zone[SPB_TIME_TEXT_SIZE];
    spb_strbuf_printf(out, "%s at %s, times in %s\n\n", report->extent->host,
                      spb_time_format(time, moment->look.time_ns, report->utc),
                      spb_time_zone_name(zone, moment->look.time_ns, report->utc));
    spb_table_column(&table, "metric", SPB_ALIGN_LEFT);
    spb_table_column(&table, "value", SPB_ALIGN_RIGHT);
    spb_table_column(&table, "what it is", SPB_ALIGN_LEFT);
    for (size_t i = 0; i < moment->look.count; i++)
        add_value(&moment->look.items[i], &table);
    spb_table_render(&table, SPB_TABLE_TEXT, &report->how, out);
    out->failed = out->failed || table.failed;
    spb_table_release(&table);
    if (moment->process_count)
        processes_text(report, moment, out);
    else
        spb_strbuf_append(out, "\nNo processes were recorded with it.\n");
}

void spb_history_moment_csv(const struct spb_history_moment *moment, struct spb_strbuf *out)
{
    char time[SPB_TIME_TEXT_SIZE], text[SPB_UNIT_TEXT_SIZE];
    spb_time_format_iso(time, moment->look.time_ns);
    spb_strbuf_append(out, "time,metric,instance,unit,value,reason\n");
    for (size_t i = 0; i < moment->look.count; i++) {
        const struct spb_observation *item = &moment->look.items[i];
        spb_strbuf_printf(out, "%s,%s,", time, spb_series_info(item->series)->name);
        spb_csv_append(out, item->instance);
        spb_strbuf_printf(out, ",%s,%s,", spb_series_info(item->series)->unit,
                          item->has_value ? spb_format_double(text, item->value) : "");
        spb_csv_append(out, item->has_value ? "" : item->reason);
        spb_strbuf_append_char(out, '\n');
    }
}
