/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "file.h"
#include "noise_probe.h"

/* A made-up machine whose counters the test advances by writing its files anew, in place. */
static char root[] = "/tmp/spb_noise_XXXXXX";
static const pid_t tid = 7;

static void write_file(const char *path, const char *text)
{
    char whole[128];
    snprintf(whole, sizeof(whole), "%s/proc/%s", root, path);
    assert_int_equal(spb_file_make_parents(whole, NULL), 0);
    FILE *file = fopen(whole, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static int make_root(void **state)
{
    (void)state;
    return mkdtemp(root) ? 0 : -1;
}

static int remove_root(void **state)
{
    (void)state;
    static const char *const paths[] = {"/proc/stat", "/proc/7/schedstat", "/proc/7/status", "/proc/7", "/proc", ""};
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        char whole[128];
        snprintf(whole, sizeof(whole), "%s%s", root, paths[i]);
        remove(whole);
    }
    return 0;
}

static void set_machine(unsigned steal0, unsigned steal1, const char *schedstat)
{
    char text[256];
    snprintf(text, sizeof(text), "cpu 9 0 0 9 0 0 0 %u 0 0\ncpu0 9 0 0 9 0 0 0 %u 0 0\ncpu1 9 0 0 9 0 0 0 %u 0 0\n",
             steal0 + steal1, steal0, steal1);
    write_file("stat", text);
    write_file("7/schedstat", schedstat);
    write_file("7/status", "VmHWM:\t 64 kB\n");
}

static void *open_on_cpu_1(uint64_t reading_limit_ns)
{
    static const struct spb_cpu cpu = {1};
    struct spb_noise_options options = {.root = root, .reading_limit_ns = reading_limit_ns};
    struct spb_probe_target target = {&tid, &cpu, 1};
    void *probe;
    assert_int_equal(spb_noise_probe.open(&options, &target, &probe, NULL), 0);
    return probe;
}

static struct spb_metrics read_and_close(void *probe)
{
    struct spb_metrics metrics = {0};
    assert_int_equal(spb_noise_probe.read(probe, &metrics, NULL), 0);
    spb_noise_probe.close(probe);
    return metrics;
}

static double value_of(const struct spb_metrics *metrics, const char *name)
{
    const struct spb_metric *metric = spb_metrics_find(metrics, name);
    assert_non_null(metric);
    assert_true(spb_metric_has_value(metric));
    return metric->value;
}

static const struct spb_metric *absent(const struct spb_metrics *metrics, const char *name)
{
    const struct spb_metric *metric = spb_metrics_find(metrics, name);
    assert_non_null(metric);
    assert_false(spb_metric_has_value(metric));
    assert_string_not_equal(metric->reason, "");
    return metric;
}

static void only_samples_count(void **state)
{
    (void)state;
    set_machine(0, 10, "1000 500 3\n");
    void *probe = open_on_cpu_1(UINT64_MAX);
    set_machine(0, 50, "1000 600 3\n");
    spb_noise_probe.start(probe);
    assert_int_equal(spb_noise_probe.stop(probe), 0);
    spb_noise_probe.start(probe);
    set_machine(7, 52, "2000 900 4\n");
    assert_int_equal(spb_noise_probe.stop(probe), SPB_MARK_STEAL);
    set_machine(7, 99, "3000 5000 5\n");
    struct spb_metrics metrics = read_and_close(probe);
    assert_true(value_of(&metrics, "steal") == 2e7);
    assert_true(value_of(&metrics, "run-queue-delay") == 300);
    assert_true(value_of(&metrics, "peak-rss") == 65536);
    spb_metrics_release(&metrics);
}

static void others_cpus_do_not_mark(void **state)
{
    (void)state;
    set_machine(0, 10, "1000 500 3\n");
    void *probe = open_on_cpu_1(UINT64_MAX);
    spb_noise_probe.start(probe);
    set_machine(90, 10, "1000 500 3\n");
    assert_int_equal(spb_noise_probe.stop(probe), 0);
    spb_noise_probe.close(probe);
}

/* A nanosecond is no hundredth of two file accesses; an hour is more than any sample here takes. */
static void waiting_for_long_marks(void **state)
{
    (void)state;
    set_machine(0, 10, "1000 500 3\n");
    void *probe = open_on_cpu_1(UINT64_MAX);
    spb_noise_probe.start(probe);
    set_machine(0, 10, "1000 501 4\n");
    assert_int_equal(spb_noise_probe.stop(probe), 0);
    spb_noise_probe.start(probe);
    set_machine(0, 10, "1000 3600000000501 5\n");
    assert_int_equal(spb_noise_probe.stop(probe), SPB_MARK_WAITED);
    spb_noise_probe.close(probe);
}

static void dear_readings_span_the_process(void **state)
{
    (void)state;
    set_machine(0, 10, "1000 500 3\n");
    void *probe = open_on_cpu_1(1);
    spb_noise_probe.start(probe);
    set_machine(0, 11, "1000 600 3\n");
    assert_int_equal(spb_noise_probe.stop(probe), 0);
    set_machine(0, 13, "1000 700 3\n");
    spb_noise_probe.start(probe);
    set_machine(0, 14, "1000 800 3\n");
    assert_int_equal(spb_noise_probe.stop(probe), 0);
    struct spb_metrics metrics = read_and_close(probe);
    assert_int_equal(absent(&metrics, "steal")->state, SPB_METRIC_NOT_COUNTED);
    assert_true(value_of(&metrics, "steal-whole-process") == 4e7);
    assert_true(value_of(&metrics, "run-queue-delay-whole-process") == 300);
    spb_metrics_release(&metrics);
}

static void what_the_kernel_lacks_is_absent(void **state)
{
    (void)state;
    set_machine(0, 10, "0 0 0\n");
    write_file("stat", "cpu 9 0 0 9\ncpu0 9 0 0 9\ncpu1 9 0 0 9\n");
    write_file("7/status", "Name:\tx\n");
    void *probe = open_on_cpu_1(UINT64_MAX);
    spb_noise_probe.start(probe);
    assert_int_equal(spb_noise_probe.stop(probe), 0);
    struct spb_metrics metrics = read_and_close(probe);
    assert_int_equal(absent(&metrics, "steal")->state, SPB_METRIC_NOT_SUPPORTED);
    assert_int_equal(absent(&metrics, "run-queue-delay")->state, SPB_METRIC_NOT_SUPPORTED);
    absent(&metrics, "peak-rss");
    spb_metrics_release(&metrics);
}

static void garbage_in_the_middle_is_absent(void **state)
{
    (void)state;
    set_machine(0, 10, "1000 500 3\n");
    void *probe = open_on_cpu_1(UINT64_MAX);
    spb_noise_probe.start(probe);
    write_file("stat", "cpu x\n");
    write_file("7/schedstat", "");
    assert_int_equal(spb_noise_probe.stop(probe), 0);
    struct spb_metrics metrics = read_and_close(probe);
    absent(&metrics, "steal");
    absent(&metrics, "run-queue-delay");
    spb_metrics_release(&metrics);
}

static void the_live_machine_has_a_peak(void **state)
{
    (void)state;
    pid_t self = (pid_t)syscall(SYS_gettid);
    struct spb_probe_target target = {&self, NULL, 1};
    void *probe;
    assert_int_equal(spb_noise_probe.open(NULL, &target, &probe, NULL), 0);
    spb_noise_probe.start(probe);
    spb_noise_probe.stop(probe);
    struct spb_metrics metrics = read_and_close(probe);
    assert_true(value_of(&metrics, "peak-rss") > 100000);
    assert_non_null(spb_metrics_find(&metrics, "steal"));
    assert_non_null(spb_metrics_find(&metrics, "run-queue-delay"));
    spb_metrics_release(&metrics);
    spb_noise_probe.close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_samples_count),
        cmocka_unit_test(others_cpus_do_not_mark),
        cmocka_unit_test(waiting_for_long_marks),
        cmocka_unit_test(dear_readings_span_the_process),
        cmocka_unit_test(what_the_kernel_lacks_is_absent),
        cmocka_unit_test(garbage_in_the_middle_is_absent),
        cmocka_unit_test(the_live_machine_has_a_peak),
    };
    return cmocka_run_group_tests(tests, make_root, remove_root);
}
