/* SPDX-License-Identifier: MIT */
#include "serial.h"

#include <errno.h>
#include <math.h>

#include "distribution.h"
#include "summary.h"

/* sum (x_i - m)(x_(i+lag) - m) */
static double lagged_products(const double *values, size_t count, double mean, size_t lag)
{
    double sum = 0;
    for (size_t i = 0; i + lag < count; i++)
        sum += (values[i] - mean) * (values[i + lag] - mean);
    return sum;
}

int spb_lag1_autocorrelation(const double *values, size_t count, double *r1)
{
    if (count < 3 || !spb_all_finite(values, count))
        return -EINVAL;
    double mean = spb_mean(values, count);
    /* 0 / 0 for a constant: its mean is exact, whatever its digits */
    double ratio = lagged_products(values, count, mean, 1) / lagged_products(values, count, mean, 0);
    if (!isfinite(ratio))
        return -EINVAL;
    *r1 = ratio;
    return 0;
}

int spb_ljung_box(const double *values, size_t count, size_t lags, double *q, double *p)
{
    if (count < 3 || lags == 0 || lags >= count || !spb_all_finite(values, count))
        return -EINVAL;
    double n = (double)count, mean = spb_mean(values, count), sum = 0;
    double squares = lagged_products(values, count, mean, 0);
    for (size_t lag = 1; lag <= lags; lag++) {
        double r = lagged_products(values, count, mean, lag) / squares;
        sum += r * r / (n - (double)lag);
    }
    if (!isfinite(sum))
        return -EINVAL;
    *q = n * (n + 2) * sum;
    *p = spb_chi_square_tail(*q, (double)lags);
    return 0;
}
