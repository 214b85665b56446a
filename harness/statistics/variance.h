/* SPDX-License-Identifier: MIT
 *
 * Where the variation comes from: between processes or within them.
 */
#ifndef SPB_VARIANCE_H
#define SPB_VARIANCE_H

#include <stddef.h>

struct spb_variance {
    double between; /* variance component of the groups (ANOVA estimator, Searle 1992; 0 where it comes out negative) */
    double within;  /* mean square within the groups */
};

/* One-way random-effects components of `group_count` groups; group g is values[offsets[g]] .. values[offsets[g + 1] -
 * 1]; unequal sizes are allowed. -EINVAL with fewer than 2 groups, an empty group, no group of
 * 2, or a value that is not finite. */
int spb_variance_components(const double *values, const size_t *offsets, size_t group_count,
                            struct spb_variance *variance);

#endif
