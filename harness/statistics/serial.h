/* SPDX-License-Identifier: MIT
 *
 * Dependence along time.
 */
#ifndef SPB_SERIAL_H
#define SPB_SERIAL_H

#include <stddef.h>

/* Lag-1 autocorrelation: sum (x_i - m)(x_(i+1) - m) / sum (x_i - m)^2. -EINVAL where it has no meaning: fewer than 3
 * values, values that are all the same, or one that is not finite. */
int spb_lag1_autocorrelation(const double *values, size_t count, double *r1);

/* Ljung and Box (1978): Q = n (n + 2) sum over k = 1 .. lags of r_k^2 / (n - k), and P(chi2(lags) > Q). -EINVAL as above, and for
 * lags of 0 or not below count. */
int spb_ljung_box(const double *values, size_t count, size_t lags, double *q, double *p);

#endif
