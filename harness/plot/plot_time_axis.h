/* SPDX-License-Identifier: MIT
 *
 * Ticks of an axis of dates, UTC, from seconds to centuries: at full minutes, days, months, years, and as few as are readable.
 */
#ifndef SPB_PLOT_TIME_AXIS_H
#define SPB_PLOT_TIME_AXIS_H

#include <stddef.h>
#include <stdint.h>

#define SPB_PLOT_TICKS_MAX 12

struct spb_plot_tick {
    int64_t seconds; /* since 1970 */
    char text[24];   /* "2026-11-24", "11-24 12:30", "12:30:05", "2026-11", "2026" */
};

/* Ticks within [from_s, to_s], at most SPB_PLOT_TICKS_MAX; returns how many. A span within one day shows no date: the axis is to name
 * the day. */
size_t spb_plot_time_ticks(int64_t from_s, int64_t to_s, struct spb_plot_tick *ticks);

#endif
