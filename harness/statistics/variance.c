/* SPDX-License-Identifier: MIT */
#include "variance.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>

#include "summary.h"

/* Every group has a value, and one has two. */
static bool shape_is_valid(const size_t *offsets, size_t group_count)
{
    bool has_pair = false;
    for (size_t g = 0; g < group_count; g++) {
        if (offsets[g + 1] <= offsets[g])
            return false;
        has_pair |= offsets[g + 1] - offsets[g] > 1;
    }
    return group_count >= 2 && has_pair;
}

static double squared_deviations(const double *values, size_t count, double centre)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (values[i] - centre) * (values[i] - centre);
    return sum;
}

int spb_variance_components(const double *values, const size_t *offsets, size_t group_count,
                            struct spb_variance *variance)
{
    if (!shape_is_valid(offsets, group_count))
        return -EINVAL;
    size_t count = offsets[group_count] - offsets[0];
    if (!spb_all_finite(values + offsets[0], count))
        return -EINVAL;
    double grand_mean = spb_mean(values + offsets[0], count);
    double between_squares = 0, within_squares = 0, size_squares = 0;
    for (size_t g = 0; g < group_count; g++) {
        const double *group = values + offsets[g];
        size_t size = offsets[g + 1] - offsets[g];
        double mean = spb_mean(group, size);
        within_squares += squared_deviations(group, size, mean);
        between_squares += (double)size * (mean - grand_mean) * (mean - grand_mean);
        size_squares += (double)size * (double)size;
    }
    double freedom = (double)(group_count - 1);
    double typical_size = ((double)count - size_squares / (double)count) / freedom;
    double within = within_squares / (double)(count - group_count);
    double between = (between_squares / freedom - within) / typical_size;
    if (!isfinite(within) || !isfinite(between))
        return -EINVAL;
    *variance = (struct spb_variance){.between = fmax(between, 0), .within = within};
    return 0;
}
