/* SPDX-License-Identifier: MIT
 *
 * Does a sample look as if it had two modes? Sarle's coefficient; above 5/9 (that of a uniform distribution) it may.
 */
#ifndef SPB_MODES_H
#define SPB_MODES_H

#include <stddef.h>

#define SPB_BIMODALITY_LIMIT (5.0 / 9.0)

/* (g1^2 + 1) / (g2 + 3 (n - 1)^2 / ((n - 2)(n - 3))), g1 and g2 the sample's skewness and excess kurtosis with the usual
 * corrections (SAS). 0, or -EINVAL: fewer than 4 values, all alike, or one that is not finite. */
int spb_bimodality(const double *values, size_t count, double *coefficient);

#endif
