/* SPDX-License-Identifier: MIT
 *
 * Where a series is going: its slope (Theil-Sen) and whether it has one (Mann-Kendall), when something runs out at that rate, and
 * where its level changed at once.
 *
 * The means of up to SPB_HISTORY_TREND_POINTS steps are looked at. A step is mostly like the one before it, which would make chance look like
 * a trend: the variance of Kendall's S is widened by (1 + r) / (1 - r), r the correlation of neighbours beside the line,
 * where that is positive (Yue and Wang 2004).
 */
#ifndef SPB_HISTORY_TREND_H
#define SPB_HISTORY_TREND_H

#include "history.h"

#define SPB_HISTORY_TREND_POINTS 120
#define SPB_HISTORY_STEPS_MAX    8

struct spb_history_step {
    int64_t time_ns;
    double before, after; /* medians of the level */
};

struct spb_history_trend {
    const char *none;                                      /* why there is none; NULL: there is */
    size_t count;                                          /* of steps looked at */
    double slope_per_s, slope_low_per_s, slope_high_per_s; /* with its 95 % interval (Sen 1968) */
    double p;                                              /* two-sided */
    double level; /* at the end, on the line where there is a trend, else the median */
    struct spb_history_step steps[SPB_HISTORY_STEPS_MAX];
    size_t step_count;
    /* Of what runs out at 0: */
    const char *no_end;                    /* why it does not; NULL: it does, in that time */
    double end_s, end_early_s, end_late_s; /* from the last step on; late INFINITY: it may not at all */
};

/* 0, or -ENOMEM. `points` as of a query, in order of time. */
int spb_history_trend_find(const struct spb_history_points *points, struct spb_history_trend *trend);
/* Is this what is left of something, so that 0 is its end? */
bool spb_history_runs_out(enum spb_series series);

#endif
