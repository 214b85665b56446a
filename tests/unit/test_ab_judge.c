/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "ab_judge.h"
#include "near.h"
#include "paired_rows.h"

static const struct spb_ab_judge_options options = {.thresholds = {.ratio = 0.02}, .seed = 7};

static struct spb_judgement judged(const struct spb_paired_row *rows, size_t count)
{
    struct spb_judgement judgement;
    struct spb_error err = {{0}};
    if (spb_ab_judge(rows, count, &options, &judgement, &err) < 0)
        fail_msg("%s", err.text);
    return judgement;
}

/* Judges one row and gives the row up. */
static struct spb_judgement judged_row(struct spb_paired_row row)
{
    struct spb_judgement judgement = judged(&row, 1);
    spb_paired_row_release(&row);
    return judgement;
}

static void assert_reason(struct spb_paired_row row, enum spb_verdict verdict, const char *reason)
{
    struct spb_judgement judgement = judged_row(row);
    assert_int_equal(judgement.rows[0].verdict, verdict);
    if (reason)
        assert_string_equal(judgement.rows[0].reason, reason);
    else
        assert_null(judgement.rows[0].reason);
    spb_judgement_release(&judgement);
}

/* ---- numbers ----------------------------------------------------------------------------------------------------- */

/* R: wilcox.test(d, conf.int = TRUE, exact = TRUE), sd(d) */
static void effect_and_interval_are_those_of_the_pairs(void **state)
{
    (void)state;
    static const double d[] = {0.031, 0.052, 0.045, 0.038, 0.061, 0.044, 0.029, 0.056, 0.0415, 0.0495};
    struct spb_judgement judgement = judged_row(made_row("cpu/x", d, 10));
    const struct spb_row_judgement *row = &judgement.rows[0];
    assert_string_equal(row->key, "cpu/x");
    assert_string_equal(row->unit, "operation");
    assert_int_equal(row->verdict, SPB_VERDICT_REGRESSION);
    assert_true(row->has_effect && row->has_times);
    assert_near(row->effect, 0.045, 1e-8);
    assert_near(row->low, 0.037, 1e-8);
    assert_near(row->high, 0.0525, 1e-8);
    assert_near(row->confidence, 0.951171875, 1e-12);
    assert_near(row->unit_sd, 0.0103258037082942, 1e-8);
    assert_near(row->base_ns, ROUND_NS / 2000, 1e-8);
    assert_near(row->new_ns, ROUND_NS / 2000 * exp(0.045), 1e-3);
    assert_int_equal(row->base_count, 10);
    assert_int_equal(row->new_count, 10);
    assert_true(row->threshold_ratio == 0.02 && row->margin_ratio == 0.01);
    assert_near(row->p_regression, 1.0 / 1024, 1e-12);
    assert_true(row->work_per_iteration == 1);
    assert_true(row->has_lag1 && row->has_trend && row->has_modes);
    assert_false(judgement.stored);
    assert_false(judgement.of_source);
    spb_judgement_release(&judgement);
}

/* A row rests on the pairs of the look that decided it: those beyond are not in its numbers. */
static void a_decided_row_shows_what_it_was_decided_by(void **state)
{
    (void)state;
    double effects[14];
    fill_effects(effects, 10, 0, 0.003);
    for (size_t i = 10; i < 14; i++)
        effects[i] = 1;
    struct spb_judgement judgement = judged_row(made_row("a/b", effects, 14));
    assert_int_equal(judgement.rows[0].verdict, SPB_VERDICT_PASS);
    assert_int_equal(judgement.rows[0].base_count, 10);
    assert_true(judgement.rows[0].high < 0.01);
    spb_judgement_release(&judgement);
}

static void pairs_beyond_the_last_look_are_in_the_estimate_alone(void **state)
{
    (void)state;
    struct spb_judgement judgement = judged_row(spread_row("a/b", 17, 0.01, 0.02));
    assert_int_equal(judgement.rows[0].verdict, SPB_VERDICT_UNDECIDED);
    assert_int_equal(judgement.rows[0].base_count, 17);
    assert_string_equal(judgement.rows[0].reason, "14 pairs say neither; the next look is at 20");
    spb_judgement_release(&judgement);
}

static void what_could_have_been_caught_is_named(void **state)
{
    (void)state;
    struct spb_judgement judgement = judged_row(spread_row("a/b", 20, 0.01, 0.02));
    const struct spb_row_judgement *row = &judgement.rows[0];
    assert_int_equal(row->verdict, SPB_VERDICT_UNDECIDED);
    /* 1.047 standard deviations above the margin, as simulated; test_detectable.c. */
    assert_near((log1p(row->detectable_ratio) - log1p(0.01)) / row->unit_sd, 1.047, 0.03);
    spb_judgement_release(&judgement);
    judgement = judged_row(spread_row("a/b", 9, 0.01, 0.02));
    assert_true(judgement.rows[0].detectable_ratio == 0);
    spb_judgement_release(&judgement);
    /* No spread at all: anything above the margin. */
    judgement = judged_row(spread_row("a/b", 10, 0, 0));
    assert_near(judgement.rows[0].detectable_ratio, 0.01, 1e-12);
    assert_false(judgement.rows[0].has_lag1 || judgement.rows[0].has_modes);
    spb_judgement_release(&judgement);
}

static void one_pair_is_shown_and_not_judged(void **state)
{
    (void)state;
    struct spb_judgement judgement = judged_row(spread_row("a/b", 1, 0.01, 0));
    const struct spb_row_judgement *row = &judgement.rows[0];
    assert_int_equal(row->verdict, SPB_VERDICT_UNDECIDED);
    assert_true(row->has_effect && row->confidence == 0 && row->unit_sd == 0);
    assert_true(row->detectable_ratio == 0);
    assert_false(row->has_lag1 || row->has_trend || row->has_modes);
    spb_judgement_release(&judgement);
}

static void a_drift_is_shown(void **state)
{
    (void)state;
    double effects[20];
    for (size_t i = 0; i < 20; i++)
        effects[i] = 0.001 * (double)i;
    struct spb_judgement judgement = judged_row(made_row("a/b", effects, 20));
    assert_true(judgement.rows[0].trend_p < 1e-6);
    assert_true(judgement.rows[0].lag1 > 0.6);
    spb_judgement_release(&judgement);
}

/* ---- reasons ----------------------------------------------------------------------------------------------------- */

static void undecided_says_what_was_missing(void **state)
{
    (void)state;
    assert_reason(spread_row("a/b", 0, 0, 0), SPB_VERDICT_UNDECIDED, "no pair was measured");
    assert_reason(spread_row("a/b", 7, 0.1, 0.001), SPB_VERDICT_UNDECIDED, "7 pairs; the first look is at 10");
    assert_reason(spread_row("a/b", 40, 0.01, 0.01), SPB_VERDICT_UNDECIDED,
                  "40 pairs, the most there are, say neither; a larger threshold or a quieter machine would");
    assert_reason(spread_row("a/b", 10, 0, 0.003), SPB_VERDICT_PASS, NULL);
}

static void noise_is_counted_by_its_cause(void **state)
{
    (void)state;
    struct spb_paired_row row = spread_row("a/b", 10, 0.1, 0.001);
    for (size_t i = 0; i < 9; i++)
        mark_round(&row, i, i % 4, i % 2 ? SPB_SIDE_NEW : SPB_SIDE_BASE, i < 5 ? SPB_MARK_STEAL : SPB_MARK_WAITED);
    mark_round(&row, 0, 0, SPB_SIDE_NEW, SPB_MARK_MIGRATED);
    assert_reason(row, SPB_VERDICT_UNDECIDED,
                  "machine too noisy: 9 of 40 rounds lost (steal 5, waited for the CPU 4, migrated 1)");
}

static void errors_name_the_side(void **state)
{
    (void)state;
    struct spb_paired_row row = spread_row("a/b", 5, 0, 0.001);
    for (size_t i = 2; i < 4; i++) {
        row.pairs[i].outcome = SPB_OUTCOME_FAILED;
        row.pairs[i].failed_side = SPB_SIDE_NEW;
        row.pairs[i].reason = strdup("killed by SIGSEGV");
    }
    assert_reason(row, SPB_VERDICT_ERROR, "2 of 5 pairs failed; in pair 3 the new side: killed by SIGSEGV");
    row = spread_row("a/b", 0, 0, 0);
    row.row.outcome = SPB_OUTCOME_FAILED;
    assert_reason(row, SPB_VERDICT_ERROR, "failed before the first pair");
}

static void what_is_no_comparison_says_why(void **state)
{
    (void)state;
    struct spb_paired_row row = spread_row("a/b", 3, 0, 0.001);
    row.pairs[1].work_per_iteration[SPB_SIDE_NEW] = 24;
    assert_reason(row, SPB_VERDICT_NOT_COMPARABLE, "an iteration is 1 / 24 operation: not the same work");
    row = spread_row("a/b", 0, 0, 0);
    row.incomparable = strdup("version 1 / 2");
    assert_reason(row, SPB_VERDICT_NOT_COMPARABLE, "version 1 / 2");
    row = spread_row("a/b", 0, 0, 0);
    row.row.outcome = SPB_OUTCOME_UNAVAILABLE;
    row.row.reason = strdup("this CPU has no fused multiply-add");
    assert_reason(row, SPB_VERDICT_MISSING, "this CPU has no fused multiply-add");
}

static void a_change_has_its_cause_beside_it(void **state)
{
    (void)state;
    struct spb_paired_row row = spread_row("a/b", 10, 0.05, 0.003);
    for (size_t i = 0; i < 10; i++)
        for (unsigned s = 0; s < SPB_SIDES; s++) {
            spb_metrics_add_total(&row.pairs[i].metrics[s], "instructions", "event", s == SPB_SIDE_NEW ? 1050 : 1000);
            spb_metrics_add_total(&row.pairs[i].metrics[s], "cycles", "event", s == SPB_SIDE_NEW ? 1050 : 1000);
        }
    struct spb_judgement judgement = judged_row(row);
    assert_string_equal(judgement.rows[0].why, "instructions +5.0 %: other code");
    spb_judgement_release(&judgement);
    judgement = judged_row(spread_row("a/b", 10, 0, 0.003));
    assert_null(judgement.rows[0].why);
    spb_judgement_release(&judgement);
}

/* ---- the experiment ---------------------------------------------------------------------------------------------- */

static void rows_come_in_order_with_their_mean_and_the_question(void **state)
{
    (void)state;
    struct spb_paired_row rows[3] = {spread_row("a/pass", 10, 0, 0.003), spread_row("a/slow", 20, 0.05, 0.003),
                                     spread_row("a/open", 20, 0.01, 0.03)};
    struct spb_judgement judgement = judged(rows, 3);
    assert_string_equal(judgement.rows[0].key, "a/slow");
    assert_string_equal(judgement.rows[1].key, "a/open");
    assert_string_equal(judgement.rows[2].key, "a/pass");
    assert_true(judgement.has_mean);
    assert_true(judgement.mean_low < judgement.mean_effect && judgement.mean_effect < judgement.mean_high);
    assert_non_null(strstr(judgement.notes[0], "is this binary slower?"));
    assert_null(judgement.notes[1]);
    for (size_t i = 0; i < 3; i++)
        spb_paired_row_release(&rows[i]);
    spb_judgement_release(&judgement);
}

static void one_failed_pair_is_mentioned(void **state)
{
    (void)state;
    struct spb_paired_row row = spread_row("a/b", 14, 0, 0.003);
    row.pairs[3].outcome = SPB_OUTCOME_FAILED;
    struct spb_judgement judgement = judged_row(row);
    assert_int_equal(judgement.rows[0].verdict, SPB_VERDICT_PASS);
    assert_string_equal(judgement.notes[1], "1 pair failed and does not count.");
    spb_judgement_release(&judgement);
}

static void several_builds_change_the_question(void **state)
{
    (void)state;
    struct spb_paired_row row = spread_row("a/b", 20, 0, 0.003);
    for (unsigned i = 0; i < 20; i++)
        row.pairs[i].build[SPB_SIDE_NEW] = i % 4;
    struct spb_judgement judgement = judged_row(row);
    assert_true(judgement.of_source);
    assert_non_null(strstr(judgement.notes[0], "is this source slower?"));
    assert_true(judgement.rows[0].low < judgement.rows[0].effect);
    assert_near(judgement.rows[0].confidence, 0.95, 1e-12);
    spb_judgement_release(&judgement);
}

static void nothing_at_all_is_judged(void **state)
{
    (void)state;
    struct spb_judgement judgement = judged(NULL, 0);
    assert_int_equal(judgement.row_count, 0);
    spb_judgement_release(&judgement);
}

static void what_cannot_be_judged_is_named(void **state)
{
    (void)state;
    struct spb_paired_row row = spread_row("a/b", 10, 0, 0.003);
    struct spb_ab_judge_options none = {.thresholds = {.ratio = 0}};
    struct spb_judgement judgement;
    struct spb_error err = {{0}};
    assert_int_equal(spb_ab_judge(&row, 1, &none, &judgement, &err), -EINVAL);
    assert_string_equal(err.text, "a/b: a threshold of 0 % cannot be tested; give one above 0");
    assert_null(judgement.rows);
    row.pairs[4].rounds[1].elapsed_ns[SPB_SIDE_NEW] = 0;
    assert_int_equal(spb_ab_judge(&row, 1, &options, &judgement, &err), -EINVAL);
    assert_string_equal(err.text, "the pairs hold rounds that are no measurement (no time, or no iterations)");
    spb_paired_row_release(&row);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(effect_and_interval_are_those_of_the_pairs),
        cmocka_unit_test(a_decided_row_shows_what_it_was_decided_by),
        cmocka_unit_test(pairs_beyond_the_last_look_are_in_the_estimate_alone),
        cmocka_unit_test(what_could_have_been_caught_is_named),
        cmocka_unit_test(one_pair_is_shown_and_not_judged),
        cmocka_unit_test(a_drift_is_shown),
        cmocka_unit_test(undecided_says_what_was_missing),
        cmocka_unit_test(noise_is_counted_by_its_cause),
        cmocka_unit_test(errors_name_the_side),
        cmocka_unit_test(what_is_no_comparison_says_why),
        cmocka_unit_test(a_change_has_its_cause_beside_it),
        cmocka_unit_test(rows_come_in_order_with_their_mean_and_the_question),
        cmocka_unit_test(one_failed_pair_is_mentioned),
        cmocka_unit_test(several_builds_change_the_question),
        cmocka_unit_test(nothing_at_all_is_judged),
        cmocka_unit_test(what_cannot_be_judged_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
