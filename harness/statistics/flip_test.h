/* SPDX-License-Identifier: MIT
 *
 * Sign-flip test of paired differences, for many rows at once with the same flips: single p-values, and those of
 * Westfall and Young's step-down maxT, which hold for all rows together whatever their dependence. README.md in this room.
 *
 *     T = sum sgn(x) w / sqrt(sum w^2),   w = rank of |x|;   p = share of the flips with T* >= T
 */
#ifndef SPB_FLIP_TEST_H
#define SPB_FLIP_TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum spb_flip_weights {
    SPB_FLIP_RANKS,  /* midranks of |x|; zeros take part in the ranking and then count nothing (Pratt) */
    SPB_FLIP_VALUES, /* |x| itself */
};

struct spb_flip_options {
    enum spb_flip_weights weights;
    size_t enumerate_max; /* up to so many pairs all 2^K flips are tried, by Gray code; 0: 20 */
    size_t random_count;  /* above: so many random flips, and p = (1 + #{T* >= T}) / (1 + R); 0: 99,999 */
    uint64_t seed;        /* of the random ones: the same seed gives the same p */
};

struct spb_flip_result {
    double statistic;  /* 0 where nothing of the row differs from 0 */
    double p;          /* that its centre is above 0, by itself; 1 where there is nothing to tell */
    double p_adjusted; /* among all rows; at least p */
};

/* values[row * pair_count + pair]. `absent` (NULL: none) marks, in the same layout, pairs that a row lacks. 0, -EINVAL (no row,
 * no pair, or a value that is not finite and not absent), -E2BIG (enumeration of more than 30 pairs) or -ENOMEM. */
int spb_flip_test(const double *values, const bool *absent, size_t row_count, size_t pair_count,
                  const struct spb_flip_options *options, struct spb_flip_result *results);

#endif
