/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>

#include "../stats/golden.h"
#include "distribution.h"
#include "near.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* Small numbers have all their digits too. */
#define assert_relative(actual, expected, tolerance)                                                                   \
    do {                                                                                                               \
        double relative_expected = (expected);                                                                         \
        if (relative_expected == 0)                                                                                    \
            assert_near(actual, 0, 0);                                                                                 \
        else                                                                                                           \
            assert_near((actual) / relative_expected, 1, tolerance);                                                   \
    } while (0)

static void normal_is_that_of_r(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(golden_normal); i++)
        assert_relative(spb_normal_cdf(golden_normal[i].z), golden_normal[i].p, 1e-12);
    for (size_t i = 0; i < LENGTH(golden_normal_quantile); i++)
        assert_relative(spb_normal_quantile(golden_normal_quantile[i].p), golden_normal_quantile[i].z, 1e-14);
}

static void quantile_inverts_the_normal(void **state)
{
    (void)state;
    for (int i = -300; i < 0; i++)
        assert_relative(spb_normal_cdf(spb_normal_quantile(pow(10, i))), pow(10, i), 1e-11);
    for (int i = 1; i < 1000; i++)
        assert_relative(spb_normal_cdf(spb_normal_quantile(i / 1000.0)), i / 1000.0, 1e-13);
}

static void chi_square_is_that_of_r(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(golden_chi_square); i++) {
        double p = spb_chi_square_tail(golden_chi_square[i].x, golden_chi_square[i].degrees);
        assert_near(p, golden_chi_square[i].p, 1e-13);
        if (golden_chi_square[i].p > 1e-280)
            assert_relative(p, golden_chi_square[i].p, 1e-11);
    }
}

static void student_is_that_of_r(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(golden_student); i++)
        assert_relative(spb_student_tail(golden_student[i].t, golden_student[i].degrees), golden_student[i].p,
                        golden_student[i].degrees < 1e5 ? 1e-12 : 1e-10);
    for (size_t i = 0; i < LENGTH(golden_student_quantile); i++)
        assert_relative(spb_student_quantile(golden_student_quantile[i].p, golden_student_quantile[i].degrees),
                        golden_student_quantile[i].t, 1e-11);
}

static void known_values(void **state)
{
    (void)state;
    /* One degree is Cauchy's distribution; two of chi-square are the exponential one. */
    assert_near(spb_student_tail(1, 1), 0.25, 1e-15);
    assert_near(spb_student_tail(1e-200, 1), 0.5, 0);
    assert_relative(spb_student_tail(1e200, 1), 1e-200 / M_PI, 1e-12);
    assert_near(spb_student_quantile(0.75, 1), 1, 1e-14);
    assert_relative(spb_student_quantile(0.5 + DBL_EPSILON, 1), M_PI * DBL_EPSILON, 1e-10);
    assert_relative(spb_chi_square_tail(600, 2), exp(-300), 1e-12);
}

static void ends_of_the_domain(void **state)
{
    (void)state;
    const double infinity = (double)INFINITY, nothing = (double)NAN;
    assert_near(spb_normal_cdf(infinity), 1, 0);
    assert_near(spb_normal_cdf(-infinity), 0, 0);
    assert_near(spb_chi_square_tail(-1, 3), 1, 0);
    assert_near(spb_chi_square_tail(infinity, 3), 0, 0);
    assert_near(spb_student_tail(infinity, 3), 0, 0);
    assert_near(spb_student_tail(-infinity, 3), 1, 0);
    assert_near(spb_student_tail(1.5, infinity), spb_normal_cdf(-1.5), 0);
    assert_near(spb_student_quantile(0.9, infinity), spb_normal_quantile(0.9), 0);
    assert_true(isnan(spb_normal_quantile(0)) && isnan(spb_normal_quantile(1)) && isnan(spb_normal_quantile(nothing)));
    assert_true(isnan(spb_chi_square_tail(1, 0)) && isnan(spb_chi_square_tail(nothing, 1)));
    assert_true(isnan(spb_chi_square_tail(1, infinity)) && isnan(spb_chi_square_tail(1, nothing)));
    assert_true(isnan(spb_student_tail(1, 0)) && isnan(spb_student_tail(nothing, 1)));
    assert_true(isnan(spb_student_quantile(0, 3)) && isnan(spb_student_quantile(1, 3)));
    assert_true(isnan(spb_student_quantile(0.5, -1)) && isnan(spb_student_quantile(0.5, nothing)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(normal_is_that_of_r),
        cmocka_unit_test(quantile_inverts_the_normal),
        cmocka_unit_test(chi_square_is_that_of_r),
        cmocka_unit_test(student_is_that_of_r),
        cmocka_unit_test(known_values),
        cmocka_unit_test(ends_of_the_domain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
