/* SPDX-License-Identifier: MIT
 *
 * Atomic additions to one counter: by one thread, whose core keeps the line, and by several, between which it travels.
 */
#include <stdatomic.h>

#include "spbench.h"

struct shared {
    _Atomic uint64_t counter __attribute__((aligned(128)));
    uint64_t wanted __attribute__((aligned(128)));
};

static int set_up(struct spb_bench *bench)
{
    struct shared *shared = spb_alloc(bench, sizeof(*shared));
    if (!shared)
        return -1;
    spb_set_state(bench, shared);
    spb_set_work(bench, spb_threads(bench));
    return 0;
}

static __attribute__((aligned(64))) void run(struct spb_thread *thread, uint64_t iterations)
{
    struct shared *shared = thread->state;

    for (uint64_t i = 0; i < iterations; i++)
        atomic_fetch_add_explicit(&shared->counter, 1, memory_order_relaxed);
    if (thread->index == 0)
        shared->wanted += iterations * thread->count;
}

static int verify(struct spb_bench *bench)
{
    struct shared *shared = spb_state(bench);
    uint64_t counter = atomic_load(&shared->counter);
    if (counter != shared->wanted)
        return spb_fail(bench, "the counter stands at %llu after %llu additions", (unsigned long long)counter,
                        (unsigned long long)shared->wanted);
    return 0;
}

const struct spb_workload spb_thread_atomic_add = {
    SPB_WORKLOAD_HEADER,
    .name = "thread/atomic-add",
    .summary = "threads add to one atomic counter",
    .meaning = "additions in a second, all threads together: what a shared statistic costs as threads are added",
    .unit = "operation",
    .measure = SPB_UNITS_PER_SECOND,
    .version = 1,
    .threads_max = ~0u,
    .set_up = set_up,
    .run = run,
    .verify = verify,
};
