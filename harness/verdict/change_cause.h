/* SPDX-License-Identifier: MIT
 *
 * What counters and marks of an experiment in pairs say about a change, in the words of cause.h.
 */
#ifndef SPB_CHANGE_CAUSE_H
#define SPB_CHANGE_CAUSE_H

#include "pair.h"

/* "instructions +3.0 %: other code"; owned by the caller, NULL where there is nothing to say. A counter's change is the median of
 * its changes in the pairs with an index below `pairs`. `effect` is the change that is to be explained, a logarithm. 0 or
 * -ENOMEM. */
int spb_change_cause(const struct spb_paired_row *row, unsigned pairs, double effect, char **text);

#endif
