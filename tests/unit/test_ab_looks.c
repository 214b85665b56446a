/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ab_looks.h"
#include "near.h"
#include "paired_rows.h"

#define ROWS 3

static const struct spb_ab_judge_options options = {.thresholds = {.ratio = 0.02}, .seed = 7};

static void release(struct spb_paired_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        spb_paired_row_release(&rows[i]);
}

static void follow(const struct spb_paired_row *rows, size_t count, unsigned pairs, struct spb_row_state *states)
{
    assert_int_equal(spb_ab_follow(rows, count, pairs, &options, states), 0);
}

static enum spb_verdict verdict_of(struct spb_paired_row row, unsigned pairs)
{
    struct spb_row_state state;
    follow(&row, 1, pairs, &state);
    spb_paired_row_release(&row);
    return state.verdict;
}

/* ---- levels ------------------------------------------------------------------------------------------------------ */

static void the_levels_come_to_1_and_5_percent(void **state)
{
    (void)state;
    double regression = 0, pass = 0;
    for (size_t k = 0; k < SPB_AB_LOOKS; k++) {
        assert_int_equal(spb_ab_looks[k].pairs, spb_ab_look_pairs[k]);
        regression += spb_ab_looks[k].alpha_regression;
        if (!spb_ab_looks[k].with_earlier)
            pass += spb_ab_looks[k].alpha_pass;
    }
    assert_near(regression, 0.01, 1e-15);
    assert_near(pass, 0.05, 1e-15);
    assert_near(spb_ab_looks[SPB_AB_LOOKS - 1].alpha_pass, 0.05, 1e-15);
}

/* ---- single rows ------------------------------------------------------------------------------------------------- */

static void a_clear_slowdown_is_a_regression_at_the_first_look(void **state)
{
    (void)state;
    struct spb_paired_row row = spread_row("a/b", 10, 0.05, 0.003);
    struct spb_row_state judged;
    follow(&row, 1, 10, &judged);
    assert_int_equal(judged.verdict, SPB_VERDICT_REGRESSION);
    assert_int_equal(judged.look, 0);
    assert_near(judged.p_regression, 1.0 / 1024, 1e-12);
    assert_near(judged.p_pass, 1, 1e-12);
    spb_paired_row_release(&row);
}

static void no_change_passes_and_is_equivalent(void **state)
{
    (void)state;
    struct spb_paired_row row = spread_row("a/b", 10, 0, 0.003);
    struct spb_row_state judged;
    follow(&row, 1, 10, &judged);
    assert_int_equal(judged.verdict, SPB_VERDICT_PASS);
    assert_true(judged.equivalent);
    assert_near(judged.p_pass, 1.0 / 1024, 1e-12);
    spb_paired_row_release(&row);
}

static void a_speed_up_is_an_improvement_and_not_equivalent(void **state)
{
    (void)state;
    struct spb_paired_row row = spread_row("a/b", 10, -0.05, 0.003);
    struct spb_row_state judged;
    follow(&row, 1, 10, &judged);
    assert_int_equal(judged.verdict, SPB_VERDICT_IMPROVED);
    assert_false(judged.equivalent);
    spb_paired_row_release(&row);
    /* A little faster, less than the margin for sure: a pass, inside the margin on the upper side alone. */
    row = spread_row("a/b", 10, -0.011, 0.004);
    follow(&row, 1, 10, &judged);
    assert_int_equal(judged.verdict, SPB_VERDICT_PASS);
    assert_false(judged.equivalent);
    spb_paired_row_release(&row);
}

static void at_the_margin_nothing_can_be_said(void **state)
{
    (void)state;
    assert_int_equal(verdict_of(spread_row("a/b", 40, log1p(0.01), 0.01), SPB_AB_ALL_PAIRS), SPB_VERDICT_UNDECIDED);
}

/* d_p of quantised clocks: all the same, or all 0. */
static void pairs_that_are_all_alike_are_judged(void **state)
{
    (void)state;
    assert_int_equal(verdict_of(spread_row("a/b", 10, 0, 0), 10), SPB_VERDICT_PASS);
    assert_int_equal(verdict_of(spread_row("a/b", 10, 0.03, 0), 10), SPB_VERDICT_REGRESSION);
    assert_int_equal(verdict_of(spread_row("a/b", 10, -0.03, 0), 10), SPB_VERDICT_IMPROVED);
}

static void fewer_pairs_than_the_first_look_are_not_looked_at(void **state)
{
    (void)state;
    struct spb_row_state judged;
    for (size_t count = 0; count < 10; count++) {
        struct spb_paired_row row = spread_row("a/b", count, 0.2, 0.001);
        follow(&row, 1, SPB_AB_ALL_PAIRS, &judged);
        assert_int_equal(judged.verdict, SPB_VERDICT_UNDECIDED);
        assert_false(judged.tested);
        assert_true(judged.p_regression == 1 && judged.p_pass == 1);
        spb_paired_row_release(&row);
    }
}

/* ---- looks ------------------------------------------------------------------------------------------------------- */

/* Undecided until `from`, from where on everything is clear. */
static struct spb_paired_row late_row(size_t from, size_t count)
{
    double effects[64];
    fill_effects(effects, count, log1p(0.01), 0.02);
    for (size_t i = from; i < count; i++)
        effects[i] = 0.2 + 0.001 * (double)i;
    return made_row("a/b", effects, count);
}

static void between_two_looks_nothing_is_looked_at(void **state)
{
    (void)state;
    struct spb_row_state judged;
    struct spb_paired_row row = late_row(7, 27);
    follow(&row, 1, SPB_AB_ALL_PAIRS, &judged);
    assert_int_equal(judged.verdict, SPB_VERDICT_REGRESSION);
    assert_int_equal(judged.look, 2);
    spb_paired_row_release(&row);
    row = late_row(10, 19);
    follow(&row, 1, SPB_AB_ALL_PAIRS, &judged);
    assert_int_equal(judged.verdict, SPB_VERDICT_UNDECIDED);
    assert_int_equal(judged.look, 1);
    spb_paired_row_release(&row);
}

static void a_decided_row_stays_decided(void **state)
{
    (void)state;
    double effects[20];
    fill_effects(effects, 10, 0, 0.003);
    for (size_t i = 10; i < 20; i++)
        effects[i] = 0.5;
    struct spb_paired_row row = made_row("a/b", effects, 20);
    struct spb_row_state judged;
    follow(&row, 1, SPB_AB_ALL_PAIRS, &judged);
    assert_int_equal(judged.verdict, SPB_VERDICT_PASS);
    assert_int_equal(judged.look, 0);
    spb_paired_row_release(&row);
}

/* What spb_ab_decide() said at each look is what the finished rows say. */
static void a_finished_experiment_is_judged_as_it_was_live(void **state)
{
    (void)state;
    struct spb_paired_row rows[ROWS] = {spread_row("a/a", 10, 0, 0.003), late_row(7, 20),
                                        spread_row("a/c", 28, 0.012, 0.01)};
    rows[1].row.workload[2] = 'd';
    enum spb_verdict live[ROWS];
    struct spb_row_state after[ROWS];
    assert_int_equal(spb_ab_decide(rows, ROWS, 10, &options, live), 0);
    assert_int_equal(live[0], SPB_VERDICT_PASS);
    assert_int_equal(live[1], SPB_VERDICT_UNDECIDED);
    assert_int_equal(spb_ab_decide(rows, ROWS, 28, &options, live), 0);
    follow(rows, ROWS, SPB_AB_ALL_PAIRS, after);
    for (size_t r = 0; r < ROWS; r++)
        assert_int_equal(after[r].verdict, live[r]);
    assert_int_equal(after[1].look, 2);
    assert_int_equal(after[2].look, 3);
    release(rows, ROWS);
}

/* The end came in the middle of pair 13: of the rows in it, some have it and some have not. */
static void a_look_that_not_every_row_came_to_was_none(void **state)
{
    (void)state;
    struct spb_paired_row rows[2] = {late_row(10, 14), late_row(10, 13)};
    struct spb_row_state judged[2];
    rows[1].row.workload[2] = 'c';
    follow(rows, 2, SPB_AB_ALL_PAIRS, judged);
    assert_int_equal(judged[0].look, 0);
    assert_int_equal(judged[0].verdict, SPB_VERDICT_UNDECIDED);
    /* With its pair, but one that was broken off. */
    add_pair(&rows[1], 0.2);
    rows[1].pairs[13].outcome = SPB_OUTCOME_INTERRUPTED;
    follow(rows, 2, SPB_AB_ALL_PAIRS, judged);
    assert_int_equal(judged[0].look, 0);
    rows[1].pairs[13].outcome = SPB_OUTCOME_OK;
    follow(rows, 2, SPB_AB_ALL_PAIRS, judged);
    assert_int_equal(judged[0].look, 1);
    release(rows, 2);
}

static void a_row_without_pairs_keeps_no_other_from_its_look(void **state)
{
    (void)state;
    struct spb_paired_row rows[2] = {spread_row("a/a", 10, 0, 0.003), spread_row("a/c", 0, 0, 0)};
    struct spb_row_state judged[2];
    follow(rows, 2, SPB_AB_ALL_PAIRS, judged);
    assert_int_equal(judged[0].verdict, SPB_VERDICT_PASS);
    assert_int_equal(judged[1].verdict, SPB_VERDICT_UNDECIDED);
    release(rows, 2);
}

/* ---- several rows ------------------------------------------------------------------------------------------------ */

/* Alone its p is 1/1024, below the level of 1/1000. Among others that are as far out in flips of their own it is not. */
static void what_a_regression_is_depends_on_the_other_rows(void **state)
{
    (void)state;
    struct spb_paired_row rows[ROWS] = {spread_row("a/a", 10, 0.05, 0.003), spread_row("a/c", 10, 0, 0.02),
                                        spread_row("a/d", 10, 0.01, 0.03)};
    /* The same numbers in another order would be the same flips. */
    rows[2].pairs[3].rounds[0].elapsed_ns[SPB_SIDE_NEW] /= 2;
    struct spb_row_state alone, judged[ROWS];
    follow(rows, 1, 10, &alone);
    follow(rows, ROWS, 10, judged);
    assert_int_equal(alone.verdict, SPB_VERDICT_REGRESSION);
    assert_true(judged[0].p_regression > alone.p_regression);
    assert_int_equal(judged[0].verdict, SPB_VERDICT_UNDECIDED);
    assert_int_equal(judged[0].rows, ROWS);
    release(rows, ROWS);
}

/* Row 0 passes at the first look; from then on the adjustment is Holm's with all the rows that there were. */
static void after_a_row_has_gone_the_bound_is_holms(void **state)
{
    (void)state;
    struct spb_paired_row rows[2] = {spread_row("a/a", 10, 0, 0.003), late_row(10, 14)};
    struct spb_row_state judged[2], alone;
    rows[1].row.workload[2] = 'c';
    follow(&rows[1], 1, 14, &alone);
    follow(rows, 2, 14, judged);
    assert_int_equal(judged[0].verdict, SPB_VERDICT_PASS);
    assert_int_equal(judged[1].look, 1);
    assert_near(judged[1].p_regression, 2 * alone.p_regression, 1e-12);
    release(rows, 2);
}

/* ---- noise, absent pairs, trouble -------------------------------------------------------------------------------- */

static void mark_rounds(struct spb_paired_row *row, size_t pairs)
{
    for (size_t i = 0; i < pairs; i++)
        mark_round(row, i, 0, i % 2 ? SPB_SIDE_BASE : SPB_SIDE_NEW, SPB_MARK_STEAL);
}

static void a_noisy_row_is_not_judged_until_it_is_quiet(void **state)
{
    (void)state;
    struct spb_row_state judged;
    struct spb_paired_row row = spread_row("a/b", 10, 0.05, 0.003);
    mark_rounds(&row, 9);
    follow(&row, 1, SPB_AB_ALL_PAIRS, &judged);
    assert_int_equal(judged.verdict, SPB_VERDICT_UNDECIDED);
    assert_true(judged.noisy);
    for (size_t i = 0; i < 4; i++)
        add_pair(&row, 0.05 + 0.0001 * (double)i);
    follow(&row, 1, SPB_AB_ALL_PAIRS, &judged);
    assert_int_equal(judged.verdict, SPB_VERDICT_REGRESSION);
    assert_false(judged.noisy);
    spb_paired_row_release(&row);
}

static void a_pair_that_is_absent_takes_its_flip_away(void **state)
{
    (void)state;
    struct spb_paired_row row = spread_row("a/b", 10, 0.05, 0.003);
    struct spb_row_state judged;
    row.pairs[4].outcome = SPB_OUTCOME_FAILED;
    follow(&row, 1, SPB_AB_ALL_PAIRS, &judged);
    assert_near(judged.p_regression, 1.0 / 512, 1e-12);
    assert_int_equal(judged.verdict, SPB_VERDICT_UNDECIDED);
    row.pairs[7].outcome = SPB_OUTCOME_FAILED;
    follow(&row, 1, SPB_AB_ALL_PAIRS, &judged);
    assert_int_equal(judged.verdict, SPB_VERDICT_ERROR);
    /* Seen from before the second failure it was none. */
    assert_int_equal(spb_row_trouble(&row, 7), SPB_VERDICT_UNDECIDED);
    spb_paired_row_release(&row);
}

static void rows_that_cannot_be_judged_say_so_whatever_their_numbers(void **state)
{
    (void)state;
    struct spb_paired_row row = spread_row("a/b", 10, 0, 0.003);
    row.pairs[2].work_per_iteration[SPB_SIDE_NEW] = 2;
    assert_int_equal(verdict_of(row, 10), SPB_VERDICT_NOT_COMPARABLE);
    row = spread_row("a/b", 10, 0, 0.003);
    row.incomparable = strdup("version 1 / 2");
    assert_int_equal(verdict_of(row, 10), SPB_VERDICT_NOT_COMPARABLE);
    row = spread_row("a/b", 0, 0, 0);
    row.row.outcome = SPB_OUTCOME_UNAVAILABLE;
    assert_int_equal(verdict_of(row, SPB_AB_ALL_PAIRS), SPB_VERDICT_MISSING);
    row = spread_row("a/b", 3, 0, 0.003);
    row.row.outcome = SPB_OUTCOME_FAILED;
    assert_int_equal(verdict_of(row, SPB_AB_ALL_PAIRS), SPB_VERDICT_ERROR);
    /* What adding doubles loses is no other work. */
    row = spread_row("a/b", 10, 0, 0.003);
    row.pairs[2].work_per_iteration[SPB_SIDE_NEW] = 1 + 1e-12;
    assert_int_equal(verdict_of(row, 10), SPB_VERDICT_PASS);
}

static void a_threshold_that_cannot_be_tested_is_refused(void **state)
{
    (void)state;
    static const double ratios[] = {0, -0.1, (double)NAN, (double)INFINITY};
    struct spb_paired_row row = spread_row("a/b", 10, 0, 0.003);
    struct spb_row_state judged;
    for (size_t i = 0; i < sizeof(ratios) / sizeof(ratios[0]); i++) {
        struct spb_ab_judge_options wrong = {.thresholds = {.ratio = ratios[i]}};
        assert_int_equal(spb_ab_follow(&row, 1, 10, &wrong, &judged), -EINVAL);
    }
    spb_paired_row_release(&row);
}

/* ---- several builds ---------------------------------------------------------------------------------------------- */

static void set_builds(struct spb_paired_row *row, unsigned builds)
{
    for (unsigned i = 0; i < row->pair_count; i++) {
        row->pairs[i].build[SPB_SIDE_BASE] = i % builds;
        row->pairs[i].build[SPB_SIDE_NEW] = (i + i / builds) % builds;
    }
}

/* Of four builds of the new side one is slower by 12 %: this binary is, the source may not be. */
static void one_slow_build_is_not_a_slow_source(void **state)
{
    (void)state;
    double effects[20];
    fill_effects(effects, 20, 0, 0.002);
    for (unsigned i = 0; i < 20; i++)
        effects[i] += (i + i / 4) % 4 == 1 ? 0.12 : 0;
    struct spb_paired_row row = made_row("a/b", effects, 20);
    set_builds(&row, 4);
    assert_int_equal(verdict_of(row, SPB_AB_ALL_PAIRS), SPB_VERDICT_UNDECIDED);
    row = spread_row("a/b", 20, 0.05, 0.003);
    set_builds(&row, 4);
    assert_int_equal(verdict_of(row, SPB_AB_ALL_PAIRS), SPB_VERDICT_REGRESSION);
    row = spread_row("a/b", 20, 0, 0.003);
    set_builds(&row, 4);
    assert_int_equal(verdict_of(row, SPB_AB_ALL_PAIRS), SPB_VERDICT_PASS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_levels_come_to_1_and_5_percent),
        cmocka_unit_test(a_clear_slowdown_is_a_regression_at_the_first_look),
        cmocka_unit_test(no_change_passes_and_is_equivalent),
        cmocka_unit_test(a_speed_up_is_an_improvement_and_not_equivalent),
        cmocka_unit_test(at_the_margin_nothing_can_be_said),
        cmocka_unit_test(pairs_that_are_all_alike_are_judged),
        cmocka_unit_test(fewer_pairs_than_the_first_look_are_not_looked_at),
        cmocka_unit_test(between_two_looks_nothing_is_looked_at),
        cmocka_unit_test(a_decided_row_stays_decided),
        cmocka_unit_test(a_finished_experiment_is_judged_as_it_was_live),
        cmocka_unit_test(a_look_that_not_every_row_came_to_was_none),
        cmocka_unit_test(a_row_without_pairs_keeps_no_other_from_its_look),
        cmocka_unit_test(what_a_regression_is_depends_on_the_other_rows),
        cmocka_unit_test(after_a_row_has_gone_the_bound_is_holms),
        cmocka_unit_test(a_noisy_row_is_not_judged_until_it_is_quiet),
        cmocka_unit_test(a_pair_that_is_absent_takes_its_flip_away),
        cmocka_unit_test(rows_that_cannot_be_judged_say_so_whatever_their_numbers),
        cmocka_unit_test(a_threshold_that_cannot_be_tested_is_refused),
        cmocka_unit_test(one_slow_build_is_not_a_slow_source),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
