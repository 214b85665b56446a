/* SPDX-License-Identifier: MIT
 *
 * A made-up result with one of everything that a result can hold, for the tests of what writes, reads and shows one.
 */
#ifndef SPB_SAMPLE_RESULT_H
#define SPB_SAMPLE_RESULT_H

#include <stdlib.h>
#include <string.h>

#include "probe.h"
#include "result.h"

#define SAMPLE_ROWS 5

static void sample_fill_stamp(struct spb_stamp *stamp)
{
    spb_stamp_add_text(stamp, "host.name", "r\xc3\xb6sti");
    spb_stamp_add_text(stamp, "cpu.model", "Imaginary CPU \"9000\"");
    spb_stamp_add_number(stamp, "cpu.frequency-max", 3.2e9, "Hz");
    spb_stamp_add_bool(stamp, "cpu.smt", true);
    spb_stamp_add_absent(stamp, "cpu.governor", "no %s", "cpufreq");
    spb_stamp_add_number(stamp, "memory.total", 8e9, "bytes");
    spb_stamp_add_text(stamp, "kernel.release", "6.1.0");
    spb_stamp_add_number(stamp, "memory.numa-nodes", 1, "");
}

static void sample_fill_options(struct spb_run_options *options)
{
    static const char *const arguments[] = {"run", "all", "--precision=0.5"};
    options->arguments = calloc(3, sizeof(*options->arguments));
    for (size_t i = 0; i < 3; i++)
        options->arguments[i] = strdup(arguments[i]);
    options->argument_count = 3;
    options->pin = strdup("auto");
    options->counters = strdup("auto");
    options->quick = true;
    options->processes = 10;
    options->precision_pct = 0.5;
    options->budget_s = 120;
    options->seed = UINT64_MAX;
}

static struct spb_process sample_process(const struct spb_row *row, unsigned index)
{
    struct spb_process process = {
        .index = index,
        .order = index * SAMPLE_ROWS,
        .started_ns = 1000000u * index,
        .seed = (1ull << 63) + index,
        .work_per_iteration = 24,
        .set_up_ns = 1000,
        .calibration_ns = 2000,
        .warm_up_ns = 3000,
        .settled = index != 2,
        .wall_ns = 50000000,
        .start_skew_ns = 120,
        .finish_skew_ns = 450,
    };
    process.sample_count = 4;
    process.samples = calloc(process.sample_count, sizeof(*process.samples));
    for (unsigned i = 0; i < process.sample_count; i++)
        process.samples[i] = (struct spb_sample){
            .iterations = 10000,
            .elapsed_ns = 2000000 + 1000 * index + 700 * (i % 3),
            .marks = i == 3 ? SPB_MARK_STEAL | SPB_MARK_PREEMPTED : 0,
        };
    process.thread_count = row->threads;
    process.threads = calloc(row->threads, sizeof(*process.threads));
    for (unsigned i = 0; i < row->threads; i++)
        process.threads[i] = (struct spb_thread_result){.cpu = {i}, .elapsed_ns = 8000000 + i};
    spb_metrics_add(&process.metrics, "peak-rss", "bytes", 4194304);
    spb_metrics_add_absent(&process.metrics, "instructions", "event", SPB_METRIC_NO_PMU, "no PMU visible");
    spb_metrics_append(
        &process.metrics,
        &(struct spb_metric){
            .name = "cycles", .unit = "event", .value = 1.25e7, .state = SPB_METRIC_MULTIPLEXED, .share = 0.25});
    if (index % 2 == 0) {
        process.latency = calloc(1, sizeof(*process.latency));
        for (uint64_t i = 0; i < 100; i++)
            spb_histogram_record(process.latency, 20 + i * i * i);
    }
    return process;
}

static void sample_add_processes(struct spb_row *row, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        struct spb_process process = sample_process(row, i);
        spb_row_add_process(row, &process);
    }
}

static void sample_begin_row(struct spb_row *row, const char *workload, const char *unit, unsigned threads)
{
    row->workload = strdup(workload);
    row->workload_version = 1;
    row->unit = strdup(unit);
    row->threads = threads;
    row->pinned = true;
    row->cpus = calloc(threads, sizeof(*row->cpus));
    for (unsigned i = 0; i < threads; i++)
        row->cpus[i].os_index = i;
}

static void sample_add_parameters(struct spb_row *row)
{
    row->param_count = 2;
    row->params = calloc(2, sizeof(*row->params));
    row->params[0] = (struct spb_param_value){
        .name = strdup("size"), .text = strdup("64KiB"), .value = 65536, .kind = SPB_PARAM_BYTES};
    row->params[1] = (struct spb_param_value){
        .name = strdup("rounds"), .text = strdup("18446744073709551615"), .value = UINT64_MAX, .kind = SPB_PARAM_COUNT};
}

static void sample_fill_rows(struct spb_row *rows)
{
    sample_begin_row(&rows[0], "cpu/int-chain", "operation", 1);
    sample_add_processes(&rows[0], 10);
    spb_metrics_add(&rows[0].metrics, "ipc", "", 1.5);

    sample_begin_row(&rows[1], "memory/stream-triad", "byte", 2);
    rows[1].measure = SPB_UNITS_PER_SECOND;
    rows[1].memory_bound = true;
    sample_add_parameters(&rows[1]);
    sample_add_processes(&rows[1], 3);

    sample_begin_row(&rows[2], "memory/latency", "load", 1);
    rows[2].outcome = SPB_OUTCOME_FAILED;
    rows[2].reason = strdup("killed by SIGSEGV in process 0");
    struct spb_process crashed = {.outcome = SPB_OUTCOME_FAILED, .reason = strdup("killed by SIGSEGV")};
    spb_row_add_process(&rows[2], &crashed);

    sample_begin_row(&rows[3], "cpu/fma-peak", "FLOP", 1);
    rows[3].measure = SPB_UNITS_PER_SECOND;
    rows[3].pinned = false;
    rows[3].outcome = SPB_OUTCOME_UNAVAILABLE;
    rows[3].reason = strdup("this CPU has no fused multiply-add");

    sample_begin_row(&rows[4], "thread/spawn-join", "spawn", 1);
    rows[4].outcome = SPB_OUTCOME_INTERRUPTED;
    sample_add_processes(&rows[4], 1);
    rows[4].processes[0].outcome = SPB_OUTCOME_INTERRUPTED;
    rows[4].processes[0].reason = strdup("interrupted");
}

/* To be released by spb_result_release(). */
static inline struct spb_result sample_result(void)
{
    struct spb_result result = {
        .complete = true,
        .created_s = 1714564800, /* 2024-05-01T12:00:00Z */
        .finished_s = 1714564860,
        .load_before = {.valid = true, .one = 0.25, .five = 0.5, .fifteen = 1, .running = 3},
        .row_count = SAMPLE_ROWS,
        .rows = calloc(SAMPLE_ROWS, sizeof(*result.rows)),
    };
    sample_fill_stamp(&result.stamp);
    sample_fill_options(&result.options);
    sample_fill_rows(result.rows);
    for (size_t i = 0; i < result.row_count; i++)
        spb_row_stats_compute(&result.rows[i]);
    return result;
}

#endif
