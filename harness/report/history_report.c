/* SPDX-License-Identifier: MIT */
#include "history_report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "time_text.h"
#include "units.h"

#define SPARK_COLUMNS 40
#define GAPS_SHOWN    5

/* ---- pieces ------------------------------------------------------------------------------------------------------- */

const char *spb_series_format(char *text, enum spb_series series, double value)
{
    const char *unit = spb_series_info(series)->unit;
    if (strcmp(unit, "%") == 0)
        snprintf(text, SPB_UNIT_TEXT_SIZE, value != 0 && fabs(value) < 9.995 ? "%.2f %%" : "%.1f %%", value);
    else if (strcmp(unit, "bytes") == 0 || strcmp(unit, "bytes/s") == 0)
        spb_format_bytes(text, value > 0 && value < 1e19 ? (uint64_t)(value + 0.5) : 0);
    else if (strcmp(unit, "s") == 0)
        spb_format_duration(text, value * 1e9);
    else if (strcmp(unit, "C") == 0)
        snprintf(text, SPB_UNIT_TEXT_SIZE, "%.1f C", value);
    else if (fabs(value) < 10000) /* 0.0018 threads, not 1.8 m threads */
        snprintf(text, SPB_UNIT_TEXT_SIZE, "%.*g%s%s", fabs(value) < 1000 ? 3 : 4, value,
                 *unit && *unit != '/' ? " " : "", unit);
    else
        spb_format_si(text, value, unit);
    if (strcmp(unit, "bytes/s") == 0)
        strncat(text, "/s", SPB_UNIT_TEXT_SIZE - strlen(text) - 1);
    return text;
}

void spb_history_key_format(const struct spb_history_key *key, struct spb_strbuf *out)
{
    spb_strbuf_append(out, spb_series_info(key->series)->name);
    if (*key->instance)
        spb_strbuf_printf(out, ":%s", key->instance);
}

static const char *time_of(const struct spb_history_report *report, char *text, int64_t time_ns)
{
    return spb_time_format(text, time_ns, report->utc);
}

/* "3 d 4 h", "2 h 5 min", "12 s" */
static const char *span_format(char *text, double seconds)
{
    if (seconds < 1)
        snprintf(text, SPB_UNIT_TEXT_SIZE, "%.3g s", seconds);
    else if (seconds < 120)
        snprintf(text, SPB_UNIT_TEXT_SIZE, "%.0f s", seconds);
    else if (seconds < 7200)
        snprintf(text, SPB_UNIT_TEXT_SIZE, "%.0f min", seconds / 60);
    else if (seconds < 2 * 86400)
        snprintf(text, SPB_UNIT_TEXT_SIZE, "%.0f h", seconds / 3600);
    else if (seconds < 700 * 86400.0)
        snprintf(text, SPB_UNIT_TEXT_SIZE, "%.0f days", seconds / 86400);
    else
        snprintf(text, SPB_UNIT_TEXT_SIZE, "%.1f years", seconds / (365.25 * 86400));
    return text;
}

struct totals {
    double min, mean, max;
    uint64_t count;
};

static struct totals total_of(const struct spb_history_points *points)
{
    struct totals totals = {0};
    for (size_t i = 0; i < points->count; i++) {
        const struct spb_history_point *point = &points->items[i];
        totals.min = totals.count == 0 || point->min < totals.min ? point->min : totals.min;
        totals.max = totals.count == 0 || point->max > totals.max ? point->max : totals.max;
        totals.count += point->count;
        totals.mean += (point->mean - totals.mean) * ((double)point->count / (double)totals.count);
    }
    return totals;
}

/* The means over time, in eighths of a line between the least and the largest; blank where nothing was recorded. */
static void sparkline(const struct spb_history_report *report, const struct spb_history_points *points,
                      struct spb_strbuf *out)
{
    double sums[SPARK_COLUMNS] = {0}, low = (double)INFINITY, high = -low;
    unsigned counts[SPARK_COLUMNS] = {0};
    double span = (double)(report->until_ns - report->since_ns) + 1;
    for (size_t i = 0; i < points->count; i++) {
        double at = (double)(points->items[i].time_ns - report->since_ns) / span * SPARK_COLUMNS;
        size_t column = at < 0 ? 0 : at >= SPARK_COLUMNS ? SPARK_COLUMNS - 1 : (size_t)at;
        sums[column] += points->items[i].mean;
        counts[column]++;
    }
    for (size_t i = 0; i < SPARK_COLUMNS; i++)
        if (counts[i]) {
            low = fmin(low, sums[i] / counts[i]);
            high = fmax(high, sums[i] / counts[i]);
        }
    for (size_t i = 0; i < SPARK_COLUMNS; i++) {
        double part = high > low && counts[i] ? (sums[i] / counts[i] - low) / (high - low) : 0;
        char block[] = {'\xe2', '\x96', (char)(0x81 + (int)(part * 7.99)), '\0'};
        spb_strbuf_append(out, counts[i] ? block : " ");
    }
}

static size_t points_wanted(const struct spb_history_report *report)
{
    return report->how.width > 0 && report->how.width < 110 ? 0 : SPARK_COLUMNS;
}

/* ---- summary ------------------------------------------------------------------------------------------------------ */

static void head(const struct spb_history_report *report, struct spb_strbuf *out)
{
    const struct spb_history_extent *extent = report->extent;
    char from[SPB_TIME_TEXT_SIZE], to[SPB_TIME_TEXT_SIZE], zone[SPB_TIME_TEXT_SIZE];
    spb_strbuf_printf(out, "%s: %s, Linux %s\n%s to %s, times in %s\n", report->path, extent->host, extent->kernel,
                      time_of(report, from, extent->first_ns), time_of(report, to, extent->last_ns),
                      spb_time_zone_name(zone, extent->last_ns, report->utc));
}

static void say_gaps(const struct spb_history_report *report, struct spb_strbuf *out)
{
    char from[SPB_TIME_TEXT_SIZE], span[SPB_UNIT_TEXT_SIZE];
    if (report->gap_count == 0)
        spb_strbuf_append(out, "no gaps\n");
    for (size_t i = 0; i < report->gap_count && i < GAPS_SHOWN; i++) {
        const struct spb_history_gap *gap = &report->gaps[i];
        spb_strbuf_printf(out, "%s%s for %s", i ? "; " : "nothing recorded from ", time_of(report, from, gap->from_ns),
                          span_format(span, (double)(gap->to_ns - gap->from_ns) / 1e9));
    }
    if (report->gap_count > GAPS_SHOWN)
        spb_strbuf_printf(out, "; and %zu more gaps", report->gap_count - GAPS_SHOWN);
    if (report->gap_count)
        spb_strbuf_append_char(out, '\n');
}

static void say_recording(const struct spb_history_report *report, struct spb_strbuf *out)
{
    const struct spb_history_extent *extent = report->extent;
    char span[SPB_UNIT_TEXT_SIZE], size[SPB_UNIT_TEXT_SIZE], interval[SPB_UNIT_TEXT_SIZE];
    spb_strbuf_printf(out, "%llu looks over %s, every %s, %s; starts and ends of processes from %s\n",
                      (unsigned long long)extent->looks,
                      span_format(span, (double)(extent->last_ns - extent->first_ns) / 1e9),
                      extent->interval_ns ? span_format(interval, (double)extent->interval_ns / 1e9) : "(one look)",
                      spb_format_bytes(size, extent->file_bytes),
                      strcmp(extent->process_source, "sweep") == 0
                          ? "the difference of sweeps (what lives shorter than an interval is missed)"
                          : extent->process_source);
    say_gaps(report, out);
}

static void add_totals(const struct spb_history_report *report, size_t i, struct spb_table *table)
{
    const struct spb_history_key *key = &report->keys[i];
    struct totals totals = total_of(&report->points[i]);
    char min[SPB_UNIT_TEXT_SIZE], mean[SPB_UNIT_TEXT_SIZE], max[SPB_UNIT_TEXT_SIZE];
    struct spb_strbuf name = {0}, spark = {0};
    spb_history_key_format(key, &name);
    spb_table_cell(table, "%s", spb_strbuf_text(&name));
    spb_table_cell(table, "%s", totals.count ? spb_series_format(min, key->series, totals.min) : "-");
    spb_table_cell(table, "%s", totals.count ? spb_series_format(mean, key->series, totals.mean) : "-");
    spb_table_cell(table, "%s", totals.count ? spb_series_format(max, key->series, totals.max) : "-");
    if (points_wanted(report)) {
        sparkline(report, &report->points[i], &spark);
        spb_table_cell(table, "%s", spb_strbuf_text(&spark));
    }
    spb_strbuf_release(&name);
    spb_strbuf_release(&spark);
}

void spb_history_summary(const struct spb_history_report *report, struct spb_strbuf *out)
{
    struct spb_table table = {0};
    spb_table_column(&table, "metric", SPB_ALIGN_LEFT);
    spb_table_column(&table, "min", SPB_ALIGN_RIGHT);
    spb_table_column(&table, "mean", SPB_ALIGN_RIGHT);
    spb_table_column(&table, "max", SPB_ALIGN_RIGHT);
    if (points_wanted(report))
        spb_table_column(&table, "means from begin to end", SPB_ALIGN_LEFT);
    head(report, out);
    say_recording(report, out);
    spb_strbuf_append_char(out, '\n');
    for (size_t i = 0; i < report->key_count; i++)
        if (report->points[i].count)
            add_totals(report, i, &table);
    spb_table_render(&table, SPB_TABLE_TEXT, &report->how, out);
    out->failed = out->failed || table.failed;
    spb_table_release(&table);
    spb_strbuf_printf(out,
                      "\n%zu series are in it; --metric '*' shows all, --metric 'disk.*:sda' those of one disk, --at "
                      "'03:12' the machine at that moment,\n--trend where it is going, --events what happened, --plot "
                      "FILE.svg a picture\n",
                      report->all_key_count);
}

/* ---- series ------------------------------------------------------------------------------------------------------- */

static void add_point(const struct spb_history_report *report, const struct spb_history_key *key,
                      const struct spb_history_point *point, struct spb_table *table)
{
    char text[SPB_UNIT_TEXT_SIZE], time[SPB_TIME_TEXT_SIZE];
    spb_table_cell(table, "%s", time_of(report, time, point->time_ns));
    spb_table_cell(table, "%s", spb_series_format(text, key->series, point->min));
    spb_table_cell(table, "%s", spb_series_format(text, key->series, point->mean));
    spb_table_cell(table, "%s", spb_series_format(text, key->series, point->max));
    spb_table_cell(table, "%llu", (unsigned long long)point->count);
}

/* Steps without values are not there; a line says that they are missing. */
static void add_gap(const struct spb_history_report *report, int64_t begin_ns, struct spb_table *table)
{
    char time[SPB_TIME_TEXT_SIZE];
    spb_table_cell(table, "%s", time_of(report, time, begin_ns));
    for (unsigned i = 0; i < 3; i++) {
        spb_table_cell(table, "-");
        spb_table_tone(table, SPB_TONE_DIM);
    }
    spb_table_cell(table, "0");
}

static void series_text(const struct spb_history_report *report, size_t i, struct spb_strbuf *out)
{
    static const char *const headers[] = {"min", "mean", "max", "looks"};
    const struct spb_history_points *points = &report->points[i];
    const struct spb_history_key *key = &report->keys[i];
    struct spb_table table = {0};
    char step[SPB_UNIT_TEXT_SIZE];
    spb_strbuf_append_char(out, '\n');
    spb_history_key_format(key, out);
    spb_strbuf_printf(out, ": %s, steps of %s\n", spb_series_info(key->series)->summary,
                      span_format(step, (double)points->step_ns / 1e9));
    spb_table_column(&table, "time", SPB_ALIGN_LEFT);
    for (size_t h = 0; h < 4; h++)
        spb_table_column(&table, headers[h], SPB_ALIGN_RIGHT);
    for (size_t p = 0; p < points->count; p++) {
        int64_t expected = p ? points->items[p - 1].time_ns + (int64_t)points->step_ns : points->items[p].time_ns;
        if (points->items[p].time_ns > expected)
            add_gap(report, expected, &table);
        add_point(report, key, &points->items[p], &table);
    }
    if (points->count)
        spb_table_render(&table, SPB_TABLE_TEXT, &report->how, out);
    else
        spb_strbuf_append(out, "no values in this time\n");
    out->failed = out->failed || table.failed;
    spb_table_release(&table);
}

void spb_history_series_text(const struct spb_history_report *report, struct spb_strbuf *out)
{
    head(report, out);
    for (size_t i = 0; i < report->key_count; i++)
        series_text(report, i, out);
}

static void csv_number(struct spb_strbuf *out, double value)
{
    char text[SPB_UNIT_TEXT_SIZE];
    spb_strbuf_printf(out, ",%s", spb_format_double(text, value));
}

static void csv_key(struct spb_strbuf *out, const struct spb_history_key *key)
{
    spb_strbuf_printf(out, ",%s,", spb_series_info(key->series)->name);
    spb_csv_append(out, key->instance);
    spb_strbuf_printf(out, ",%s", spb_series_info(key->series)->unit);
}

void spb_history_series_csv(const struct spb_history_report *report, struct spb_strbuf *out)
{
    char time[SPB_TIME_TEXT_SIZE];
    spb_strbuf_append(out, "time,metric,instance,unit,min,mean,max,looks\n");
    for (size_t i = 0; i < report->key_count; i++)
        for (size_t p = 0; p < report->points[i].count; p++) {
            const struct spb_history_point *point = &report->points[i].items[p];
            spb_strbuf_append(out, spb_time_format_iso(time, point->time_ns));
            csv_key(out, &report->keys[i]);
            csv_number(out, point->min);
            csv_number(out, point->mean);
            csv_number(out, point->max);
            spb_strbuf_printf(out, ",%llu\n", (unsigned long long)point->count);
        }
}

/* ---- trends ------------------------------------------------------------------------------------------------------- */

/* "+1.2 GiB/day": per day, or per hour where all is shorter than two days. */
static void slope_format(const struct spb_history_report *report, const struct spb_history_key *key, double per_s,
                         struct spb_strbuf *out)
{
    bool days = report->until_ns - report->since_ns > INT64_C(2) * 86400 * 1000000000;
    char text[SPB_UNIT_TEXT_SIZE];
    double value = per_s * (days ? 86400 : 3600);
    spb_strbuf_printf(out, "%s%s/%s", value < 0 ? "-" : "+", spb_series_format(text, key->series, fabs(value)),
                      days ? "day" : "h");
}

static void steps_format(const struct spb_history_report *report, const struct spb_history_key *key,
                         const struct spb_history_trend *trend, struct spb_strbuf *out)
{
    char time[SPB_TIME_TEXT_SIZE], before[SPB_UNIT_TEXT_SIZE], after[SPB_UNIT_TEXT_SIZE];
    for (size_t i = 0; i < trend->step_count; i++)
        spb_strbuf_printf(out, "%sstep %s from %s to %s", out->length ? "; " : "",
                          time_of(report, time, trend->steps[i].time_ns),
                          spb_series_format(before, key->series, trend->steps[i].before),
                          spb_series_format(after, key->series, trend->steps[i].after));
}

static void end_format(const struct spb_history_key *key, const struct spb_history_trend *trend, struct spb_strbuf *out)
{
    char end[SPB_UNIT_TEXT_SIZE], early[SPB_UNIT_TEXT_SIZE], late[SPB_UNIT_TEXT_SIZE];
    if (!spb_history_runs_out(key->series))
        return;
    if (trend->no_end)
        spb_strbuf_printf(out, "no time until full: %s", trend->no_end);
    else
        spb_strbuf_printf(out, "full in %s [%s, %s]", span_format(end, trend->end_s),
                          span_format(early, trend->end_early_s),
                          isfinite(trend->end_late_s) ? span_format(late, trend->end_late_s) : "never");
}

static void add_trend(const struct spb_history_report *report, size_t i, struct spb_table *table)
{
    const struct spb_history_trend *trend = &report->trends[i];
    const struct spb_history_key *key = &report->keys[i];
    struct spb_strbuf name = {0}, slope = {0}, low = {0}, more = {0};
    char level[SPB_UNIT_TEXT_SIZE];
    spb_history_key_format(key, &name);
    end_format(key, trend, &more);
    steps_format(report, key, trend, &more);
    spb_table_cell(table, "%s", spb_strbuf_text(&name));
    if (trend->none) {
        spb_table_cell(table, "-");
        spb_table_cell(table, "-");
        spb_table_cell(table, "-");
        spb_table_cell(table, "-");
        spb_table_cell(table, "%s%s%s", trend->none, spb_history_runs_out(key->series) ? ": " : "",
                       spb_history_runs_out(key->series) ? "no time until full" : "");
    } else {
        slope_format(report, key, trend->slope_per_s, &slope);
        slope_format(report, key, trend->slope_low_per_s, &low);
        spb_strbuf_append(&low, ", ");
        slope_format(report, key, trend->slope_high_per_s, &low);
        spb_table_cell(table, "%s", spb_series_format(level, key->series, trend->level));
        spb_table_cell(table, "%s", spb_strbuf_text(&slope));
        spb_table_tone(table, trend->p < 0.05 ? SPB_TONE_WARN : SPB_TONE_PLAIN);
        spb_table_cell(table, "[%s]", spb_strbuf_text(&low));
        spb_table_cell(table, trend->p < 0.0001 ? "<0.0001" : "%.4f", trend->p);
        spb_table_cell(table, "%s", spb_strbuf_text(&more));
    }
    spb_strbuf_release(&name);
    spb_strbuf_release(&slope);
    spb_strbuf_release(&low);
    spb_strbuf_release(&more);
}

void spb_history_trends(const struct spb_history_report *report, enum spb_table_format format, struct spb_strbuf *out)
{
    struct spb_table table = {0};
    spb_table_column(&table, "metric", SPB_ALIGN_LEFT);
    spb_table_column(&table, "now", SPB_ALIGN_RIGHT);
    spb_table_column(&table, "slope", SPB_ALIGN_RIGHT);
    spb_table_column(&table, "95 % interval", SPB_ALIGN_LEFT);
    spb_table_column(&table, "p", SPB_ALIGN_RIGHT);
    spb_table_column(&table, "what follows", SPB_ALIGN_LEFT);
    if (format == SPB_TABLE_TEXT) {
        head(report, out);
        spb_strbuf_append_char(out, '\n');
    }
    for (size_t i = 0; i < report->key_count; i++)
        add_trend(report, i, &table);
    spb_table_render(&table, format, &report->how, out);
    if (format == SPB_TABLE_TEXT)
        spb_strbuf_append(out, "\nslope: Theil-Sen; p: Mann-Kendall, widened for steps that depend on the one before; "
                               "below 0.05 the trend is more than chance\nthe interval of a time until full is that of "
                               "the slope, and holds while things go on as they did\n");
    out->failed = out->failed || table.failed;
    spb_table_release(&table);
}

/* ---- events ------------------------------------------------------------------------------------------------------- */

void spb_history_events_table(const struct spb_history_report *report, const struct spb_history_event *events,
                              size_t count, enum spb_table_format format, struct spb_strbuf *out)
{
    struct spb_table table = {0};
    char time[SPB_TIME_TEXT_SIZE], cpu[SPB_UNIT_TEXT_SIZE];
    bool text = format == SPB_TABLE_TEXT;
    spb_table_column(&table, "time", SPB_ALIGN_LEFT);
    spb_table_column(&table, "event", SPB_ALIGN_LEFT);
    spb_table_column(&table, "pid", SPB_ALIGN_RIGHT);
    spb_table_column(&table, text ? "cpu" : "value", SPB_ALIGN_RIGHT);
    spb_table_column(&table, "what", SPB_ALIGN_LEFT);
    for (size_t i = 0; i < count; i++) {
        const struct spb_history_event *event = &events[i];
        bool has_value = event->kind == SPB_EVENT_PROCESS_END ? event->value > 0 : event->value != 0 && !text;
        spb_table_cell(&table, "%s",
                       text ? time_of(report, time, event->time_ns) : spb_time_format_iso(time, event->time_ns));
        spb_table_cell(&table, "%s", spb_history_event_name(event->kind));
        if (event->pid)
            spb_table_cell(&table, "%d", (int)event->pid);
        else
            spb_table_cell(&table, "%s", text ? "-" : "");
        if (text)
            spb_table_cell(&table, "%s", has_value ? spb_format_duration(cpu, event->value * 1e9) : "-");
        else if (has_value)
            spb_table_cell(&table, "%.6g", event->value);
        else
            spb_table_cell(&table, "%s", "");
        spb_table_cell(&table, "%s", event->text);
    }
    if (text) {
        head(report, out);
        spb_strbuf_append_char(out, '\n');
    }
    spb_table_render(&table, format, &report->how, out);
    out->failed = out->failed || table.failed;
    spb_table_release(&table);
}
