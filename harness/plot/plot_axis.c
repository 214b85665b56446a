/* SPDX-License-Identifier: MIT */
#include "plot_axis.h"

#include <math.h>
#include <stdio.h>

#include "plot_layout.h"
#include "units.h"

#define LOG_SPAN_MIN 6    /* high / low: 1-2-5 has two ticks in it wherever it begins */
#define LABEL_PX     46   /* of an axis, turned, and the space beside it */
#define MARGIN       0.04 /* of the length, at each end */

void spb_plot_axis_include(struct spb_plot_axis *axis, double value)
{
    if (!isfinite(value) || value <= 0)
        return;
    if (axis->high <= 0)
        axis->low = axis->high = value;
    axis->low = fmin(axis->low, value);
    axis->high = fmax(axis->high, value);
}

void spb_plot_axis_widen(struct spb_plot_axis *axis)
{
    if (axis->high <= 0)
        axis->low = axis->high = 1;
    if (!axis->log) {
        axis->low = 0;
        axis->high *= 1 + MARGIN;
        return;
    }
    double span = fmax(log(axis->high / axis->low), log(LOG_SPAN_MIN));
    double middle = (log(axis->high) + log(axis->low)) / 2;
    axis->low = exp(middle - span * (0.5 + MARGIN));
    axis->high = exp(middle + span * (0.5 + MARGIN));
}

double spb_plot_axis_place(const struct spb_plot_axis *axis, double value)
{
    return axis->log ? log(value / axis->low) / log(axis->high / axis->low)
                     : (value - axis->low) / (axis->high - axis->low);
}

const char *spb_plot_tick_bytes(char *text, double value)
{
    return spb_format_bytes(text, (uint64_t)(value + 0.5));
}

const char *spb_plot_tick_plain(char *text, double value)
{
    snprintf(text, SPB_UNIT_TEXT_SIZE, "%.9g", value);
    return text;
}

/* Ticks are round: 20 us, not 20.0 us. */
static const char *with_prefix(char *text, double value, const char *unit)
{
    static const char *const prefixes[] = {"p", "n", "u", "m", "", "k", "M", "G", "T", "P", "E"};
    enum { NONE = 4, LAST = 10 };
    int index = NONE;
    for (; value >= 999.5 && index < LAST; index++)
        value /= 1000;
    for (; value < 0.9995 && value > 0 && index > 0; index--)
        value *= 1000;
    snprintf(text, SPB_UNIT_TEXT_SIZE, "%.4g %s%s", value, prefixes[index], unit);
    return text;
}

const char *spb_plot_tick_time(char *text, double value)
{
    return with_prefix(text, value / 1e9, "s");
}

const char *spb_plot_tick_rate(char *text, double value)
{
    return with_prefix(text, value, "B/s");
}

const char *spb_plot_tick_flops(char *text, double value)
{
    return with_prefix(text, value, "FLOP/s");
}

/* ---- which ticks ------------------------------------------------------------------------------------------------ */

struct ticks {
    const struct spb_plot_axis *axis;
    spb_plot_tick_format *format;
    struct spb_plot_data *data; /* NULL: they are only counted */
    unsigned count;
    double widest_px;
};

static void add_tick(struct ticks *ticks, double value)
{
    char text[SPB_UNIT_TEXT_SIZE];
    const double tolerance = 1e-9 * ticks->axis->high;
    if (value < ticks->axis->low - tolerance || value > ticks->axis->high + tolerance)
        return;
    ticks->count++;
    ticks->widest_px = fmax(ticks->widest_px, spb_plot_text_px(ticks->format(text, value)));
    if (!ticks->data)
        return;
    spb_plot_data_number(ticks->data, value);
    spb_plot_data_text(ticks->data, text);
    spb_plot_data_end_row(ticks->data);
}

/* Every `step`th power of two. */
static void add_powers(struct ticks *ticks, int step)
{
    int last = (int)floor(log2(ticks->axis->high));
    for (int power = (int)ceil(log2(ticks->axis->low) / step) * step; power <= last; power += step)
        add_tick(ticks, exp2(power));
}

/* Of every `step`th decade; 0: 1, 2 and 5 of each. */
static void add_decades(struct ticks *ticks, int step)
{
    int by = step ? step : 1, last = (int)floor(log10(ticks->axis->high));
    for (int decade = (int)floor(log10(ticks->axis->low) / by) * by; decade <= last; decade += by) {
        add_tick(ticks, pow(10, decade));
        if (step == 0) {
            add_tick(ticks, 2 * pow(10, decade));
            add_tick(ticks, 5 * pow(10, decade));
        }
    }
}

/* Multiples of 1, 2 or 5 times a power of ten, from 0. */
static void add_multiples(struct ticks *ticks, int step)
{
    static const double factors[] = {1, 2, 5};
    double start = floor(log10(ticks->axis->high)) - 2;
    if (ticks->axis->whole && start < 0)
        start = 0;
    int decades = step / 3;
    double distance = factors[step % 3] * pow(10, start + decades);
    for (unsigned i = 0; i * distance <= ticks->axis->high && ticks->count < 1000; i++)
        add_tick(ticks, i * distance);
}

static void add_ticks(struct ticks *ticks, int step)
{
    ticks->count = 0;
    ticks->widest_px = 0;
    if (!ticks->axis->log)
        add_multiples(ticks, step);
    else if (ticks->axis->two)
        add_powers(ticks, step + 1);
    else
        add_decades(ticks, step);
}

/* The shortest step with at most `count` ticks. */
static int find_step(struct ticks *ticks, unsigned count)
{
    int step = 0;
    for (add_ticks(ticks, step); ticks->count > count && step < 100; add_ticks(ticks, step))
        step++;
    return step;
}

void spb_plot_axis_ticks(const struct spb_plot_axis *axis, unsigned count, spb_plot_tick_format *format,
                         struct spb_plot_data *data)
{
    struct ticks ticks = {.axis = axis, .format = format};
    int step = find_step(&ticks, count);
    ticks.data = data;
    spb_plot_data_block(data, "ticks: position, label");
    add_ticks(&ticks, step);
}

double spb_plot_axis_left_px(const struct spb_plot_axis *axis, unsigned count, spb_plot_tick_format *format)
{
    struct ticks ticks = {.axis = axis, .format = format};
    find_step(&ticks, count);
    return ticks.widest_px + LABEL_PX;
}
