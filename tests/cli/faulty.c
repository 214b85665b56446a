/* SPDX-License-Identifier: MIT
 *
 * A program of its own (SPB_MAIN) whose workloads misbehave, each in one way: for the tests of what `run` makes of it.
 */
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "spbench.h"

static void spin(uint64_t iterations)
{
    for (uint64_t i = 0; i < iterations; i++)
        spb_keep(i);
}

static void run_fine(struct spb_thread *thread, uint64_t iterations)
{
    (void)thread;
    spin(iterations);
}

/* Sanitizers catch SIGSEGV; here it is meant to kill. */
static void crash(void)
{
    signal(SIGSEGV, SIG_DFL);
    raise(SIGSEGV);
}

static void run_crash(struct spb_thread *thread, uint64_t iterations)
{
    (void)thread;
    (void)iterations;
    crash();
}

static int set_up_crash(struct spb_bench *bench)
{
    (void)bench;
    fprintf(stderr, "about to fall\n");
    crash();
    return 0;
}

static void run_hang(struct spb_thread *thread, uint64_t iterations)
{
    (void)thread;
    (void)iterations;
    for (;;)
        pause();
}

static int set_up_memory(struct spb_bench *bench)
{
    return spb_alloc(bench, (size_t)1 << 50) ? 0 : -1;
}

static int verify_wrong(struct spb_bench *bench)
{
    return spb_fail(bench, "the sum is %d, not %d", 41, 42);
}

static void run_exit(struct spb_thread *thread, uint64_t iterations)
{
    (void)thread;
    (void)iterations;
    exit(3);
}

static void run_nothing(struct spb_thread *thread, uint64_t iterations)
{
    (void)thread;
    (void)iterations;
}

/* Leaves its CPU for whichever other one it may have. */
static void run_stray(struct spb_thread *thread, uint64_t iterations)
{
    cpu_set_t others;
    (void)thread;
    CPU_ZERO(&others);
    for (unsigned cpu = 0; cpu < CPU_SETSIZE; cpu++)
        if (cpu != (unsigned)sched_getcpu())
            CPU_SET(cpu, &others);
    sched_setaffinity(0, sizeof(others), &others);
    spin(iterations);
}

static int thread_set_up_refuse(struct spb_thread *thread)
{
    return thread->index == 1 ? spb_fail(thread->bench, "thread 1 has no seat") : 0;
}

static int set_up_no_parameter(struct spb_bench *bench)
{
    spb_param(bench, "sise");
    return 0;
}

static void run_slow(struct spb_thread *thread, uint64_t iterations)
{
    (void)thread;
    for (uint64_t i = 0; i < iterations; i++)
        nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
}

static const char *never(void)
{
    return "needs a machine that was never built";
}

#define FAULTY(symbol, text, ...)                                                                                      \
    static const struct spb_workload symbol = {SPB_WORKLOAD_HEADER,  .name = "faulty/" text, .summary = "for tests",   \
                                               .meaning = "nothing", .unit = "operation",    .version = 1,             \
                                               __VA_ARGS__}

FAULTY(fine, "fine", .run = run_fine, .threads_max = UINT_MAX);
FAULTY(crashing, "crash", .run = run_crash);
FAULTY(crashing_set_up, "crash-set-up", .run = run_fine, .set_up = set_up_crash);
FAULTY(hanging, "hang", .run = run_hang);
FAULTY(hungry, "memory", .run = run_fine, .set_up = set_up_memory);
FAULTY(wrong, "wrong", .run = run_fine, .verify = verify_wrong);
FAULTY(exiting, "exit", .run = run_exit);
FAULTY(idle, "nothing", .run = run_nothing);
FAULTY(straying, "stray", .run = run_stray);
FAULTY(refusing, "thread", .run = run_fine, .thread_set_up = thread_set_up_refuse, .threads_min = 2, .threads_max = 2);
FAULTY(asking, "parameter", .run = run_fine, .set_up = set_up_no_parameter);
FAULTY(slow, "slow", .run = run_slow);
FAULTY(unavailable, "unavailable", .run = run_fine, .unavailable = never);

static const struct spb_workload *const workloads[] = {
    &fine, &crashing, &crashing_set_up, &hanging, &hungry, &wrong,       &exiting,
    &idle, &straying, &refusing,        &asking,  &slow,   &unavailable, NULL};

SPB_MAIN(workloads)
