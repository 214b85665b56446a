/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "gate.h"
#include "sample_gate.h"

#define TODAY 20260615

static struct spb_gate decide(struct spb_row_judgement *rows, size_t count, const struct spb_policy *policy)
{
    struct spb_judgement judgement = {.rows = rows, .row_count = count};
    struct spb_gate gate;
    assert_int_equal(spb_gate_decide(&judgement, policy, TODAY, &gate), 0);
    return gate;
}

static void assert_headline(struct spb_row_judgement *rows, size_t count, const struct spb_policy *policy,
                            const char *expected)
{
    struct spb_gate gate = decide(rows, count, policy);
    assert_string_equal(gate.headline, expected);
    spb_gate_release(&gate);
}

/* ---- every verdict by every policy ------------------------------------------------------------------------------ */

static struct spb_policy_waiver good_waiver = {(char *)"cpu/*", (char *)"known", TODAY};
static struct spb_policy_waiver expired_waiver = {(char *)"cpu/*", (char *)"known", TODAY - 1};
static struct spb_policy_waiver other_waiver = {(char *)"memory/*", (char *)"known", TODAY};

enum which { STRICT, WARN, PASS, WAIVED, EXPIRED, OTHER };
static const struct spb_policy policies[] = {
    [STRICT] = {.ratio = 0},
    [WARN] = {.undecided = SPB_POLICY_WARN, .missing = SPB_POLICY_WARN},
    [PASS] = {.undecided = SPB_POLICY_PASS, .missing = SPB_POLICY_PASS},
    [WAIVED] = {.waivers = &good_waiver, .waiver_count = 1},
    [EXPIRED] = {.waivers = &expired_waiver, .waiver_count = 1},
    [OTHER] = {.waivers = &other_waiver, .waiver_count = 1},
};

static const struct {
    enum spb_verdict verdict;
    size_t base_count, new_count;
    enum which policy;
    enum spb_gate_status status;
    enum spb_gate_outcome outcome; /* beside a row that passes */
} cases[] = {
    {SPB_VERDICT_PASS, 9, 9, STRICT, SPB_GATE_ROW_PASS, SPB_GATE_PASSED},
    {SPB_VERDICT_PASS, 9, 9, WAIVED, SPB_GATE_ROW_PASS, SPB_GATE_PASSED},
    {SPB_VERDICT_IMPROVED, 9, 9, STRICT, SPB_GATE_ROW_PASS, SPB_GATE_PASSED},
    {SPB_VERDICT_IMPROVED, 9, 9, WAIVED, SPB_GATE_ROW_PASS, SPB_GATE_PASSED},
    {SPB_VERDICT_REGRESSION, 9, 9, STRICT, SPB_GATE_ROW_FAIL, SPB_GATE_FAILED},
    {SPB_VERDICT_REGRESSION, 9, 9, PASS, SPB_GATE_ROW_FAIL, SPB_GATE_FAILED},
    {SPB_VERDICT_REGRESSION, 9, 9, WAIVED, SPB_GATE_ROW_WAIVED, SPB_GATE_PASSED},
    {SPB_VERDICT_REGRESSION, 9, 9, EXPIRED, SPB_GATE_ROW_FAIL, SPB_GATE_FAILED},
    {SPB_VERDICT_REGRESSION, 9, 9, OTHER, SPB_GATE_ROW_FAIL, SPB_GATE_FAILED},
    {SPB_VERDICT_UNDECIDED, 9, 9, STRICT, SPB_GATE_ROW_UNDECIDED, SPB_GATE_UNDECIDED},
    {SPB_VERDICT_UNDECIDED, 9, 9, WARN, SPB_GATE_ROW_WARNED, SPB_GATE_PASSED},
    {SPB_VERDICT_UNDECIDED, 9, 9, PASS, SPB_GATE_ROW_PASS, SPB_GATE_PASSED},
    {SPB_VERDICT_UNDECIDED, 9, 9, WAIVED, SPB_GATE_ROW_WAIVED, SPB_GATE_PASSED},
    {SPB_VERDICT_UNDECIDED, 9, 9, EXPIRED, SPB_GATE_ROW_UNDECIDED, SPB_GATE_UNDECIDED},
    {SPB_VERDICT_NOT_COMPARABLE, 0, 0, STRICT, SPB_GATE_ROW_NOT_COMPARABLE, SPB_GATE_NOT_COMPARABLE},
    {SPB_VERDICT_NOT_COMPARABLE, 0, 0, PASS, SPB_GATE_ROW_NOT_COMPARABLE, SPB_GATE_NOT_COMPARABLE},
    {SPB_VERDICT_NOT_COMPARABLE, 0, 0, WAIVED, SPB_GATE_ROW_NOT_COMPARABLE, SPB_GATE_NOT_COMPARABLE},
    {SPB_VERDICT_ERROR, 9, 0, STRICT, SPB_GATE_ROW_FAIL, SPB_GATE_FAILED},
    {SPB_VERDICT_ERROR, 9, 0, PASS, SPB_GATE_ROW_FAIL, SPB_GATE_FAILED},
    {SPB_VERDICT_ERROR, 9, 0, WAIVED, SPB_GATE_ROW_FAIL, SPB_GATE_FAILED},
    {SPB_VERDICT_MISSING, 9, 0, STRICT, SPB_GATE_ROW_FAIL, SPB_GATE_FAILED},
    {SPB_VERDICT_MISSING, 9, 0, WARN, SPB_GATE_ROW_WARNED, SPB_GATE_PASSED},
    {SPB_VERDICT_MISSING, 9, 0, PASS, SPB_GATE_ROW_PASS, SPB_GATE_PASSED},
    {SPB_VERDICT_MISSING, 9, 0, WAIVED, SPB_GATE_ROW_FAIL, SPB_GATE_FAILED},
    {SPB_VERDICT_MISSING, 0, 0, STRICT, SPB_GATE_ROW_WARNED, SPB_GATE_PASSED}, /* cannot run on this machine */
    {SPB_VERDICT_MISSING, 0, 9, STRICT, SPB_GATE_ROW_WARNED, SPB_GATE_PASSED},
    {SPB_VERDICT_MISSING, 0, 9, PASS, SPB_GATE_ROW_WARNED, SPB_GATE_PASSED},
};

static void every_verdict_meets_every_policy(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct spb_row_judgement rows[] = {judged("self/null", SPB_VERDICT_PASS, 0, -0.1, 0.1),
                                           judged("cpu/hash size=4KiB", cases[i].verdict, 3.1, 2.4, 3.8)};
        rows[1].base_count = cases[i].base_count;
        rows[1].new_count = cases[i].new_count;
        struct spb_gate gate = decide(rows, 2, &policies[cases[i].policy]);
        const struct spb_gate_row *row = &gate.rows[strcmp(gate.rows[0].judged->key, "self/null") == 0];
        if (row->status != cases[i].status || gate.outcome != cases[i].outcome)
            fail_msg("case %zu: %s, %s", i, spb_gate_status_name(row->status), spb_gate_outcome_name(gate.outcome));
        assert_true((row->waiver != NULL) == (cases[i].status == SPB_GATE_ROW_WAIVED));
        assert_int_equal(gate.counts[cases[i].status], cases[i].status == SPB_GATE_ROW_PASS ? 2 : 1);
        spb_gate_release(&gate);
    }
}

/* ---- what is wrong with the whole -------------------------------------------------------------------------------- */

static void without_rows_the_gate_fails(void **state)
{
    (void)state;
    assert_headline(NULL, 0, &policies[PASS], "FAIL - there is no row, so nothing was checked");
    struct spb_row_judgement rows[] = {not_judged("cpu/new", SPB_VERDICT_MISSING, NULL, 0, 9),
                                       not_judged("cpu/gone", SPB_VERDICT_MISSING, NULL, 9, 0)};
    assert_headline(rows, 2, &policies[PASS], "FAIL - none of the 2 rows could be judged, so nothing was checked");
}

static void required_rows_must_be_judged(void **state)
{
    char *required[] = {(char *)"cpu/*", (char *)"memory/latency", (char *)"thread/*"};
    struct spb_policy policy = {.required = required, .required_count = 3, .missing = SPB_POLICY_PASS};
    struct spb_row_judgement rows[] = {judged("cpu/hash", SPB_VERDICT_PASS, 0, -0.1, 0.1),
                                       not_judged("memory/latency size=1MiB", SPB_VERDICT_MISSING, NULL, 9, 0)};
    (void)state;
    assert_headline(rows, 2, &policy,
                    "FAIL - the policy requires 'memory/latency', of which no row could be judged; "
                    "the policy requires 'thread/*', and no row matches");
    policy.required_count = 1;
    assert_headline(rows, 2, &policy, "PASS - 2 rows: 1 pass, 1 let pass");
    rows[0].verdict = SPB_VERDICT_REGRESSION; /* judged all the same, and a failure beside a problem */
    policy.required_count = 2;
    assert_headline(rows, 2, &policy,
                    "FAIL - 1 regression in 2 rows: cpu/hash +0.00 % [-0.10, 0.10]; "
                    "the policy requires 'memory/latency', of which no row could be judged");
}

static void expired_waivers_are_told(void **state)
{
    struct spb_row_judgement rows[] = {judged("cpu/hash", SPB_VERDICT_REGRESSION, 3.1, 2.4, 3.8)};
    (void)state;
    struct spb_gate gate = decide(rows, 1, &policies[EXPIRED]);
    assert_int_equal(gate.notes.count, 1);
    assert_string_equal(gate.notes.items[0], "the waiver of 'cpu/*' expired on 2026-06-14 and waives nothing (known)");
    assert_string_equal(gate.rows[0].sentence,
                        "+3.1 % [2.4, 3.8], threshold 3 %, regression; its waiver expired on 2026-06-14: known");
    spb_gate_release(&gate);

    gate = decide(rows, 1, &policies[WAIVED]); /* until today, which still counts */
    assert_string_equal(gate.rows[0].sentence,
                        "+3.1 % [2.4, 3.8], threshold 3 %, regression; waived until 2026-06-15: known");
    assert_string_equal(gate.headline, "PASS - 1 row: 1 waived");
    assert_int_equal(gate.notes.count, 0);
    spb_gate_release(&gate);
}

static void one_that_has_not_expired_counts_behind_one_that_has(void **state)
{
    struct spb_policy_waiver waivers[] = {{(char *)"cpu/*", (char *)"old", TODAY - 1},
                                          {(char *)"cpu/hash", (char *)"renewed", TODAY + 1},
                                          {(char *)"*", (char *)"behind", TODAY + 1}};
    struct spb_policy policy = {.waivers = waivers, .waiver_count = 3};
    struct spb_row_judgement rows[] = {judged("cpu/hash", SPB_VERDICT_REGRESSION, 3.1, 2.4, 3.8)};
    (void)state;
    struct spb_gate gate = decide(rows, 1, &policy);
    assert_int_equal(gate.rows[0].status, SPB_GATE_ROW_WAIVED);
    assert_ptr_equal(gate.rows[0].waiver, &waivers[1]);
    assert_int_equal(gate.notes.count, 2); /* the one that expired, and the one that was not needed */
    spb_gate_release(&gate);
    waivers[0].until = TODAY; /* the last day counts, and the first of the file */
    gate = decide(rows, 1, &policy);
    assert_ptr_equal(gate.rows[0].waiver, &waivers[0]);
    spb_gate_release(&gate);
}

static void patterns_without_a_row_are_told(void **state)
{
    struct spb_policy_threshold threshold = {(char *)"memroy/*", 0.05};
    struct spb_policy policy = {
        .thresholds = &threshold, .threshold_count = 1, .waivers = &other_waiver, .waiver_count = 1};
    struct spb_row_judgement rows[] = {judged("cpu/hash", SPB_VERDICT_PASS, 0, -0.1, 0.1)};
    (void)state;
    struct spb_gate gate = decide(rows, 1, &policy);
    assert_int_equal(gate.notes.count, 2);
    assert_string_equal(gate.notes.items[0], "the waiver of 'memory/*' matches no row");
    assert_string_equal(gate.notes.items[1], "the threshold of 'memroy/*' matches no row");
    spb_gate_release(&gate);

    rows[0].key = (char *)"memory/latency";
    gate = decide(rows, 1, &policies[OTHER]);
    assert_string_equal(gate.notes.items[0], "the waiver of 'memory/*' was not needed");
    spb_gate_release(&gate);
}

/* ---- words ------------------------------------------------------------------------------------------------------ */

static void the_worst_comes_first(void **state)
{
    struct spb_row_judgement rows[SAMPLE_JUDGED_ROWS];
    size_t count = sample_judged_rows(rows, "cpu/hash");
    (void)state;
    struct spb_gate gate = decide(rows, count, &policies[STRICT]);
    assert_int_equal(gate.outcome, SPB_GATE_FAILED);
    assert_string_equal(gate.headline, "FAIL - 1 regression, 1 row that failed to run, 1 missing row in 8 rows: "
                                       "cpu/hash +3.1 % [2.4, 3.8], cpu/crashed, cpu/gone");
    static const char *const order[] = {
        "cpu/hash",  "cpu/crashed",          "cpu/gone",     "cpu/other-unit", "memory/latency size=64MiB",
        "cpu/added", "cpu/faster threads=2", "cpu/int-chain"};
    for (size_t i = 0; i < count; i++)
        assert_string_equal(gate.rows[i].judged->key, order[i]);
    assert_string_equal(gate.rows[0].sentence, "+3.1 % [2.4, 3.8], threshold 3 %, regression; cpu/hash");
    assert_string_equal(gate.rows[1].sentence, "failed to run: cpu/hash");
    assert_string_equal(gate.rows[2].sentence, "missing: only the base has it");
    assert_string_equal(gate.rows[3].sentence, "not comparable: cpu/hash");
    assert_string_equal(gate.rows[4].sentence, "+1.2 % [-2.0, 4.5], threshold 3 %, undecided: cpu/hash");
    assert_string_equal(gate.rows[5].sentence, "new: only the new side has it");
    assert_string_equal(gate.rows[6].sentence, "-20.0 % [-21.5, -18.5], threshold 3 %, improved");
    assert_string_equal(gate.rows[7].sentence, "+0.02 % [-0.11, 0.13], threshold 3 %");
    spb_gate_release(&gate);
}

static void headlines_stay_short(void **state)
{
    struct spb_row_judgement rows[6];
    char key[400];
    memset(key, 'k', sizeof(key));
    memcpy(key + 119, "\xc3\xb6", 2); /* a character across the limit is left out whole */
    key[399] = '\0';
    for (size_t i = 0; i < 6; i++)
        rows[i] = judged(i ? "cpu/x" : key, SPB_VERDICT_REGRESSION, 1e6, 9e5, 2e6);
    (void)state;
    struct spb_gate gate = decide(rows, 6, &policies[STRICT]);
    const char *expected = "k... +1e+06 % [9e+05, 2e+06], cpu/x +1e+06 % [9e+05, 2e+06], cpu/x +1e+06 % [9e+05, 2e+06] "
                           "and 3 more";
    assert_string_equal(gate.headline + strlen(gate.headline) - strlen(expected), expected);
    spb_gate_release(&gate);
}

static void other_outcomes_name_their_rows(void **state)
{
    struct spb_row_judgement rows[] = {judged("cpu/a", SPB_VERDICT_UNDECIDED, 1.2, -2, 4.5),
                                       not_judged("cpu/b", SPB_VERDICT_NOT_COMPARABLE, "unit: byte / bit", 0, 0),
                                       judged("cpu/c", SPB_VERDICT_PASS, 0, -1, 1),
                                       judged("cpu/d", SPB_VERDICT_IMPROVED, -5, -6, -4)};
    (void)state;
    rows[2].equivalent = true;
    assert_headline(rows, 4, &policies[STRICT], "NOT COMPARABLE - 1 of 4 rows: cpu/b");
    assert_headline(rows, 1, &policies[STRICT], "UNDECIDED - 1 of 1 row: cpu/a +1.2 % [-2.0, 4.5]");
    assert_headline(rows + 2, 2, &policies[STRICT], "PASS - 2 rows: 1 pass, 1 improved");
    rows[1].verdict = SPB_VERDICT_UNDECIDED;
    assert_headline(rows, 4, &policies[WARN], "PASS - 4 rows: 1 pass, 1 improved, 2 with a warning");
    struct spb_gate gate = decide(rows + 2, 1, &policies[STRICT]);
    assert_string_equal(gate.rows[0].sentence, "+0.0 % [-1.0, 1.0], threshold 3 %, equivalent");
    spb_gate_release(&gate);
    gate = decide(rows, 1, &policies[STRICT]);
    assert_string_equal(gate.rows[0].sentence,
                        "+1.2 % [-2.0, 4.5], threshold 3 %, undecided; a slowdown of 2.1 % would have been seen");
    spb_gate_release(&gate);
}

static void what_cannot_be_compared_is_listed(void **state)
{
    struct spb_gate gate;
    (void)state;
    assert_int_equal(spb_gate_refuse("two machines", "cpu.model: A / B\n\ncpu.smt: yes / no\n", &gate), 0);
    assert_int_equal(gate.outcome, SPB_GATE_NOT_COMPARABLE);
    assert_string_equal(gate.headline, "NOT COMPARABLE - two machines");
    assert_int_equal(gate.problems.count, 2);
    assert_string_equal(gate.problems.items[1], "cpu.smt: yes / no");
    spb_gate_release(&gate);
    assert_int_equal(spb_gate_refuse("two machines", "", &gate), 0);
    assert_int_equal(gate.problems.count, 0);
    spb_gate_release(&gate);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_verdict_meets_every_policy),
        cmocka_unit_test(without_rows_the_gate_fails),
        cmocka_unit_test(required_rows_must_be_judged),
        cmocka_unit_test(expired_waivers_are_told),
        cmocka_unit_test(one_that_has_not_expired_counts_behind_one_that_has),
        cmocka_unit_test(patterns_without_a_row_are_told),
        cmocka_unit_test(the_worst_comes_first),
        cmocka_unit_test(headlines_stay_short),
        cmocka_unit_test(other_outcomes_name_their_rows),
        cmocka_unit_test(what_cannot_be_compared_is_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
