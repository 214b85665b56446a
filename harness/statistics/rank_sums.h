/* SPDX-License-Identifier: MIT
 *
 * How many subsets of `size` scores have each sum: the null distribution of a rank sum, tied or not.
 */
#ifndef SPB_RANK_SUMS_H
#define SPB_RANK_SUMS_H

#include <stddef.h>
#include <stdint.h>

/* counts[w], w = 0 .. *largest, of the sums of `size` out of `count` scores; 0 < size <= count. The caller frees *counts. Exact up to
 * 2^53, to some units of the last digit beyond; at most C(count, size), which must fit a double. 0 or -ENOMEM. Needs memory
 * for size * *largest and count times as much time. */
int spb_rank_sums(const uint64_t *scores, size_t count, size_t size, double **counts, size_t *largest);

#endif
