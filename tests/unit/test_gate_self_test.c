/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gate_self_test.h"

#define TODAY 20260615

struct fixture {
    struct spb_ab ab;
    struct spb_result base, new_result;
    struct spb_policy policy;
    struct spb_self_test test;
};

static const char *fixture_path(const char *name)
{
    static char path[4096];
    snprintf(path, sizeof(path), "%s/fixtures/%s", getenv("SPB_TESTS"), name);
    return path;
}

static void load_ab(struct fixture *fixture, const char *name)
{
    struct spb_error err = {{0}};
    *fixture = (struct fixture){.policy = {.ratio = 0}};
    if (spb_ab_load(fixture_path(name), &fixture->ab, &err) < 0)
        fail_msg("%s", err.text);
}

static void run(struct fixture *fixture, bool is_ab)
{
    struct spb_error err = {{0}};
    struct spb_self_test_input input = {.ab = is_ab ? &fixture->ab : NULL,
                                        .base = &fixture->base,
                                        .new_result = &fixture->new_result,
                                        .policy = &fixture->policy,
                                        .thresholds = {.ratio = is_ab ? 0.03 : 0.10},
                                        .today = TODAY};
    if (spb_self_test_run(&input, &fixture->test, &err) < 0)
        fail_msg("%s", err.text);
}

static void finish(struct fixture *fixture)
{
    spb_self_test_release(&fixture->test);
    spb_ab_release(&fixture->ab);
    spb_result_release(&fixture->base);
    spb_result_release(&fixture->new_result);
}

static void one_build_twice_is_green_and_every_row_turns_red(void **state)
{
    struct fixture fixture;
    struct spb_strbuf before = {0}, after = {0};
    (void)state;
    load_ab(&fixture, "gate/same.json");
    assert_int_equal(spb_ab_write(&fixture.ab, &before), 0);
    run(&fixture, true);
    assert_true(fixture.test.passed && fixture.test.green && !fixture.test.stored);
    assert_int_equal(fixture.test.row_count, 4);
    for (size_t i = 0; i < 4; i++) {
        const struct spb_self_test_row *row = &fixture.test.rows[i];
        assert_false(row->blind);
        /* The spread is 0.5 to 1 % and the margin 1.5 %: seen between the margin and twice the threshold. */
        assert_true(row->alone_ratio >= 0.015 && row->alone_ratio <= row->bound_ratio);
        assert_true(row->together_ratio > 0 && row->together_ratio <= row->alone_ratio);
    }
    assert_int_equal(spb_ab_write(&fixture.ab, &after), 0); /* the data are as they were */
    assert_string_equal(spb_strbuf_text(&before), spb_strbuf_text(&after));
    spb_strbuf_release(&before);
    spb_strbuf_release(&after);
    finish(&fixture);
}

static void rows_that_were_decided_early_get_their_pairs(void **state)
{
    struct fixture fixture;
    (void)state;
    load_ab(&fixture, "gate/early.json");
    run(&fixture, true);
    assert_true(fixture.test.passed);
    assert_int_equal(fixture.test.supplied_count, 2);
    for (size_t i = 0; i < fixture.ab.row_count; i++)
        assert_int_equal(fixture.ab.rows[i].pair_count, 10);
    finish(&fixture);
}

static void a_row_too_noisy_is_told(void **state)
{
    struct fixture fixture;
    (void)state;
    load_ab(&fixture, "gate/noisy.json");
    run(&fixture, true);
    assert_false(fixture.test.passed);
    assert_false(fixture.test.green);
    assert_int_equal(fixture.test.blind_count, 1);
    assert_true(fixture.test.rows[1].blind && fixture.test.rows[1].alone_ratio > 0.06);
    assert_non_null(strstr(fixture.test.headline, "blind in 1 of 2 rows: memory/latency size=64MiB at +6 %"));
    finish(&fixture);
}

/* To be red for what one asks it to pass is to see. */
static void waived_rows_are_seen_and_let_pass(void **state)
{
    struct fixture fixture;
    struct spb_policy_waiver waiver = {(char *)"cpu/hash", (char *)"known", TODAY};
    (void)state;
    load_ab(&fixture, "gate/same.json");
    fixture.policy = (struct spb_policy){.waivers = &waiver, .waiver_count = 1};
    run(&fixture, true);
    assert_true(fixture.test.passed);
    assert_true(fixture.test.rows[1].waived);
    assert_false(fixture.test.rows[1].blind);
    assert_true(fixture.test.rows[1].alone_ratio == 0);
    assert_non_null(strstr(fixture.test.headline, "each of 3 rows turns red"));
    assert_non_null(strstr(fixture.test.headline, "; 1 waived"));
    finish(&fixture);
}

static void what_is_red_already_is_not_green(void **state)
{
    struct fixture fixture;
    (void)state;
    load_ab(&fixture, "gate/one_slower.json");
    run(&fixture, true);
    assert_false(fixture.test.green);
    assert_false(fixture.test.passed);
    assert_int_equal(fixture.test.blind_count, 0);
    assert_non_null(strstr(fixture.test.headline, "FAIL - not green without a slowdown: FAIL - 1 regression"));
    finish(&fixture);
}

static void stored_results_are_tested_too(void **state)
{
    struct fixture fixture = {.policy = {.undecided = SPB_POLICY_WARN}};
    (void)state;
    assert_int_equal(spb_result_load(fixture_path("results/steady.json"), &fixture.base, NULL), 0);
    assert_int_equal(spb_result_load(fixture_path("results/steady.json"), &fixture.new_result, NULL), 0);
    double before = fixture.new_result.rows[0].stats.estimate_ns;
    run(&fixture, false);
    assert_true(fixture.test.passed && fixture.test.green && fixture.test.stored);
    assert_int_equal(fixture.test.row_count, 2);
    assert_true(fixture.test.rows[0].alone_ratio > 0.05 && fixture.test.rows[0].alone_ratio <= 0.20);
    assert_true(fixture.new_result.rows[0].stats.estimate_ns == before);
    finish(&fixture);
}

static void without_a_row_there_is_nothing_to_test(void **state)
{
    struct fixture fixture;
    struct spb_error err = {{0}};
    (void)state;
    load_ab(&fixture, "gate/nothing.json");
    struct spb_self_test_input input = {
        .ab = &fixture.ab, .policy = &fixture.policy, .thresholds = {.ratio = 0.03}, .today = TODAY};
    assert_int_equal(spb_self_test_run(&input, &fixture.test, &err), -EINVAL);
    assert_non_null(strstr(err.text, "no row that could be made slower"));
    assert_null(fixture.test.rows);
    finish(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_build_twice_is_green_and_every_row_turns_red),
        cmocka_unit_test(rows_that_were_decided_early_get_their_pairs),
        cmocka_unit_test(a_row_too_noisy_is_told),
        cmocka_unit_test(waived_rows_are_seen_and_let_pass),
        cmocka_unit_test(what_is_red_already_is_not_green),
        cmocka_unit_test(stored_results_are_tested_too),
        cmocka_unit_test(without_a_row_there_is_nothing_to_test),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
