/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "job.h"
#include "probe.h"
#include "random.h"

static struct spb_process make_process(void)
{
    struct spb_process process = {.outcome = SPB_OUTCOME_FAILED,
                                  .reason = strdup("it broke"),
                                  .work_per_iteration = 2.5,
                                  .overhead_ns = 1200000,
                                  .warm_up_ns = 7,
                                  .settled = true,
                                  .sample_count = 3,
                                  .thread_count = 2};
    process.samples = calloc(3, sizeof(*process.samples));
    process.threads = calloc(2, sizeof(*process.threads));
    for (size_t i = 0; i < 3; i++)
        process.samples[i] = (struct spb_sample){10 + i, 2000000 + i, (uint32_t)i};
    process.threads[1] = (struct spb_thread_result){{5}, 99};
    spb_metrics_add_total(&process.metrics, "instructions", "instruction", 1e9);
    spb_metrics_add_absent(&process.metrics, "cycles", "cycle", SPB_METRIC_NO_PMU, "no PMU");
    process.latency = calloc(1, sizeof(*process.latency));
    for (uint64_t i = 1; i < 50; i++)
        spb_histogram_record(process.latency, 1000 + i * i * i);
    return process;
}

static void reports_survive(void **state)
{
    (void)state;
    struct spb_process out = make_process(), in;
    struct spb_strbuf bytes = {0};
    spb_report_encode(&out, &bytes);
    assert_int_equal(spb_report_decode(bytes.text, bytes.length, &in), 0);
    assert_int_equal(in.outcome, SPB_OUTCOME_FAILED);
    assert_string_equal(in.reason, "it broke");
    assert_int_equal(in.overhead_ns, 1200000);
    assert_int_equal(in.sample_count, 3);
    assert_int_equal(in.samples[2].elapsed_ns, 2000002);
    assert_int_equal(in.samples[2].marks, SPB_MARK_STEAL);
    assert_int_equal(in.threads[1].cpu.os_index, 5);
    assert_true(in.metrics.items[0].total);
    assert_true(in.metrics.items[0].value == 1e9);
    assert_int_equal(in.metrics.items[1].state, SPB_METRIC_NO_PMU);
    assert_string_equal(in.metrics.items[1].reason, "no PMU");
    assert_memory_equal(in.latency, out.latency, sizeof(*in.latency));
    spb_process_release(&in);
    spb_process_release(&out);
    spb_strbuf_release(&bytes);
}

static void jobs_survive(void **state)
{
    (void)state;
    struct spb_param_value params[] = {{(char[]){"size"}, (char[]){"4KiB"}, 4096, SPB_PARAM_BYTES},
                                       {(char[]){"pair"}, (char[]){"0-1"}, 1, SPB_PARAM_CPU_PAIR}};
    struct spb_cpu cpus[] = {{3}, {1}};
    struct spb_job job = {.workload = (char[]){"cpu/x"},
                          .params = params,
                          .param_count = 2,
                          .threads = 2,
                          .pinned = true,
                          .cpus = cpus,
                          .counters = (char[]){"off"},
                          .seed = 42,
                          .precision_ratio = 0.01};
    struct spb_job in;
    struct spb_strbuf bytes = {0};
    spb_job_encode(&job, &bytes);
    assert_int_equal(spb_job_decode(bytes.text, bytes.length, &in), 0);
    assert_string_equal(in.workload, "cpu/x");
    assert_string_equal(in.params[0].text, "4KiB");
    assert_int_equal(in.params[1].kind, SPB_PARAM_CPU_PAIR);
    assert_int_equal(in.cpus[0].os_index, 3);
    assert_int_equal(in.seed, 42);
    assert_true(in.precision_ratio == 0.01);
    spb_job_release(&in);
    spb_strbuf_release(&bytes);
}

/* The runner keeps what it is told in files, which must be readable. */
static void numbers_beyond_all_measure_are_refused(void **state)
{
    (void)state;
    const struct spb_process reports[] = {{.work_per_iteration = 1, .overhead_ns = INT64_MAX},
                                          {.work_per_iteration = 1, .overhead_ns = (uint64_t)INT64_MAX + 1},
                                          {.work_per_iteration = -1}};
    for (size_t i = 0; i < 3; i++) {
        struct spb_process in;
        struct spb_strbuf bytes = {0};
        spb_report_encode(&reports[i], &bytes);
        assert_int_equal(spb_report_decode(bytes.text, bytes.length, &in), i == 0 ? 0 : -EBADMSG);
        spb_process_release(&in);
        spb_strbuf_release(&bytes);
    }
}

/* Whatever a broken worker sends: refused or read, never a crash (the sanitizers watch), and no sample of zero length. */
static void damaged_reports_are_harmless(void **state)
{
    (void)state;
    struct spb_process out = make_process(), in;
    struct spb_strbuf bytes = {0};
    struct spb_random random = {.state = 1};
    spb_report_encode(&out, &bytes);
    for (size_t length = 0; length < bytes.length; length++)
        assert_int_equal(spb_report_decode(bytes.text, length, &in), -EBADMSG);
    for (int i = 0; i < 20000; i++) {
        char *copy = malloc(bytes.length);
        memcpy(copy, bytes.text, bytes.length);
        for (uint64_t flips = 1 + spb_random_below(&random, 4); flips; flips--)
            copy[spb_random_below(&random, bytes.length)] = (char)spb_random_next(&random);
        if (spb_report_decode(copy, bytes.length, &in) == 0) {
            for (size_t s = 0; s < in.sample_count; s++)
                assert_true(in.samples[s].elapsed_ns && in.samples[s].iterations);
            spb_process_release(&in);
        }
        free(copy);
    }
    spb_process_release(&out);
    spb_strbuf_release(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reports_survive), cmocka_unit_test(jobs_survive),
                                       cmocka_unit_test(numbers_beyond_all_measure_are_refused),
                                       cmocka_unit_test(damaged_reports_are_harmless)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
