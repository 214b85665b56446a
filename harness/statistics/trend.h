/* SPDX-License-Identifier: MIT
 *
 * Is there a trend along time? Kendall's tau with its test, and the Theil-Sen slope.
 */
#ifndef SPB_TREND_H
#define SPB_TREND_H

#include <stdbool.h>
#include <stddef.h>

/* Time grows with the square of the count: some seconds here, a few milliseconds at 100. */
#define SPB_TREND_MAX 10000

struct spb_trend {
    double tau;   /* tau-b */
    double p;     /* two-sided; exact without ties up to 50 values, else normal with continuity, corrected for ties */
    double slope; /* Theil-Sen: median of (y_j - y_i) / (x_j - x_i) over pairs with different x */
    bool exact;
};

/* 0; -EINVAL: fewer than 2 values, all x or all y alike, a value or a slope that is not finite; -E2BIG; -ENOMEM. Needs memory for a
 * copy of the values. */
int spb_trend(const double *x, const double *y, size_t count, struct spb_trend *trend);

/* The p of a trend beside whose line each value depends on the one before it, with lag-1 correlation r1: Kendall's S then spreads wider, its variance by
 * (1 + r1) / (1 - r1) (Yue and Wang 2004). As it is where r1 is not positive. */
double spb_trend_serial_p(double p, double r1);

#endif
