/* SPDX-License-Identifier: MIT
 *
 * Interval of a median by order statistics: any distribution, no symmetry asked for.
 */
#ifndef SPB_MEDIAN_INTERVAL_H
#define SPB_MEDIAN_INTERVAL_H

#include <stddef.h>

#include "signed_rank.h"

/* [x_(k), x_(n + 1 - k)] with the largest k of which 1 - 2 P(Bin(n, 1/2) <= k - 1) is at least `confidence`; too few values: the
 * extremes, and `reached` false. 0, -EINVAL or -ENOMEM. */
int spb_median_interval(const double *values, size_t count, double confidence, struct spb_interval *interval);

#endif
