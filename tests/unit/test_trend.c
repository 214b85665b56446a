/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "../stats/golden.h"
#include "../stats/golden_scipy.h"
#include "near.h"
#include "trend.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static void is_that_of_r(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(golden_trends); i++) {
        const struct golden_trend *golden = &golden_trends[i];
        struct spb_trend trend;
        assert_int_equal(spb_trend(golden->x, golden->y, golden->count, &trend), 0);
        assert_near(trend.tau, golden->tau, 1e-14);
        assert_near(trend.p / golden->p, 1, 1e-10);
        assert_near(trend.slope, golden->slope, 1e-15);
        assert_int_equal(trend.exact, golden->exact);
    }
}

static void slope_is_that_of_scipy(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(golden_slopes); i++) {
        const double *x = golden_slopes[i].values;
        struct spb_trend trend;
        assert_int_equal(spb_trend(x, x + golden_slopes[i].count, golden_slopes[i].count, &trend), 0);
        assert_near(trend.slope, golden_slopes[i].slope, 1e-15);
    }
}

/* The other way round in y: tau and slope change their signs, p does not. In x and y: nothing changes. */
static void turned_axes(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(golden_trends); i++) {
        double x[51], y[51];
        struct spb_trend trend, falling, both;
        size_t count = golden_trends[i].count;
        for (size_t j = 0; j < count; j++) {
            x[j] = -golden_trends[i].x[j];
            y[j] = -golden_trends[i].y[j];
        }
        assert_int_equal(spb_trend(golden_trends[i].x, golden_trends[i].y, count, &trend), 0);
        assert_int_equal(spb_trend(golden_trends[i].x, y, count, &falling), 0);
        assert_int_equal(spb_trend(x, y, count, &both), 0);
        assert_true(falling.tau == -trend.tau && falling.p == trend.p && falling.slope == -trend.slope);
        assert_true(both.tau == trend.tau && both.p == trend.p && both.slope == trend.slope);
    }
}

static void perfect_order(void **state)
{
    (void)state;
    double x[50], factorial = 1;
    for (size_t n = 2; n <= 50; n++) {
        struct spb_trend trend;
        for (size_t i = 0; i < n; i++)
            x[i] = (double)i;
        factorial *= (double)n;
        assert_int_equal(spb_trend(x, x, n, &trend), 0);
        assert_true(trend.tau == 1 && trend.slope == 1 && trend.exact);
        assert_near(trend.p / (2 / factorial), 1, 1e-12);
    }
}

static void refuses_nonsense(void **state)
{
    (void)state;
    static const double rise[] = {1, 2}, alike[] = {3, 3}, bad[] = {1, (double)NAN}, wide[] = {-1.7e308, 1.7e308},
                        near[] = {0, 5e-324};
    static const double many[SPB_TREND_MAX + 1];
    struct spb_trend trend = {.tau = 5};
    assert_int_equal(spb_trend(rise, rise, 0, &trend), -EINVAL);
    assert_int_equal(spb_trend(rise, rise, 1, &trend), -EINVAL);
    assert_int_equal(spb_trend(alike, rise, 2, &trend), -EINVAL);
    assert_int_equal(spb_trend(rise, alike, 2, &trend), -EINVAL);
    assert_int_equal(spb_trend(rise, bad, 2, &trend), -EINVAL);
    assert_int_equal(spb_trend(bad, rise, 2, &trend), -EINVAL);
    assert_int_equal(spb_trend(rise, wide, 2, &trend), -EINVAL);
    assert_int_equal(spb_trend(wide, rise, 2, &trend), -EINVAL);
    assert_int_equal(spb_trend(near, rise, 2, &trend), -EINVAL); /* the slope overflows */
    assert_int_equal(spb_trend(many, many, SPB_TREND_MAX + 1, &trend), -E2BIG);
    assert_near(trend.tau, 5, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_that_of_r),  cmocka_unit_test(slope_is_that_of_scipy), cmocka_unit_test(turned_axes),
        cmocka_unit_test(perfect_order), cmocka_unit_test(refuses_nonsense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
