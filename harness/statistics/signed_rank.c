/* SPDX-License-Identifier: MIT */
#include "signed_rank.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "double_key.h"
#include "midrank.h"
#include "summary.h"

/* ---- the null distribution of W+ -------------------------------------------------------------------------------- */

static size_t largest_rank_sum(size_t n)
{
    return n * (n + 1) / 2;
}

/* P(W+ = w) for w = 0 .. last. The counts of README.md, halved with each rank instead of divided by 2^n at the end, so
 * that nothing overflows; exact as long as the counts fit 53 bits. NULL when memory ran out. */
static double *null_probabilities(size_t n, size_t last)
{
    double *p = calloc(last + 1, sizeof(*p));
    if (!p)
        return NULL;
    p[0] = 1;
    for (size_t rank = 1, top = 1; rank <= n; rank++, top += rank) {
        for (size_t w = top < last ? top : last; w >= rank; w--)
            p[w] = 0.5 * (p[w] + p[w - rank]);
        for (size_t w = 0; w < rank && w <= last; w++)
            p[w] *= 0.5;
    }
    return p;
}

static double normal_cdf(size_t n, double w)
{
    double size = (double)n;
    double mean = size * (size + 1) / 4;
    double sd = sqrt(size * (size + 1) * (2 * size + 1) / 24);
    return 0.5 * erfc((mean - w - 0.5) / sd * M_SQRT1_2);
}

static int lower_tail(size_t n, size_t w, double *probability)
{
    double *p = null_probabilities(n, w);
    if (!p)
        return -ENOMEM;
    double sum = 0;
    for (size_t i = 0; i <= w; i++)
        sum += p[i];
    free(p);
    *probability = sum;
    return 0;
}

int spb_signed_rank_cdf(size_t n, size_t w, double *probability)
{
    if (n == 0 || n > SPB_SIGNED_RANK_MAX)
        return -EINVAL;
    size_t largest = largest_rank_sum(n);
    if (w >= largest) {
        *probability = 1;
        return 0;
    }
    if (n > SPB_SIGNED_RANK_EXACT_MAX) {
        *probability = normal_cdf(n, (double)w);
        return 0;
    }
    /* The distribution is symmetric; the shorter tail is summed. */
    if (w <= largest / 2)
        return lower_tail(n, w, probability);
    double upper = 0;
    int code = lower_tail(n, largest - w - 1, &upper);
    if (code == 0)
        *probability = 1 - upper;
    return code;
}

static size_t normal_quantile(size_t n, double p)
{
    size_t low = 0, high = largest_rank_sum(n);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (normal_cdf(n, (double)middle) >= p)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* The steps of R's qsignrank, with its allowance for a p that was computed: 1 - 0.95 is not quite 0.05. */
static int exact_quantile(size_t n, double p, size_t *w)
{
    const double allowance = 10 * DBL_EPSILON;
    size_t largest = largest_rank_sum(n), last = largest / 2 + 1;
    double *probabilities = null_probabilities(n, last);
    if (!probabilities)
        return -ENOMEM;
    bool upper = p > 0.5;
    double wanted = upper ? 1 - p + allowance : p - allowance;
    double sum = probabilities[0];
    size_t q = 0;
    while (q < last && (upper ? sum <= wanted : sum < wanted))
        sum += probabilities[++q];
    *w = upper ? largest - q : q;
    free(probabilities);
    return 0;
}

int spb_signed_rank_quantile(size_t n, double p, size_t *w)
{
    if (n == 0 || n > SPB_SIGNED_RANK_MAX || !(p >= 0 && p <= 1))
        return -EINVAL;
    if (p == 0 || p == 1) {
        *w = p == 0 ? 0 : largest_rank_sum(n);
        return 0;
    }
    if (n <= SPB_SIGNED_RANK_EXACT_MAX)
        return exact_quantile(n, p, w);
    *w = normal_quantile(n, p);
    return 0;
}

/* ---- the test ------------------------------------------------------------------------------------------------------ */

/* Doubled midranks of |x|; 0 for a zero. */
static int rank_magnitudes(const double *values, size_t count, uint64_t *ranks)
{
    double *magnitudes = calloc(count, sizeof(*magnitudes));
    if (!magnitudes)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++)
        magnitudes[i] = fabs(values[i]);
    int code = spb_doubled_midranks(magnitudes, count, ranks, NULL);
    for (size_t i = 0; i < count; i++)
        if (values[i] == 0)
            ranks[i] = 0;
    free(magnitudes);
    return code;
}

/* P(sum = s) for s = 0 .. top where each rank is in the sum or not; a rank of 0 makes no difference. */
static int exact_test(const uint64_t *ranks, size_t count, size_t top, size_t seen, struct spb_signed_rank *test)
{
    double *p = calloc(top + 1, sizeof(*p));
    if (!p)
        return -ENOMEM;
    p[0] = 1;
    size_t reached = 0;
    for (size_t i = 0; i < count; i++) {
        size_t rank = (size_t)ranks[i];
        reached += rank;
        for (size_t s = reached; s >= rank && rank > 0; s--)
            p[s] = 0.5 * (p[s] + p[s - rank]);
        for (size_t s = 0; s < rank; s++)
            p[s] *= 0.5;
    }
    test->p_greater = test->p_less = 0;
    for (size_t s = 0; s <= top; s++) {
        test->p_less += s <= seen ? p[s] : 0;
        test->p_greater += s >= seen ? p[s] : 0;
    }
    free(p);
    return 0;
}

static void normal_test(const uint64_t *ranks, size_t count, double top, struct spb_signed_rank *test)
{
    double squares = 0;
    for (size_t i = 0; i < count; i++)
        squares += (double)ranks[i] * (double)ranks[i];
    double distance = test->w - top / 4, sd = sqrt(squares) / 4; /* the ranks are doubled */
    if (!(sd > 0)) {
        test->p_greater = test->p_less = 1;
        return;
    }
    test->p_greater = 0.5 * erfc((distance - 0.5) / sd * M_SQRT1_2);
    test->p_less = 0.5 * erfc(-(distance + 0.5) / sd * M_SQRT1_2);
}

int spb_signed_rank_test(const double *values, size_t count, struct spb_signed_rank *test)
{
    if (count == 0 || count > SPB_SIGNED_RANK_MAX || !spb_all_finite(values, count))
        return -EINVAL;
    uint64_t *ranks = calloc(count, sizeof(*ranks)), top = 0, seen = 0;
    int code = ranks ? rank_magnitudes(values, count, ranks) : -ENOMEM;
    for (size_t i = 0; code == 0 && i < count; i++) {
        top += ranks[i];
        seen += values[i] > 0 ? ranks[i] : 0;
    }
    struct spb_signed_rank made = {.w = (double)seen / 2};
    if (code == 0 && count <= SPB_SIGNED_RANK_EXACT_MAX)
        code = exact_test(ranks, count, (size_t)top, (size_t)seen, &made);
    else if (code == 0)
        normal_test(ranks, count, (double)top, &made);
    free(ranks);
    if (code == 0)
        *test = made;
    return code;
}

/* ---- order statistics of the Walsh averages ---------------------------------------------------------------------- */

/* (a + b) / 2 that cannot overflow. */
static double walsh_average(double a, double b)
{
    return 0.5 * a + 0.5 * b;
}

/* How many averages are at most `limit`: as i rises, the largest partner that fits can only fall. */
static size_t count_averages(const double *sorted, size_t count, double limit)
{
    size_t found = 0, end = count;
    for (size_t i = 0; i < count; i++) {
        while (end > i && walsh_average(sorted[i], sorted[end - 1]) > limit)
            end--;
        if (end == i)
            break;
        found += end - i;
    }
    return found;
}

/* The k-th smallest average (k from 1): the smallest double with at least k averages up to it. No n^2 of memory. */
static double find_average(const double *sorted, size_t count, size_t k)
{
    uint64_t low = spb_double_key(sorted[0]), high = spb_double_key(sorted[count - 1]);
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (count_averages(sorted, count, spb_key_double(middle)) >= k)
            high = middle;
        else
            low = middle + 1;
    }
    return spb_key_double(low) + 0.0; /* -0 becomes 0 */
}

static double median_average(const double *sorted, size_t count)
{
    size_t total = largest_rank_sum(count);
    double middle = find_average(sorted, count, (total + 1) / 2);
    return total % 2 ? middle : walsh_average(middle, find_average(sorted, count, total / 2 + 1));
}

/* ---- the estimate ------------------------------------------------------------------------------------------------ */

static int fill_interval(const double *sorted, size_t count, double confidence, struct spb_interval *interval)
{
    size_t k = 0;
    double tail = 0;
    int code = spb_signed_rank_quantile(count, (1 - confidence) / 2, &k);
    if (k == 0)
        k = 1;
    if (code == 0)
        code = spb_signed_rank_cdf(count, k - 1, &tail);
    if (code)
        return code;
    double real = 1 - 2 * tail;
    *interval = (struct spb_interval){
        .estimate = median_average(sorted, count),
        .low = find_average(sorted, count, k),
        .high = find_average(sorted, count, largest_rank_sum(count) + 1 - k),
        .confidence = real,
        .reached = real >= confidence - 1e-12,
    };
    return 0;
}

int spb_hodges_lehmann(const double *values, size_t count, double confidence, struct spb_interval *interval)
{
    if (count == 0 || count > SPB_SIGNED_RANK_MAX || !(confidence > 0 && confidence < 1) ||
        !spb_all_finite(values, count))
        return -EINVAL;
    double *sorted = calloc(count, sizeof(*sorted));
    if (!sorted)
        return -ENOMEM;
    memcpy(sorted, values, count * sizeof(*sorted));
    spb_sort_doubles(sorted, count);
    int code = fill_interval(sorted, count, confidence, interval);
    free(sorted);
    return code;
}
