/* SPDX-License-Identifier: MIT
 *
 * Two independent samples: the Mann-Whitney test, exact with and without ties, and the Hodges-Lehmann shift with its exact
 * interval. Formulas and sources: README.md in this room.
 *
 *     struct spb_mann_whitney test;
 *     if (spb_mann_whitney(base, 10, new, 10, &test) == 0 && test.p_greater < 0.01) ...    // new is larger
 */
#ifndef SPB_MANN_WHITNEY_H
#define SPB_MANN_WHITNEY_H

#include <stdbool.h>
#include <stddef.h>

#include "signed_rank.h"

/* Up to this product of the two counts the distribution of the (tied) ranks is counted; above, the normal approximation with
 * continuity and the variance corrected for ties is used. */
#define SPB_MANN_WHITNEY_EXACT_MAX 2500

struct spb_mann_whitney {
    double u;         /* pairs with y > x, plus half of those that are equal */
    double p_greater; /* P(U >= u): small when y tends to be larger */
    double p_less;    /* P(U <= u) */
    double p_two_sided;
    bool exact;
};

/* 0, -EINVAL (a count of 0 or above SPB_SIGNED_RANK_MAX, a value that is not finite) or -ENOMEM. All values alike: every p is 1. */
int spb_mann_whitney(const double *x, size_t x_count, const double *y, size_t y_count, struct spb_mann_whitney *test);

/* Median of the differences y_j - x_i, and the interval [D_(k), D_(mn + 1 - k)], k = max(1, qwilcox(alpha / 2)). Errors as
 * above, and -EINVAL for a confidence outside (0, 1) or differences that are not finite. The counts decide as in the test
 * whether qwilcox is exact. Needs memory for a copy of the values. */
int spb_hodges_lehmann_shift(const double *x, size_t x_count, const double *y, size_t y_count, double confidence,
                             struct spb_interval *interval);

#endif
