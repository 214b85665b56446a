/* SPDX-License-Identifier: MIT */
#include "modes.h"

#include <errno.h>
#include <math.h>

#include "summary.h"

/* Sums of powers of the deviations, in units of the largest, so that none overflows. */
struct power_sums {
    double second, third, fourth;
};

/* All is taken from the first value on, so that digits far from the point are not lost. */
static int sum_powers(const double *values, size_t count, struct power_sums *sums)
{
    double mean = 0, largest = 0;
    for (size_t i = 0; i < count; i++)
        mean += (values[i] - values[0]) / (double)count;
    for (size_t i = 0; i < count; i++)
        largest = fmax(largest, fabs(values[i] - values[0] - mean));
    if (!(largest > 0) || !isfinite(largest) || !isfinite(mean))
        return -EINVAL;
    *sums = (struct power_sums){0};
    for (size_t i = 0; i < count; i++) {
        double d = (values[i] - values[0] - mean) / largest;
        sums->second += d * d;
        sums->third += d * d * d;
        sums->fourth += d * d * d * d;
    }
    return 0;
}

int spb_bimodality(const double *values, size_t count, double *coefficient)
{
    struct power_sums sums;
    if (count < 4 || !spb_all_finite(values, count) || sum_powers(values, count, &sums))
        return -EINVAL;
    double n = (double)count, variance = sums.second / (n - 1);
    double skewness = n / ((n - 1) * (n - 2)) * sums.third / (variance * sqrt(variance));
    /* g2 + 3 (n - 1)^2 / ((n - 2)(n - 3)): the first term of g2 is what remains. */
    double fourth = n * (n + 1) / ((n - 1) * (n - 2) * (n - 3)) * sums.fourth / (variance * variance);
    *coefficient = (skewness * skewness + 1) / fourth;
    return 0;
}
