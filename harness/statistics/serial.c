/* SPDX-License-Identifier: MIT */
#include "serial.h"

#include <errno.h>
#include <math.h>

#include "summary.h"

int spb_lag1_autocorrelation(const double *values, size_t count, double *r1)
{
    if (count < 3 || !spb_all_finite(values, count))
        return -EINVAL;
    double mean = spb_mean(values, count);
    double products = 0, squares = 0;
    for (size_t i = 0; i < count; i++) {
        double deviation = values[i] - mean;
        squares += deviation * deviation;
        if (i + 1 < count)
            products += deviation * (values[i + 1] - mean);
    }
    double ratio = products / squares; /* 0 / 0 for a constant: its mean is exact, whatever its digits */
    if (!isfinite(ratio))
        return -EINVAL;
    *r1 = ratio;
    return 0;
}
