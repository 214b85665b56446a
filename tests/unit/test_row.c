/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "row.h"

static void names_parse_back(void **state)
{
    (void)state;
    for (int i = SPB_OUTCOME_OK; i <= SPB_OUTCOME_INTERRUPTED; i++)
        assert_int_equal(spb_outcome_parse(spb_outcome_name((enum spb_outcome)i)), i);
    for (int i = SPB_TIME_PER_UNIT; i <= SPB_UNITS_PER_SECOND; i++)
        assert_int_equal(spb_measure_parse(spb_measure_name((enum spb_measure)i)), i);
    assert_string_equal(spb_outcome_name(SPB_OUTCOME_UNAVAILABLE), "unavailable");
    assert_string_equal(spb_measure_name(SPB_UNITS_PER_SECOND), "units-per-second");
    assert_int_equal(spb_outcome_parse("OK"), -1);
    assert_int_equal(spb_outcome_parse(""), -1);
    assert_int_equal(spb_measure_parse("time"), -1);
}

static void key_names_what_differs(void **state)
{
    (void)state;
    char workload[] = "memory/latency", size[] = "size", kib[] = "64KiB", mode[] = "mode", shuffled[] = "shuffled";
    struct spb_param_value params[] = {{.name = size, .text = kib}, {.name = mode, .text = shuffled}};
    struct spb_row row = {.workload = workload, .threads = 1};
    char *key = spb_row_key(&row);
    assert_string_equal(key, "memory/latency");
    free(key);
    row.params = params;
    row.param_count = 2;
    row.threads = 2;
    key = spb_row_key(&row);
    assert_string_equal(key, "memory/latency size=64KiB mode=shuffled threads=2");
    free(key);
}

/* What is not freed here, the sanitizer build reports. */
static void row_owns_what_it_holds(void **state)
{
    (void)state;
    struct spb_row row = {.workload = strdup("a/b"), .unit = strdup("operation"), .reason = strdup("why")};
    row.cpus = calloc(2, sizeof(*row.cpus));
    row.params = calloc(1, sizeof(*row.params));
    row.param_count = 1;
    row.params[0] = (struct spb_param_value){.name = strdup("size"), .text = strdup("1KiB")};
    assert_int_equal(spb_metrics_add(&row.metrics, "peak-rss", "bytes", 4096), 0);
    for (unsigned i = 0; i < 3; i++) {
        struct spb_process process = {.index = i, .reason = strdup("cut short"), .sample_count = 1, .thread_count = 1};
        process.samples = calloc(1, sizeof(*process.samples));
        process.threads = calloc(1, sizeof(*process.threads));
        assert_int_equal(spb_metrics_add(&process.metrics, "page-faults", "", i), 0);
        assert_int_equal(spb_row_add_process(&row, &process), 0);
        assert_null(process.samples);
        assert_null(process.reason);
        spb_process_release(&process);
    }
    assert_int_equal(row.process_count, 3);
    assert_int_equal(row.processes[2].index, 2);
    assert_string_equal(row.processes[0].reason, "cut short");
    spb_row_release(&row);
    assert_null(row.processes);
    assert_int_equal(row.process_count, 0);
    spb_row_release(&row);
}

static void patterns_are_globs_over_keys_and_workloads(void **state)
{
    static const struct {
        const char *pattern;
        const char *key;
        bool matches;
    } cases[] = {
        {"cpu/hash", "cpu/hash", true},
        {"cpu/hash", "cpu/hash size=4KiB", true}, /* the workload's name */
        {"cpu/hash", "cpu/hash-crc", false},
        {"cpu/hash", "cpu/has", false},
        {"cpu/hash size=4KiB", "cpu/hash size=4KiB", true},
        {"cpu/hash size=4KiB", "cpu/hash size=4KiB threads=2", false},
        {"cpu/hash size=*", "cpu/hash size=4KiB threads=2", true},
        {"*threads=2", "cpu/hash size=4KiB threads=2", true},
        {"*", "cpu/hash size=4KiB", true}, /* takes slashes and blanks */
        {"*", "", true},
        {"cpu/[gh]ash", "cpu/hash size=4KiB", true},
        {"cpu/[!h]ash", "cpu/hash size=4KiB", false},
        {"cpu/[", "cpu/[", true}, /* not closed: as it stands */
        {"CPU/*", "cpu/hash", false},
        {"cpu/???h", "cpu/hash x=1", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        if (spb_row_matches(cases[i].pattern, cases[i].key) != cases[i].matches)
            fail_msg("'%s' on '%s'", cases[i].pattern, cases[i].key);
}

/* A pattern that makes some matchers go through all ways to cut a text: this ends. */
static void many_asterisks_do_not_take_for_ever(void **state)
{
    static char pattern[402], key[20001];
    (void)state;
    for (size_t i = 0; i < 200; i++)
        memcpy(pattern + 2 * i, "*a", 2);
    pattern[400] = 'b';
    memset(key, 'a', sizeof(key) - 1);
    assert_false(spb_row_matches(pattern, key));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_parse_back),
        cmocka_unit_test(key_names_what_differs),
        cmocka_unit_test(row_owns_what_it_holds),
        cmocka_unit_test(patterns_are_globs_over_keys_and_workloads),
        cmocka_unit_test(many_asterisks_do_not_take_for_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
