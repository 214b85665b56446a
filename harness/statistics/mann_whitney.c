/* SPDX-License-Identifier: MIT */
#include "mann_whitney.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "distribution.h"
#include "double_key.h"
#include "midrank.h"
#include "rank_sums.h"
#include "summary.h"

/* Keeps the product of two counts an exact double. */
#define COUNT_MAX SPB_SIGNED_RANK_MAX

static bool is_exact(size_t x_count, size_t y_count)
{
    return x_count * y_count <= SPB_MANN_WHITNEY_EXACT_MAX;
}

static bool samples_are_valid(const double *x, size_t x_count, const double *y, size_t y_count)
{
    return x_count > 0 && y_count > 0 && x_count <= COUNT_MAX && y_count <= COUNT_MAX && spb_all_finite(x, x_count) &&
           spb_all_finite(y, y_count);
}

/* ---- the test ------------------------------------------------------------------------------------------------------ */

/* Both samples as ranks among all values, doubled: first those of x. */
struct ranking {
    uint64_t *ranks;
    double cubes; /* sum of t^3 - t over ties */
    size_t x_count, y_count;
};

static int rank_samples(const double *x, const double *y, struct ranking *ranking)
{
    size_t count = ranking->x_count + ranking->y_count;
    double *all = calloc(count, sizeof(*all));
    ranking->ranks = calloc(count, sizeof(*ranking->ranks));
    int code = all && ranking->ranks ? 0 : -ENOMEM;
    if (code == 0) {
        memcpy(all, x, ranking->x_count * sizeof(*all));
        memcpy(all + ranking->x_count, y, ranking->y_count * sizeof(*all));
        code = spb_doubled_midranks(all, count, ranking->ranks, &ranking->cubes);
    }
    free(all);
    return code;
}

static uint64_t sum_of(const uint64_t *ranks, size_t count)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += ranks[i];
    return sum;
}

/* Shares of all ways to choose one sample out of the ranks. The smaller sample is counted, being less work; a rank sum of x that is
 * low is one of y that is high. */
static int exact_tails(const struct ranking *ranking, struct spb_mann_whitney *test)
{
    bool by_x = ranking->x_count < ranking->y_count;
    size_t size = by_x ? ranking->x_count : ranking->y_count;
    uint64_t seen = sum_of(ranking->ranks + (by_x ? 0 : ranking->x_count), size);
    double *counts, low = 0, high = 0, total = 0;
    size_t largest;
    int code = spb_rank_sums(ranking->ranks, ranking->x_count + ranking->y_count, size, &counts, &largest);
    if (code)
        return code;
    for (size_t w = 0; w <= largest; w++) {
        total += counts[w];
        low += w <= seen ? counts[w] : 0;
        high += w >= seen ? counts[w] : 0;
    }
    free(counts);
    test->p_greater = (by_x ? low : high) / total;
    test->p_less = (by_x ? high : low) / total;
    test->p_two_sided = fmin(1, 2 * fmin(test->p_greater, test->p_less));
    return 0;
}

/* As R's wilcox.test(exact = FALSE, correct = TRUE). */
static void normal_tails(const struct ranking *ranking, struct spb_mann_whitney *test)
{
    double m = (double)ranking->x_count, n = (double)ranking->y_count, all = m + n;
    double variance = m * n / 12 * (all + 1 - ranking->cubes / (all * (all - 1)));
    double distance = test->u - m * n / 2, sd = sqrt(variance);
    if (!(variance > 0)) { /* all values alike */
        test->p_greater = test->p_less = test->p_two_sided = 1;
        return;
    }
    test->p_greater = spb_normal_cdf(-(distance - 0.5) / sd);
    test->p_less = spb_normal_cdf((distance + 0.5) / sd);
    double correction = distance > 0 ? 0.5 : distance < 0 ? -0.5 : 0;
    double z = (distance - correction) / sd;
    test->p_two_sided = 2 * fmin(spb_normal_cdf(z), spb_normal_cdf(-z));
}

int spb_mann_whitney(const double *x, size_t x_count, const double *y, size_t y_count, struct spb_mann_whitney *test)
{
    if (!samples_are_valid(x, x_count, y, y_count))
        return -EINVAL;
    struct ranking ranking = {.x_count = x_count, .y_count = y_count};
    struct spb_mann_whitney made = {.exact = is_exact(x_count, y_count)};
    int code = rank_samples(x, y, &ranking);
    if (code == 0) {
        uint64_t lowest = (uint64_t)y_count * (y_count + 1);
        made.u = (double)(sum_of(ranking.ranks + x_count, y_count) - lowest) / 2;
        if (made.exact)
            code = exact_tails(&ranking, &made);
        else
            normal_tails(&ranking, &made);
    }
    free(ranking.ranks);
    if (code == 0)
        *test = made;
    return code;
}

/* ---- the null distribution of U without ties ------------------------------------------------------------------------ */

/* Counts of U = 0 .. m n: the sums of the smaller sample's ranks, from 0 on, above the lowest that is possible. *offset is that. */
static int null_counts(size_t m, size_t n, double **counts, size_t *offset)
{
    size_t size = m < n ? m : n, largest;
    uint64_t *ranks = calloc(m + n, sizeof(*ranks));
    if (!ranks)
        return -ENOMEM;
    for (size_t i = 0; i < m + n; i++)
        ranks[i] = i;
    int code = spb_rank_sums(ranks, m + n, size, counts, &largest);
    free(ranks);
    *offset = size * (size - 1) / 2;
    return code;
}

/* k = max(1, qwilcox(p)), p below 1/2, and *tail = P(U <= k - 1); R's steps, with its allowance for a p that was computed. */
static int exact_limit(size_t m, size_t n, double p, size_t *k, double *tail)
{
    double *counts, total = 0, sum = 0;
    size_t offset, q = 0;
    int code = null_counts(m, n, &counts, &offset);
    if (code)
        return code;
    for (size_t u = 0; u <= m * n; u++)
        total += counts[offset + u];
    while (q < m * n && (sum + counts[offset + q]) / total < p - 10 * DBL_EPSILON)
        sum += counts[offset + q++];
    *k = q > 0 ? q : 1;
    *tail = (q > 0 ? sum : counts[offset]) / total;
    free(counts);
    return 0;
}

static double normal_tail(double m, double n, double u)
{
    return spb_normal_cdf((u + 0.5 - m * n / 2) / sqrt(m * n * (m + n + 1) / 12));
}

static void normal_limit(size_t m, size_t n, double p, size_t *k, double *tail)
{
    double x = (double)m, y = (double)n;
    size_t low = 0, high = m * n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (normal_tail(x, y, (double)middle) >= p)
            high = middle;
        else
            low = middle + 1;
    }
    *k = low > 0 ? low : 1;
    *tail = normal_tail(x, y, (double)(*k - 1));
}

/* ---- order statistics of the differences ------------------------------------------------------------------------------ */

/* Both in ascending order. */
struct sorted_pair {
    double *x, *y;
    size_t x_count, y_count;
};

/* How many differences y - x are at most `limit`: as x rises, the first y that is too large can only rise. */
static size_t count_differences(const struct sorted_pair *pair, double limit)
{
    size_t found = 0, end = 0;
    for (size_t i = 0; i < pair->x_count; i++) {
        while (end < pair->y_count && pair->y[end] - pair->x[i] <= limit)
            end++;
        found += end;
    }
    return found;
}

/* The k-th smallest difference (k from 1): the smallest double with at least k differences up to it. No m n of memory. */
static double find_difference(const struct sorted_pair *pair, size_t k)
{
    uint64_t low = spb_double_key(pair->y[0] - pair->x[pair->x_count - 1]);
    uint64_t high = spb_double_key(pair->y[pair->y_count - 1] - pair->x[0]);
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (count_differences(pair, spb_key_double(middle)) >= k)
            high = middle;
        else
            low = middle + 1;
    }
    return spb_key_double(low) + 0.0; /* -0 becomes 0 */
}

static double median_difference(const struct sorted_pair *pair)
{
    size_t total = pair->x_count * pair->y_count;
    double middle = find_difference(pair, (total + 1) / 2);
    return total % 2 ? middle : 0.5 * middle + 0.5 * find_difference(pair, total / 2 + 1);
}

static int fill_interval(const struct sorted_pair *pair, double confidence, struct spb_interval *interval)
{
    size_t m = pair->x_count, n = pair->y_count, k = 1;
    double tail = 0;
    if (!isfinite(pair->y[0] - pair->x[m - 1]) || !isfinite(pair->y[n - 1] - pair->x[0]))
        return -EINVAL;
    int code = 0;
    if (is_exact(m, n))
        code = exact_limit(m, n, (1 - confidence) / 2, &k, &tail);
    else
        normal_limit(m, n, (1 - confidence) / 2, &k, &tail);
    if (code)
        return code;
    double real = fmax(0, 1 - 2 * tail);
    *interval = (struct spb_interval){
        .estimate = median_difference(pair),
        .low = find_difference(pair, k),
        .high = find_difference(pair, m * n + 1 - k),
        .confidence = real,
        .reached = real >= confidence - 1e-12,
    };
    return 0;
}

static double *sorted_copy(const double *values, size_t count)
{
    double *copy = calloc(count, sizeof(*copy));
    if (copy) {
        memcpy(copy, values, count * sizeof(*copy));
        spb_sort_doubles(copy, count);
    }
    return copy;
}

int spb_hodges_lehmann_shift(const double *x, size_t x_count, const double *y, size_t y_count, double confidence,
                             struct spb_interval *interval)
{
    if (!(confidence > 0 && confidence < 1) || !samples_are_valid(x, x_count, y, y_count))
        return -EINVAL;
    struct sorted_pair pair = {sorted_copy(x, x_count), sorted_copy(y, y_count), x_count, y_count};
    int code = pair.x && pair.y ? fill_interval(&pair, confidence, interval) : -ENOMEM;
    free(pair.x);
    free(pair.y);
    return code;
}
