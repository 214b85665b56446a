/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "../stats/golden.h"
#include "multiplicity.h"
#include "near.h"

static void adjusted_is_that_of_r(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(golden_adjusted) / sizeof(golden_adjusted[0]); i++) {
        size_t count = golden_adjusted[i].count, family = golden_adjusted[i].family;
        double holm[5], hochberg[5];
        assert_int_equal(spb_holm(golden_adjusted[i].p, count, family, holm), 0);
        assert_int_equal(spb_benjamini_hochberg(golden_adjusted[i].p, count, family, hochberg), 0);
        for (size_t j = 0; j < count; j++) {
            assert_near(holm[j], golden_adjusted[i].holm[j], 1e-15);
            assert_near(hochberg[j], golden_adjusted[i].benjamini_hochberg[j], 1e-15);
        }
    }
}

static void result_may_replace_the_input(void **state)
{
    (void)state;
    double p[] = {0.04, 0.01, 0.03};
    assert_int_equal(spb_holm(p, 3, 3, p), 0);
    assert_near(p[0], 0.06, 1e-15);
    assert_near(p[1], 0.03, 1e-15);
    assert_near(p[2], 0.06, 1e-15);
}

static void refuses_nonsense(void **state)
{
    (void)state;
    static const double good[] = {0.1, 0.2}, high[] = {0.1, 1.1}, low[] = {-0.1, 0.1}, bad[] = {0.1, (double)NAN};
    double adjusted[] = {7, 7};
    assert_int_equal(spb_holm(good, 2, 1, adjusted), -EINVAL);
    assert_int_equal(spb_holm(high, 2, 2, adjusted), -EINVAL);
    assert_int_equal(spb_holm(low, 2, 2, adjusted), -EINVAL);
    assert_int_equal(spb_holm(bad, 2, 2, adjusted), -EINVAL);
    assert_int_equal(spb_benjamini_hochberg(bad, 2, 2, adjusted), -EINVAL);
    assert_int_equal(spb_benjamini_hochberg(good, 2, 1, adjusted), -EINVAL);
    assert_int_equal(spb_holm(good, 0, 0, adjusted), 0);
    assert_near(adjusted[0], 7, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adjusted_is_that_of_r),
        cmocka_unit_test(result_may_replace_the_input),
        cmocka_unit_test(refuses_nonsense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
