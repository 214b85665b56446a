/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "detectable.h"
#include "near.h"

/* What the exact signed-rank test needs in units of sd, found by bisection over 20,000 samples of normal noise each. */
static void the_formula_is_near_what_was_simulated(void **state)
{
    (void)state;
    static const struct {
        size_t pairs;
        double level, simulated;
    } cases[] = {
        {10, 0.001, 2.311},   {14, 0.0015, 1.469},  {14, 0.00015, 2.043}, {20, 0.0025, 1.047},
        {20, 0.00025, 1.312}, {20, 0.00005, 1.546}, {28, 0.0025, 0.851},  {28, 0.00025, 1.036},
        {28, 0.00005, 1.164}, {40, 0.0025, 0.701},  {40, 0.00025, 0.839}, {40, 0.00005, 0.930},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_near(spb_detectable_by_ranks(cases[i].pairs, 1, cases[i].level) / cases[i].simulated, 1, 0.03);
}

static void it_grows_with_the_spread_and_falls_with_the_pairs(void **state)
{
    (void)state;
    assert_near(spb_detectable_by_ranks(20, 0.03, 0.001), 3 * spb_detectable_by_ranks(20, 0.01, 0.001), 1e-12);
    assert_true(spb_detectable_by_ranks(40, 0.01, 0.001) < spb_detectable_by_ranks(20, 0.01, 0.001));
    assert_true(spb_detectable_by_ranks(20, 0, 0.001) == 0);
}

/* Of 2^-10 flips none is rarer than 1 in 1,024. */
static void a_level_out_of_reach_is_not_known(void **state)
{
    (void)state;
    assert_true(spb_detectable_by_ranks(10, 0.01, 0.0001) == 0);
    assert_true(spb_detectable_by_ranks(1, 0.01, 0.9) == 0);
    assert_true(spb_detectable_by_ranks(0, 0.01, 0.01) == 0);
    assert_true(spb_detectable_by_ranks(20, 0.01, 0) == 0);
    assert_true(spb_detectable_by_ranks(20, 0.01, 1) == 0);
    assert_true(spb_detectable_by_t(1, 0, 0.01) == 0);
}

/* R: qt(0.99, 6) + qt(0.9, 6) */
static void student_s_needs_both_quantiles(void **state)
{
    (void)state;
    assert_near(spb_detectable_by_t(0.01, 6, 0.01), 0.01 * (3.14266840329099 + 1.43975574726515), 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_formula_is_near_what_was_simulated),
        cmocka_unit_test(it_grows_with_the_spread_and_falls_with_the_pairs),
        cmocka_unit_test(a_level_out_of_reach_is_not_known),
        cmocka_unit_test(student_s_needs_both_quantiles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
