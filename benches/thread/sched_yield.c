/* SPDX-License-Identifier: MIT
 *
 * sched_yield() by a thread that has its CPU for itself: entry into the kernel, a look at the run queue, and back.
 */
#include <sched.h>

#include "spbench.h"

struct count {
    uint64_t wanted;
    uint64_t yielded;
};

static int set_up(struct spb_bench *bench)
{
    struct count *count = spb_alloc(bench, sizeof(*count));
    if (!count)
        return -1;
    spb_set_state(bench, count);
    return 0;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    struct count *count = thread->state;
    uint64_t yielded = 0;

    for (uint64_t i = 0; i < iterations; i++)
        yielded += sched_yield() == 0;
    count->yielded += yielded;
    count->wanted += iterations;
}

static int verify(struct spb_bench *bench)
{
    const struct count *count = spb_state(bench);
    if (count->yielded != count->wanted)
        return spb_fail(bench, "%llu of %llu calls failed", (unsigned long long)(count->wanted - count->yielded),
                        (unsigned long long)count->wanted);
    return 0;
}

const struct spb_workload spb_thread_sched_yield = {
    SPB_WORKLOAD_HEADER,
    .name = "thread/sched-yield",
    .summary = "sched_yield by a thread that is alone on its CPU",
    .meaning = "a visit to the scheduler that changes nothing",
    .unit = "call",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .set_up = set_up,
    .run = run,
    .verify = verify,
};
