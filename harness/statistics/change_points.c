/* SPDX-License-Identifier: MIT */
#include "change_points.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "random.h"
#include "summary.h"

/* Of the mean distance times the count: what rounding may add to a statistic. A tie counts as reached, so the p errs to the large
 * side. */
#define TIE_TOLERANCE 1e-11

/* Where a segment is best split, and by what margin. */
struct split {
    double statistic; /* -infinity: the segment is too short */
    size_t index;     /* of the first value of the right part, in the series */
};

struct search {
    size_t count, segment_min;
    double exponent;
    double *values;       /* the series */
    double *mixed;        /* the series, permuted within its segments */
    double *from_left;    /* [j]: sum of the distances of value j from those left of the split */
    double *from_before;  /* [j]: from all before it in the segment */
    double *inverse;      /* [i]: 1 / i */
    size_t *bounds;       /* of the segments: 0, the changes in order, count */
    struct split *splits; /* best one of each segment */
    size_t segments;
};

/* ---- the best split of a segment ---------------------------------------------------------------------------------------- */

/* sums[j] += |values[from] - values[j]|^exponent, for each j after `from`. */
static void add_distances(const struct search *search, const double *values, size_t count, size_t from, double *sums)
{
    double value = values[from];
    if (search->exponent == 1)
        for (size_t j = from + 1; j < count; j++)
            sums[j] += fabs(value - values[j]);
    else
        for (size_t j = from + 1; j < count; j++)
            sums[j] += pow(fabs(value - values[j]), search->exponent);
}

static void sum_distances_before(struct search *search, const double *values, size_t count)
{
    memset(search->from_before, 0, count * sizeof(*search->from_before));
    for (size_t i = 0; i < count; i++)
        add_distances(search, values, count, i, search->from_before);
}

/* Largest Q over where the right part ends, for a left part of n values with `left` the sum of the distances within it:
 *
 *     Q = n m / (n + m) (2 between / (n m) - left / (n (n - 1) / 2) - right / (m (m - 1) / 2))
 */
static double best_end(const struct search *search, size_t count, size_t n, double left)
{
    const double *inverse = search->inverse;
    double best = (double)-INFINITY, right = 0, between = 0, left_mean = left * inverse[n - 1];
    for (size_t end = n + 1; end <= count; end++) {
        size_t m = end - n;
        between += search->from_left[end - 1];
        right += search->from_before[end - 1] - search->from_left[end - 1];
        if (m < search->segment_min)
            continue;
        double q = 2 * inverse[end] * (between - (double)m * left_mean - (double)n * inverse[m - 1] * right);
        if (q > best)
            best = q;
    }
    return best;
}

/* Distances are computed when they are needed: count^2 / 2 of them twice, and no memory for them. */
static struct split find_split(struct search *search, const double *values, size_t count)
{
    struct split best = {.statistic = (double)-INFINITY};
    if (count < 2 * search->segment_min)
        return best;
    double left = 0;
    sum_distances_before(search, values, count);
    memset(search->from_left, 0, count * sizeof(*search->from_left));
    for (size_t n = 1; n + search->segment_min <= count; n++) {
        left += search->from_before[n - 1];
        add_distances(search, values, count, n - 1, search->from_left);
        if (n < search->segment_min)
            continue;
        double q = best_end(search, count, n, left);
        if (q > best.statistic)
            best = (struct split){q, n};
    }
    return best;
}

/* ---- is it more than chance? ---------------------------------------------------------------------------------------------- */

static void shuffle(struct spb_random *random, double *values, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t other = (size_t)spb_random_below(random, i);
        double kept = values[i - 1];
        values[i - 1] = values[other];
        values[other] = kept;
    }
}

/* Does the series, permuted within its segments, have a split with a statistic of at least `limit`? */
static bool chance_reaches(struct search *search, struct spb_random *random, double limit)
{
    bool reached = false;
    for (size_t s = 0; s < search->segments; s++) {
        size_t begin = search->bounds[s], length = search->bounds[s + 1] - begin;
        shuffle(random, search->mixed + begin, length);
        if (!reached)
            reached = find_split(search, search->mixed + begin, length).statistic >= limit;
    }
    return reached;
}

/* What rounding may be: of the size of the sums that the statistic is made of. */
static double rounding_allowance(struct search *search)
{
    double sum = 0;
    sum_distances_before(search, search->values, search->count);
    for (size_t j = 0; j < search->count; j++)
        sum += search->from_before[j];
    return TIE_TOLERANCE * sum / (double)search->count;
}

/* (b + 1) / (R + 1); ends early, with something above `level`, as soon as it is certain to be that. */
static double permutation_p(struct search *search, struct spb_random *random, double statistic, double level,
                            size_t count)
{
    double limit = statistic - rounding_allowance(search), total = (double)count + 1;
    size_t reached = 0;
    memcpy(search->mixed, search->values, search->count * sizeof(*search->mixed));
    for (size_t r = 0; r < count && (double)(reached + 1) / total <= level; r++)
        reached += chance_reaches(search, random, limit);
    return (double)(reached + 1) / total;
}

/* ---- one change after the other -------------------------------------------------------------------------------------------- */

static void split_segment(struct search *search, size_t segment)
{
    size_t begin = search->bounds[segment];
    search->splits[segment] = find_split(search, search->values + begin, search->bounds[segment + 1] - begin);
    search->splits[segment].index += begin;
}

static size_t best_segment(const struct search *search)
{
    size_t best = 0;
    for (size_t s = 1; s < search->segments; s++)
        if (search->splits[s].statistic > search->splits[best].statistic)
            best = s;
    return best;
}

/* Divides a segment where it is best split, and finds the best splits of the two parts. */
static void divide(struct search *search, size_t segment)
{
    size_t behind = search->segments - segment;
    memmove(search->bounds + segment + 2, search->bounds + segment + 1, behind * sizeof(*search->bounds));
    memmove(search->splits + segment + 1, search->splits + segment, behind * sizeof(*search->splits));
    search->bounds[segment + 1] = search->splits[segment].index;
    search->segments++;
    split_segment(search, segment);
    split_segment(search, segment + 1);
}

/* The point found when `segment` was divided stands at the same place among the points as among the inner bounds. */
static void insert_point(struct spb_change_point *points, size_t found, size_t place, struct spb_change_point point)
{
    memmove(points + place + 1, points + place, (found - place) * sizeof(*points));
    points[place] = point;
}

static size_t find_changes(struct search *search, const struct spb_change_points_options *options,
                           struct spb_change_point *points)
{
    struct spb_random random = {options->seed};
    size_t found = 0;
    split_segment(search, 0);
    for (;;) {
        size_t segment = best_segment(search);
        struct split split = search->splits[segment];
        if (!isfinite(split.statistic))
            return found;
        double p = permutation_p(search, &random, split.statistic, options->level, options->permutation_count);
        if (p > options->level)
            return found;
        insert_point(points, found++, segment, (struct spb_change_point){split.index, p, split.statistic});
        divide(search, segment);
    }
}

/* ---- set-up ------------------------------------------------------------------------------------------------------------------ */

static void release(struct search *search)
{
    free(search->values);
    free(search->mixed);
    free(search->from_left);
    free(search->from_before);
    free(search->inverse);
    free(search->bounds);
    free(search->splits);
}

static int prepare(struct search *search, const double *values)
{
    size_t count = search->count, segments_max = count / search->segment_min;
    search->values = calloc(count, sizeof(*search->values));
    search->mixed = calloc(count, sizeof(*search->mixed));
    search->from_left = calloc(count, sizeof(*search->from_left));
    search->from_before = calloc(count, sizeof(*search->from_before));
    search->inverse = calloc(count + 1, sizeof(*search->inverse));
    search->bounds = calloc(segments_max + 1, sizeof(*search->bounds));
    search->splits = calloc(segments_max, sizeof(*search->splits));
    if (!search->values || !search->mixed || !search->from_left || !search->from_before || !search->inverse ||
        !search->bounds || !search->splits)
        return -ENOMEM;
    memcpy(search->values, values, count * sizeof(*values));
    for (size_t i = 1; i <= count; i++)
        search->inverse[i] = 1 / (double)i;
    search->bounds[1] = count;
    search->segments = 1;
    return 0;
}

static struct spb_change_points_options with_defaults(struct spb_change_points_options options)
{
    options.segment_min = options.segment_min ? options.segment_min : 5;
    options.level = options.level != 0 ? options.level : 0.01;
    options.permutation_count = options.permutation_count ? options.permutation_count : 999;
    options.exponent = options.exponent != 0 ? options.exponent : 1;
    return options;
}

/* Also that no sum of distances overflows. */
static bool input_is_valid(const double *values, size_t count, const struct spb_change_points_options *options)
{
    if (options->segment_min < 2 || !(options->level > 0 && options->level < 1) ||
        !(options->exponent > 0 && options->exponent < 2) || !spb_all_finite(values, count))
        return false;
    double low = (double)INFINITY, high = (double)-INFINITY;
    for (size_t i = 0; i < count; i++) {
        low = fmin(low, values[i]);
        high = fmax(high, values[i]);
    }
    return count == 0 || isfinite(pow(high - low, options->exponent) * (double)count * (double)count);
}

int spb_change_points(const double *values, size_t count, const struct spb_change_points_options *options,
                      struct spb_change_point *points, size_t *found)
{
    struct spb_change_points_options settled = with_defaults(*options);
    if (count > SPB_CHANGE_POINTS_MAX)
        return -E2BIG;
    if (!input_is_valid(values, count, &settled))
        return -EINVAL;
    *found = 0;
    if (count / 2 < settled.segment_min)
        return 0;
    struct search search = {.count = count, .segment_min = settled.segment_min, .exponent = settled.exponent};
    int code = prepare(&search, values);
    if (code == 0)
        *found = find_changes(&search, &settled, points);
    release(&search);
    return code;
}
