/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "row_report.h"
#include "sample_result.h"

#define PM "\xc2\xb1" /* plus-minus */

static void assert_report(const struct spb_result *result, enum spb_table_format format,
                          const struct spb_table_options *options, const char *expected)
{
    struct spb_strbuf out = {0};
    spb_row_report(result, format, options, &out);
    assert_false(out.failed);
    assert_string_equal(spb_strbuf_text(&out), expected);
    spb_strbuf_release(&out);
}

static bool report_holds(const struct spb_result *result, enum spb_table_format format, const char *text)
{
    struct spb_strbuf out = {0};
    spb_row_report(result, format, NULL, &out);
    bool holds = strstr(spb_strbuf_text(&out), text);
    spb_strbuf_release(&out);
    return holds;
}

/* A result of one row, from the sample. */
static struct spb_result only_row(struct spb_result *whole, size_t index)
{
    return (struct spb_result){
        .complete = true, .rows = &whole->rows[index], .row_count = 1, .options = whole->options};
}

static void each_outcome_has_its_line(void **state)
{
    (void)state;
    struct spb_result result = sample_result();
    spb_metrics_release(&result.rows[0].metrics);
    free(result.rows[1].params[1].text);
    result.rows[1].params[1].text = strdup("7");
    assert_report(
        &result, SPB_TABLE_TEXT, NULL,
        "row                                      threads             result          " PM " 95 %   spread  processes  "
        "notes\n"
        "cpu/int-chain                                  1  8.35 ns/operation         " PM "0.12 %  +0.26 %         10  "
        "unsettled 1/10, steal 25 %, preempted 25 %\n"
        "\n"
        "memory/stream-triad size=64KiB rounds=7        2           120 MB/s  " PM "0.05 % (75 %)  +0.09 %          3  "
        "unsettled 1/3, steal 25 %, preempted 25 %\n"
        "memory/latency                                 1                                                         "
        "failed: killed by SIGSEGV in process 0\n"
        "\n"
        "cpu/fma-peak                                   1                                                         "
        "unavailable: this CPU has no fused multiply-add\n"
        "\n"
        "thread/spawn-join                              1      8.33 ns/spawn                  +0.05 %          1  "
        "interrupted, steal 25 %, preempted 25 %\n"
        "\n" PM " 95 %: half the confidence interval of the result; in brackets, what so few processes allow\n"
        "spread: how far the slowest 1 % of single samples lie above their median\n"
        "unsettled: processes whose time was still changing when warm-up reached its limit\n"
        "steal, preempted, migrated: samples during which the hypervisor took time, another task had the CPU, a thread "
        "moved\n"
        "5 rows: 2 ok, 1 failed, 1 unavailable, 1 interrupted\n");
    spb_result_release(&result);
}

static void rates_and_times_are_readable(void **state)
{
    (void)state;
    static const struct {
        const char *unit;
        enum spb_measure measure;
        double work;
        double ns;
        const char *text;
    } cases[] = {
        {"operation", SPB_TIME_PER_UNIT, 1, 0.3124, "0.312 ns/operation"},
        {"operation", SPB_TIME_PER_UNIT, 2, 2500, "1.25 us/operation"},
        {"byte", SPB_UNITS_PER_SECOND, 21.4, 1, "21.4 GB/s"},
        {"FLOP", SPB_UNITS_PER_SECOND, 3.214, 1, "3.21 GFLOP/s"},
        {"spawn", SPB_UNITS_PER_SECOND, 1, 6579, "152 k spawn/s"},
        {"spawn", SPB_UNITS_PER_SECOND, 1, 5e7, "20.0 spawn/s"},
        {"byte", SPB_UNITS_PER_SECOND, 1, 5e7, "20.0 B/s"},
        {"spawn", SPB_UNITS_PER_SECOND, 1, 4e9, "0.25 spawn/s"},
        {"spawn", SPB_UNITS_PER_SECOND, 0, 4e3, "4.00 us/iteration"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char unit[16];
        struct spb_strbuf out = {0};
        snprintf(unit, sizeof(unit), "%s", cases[i].unit);
        struct spb_row row = {.unit = unit, .measure = cases[i].measure};
        row.stats.work_per_iteration = cases[i].work;
        spb_row_headline_format(&row, cases[i].ns, &out);
        assert_string_equal(spb_strbuf_text(&out), cases[i].text);
        spb_strbuf_release(&out);
    }
}

static void counters_get_columns_where_some_row_has_them(void **state)
{
    (void)state;
    struct spb_result result = sample_result();
    assert_false(report_holds(&result, SPB_TABLE_TEXT, "IPC"));
    spb_metrics_add(&result.rows[0].metrics, "instructions-per-cycle", "", 1.504);
    spb_metrics_add_absent(&result.rows[1].metrics, "instructions-per-cycle", "", SPB_METRIC_NOT_COUNTED,
                           "stayed at 0");
    assert_true(report_holds(&result, SPB_TABLE_TEXT, "processes   IPC  GHz  notes"));
    assert_true(report_holds(&result, SPB_TABLE_TEXT, "  1.50    -  "));
    assert_false(report_holds(&result, SPB_TABLE_TEXT, "no hardware counters"));
    spb_result_release(&result);
}

static void absent_counters_are_explained_once(void **state)
{
    (void)state;
    struct spb_result result = sample_result();
    spb_metrics_add_absent(&result.rows[1].metrics, "instructions-per-cycle", "", SPB_METRIC_NO_PMU,
                           "instructions: no PMU visible in this virtual machine");
    spb_metrics_add_absent(&result.rows[0].metrics, "instructions", "event", SPB_METRIC_NO_PMU,
                           "no PMU visible in this virtual machine");
    assert_true(report_holds(&result, SPB_TABLE_TEXT,
                             "\nno hardware counters: no PMU visible in this virtual machine\n5 rows: "));
    assert_false(report_holds(&result, SPB_TABLE_TEXT, "IPC"));
    spb_result_release(&result);
}

static void tones_follow_the_outcome_and_the_precision(void **state)
{
    (void)state;
    struct spb_result whole = sample_result();
    const struct spb_table_options color = {.color = true};
    struct spb_strbuf out = {0};
    whole.options.precision_pct = 0.1;
    spb_row_report(&whole, SPB_TABLE_TEXT, &color, &out);
    assert_non_null(strstr(out.text, "\033[33m" PM "0.12 %\033[0m"));
    assert_null(strstr(out.text, "\033[33m" PM "0.05 %"));
    assert_non_null(strstr(out.text, "\033[31mfailed: killed by SIGSEGV in process 0\033[0m"));
    assert_non_null(strstr(out.text, "\033[2munavailable: this CPU has no fused multiply-add\033[0m"));
    spb_strbuf_release(&out);
    spb_result_release(&whole);
}

static void a_process_that_failed_beside_good_ones_is_noted(void **state)
{
    (void)state;
    struct spb_result whole = sample_result();
    struct spb_result result = only_row(&whole, 0);
    struct spb_process crashed = {.outcome = SPB_OUTCOME_FAILED, .reason = strdup("out of memory")};
    assert_int_equal(spb_row_add_process(&result.rows[0], &crashed), 0);
    assert_true(report_holds(&result, SPB_TABLE_TEXT, "1 of 11 processes failed: out of memory, "));
    spb_result_release(&whole);
}

static void an_unfinished_run_says_so(void **state)
{
    (void)state;
    struct spb_result whole = sample_result();
    struct spb_result result = only_row(&whole, 3);
    assert_true(report_holds(&result, SPB_TABLE_MARKDOWN, "\n1 row: 0 ok, 1 unavailable\n"));
    result.complete = false;
    assert_true(report_holds(&result, SPB_TABLE_TEXT, "\n1 row: 0 ok, 1 unavailable; the run is not complete\n"));
    spb_result_release(&whole);
}

static void csv_has_plain_numbers(void **state)
{
    (void)state;
    struct spb_result whole = sample_result();
    struct spb_result result = only_row(&whole, 1);
    struct spb_row_stats *stats = &result.rows[0].stats;
    *stats = (struct spb_row_stats){.valid = true,
                                    .has_interval = true,
                                    .process_count = 3,
                                    .sample_count = 12,
                                    .marked_count = 2,
                                    .estimate_ns = 100,
                                    .low_ns = 80,
                                    .high_ns = 125,
                                    .confidence = 0.75,
                                    .half_width_ratio = 0.225,
                                    .min_ns = 50,
                                    .median_ns = 100.5,
                                    .p90_ns = 110,
                                    .p99_ns = 120,
                                    .max_ns = 130,
                                    .work_per_iteration = 1};
    result.rows[0].process_count = 0;
    assert_report(
        &result, SPB_TABLE_CSV, NULL,
        "row,workload,threads,outcome,value,unit,better,low,high,confidence,half_width_pct,"
        "estimate_ns_per_iteration,min_ns,median_ns,p90_ns,p99_ns,max_ns,processes,samples,marked_samples,"
        "instructions_per_cycle,effective_ghz,notes\r\n"
        "memory/stream-triad size=64KiB rounds=18446744073709551615 threads=2,memory/stream-triad,2,ok,10000000,"
        "byte/s,higher,8000000,12500000,0.75,22.5,100,50,100.5,110,120,130,3,12,2,,,\r\n");
    result.rows[0].process_count = 3;
    spb_result_release(&whole);
}

static void what_the_shell_outweighs_is_noted(void **state)
{
    (void)state;
    struct spb_result whole = sample_result();
    struct spb_strbuf out = {0};
    for (unsigned share = 0; share < 2; share++) {
        struct spb_row *row = &whole.rows[0]; /* some 200 ns an iteration */
        for (size_t p = 0; p < row->process_count; p++)
            row->processes[p].overhead_ns = share ? 190 : 20;
        assert_int_equal(spb_row_stats_compute(row), 0);
        spb_strbuf_reset(&out);
        spb_row_report(&whole, SPB_TABLE_CSV, NULL, &out);
        bool noted = strstr(out.text, "hardly longer than the shell's own start") != NULL;
        assert_true(noted == (share == 1));
    }
    spb_strbuf_release(&out);
    spb_result_release(&whole);
}

static void progress_is_one_line(void **state)
{
    (void)state;
    struct spb_result whole = sample_result();
    struct spb_strbuf out = {0};
    spb_row_progress_line(&whole.rows[0], &out);
    assert_string_equal(out.text, "cpu/int-chain  8.35 ns/operation  " PM "0.12 %");
    spb_strbuf_reset(&out);
    free(whole.rows[2].reason);
    whole.rows[2].reason = strdup("two\nlines");
    spb_row_progress_line(&whole.rows[2], &out);
    assert_string_equal(out.text, "memory/latency  failed: two\xef\xbf\xbdlines");
    spb_strbuf_release(&out);
    spb_result_release(&whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_outcome_has_its_line),
        cmocka_unit_test(rates_and_times_are_readable),
        cmocka_unit_test(counters_get_columns_where_some_row_has_them),
        cmocka_unit_test(absent_counters_are_explained_once),
        cmocka_unit_test(tones_follow_the_outcome_and_the_precision),
        cmocka_unit_test(a_process_that_failed_beside_good_ones_is_noted),
        cmocka_unit_test(an_unfinished_run_says_so),
        cmocka_unit_test(csv_has_plain_numbers),
        cmocka_unit_test(what_the_shell_outweighs_is_noted),
        cmocka_unit_test(progress_is_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
