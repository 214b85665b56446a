/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdbool.h>

#include "../stats/golden_scipy.h"
#include "change_points.h"
#include "near.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* The first split with its Q, and what the whole procedure finds, against the definition written down in Python. */
static void is_the_definition(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(golden_series); i++) {
        struct spb_change_points_options options = {.segment_min = golden_series[i].segment_min,
                                                    .exponent = golden_series[i].exponent,
                                                    .level = 0.9999,
                                                    .permutation_count = 199};
        struct spb_change_point points[10];
        size_t found = 99;
        /* A level that almost anything passes: the first of the points, by its Q, is the first split. */
        assert_int_equal(spb_change_points(golden_series[i].values, golden_series[i].count, &options, points, &found),
                         0);
        assert_true(found >= 1);
        bool has_first = false;
        for (size_t k = 0; k < found; k++)
            if (points[k].index == golden_series[i].first) {
                has_first = true;
                assert_near(points[k].statistic, golden_series[i].statistic, 1e-12);
            }
        assert_int_equal(has_first, true);
        options.level = 0.05;
        options.permutation_count = 0;
        assert_int_equal(spb_change_points(golden_series[i].values, golden_series[i].count, &options, points, &found),
                         0);
        assert_int_equal(found, golden_series[i].found);
        for (size_t k = 0; k < found; k++) {
            assert_int_equal(points[k].index, golden_series[i].index[k]);
            assert_true(points[k].p <= 0.05 && points[k].p >= 0.001);
        }
    }
}

/* The permutation p against the share of all orders; five standard errors. */
static void p_is_that_of_all_orders(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(golden_orders); i++) {
        struct spb_change_points_options options = {
            .segment_min = golden_orders[i].segment_min, .level = 0.99999, .permutation_count = 19999, .seed = 5};
        struct spb_change_point points[3];
        size_t found = 99;
        assert_int_equal(spb_change_points(golden_orders[i].values, golden_orders[i].count, &options, points, &found),
                         0);
        double p = golden_orders[i].p;
        assert_int_equal(found, p < 1 ? 1 : 0); /* p = 1 is above every level */
        if (found == 1)
            assert_near(points[0].p, p, 5 * sqrt(p * (1 - p) / 19999) + 1.0 / 20000);
    }
}

/* Steps of several heights, some within the parts that others leave: all are found, in order, whatever the direction. */
static void steps_are_found_in_order(void **state)
{
    (void)state;
    static const size_t changes[] = {20, 33, 60, 90};
    static const double levels[] = {10, 14, 3, 8, 9.5};
    double values[120], mirrored[120];
    for (size_t i = 0, level = 0; i < 120; i++) {
        level += level < 4 && i == changes[level];
        values[i] = levels[level] + (double)(i * 7919 % 13) / 26;
        mirrored[119 - i] = -values[i];
    }
    struct spb_change_points_options options = {.seed = 1};
    struct spb_change_point points[24], back[24];
    size_t found = 0, found_back = 0;
    assert_int_equal(spb_change_points(values, 120, &options, points, &found), 0);
    assert_int_equal(spb_change_points(mirrored, 120, &options, back, &found_back), 0);
    assert_int_equal(found, 4);
    assert_int_equal(found_back, 4);
    for (size_t k = 0; k < 4; k++) {
        assert_int_equal(points[k].index, changes[k]);
        assert_int_equal(back[3 - k].index, 120 - changes[k]);
        assert_near(points[k].p, 0.001, 1e-15);
    }
}

static void seed_repeats(void **state)
{
    (void)state;
    struct spb_change_points_options options = {.segment_min = 2, .level = 0.999, .permutation_count = 99, .seed = 8};
    struct spb_change_point first[12] = {{0}}, second[12] = {{0}};
    size_t found = 0, again = 0;
    assert_int_equal(spb_change_points(series_noise, LENGTH(series_noise), &options, first, &found), 0);
    assert_int_equal(spb_change_points(series_noise, LENGTH(series_noise), &options, second, &again), 0);
    assert_int_equal(found, again);
    assert_true(found > 0);
    for (size_t k = 0; k < found; k++)
        assert_true(first[k].index == second[k].index && first[k].p == second[k].p);
}

static void nothing_is_found_in_nothing(void **state)
{
    (void)state;
    static const double alike[50] = {0}, few[] = {1, 1, 1, 1, 9, 9, 9, 9, 9};
    struct spb_change_points_options options = {0};
    struct spb_change_point points[10];
    size_t found = 99;
    assert_int_equal(spb_change_points(alike, 50, &options, points, &found), 0);
    assert_int_equal(found, 0);
    assert_int_equal(spb_change_points(few, 9, &options, points, &found), 0); /* two segments of 5 need 10 */
    assert_int_equal(found, 0);
    assert_int_equal(spb_change_points(few, 0, &options, points, &found), 0);
    assert_int_equal(found, 0);
    options.segment_min = SIZE_MAX;
    assert_int_equal(spb_change_points(few, 9, &options, points, &found), 0);
    assert_int_equal(found, 0);
    /* So few permutations that no p can be that small. */
    options = (struct spb_change_points_options){.permutation_count = 50};
    assert_int_equal(spb_change_points(series_step, LENGTH(series_step), &options, points, &found), 0);
    assert_int_equal(found, 0);
}

/* How often noise is taken for a change: the level says 5 %. */
static void false_alarms_are_as_rare_as_promised(void **state)
{
    (void)state;
    size_t alarms = 0;
    uint64_t x = 1;
    for (size_t n = 0; n < 400; n++) {
        double values[20];
        for (size_t i = 0; i < 20; i++) {
            x = x * 6364136223846793005u + 1442695040888963407u;
            values[i] = (double)(x >> 40);
        }
        struct spb_change_points_options options = {.level = 0.05, .permutation_count = 99, .seed = n};
        struct spb_change_point points[4];
        size_t found = 0;
        assert_int_equal(spb_change_points(values, 20, &options, points, &found), 0);
        alarms += found > 0;
    }
    assert_in_range(alarms, 5, 38); /* 20 expected, 4.4 the standard deviation */
}

static void refuses_nonsense(void **state)
{
    (void)state;
    static const double bad[] = {1, (double)NAN, 3, 4}, wide[] = {-1.7e308, 1.7e308, 0, 0}, good[] = {1, 2, 3, 4};
    static const double many[SPB_CHANGE_POINTS_MAX + 1];
    static const struct spb_change_points_options wrong[] = {{.segment_min = 1},     {.level = 1},    {.level = -0.1},
                                                             {.level = (double)NAN}, {.exponent = 2}, {.exponent = -1}};
    struct spb_change_points_options options = {.segment_min = 2};
    struct spb_change_point point;
    size_t found = 7;
    assert_int_equal(spb_change_points(bad, 4, &options, &point, &found), -EINVAL);
    assert_int_equal(spb_change_points(wide, 4, &options, &point, &found), -EINVAL);
    assert_int_equal(spb_change_points(many, SPB_CHANGE_POINTS_MAX + 1, &options, &point, &found), -E2BIG);
    for (size_t i = 0; i < LENGTH(wrong); i++)
        assert_int_equal(spb_change_points(good, 4, &wrong[i], &point, &found), -EINVAL);
    assert_int_equal(found, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_the_definition),
        cmocka_unit_test(p_is_that_of_all_orders),
        cmocka_unit_test(steps_are_found_in_order),
        cmocka_unit_test(seed_repeats),
        cmocka_unit_test(nothing_is_found_in_nothing),
        cmocka_unit_test(false_alarms_are_as_rare_as_promised),
        cmocka_unit_test(refuses_nonsense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
