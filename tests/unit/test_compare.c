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

#include "compare.h"
#include "near.h"
#include "row_stats.h"

/* ---- results to compare ----------------------------------------------------------------------------------------- */

/* Processes of one sample: times_ns of 1000 iterations each. */
static void add_processes(struct spb_row *row, const double *times_ns, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct spb_process process = {.index = (unsigned)i, .work_per_iteration = 1, .sample_count = 1};
        process.samples = calloc(1, sizeof(*process.samples));
        process.samples[0] = (struct spb_sample){1000, (uint64_t)llround(1000 * times_ns[i]), 0};
        assert_int_equal(spb_row_add_process(row, &process), 0);
    }
    assert_int_equal(spb_row_stats_compute(row), 0);
}

static struct spb_row *add_row(struct spb_result *result, const char *name, double ns, size_t count)
{
    double times_ns[16];
    result->rows = reallocarray(result->rows, result->row_count + 1, sizeof(*result->rows));
    struct spb_row *row = &result->rows[result->row_count++];
    *row = (struct spb_row){.workload = strdup(name), .unit = strdup("operation"), .workload_version = 1, .threads = 1};
    for (size_t i = 0; i < count; i++)
        times_ns[i] = ns * (1 + 0.001 * (double)i);
    add_processes(row, times_ns, count);
    return row;
}

static struct spb_row *add_outcome(struct spb_result *result, const char *name, enum spb_outcome outcome,
                                   const char *reason)
{
    struct spb_row *row = add_row(result, name, 1, 0);
    row->outcome = outcome;
    row->reason = reason ? strdup(reason) : NULL;
    return row;
}

static struct spb_result empty_result(void)
{
    return (struct spb_result){.complete = true};
}

/* The row of that name; one without a name when there is none. */
static const struct spb_row_judgement *find(const struct spb_judgement *judgement, const char *key)
{
    static const struct spb_row_judgement none = {.key = NULL};
    for (size_t i = 0; i < judgement->row_count; i++)
        if (strcmp(judgement->rows[i].key, key) == 0)
            return &judgement->rows[i];
    return &none;
}

static double no_spread(const void *context, const char *key)
{
    (void)context;
    return strcmp(key, "cpu/unknown") == 0 ? -1 : 0.001;
}

static struct spb_judgement compare(const struct spb_result *base, const struct spb_result *after, bool calibrated)
{
    struct spb_compare_options options = {.thresholds = {.ratio = 0.10}, .session_sd = calibrated ? no_spread : NULL};
    struct spb_judgement judgement = {0};
    struct spb_error err = {0};
    assert_int_equal(spb_compare_results(base, after, &options, &judgement, &err), 0);
    return judgement;
}

static void assert_verdict(const struct spb_judgement *judgement, const char *key, enum spb_verdict verdict,
                           const char *reason)
{
    const struct spb_row_judgement *row = find(judgement, key);
    assert_non_null(row->key);
    assert_string_equal(spb_verdict_name(row->verdict), spb_verdict_name(verdict));
    if (reason)
        assert_string_equal(row->reason ? row->reason : "", reason);
}

static bool has_note(const struct spb_judgement *judgement, const char *part)
{
    bool found = false;
    for (size_t i = 0; i < 8 && judgement->notes[i]; i++)
        found = found || strstr(judgement->notes[i], part);
    return found;
}

/* ---- verdicts --------------------------------------------------------------------------------------------------- */

static void each_verdict_has_its_row(void **state)
{
    (void)state;
    struct spb_result base = empty_result(), after = empty_result();
    add_row(&base, "cpu/slow", 100, 8);
    add_row(&after, "cpu/slow", 120, 8);
    add_row(&base, "cpu/fast", 100, 8);
    add_row(&after, "cpu/fast", 80, 8);
    add_row(&base, "cpu/same", 100, 8);
    add_row(&after, "cpu/same", 100.5, 8);
    add_row(&base, "cpu/a-little-faster", 100, 8);
    add_row(&after, "cpu/a-little-faster", 95, 8);
    add_row(&base, "cpu/near-the-margin", 100, 8);
    add_row(&after, "cpu/near-the-margin", 105, 8);
    struct spb_judgement judgement = compare(&base, &after, true);
    assert_int_equal(judgement.row_count, 5);
    assert_true(judgement.stored);
    assert_verdict(&judgement, "cpu/slow", SPB_VERDICT_REGRESSION, "");
    assert_verdict(&judgement, "cpu/fast", SPB_VERDICT_IMPROVED, "");
    assert_verdict(&judgement, "cpu/same", SPB_VERDICT_PASS, "");
    assert_true(find(&judgement, "cpu/same")->equivalent);
    assert_verdict(&judgement, "cpu/a-little-faster", SPB_VERDICT_PASS, "");
    assert_false(find(&judgement, "cpu/a-little-faster")->equivalent);
    assert_verdict(&judgement, "cpu/near-the-margin", SPB_VERDICT_UNDECIDED, NULL);
    assert_string_equal(judgement.rows[0].key, "cpu/slow");
    const struct spb_row_judgement *slow = find(&judgement, "cpu/slow");
    assert_near(slow->effect, log(1.2), 1e-9);
    assert_true(slow->low < slow->effect && slow->effect < slow->high);
    assert_near(slow->margin_ratio, 0.05, 1e-15);
    assert_int_equal(slow->base_count, 8);
    assert_true(slow->p_regression <= 0.01 && slow->p_pass > 0.99);
    assert_false(has_note(&judgement, "calibration"));
    spb_judgement_release(&judgement);
    spb_result_release(&base);
    spb_result_release(&after);
}

/* The assumed spread is an answer to what a calibration does not say, row by row, and it is said. */
static void without_a_calibration_the_spread_is_assumed(void **state)
{
    (void)state;
    struct spb_result base = empty_result();
    add_row(&base, "cpu/known", 100, 8);
    struct spb_judgement judgement = compare(&base, &base, true);
    assert_verdict(&judgement, "cpu/known", SPB_VERDICT_PASS, "");
    assert_false(has_note(&judgement, "assumed"));
    spb_judgement_release(&judgement);
    judgement = compare(&base, &base, false);
    assert_verdict(&judgement, "cpu/known", SPB_VERDICT_UNDECIDED,
                   "sees only slowdowns of 19 % and more: sessions spread by 2.5 %");
    assert_near(find(&judgement, "cpu/known")->effect, 0, 0);
    assert_true(has_note(&judgement, "sessions are assumed to differ by 2.5 %"));
    assert_true(has_note(&judgement, "from a threshold of 12 % on"));
    spb_judgement_release(&judgement);
    add_row(&base, "cpu/unknown", 100, 8);
    judgement = compare(&base, &base, true);
    assert_verdict(&judgement, "cpu/known", SPB_VERDICT_PASS, "");
    assert_verdict(&judgement, "cpu/unknown", SPB_VERDICT_UNDECIDED, NULL);
    assert_true(has_note(&judgement, "assumed"));
    spb_judgement_release(&judgement);
    spb_result_release(&base);
}

/* One slow row of many with six processes each: the smallest exact p is 1 / 924, which times 40 is no 1 %. */
static void a_large_regression_is_seen_among_many_rows(void **state)
{
    (void)state;
    struct spb_result base = empty_result(), after = empty_result();
    char name[24];
    for (int i = 0; i < 40; i++) {
        snprintf(name, sizeof(name), "cpu/row-%d", i);
        add_row(&base, name, 100, 6);
        add_row(&after, name, i == 7 ? 200 : 100, 6);
    }
    struct spb_judgement judgement = compare(&base, &after, false);
    assert_verdict(&judgement, "cpu/row-7", SPB_VERDICT_REGRESSION, "");
    assert_string_equal(judgement.rows[0].key, "cpu/row-7");
    assert_near(judgement.rows[0].p_regression, 1 / 924.0, 1e-9);
    spb_judgement_release(&judgement);
    spb_result_release(&base);
    spb_result_release(&after);
}

/* A slowdown that would be enough alone is not when forty rows were asked. */
static void p_is_adjusted_for_all_rows(void **state)
{
    (void)state;
    struct spb_result base = empty_result(), after = empty_result();
    char name[24];
    add_row(&base, "cpu/slow", 100, 10);
    add_row(&after, "cpu/slow", 117, 10);
    struct spb_judgement judgement = compare(&base, &after, false);
    double alone = find(&judgement, "cpu/slow")->p_regression;
    assert_verdict(&judgement, "cpu/slow", SPB_VERDICT_REGRESSION, "");
    spb_judgement_release(&judgement);
    for (int i = 0; i < 39; i++) {
        snprintf(name, sizeof(name), "cpu/row-%d", i);
        add_row(&base, name, 100, 10);
        add_row(&after, name, 100, 10);
    }
    judgement = compare(&base, &after, false);
    assert_verdict(&judgement, "cpu/slow", SPB_VERDICT_UNDECIDED, NULL);
    assert_near(find(&judgement, "cpu/slow")->p_regression, 40 * alone, 1e-12);
    spb_judgement_release(&judgement);
    spb_result_release(&base);
    spb_result_release(&after);
}

static void few_processes_say_so(void **state)
{
    (void)state;
    struct spb_result base = empty_result(), after = empty_result();
    add_row(&base, "cpu/one", 100, 8);
    add_row(&after, "cpu/one", 300, 1);
    add_row(&base, "cpu/three", 100, 3);
    add_row(&after, "cpu/three", 300, 3);
    struct spb_judgement judgement = compare(&base, &after, true);
    assert_verdict(&judgement, "cpu/one", SPB_VERDICT_UNDECIDED,
                   "a single process in new has no spread: run with --processes 6 or more");
    assert_verdict(&judgement, "cpu/three", SPB_VERDICT_UNDECIDED,
                   "3 and 3 processes are too few: run with --processes 6 or more");
    assert_near(find(&judgement, "cpu/one")->effect, log(3) - log(1.0035), 1e-4);
    assert_near(find(&judgement, "cpu/three")->detectable_ratio, 0, 0);
    spb_judgement_release(&judgement);
    spb_result_release(&base);
    spb_result_release(&after);
}

/* ---- rows that have no verdict on speed ------------------------------------------------------------------------- */

static void rows_are_matched_by_name(void **state)
{
    (void)state;
    struct spb_result base = empty_result(), after = empty_result();
    add_row(&base, "cpu/z", 100, 8);
    add_row(&base, "cpu/only-base", 100, 8);
    add_row(&base, "cpu/a", 100, 8);
    add_row(&after, "cpu/a", 200, 8);
    add_row(&after, "cpu/only-new", 100, 8);
    add_row(&after, "cpu/z", 100, 8);
    add_outcome(&base, "cpu/nowhere", SPB_OUTCOME_UNAVAILABLE, "no such instruction");
    add_outcome(&after, "cpu/nowhere", SPB_OUTCOME_UNAVAILABLE, "no such instruction");
    struct spb_judgement judgement = compare(&base, &after, true);
    assert_int_equal(judgement.row_count, 4);
    assert_verdict(&judgement, "cpu/a", SPB_VERDICT_REGRESSION, "");
    assert_verdict(&judgement, "cpu/z", SPB_VERDICT_PASS, "");
    assert_verdict(&judgement, "cpu/only-base", SPB_VERDICT_MISSING, "only in base");
    assert_verdict(&judgement, "cpu/only-new", SPB_VERDICT_MISSING, "only in new");
    assert_false(find(&judgement, "cpu/only-new")->has_effect);
    assert_null(find(&judgement, "cpu/nowhere")->key);
    assert_true(has_note(&judgement, "1 row can run on neither side: cpu/nowhere."));
    spb_judgement_release(&judgement);
    spb_result_release(&base);
    spb_result_release(&after);
}

static void failures_name_side_and_reason(void **state)
{
    (void)state;
    struct spb_result base = empty_result(), after = empty_result();
    add_outcome(&base, "cpu/crashed", SPB_OUTCOME_FAILED, "killed by SIGSEGV");
    add_row(&after, "cpu/crashed", 100, 8);
    add_row(&base, "cpu/gone", 100, 8);
    add_outcome(&after, "cpu/gone", SPB_OUTCOME_UNAVAILABLE, "no such instruction");
    add_row(&base, "cpu/late", 100, 8);
    add_outcome(&after, "cpu/late", SPB_OUTCOME_INTERRUPTED, NULL);
    add_row(&base, "cpu/empty", 100, 8);
    add_outcome(&after, "cpu/empty", SPB_OUTCOME_OK, NULL);
    add_row(&base, "cpu/silent", 100, 8);
    add_outcome(&after, "cpu/silent", SPB_OUTCOME_FAILED, NULL);
    after.complete = false;
    struct spb_judgement judgement = compare(&base, &after, true);
    assert_verdict(&judgement, "cpu/crashed", SPB_VERDICT_ERROR, "failed in base: killed by SIGSEGV");
    assert_verdict(&judgement, "cpu/gone", SPB_VERDICT_MISSING, "unavailable in new: no such instruction");
    assert_verdict(&judgement, "cpu/late", SPB_VERDICT_MISSING, "new was interrupted before this row");
    assert_verdict(&judgement, "cpu/empty", SPB_VERDICT_ERROR, "new holds no sample of it");
    assert_verdict(&judgement, "cpu/silent", SPB_VERDICT_ERROR, "failed in new: no reason is given");
    assert_true(has_note(&judgement, "The new run was not finished"));
    assert_false(judgement.has_mean);
    spb_judgement_release(&judgement);
    spb_result_release(&base);
    spb_result_release(&after);
}

static void another_measurement_is_not_comparable(void **state)
{
    (void)state;
    static const char *const names[] = {"cpu/unit", "cpu/measure", "cpu/version", "cpu/work", "cpu/mixed", "cpu/pin"};
    struct spb_result base = empty_result(), after = empty_result();
    for (size_t i = 0; i < 6; i++) {
        add_row(&base, names[i], 100, 8);
        add_row(&after, names[i], 100, 8);
    }
    free(after.rows[0].unit);
    after.rows[0].unit = strdup("byte");
    after.rows[1].measure = SPB_UNITS_PER_SECOND;
    after.rows[2].workload_version = 2;
    for (size_t p = 0; p < 8; p++)
        after.rows[3].processes[p].work_per_iteration = 64;
    after.rows[4].processes[2].work_per_iteration = 2;
    after.rows[5].pinned = true;
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(spb_row_stats_compute(&after.rows[i]), 0);
    struct spb_judgement judgement = compare(&base, &after, true);
    const enum spb_verdict verdict = SPB_VERDICT_NOT_COMPARABLE;
    assert_verdict(&judgement, "cpu/unit", verdict, "counted in operation / byte");
    assert_verdict(&judgement, "cpu/measure", verdict, "measured as time-per-unit / units-per-second");
    assert_verdict(&judgement, "cpu/version", verdict, "version 1 / 2 of the workload");
    assert_verdict(&judgement, "cpu/work", verdict, "an iteration is 1 / 64 operation");
    assert_verdict(&judgement, "cpu/mixed", verdict, "the processes of new disagree about the work of an iteration");
    assert_verdict(&judgement, "cpu/pin", verdict, "pinned in new only");
    spb_judgement_release(&judgement);
    spb_result_release(&base);
    spb_result_release(&after);
}

static void empty_results_have_no_rows(void **state)
{
    (void)state;
    struct spb_result base = empty_result(), after = empty_result();
    struct spb_judgement judgement = compare(&base, &after, false);
    assert_int_equal(judgement.row_count, 0);
    assert_false(judgement.has_mean);
    spb_judgement_release(&judgement);
}

/* Thresholds by row; one that makes no sense is the default. */
static double threshold_of(const void *context, const char *key)
{
    (void)context;
    return strcmp(key, "cpu/strict") == 0 ? 0.02 : -1;
}

static void thresholds_are_by_row(void **state)
{
    (void)state;
    struct spb_result base = empty_result(), after = empty_result();
    add_row(&base, "cpu/strict", 100, 8);
    add_row(&after, "cpu/strict", 104, 8);
    add_row(&base, "cpu/usual", 100, 8);
    add_row(&after, "cpu/usual", 104, 8);
    struct spb_compare_options options = {.thresholds = {.find = threshold_of}, .session_sd = no_spread};
    struct spb_judgement judgement = {0};
    assert_int_equal(spb_compare_results(&base, &after, &options, &judgement, NULL), 0);
    assert_verdict(&judgement, "cpu/strict", SPB_VERDICT_REGRESSION, "");
    assert_near(find(&judgement, "cpu/strict")->threshold_ratio, 0.02, 0);
    assert_verdict(&judgement, "cpu/usual", SPB_VERDICT_PASS, "");
    assert_near(find(&judgement, "cpu/usual")->threshold_ratio, 0.10, 0);
    spb_judgement_release(&judgement);
    spb_result_release(&base);
    spb_result_release(&after);
}

/* ---- stamps ----------------------------------------------------------------------------------------------------- */

static void assert_stamps(const struct spb_stamp *base, const struct spb_stamp *after, int code, const char *expected)
{
    struct spb_strbuf differences = {0};
    assert_int_equal(spb_compare_stamps(base, after, &differences), code);
    assert_string_equal(spb_strbuf_text(&differences), expected);
    spb_strbuf_release(&differences);
}

static void what_is_under_test_may_differ(void **state)
{
    (void)state;
    struct spb_stamp base = {0}, after = {0};
    spb_stamp_add_text(&base, "build.commit", "aaaa");
    spb_stamp_add_text(&after, "build.commit", "bbbb");
    spb_stamp_add_text(&base, "host.name", "one");
    spb_stamp_add_text(&after, "host.name", "two");
    spb_stamp_add_absent(&base, "cpu.governor", "hidden");
    spb_stamp_add_absent(&after, "cpu.governor", "for another reason");
    spb_stamp_add_text(&base, "cpu.model", "same");
    spb_stamp_add_text(&after, "cpu.model", "same");
    spb_stamp_add_text(&base, "mitigation.future", "a newer program knows it");
    assert_stamps(&base, &after, 0, "");
    spb_stamp_release(&base);
    spb_stamp_release(&after);
}

static void facts_that_matter_are_listed(void **state)
{
    (void)state;
    struct spb_stamp base = {0}, after = {0};
    spb_stamp_add_text(&base, "kernel.release", "6.1");
    spb_stamp_add_text(&after, "kernel.release", "6.12\n\033[2J");
    spb_stamp_add_bool(&base, "cpu.turbo", false);
    spb_stamp_add_bool(&after, "cpu.turbo", true);
    spb_stamp_add_number(&base, "cpu.frequency_max", 3200000000, "Hz");
    spb_stamp_add_number(&after, "cpu.frequency_max", 3200000001, "Hz");
    spb_stamp_add_text(&base, "cgroup.cpu_limit", "none");
    spb_stamp_add_number(&after, "cgroup.cpu_limit", 1.5, "CPU");
    spb_stamp_add_text(&base, "cpu.isolated", "2-3");
    spb_stamp_add_text(&after, "cpu.isolated", "");
    spb_stamp_add_text(&base, "mitigation.retbleed", "Vulnerable");
    spb_stamp_add_absent(&after, "mitigation.retbleed", "no such file");
    spb_stamp_add_number(&base, "cache.l3.size", 33554432, "bytes");
    spb_stamp_add_number(&after, "cache.l3.size", 16777216, "bytes");
    assert_stamps(&base, &after, -EXDEV,
                  "kernel.release: 6.1 / 6.12\xef\xbf\xbd\xef\xbf\xbd[2J\n"
                  "cpu.turbo: off / on\n"
                  "cpu.frequency_max: 3200000000 Hz / 3200000001 Hz\n"
                  "cgroup.cpu_limit: none / 1.5 CPU\n"
                  "cpu.isolated: 2-3 / none\n"
                  "mitigation.retbleed: Vulnerable / not known (no such file)\n"
                  "cache.l3.size: 32 MiB / 16 MiB\n");
    spb_stamp_release(&base);
    spb_stamp_release(&after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_verdict_has_its_row),
        cmocka_unit_test(without_a_calibration_the_spread_is_assumed),
        cmocka_unit_test(a_large_regression_is_seen_among_many_rows),
        cmocka_unit_test(p_is_adjusted_for_all_rows),
        cmocka_unit_test(few_processes_say_so),
        cmocka_unit_test(rows_are_matched_by_name),
        cmocka_unit_test(failures_name_side_and_reason),
        cmocka_unit_test(another_measurement_is_not_comparable),
        cmocka_unit_test(empty_results_have_no_rows),
        cmocka_unit_test(thresholds_are_by_row),
        cmocka_unit_test(what_is_under_test_may_differ),
        cmocka_unit_test(facts_that_matter_are_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
