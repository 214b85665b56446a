/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../stats/golden.h"
#include "near.h"
#include "probe.h"
#include "row.h"
#include "row_stats.h"

/* Appends a process of `count` samples; a row of them is released with spb_row_release(). */
static struct spb_process *add_process(struct spb_row *row, uint64_t iterations, const uint64_t *elapsed_ns,
                                       size_t count)
{
    struct spb_process process = {.work_per_iteration = 4, .sample_count = count};
    process.samples = calloc(count ? count : 1, sizeof(*process.samples));
    assert_non_null(process.samples);
    for (size_t i = 0; i < count; i++)
        process.samples[i] = (struct spb_sample){.iterations = iterations, .elapsed_ns = elapsed_ns[i]};
    assert_int_equal(spb_row_add_process(row, &process), 0);
    return &row->processes[row->process_count - 1];
}

static void row_is_that_of_r(void **state)
{
    (void)state;
    struct spb_row row = {0};
    size_t samples = 0, processes = sizeof(golden_row_processes) / sizeof(golden_row_processes[0]);
    for (size_t p = 0; p < processes; p++) {
        add_process(&row, golden_row_processes[p].iterations, golden_row_processes[p].elapsed_ns,
                    golden_row_processes[p].count);
        samples += golden_row_processes[p].count;
    }
    assert_int_equal(spb_row_stats_compute(&row), 0);
    const struct spb_row_stats *s = &row.stats;
    assert_true(s->valid && s->has_interval && s->has_lag1 && s->has_variance);
    assert_int_equal(s->process_count, processes);
    assert_int_equal(s->sample_count, samples);
    assert_near(s->estimate_ns, golden_row.estimate, 1e-13);
    assert_near(s->low_ns, golden_row.low, 1e-13);
    assert_near(s->high_ns, golden_row.high, 1e-13);
    assert_near(s->confidence, golden_row.confidence, 1e-15);
    assert_near(s->half_width_ratio, (golden_row.high - golden_row.low) / 2 / golden_row.estimate, 1e-13);
    assert_near(s->lag1, golden_row.lag1, 1e-10);
    assert_near(s->variance_between_ns2, golden_row.between, 1e-10);
    assert_near(s->variance_within_ns2, golden_row.within, 1e-10);
    assert_near(s->sd_ns, golden_row.sd, 1e-11);
    assert_near(s->p90_ns, golden_row.p90, 1e-13);
    assert_near(s->work_per_iteration, 4, 0);
    spb_row_release(&row);
}

static void no_sample_is_not_valid(void **state)
{
    (void)state;
    struct spb_row row = {.stats = {.valid = true, .estimate_ns = 3}};
    assert_int_equal(spb_row_stats_compute(&row), 0);
    assert_false(row.stats.valid);
    add_process(&row, 1, NULL, 0);
    assert_int_equal(spb_row_stats_compute(&row), 0);
    assert_false(row.stats.valid);
    assert_near(row.stats.estimate_ns, 0, 0);
    spb_row_release(&row);
}

static void one_process_has_no_interval(void **state)
{
    (void)state;
    static const uint64_t elapsed[] = {200, 400, 300};
    struct spb_row row = {0};
    add_process(&row, 100, elapsed, 3);
    assert_int_equal(spb_row_stats_compute(&row), 0);
    assert_true(row.stats.valid);
    assert_false(row.stats.has_interval);
    assert_false(row.stats.has_variance);
    assert_near(row.stats.estimate_ns, 3, 1e-15);
    assert_near(row.stats.confidence, 0, 0);
    assert_true(row.stats.min_ns == 2 && row.stats.p50_ns == 3 && row.stats.median_ns == 3 && row.stats.max_ns == 4);
    spb_row_release(&row);
}

static void failed_processes_do_not_count(void **state)
{
    (void)state;
    static const uint64_t good[] = {100, 110}, bad[] = {9000, 9000};
    struct spb_row row = {0};
    add_process(&row, 100, bad, 2)->outcome = SPB_OUTCOME_FAILED;
    add_process(&row, 100, good, 2)->outcome = SPB_OUTCOME_INTERRUPTED;
    add_process(&row, 100, good, 2)->samples[1].marks = SPB_MARK_STEAL | SPB_MARK_MIGRATED;
    assert_int_equal(spb_row_stats_compute(&row), 0);
    assert_int_equal(row.stats.process_count, 2);
    assert_int_equal(row.stats.sample_count, 4);
    assert_int_equal(row.stats.marked_count, 1);
    assert_near(row.stats.max_ns, 1.1, 1e-15);
    assert_near(row.stats.confidence, 0.5, 1e-15);
    assert_false(row.stats.has_lag1);
    spb_row_release(&row);
}

static void empty_samples_are_refused(void **state)
{
    (void)state;
    static const uint64_t elapsed[] = {100, 0};
    struct spb_row row = {0};
    struct spb_process *process = add_process(&row, 100, elapsed, 2);
    assert_int_equal(spb_row_stats_compute(&row), -EINVAL);
    assert_false(row.stats.valid);
    process->samples[1] = (struct spb_sample){.iterations = 0, .elapsed_ns = 100};
    assert_int_equal(spb_row_stats_compute(&row), -EINVAL);
    process->samples[1].iterations = 100;
    assert_int_equal(spb_row_stats_compute(&row), 0);
    assert_true(row.stats.valid);
    spb_row_release(&row);
}

static void overhead_is_taken_off(void **state)
{
    (void)state;
    static const uint64_t first[] = {5000, 5200, 4800}, second[] = {6000, 6100, 5900}, tiny[] = {2000, 1000, 2015};
    struct spb_row row = {0};
    add_process(&row, 2, first, 3)->overhead_ns = 1500;
    add_process(&row, 2, second, 3)->overhead_ns = 2000;
    assert_int_equal(spb_row_stats_compute(&row), 0);
    assert_near(row.stats.estimate_ns, 1000, 1e-12); /* 2500 - 1500 and 3000 - 2000 */
    assert_near(row.stats.min_ns, 900, 1e-12);
    assert_near(row.stats.max_ns, 1100, 1e-12);
    assert_near(row.stats.overhead_ns, 1750, 1e-12);
    assert_int_equal(row.processes[0].samples[0].elapsed_ns, 5000);
    spb_row_release(&row);
    /* Nothing falls below a hundredth of it: no negative time, no logarithm of 0. */
    add_process(&row, 2, tiny, 3)->overhead_ns = 1000;
    assert_int_equal(spb_row_stats_compute(&row), 0);
    assert_near(row.stats.min_ns, 10, 1e-12);
    assert_near(row.stats.max_ns, 10, 1e-12);
    spb_row_release(&row);
}

static void each_process_that_counts_has_a_log(void **state)
{
    (void)state;
    static const uint64_t first[] = {5000, 9000, 4800}, second[] = {6000, 6100}, third[] = {7000};
    struct spb_row row = {0};
    double logs[3] = {0};
    size_t count = 9;
    add_process(&row, 2, first, 3)->overhead_ns = 1500;
    add_process(&row, 2, third, 1)->outcome = SPB_OUTCOME_FAILED;
    add_process(&row, 2, second, 2);
    assert_int_equal(spb_row_process_logs(&row, logs, &count), 0);
    assert_int_equal(count, 2);
    assert_near(logs[0], log(1000), 1e-14);
    assert_near(logs[1], log(3025), 1e-14);
    row.processes[0].samples[0].iterations = 0;
    assert_int_equal(spb_row_process_logs(&row, logs, &count), -EINVAL);
    row.process_count = 0;
    assert_int_equal(spb_row_process_logs(&row, logs, &count), 0);
    assert_int_equal(count, 0);
    row.process_count = 3;
    spb_row_release(&row);
}

static void headline_follows_the_measure(void **state)
{
    (void)state;
    static const uint64_t elapsed[] = {800};
    struct spb_row row = {.measure = SPB_TIME_PER_UNIT};
    add_process(&row, 100, elapsed, 1);
    add_process(&row, 100, elapsed, 1);
    assert_int_equal(spb_row_stats_compute(&row), 0);
    assert_near(spb_row_headline(&row, row.stats.estimate_ns), 2, 1e-15);
    row.measure = SPB_UNITS_PER_SECOND;
    assert_near(spb_row_headline(&row, row.stats.estimate_ns), 0.5e9, 1e-15);
    row.processes[1].work_per_iteration = 5;
    assert_int_equal(spb_row_stats_compute(&row), 0);
    assert_near(row.stats.work_per_iteration, 0, 0);
    assert_true(isnan(spb_row_headline(&row, row.stats.estimate_ns)));
    spb_row_release(&row);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(row_is_that_of_r),
        cmocka_unit_test(no_sample_is_not_valid),
        cmocka_unit_test(one_process_has_no_interval),
        cmocka_unit_test(failed_processes_do_not_count),
        cmocka_unit_test(empty_samples_are_refused),
        cmocka_unit_test(overhead_is_taken_off),
        cmocka_unit_test(each_process_that_counts_has_a_log),
        cmocka_unit_test(headline_follows_the_measure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
