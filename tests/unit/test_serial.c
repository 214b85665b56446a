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
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lag1_is_that_of_r),
        cmocka_unit_test(alternation_is_negative),
        cmocka_unit_test(refuses_what_has_no_meaning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
