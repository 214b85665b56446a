/* SPDX-License-Identifier: MIT */
#include "summary.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void spb_sort_doubles(double *values, size_t count)
{
    qsort(values, count, sizeof(*values), compare_doubles);
}

double spb_sorted_quantile(const double *sorted, size_t count, double p)
{
    double place = (double)(count - 1) * p;
    size_t below = (size_t)place;
    if (below + 1 >= count)
        return sorted[count - 1];
    return sorted[below] + (place - (double)below) * (sorted[below + 1] - sorted[below]);
}

double spb_median_in_place(double *values, size_t count)
{
    spb_sort_doubles(values, count);
    return spb_sorted_quantile(values, count, 0.5);
}

bool spb_all_finite(const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!isfinite(values[i]))
            return false;
    return true;
}

/* Deviations from one of the values are small where the values are large and alike, so the sum loses nothing. */
double spb_mean(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i] - values[0];
    return values[0] + sum / (double)count;
}

static double standard_deviation(const double *values, size_t count, double mean)
{
    double squares = 0, rest = 0;
    for (size_t i = 0; i < count; i++) {
        double deviation = values[i] - mean;
        squares += deviation * deviation;
        rest += deviation;
    }
    if (count < 2)
        return 0;
    /* `rest` is what rounding left in the mean. */
    double corrected = squares - rest * rest / (double)count;
    return corrected > 0 ? sqrt(corrected / (double)(count - 1)) : 0;
}

static void count_outliers(struct spb_summary *summary, const double *values)
{
    double range = summary->p75 - summary->p25;
    for (size_t i = 0; i < summary->count; i++) {
        double beyond = fmax(summary->p25 - values[i], values[i] - summary->p75);
        if (beyond > 3 * range)
            summary->outliers_severe++;
        else if (beyond > 1.5 * range)
            summary->outliers_mild++;
    }
}

static double absolute_deviation(double *values, size_t count, double centre)
{
    for (size_t i = 0; i < count; i++)
        values[i] = fabs(values[i] - centre);
    return spb_median_in_place(values, count);
}

/* `sorted` is used up. */
static void describe(struct spb_summary *summary, double *sorted, size_t count)
{
    *summary = (struct spb_summary){
        .count = count,
        .min = sorted[0],
        .max = sorted[count - 1],
        .mean = spb_mean(sorted, count),
        .median = spb_sorted_quantile(sorted, count, 0.5),
        .p25 = spb_sorted_quantile(sorted, count, 0.25),
        .p75 = spb_sorted_quantile(sorted, count, 0.75),
        .p90 = spb_sorted_quantile(sorted, count, 0.90),
        .p99 = spb_sorted_quantile(sorted, count, 0.99),
    };
    summary->sd = standard_deviation(sorted, count, summary->mean);
    count_outliers(summary, sorted);
    summary->mad = absolute_deviation(sorted, count, summary->median);
}

int spb_summary_compute(const double *values, size_t count, struct spb_summary *summary)
{
    if (count == 0 || !spb_all_finite(values, count))
        return -EINVAL;
    double *sorted = calloc(count, sizeof(*sorted));
    if (!sorted)
        return -ENOMEM;
    memcpy(sorted, values, count * sizeof(*sorted));
    spb_sort_doubles(sorted, count);
    double range = sorted[count - 1] - sorted[0];
    int code = isfinite(range * range * (double)count) ? 0 : -EINVAL;
    if (code == 0)
        describe(summary, sorted, count);
    free(sorted);
    return code;
}
