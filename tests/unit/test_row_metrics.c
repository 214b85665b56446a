/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include <string.h>

#include "near.h"
#include "row.h"
#include "row_metrics.h"

static struct spb_row make_row(size_t processes)
{
    struct spb_row row = {.workload = strdup("cpu/x"), .unit = strdup("operation")};
    for (size_t i = 0; i < processes; i++) {
        struct spb_process process = {.index = (unsigned)i};
        spb_metrics_add_total(&process.metrics, "work", "operation", 100 * ((double)i + 1));
        spb_row_add_process(&row, &process);
    }
    return row;
}

static void totals_are_divided_by_the_work(void **state)
{
    (void)state;
    struct spb_row row = make_row(3);
    for (size_t i = 0; i < 3; i++)
        spb_metrics_add_total(&row.processes[i].metrics, "instructions", "instruction", 400 * ((double)i + 1));
    assert_int_equal(spb_row_metrics_compute(&row), 0);
    const struct spb_metric *metric = spb_metrics_find(&row.metrics, "instructions");
    assert_true(metric->value == 4);
    assert_string_equal(metric->unit, "instruction/operation");
    assert_false(metric->total);
    assert_null(spb_metrics_find(&row.metrics, "work"));
    spb_row_release(&row);
}

static void others_are_medians(void **state)
{
    (void)state;
    struct spb_row row = make_row(3);
    spb_metrics_add(&row.processes[0].metrics, "fairness", "ratio", 0.9);
    spb_metrics_add(&row.processes[1].metrics, "fairness", "ratio", 0.5);
    spb_metrics_add(&row.processes[2].metrics, "fairness", "ratio", 0.8);
    spb_row_metrics_compute(&row);
    assert_true(spb_metrics_find(&row.metrics, "fairness")->value == 0.8);
    spb_row_release(&row);
}

/* One process counted, one scaled up, one not at all. */
static void states_are_kept(void **state)
{
    (void)state;
    struct spb_row row = make_row(3);
    struct spb_metric scaled = {
        .name = "cycles", .unit = "cycle", .value = 800, .total = true, .state = SPB_METRIC_MULTIPLEXED, .share = 0.5};
    spb_metrics_add_absent(&row.processes[0].metrics, "cycles", "cycle", SPB_METRIC_NOT_COUNTED, "taken");
    spb_metrics_append(&row.processes[1].metrics, &scaled);
    spb_row_metrics_compute(&row);
    const struct spb_metric *metric = spb_metrics_find(&row.metrics, "cycles");
    assert_int_equal(metric->state, SPB_METRIC_MULTIPLEXED);
    assert_true(metric->share == 0.5);
    assert_string_equal(metric->reason, "");
    spb_row_release(&row);
}

static void what_is_absent_everywhere_keeps_its_reason(void **state)
{
    (void)state;
    struct spb_row row = make_row(2);
    spb_metrics_add_absent(&row.metrics, "cycles", "", SPB_METRIC_NO_PMU, "read from a file");
    spb_metrics_add(&row.metrics, "old", "", 1);
    spb_metrics_add_absent(&row.processes[1].metrics, "steal", "ns", SPB_METRIC_ABSENT, "no /proc");
    for (int again = 0; again < 2; again++) {
        assert_int_equal(spb_row_metrics_compute(&row), 0);
        assert_string_equal(spb_metrics_find(&row.metrics, "cycles")->reason, "read from a file");
        assert_string_equal(spb_metrics_find(&row.metrics, "steal")->reason, "no /proc");
        assert_null(spb_metrics_find(&row.metrics, "old"));
        assert_int_equal(row.metrics.count, 2);
    }
    spb_row_release(&row);
}

/* 990 operations of 1 us in one process, 10 of 1 ms in another, and a failed one that does not count. */
static void latencies_are_those_of_all_processes(void **state)
{
    (void)state;
    static const struct {
        unsigned operations;
        uint64_t ns;
    } recorded[] = {{990, 1000}, {10, 1000000}, {5000, 7}};
    struct spb_row row = make_row(3);
    row.processes[2].outcome = SPB_OUTCOME_FAILED;
    for (size_t p = 0; p < 3; p++) {
        row.processes[p].latency = calloc(1, sizeof(*row.processes[p].latency));
        for (unsigned i = 0; i < recorded[p].operations; i++)
            spb_histogram_record(row.processes[p].latency, recorded[p].ns);
    }
    assert_int_equal(spb_row_metrics_compute(&row), 0);
    assert_near(spb_metrics_find(&row.metrics, "latency-p50")->value, 1000, 8);
    assert_near(spb_metrics_find(&row.metrics, "latency-p99")->value, 1000, 8);
    assert_near(spb_metrics_find(&row.metrics, "latency-p99.9")->value, 1000000, 8000);
    assert_near(spb_metrics_find(&row.metrics, "latency-max")->value, 1000000, 0);
    spb_row_release(&row);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(totals_are_divided_by_the_work),
        cmocka_unit_test(others_are_medians),
        cmocka_unit_test(states_are_kept),
        cmocka_unit_test(what_is_absent_everywhere_keeps_its_reason),
        cmocka_unit_test(latencies_are_those_of_all_processes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
