/* SPDX-License-Identifier: MIT */
#include "trend.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "distribution.h"
#include "double_key.h"
#include "summary.h"

#define EXACT_MAX 50

/* ---- Kendall's tau --------------------------------------------------------------------------------------------------- */

/* Sums over the groups of t values that are alike. */
struct tie_sums {
    double pairs;  /* t (t - 1) */
    double thirds; /* t (t - 1)(t - 2) */
    double spread; /* t (t - 1)(2 t + 5) */
};

static int sum_ties(const double *values, size_t count, struct tie_sums *sums)
{
    double *sorted = calloc(count, sizeof(*sorted));
    if (!sorted)
        return -ENOMEM;
    memcpy(sorted, values, count * sizeof(*sorted));
    spb_sort_doubles(sorted, count);
    *sums = (struct tie_sums){0};
    for (size_t begin = 0, end; begin < count; begin = end) {
        end = begin + 1;
        while (end < count && sorted[end] == sorted[begin])
            end++;
        double t = (double)(end - begin);
        sums->pairs += t * (t - 1);
        sums->thirds += t * (t - 1) * (t - 2);
        sums->spread += t * (t - 1) * (2 * t + 5);
    }
    free(sorted);
    return 0;
}

static int sign_of(double a, double b)
{
    return (a < b) - (a > b);
}

/* Pairs that rise together less those that do not. */
static double concordance(const double *x, const double *y, size_t count)
{
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count; j++)
            sum += (int64_t)sign_of(x[i], x[j]) * sign_of(y[i], y[j]);
    return (double)sum;
}

/* P(at most `limit` of the pairs of a random order rise): c_n(k) = sum of c_(n-1)(k - i), i = 0 .. n - 1, over n!. */
static double rising_pairs_cdf(size_t count, size_t limit)
{
    double p[EXACT_MAX * (EXACT_MAX - 1) / 2 + 1] = {1}, next[EXACT_MAX * (EXACT_MAX - 1) / 2 + 1], sum = 0;
    for (size_t n = 2; n <= count; n++) {
        double window = 0;
        for (size_t k = 0; k <= limit; k++) {
            window += p[k] - (k >= n ? p[k - n] : 0);
            next[k] = window / (double)n;
        }
        memcpy(p, next, (limit + 1) * sizeof(*p));
    }
    for (size_t k = 0; k <= limit; k++)
        sum += p[k];
    return sum;
}

/* The distribution is symmetric, and s = rising - falling: the shorter tail, twice. */
static double exact_p(size_t count, double s)
{
    size_t pairs = count * (count - 1) / 2;
    size_t fewer = (size_t)(((double)pairs - fabs(s)) / 2 + 0.5);
    return fmin(1, 2 * rising_pairs_cdf(count, fewer));
}

/* Kendall and Gibbons 1990, section 4; as R's cor.test(exact = FALSE, continuity = TRUE). */
static double normal_p(double n, double s, const struct tie_sums *x, const struct tie_sums *y)
{
    double variance =
        (n * (n - 1) * (2 * n + 5) - x->spread - y->spread) / 18 + x->pairs * y->pairs / (2 * n * (n - 1));
    if (n > 2)
        variance += x->thirds * y->thirds / (9 * n * (n - 1) * (n - 2));
    double distance = s == 0 ? 0 : fabs(s) - 1;
    return fmin(1, 2 * spb_normal_cdf(-distance / sqrt(variance)));
}

static int fill_tau(const double *x, const double *y, size_t count, struct spb_trend *trend)
{
    struct tie_sums x_ties, y_ties;
    int code = sum_ties(x, count, &x_ties);
    if (code == 0)
        code = sum_ties(y, count, &y_ties);
    if (code)
        return code;
    double n = (double)count, all = n * (n - 1);
    if (x_ties.pairs >= all || y_ties.pairs >= all) /* all alike */
        return -EINVAL;
    double s = concordance(x, y, count);
    trend->tau = 2 * s / sqrt((all - x_ties.pairs) * (all - y_ties.pairs));
    trend->exact = count <= EXACT_MAX && x_ties.pairs == 0 && y_ties.pairs == 0;
    trend->p = trend->exact ? exact_p(count, s) : normal_p(n, s, &x_ties, &y_ties);
    return 0;
}

/* ---- Theil and Sen's slope ----------------------------------------------------------------------------------------- */

/* Pairs with different x whose slope is at most `limit`. */
static size_t count_slopes(const double *x, const double *y, size_t count, double limit)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count; j++) {
            double run = x[j] - x[i];
            found += run != 0 && (y[j] - y[i]) / run <= limit;
        }
    return found;
}

/* The k-th smallest slope (k from 1), by bisection: memory for the slopes is not needed. */
static double find_slope(const double *x, const double *y, size_t count, size_t k)
{
    uint64_t low = spb_double_key((double)-INFINITY), high = spb_double_key((double)INFINITY);
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (count_slopes(x, y, count, spb_key_double(middle)) >= k)
            high = middle;
        else
            low = middle + 1;
    }
    return spb_key_double(low) + 0.0; /* -0 becomes 0 */
}

static double median_slope(const double *x, const double *y, size_t count)
{
    size_t total = count_slopes(x, y, count, (double)INFINITY);
    double middle = find_slope(x, y, count, (total + 1) / 2);
    return total % 2 ? middle : 0.5 * middle + 0.5 * find_slope(x, y, count, total / 2 + 1);
}

/* No difference of two values overflows. */
static bool range_is_finite(const double *values, size_t count)
{
    double low = values[0], high = values[0];
    for (size_t i = 1; i < count; i++) {
        low = fmin(low, values[i]);
        high = fmax(high, values[i]);
    }
    return isfinite(high - low);
}

int spb_trend(const double *x, const double *y, size_t count, struct spb_trend *trend)
{
    if (count > SPB_TREND_MAX)
        return -E2BIG;
    if (count < 2 || !spb_all_finite(x, count) || !spb_all_finite(y, count) || !range_is_finite(x, count) ||
        !range_is_finite(y, count))
        return -EINVAL;
    struct spb_trend made = {0};
    int code = fill_tau(x, y, count, &made);
    if (code == 0) {
        made.slope = median_slope(x, y, count);
        code = isfinite(made.slope) ? 0 : -EINVAL;
    }
    if (code == 0)
        *trend = made;
    return code;
}

double spb_trend_serial_p(double p, double r1)
{
    if (!(r1 > 0) || p >= 1)
        return p;
    double widening = (1 + r1) / (r1 < 0.99 ? 1 - r1 : 0.01);
    double z = -spb_normal_quantile(fmax(p / 2, 1e-300));
    return 2 * spb_normal_cdf(-z / sqrt(widening));
}
