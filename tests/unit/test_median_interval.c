/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>

#include "../stats/golden.h"
#include "median_interval.h"
#include "near.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* The values are their own places, mixed. */
static void rank_is_that_of_r(void **state)
{
    (void)state;
    double *values = calloc(20001, sizeof(*values));
    assert_non_null(values);
    for (size_t i = 0; i < LENGTH(golden_median_rank); i++) {
        size_t n = golden_median_rank[i].count, k = golden_median_rank[i].k;
        for (size_t j = 0; j < n; j++)
            values[j] = (double)(j % 2 ? n - j / 2 : j / 2 + 1);
        struct spb_interval interval;
        assert_int_equal(spb_median_interval(values, n, golden_median_rank[i].asked, &interval), 0);
        assert_near(interval.low, (double)k, 0);
        assert_near(interval.high, (double)(n + 1 - k), 0);
        assert_near(interval.estimate, (double)(n + 1) / 2, 0);
        assert_near(interval.confidence, golden_median_rank[i].confidence, 1e-12);
        assert_int_equal(interval.reached, golden_median_rank[i].confidence >= golden_median_rank[i].asked - 1e-12);
    }
    free(values);
}

static void small_samples_say_what_they_have(void **state)
{
    (void)state;
    static const double values[] = {3, 1, 4, 1.5, 5, 9};
    for (size_t n = 1; n <= 6; n++) {
        struct spb_interval interval;
        assert_int_equal(spb_median_interval(values, n, 0.95, &interval), 0);
        assert_near(interval.confidence, 1 - 2 / exp2((double)n), 1e-15);
        assert_int_equal(interval.reached, n == 6);
    }
    struct spb_interval interval;
    assert_int_equal(spb_median_interval(values, 5, 0.9375, &interval), 0);
    assert_true(interval.reached && interval.low == 1 && interval.high == 5);
    /* 50 of 64, reached exactly and not missed by rounding. */
    assert_int_equal(spb_median_interval(values, 6, 0.78125, &interval), 0);
    assert_true(interval.reached && interval.low == 1.5 && interval.high == 5);
}

static void ends_of_the_number_range(void **state)
{
    (void)state;
    static const double huge[] = {1.7e308, 1.6e308}, alike[] = {2, 2, 2, 2, 2, 2, 2};
    struct spb_interval interval;
    assert_int_equal(spb_median_interval(huge, 2, 0.5, &interval), 0);
    assert_near(interval.estimate / 1e308, 1.65, 1e-12);
    assert_int_equal(spb_median_interval(alike, 7, 0.5, &interval), 0);
    assert_true(interval.low == 2 && interval.high == 2 && interval.estimate == 2);
}

static void refuses_nonsense(void **state)
{
    (void)state;
    static const double good[] = {1, 2}, bad[] = {1, (double)INFINITY};
    struct spb_interval interval = {.estimate = 5};
    assert_int_equal(spb_median_interval(good, 0, 0.9, &interval), -EINVAL);
    assert_int_equal(spb_median_interval(good, SIZE_MAX, 0.9, &interval), -EINVAL);
    assert_int_equal(spb_median_interval(bad, 2, 0.9, &interval), -EINVAL);
    assert_int_equal(spb_median_interval(good, 2, 0, &interval), -EINVAL);
    assert_int_equal(spb_median_interval(good, 2, 1, &interval), -EINVAL);
    assert_int_equal(spb_median_interval(good, 2, (double)NAN, &interval), -EINVAL);
    assert_near(interval.estimate, 5, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rank_is_that_of_r),
        cmocka_unit_test(small_samples_say_what_they_have),
        cmocka_unit_test(ends_of_the_number_range),
        cmocka_unit_test(refuses_nonsense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
