/* SPDX-License-Identifier: MIT
 *
 * Readings of the kernel's clocks. In most set-ups the first three are answered in user space, by the vDSO; where the machine's
 * clock source does not allow that, each is a system call, and every program that measures time pays for it.
 */
#include <string.h>
#include <time.h>

#include "spbench.h"

struct readings {
    clockid_t clock;
    struct timespec last;
    uint64_t backwards;
    uint64_t failed;
    int advanced;
};

static int set_up(struct spb_bench *bench)
{
    static const struct {
        const char *name;
        clockid_t clock;
    } clocks[] = {{"monotonic", CLOCK_MONOTONIC},
                  {"realtime", CLOCK_REALTIME},
                  {"coarse", CLOCK_MONOTONIC_COARSE},
                  {"cpu-time", CLOCK_THREAD_CPUTIME_ID}};
    struct readings *readings = spb_alloc(bench, sizeof(*readings));
    if (!readings)
        return -1;
    for (size_t i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++)
        if (strcmp(clocks[i].name, spb_param_text(bench, "clock")) == 0)
            readings->clock = clocks[i].clock;
    spb_set_state(bench, readings);
    return 0;
}

static int is_before(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec < b->tv_sec || (a->tv_sec == b->tv_sec && a->tv_nsec < b->tv_nsec);
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    struct readings *readings = thread->state;
    struct timespec last = readings->last, now = last;
    for (uint64_t i = 0; i < iterations; i++) {
        readings->failed += clock_gettime(readings->clock, &now) != 0;
        readings->backwards += (uint64_t)is_before(&now, &last);
        last = now;
    }
    readings->advanced |= is_before(&readings->last, &last);
    readings->last = last;
}

/* The clock of the day may be set back meanwhile, which is no fault of the reading. */
static int verify(struct spb_bench *bench)
{
    const struct readings *readings = spb_state(bench);
    if (readings->failed || !readings->advanced)
        return spb_fail(bench, "%llu readings failed, and the clock %s", (unsigned long long)readings->failed,
                        readings->advanced ? "went on" : "stood still");
    if (readings->backwards && readings->clock != CLOCK_REALTIME)
        return spb_fail(bench, "the clock ran backwards %llu times", (unsigned long long)readings->backwards);
    return 0;
}

static const struct spb_param_spec params[] = {
    {.name = "clock",
     .summary = "which of the kernel's clocks",
     .defaults = "monotonic",
     .choices = "monotonic,realtime,coarse,cpu-time",
     .kind = SPB_PARAM_CHOICE},
    {0},
};

const struct spb_workload spb_cpu_clock = {
    SPB_WORKLOAD_HEADER,
    .name = "cpu/clock",
    .summary = "clock_gettime, by the vDSO where the clock source allows it",
    .meaning = "price of a time stamp; some 20 to 50 ns by the vDSO, ten times that by a system call",
    .unit = "call",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .params = params,
    .set_up = set_up,
    .run = run,
    .verify = verify,
};
