/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>

#include "../stats/golden.h"
#include "near.h"
#include "signed_rank.h"
#include "summary.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static void cdf_is_that_of_r(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(golden_cdf); i++) {
        double p = -1;
        assert_int_equal(spb_signed_rank_cdf(golden_cdf[i].n, golden_cdf[i].w, &p), 0);
        assert_near(p, golden_cdf[i].probability, 1e-12);
        /* The lower tail is right to the last digits, not only near 1. */
        if (golden_cdf[i].probability < 0.5)
            assert_near(p / golden_cdf[i].probability, 1, 1e-11);
    }
}

static void quantile_is_that_of_r(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(golden_quantile); i++) {
        size_t w = SIZE_MAX;
        assert_int_equal(spb_signed_rank_quantile(golden_quantile[i].n, golden_quantile[i].p, &w), 0);
        if (w != golden_quantile[i].w)
            fail_msg("n %zu, p %.17g: %zu, R says %zu", golden_quantile[i].n, golden_quantile[i].p, w,
                     golden_quantile[i].w);
    }
}

static void large_samples_are_approximated(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(golden_large_cdf); i++) {
        double p = -1;
        size_t w = SIZE_MAX;
        assert_int_equal(spb_signed_rank_cdf(golden_large_cdf[i].n, golden_large_cdf[i].w, &p), 0);
        /* The normal distribution misses the kurtosis, nothing at the centre. */
        bool is_centre = fabs(golden_large_cdf[i].probability - 0.5) < 0.001;
        assert_near(p, golden_large_cdf[i].probability, is_centre ? 1e-6 : 3e-4);
        /* The quantile is the inverse of the distribution that is used. */
        assert_int_equal(spb_signed_rank_quantile(golden_large_cdf[i].n, p, &w), 0);
        assert_int_equal(w, golden_large_cdf[i].w);
    }
}

static void distribution_refuses_nonsense(void **state)
{
    (void)state;
    double p = -1;
    size_t w = 7;
    assert_int_equal(spb_signed_rank_cdf(0, 0, &p), -EINVAL);
    assert_int_equal(spb_signed_rank_cdf(SIZE_MAX, 0, &p), -EINVAL);
    assert_int_equal(spb_signed_rank_quantile(0, 0.5, &w), -EINVAL);
    assert_int_equal(spb_signed_rank_quantile(5, 1.5, &w), -EINVAL);
    assert_int_equal(spb_signed_rank_quantile(5, -0.1, &w), -EINVAL);
    assert_int_equal(spb_signed_rank_quantile(5, (double)NAN, &w), -EINVAL);
    assert_near(p, -1, 0);
    assert_int_equal(w, 7);
    assert_int_equal(spb_signed_rank_cdf(5, 99, &p), 0);
    assert_near(p, 1, 0);
}

static void depression_data(void **state)
{
    (void)state;
    const struct golden_sample *sample = &golden_samples[GOLDEN_DEPRESSION];
    /* P(W+ >= v) is by symmetry P(W+ <= 45 - v). */
    double p = -1;
    assert_int_equal(spb_signed_rank_cdf(sample->count, 45 - golden_depression_v, &p), 0);
    assert_near(p, golden_depression_p_greater, 1e-15);
    assert_near(p, 0.01953125, 1e-15);

    struct spb_interval interval;
    assert_int_equal(spb_hodges_lehmann(sample->values, sample->count, 0.95, &interval), 0);
    assert_near(interval.estimate, 0.46, 1e-12);
    assert_near(interval.low, 0.010, 1e-12);
    assert_near(interval.high, 0.786, 1e-12);
    assert_true(interval.reached);
}

static void test_is_that_of_r(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(golden_signed_rank); i++) {
        struct spb_signed_rank test;
        assert_int_equal(spb_signed_rank_test(golden_signed_rank[i].values, golden_signed_rank[i].count, &test), 0);
        assert_near(test.w, golden_signed_rank[i].w, 0);
        assert_near(test.p_greater, golden_signed_rank[i].greater, 1e-13);
        assert_near(test.p_less, golden_signed_rank[i].less, 1e-13);
    }
}

static void turned_signs_turn_the_test(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(golden_signed_rank); i++) {
        double turned[400];
        struct spb_signed_rank test, opposite;
        size_t count = golden_signed_rank[i].count;
        for (size_t j = 0; j < count; j++)
            turned[j] = -golden_signed_rank[i].values[j];
        assert_int_equal(spb_signed_rank_test(golden_signed_rank[i].values, count, &test), 0);
        assert_int_equal(spb_signed_rank_test(turned, count, &opposite), 0);
        assert_near(opposite.p_less, test.p_greater, 1e-14);
        assert_near(opposite.p_greater, test.p_less, 1e-14);
    }
}

static void test_refuses_nonsense(void **state)
{
    (void)state;
    static const double bad[] = {1, (double)NAN}, good[] = {1, 2};
    struct spb_signed_rank test = {.w = 5};
    assert_int_equal(spb_signed_rank_test(bad, 2, &test), -EINVAL);
    assert_int_equal(spb_signed_rank_test(good, 0, &test), -EINVAL);
    assert_int_equal(spb_signed_rank_test(good, SIZE_MAX, &test), -EINVAL);
    assert_near(test.w, 5, 0);
    /* All zeros, more than are counted: nothing to tell. */
    double *zeros = calloc(1000, sizeof(*zeros));
    assert_non_null(zeros);
    assert_int_equal(spb_signed_rank_test(zeros, 1000, &test), 0);
    assert_true(test.w == 0 && test.p_greater == 1 && test.p_less == 1);
    free(zeros);
}

static void hodges_lehmann_is_that_of_r(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(golden_hl); i++) {
        const struct golden_sample *sample = &golden_samples[golden_hl[i].sample];
        struct spb_interval interval;
        assert_int_equal(spb_hodges_lehmann(sample->values, sample->count, golden_hl[i].asked, &interval), 0);
        assert_near(interval.estimate, golden_hl[i].estimate, 1e-15);
        assert_near(interval.low, golden_hl[i].low, 1e-15);
        assert_near(interval.high, golden_hl[i].high, 1e-15);
        assert_near(interval.confidence, golden_hl[i].confidence, 1e-12);
        assert_int_equal(interval.reached, golden_hl[i].confidence > golden_hl[i].asked - 1e-12);
    }
}

/* With n values the widest interval has the confidence 1 - 2 / 2^n: six are needed for 95 %. */
static void small_samples_say_what_they_have(void **state)
{
    (void)state;
    static const double values[] = {3, 1, 4, 1.5, 5, 9};
    static const double low[] = {3, 1, 1, 1, 1, 1}, high[] = {3, 3, 4, 4, 5, 9};
    for (size_t n = 1; n <= 6; n++) {
        struct spb_interval interval;
        assert_int_equal(spb_hodges_lehmann(values, n, 0.95, &interval), 0);
        assert_near(interval.confidence, 1 - 2 / exp2((double)n), 1e-15);
        assert_int_equal(interval.reached, n == 6);
        assert_near(interval.low, low[n - 1], 0);
        assert_near(interval.high, high[n - 1], 0);
    }
    struct spb_interval interval;
    assert_int_equal(spb_hodges_lehmann(values, 5, 0.9375, &interval), 0);
    assert_true(interval.reached);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The selection without the averages against all of them sorted; values of both signs, with ties and zeros. */
static void selection_is_the_definition(void **state)
{
    (void)state;
    enum { N = 350, TOTAL = N * (N + 1) / 2 };
    double values[N];
    double *averages = calloc(TOTAL, sizeof(*averages));
    assert_non_null(averages);
    uint64_t x = 1;
    for (size_t i = 0; i < N; i++) {
        x = x * 6364136223846793005u + 1442695040888963407u;
        values[i] = ((double)(x >> 60) - 7) * (i % 3 ? 1 : 1e-3);
    }
    size_t at = 0;
    for (size_t i = 0; i < N; i++)
        for (size_t j = i; j < N; j++)
            averages[at++] = (values[i] + values[j]) / 2;
    qsort(averages, TOTAL, sizeof(*averages), compare);
    size_t k = 0;
    struct spb_interval interval;
    assert_int_equal(spb_signed_rank_quantile(N, 0.025, &k), 0);
    assert_int_equal(spb_hodges_lehmann(values, N, 0.95, &interval), 0);
    assert_near(interval.estimate, spb_sorted_quantile(averages, TOTAL, 0.5), 0);
    assert_near(interval.low, averages[k - 1], 0);
    assert_near(interval.high, averages[TOTAL - k], 0);
    free(averages);
}

static void extremes_of_the_number_range(void **state)
{
    (void)state;
    static const double huge[] = {1.7e308, 1.6e308, 1.5e308, -1.7e308, 1.4e308, 1.3e308};
    static const double scaled[] = {1.7, 1.6, 1.5, -1.7, 1.4, 1.3};
    static const double zeros[] = {-0.0, 0.0, -0.0, 0.0, -0.0, -0.0};
    struct spb_interval interval, small;
    assert_int_equal(spb_hodges_lehmann(huge, 6, 0.95, &interval), 0);
    assert_true(interval.low == -1.7e308 && interval.high == 1.7e308);
    assert_int_equal(spb_hodges_lehmann(scaled, 6, 0.95, &small), 0);
    assert_near(interval.estimate / 1e308, small.estimate, 1e-12);
    assert_int_equal(spb_hodges_lehmann(zeros, 6, 0.95, &interval), 0);
    assert_true(interval.low == 0 && !signbit(interval.low) && interval.high == 0 && interval.estimate == 0);
}

static void many_values(void **state)
{
    (void)state;
    enum { N = 20000 };
    double *values = calloc(N, sizeof(*values));
    assert_non_null(values);
    for (size_t i = 0; i < N; i++)
        values[i] = (double)(i * 7919 % N);
    struct spb_interval interval;
    assert_int_equal(spb_hodges_lehmann(values, N, 0.95, &interval), 0);
    assert_near(interval.estimate, (N - 1) / 2.0, 0);
    assert_true(interval.low < interval.estimate && interval.estimate < interval.high);
    assert_near(interval.confidence, 0.95, 1e-4);
    free(values);
}

static void hodges_lehmann_refuses_nonsense(void **state)
{
    (void)state;
    static const double bad[] = {1, (double)NAN}, endless[] = {(double)INFINITY, 1}, good[] = {1, 2};
    struct spb_interval interval = {.estimate = 5};
    assert_int_equal(spb_hodges_lehmann(good, 0, 0.95, &interval), -EINVAL);
    assert_int_equal(spb_hodges_lehmann(bad, 2, 0.95, &interval), -EINVAL);
    assert_int_equal(spb_hodges_lehmann(endless, 2, 0.95, &interval), -EINVAL);
    assert_int_equal(spb_hodges_lehmann(good, 2, 1, &interval), -EINVAL);
    assert_int_equal(spb_hodges_lehmann(good, 2, 0, &interval), -EINVAL);
    assert_int_equal(spb_hodges_lehmann(good, 2, (double)NAN, &interval), -EINVAL);
    assert_near(interval.estimate, 5, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cdf_is_that_of_r),
        cmocka_unit_test(quantile_is_that_of_r),
        cmocka_unit_test(large_samples_are_approximated),
        cmocka_unit_test(distribution_refuses_nonsense),
        cmocka_unit_test(depression_data),
        cmocka_unit_test(test_is_that_of_r),
        cmocka_unit_test(turned_signs_turn_the_test),
        cmocka_unit_test(test_refuses_nonsense),
        cmocka_unit_test(hodges_lehmann_is_that_of_r),
        cmocka_unit_test(small_samples_say_what_they_have),
        cmocka_unit_test(selection_is_the_definition),
        cmocka_unit_test(extremes_of_the_number_range),
        cmocka_unit_test(many_values),
        cmocka_unit_test(hodges_lehmann_refuses_nonsense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
