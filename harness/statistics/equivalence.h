/* SPDX-License-Identifier: MIT
 *
 * Two one-sided tests (Schuirmann 1987): is the centre of paired differences inside a margin?
 */
#ifndef SPB_EQUIVALENCE_H
#define SPB_EQUIVALENCE_H

#include <stddef.h>

struct spb_equivalence {
    double p_below_upper; /* that the centre is below +margin */
    double p_above_lower; /* that it is above -margin */
    double p;             /* equivalent: the larger of the two */
};

/* Exact signed-rank tests of values - margin and values + margin. 0, -EINVAL (count 0, a value that is not finite, margin not
 * above 0) or -ENOMEM. */
int spb_equivalence_test(const double *values, size_t count, double margin, struct spb_equivalence *test);

#endif
