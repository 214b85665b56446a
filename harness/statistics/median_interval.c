/* SPDX-License-Identifier: MIT */
#include "median_interval.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "summary.h"

#define ROUNDING_ALLOWED 1e-12 /* of a confidence that is reached exactly: 30 / 32 of five values */

/* P(Bin(n, 1/2) = n / 2), or that of one of the two in the middle of an odd n. */
static double central_probability(size_t count)
{
    double p = 1;
    size_t half = count / 2;
    for (size_t i = 1; i <= half; i++)
        p *= (double)(2 * i - 1) / (double)(2 * i);
    return count % 2 ? p * (double)count / (double)(count + 1) : p;
}

/* The largest k that will do. The confidence of [x_(k), x_(n + 1 - k)] is P(k <= Bin <= n - k): the sum from the centre outwards, in
 * which no tail can vanish. */
static size_t find_rank(size_t count, double wanted, double *confidence)
{
    size_t k = (count + 1) / 2; /* odd: the median itself, with the confidence 0 */
    double p = central_probability(count), sum = count % 2 ? 0 : p;
    while (k > 1 && sum < wanted - ROUNDING_ALLOWED) {
        /* From P(k) to P(k - 1); those in the middle of an odd count are alike. */
        if (count % 2 == 0 || k <= count / 2)
            p *= (double)k / (double)(count - k + 1);
        k--;
        sum += 2 * p;
    }
    *confidence = fmin(sum, 1);
    return k;
}

int spb_median_interval(const double *values, size_t count, double confidence, struct spb_interval *interval)
{
    if (count == 0 || count > SPB_SIGNED_RANK_MAX || !(confidence > 0 && confidence < 1) ||
        !spb_all_finite(values, count))
        return -EINVAL;
    double *sorted = calloc(count, sizeof(*sorted));
    if (!sorted)
        return -ENOMEM;
    memcpy(sorted, values, count * sizeof(*sorted));
    spb_sort_doubles(sorted, count);
    double real = 0;
    size_t k = find_rank(count, confidence, &real);
    *interval = (struct spb_interval){
        .estimate = 0.5 * sorted[(count - 1) / 2] + 0.5 * sorted[count / 2],
        .low = sorted[k - 1],
        .high = sorted[count - k],
        .confidence = real,
        .reached = real >= confidence - ROUNDING_ALLOWED,
    };
    free(sorted);
    return 0;
}
