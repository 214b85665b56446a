/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "history_trend.h"
#include "random.h"

#define COUNT 100

static struct spb_history_point points[COUNT];

static struct spb_history_trend find(double (*value)(double x, double noise))
{
    struct spb_random random = {3};
    struct spb_history_trend trend;
    for (size_t i = 0; i < COUNT; i++) {
        double mean = value((double)i, spb_random_unit(&random) - 0.5);
        points[i] = (struct spb_history_point){(int64_t)i * 60000000000, mean, mean, mean, 60};
    }
    assert_int_equal(spb_history_trend_find(&(struct spb_history_points){points, COUNT, 60000000000u}, &trend), 0);
    return trend;
}

static double falling(double x, double noise)
{
    return 1000 - 5 * x + 20 * noise;
}

static double level(double x, double noise)
{
    (void)x;
    return 1000 + 20 * noise;
}

static double stepping(double x, double noise)
{
    return (x < 60 ? 1000 : 800) + 20 * noise;
}

/* Wanders, and comes back: neighbours are alike, which is no trend. */
static double waving(double x, double noise)
{
    return 1000 + 100 * sin(x / 99 * 2 * 3.141592653589793 * 1.5) + noise;
}

static double constant(double x, double noise)
{
    (void)x, (void)noise;
    return 7;
}

static void a_line_ends(void **state)
{
    (void)state;
    struct spb_history_trend trend = find(falling);
    assert_null(trend.none);
    assert_true(fabs(trend.slope_per_s * 60 + 5) < 0.1);
    assert_true(trend.slope_low_per_s < trend.slope_per_s && trend.slope_per_s < trend.slope_high_per_s);
    assert_true(trend.p < 1e-10);
    assert_int_equal(trend.step_count, 0);
    assert_null(trend.no_end);
    /* 505 are left, at 5 a minute. */
    assert_true(fabs(trend.end_s / 60 - 101) < 3);
    assert_true(trend.end_early_s < trend.end_s && trend.end_s < trend.end_late_s);
}

static void a_level_does_not(void **state)
{
    (void)state;
    struct spb_history_trend trend = find(level);
    assert_true(trend.p > 0.05);
    assert_string_equal(trend.no_end, "no trend is certain");
    assert_true(fabs(trend.level - 1000) < 5);
    assert_int_equal(trend.step_count, 0);
}

static void a_step_is_no_slope(void **state)
{
    (void)state;
    struct spb_history_trend trend = find(stepping);
    assert_int_equal(trend.step_count, 1);
    assert_int_equal(trend.steps[0].time_ns, INT64_C(60) * 60000000000);
    assert_true(fabs(trend.steps[0].before - 1000) < 5 && fabs(trend.steps[0].after - 800) < 5);
    assert_string_equal(trend.no_end, "it goes in steps, not along a line");
}

static void what_wanders_has_none(void **state)
{
    (void)state;
    assert_true(find(waving).p > 0.05);
}

static void what_stands_still_has_none(void **state)
{
    (void)state;
    struct spb_history_trend trend = find(constant);
    assert_string_equal(trend.none, "it does not change");
    assert_string_equal(trend.no_end, "it does not change");
    assert_int_equal(spb_history_trend_find(&(struct spb_history_points){points, 3, 1}, &trend), 0);
    assert_string_equal(trend.none, "too few values");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_ends),
        cmocka_unit_test(a_level_does_not),
        cmocka_unit_test(a_step_is_no_slope),
        cmocka_unit_test(what_wanders_has_none),
        cmocka_unit_test(what_stands_still_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
