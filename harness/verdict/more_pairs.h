/* SPDX-License-Identifier: MIT
 *
 * More pairs for a row that was decided early: drawn again, at random, from those it has. For the gate's test of itself, which asks
 * what an experiment would have come to that had to go on measuring.
 */
#ifndef SPB_MORE_PAIRS_H
#define SPB_MORE_PAIRS_H

#include <stddef.h>
#include <stdint.h>

#include "pair.h"

/* The fewest that the others are drawn from. */
#define SPB_MORE_PAIRS_FROM 6

/* Appends pairs, with the indices that follow the last one, until the last index is `count` - 1. A row with fewer pairs that ended
 * "ok" than SPB_MORE_PAIRS_FROM stays as it is. What is appended has rounds and no metrics. 0 or -ENOMEM. */
int spb_more_pairs(struct spb_paired_row *row, size_t count, uint64_t seed);
/* Back to so many. */
void spb_fewer_pairs(struct spb_paired_row *row, size_t count);

#endif
