/* SPDX-License-Identifier: MIT
 *
 * How likely is it to pass at this look or an earlier one, by chance? The looks after the third live on what the first three
 * leave of the 5 %, because they overlap. README.md, "What is left for the fourth and fifth look".
 */
#ifndef SPB_PASS_SPENDING_H
#define SPB_PASS_SPENDING_H

#include <stddef.h>
#include <stdint.h>

/* `values`: d_p less the margin, in order of the pairs; `indices`: of the pairs. `look`: an index of spb_ab_looks. *p: share of all
 * choices of signs, |values| given, with which an earlier look passes or this one's sum of the positive ranks is as low as it
 * is; 1 where there is no value. 0 or -ENOMEM. */
int spb_pass_spending(const double *values, const unsigned *indices, size_t count, unsigned look, uint64_t seed,
                      double *p);

#endif
