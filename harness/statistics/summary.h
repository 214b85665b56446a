/* SPDX-License-Identifier: MIT
 *
 * Descriptive statistics of a set of numbers. Arrays are not changed; work space is allocated inside. Non-finite input
 * is -EINVAL, so that no NaN ever becomes a result.
 */
#ifndef SPB_SUMMARY_H
#define SPB_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>

struct spb_summary {
    size_t count;
    double min;
    double max;
    double mean;
    double median;
    double sd;  /* n - 1 in the denominator; 0 for one value */
    double mad; /* median absolute deviation from the median, unscaled */
    double p25; /* quantiles: Hyndman and Fan type 7, as R's default */
    double p75;
    double p90;
    double p99;
    size_t outliers_mild;   /* Tukey: outside the quartiles by more than 1.5, and at most 3, interquartile ranges */
    size_t outliers_severe; /* by more than 3 */
};

/* 0, -EINVAL (count 0, a value that is not finite, or values so far apart that their variance is not) or -ENOMEM. */
int spb_summary_compute(const double *values, size_t count, struct spb_summary *summary);

/* Sorts ascending, in place. */
void spb_sort_doubles(double *values, size_t count);
/* Quantile p in [0, 1] of sorted values, type 7: h = (n - 1) p, linear between floor(h) and floor(h) + 1. count > 0. */
double spb_sorted_quantile(const double *sorted, size_t count, double p);
/* Median of values that may be reordered. count > 0. */
double spb_median_in_place(double *values, size_t count);
/* Arithmetic mean without cancellation. count > 0. */
double spb_mean(const double *values, size_t count);
/* No NaN and no infinity among them. */
bool spb_all_finite(const double *values, size_t count);

#endif
