/* SPDX-License-Identifier: MIT
 *
 * One side of an experiment in pairs: a workload that is always the same, and one of which the other side has, or has not, the like.
 */
#include <stdlib.h>
#include <unistd.h>

#include <spbench.h>

static int set_up(struct spb_bench *bench)
{
    uint64_t *sum = spb_alloc(bench, sizeof(*sum));
    spb_set_state(bench, sum);
    return sum ? 0 : -1;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    uint64_t *sum = thread->state;
    for (uint64_t i = 0; i < iterations; i++) {
        *sum += i;
        spb_change(*sum);
    }
}

/* SIDE_FAILS in the environment of a process fails it. */
static int verify(struct spb_bench *bench)
{
    return getenv("SIDE_FAILS") ? spb_fail(bench, "SIDE_FAILS is set") : 0;
}

#if defined(SIDE_CRASH)
static void run_subject(struct spb_thread *thread, uint64_t iterations)
{
    (void)thread;
    (void)iterations;
    abort();
}
#elif defined(SIDE_HANG)
static void run_subject(struct spb_thread *thread, uint64_t iterations)
{
    (void)thread;
    (void)iterations;
    for (;;)
        pause();
}
#else
#define run_subject run
#endif

#ifdef SIDE_WRONG
static int verify_subject(struct spb_bench *bench)
{
    return spb_fail(bench, "41 is not 42");
}
#else
#define verify_subject NULL
#endif

#ifdef SIDE_WORK
static int set_up_subject(struct spb_bench *bench)
{
    spb_set_work(bench, 2);
    return set_up(bench);
}
#else
#define set_up_subject set_up
#endif

#ifdef SIDE_UNIT
#define UNIT "byte"
#else
#define UNIT "sum"
#endif

#ifdef SIDE_VERSION
#define VERSION 2
#else
#define VERSION 1
#endif

static const struct spb_workload steady = {
    SPB_WORKLOAD_HEADER, .name = "side/steady", .summary = "sums", .meaning = "nothing", .unit = "sum",
    .version = 1,        .set_up = set_up,      .run = run,        .verify = verify};
static const struct spb_workload subject = {SPB_WORKLOAD_HEADER,      .name = "side/subject", .summary = "sums",
                                            .meaning = "nothing",     .unit = UNIT,           .version = VERSION,
                                            .set_up = set_up_subject, .run = run_subject,     .verify = verify_subject};
static const struct spb_workload *const table[] = {&steady,
#ifndef SIDE_LACKS
                                                   &subject,
#endif
                                                   NULL};
SPB_PLUGIN(table)
