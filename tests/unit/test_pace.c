/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pace.h"

static const struct spb_pace_input roomy = {.left_ns = 200000000000u,
                                            .processes_left = 100,
                                            .sample_min_ns = 2000000,
                                            .sampling_min_ns = 100000000,
                                            .sampling_max_ns = 250000000,
                                            .warm_up_max_ns = 200000000};

static void takes_no_more_than_the_maximum(void **state)
{
    (void)state;
    struct spb_pace pace = spb_pace_compute(&roomy);
    assert_int_equal(pace.sampling_limit_ns, 250000000);
    assert_int_equal(pace.sampling_min_ns, 100000000);
    assert_int_equal(pace.warm_up_limit_ns, 200000000);
}

static void shares_what_is_left(void **state)
{
    (void)state;
    struct spb_pace_input input = roomy;
    input.left_ns = 21000000000u;
    input.overheads_left_ns = 6000000000u;
    struct spb_pace pace = spb_pace_compute(&input); /* 15 s for 100 processes: 150 ms each */
    assert_int_equal(pace.warm_up_limit_ns, 50000000);
    assert_int_equal(pace.sampling_limit_ns, 100000000);
    assert_true(pace.warm_up_limit_ns + pace.sampling_limit_ns <= 150000000);
    input.left_ns = 12000000000u; /* 60 ms each */
    pace = spb_pace_compute(&input);
    assert_int_equal(pace.sampling_limit_ns, 40000000);
    assert_int_equal(pace.sampling_min_ns, 40000000);
}

static void never_starves_a_process(void **state)
{
    (void)state;
    struct spb_pace_input input = roomy;
    input.left_ns = 0;
    input.overheads_left_ns = 1000;
    struct spb_pace pace = spb_pace_compute(&input);
    assert_int_equal(pace.sampling_limit_ns, 8 * 2000000);
    assert_int_equal(pace.warm_up_limit_ns, 18 * 2000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(takes_no_more_than_the_maximum),
                                       cmocka_unit_test(shares_what_is_left),
                                       cmocka_unit_test(never_starves_a_process)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
