/* SPDX-License-Identifier: MIT
 *
 * Wilcoxon's signed-rank distribution, and the Hodges-Lehmann estimate with its exact interval. Formulas and sources:
 * README.md in this room.
 */
#ifndef SPB_SIGNED_RANK_H
#define SPB_SIGNED_RANK_H

#include <stdbool.h>
#include <stddef.h>

/* Up to here the null distribution is counted exactly; above, the normal approximation with continuity is used. */
#define SPB_SIGNED_RANK_EXACT_MAX 300
/* Largest n at all; keeps n (n + 1) / 2 an exact double. */
#define SPB_SIGNED_RANK_MAX 100000000

struct spb_interval {
    double estimate;
    double low;
    double high;
    double confidence; /* that the interval really has: at least the one asked for, unless the sample is too small */
    bool reached;      /* false: the sample is too small for the confidence asked for; low and high are its extremes */
};

/* P(W+ <= w) for n differences without ties or zeros; 1 from w = n (n + 1) / 2 on. 0, -EINVAL (n 0 or too large) or
 * -ENOMEM. */
int spb_signed_rank_cdf(size_t n, size_t w, double *probability);
/* Smallest w with P(W+ <= w) >= p, as R's qsignrank. -EINVAL also for p outside [0, 1]. */
int spb_signed_rank_quantile(size_t n, double p, size_t *w);

struct spb_signed_rank {
    double w;         /* W+: sum of the ranks of the values above 0 */
    double p_greater; /* P(W+ >= w): small when the centre is above 0 */
    double p_less;    /* P(W+ <= w) */
};

/* Values with ties and zeros: the distribution is that of the tied ranks; zeros take part in the ranking and then count nothing
 * (Pratt 1959). Nothing but zeros: both p are 1. 0, -EINVAL (count 0 or too large, a value that is not finite) or -ENOMEM. */
int spb_signed_rank_test(const double *values, size_t count, struct spb_signed_rank *test);

/* Median of the Walsh averages (x_i + x_j) / 2, i <= j, and the interval [A_(k), A_(N + 1 - k)] with
 * k = max(1, qsignrank(alpha / 2, n)), alpha = 1 - confidence. count 1: estimate only, confidence 0, low = high = it.
 * 0, -EINVAL (count 0, a value that is not finite, confidence not inside (0, 1)) or -ENOMEM. Needs memory for one copy
 * of the values and time in count log count. */
int spb_hodges_lehmann(const double *values, size_t count, double confidence, struct spb_interval *interval);

#endif
