/* SPDX-License-Identifier: MIT */
#include "growth.h"

#include <errno.h>
#include <stdlib.h>

#include "serial.h"
#include "trend.h"

/* Short, so that a leak of some minutes has points enough; doubled until the window is covered. */
#define FIRST_SPACING_NS UINT64_C(5000000000)
#define LAST_SPACING_NS  (SPB_GROWTH_WINDOW_NS / SPB_GROWTH_POINTS)
/* Fewer say nothing: with 12 the least p is far below any that is asked for. */
#define POINTS_MIN 12
/* Of the whole slope, that the later half must have. */
#define LATER_SHARE 0.5

void spb_growth_release(struct spb_growth *growth)
{
    free(growth->points);
    *growth = (struct spb_growth){0};
}

uint64_t spb_growth_watched_ns(const struct spb_growth *growth)
{
    if (growth->count < 2)
        return 0;
    return (uint64_t)((growth->points[growth->count - 1].x_s - growth->points[0].x_s) * 1e9);
}

/* Two become one. */
static void thin_out(struct spb_growth *growth)
{
    for (size_t i = 0; i < growth->count / 2; i++) {
        const struct spb_growth_point *a = &growth->points[2 * i], *b = a + 1;
        growth->points[i] = (struct spb_growth_point){(a->x_s + b->x_s) / 2, (a->y + b->y) / 2};
    }
    growth->count /= 2;
    growth->spacing_ns *= 2;
}

static int make_room(struct spb_growth *growth)
{
    if (growth->count < growth->capacity)
        return 0;
    if (growth->capacity == SPB_GROWTH_POINTS) {
        if (growth->spacing_ns < LAST_SPACING_NS) {
            thin_out(growth);
            return 0;
        }
        for (size_t i = 1; i < growth->count; i++)
            growth->points[i - 1] = growth->points[i];
        growth->count--;
        return 0;
    }
    size_t wanted = growth->capacity ? growth->capacity * 2 : 4;
    if (wanted > SPB_GROWTH_POINTS)
        wanted = SPB_GROWTH_POINTS;
    struct spb_growth_point *points = reallocarray(growth->points, wanted, sizeof(*points));
    if (!points)
        return -ENOMEM;
    growth->points = points;
    growth->capacity = wanted;
    return 0;
}

static int complete(struct spb_growth *growth, uint64_t boot_ns)
{
    int code = make_room(growth);
    if (code)
        return code;
    double begin_s = (double)(growth->open_ns - growth->origin_ns) / 1e9;
    double end_s = (double)(boot_ns - growth->origin_ns) / 1e9;
    growth->points[growth->count++] =
        (struct spb_growth_point){(begin_s + end_s) / 2, growth->open_sum / (double)growth->open_count};
    growth->open_ns = boot_ns;
    growth->open_sum = 0;
    growth->open_count = 0;
    return 0;
}

int spb_growth_add(struct spb_growth *growth, uint64_t boot_ns, double value, bool *completed)
{
    int code = 0;
    *completed = false;
    if (growth->spacing_ns == 0) {
        growth->spacing_ns = FIRST_SPACING_NS;
        growth->origin_ns = growth->open_ns = boot_ns;
    }
    if (boot_ns < growth->open_ns)
        return 0;
    if (growth->open_count && boot_ns - growth->open_ns >= growth->spacing_ns) {
        code = complete(growth, boot_ns);
        *completed = code == 0;
    }
    growth->open_sum += value;
    growth->open_count++;
    return code;
}

/* ---- is it one? --------------------------------------------------------------------------------------------------- */

struct line {
    double x[SPB_GROWTH_POINTS], y[SPB_GROWTH_POINTS];
};

/* 1: there is one. */
static int find_trend(const struct line *line, size_t first, size_t count, struct spb_trend *trend)
{
    int code = spb_trend(line->x + first, line->y + first, count, trend);
    return code == -EINVAL ? 0 : code ? code : 1;
}

/* What is left beside the line depends on what was left before it. */
static double serial_p(const struct line *line, size_t count, const struct spb_trend *trend)
{
    double left[SPB_GROWTH_POINTS], r1;
    for (size_t i = 0; i < count; i++)
        left[i] = line->y[i] - trend->slope * line->x[i];
    return spb_lag1_autocorrelation(left, count, &r1) < 0 ? trend->p : spb_trend_serial_p(trend->p, r1);
}

int spb_growth_find(const struct spb_growth *growth, double p_max, size_t family, double *per_hour)
{
    struct line line;
    struct spb_trend whole, later;
    size_t count = growth->count;
    *per_hour = 0;
    if (count < POINTS_MIN || growth->points[count - 1].y <= growth->points[0].y)
        return 0; /* nothing is asked of most numbers, which costs nothing */
    for (size_t i = 0; i < count; i++) {
        line.x[i] = growth->points[i].x_s;
        line.y[i] = growth->points[i].y;
    }
    int found = find_trend(&line, 0, count, &whole);
    if (found <= 0 || whole.slope <= 0 || serial_p(&line, count, &whole) * (double)family > p_max)
        return found < 0 ? found : 0;
    found = find_trend(&line, count / 2, count - count / 2, &later);
    if (found <= 0 || later.slope < LATER_SHARE * whole.slope)
        return found < 0 ? found : 0;
    *per_hour = whole.slope * 3600;
    return 0;
}
