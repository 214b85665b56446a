/* SPDX-License-Identifier: MIT
 *
 * The numbers are those of tests/stats/shift.R.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <errno.h>

#include "near.h"
#include "shift_test.h"

static const double a[] = {4.6051, 4.6123, 4.5987, 4.6300, 4.6012, 4.6087, 4.5921, 4.6155};
static const double b[] = {4.7301, 4.7433, 4.7120, 4.7555, 4.7289, 4.7012, 4.7390};
static const struct spb_shift_sample sample_a = {a, 8}, sample_b = {b, 7};

struct golden {
    double shift, low, high, confidence, standard_error, degrees, pooled_sd, exact, normal, pass, improved, not_faster,
        detectable;
};

static void assert_golden(const struct spb_shift_sample *x, const struct spb_shift_sample *y, double session_sd,
                          const struct golden *golden)
{
    struct spb_shift_test test;
    double margin = log(1.05);
    assert_int_equal(spb_shift_test(x, y, margin, session_sd, &test), 0);
    assert_near(test.shift.estimate, golden->shift, 1e-12);
    assert_near(test.shift.low, golden->low, 1e-10);
    assert_near(test.shift.high, golden->high, 1e-10);
    assert_near(test.shift.confidence, golden->confidence, 1e-12);
    assert_near(test.standard_error, golden->standard_error, 1e-12);
    assert_near(test.degrees, golden->degrees, 1e-9);
    assert_near(test.pooled_sd, golden->pooled_sd, 1e-12);
    assert_near(test.p_exact_regression, golden->exact, 1e-12);
    assert_near(test.p_normal_regression, golden->normal, 1e-12);
    assert_near(test.p_pass, golden->pass, 1e-12);
    assert_near(test.p_improved, golden->improved, 1e-12);
    assert_near(test.p_not_faster, golden->not_faster, 1e-12);
    assert_near(spb_shift_detectable(&test, margin, 0.01, 20), golden->detectable, 1e-9);
}

static void slower_is_as_r_says(void **state)
{
    (void)state;
    assert_golden(&sample_a, &sample_b, 0.025,
                  &(struct golden){0.1244, 0.0509676261730043, 0.195495945917244, 0.95990675990676, 0.036278574944449,
                                   3906.46322590898, 0.0152314452064445, 0.000155400155400155, 0.0186058695504742, 1, 1,
                                   0.000155400155400155, 0.214756933049385});
}

static void sessions_that_are_alike_add_nothing(void **state)
{
    (void)state;
    assert_golden(&sample_a, &sample_b, 0,
                  &(struct golden){0.1244, 0.1001, 0.1403, 0.95990675990676, 0.00813234283586219, 9.86383001022574,
                                   0.0152314452064445, 0.000155400155400155, 1.70453612452083e-06, 1, 1,
                                   0.000155400155400155, 0.097452987264455});
}

static void faster_is_the_mirror(void **state)
{
    (void)state;
    assert_golden(&sample_b, &sample_a, 0.025,
                  &(struct golden){-0.1244, -0.195495945917244, -0.0509676261730043, 0.95990675990676,
                                   0.036278574944449, 3906.46322590898, 0.0152314452064445, 1, 0.999999063432767,
                                   0.000155400155400155, 0.0186058695504742, 1, 0.214756933049385});
}

static void alike_passes_on_both_sides(void **state)
{
    (void)state;
    static const double moved[] = {4.6058, 4.6130, 4.5994, 4.6307};
    assert_golden(&sample_a, &(struct spb_shift_sample){moved, 4}, 0.01,
                  &(struct golden){0.0025, -0.0292088593951094, 0.0363901425806804, 0.951515151515152,
                                   0.0162068300196465, 93.7706220020942, 0.012250908129604, 1, 0.997360225478546,
                                   0.00263977452145356, 1, 0.00202020202020202, 0.124767302460364});
}

static void one_process_decides_nothing(void **state)
{
    (void)state;
    struct spb_shift_test test;
    static const double one[] = {9.0};
    assert_int_equal(spb_shift_test(&sample_a, &(struct spb_shift_sample){one, 1}, 0.05, 0.025, &test), 0);
    assert_near(test.p_exact_regression, 1, 0);
    assert_near(test.p_normal_regression, 1, 0);
    assert_near(test.p_pass, 1, 0);
    assert_near(test.p_improved, 1, 0);
    assert_near(test.p_not_faster, 1, 0);
    assert_int_equal(
        spb_shift_test(&(struct spb_shift_sample){one, 1}, &(struct spb_shift_sample){one, 1}, 0.05, 0, &test), 0);
    assert_near(test.shift.estimate, 0, 0);
    assert_near(test.shift.confidence, 0, 0);
    assert_near(test.pooled_sd, 0, 0);
    assert_near(spb_shift_detectable(&test, 0.05, 0.01, 1), 0, 0);
}

/* No spread at all, and sessions that are known to be alike: only the ranks are in doubt. */
static void constant_values_have_defined_results(void **state)
{
    (void)state;
    struct spb_shift_test test;
    static const double low[] = {1, 1, 1, 1, 1, 1}, high[] = {2, 2, 2, 2, 2, 2};
    const struct spb_shift_sample flat = {low, 6}, above = {high, 6};
    assert_int_equal(spb_shift_test(&flat, &above, 0.05, 0, &test), 0);
    assert_near(test.p_normal_regression, 0, 0);
    assert_near(test.p_exact_regression, 1 / 924.0, 1e-12);
    assert_near(test.p_pass, 1, 0);
    assert_near(test.standard_error, 0, 0);
    assert_near(spb_shift_detectable(&test, 0.05, 0.01, 1), 0.05, 1e-15);
    assert_int_equal(spb_shift_test(&flat, &flat, 0.05, 0, &test), 0);
    assert_near(test.shift.low, 0, 0);
    assert_near(test.shift.high, 0, 0);
    assert_near(test.p_pass, 1 / 924.0, 1e-12);
    assert_near(test.p_not_faster, 1 / 924.0, 1e-12);
    /* The difference is the margin itself, to the last bit: neither above nor below it. */
    assert_int_equal(spb_shift_test(&flat, &above, 1, 0, &test), 0);
    assert_near(test.p_normal_regression, 1, 0);
    assert_near(test.p_pass, 1, 0);
}

static void too_few_processes_never_detect(void **state)
{
    (void)state;
    struct spb_shift_test test;
    static const double low[] = {1, 1.1, 1.2, 1.3}, high[] = {2, 2.1, 2.2, 2.3};
    assert_int_equal(
        spb_shift_test(&(struct spb_shift_sample){low, 4}, &(struct spb_shift_sample){high, 4}, 0.05, 0.01, &test), 0);
    assert_near(test.p_least, 1 / 70.0, 1e-15);
    assert_near(spb_shift_detectable(&test, 0.05, 0.01, 1), 0, 0);
    assert_true(spb_shift_detectable(&test, 0.05, 0.05, 1) > 0.05);
}

static void bad_input_is_refused(void **state)
{
    (void)state;
    struct spb_shift_test test;
    static const double nan_value[] = {1, (double)NAN}, huge[] = {1, (double)INFINITY};
    assert_int_equal(spb_shift_test(&sample_a, &(struct spb_shift_sample){a, 0}, 0.05, 0, &test), -EINVAL);
    assert_int_equal(spb_shift_test(&(struct spb_shift_sample){a, 0}, &sample_a, 0.05, 0, &test), -EINVAL);
    assert_int_equal(spb_shift_test(&sample_a, &(struct spb_shift_sample){nan_value, 2}, 0.05, 0, &test), -EINVAL);
    assert_int_equal(spb_shift_test(&(struct spb_shift_sample){huge, 2}, &sample_a, 0.05, 0, &test), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slower_is_as_r_says),
        cmocka_unit_test(sessions_that_are_alike_add_nothing),
        cmocka_unit_test(faster_is_the_mirror),
        cmocka_unit_test(alike_passes_on_both_sides),
        cmocka_unit_test(one_process_decides_nothing),
        cmocka_unit_test(constant_values_have_defined_results),
        cmocka_unit_test(too_few_processes_never_detect),
        cmocka_unit_test(bad_input_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
