/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "../stats/golden_scipy.h"
#include "modes.h"
#include "near.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static void coefficient_is_that_of_scipy(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(golden_modes); i++) {
        double coefficient = -1;
        assert_int_equal(spb_bimodality(golden_modes[i].values, golden_modes[i].count, &coefficient), 0);
        assert_near(coefficient, golden_modes[i].coefficient, 1e-12);
    }
}

static void two_modes_are_above_the_limit(void **state)
{
    (void)state;
    double one = -1, two = -1;
    assert_int_equal(spb_bimodality(modes_normal, LENGTH(modes_normal), &one), 0);
    assert_int_equal(spb_bimodality(modes_two, LENGTH(modes_two), &two), 0);
    assert_true(one < SPB_BIMODALITY_LIMIT && two > SPB_BIMODALITY_LIMIT);
}

static void scale_does_not_matter(void **state)
{
    (void)state;
    static const double scales[] = {-1, 1e307, 1e-310};
    for (size_t s = 0; s < LENGTH(scales); s++) {
        double values[4], plain = -1, scaled = -2;
        for (size_t i = 0; i < 4; i++)
            values[i] = scales[s] * modes_four[i];
        assert_int_equal(spb_bimodality(modes_four, 4, &plain), 0);
        assert_int_equal(spb_bimodality(values, 4, &scaled), 0);
        assert_near(scaled, plain, 1e-9);
    }
}

static void refuses_nonsense(void **state)
{
    (void)state;
    static const double alike[] = {0.1, 0.1, 0.1, 0.1, 0.1}, bad[] = {1, 2, 3, (double)NAN},
                        wide[] = {-1.7e308, 1.7e308, 1.7e308, 0};
    double coefficient = 5;
    assert_int_equal(spb_bimodality(modes_four, 3, &coefficient), -EINVAL);
    assert_int_equal(spb_bimodality(alike, 5, &coefficient), -EINVAL);
    assert_int_equal(spb_bimodality(bad, 4, &coefficient), -EINVAL);
    assert_int_equal(spb_bimodality(wide, 4, &coefficient), -EINVAL);
    assert_near(coefficient, 5, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(coefficient_is_that_of_scipy),
        cmocka_unit_test(two_modes_are_above_the_limit),
        cmocka_unit_test(scale_does_not_matter),
        cmocka_unit_test(refuses_nonsense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
