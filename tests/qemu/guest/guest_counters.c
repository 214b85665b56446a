/* SPDX-License-Identifier: MIT
 *
 * counters/ on a PMU that really counts. The emulator runs one instruction a nanosecond and a cycle, so that counts are
 * exact and the same in every run.
 */
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "counter_probe.h"
#include "derived.h"
#include "guest.h"

/* Two instructions an iteration. */
static void loop(uint64_t iterations)
{
    __asm__ volatile("1: subs %0, %0, #1\n b.ne 1b" : "+r"(iterations) : : "cc");
}

static void *loop_thread(void *iterations)
{
    loop(*(const uint64_t *)iterations);
    return NULL;
}

/* An empty list where the probe could not be opened; that is a failed check. */
static struct spb_metrics measure(const char *text, bool exclude_kernel, void (*work)(uint64_t), uint64_t iterations)
{
    struct spb_counter_selection selection;
    struct spb_metrics metrics = {0};
    struct spb_error err = {0};
    void *probe = NULL;
    const pid_t self = gettid();
    int code = spb_counter_selection_parse(text, &selection, &err);
    const struct spb_counter_options options = {.selection = &selection, .exclude_kernel = exclude_kernel};
    if (code == 0)
        code = spb_counter_probe.open(&options, &(struct spb_probe_target){.tids = &self, .count = 1}, &probe, &err);
    if (code == 0) {
        spb_counter_probe.start(probe);
        work(iterations);
        spb_counter_probe.stop(probe);
        code = spb_counter_probe.read(probe, &metrics, &err);
    }
    if (code < 0)
        guest_check(false, "%s: %s", text, err.text);
    spb_counter_probe.close(probe);
    spb_counter_selection_release(&selection);
    return metrics;
}

/* NAN where there is no value. */
static double value(const struct spb_metrics *metrics, const char *name)
{
    const struct spb_metric *metric = spb_metrics_find(metrics, name);
    return metric && spb_metric_has_value(metric) ? metric->value : NAN;
}

static bool has_state(const struct spb_metrics *metrics, const char *name, enum spb_metric_state state)
{
    const struct spb_metric *metric = spb_metrics_find(metrics, name);
    return guest_check(metric && metric->state == state, "%s is %s (%s)", name, spb_metric_state_name(state),
                       !metric             ? "not there"
                       : metric->reason[0] ? metric->reason
                                           : "has a value");
}

static double count_loop(const char *event, uint64_t iterations)
{
    char name[80];
    struct spb_metrics metrics = measure(event, true, loop, iterations);
    snprintf(name, sizeof(name), "%s:u", event);
    double count = value(&metrics, name);
    spb_metrics_release(&metrics);
    return count;
}

static void counts_are_exact(const char *event)
{
    const uint64_t iterations = 1000000;
    double first = count_loop(event, iterations), excess = first - 2 * (double)iterations;
    guest_note("%s: loop of %llu instructions counts %.0f more", event, 2 * (unsigned long long)iterations, excess);
    guest_check(excess >= 0 && excess < 100, "%s: a loop counts its length and a constant", event);
    bool same = true;
    for (unsigned i = 0; i < 5; i++)
        same = same && count_loop(event, iterations) == first;
    guest_check(same, "%s: the count is the same in every run", event);
    double longer = count_loop(event, 3 * iterations);
    guest_check(longer - first == 4 * (double)iterations, "%s: the constant does not depend on the length", event);
}

/* What start and stop themselves add to a count that takes in the kernel. */
static void overhead_is_small(void)
{
    struct spb_metrics metrics = measure("instructions,cycles", false, loop, 1);
    double count = value(&metrics, "instructions");
    guest_note("an empty region counts %.0f instructions, with the kernel", count);
    guest_check(count > 0 && count < 5000, "start and stop add little to a count");
    spb_metrics_release(&metrics);
}

static void loop_in_two_threads(uint64_t iterations)
{
    pthread_t threads[2];
    for (unsigned i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, loop_thread, &iterations);
    for (unsigned i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
}

static void new_threads_count_too(void)
{
    const uint64_t iterations = 5000000;
    struct spb_metrics metrics = measure("instructions,cycles", true, loop_in_two_threads, iterations);
    double count = value(&metrics, "instructions:u"), expected = 4 * (double)iterations;
    guest_note("two threads of %.0f instructions in all: %.0f", expected, count);
    guest_check(count >= expected && count < expected * 1.01, "threads made in the region count, threads and loop");
    guest_check(value(&metrics, "context-switches") >= 2, "context switches are counted");
    spb_metrics_release(&metrics);
}

static void twelve_events_take_turns(void)
{
    const uint64_t iterations = 100000000;
    /* Twelve names of one event. */
    struct spb_metrics metrics = measure("r8,r08,r008,r0008,r00008,r000008,r0000008,r00000008,r000000008,r0000000008,"
                                         "r00000000008,r000000000008",
                                         true, loop, iterations);
    unsigned multiplexed = 0, near = 0;
    double worst = 0, low = 1, high = 0;
    for (size_t i = 4; i < metrics.count; i++) {
        const struct spb_metric *metric = &metrics.items[i];
        double error = fabs(metric->value / (2 * (double)iterations) - 1);
        multiplexed += metric->state == SPB_METRIC_MULTIPLEXED && fabs(metric->share - 0.5) < 0.05;
        near += spb_metric_has_value(metric) && error < 0.005;
        worst = fmax(worst, error);
        low = fmin(low, metric->share);
        high = fmax(high, metric->share);
    }
    guest_note("twelve events: shares %.3f to %.3f, worst error %.4f %%", low, high, worst * 100);
    guest_check(multiplexed == 12, "twelve events are multiplexed with a share of about a half: %u", multiplexed);
    guest_check(near == 12, "and scale to within 0.5 %%: %u", near);
    spb_metrics_release(&metrics);
}

static void what_fits_is_not_multiplexed(void)
{
    struct spb_metrics metrics = measure("r8,r08,r008,r0008,r00008,r000008,cycles", true, loop, 10000000);
    unsigned exact = 0;
    for (size_t i = 4; i < metrics.count; i++)
        exact += metrics.items[i].state == SPB_METRIC_OK;
    guest_check(exact == 7, "six events and cycles count all the time: %u", exact);
    spb_metrics_release(&metrics);
}

static void states_are_told_apart(void)
{
    struct spb_metrics metrics = measure("auto", false, loop, 50000000);
    has_state(&metrics, "task-clock", SPB_METRIC_OK);
    has_state(&metrics, "instructions", SPB_METRIC_OK);
    has_state(&metrics, "cycles", SPB_METRIC_OK);
    has_state(&metrics, "branches", SPB_METRIC_NOT_SUPPORTED);
    has_state(&metrics, "cache-misses", SPB_METRIC_NOT_SUPPORTED);
    spb_metrics_add(&metrics, "work", "operation", 50000000);
    spb_derive_metrics(&metrics);
    guest_note("%.4f GHz, %.4f instructions per cycle, %.4f cycles per operation",
               value(&metrics, "effective-frequency"), value(&metrics, "instructions-per-cycle"),
               value(&metrics, "cycles-per-unit"));
    guest_check(fabs(value(&metrics, "effective-frequency") - 1) < 0.02, "the effective frequency is 1 GHz");
    guest_check(fabs(value(&metrics, "cycles-per-unit") - 2) < 0.02, "an operation takes two cycles");
    has_state(&metrics, "branch-misses-per-1000-instructions", SPB_METRIC_NOT_SUPPORTED);
    spb_metrics_release(&metrics);

    metrics = measure("r10,BRANCH_MISPRED", false, loop, 1000000);
    has_state(&metrics, "r10", SPB_METRIC_NOT_COUNTED);
    has_state(&metrics, "BRANCH_MISPRED", SPB_METRIC_NOT_COUNTED);
    spb_metrics_release(&metrics);
}

static void libpfm_knows_this_pmu(void)
{
    struct spb_counter_event event;
    struct spb_error err = {0};
    guest_check(spb_counter_event_parse("arm_ac57::INST_RETIRED", &event, &err) == 0 && event.config == 8,
                "libpfm4 names this PMU's events");
    guest_check(spb_counter_event_parse("INST_RETIRD", &event, &err) == -EINVAL && strstr(err.text, "INST_RETIRED"),
                "and the nearest is proposed: %s", err.text);
}

/* ---- permissions ----------------------------------------------------------------------------------------------- */

static void print_states(int level)
{
    struct spb_metrics metrics = measure("auto", false, loop, 1000000);
    struct spb_pmu_status pmu;
    spb_pmu_status_read(NULL, &pmu);
    guest_note("perf_event_paranoid %d, not root: %s: %s; %s", level, spb_pmu_state_name(pmu.state), pmu.text,
               pmu.cure);
    for (size_t i = 0; i < metrics.count; i++)
        guest_note("  %s %s %.0f %s", metrics.items[i].name, spb_metric_state_name(metrics.items[i].state),
                   metrics.items[i].value, metrics.items[i].reason);
    spb_metrics_release(&metrics);
}

static bool refused_at_3(void)
{
    struct spb_metrics metrics = measure("auto", false, loop, 1000000);
    bool good = metrics.count == 10;
    for (size_t i = 0; i < metrics.count; i++)
        good = good && metrics.items[i].state == SPB_METRIC_NO_PERMISSION &&
               strstr(metrics.items[i].reason, "perf_event_paranoid is 3; run: sudo sysctl -w");
    struct spb_counter_selection selection;
    struct spb_error err = {0};
    spb_counter_selection_parse("require", &selection, &err);
    return good && spb_counters_check(&selection, NULL, &err) == -ENOTSUP;
}

/* A context switch happens in the kernel: at level 2 its counter opens and would read a false 0. */
static bool user_mode_at_2(void)
{
    struct spb_metrics metrics = measure("auto", false, loop, 1000000);
    const struct spb_metric *switches = spb_metrics_find(&metrics, "context-switches");
    struct spb_pmu_status pmu;
    spb_pmu_status_read(NULL, &pmu);
    return pmu.state == SPB_PMU_USER_ONLY && value(&metrics, "instructions:u") >= 2000000 &&
           value(&metrics, "task-clock") > 1000000 && switches && switches->state == SPB_METRIC_NO_PERMISSION;
}

static bool everything_at_1(void)
{
    struct spb_metrics metrics = measure("auto", false, loop, 1000000);
    struct spb_pmu_status pmu;
    spb_pmu_status_read(NULL, &pmu);
    return pmu.state == SPB_PMU_AVAILABLE && value(&metrics, "instructions") > 2000000 &&
           value(&metrics, "context-switches") >= 0;
}

static void as_nobody(int level, bool (*check)(void), const char *what)
{
    guest_set_paranoid(level);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        if (setresgid(65534, 65534, 65534) < 0 || setresuid(65534, 65534, 65534) < 0)
            _exit(2);
        bool good = check();
        if (!good)
            print_states(level);
        fflush(stdout);
        _exit(good ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    guest_check(WIFEXITED(status) && WEXITSTATUS(status) == 0, "perf_event_paranoid %d, not root: %s", level, what);
}

static void root_is_not_bound_by_the_level(void)
{
    struct spb_pmu_status pmu;
    guest_set_paranoid(3);
    spb_pmu_status_read(NULL, &pmu);
    guest_check(pmu.state == SPB_PMU_AVAILABLE && pmu.paranoid == 3, "perf_event_paranoid 3, root: %s", pmu.text);
}

void guest_test_counters(void)
{
    libpfm_knows_this_pmu();
    counts_are_exact("instructions");
    counts_are_exact("INST_RETIRED");
    counts_are_exact("cycles");
    overhead_is_small();
    new_threads_count_too();
    what_fits_is_not_multiplexed();
    twelve_events_take_turns();
    states_are_told_apart();
    as_nobody(3, refused_at_3, "every event is refused, with the command that mends it");
    as_nobody(2, user_mode_at_2, "user mode alone is counted, and said");
    as_nobody(1, everything_at_1, "everything is counted");
    root_is_not_bound_by_the_level();
}
