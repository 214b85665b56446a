/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "../stats/golden.h"
#include "equivalence.h"
#include "near.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static void is_that_of_r(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(golden_equivalence); i++) {
        const struct golden_sample *sample = &golden_samples[golden_equivalence[i].sample];
        double below = golden_equivalence[i].below_upper, above = golden_equivalence[i].above_lower;
        struct spb_equivalence test;
        assert_int_equal(spb_equivalence_test(sample->values, sample->count, golden_equivalence[i].margin, &test), 0);
        assert_near(test.p_below_upper, below, 1e-13);
        assert_near(test.p_above_lower, above, 1e-13);
        assert_near(test.p, fmax(below, above), 1e-13);
    }
}

static void turned_signs_turn_the_sides(void **state)
{
    (void)state;
    double turned[9];
    struct spb_equivalence test, opposite;
    for (size_t i = 0; i < 9; i++)
        turned[i] = -sample_depression[i];
    assert_int_equal(spb_equivalence_test(sample_depression, 9, 0.9, &test), 0);
    assert_int_equal(spb_equivalence_test(turned, 9, 0.9, &opposite), 0);
    assert_near(opposite.p_below_upper, test.p_above_lower, 1e-15);
    assert_near(opposite.p_above_lower, test.p_below_upper, 1e-15);
    assert_true(test.p_above_lower < test.p_below_upper); /* the centre is above 0 */
}

static void on_the_margin_nothing_is_shown(void **state)
{
    (void)state;
    static const double at[] = {0.5, 0.5, 0.5, 0.5, 0.5, 0.5}, inside[] = {0, 0, 0, 0, 0, 0};
    struct spb_equivalence test;
    assert_int_equal(spb_equivalence_test(at, 6, 0.5, &test), 0);
    assert_true(test.p_below_upper == 1 && test.p == 1);
    assert_near(test.p_above_lower, 1.0 / 64, 0);
    assert_int_equal(spb_equivalence_test(inside, 6, 0.5, &test), 0);
    assert_near(test.p, 1.0 / 64, 0);
}

static void refuses_nonsense(void **state)
{
    (void)state;
    static const double good[] = {1, 2}, bad[] = {1, (double)NAN}, huge[] = {1.7e308, 0};
    struct spb_equivalence test = {5, 5, 5};
    assert_int_equal(spb_equivalence_test(good, 0, 1, &test), -EINVAL);
    assert_int_equal(spb_equivalence_test(good, SIZE_MAX, 1, &test), -EINVAL);
    assert_int_equal(spb_equivalence_test(bad, 2, 1, &test), -EINVAL);
    assert_int_equal(spb_equivalence_test(good, 2, 0, &test), -EINVAL);
    assert_int_equal(spb_equivalence_test(good, 2, -1, &test), -EINVAL);
    assert_int_equal(spb_equivalence_test(good, 2, (double)NAN, &test), -EINVAL);
    assert_int_equal(spb_equivalence_test(good, 2, (double)INFINITY, &test), -EINVAL);
    assert_int_equal(spb_equivalence_test(huge, 2, 1e308, &test), -EINVAL);
    assert_true(test.p == 5 && test.p_below_upper == 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_that_of_r),
        cmocka_unit_test(turned_signs_turn_the_sides),
        cmocka_unit_test(on_the_margin_nothing_is_shown),
        cmocka_unit_test(refuses_nonsense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
