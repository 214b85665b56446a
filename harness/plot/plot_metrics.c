/* SPDX-License-Identifier: MIT */
#include "plot_metrics.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define PANEL_HEIGHT  170
#define FRAME_HEIGHT  110
#define PICTURE_WIDTH 1000

/* What values are divided by, and what that is called: one for all of a panel. */
struct scale {
    double factor;
    char unit[32];
};

static struct scale scale_of(const struct spb_history_key *key, const struct spb_history_points *points)
{
    static const char *const binary[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    static const char *const decimal[] = {"", "k", "M", "G", "T"};
    const char *unit = spb_series_info(key->series)->unit;
    bool bytes = strncmp(unit, "bytes", 5) == 0, seconds = strcmp(unit, "s") == 0;
    struct scale scale = {.factor = 1};
    double high = 0;
    size_t step = 0;
    for (size_t i = 0; i < points->count; i++)
        high = fmax(high, fabs(points->items[i].max));
    double base = bytes ? 1024 : 1000;
    while (strcmp(unit, "%") != 0 && !seconds && strcmp(unit, "C") != 0 &&
           high / scale.factor >= base * (bytes ? 1 : 10) && step + 1 < 5) {
        scale.factor *= base;
        step++;
    }
    if (seconds && high < 0.5)
        scale.factor = 0.001;
    if (bytes)
        snprintf(scale.unit, sizeof(scale.unit), "%s%s", binary[step], unit + 5);
    else if (seconds)
        snprintf(scale.unit, sizeof(scale.unit), "%s", high < 0.5 ? "ms" : "s");
    else if (strcmp(unit, "C") == 0)
        snprintf(scale.unit, sizeof(scale.unit),
                 "\xc2\xb0"
                 "C");
    else
        snprintf(scale.unit, sizeof(scale.unit), "%s%s", decimal[step], unit);
    return scale;
}

static double shown_s(const struct spb_plot_metrics *metrics, int64_t time_ns)
{
    return (double)time_ns / 1e9 + (double)metrics->zone_offset_s;
}

/* A step is drawn at its middle; a row of nothing interrupts band and line where steps are missing. */
static void put_points(const struct spb_plot_metrics *metrics, size_t i, double factor, struct spb_plot_data *data)
{
    const struct spb_history_points *points = &metrics->points[i];
    for (size_t p = 0; p < points->count; p++) {
        const struct spb_history_point *point = &points->items[p];
        if (p && point->time_ns - points->items[p - 1].time_ns > (int64_t)(points->step_ns + points->step_ns / 2)) {
            spb_plot_data_number(data, shown_s(metrics, point->time_ns - (int64_t)points->step_ns / 2));
            for (unsigned column = 0; column < 3; column++)
                spb_plot_data_absent(data);
            spb_plot_data_end_row(data);
        }
        spb_plot_data_number(data, shown_s(metrics, point->time_ns + (int64_t)points->step_ns / 2));
        spb_plot_data_number(data, point->min / factor);
        spb_plot_data_number(data, point->mean / factor);
        spb_plot_data_number(data, point->max / factor);
        spb_plot_data_end_row(data);
    }
}

/* "%H:%M" and the like: what is worth telling apart over that time. */
static const char *time_format(double span_s)
{
    if (span_s < 600)
        return "%H:%M:%S";
    if (span_s < 30 * 3600.0)
        return "%H:%M";
    if (span_s < 6 * 86400.0)
        return "%d %b\n%H:%M";
    return span_s < 300 * 86400.0 ? "%d %b" : "%b\n%Y";
}

void spb_plot_metrics_build(const struct spb_plot_metrics *metrics, struct spb_plot_data *data)
{
    struct scale scales[SPB_PLOT_METRICS_MAX];
    double span_s = (double)(metrics->until_ns - metrics->since_ns) / 1e9;
    spb_plot_data_words(data, "title", "%s", metrics->title);
    spb_plot_data_words(data, "subtitle", "%s", metrics->subtitle);
    spb_plot_data_words(data, "zone", "%s", metrics->zone);
    spb_plot_data_value(data, "width", PICTURE_WIDTH);
    spb_plot_data_value(data, "height", FRAME_HEIGHT + PANEL_HEIGHT * (double)metrics->count);
    spb_plot_data_value(data, "panels", (double)metrics->count);
    spb_plot_data_value(data, "since", shown_s(metrics, metrics->since_ns));
    spb_plot_data_value(data, "until", shown_s(metrics, metrics->until_ns));
    spb_plot_data_words(data, "day", "%s", time_format(span_s));
    for (size_t i = 0; i < metrics->count; i++) {
        const struct spb_history_key *key = &metrics->keys[i];
        char name[32];
        scales[i] = scale_of(key, &metrics->points[i]);
        snprintf(name, sizeof(name), "panel%zu", i + 1);
        spb_plot_data_words(data, name, "%s%s%s", spb_series_info(key->series)->name, *key->instance ? " " : "",
                            key->instance);
        snprintf(name, sizeof(name), "unit%zu", i + 1);
        spb_plot_data_words(data, name, "%s", scales[i].unit);
    }
    for (size_t i = 0; i < metrics->count; i++) {
        spb_plot_data_block(data, "a panel: time in seconds, minimum, mean, maximum");
        put_points(metrics, i, scales[i].factor, data);
    }
    spb_plot_data_end(data);
}
