/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "judgement.h"
#include "near.h"

static struct spb_judgement judgement_of(size_t count)
{
    struct spb_judgement judgement = {.rows = calloc(count, sizeof(*judgement.rows)), .row_count = count};
    for (size_t i = 0; i < count; i++) {
        char key[2] = {(char)('a' + (char)i), '\0'};
        judgement.rows[i].key = strdup(key);
    }
    return judgement;
}

static void set_row(struct spb_judgement *judgement, size_t row, enum spb_verdict verdict, double effect)
{
    judgement->rows[row].verdict = verdict;
    judgement->rows[row].has_effect = !isnan(effect);
    judgement->rows[row].effect = isnan(effect) ? 0 : effect;
}

static void assert_order(const struct spb_judgement *judgement, const char *keys)
{
    for (size_t i = 0; i < judgement->row_count; i++)
        if (judgement->rows[i].key[0] != keys[i])
            fail_msg("row %zu is %s instead of %c", i, judgement->rows[i].key, keys[i]);
}

static void what_matters_first_comes_first(void **state)
{
    (void)state;
    struct spb_judgement judgement = judgement_of(7);
    set_row(&judgement, 0, SPB_VERDICT_PASS, 0);
    set_row(&judgement, 1, SPB_VERDICT_IMPROVED, -0.1);
    set_row(&judgement, 2, SPB_VERDICT_UNDECIDED, 0.02);
    set_row(&judgement, 3, SPB_VERDICT_MISSING, (double)NAN);
    set_row(&judgement, 4, SPB_VERDICT_NOT_COMPARABLE, (double)NAN);
    set_row(&judgement, 5, SPB_VERDICT_ERROR, (double)NAN);
    set_row(&judgement, 6, SPB_VERDICT_REGRESSION, 0.1);
    assert_int_equal(spb_judgement_finish(&judgement), 0);
    assert_order(&judgement, "gfedcba");
    spb_judgement_release(&judgement);
}

static void the_largest_change_first_all_else_as_listed(void **state)
{
    (void)state;
    struct spb_judgement judgement = judgement_of(8);
    set_row(&judgement, 0, SPB_VERDICT_REGRESSION, 0.03);
    set_row(&judgement, 1, SPB_VERDICT_PASS, 0.001);
    set_row(&judgement, 2, SPB_VERDICT_REGRESSION, 0.2);
    set_row(&judgement, 3, SPB_VERDICT_PASS, 0.01);
    set_row(&judgement, 4, SPB_VERDICT_IMPROVED, -0.03);
    set_row(&judgement, 5, SPB_VERDICT_IMPROVED, -0.2);
    set_row(&judgement, 6, SPB_VERDICT_REGRESSION, 0.03);
    set_row(&judgement, 7, SPB_VERDICT_PASS, 0.005);
    assert_int_equal(spb_judgement_finish(&judgement), 0);
    assert_order(&judgement, "cagfebdh");
    spb_judgement_release(&judgement);
}

/* R: t.test(c(0.01, 0.03, -0.02, 0.04))$conf.int */
static void the_mean_is_geometric_with_its_interval_over_rows(void **state)
{
    (void)state;
    static const double effects[] = {0.01, 0.03, -0.02, 0.04};
    struct spb_judgement judgement = judgement_of(5);
    for (size_t i = 0; i < 4; i++)
        set_row(&judgement, i, SPB_VERDICT_UNDECIDED, effects[i]);
    set_row(&judgement, 4, SPB_VERDICT_ERROR, (double)NAN);
    assert_int_equal(spb_judgement_finish(&judgement), 0);
    assert_true(judgement.has_mean);
    assert_near(judgement.mean_effect, 0.015, 1e-12);
    assert_near(judgement.mean_low, -0.0270998074229852, 1e-12);
    assert_near(judgement.mean_high, 0.0570998074229852, 1e-12);
    spb_judgement_release(&judgement);
}

static void a_mean_takes_two_rows(void **state)
{
    (void)state;
    struct spb_judgement judgement = judgement_of(2);
    set_row(&judgement, 0, SPB_VERDICT_PASS, 0.01);
    set_row(&judgement, 1, SPB_VERDICT_ERROR, (double)NAN);
    assert_int_equal(spb_judgement_finish(&judgement), 0);
    assert_false(judgement.has_mean);
    for (size_t i = 0; i < 2; i++)
        set_row(&judgement, i, SPB_VERDICT_PASS, 0.01);
    assert_int_equal(spb_judgement_finish(&judgement), 0);
    assert_true(judgement.has_mean);
    assert_near(judgement.mean_low, 0.01, 1e-15);
    assert_near(judgement.mean_high, 0.01, 1e-15);
    spb_judgement_release(&judgement);
    judgement = (struct spb_judgement){0};
    assert_int_equal(spb_judgement_finish(&judgement), 0);
    assert_false(judgement.has_mean);
    spb_judgement_release(&judgement);
}

static void notes_are_kept_in_order_and_those_beyond_dropped(void **state)
{
    (void)state;
    struct spb_judgement judgement = {0};
    for (int i = 0; i < 12; i++)
        assert_int_equal(spb_judgement_note(&judgement, "note %d", i), 0);
    assert_string_equal(judgement.notes[0], "note 0");
    assert_string_equal(judgement.notes[6], "note 6");
    assert_null(judgement.notes[7]);
    spb_judgement_release(&judgement);
    assert_null(judgement.notes[0]);
}

static void verdicts_have_names(void **state)
{
    (void)state;
    for (int i = 0; i < SPB_VERDICT_COUNT; i++)
        assert_int_equal(spb_verdict_parse(spb_verdict_name((enum spb_verdict)i)), i);
    assert_int_equal(spb_verdict_parse("fine"), -1);
}

static double of_key(const void *context, const char *key)
{
    return strcmp(key, "a") == 0 ? 0.1 : *(const double *)context;
}

static void a_threshold_may_be_a_row_s_own(void **state)
{
    (void)state;
    double other = 0.2;
    struct spb_thresholds all = {.ratio = 0.03}, each = {.find = of_key, .context = &other, .ratio = 0.03};
    assert_true(spb_threshold(&all, "a") == 0.03);
    assert_true(spb_threshold(&each, "a") == 0.1);
    assert_true(spb_threshold(&each, "b") == 0.2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_matters_first_comes_first),
        cmocka_unit_test(the_largest_change_first_all_else_as_listed),
        cmocka_unit_test(the_mean_is_geometric_with_its_interval_over_rows),
        cmocka_unit_test(a_mean_takes_two_rows),
        cmocka_unit_test(notes_are_kept_in_order_and_those_beyond_dropped),
        cmocka_unit_test(verdicts_have_names),
        cmocka_unit_test(a_threshold_may_be_a_row_s_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
