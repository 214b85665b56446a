/* SPDX-License-Identifier: MIT */
#include "detectable.h"

#include <math.h>

#include "distribution.h"

#define POWER 0.9

double spb_detectable_by_t(double standard_error, double degrees, double level)
{
    if (!(degrees > 0) || !(level > 0 && level < 1))
        return 0;
    return (spb_student_quantile(1 - level, degrees) + spb_student_quantile(POWER, degrees)) * standard_error;
}

/* What ranks need more than t: 3.5 % in general (their efficiency with normal noise is 3 / pi), and a quarter where the level is
 * the smallest that so many pairs reach at all, 2^-pairs. */
double spb_detectable_by_ranks(size_t pairs, double sd, double level)
{
    if (pairs < 2 || !(level > 0 && level < 1))
        return 0;
    double room = (double)pairs * M_LN2 / -log(level);
    if (room < 1)
        return 0;
    double factor = 1.035 + 0.25 / (room * room * room * room);
    return factor * spb_detectable_by_t(sd / sqrt((double)pairs), (double)(pairs - 1), level);
}
