/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "counter_probe.h"
#include "fake_pmu.h"

static const pid_t tids[] = {7, 8};

struct setup {
    const char *text; /* the selection */
    struct fake_pmu *pmu;
    unsigned threads;
    unsigned samples;
};

static struct spb_metrics measure(const struct setup *setup)
{
    struct spb_counter_selection selection;
    struct spb_error err = {0};
    assert_int_equal(spb_counter_selection_parse(setup->text, &selection, &err), 0);
    struct spb_perf_calls calls = fake_calls(setup->pmu);
    const struct spb_counter_options options = {.selection = &selection, .calls = &calls};
    const struct spb_probe_target target = {.tids = tids, .count = setup->threads};
    void *probe;
    if (spb_counter_probe.open(&options, &target, &probe, &err) < 0)
        fail_msg("%s", err.text);
    for (unsigned i = 0; i < setup->samples; i++) {
        spb_counter_probe.start(probe);
        assert_int_equal(spb_counter_probe.stop(probe), 0);
    }
    struct spb_metrics metrics = {0};
    assert_int_equal(spb_counter_probe.read(probe, &metrics, &err), 0);
    spb_counter_probe.close(probe);
    assert_int_equal(fake_open_count(setup->pmu), 0);
    assert_int_equal(metrics.count, selection.count);
    spb_counter_selection_release(&selection);
    return metrics;
}

static void assert_metric(const struct spb_metrics *metrics, const char *name, double value)
{
    const struct spb_metric *metric = spb_metrics_find(metrics, name);
    assert_non_null(metric);
    assert_string_equal(metric->reason, "");
    assert_int_equal(metric->state, SPB_METRIC_OK);
    assert_true(metric->value == value);
}

static void expect_state(const struct spb_metrics *metrics, const char *name, enum spb_metric_state state,
                         const char *reason)
{
    const struct spb_metric *metric = spb_metrics_find(metrics, name);
    assert_non_null(metric);
    assert_string_equal(spb_metric_state_name(metric->state), spb_metric_state_name(state));
    if (!strstr(metric->reason, reason))
        fail_msg("%s: \"%s\" lacks \"%s\"", name, metric->reason, reason);
}

static void totals_are_over_samples_and_threads(void **state)
{
    (void)state;
    struct fake_pmu pmu = {.counters = 6};
    struct spb_metrics metrics = measure(&(struct setup){"auto", &pmu, 2, 3});
    assert_metric(&metrics, "instructions", 2 * 3 * FAKE_INTERVAL_NS * (PERF_COUNT_HW_INSTRUCTIONS + 1));
    assert_metric(&metrics, "task-clock", 2 * 3 * FAKE_INTERVAL_NS * (PERF_COUNT_SW_TASK_CLOCK + 1));
    assert_string_equal(spb_metrics_find(&metrics, "task-clock")->unit, "ns");
    assert_string_equal(spb_metrics_find(&metrics, "cycles")->unit, "event");
    spb_metrics_release(&metrics);
}

static void a_sample_costs_two_calls_a_group(void **state)
{
    (void)state;
    struct fake_pmu few = {.counters = 6}, many = {.counters = 6};
    struct spb_metrics none = measure(&(struct setup){"auto", &few, 2, 0});
    struct spb_metrics ten = measure(&(struct setup){"auto", &many, 2, 10});
    assert_int_equal(many.ioctl_count - few.ioctl_count, 10 * 2 * 2 * 2); /* samples, threads, groups, on and off */
    spb_metrics_release(&none);
    spb_metrics_release(&ten);
}

static void events_that_take_turns_are_scaled(void **state)
{
    (void)state;
    struct fake_pmu pmu = {.counters = 3};
    struct spb_metrics metrics = measure(&(struct setup){"auto", &pmu, 1, 4});
    const struct spb_metric *metric = spb_metrics_find(&metrics, "cache-misses");
    assert_int_equal(metric->state, SPB_METRIC_MULTIPLEXED);
    assert_true(metric->share == 0.5);
    assert_true(metric->value == 4 * FAKE_INTERVAL_NS * (PERF_COUNT_HW_CACHE_MISSES + 1));
    assert_metric(&metrics, "task-clock", 4 * FAKE_INTERVAL_NS * (PERF_COUNT_SW_TASK_CLOCK + 1));
    spb_metrics_release(&metrics);
}

static void no_pmu_loses_no_software_event(void **state)
{
    (void)state;
    struct fake_pmu pmu = {.hardware_errno = ENOENT};
    struct spb_metrics metrics = measure(&(struct setup){"auto", &pmu, 2, 1});
    assert_metric(&metrics, "page-faults", 2 * FAKE_INTERVAL_NS * (PERF_COUNT_SW_PAGE_FAULTS + 1));
    expect_state(&metrics, "instructions", SPB_METRIC_NO_PMU, "no performance monitoring unit");
    expect_state(&metrics, "cache-misses", SPB_METRIC_NO_PMU, "no performance monitoring unit");
    spb_metrics_release(&metrics);
}

static void absent_is_never_zero(void **state)
{
    (void)state;
    struct fake_pmu pmu = {
        .counters = 6, .missing = 1u << PERF_COUNT_HW_BRANCH_INSTRUCTIONS, .stuck = 1u << PERF_COUNT_HW_CACHE_MISSES};
    struct spb_metrics metrics = measure(&(struct setup){"auto", &pmu, 1, 1});
    expect_state(&metrics, "branches", SPB_METRIC_NOT_SUPPORTED, "does not know the event");
    expect_state(&metrics, "cache-misses", SPB_METRIC_NOT_COUNTED, "stayed at 0");
    assert_metric(&metrics, "cycles", FAKE_INTERVAL_NS);
    spb_metrics_release(&metrics);
}

static void software_events_may_be_zero(void **state)
{
    (void)state;
    struct fake_pmu pmu = {.counters = 1};
    struct spb_metrics metrics = measure(&(struct setup){"cycles", &pmu, 1, 0});
    expect_state(&metrics, "cycles", SPB_METRIC_NOT_COUNTED, "no thread ran while it was enabled");
    expect_state(&metrics, "page-faults", SPB_METRIC_NOT_COUNTED, "no thread ran while it was enabled");
    spb_metrics_release(&metrics);
}

static void an_event_that_never_runs_is_not_counted(void **state)
{
    (void)state;
    struct fake_pmu pmu = {.counters = 0, .lax = true};
    struct spb_metrics metrics = measure(&(struct setup){"r11", &pmu, 1, 2});
    expect_state(&metrics, "r11", SPB_METRIC_NOT_COUNTED, "never got onto the PMU");
    spb_metrics_release(&metrics);
}

static void a_thread_that_cannot_be_counted_is_the_events_failure(void **state)
{
    (void)state;
    /* 4 + 1 events on the first thread, 4 on the second. */
    struct fake_pmu pmu = {.counters = 6, .open_limit = 9};
    struct spb_metrics metrics = measure(&(struct setup){"cycles", &pmu, 2, 1});
    expect_state(&metrics, "cycles", SPB_METRIC_ABSENT, "ulimit -n");
    assert_metric(&metrics, "task-clock", 2 * FAKE_INTERVAL_NS * (PERF_COUNT_SW_TASK_CLOCK + 1));
    spb_metrics_release(&metrics);
}

static void a_short_read_is_not_counted(void **state)
{
    (void)state;
    struct fake_pmu pmu = {.counters = 6, .short_reads = true};
    struct spb_metrics metrics = measure(&(struct setup){"auto", &pmu, 1, 1});
    expect_state(&metrics, "task-clock", SPB_METRIC_NOT_COUNTED, "no reading");
    spb_metrics_release(&metrics);
}

static void off_opens_nothing(void **state)
{
    (void)state;
    struct fake_pmu pmu = {.counters = 6};
    struct spb_metrics metrics = measure(&(struct setup){"off", &pmu, 2, 2});
    assert_int_equal(metrics.count, 0);
    assert_int_equal(pmu.ioctl_count, 0);
    spb_metrics_release(&metrics);
}

static void require_fails_without_a_pmu(void **state)
{
    (void)state;
    struct fake_pmu pmu = {.hardware_errno = ENOENT};
    struct spb_perf_calls calls = fake_calls(&pmu);
    struct spb_counter_selection selection;
    struct spb_error err = {0};
    assert_int_equal(spb_counter_selection_parse("require", &selection, &err), 0);
    void *probe = &pmu;
    assert_int_equal(spb_counter_probe.open(&(struct spb_counter_options){.selection = &selection, .calls = &calls},
                                            &(struct spb_probe_target){.tids = tids, .count = 1}, &probe, &err),
                     -ENOTSUP);
    assert_null(probe);
    assert_non_null(strstr(err.text, "hardware counters are required, but"));
    spb_counter_probe.close(probe);
    spb_counter_selection_release(&selection);
}

/* ---- the real kernel: software events, where the sandbox allows them -------------------------------------------- */

enum { PAGES = 64, PAGE_BYTES = 65536 };

static void *touch_pages(void *pages)
{
    for (size_t i = 0; i < PAGES; i++)
        ((volatile char *)pages)[i * PAGE_BYTES] = 1;
    return NULL;
}

static void measure_a_new_thread(struct spb_metrics *metrics)
{
    struct spb_counter_selection selection;
    assert_int_equal(spb_counter_selection_parse("auto", &selection, NULL), 0);
    const pid_t self = gettid();
    void *probe, *pages = mmap(NULL, PAGES * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    pthread_t thread;
    assert_true(pages != MAP_FAILED && madvise(pages, PAGES * PAGE_BYTES, MADV_NOHUGEPAGE) <= 0);
    assert_int_equal(spb_counter_probe.open(&(struct spb_counter_options){.selection = &selection},
                                            &(struct spb_probe_target){.tids = &self, .count = 1}, &probe, NULL),
                     0);
    spb_counter_probe.start(probe);
    assert_int_equal(pthread_create(&thread, NULL, touch_pages, pages), 0);
    pthread_join(thread, NULL);
    spb_counter_probe.stop(probe);
    assert_int_equal(spb_counter_probe.read(probe, metrics, NULL), 0);
    spb_counter_probe.close(probe);
    munmap(pages, PAGES * PAGE_BYTES);
    spb_counter_selection_release(&selection);
}

static void threads_made_in_the_region_count_too(void **state)
{
    (void)state;
    struct spb_metrics metrics = {0};
    measure_a_new_thread(&metrics);
    for (size_t i = 0; i < metrics.count; i++)
        assert_true(spb_metric_has_value(&metrics.items[i]) || metrics.items[i].reason[0]);
    const struct spb_metric *clock = spb_metrics_find(&metrics, "task-clock");
    const struct spb_metric *faults = spb_metrics_find(&metrics, "page-faults");
    if (!faults)
        faults = spb_metrics_find(&metrics, "page-faults:u");
    assert_true(clock->state != SPB_METRIC_OK || clock->value > 0);
    assert_true(!spb_metric_has_value(faults) || faults->value >= PAGES);
    spb_metrics_release(&metrics);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(totals_are_over_samples_and_threads),
        cmocka_unit_test(a_sample_costs_two_calls_a_group),
        cmocka_unit_test(events_that_take_turns_are_scaled),
        cmocka_unit_test(no_pmu_loses_no_software_event),
        cmocka_unit_test(absent_is_never_zero),
        cmocka_unit_test(software_events_may_be_zero),
        cmocka_unit_test(an_event_that_never_runs_is_not_counted),
        cmocka_unit_test(a_thread_that_cannot_be_counted_is_the_events_failure),
        cmocka_unit_test(a_short_read_is_not_counted),
        cmocka_unit_test(off_opens_nothing),
        cmocka_unit_test(require_fails_without_a_pmu),
        cmocka_unit_test(threads_made_in_the_region_count_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
