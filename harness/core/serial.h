/* SPDX-License-Identifier: MIT
 *
 * Dependence along time.
 */
#ifndef SPB_SERIAL_H
#define SPB_SERIAL_H

#include <stddef.h>

/* Lag-1 autocorrelation: sum (x_i - m)(x_(i+1) - m) / sum (x_i - m)^2. -EINVAL with fewer than 3 values or values that
 * are all the same: it has no meaning then. */
int spb_lag1_autocorrelation(const double *values, size_t count, double *r1);

#endif
