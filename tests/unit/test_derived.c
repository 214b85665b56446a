/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "derived.h"

static void assert_metric(const struct spb_metrics *metrics, const char *name, const char *unit, double value)
{
    const struct spb_metric *metric = spb_metrics_find(metrics, name);
    assert_non_null(metric);
    assert_int_equal(metric->state, SPB_METRIC_OK);
    assert_string_equal(metric->unit, unit);
    assert_true(metric->value == value);
}

static void totals_become_quotients(void **state)
{
    (void)state;
    struct spb_metrics metrics = {0};
    spb_metrics_add(&metrics, "task-clock", "ns", 1000);
    spb_metrics_add(&metrics, "instructions", "event", 8000);
    spb_metrics_add(&metrics, "cycles", "event", 4000);
    spb_metrics_add(&metrics, "branch-misses", "event", 16);
    spb_metrics_add(&metrics, "cache-misses", "event", 4);
    spb_metrics_add(&metrics, "work", "operation", 500);
    assert_int_equal(spb_derive_metrics(&metrics), 0);
    assert_int_equal(metrics.count, 12);
    assert_metric(&metrics, "instructions-per-cycle", "", 2);
    assert_metric(&metrics, "cache-misses-per-1000-instructions", "", 0.5);
    assert_metric(&metrics, "branch-misses-per-1000-instructions", "", 2);
    assert_metric(&metrics, "effective-frequency", "GHz", 4);
    assert_metric(&metrics, "cycles-per-unit", "", 8);
    assert_metric(&metrics, "instructions-per-unit", "", 16);
    spb_metrics_release(&metrics);
}

static void a_missing_input_gives_its_reason(void **state)
{
    (void)state;
    struct spb_metrics metrics = {0};
    spb_metrics_add(&metrics, "instructions", "event", 8000);
    spb_metrics_add_absent(&metrics, "cycles", "event", SPB_METRIC_NO_PMU, "none here");
    spb_metrics_add(&metrics, "work", "operation", 0);
    assert_int_equal(spb_derive_metrics(&metrics), 0);
    const struct spb_metric *metric = spb_metrics_find(&metrics, "instructions-per-cycle");
    assert_int_equal(metric->state, SPB_METRIC_NO_PMU);
    assert_string_equal(metric->reason, "cycles: none here");
    metric = spb_metrics_find(&metrics, "instructions-per-unit");
    assert_int_equal(metric->state, SPB_METRIC_ABSENT);
    assert_string_equal(metric->reason, "work: is 0");
    assert_null(spb_metrics_find(&metrics, "effective-frequency"));
    spb_metrics_release(&metrics);
}

static void the_smaller_share_is_inherited(void **state)
{
    (void)state;
    struct spb_metrics metrics = {0};
    const struct spb_metric cycles = {.name = "cycles", .value = 10, .state = SPB_METRIC_MULTIPLEXED, .share = 0.5};
    const struct spb_metric instructions = {
        .name = "instructions", .value = 20, .state = SPB_METRIC_MULTIPLEXED, .share = 0.25};
    spb_metrics_append(&metrics, &cycles);
    spb_metrics_append(&metrics, &instructions);
    spb_metrics_add(&metrics, "work", "operation", 5);
    assert_int_equal(spb_derive_metrics(&metrics), 0);
    const struct spb_metric *metric = spb_metrics_find(&metrics, "instructions-per-cycle");
    assert_int_equal(metric->state, SPB_METRIC_MULTIPLEXED);
    assert_true(metric->share == 0.25 && metric->value == 2);
    metric = spb_metrics_find(&metrics, "cycles-per-unit");
    assert_true(metric->share == 0.5 && metric->value == 2);
    spb_metrics_release(&metrics);
}

static void user_mode_goes_with_user_mode(void **state)
{
    (void)state;
    struct spb_metrics metrics = {0};
    spb_metrics_add(&metrics, "task-clock", "ns", 1000);
    spb_metrics_add(&metrics, "instructions:u", "event", 8000);
    spb_metrics_add(&metrics, "cycles:u", "event", 4000);
    spb_metrics_add(&metrics, "work", "operation", 500);
    assert_int_equal(spb_derive_metrics(&metrics), 0);
    assert_metric(&metrics, "instructions-per-cycle:u", "", 2);
    assert_metric(&metrics, "cycles-per-unit:u", "", 8);
    /* task-clock knows no modes: cycles without the kernel's over time with it would be no frequency. */
    const struct spb_metric *metric = spb_metrics_find(&metrics, "effective-frequency");
    assert_int_equal(metric->state, SPB_METRIC_ABSENT);
    assert_non_null(strstr(metric->reason, "other modes"));
    spb_metrics_release(&metrics);
}

static void the_table_has_no_name_twice(void **state)
{
    (void)state;
    size_t count;
    const struct spb_derived_metric *table = spb_derived_metrics(&count);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(table[i].name, table[j].name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(totals_become_quotients),        cmocka_unit_test(a_missing_input_gives_its_reason),
        cmocka_unit_test(the_smaller_share_is_inherited), cmocka_unit_test(user_mode_goes_with_user_mode),
        cmocka_unit_test(the_table_has_no_name_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
