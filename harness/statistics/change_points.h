/* SPDX-License-Identifier: MIT
 *
 * Where did a series change? E-divisive (Matteson and James 2014), each split tested by permutation.
 */
#ifndef SPB_CHANGE_POINTS_H
#define SPB_CHANGE_POINTS_H

#include <stddef.h>
#include <stdint.h>

/* Time grows with the square of the count, for each permutation: README.md in this room says how long. Memory does not. */
#define SPB_CHANGE_POINTS_MAX 5000

struct spb_change_points_options {
    size_t segment_min;       /* values between two changes at least, 2 or more; 0: 5 */
    double level;             /* of each test; 0: 0.01 */
    size_t permutation_count; /* 0: 999 */
    double exponent;          /* of the distances, in (0, 2); 0: 1 */
    uint64_t seed;            /* of the permutations */
};

struct spb_change_point {
    size_t index; /* of the first value after the change */
    double p;     /* (b + 1) / (R + 1) */
    double statistic;
};

/* In order of index; `points` has room for count / segment_min. 0 and *found, -EINVAL (a value that is not finite, values so far
 * apart that sums of their distances are not, or an option outside its range), -E2BIG or -ENOMEM. The same seed finds the same.
 * Fewer than two segments: none is found. */
int spb_change_points(const double *values, size_t count, const struct spb_change_points_options *options,
                      struct spb_change_point *points, size_t *found);

#endif
