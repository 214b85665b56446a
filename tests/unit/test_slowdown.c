/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "near.h"
#include "sample_ab.h"
#include "slowdown.h"

static void times_of_pairs_are_multiplied_and_put_back(void **state)
{
    struct spb_ab ab = sample_ab();
    struct spb_slowdown slowdown = {0};
    struct spb_round *round = &ab.rows[0].pairs[3].rounds[2];
    uint64_t base = round->elapsed_ns[SPB_SIDE_BASE], new_side = round->elapsed_ns[SPB_SIDE_NEW];
    uint64_t other = ab.rows[1].pairs[1].rounds[0].elapsed_ns[SPB_SIDE_NEW];
    (void)state;
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(spb_slowdown_add_paired(&slowdown, i, &ab.rows[i]), 0);
    spb_slowdown_apply(&slowdown, 0, 0.1);
    assert_int_equal(round->elapsed_ns[SPB_SIDE_BASE], base);
    assert_int_equal(round->elapsed_ns[SPB_SIDE_NEW], new_side + (new_side + 5) / 10);
    assert_int_equal(ab.rows[1].pairs[1].rounds[0].elapsed_ns[SPB_SIDE_NEW], other);
    spb_slowdown_apply(&slowdown, SIZE_MAX, 0.5); /* of what was measured, not on top */
    assert_int_equal(round->elapsed_ns[SPB_SIDE_NEW], new_side + (new_side + 1) / 2);
    assert_true(ab.rows[1].pairs[1].rounds[0].elapsed_ns[SPB_SIDE_NEW] > other);
    spb_slowdown_apply(&slowdown, SIZE_MAX, 0);
    assert_int_equal(round->elapsed_ns[SPB_SIDE_NEW], new_side);
    assert_int_equal(ab.rows[1].pairs[1].rounds[0].elapsed_ns[SPB_SIDE_NEW], other);
    spb_slowdown_release(&slowdown);
    spb_ab_release(&ab);
}

/* What is in an iteration and not the work's gets no slower. */
static void overheads_are_left_alone(void **state)
{
    struct spb_ab ab = sample_ab();
    struct spb_slowdown slowdown = {0};
    struct spb_pair *pair = &ab.rows[1].pairs[0];
    double before = spb_round_time_ns(pair, &pair->rounds[1], SPB_SIDE_NEW);
    (void)state;
    assert_true(pair->overhead_ns[SPB_SIDE_NEW] > 0);
    assert_int_equal(spb_slowdown_add_paired(&slowdown, 0, &ab.rows[1]), 0);
    spb_slowdown_apply(&slowdown, 0, 0.03);
    assert_near(spb_round_time_ns(pair, &pair->rounds[1], SPB_SIDE_NEW) / before, 1.03, 1e-6);
    spb_slowdown_release(&slowdown);
    spb_ab_release(&ab);
}

static void samples_are_multiplied(void **state)
{
    struct spb_result result = sample_result();
    struct spb_slowdown slowdown = {0};
    double before = result.rows[0].stats.estimate_ns;
    (void)state;
    assert_int_equal(spb_slowdown_add_row(&slowdown, 7, &result.rows[0]), 0);
    spb_slowdown_apply(&slowdown, 7, 0.05);
    assert_int_equal(spb_row_stats_compute(&result.rows[0]), 0);
    assert_near(result.rows[0].stats.estimate_ns / before, 1.05, 1e-5);
    spb_slowdown_release(&slowdown);
    spb_result_release(&result);
}

static void times_do_not_overflow(void **state)
{
    struct spb_ab ab = sample_ab();
    struct spb_slowdown slowdown = {0};
    (void)state;
    ab.rows[0].pairs[0].rounds[0].elapsed_ns[SPB_SIDE_NEW] = INT64_MAX - 5;
    assert_int_equal(spb_slowdown_add_paired(&slowdown, 0, &ab.rows[0]), 0);
    spb_slowdown_apply(&slowdown, 0, 1);
    assert_true(ab.rows[0].pairs[0].rounds[0].elapsed_ns[SPB_SIDE_NEW] == INT64_MAX);
    spb_slowdown_release(&slowdown);
    spb_ab_release(&ab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_of_pairs_are_multiplied_and_put_back),
        cmocka_unit_test(overheads_are_left_alone),
        cmocka_unit_test(samples_are_multiplied),
        cmocka_unit_test(times_do_not_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
