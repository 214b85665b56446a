/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "../stats/golden.h"
#include "near.h"
#include "serial.h"

static void lag1_is_that_of_r(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(golden_lag1) / sizeof(golden_lag1[0]); i++) {
        const struct golden_sample *sample = &golden_samples[golden_lag1[i].sample];
        double r1 = 9;
        assert_int_equal(spb_lag1_autocorrelation(sample->values, sample->count, &r1), 0);
        assert_near(r1, golden_lag1[i].r1, 1e-9);
    }
}

static void ljung_box_is_that_of_r(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(golden_ljung_box) / sizeof(golden_ljung_box[0]); i++) {
        const struct golden_sample *sample = &golden_samples[golden_ljung_box[i].sample];
        double q = -1, p = -1;
        assert_int_equal(spb_ljung_box(sample->values, sample->count, golden_ljung_box[i].lags, &q, &p), 0);
        assert_near(q, golden_ljung_box[i].q, 1e-8);
        assert_near(p, golden_ljung_box[i].p, 1e-9);
    }
}

static void alternation_is_negative(void **state)
{
    (void)state;
    double values[100], r1 = 0;
    for (size_t i = 0; i < 100; i++)
        values[i] = i % 2 ? 1e9 + 1 : 1e9;
    assert_int_equal(spb_lag1_autocorrelation(values, 100, &r1), 0);
    assert_near(r1, -0.99, 1e-12);
}

static void refuses_what_has_no_meaning(void **state)
{
    (void)state;
    static const double constant[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1}, bad[] = {1, 2, (double)NAN};
    static const double tiny[] = {0, 5e-324, 0}, wide[] = {-1.7e308, 1.7e308, 0};
    double r1 = 9;
    assert_int_equal(spb_lag1_autocorrelation(constant, 6, &r1), -EINVAL);
    assert_int_equal(spb_lag1_autocorrelation(bad, 2, &r1), -EINVAL);
    assert_int_equal(spb_lag1_autocorrelation(bad, 3, &r1), -EINVAL);
    assert_int_equal(spb_lag1_autocorrelation(tiny, 3, &r1), -EINVAL);
    assert_int_equal(spb_lag1_autocorrelation(wide, 3, &r1), -EINVAL);
    assert_near(r1, 9, 0);

    static const double good[] = {1, 3, 2};
    double q = 9, p = 9;
    assert_int_equal(spb_ljung_box(good, 3, 0, &q, &p), -EINVAL);
    assert_int_equal(spb_ljung_box(good, 3, 3, &q, &p), -EINVAL);
    assert_int_equal(spb_ljung_box(good, 2, 1, &q, &p), -EINVAL);
    assert_int_equal(spb_ljung_box(constant, 6, 2, &q, &p), -EINVAL);
    assert_int_equal(spb_ljung_box(bad, 3, 1, &q, &p), -EINVAL);
    assert_int_equal(spb_ljung_box(wide, 3, 1, &q, &p), -EINVAL);
    assert_true(q == 9 && p == 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lag1_is_that_of_r),
        cmocka_unit_test(ljung_box_is_that_of_r),
        cmocka_unit_test(alternation_is_negative),
        cmocka_unit_test(refuses_what_has_no_meaning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
