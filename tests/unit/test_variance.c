/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "../stats/golden.h"
#include "near.h"
#include "variance.h"

static void components_are_those_of_r(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(golden_variance) / sizeof(golden_variance[0]); i++) {
        struct spb_variance v;
        assert_int_equal(spb_variance_components(golden_samples[golden_variance[i].sample].values,
                                                 golden_variance[i].offsets, golden_variance[i].group_count, &v),
                         0);
        assert_near(v.between, golden_variance[i].between, 1e-12);
        assert_near(v.within, golden_variance[i].within, 1e-12);
    }
}

static void large_levels_lose_nothing(void **state)
{
    (void)state;
    static const double values[] = {1e9 + 0.5, 1e9 + 1.5, 1e9 + 10.5, 1e9 + 11.5};
    static const size_t offsets[] = {0, 2, 4};
    struct spb_variance v;
    assert_int_equal(spb_variance_components(values, offsets, 2, &v), 0);
    assert_near(v.within, 0.5, 1e-12);
    assert_near(v.between, (100 - 0.5) / 2, 1e-12);
}

/* Offsets need not start at 0, and what lies outside does not count. */
static void part_of_an_array(void **state)
{
    (void)state;
    static const double values[] = {(double)NAN, 1, 2, 3, 5, (double)NAN};
    static const size_t offsets[] = {1, 3, 5};
    struct spb_variance v;
    assert_int_equal(spb_variance_components(values, offsets, 2, &v), 0);
    assert_near(v.within, 1.25, 1e-15);
    assert_near(v.between, (6.25 - 1.25) / 2, 1e-15);
}

static void refuses_what_has_no_components(void **state)
{
    (void)state;
    static const double values[] = {1, 2, 3, 4}, bad[] = {1, 2, (double)NAN, 4};
    static const size_t singles[] = {0, 1, 2, 3, 4}, empty[] = {0, 2, 2, 4}, good[] = {0, 2, 4};
    struct spb_variance v = {.within = 9};
    assert_int_equal(spb_variance_components(values, good, 0, &v), -EINVAL);
    assert_int_equal(spb_variance_components(values, good, 1, &v), -EINVAL);
    assert_int_equal(spb_variance_components(values, singles, 4, &v), -EINVAL);
    assert_int_equal(spb_variance_components(values, empty, 3, &v), -EINVAL);
    assert_int_equal(spb_variance_components(bad, good, 2, &v), -EINVAL);
    assert_near(v.within, 9, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(components_are_those_of_r),
        cmocka_unit_test(large_levels_lose_nothing),
        cmocka_unit_test(part_of_an_array),
        cmocka_unit_test(refuses_what_has_no_components),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
