/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "near.h"
#include "pair_effects.h"
#include "paired_rows.h"

static struct spb_pair_effects computed(const struct spb_paired_row *row, unsigned pairs)
{
    struct spb_pair_effects effects;
    assert_int_equal(spb_pair_effects_compute(row, pairs, &effects), 0);
    return effects;
}

static struct spb_paired_row row_of_rounds(const double *effects, size_t count)
{
    struct spb_paired_row row = made_row("a/b", NULL, 0);
    struct spb_pair pair = made_pair(0, 0, count);
    for (size_t i = 0; i < count; i++)
        pair.rounds[i] = made_round(effects[i]);
    spb_paired_row_add(&row, &pair);
    return row;
}

static void a_pair_is_the_median_of_its_rounds(void **state)
{
    (void)state;
    static const double odd[] = {0.5, 0.01, 0.02}, even[] = {0.04, 0.9, 0.02, -0.3};
    struct spb_paired_row row = row_of_rounds(odd, 3);
    struct spb_pair_effects effects = computed(&row, 10);
    assert_int_equal(effects.count, 1);
    assert_near(effects.items[0].effect, 0.02, 1e-8);
    assert_near(effects.items[0].log_ns[SPB_SIDE_BASE], log(ROUND_NS / 2000), 1e-8);
    assert_near(effects.items[0].log_ns[SPB_SIDE_NEW], log(ROUND_NS / 2000) + 0.02, 1e-8);
    spb_pair_effects_release(&effects);
    spb_paired_row_release(&row);
    row = row_of_rounds(even, 4);
    effects = computed(&row, 10);
    assert_near(effects.items[0].effect, 0.03, 1e-8);
    spb_pair_effects_release(&effects);
    spb_paired_row_release(&row);
}

static void a_marked_round_is_left_out_whichever_side_has_the_mark(void **state)
{
    (void)state;
    static const double of_rounds[] = {0.01, 0.02, 0.5, 0.6};
    struct spb_paired_row row = row_of_rounds(of_rounds, 4);
    mark_round(&row, 0, 2, SPB_SIDE_BASE, SPB_MARK_STEAL | SPB_MARK_WAITED);
    mark_round(&row, 0, 3, SPB_SIDE_NEW, SPB_MARK_MIGRATED);
    struct spb_pair_effects effects = computed(&row, 10);
    assert_near(effects.items[0].effect, 0.015, 1e-8);
    assert_int_equal(effects.round_count, 4);
    assert_int_equal(effects.lost_count, 2);
    assert_int_equal(effects.lost_steal, 1);
    assert_int_equal(effects.lost_waited, 1);
    assert_int_equal(effects.lost_migrated, 1);
    assert_true(spb_pair_effects_noisy(&effects));
    spb_pair_effects_release(&effects);
    spb_paired_row_release(&row);
}

static void a_fifth_of_the_rounds_may_be_lost_and_no_more(void **state)
{
    (void)state;
    struct spb_pair_effects fifth = {.round_count = 100, .lost_count = 20},
                            more = {.round_count = 100, .lost_count = 21};
    assert_false(spb_pair_effects_noisy(&fifth));
    assert_true(spb_pair_effects_noisy(&more));
    assert_false(spb_pair_effects_noisy(&(struct spb_pair_effects){0}));
}

static void a_pair_without_a_round_is_absent(void **state)
{
    (void)state;
    static const double effects_of[] = {0.01, 0.02, 0.03, 0.04};
    struct spb_paired_row row = made_row("a/b", effects_of, 4);
    for (size_t i = 0; i < 4; i++)
        mark_round(&row, 1, i, SPB_SIDE_NEW, SPB_MARK_STEAL);
    row.pairs[2].outcome = SPB_OUTCOME_FAILED;
    row.pairs[3].outcome = SPB_OUTCOME_INTERRUPTED;
    struct spb_pair_effects effects = computed(&row, 10);
    assert_int_equal(effects.count, 2);
    assert_int_equal(effects.items[0].index, 0);
    assert_int_equal(effects.items[1].index, 3);
    assert_int_equal(effects.failed_count, 1);
    spb_pair_effects_release(&effects);
    spb_paired_row_release(&row);
}

static void pairs_beyond_the_number_asked_for_are_not_seen(void **state)
{
    (void)state;
    static const double effects_of[] = {0.01, 0.02, 0.03};
    struct spb_paired_row row = made_row("a/b", effects_of, 3);
    mark_round(&row, 2, 0, SPB_SIDE_NEW, SPB_MARK_STEAL);
    struct spb_pair_effects effects = computed(&row, 2);
    assert_int_equal(effects.count, 2);
    assert_int_equal(effects.lost_count, 0);
    double values[2];
    spb_pair_effects_copy(&effects, values);
    assert_near(values[1], 0.02, 1e-8);
    spb_pair_effects_release(&effects);
    spb_paired_row_release(&row);
}

static void overhead_is_taken_off(void **state)
{
    (void)state;
    static const double of_rounds[] = {0};
    struct spb_paired_row row = row_of_rounds(of_rounds, 1);
    row.pairs[0].overhead_ns[SPB_SIDE_NEW] = (uint64_t)(ROUND_NS / 4000);
    struct spb_pair_effects effects = computed(&row, 1);
    assert_near(effects.items[0].effect, log(0.5), 1e-8);
    spb_pair_effects_release(&effects);
    /* An overhead above the time itself leaves a hundredth of it, and no logarithm of 0. */
    row.pairs[0].overhead_ns[SPB_SIDE_NEW] = (uint64_t)1 << 62;
    effects = computed(&row, 1);
    assert_true(isfinite(effects.items[0].effect));
    spb_pair_effects_release(&effects);
    spb_paired_row_release(&row);
}

static void what_is_no_measurement_is_refused(void **state)
{
    (void)state;
    static const double effects_of[] = {0.01, 0.02};
    struct spb_pair_effects effects;
    struct spb_paired_row row = made_row("a/b", effects_of, 2);
    row.pairs[1].rounds[3].elapsed_ns[SPB_SIDE_BASE] = 0;
    assert_int_equal(spb_pair_effects_compute(&row, 2, &effects), -EINVAL);
    assert_null(effects.items);
    assert_int_equal(spb_pair_effects_compute(&row, 1, &effects), 0);
    spb_pair_effects_release(&effects);
    row.pairs[1].rounds[3] = made_round(0);
    row.pairs[1].rounds[3].iterations = 0;
    assert_int_equal(spb_pair_effects_compute(&row, 2, &effects), -EINVAL);
    row.pairs[1].rounds[3] = made_round(0);
    row.pairs[1].index = 0;
    assert_int_equal(spb_pair_effects_compute(&row, 2, &effects), -EINVAL);
    spb_paired_row_release(&row);
}

static void an_empty_row_has_no_effects(void **state)
{
    (void)state;
    struct spb_paired_row row = {.pair_count = 0};
    struct spb_pair_effects effects = computed(&row, 40);
    assert_int_equal(effects.count, 0);
    spb_pair_effects_release(&effects);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pair_is_the_median_of_its_rounds),
        cmocka_unit_test(a_marked_round_is_left_out_whichever_side_has_the_mark),
        cmocka_unit_test(a_fifth_of_the_rounds_may_be_lost_and_no_more),
        cmocka_unit_test(a_pair_without_a_round_is_absent),
        cmocka_unit_test(pairs_beyond_the_number_asked_for_are_not_seen),
        cmocka_unit_test(overhead_is_taken_off),
        cmocka_unit_test(what_is_no_measurement_is_refused),
        cmocka_unit_test(an_empty_row_has_no_effects),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
