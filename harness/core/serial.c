/* SPDX-License-Identifier: MIT */
#include "serial.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>

#include "summary.h"

/* Asked of the values themselves: the sum of squares of a constant need not come out as 0. */
static bool all_equal(const double *values, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (values[i] != values[0])
            return false;
    return true;
}

int spb_lag1_autocorrelation(const double *values, size_t count, double *r1)
{
    if (count < 3 || !spb_all_finite(values, count) || all_equal(values, count))
        return -EINVAL;
    double mean = spb_mean(values, count);
    double products = 0, squares = 0;
    for (size_t i = 0; i < count; i++) {
        double deviation = values[i] - mean;
        squares += deviation * deviation;
        if (i + 1 < count)
            products += deviation * (values[i + 1] - mean);
    }
    double ratio = products / squares;
    if (!isfinite(ratio))
        return -EINVAL;
    *r1 = ratio;
    return 0;
}
