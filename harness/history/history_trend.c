/* SPDX-License-Identifier: MIT */
#include "history_trend.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "change_points.h"
#include "summary.h"
#include "trend.h"

#define POINTS_MIN   8
#define P_MAX        0.05
#define Z_95         1.959963984540054
#define END_MAX_S    (10 * 365.25 * 86400) /* beyond, nobody can know */
#define PERMUTATIONS 199

bool spb_history_runs_out(enum spb_series series)
{
    return series == SPB_MEMORY_AVAILABLE || series == SPB_FILESYSTEM_AVAILABLE;
}

/* What is looked at: the steps, thinned out evenly where there are too many. */
struct line {
    double x[SPB_HISTORY_TREND_POINTS]; /* seconds since the first */
    double y[SPB_HISTORY_TREND_POINTS];
    int64_t time_ns[SPB_HISTORY_TREND_POINTS];
    size_t count;
};

static void fill_line(const struct spb_history_points *points, struct line *line)
{
    size_t group = (points->count + SPB_HISTORY_TREND_POINTS - 1) / SPB_HISTORY_TREND_POINTS;
    for (size_t i = 0; i < points->count; i += group) {
        double sum = 0;
        size_t used = points->count - i < group ? points->count - i : group;
        for (size_t k = 0; k < used; k++)
            sum += points->items[i + k].mean;
        line->time_ns[line->count] = points->items[i].time_ns;
        line->x[line->count] = (double)(points->items[i].time_ns - points->items[0].time_ns) / 1e9;
        line->y[line->count++] = sum / (double)used;
    }
}

static double median_of(const double *values, size_t count, double slope, const double *x)
{
    double left[SPB_HISTORY_TREND_POINTS];
    for (size_t i = 0; i < count; i++)
        left[i] = values[i] - slope * x[i];
    return spb_median_in_place(left, count);
}

/* Correlation of neighbours, beside the line. */
static double neighbours(const struct line *line, double slope, double offset)
{
    double products = 0, squares = 0, before = 0;
    for (size_t i = 0; i < line->count; i++) {
        double rest = line->y[i] - offset - slope * line->x[i];
        products += i ? rest * before : 0;
        squares += rest * rest;
        before = rest;
    }
    return squares > 0 ? products / squares : 0;
}

/* The slopes of all pairs; those so far from the middle as S may be by chance bound the interval. */
static int find_interval(const struct line *line, double widening, struct spb_history_trend *trend)
{
    size_t pairs = line->count * (line->count - 1) / 2, filled = 0;
    double n = (double)line->count;
    double chance = Z_95 * sqrt(widening * n * (n - 1) * (2 * n + 5) / 18);
    double *slopes = calloc(pairs, sizeof(*slopes));
    if (!slopes)
        return -ENOMEM;
    for (size_t i = 0; i < line->count; i++)
        for (size_t j = i + 1; j < line->count; j++)
            slopes[filled++] = (line->y[j] - line->y[i]) / (line->x[j] - line->x[i]);
    spb_sort_doubles(slopes, filled);
    double low = ((double)filled - chance) / 2, high = ((double)filled + chance) / 2;
    trend->slope_low_per_s = slopes[low > 0 ? (size_t)low : 0];
    trend->slope_high_per_s = slopes[high < (double)(filled - 1) ? (size_t)ceil(high) : filled - 1];
    free(slopes);
    return 0;
}

static int find_slope(const struct line *line, struct spb_history_trend *trend)
{
    struct spb_trend found;
    int code = spb_trend(line->x, line->y, line->count, &found);
    if (code == -EINVAL)
        trend->none = "it does not change";
    if (code)
        return code == -EINVAL ? 0 : code;
    double offset = median_of(line->y, line->count, found.slope, line->x);
    double r = neighbours(line, found.slope, offset);
    double widening = r > 0 ? (1 + r) / (r < 0.99 ? 1 - r : 0.01) : 1;
    trend->slope_per_s = found.slope;
    trend->p = spb_trend_serial_p(found.p, r);
    trend->level = trend->p < P_MAX ? offset + found.slope * line->x[line->count - 1]
                                    : median_of(line->y, line->count, 0, line->x);
    return find_interval(line, widening, trend);
}

/* ---- steps -------------------------------------------------------------------------------------------------------- */

static double level_between(const struct line *line, size_t begin, size_t end)
{
    return median_of(line->y + begin, end - begin, 0, line->x);
}

static double spread_of(const struct line *line, size_t begin, size_t end, double slope, double offset)
{
    double sum = 0;
    for (size_t i = begin; i < end; i++)
        sum += fabs(line->y[i] - offset - slope * line->x[i]);
    return sum;
}

/* A slope looks like many small steps and a step like a slope: what leaves less over is what it is. */
static bool steps_explain_more(const struct line *line, const size_t *bounds, size_t segments, double slope)
{
    double beside_steps = 0;
    for (size_t s = 0; s < segments; s++)
        beside_steps += spread_of(line, bounds[s], bounds[s + 1], 0, level_between(line, bounds[s], bounds[s + 1]));
    double beside_line = spread_of(line, 0, line->count, slope, median_of(line->y, line->count, slope, line->x));
    return beside_steps < beside_line * 0.8;
}

static int find_steps(const struct line *line, struct spb_history_trend *trend)
{
    const struct spb_change_points_options how = {.permutation_count = PERMUTATIONS, .seed = 1};
    struct spb_change_point found[SPB_HISTORY_TREND_POINTS];
    size_t bounds[SPB_HISTORY_TREND_POINTS + 1] = {0}, count = 0;
    int code = spb_change_points(line->y, line->count, &how, found, &count);
    if (code)
        return code == -EINVAL ? 0 : code;
    for (size_t i = 0; i < count; i++)
        bounds[i + 1] = found[i].index;
    bounds[count + 1] = line->count;
    if (count == 0 || !steps_explain_more(line, bounds, count + 1, trend->slope_per_s))
        return 0;
    for (size_t i = 0; i < count && i < SPB_HISTORY_STEPS_MAX; i++)
        trend->steps[trend->step_count++] =
            (struct spb_history_step){line->time_ns[bounds[i + 1]], level_between(line, bounds[i], bounds[i + 1]),
                                      level_between(line, bounds[i + 1], bounds[i + 2])};
    return 0;
}

/* ---- the end ------------------------------------------------------------------------------------------------------ */

static void find_end(struct spb_history_trend *trend)
{
    if (trend->none)
        trend->no_end = trend->none;
    else if (trend->step_count)
        trend->no_end = "it goes in steps, not along a line";
    else if (!(trend->p < P_MAX))
        trend->no_end = "no trend is certain";
    else if (trend->slope_per_s >= 0)
        trend->no_end = "it grows";
    else if (trend->level <= 0)
        trend->no_end = "it is full";
    else if (!(-trend->level / trend->slope_per_s <= END_MAX_S))
        trend->no_end = "it would take more than ten years";
    if (trend->no_end)
        return;
    trend->end_s = -trend->level / trend->slope_per_s;
    trend->end_early_s = -trend->level / trend->slope_low_per_s;
    trend->end_late_s = trend->slope_high_per_s < 0 ? -trend->level / trend->slope_high_per_s : (double)INFINITY;
}

int spb_history_trend_find(const struct spb_history_points *points, struct spb_history_trend *trend)
{
    struct line line = {.count = 0};
    int code = 0;
    *trend = (struct spb_history_trend){.p = 1};
    if (points->count >= POINTS_MIN)
        fill_line(points, &line);
    trend->count = line.count;
    if (line.count < POINTS_MIN)
        trend->none = "too few values";
    else
        code = find_slope(&line, trend);
    if (code == 0 && !trend->none)
        code = find_steps(&line, trend);
    find_end(trend);
    return code;
}
