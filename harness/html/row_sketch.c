/* SPDX-License-Identifier: MIT */
#include "row_sketch.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "html_text.h"
#include "probe.h"
#include "summary.h"

/* Of the picture, in its own units, which are pixels at its full width. */
enum { WIDTH = 720, HEIGHT = 176, TOP = 6, BOTTOM = 150, LEFT = 56, RIGHT = 540, SHARE_LEFT = 580, SHARE_RIGHT = 712 };
#define LABEL_HEIGHT 13 /* between the middles of two labels */
#define BAND_PADDING 0.12
#define SHARES_MAX   64
#define LEAST_SPAN   0.002 /* of the axis, as a logarithm */
#define WIDE_SPAN    0.9   /* from here on the axis names multiples, below it per cent */

/* A process that counts. */
struct band {
    const struct spb_process *process;
    const double *values;
};

struct sketch {
    const struct spb_row *row;
    struct spb_strbuf *out;
    double sign; /* -1: a rate, which falls where the time rises */
    double low;  /* ends of the axis, as logarithms of value / result */
    double high;
    double *values; /* of all bands, one behind the other, each in time order */
    size_t value_count;
    struct band *bands;
    size_t band_count;
    bool *drawn; /* a flag a value */
    size_t each; /* samples behind three points */
};

unsigned spb_sketch_mark(unsigned marks)
{
    static const unsigned order[] = {SPB_MARK_STEAL, SPB_MARK_MIGRATED, SPB_MARK_WAITED, SPB_MARK_PREEMPTED};
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
        if (marks & order[i])
            return order[i];
    return 0;
}

/* ---- values and places ------------------------------------------------------------------------------------------ */

static bool counts(const struct spb_process *process)
{
    return process->sample_count > 0 &&
           (process->outcome == SPB_OUTCOME_OK || process->outcome == SPB_OUTCOME_INTERRUPTED);
}

static double deviation(const struct sketch *sketch, double ns)
{
    return sketch->sign * log(ns / sketch->row->stats.estimate_ns);
}

static int by_order(const void *a, const void *b)
{
    unsigned first = ((const struct band *)a)->process->order, second = ((const struct band *)b)->process->order;
    return first < second ? -1 : first > second;
}

static void fill(struct sketch *sketch)
{
    double *at = sketch->values;
    for (size_t p = 0; p < sketch->row->process_count; p++) {
        const struct spb_process *process = &sketch->row->processes[p];
        if (!counts(process))
            continue;
        sketch->bands[sketch->band_count++] = (struct band){process, at};
        for (size_t i = 0; i < process->sample_count; i++)
            *at++ =
                deviation(sketch, spb_iteration_time_ns(process->samples[i].iterations, process->samples[i].elapsed_ns,
                                                        (double)process->overhead_ns));
    }
    sketch->value_count = (size_t)(at - sketch->values);
    qsort(sketch->bands, sketch->band_count, sizeof(*sketch->bands), by_order);
}

static void widen(struct sketch *sketch, double value)
{
    sketch->low = fmin(sketch->low, value);
    sketch->high = fmax(sketch->high, value);
}

static void find_axis(struct sketch *sketch)
{
    const struct spb_row_stats *stats = &sketch->row->stats;
    sketch->low = sketch->high = 0;
    for (size_t i = 0; i < sketch->value_count; i++)
        widen(sketch, sketch->values[i]);
    if (stats->has_interval) {
        widen(sketch, deviation(sketch, stats->low_ns));
        widen(sketch, deviation(sketch, stats->high_ns));
    }
    double padding = fmax(0.04 * (sketch->high - sketch->low), (LEAST_SPAN - (sketch->high - sketch->low)) / 2);
    sketch->low -= padding;
    sketch->high += padding;
}

static double y_of(const struct sketch *sketch, double value)
{
    return BOTTOM - (value - sketch->low) / (sketch->high - sketch->low) * (BOTTOM - TOP);
}

/* Tenths are finer than the eye; "12" rather than "12.0". */
static void put(struct spb_strbuf *out, const char *before, double number)
{
    double rounded = round(number * 10) / 10;
    spb_strbuf_printf(out, rounded == floor(rounded) ? "%s%.0f" : "%s%.1f", before, rounded);
}

/* ---- axis ------------------------------------------------------------------------------------------------------- */

struct labels {
    double places[16];
    size_t count;
};

static bool has_room(const struct labels *labels, double y)
{
    for (size_t i = 0; i < labels->count; i++)
        if (fabs(labels->places[i] - y) < LABEL_HEIGHT)
            return false;
    return labels->count < sizeof(labels->places) / sizeof(labels->places[0]);
}

static void label(const struct sketch *sketch, struct labels *labels, double value, const char *text)
{
    double y = y_of(sketch, value);
    if (value < sketch->low || value > sketch->high || !has_room(labels, y))
        return;
    labels->places[labels->count++] = y;
    put(sketch->out, "<path class=\"rule\" d=\"M", LEFT);
    put(sketch->out, " ", y);
    spb_strbuf_printf(sketch->out, "H%dM%d", RIGHT, SHARE_LEFT);
    put(sketch->out, " ", y);
    spb_strbuf_printf(sketch->out, "H%d\"/><text x=\"%d\"", SHARE_RIGHT, LEFT - 6);
    put(sketch->out, " y=\"", y + 3.5);
    spb_strbuf_printf(sketch->out, "\" text-anchor=\"end\">%s</text>", text);
}

static double nice_step(double rough)
{
    double decade = pow(10, floor(log10(rough))), part = rough / decade;
    return decade * (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10);
}

static void label_percents(const struct sketch *sketch, struct labels *labels)
{
    char text[32];
    double low = expm1(sketch->low), high = expm1(sketch->high), step = nice_step((high - low) / 5);
    for (int at = (int)ceil(low / step); at <= (int)(high / step); at++) {
        snprintf(text, sizeof(text), "%+.4g %%", 100 * at * step);
        if (at != 0)
            label(sketch, labels, log1p(at * step), text);
    }
}

static void label_multiple(const struct sketch *sketch, struct labels *labels, double factor)
{
    char text[32];
    snprintf(text, sizeof(text), "\xc3\x97%.3g", factor);
    label(sketch, labels, log(factor), text);
}

static void label_multiples(const struct sketch *sketch, struct labels *labels)
{
    static const double steps[] = {10, 100, 1000, 1e4, 1e5, 1e6, 2, 5, 20, 50, 200, 500, 1.5, 3};
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        label_multiple(sketch, labels, steps[i]);
        label_multiple(sketch, labels, 1 / steps[i]);
    }
}

static void draw_axis(const struct sketch *sketch)
{
    struct labels labels = {.count = 0};
    label(sketch, &labels, 0, "result");
    if (sketch->high - sketch->low < WIDE_SPAN)
        label_percents(sketch, &labels);
    else
        label_multiples(sketch, &labels);
}

/* ---- samples ---------------------------------------------------------------------------------------------------- */

struct place {
    double left; /* of the band */
    double width;
};

static struct place place_of(const struct sketch *sketch, size_t band)
{
    double whole = (double)(RIGHT - LEFT) / (double)sketch->band_count;
    return (struct place){LEFT + whole * ((double)band + BAND_PADDING / 2), whole * (1 - BAND_PADDING)};
}

/* Relative paths: a point that a round line cap makes a dot, a triangle, a diamond, and two crosses. */
static const char *shape_of(unsigned mark)
{
    switch (mark) {
    case SPB_MARK_STEAL:
        return "m0-3 3 5h-6z";
    case SPB_MARK_MIGRATED:
        return "m0-3 3 3-3 3-3-3z";
    case SPB_MARK_WAITED:
        return "m-2-2 4 4m0-4-4 4";
    case SPB_MARK_PREEMPTED:
        return "m-2.5 0h5m-2.5-2.5v5";
    default:
        return "h0";
    }
}

static void draw_point(const struct sketch *sketch, size_t band, size_t index, unsigned mark)
{
    const struct spb_process *process = sketch->bands[band].process;
    struct place place = place_of(sketch, band);
    if (spb_sketch_mark(process->samples[index].marks) != mark)
        return;
    put(sketch->out, "M", place.left + place.width * ((double)index + 0.5) / (double)process->sample_count);
    put(sketch->out, " ", y_of(sketch, sketch->bands[band].values[index]));
    spb_strbuf_append(sketch->out, shape_of(mark));
}

/* Of each `each` samples in a row: the least, the middle and the largest. */
static void choose_of(struct sketch *sketch, size_t first, size_t count, double *work)
{
    const double *values = sketch->values + first;
    for (size_t i = 0; i < count; i++)
        work[i] = values[i];
    spb_sort_doubles(work, count);
    const double chosen[] = {work[0], work[count / 2], work[count - 1]};
    for (size_t rank = 0; rank < 3; rank++)
        for (size_t i = 0; i < count; i++)
            if (values[i] <= chosen[rank] && values[i] >= chosen[rank]) {
                sketch->drawn[first + i] = true;
                break;
            }
}

static void choose(struct sketch *sketch, double *work)
{
    for (size_t band = 0; band < sketch->band_count; band++) {
        size_t start = (size_t)(sketch->bands[band].values - sketch->values);
        size_t count = sketch->bands[band].process->sample_count;
        for (size_t first = 0; first < count; first += sketch->each)
            choose_of(sketch, start + first, count - first < sketch->each ? count - first : sketch->each, work);
    }
}

static void draw_band(const struct sketch *sketch, size_t band, unsigned mark)
{
    const bool *drawn = sketch->drawn + (sketch->bands[band].values - sketch->values);
    for (size_t i = 0; i < sketch->bands[band].process->sample_count; i++)
        if (drawn[i])
            draw_point(sketch, band, i, mark);
}

static void draw_samples(const struct sketch *sketch)
{
    static const unsigned marks[] = {0, SPB_MARK_PREEMPTED, SPB_MARK_WAITED, SPB_MARK_MIGRATED, SPB_MARK_STEAL};
    static const char *const classes[] = {"dots", "marked", "marked", "marked", "marked"};
    for (size_t m = 0; m < sizeof(marks) / sizeof(marks[0]); m++) {
        size_t before = sketch->out->length;
        spb_strbuf_printf(sketch->out, "<path class=\"%s\" d=\"", classes[m]);
        size_t empty = sketch->out->length;
        for (size_t band = 0; band < sketch->band_count; band++)
            draw_band(sketch, band, marks[m]);
        bool drawn = sketch->out->length > empty;
        spb_strbuf_append(sketch->out, "\"/>");
        if (!drawn && !sketch->out->failed) {
            sketch->out->length = before;
            sketch->out->text[before] = '\0';
        }
    }
}

/* ---- the rest --------------------------------------------------------------------------------------------------- */

static void draw_result(const struct sketch *sketch)
{
    const struct spb_row_stats *stats = &sketch->row->stats;
    if (stats->has_interval) {
        double one = y_of(sketch, deviation(sketch, stats->low_ns)),
               other = y_of(sketch, deviation(sketch, stats->high_ns));
        spb_strbuf_printf(sketch->out, "<rect class=\"interval\" x=\"%d\" width=\"%d\"", LEFT, RIGHT - LEFT);
        put(sketch->out, " y=\"", fmin(one, other));
        put(sketch->out, "\" height=\"", fmax(fabs(one - other), 1));
        spb_strbuf_append(sketch->out, "\"/>");
    }
    spb_strbuf_printf(sketch->out, "<path class=\"estimate\" d=\"M%d", LEFT);
    put(sketch->out, " ", y_of(sketch, 0));
    spb_strbuf_printf(sketch->out, "H%d\"/>", RIGHT);
}

static void draw_medians(const struct sketch *sketch, double *work)
{
    spb_strbuf_append(sketch->out, "<path class=\"median\" d=\"");
    for (size_t band = 0; band < sketch->band_count; band++) {
        size_t count = sketch->bands[band].process->sample_count;
        struct place place = place_of(sketch, band);
        for (size_t i = 0; i < count; i++)
            work[i] = sketch->bands[band].values[i];
        put(sketch->out, "M", place.left);
        put(sketch->out, " ", y_of(sketch, spb_median_in_place(work, count)));
        put(sketch->out, "h", place.width);
    }
    spb_strbuf_append(sketch->out, "\"/>");
}

/* Up to SHARES_MAX samples each is a step; more are thinned out by quantiles. */
static void draw_shares(const struct sketch *sketch, double *sorted)
{
    size_t count = sketch->value_count, steps = count < SHARES_MAX ? count : SHARES_MAX;
    for (size_t i = 0; i < count; i++)
        sorted[i] = sketch->values[i];
    spb_sort_doubles(sorted, count);
    spb_strbuf_printf(sketch->out, "<path class=\"shares\" d=\"M%d", SHARE_LEFT);
    put(sketch->out, " ", y_of(sketch, sorted[0]));
    for (size_t i = 0; i < steps; i++) {
        size_t index = steps > 1 ? i * (count - 1) / (steps - 1) : 0;
        put(sketch->out, "V", y_of(sketch, sorted[index]));
        put(sketch->out, "H", SHARE_LEFT + (double)(SHARE_RIGHT - SHARE_LEFT) * (double)(index + 1) / (double)count);
    }
    spb_strbuf_append(sketch->out, "\"/>");
}

static void draw_frame(const struct sketch *sketch)
{
    spb_strbuf_printf(sketch->out, "<path class=\"frame\" d=\"M%d %dV%dH%dM%d %dV%dH%d\"/>", LEFT, TOP, BOTTOM, RIGHT,
                      SHARE_LEFT, TOP, BOTTOM, SHARE_RIGHT);
    spb_strbuf_printf(
        sketch->out, "<text x=\"%d\" y=\"%d\">samples of %zu process%s, one after the other, each in time order</text>",
        LEFT, HEIGHT - 10, sketch->band_count, sketch->band_count == 1 ? "" : "es");
    spb_strbuf_printf(sketch->out,
                      "<text x=\"%d\" y=\"%d\">0</text><text x=\"%d\" y=\"%d\" text-anchor=\"end\">100 %% of "
                      "samples</text>",
                      SHARE_LEFT, HEIGHT - 10, SHARE_RIGHT, HEIGHT - 10);
}

static void draw(struct sketch *sketch, const char *title, double *work)
{
    fill(sketch);
    find_axis(sketch);
    choose(sketch, work);
    spb_strbuf_printf(sketch->out, "<svg class=\"sketch\" role=\"img\" viewBox=\"0 0 %d %d\"><title>", WIDTH, HEIGHT);
    spb_html_append(sketch->out, title);
    spb_strbuf_append(sketch->out, "</title>");
    draw_axis(sketch);
    draw_result(sketch);
    draw_samples(sketch);
    draw_medians(sketch, work);
    draw_shares(sketch, work);
    draw_frame(sketch);
    spb_strbuf_append(sketch->out, "</svg>");
}

static size_t count_values(const struct spb_row *row)
{
    size_t count = 0;
    for (size_t p = 0; p < row->process_count; p++)
        count += counts(&row->processes[p]) ? row->processes[p].sample_count : 0;
    return count;
}

/* Three points each; from four samples on that is fewer. */
static size_t find_each(size_t count, size_t points_max)
{
    if (count <= points_max || points_max == 0)
        return 1;
    size_t each = (3 * count + points_max - 1) / points_max;
    return each < 4 ? 4 : each;
}

size_t spb_row_sketch(const struct spb_row *row, const struct spb_row_sketch *how, struct spb_strbuf *out)
{
    size_t count = row->stats.valid ? count_values(row) : 0;
    if (count == 0)
        return 1;
    struct sketch sketch = {.row = row, .out = out, .sign = row->measure == SPB_UNITS_PER_SECOND ? -1 : 1};
    sketch.each = find_each(count, how->points_max);
    double *work = calloc(count, sizeof(*work));
    sketch.values = calloc(count, sizeof(*sketch.values));
    sketch.drawn = calloc(count, sizeof(*sketch.drawn));
    sketch.bands = calloc(row->process_count, sizeof(*sketch.bands));
    if (work && sketch.values && sketch.drawn && sketch.bands)
        draw(&sketch, how->title, work);
    else
        out->failed = true;
    free(work);
    free(sketch.values);
    free(sketch.drawn);
    free(sketch.bands);
    return sketch.each;
}
