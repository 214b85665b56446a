/* SPDX-License-Identifier: MIT
 *
 * Ranks, with the mean rank for values that are alike. Doubled, so that they stay integers and sums of them are exact.
 */
#ifndef SPB_MIDRANK_H
#define SPB_MIDRANK_H

#include <stddef.h>
#include <stdint.h>

/* ranks[i] = 2 * midrank of values[i]: 2 for the smallest of values that all differ. `cubes` (NULL: not asked for): sum of
 * t^3 - t over the groups of t values alike, which corrections for ties are made of. count may be 0; no NaN among the
 * values. 0 or -ENOMEM. */
int spb_doubled_midranks(const double *values, size_t count, uint64_t *ranks, double *cubes);

#endif
