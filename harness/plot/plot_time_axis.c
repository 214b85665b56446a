/* SPDX-License-Identifier: MIT */
#include "plot_time_axis.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "date.h"

#define DAY_S        INT64_C(86400)
#define TICKS_WANTED 8 /* at most, so that their texts have room */
#define MONTH_DAYS   30.4

/* Of which a day has a whole number, or which are days. */
static const int64_t steps_s[] = {1,     2,     5,         10,        15,        30,        60,    120,
                                  300,   600,   900,       1800,      3600,      7200,      10800, 21600,
                                  43200, DAY_S, 2 * DAY_S, 4 * DAY_S, 7 * DAY_S, 14 * DAY_S};
static const int steps_months[] = {1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000};
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* The part of "2026-12-31T23:59:59" that a tick shows. */
struct part {
    size_t from, length;
};
static const struct part year = {0, 4}, month_of_year = {0, 7}, day = {0, 10}, day_and_time = {5, 11}, minute = {11, 5},
                         second = {11, 8};

static void write_tick(struct spb_plot_tick *tick, int64_t seconds, struct part part)
{
    char whole[SPB_DATE_TEXT_SIZE];
    spb_date_format_time(whole, seconds);
    tick->seconds = seconds;
    snprintf(tick->text, sizeof(tick->text), "%.*s", (int)part.length, whole + part.from);
    char *separator = strchr(tick->text, 'T');
    if (separator)
        *separator = ' ';
}

/* Down to a multiple of it, for times before 1970 too. */
static int64_t floor_to(int64_t value, int64_t step)
{
    int64_t rest = value % step;
    return value - rest - (rest < 0 ? step : 0);
}

static size_t tick_seconds(int64_t from_s, int64_t to_s, int64_t step_s, struct spb_plot_tick *ticks)
{
    bool one_day = floor_to(from_s, DAY_S) == floor_to(to_s, DAY_S);
    struct part part = step_s >= DAY_S ? day : !one_day ? day_and_time : step_s >= 60 ? minute : second;
    size_t count = 0;
    for (int64_t at = floor_to(from_s + step_s - 1, step_s); at <= to_s && count < SPB_PLOT_TICKS_MAX; at += step_s)
        write_tick(&ticks[count++], at, part);
    return count;
}

/* Years from 0 on, so that steps of them are round. */
static size_t tick_months(int64_t from_s, int64_t to_s, int step, struct spb_plot_tick *ticks)
{
    const time_t from = from_s;
    struct tm parts = {0};
    size_t count = 0;
    gmtime_r(&from, &parts);
    int64_t month = floor_to((int64_t)(parts.tm_year + 1900) * 12 + parts.tm_mon, step);
    for (; count < SPB_PLOT_TICKS_MAX; month += step) {
        struct tm first = {.tm_year = (int)(month / 12) - 1900, .tm_mon = (int)(month % 12), .tm_mday = 1};
        int64_t at = timegm(&first);
        if (at > to_s)
            break;
        if (at >= from_s)
            write_tick(&ticks[count++], at, step >= 12 ? year : month_of_year);
    }
    return count;
}

size_t spb_plot_time_ticks(int64_t from_s, int64_t to_s, struct spb_plot_tick *ticks)
{
    for (size_t i = 0; i < COUNT_OF(steps_s); i++)
        if ((to_s - from_s) / steps_s[i] < TICKS_WANTED)
            return tick_seconds(from_s, to_s, steps_s[i], ticks);
    double months = (double)(to_s - from_s) / (DAY_S * MONTH_DAYS);
    size_t i = 0;
    while (i + 1 < COUNT_OF(steps_months) && months / steps_months[i] >= TICKS_WANTED)
        i++;
    return tick_months(from_s, to_s, steps_months[i], ticks);
}
