/* SPDX-License-Identifier: MIT
 *
 * A test-and-test-and-set spinlock around an addition. It looks before it tries to take, so that those who wait share the
 * line instead of tearing it from the holder; and it yields when waiting lasts, which only shows with more threads
 * than CPUs.
 */
#include <stdatomic.h>

#include "spbench.h"
#include "spin.h"

struct shared {
    _Atomic unsigned taken __attribute__((aligned(128)));
    uint64_t counter; /* on the line of the lock, as in a small object */
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

static inline void lock(struct shared *shared)
{
    unsigned spins = 0;
    while (atomic_exchange_explicit(&shared->taken, 1, memory_order_acquire))
        while (atomic_load_explicit(&shared->taken, memory_order_relaxed))
            spin(&spins);
}

static inline void unlock(struct shared *shared)
{
    atomic_store_explicit(&shared->taken, 0, memory_order_release);
}

static __attribute__((aligned(64))) void run(struct spb_thread *thread, uint64_t iterations)
{
    struct shared *shared = thread->state;

    for (uint64_t i = 0; i < iterations; i++) {
        lock(shared);
        shared->counter++;
        unlock(shared);
    }
    if (thread->index == 0)
        shared->wanted += iterations * thread->count;
}

static int verify(struct spb_bench *bench)
{
    const struct shared *shared = spb_state(bench);
    if (shared->counter != shared->wanted)
        return spb_fail(bench, "the counter stands at %llu after %llu additions", (unsigned long long)shared->counter,
                        (unsigned long long)shared->wanted);
    return 0;
}

const struct spb_workload spb_thread_spinlock = {
    SPB_WORKLOAD_HEADER,
    .name = "thread/spinlock",
    .summary = "threads take one test-and-test-and-set spinlock around an addition",
    .meaning = "locks taken in a second; with one thread the price of two atomic accesses, with more that of the "
               "line's travel",
    .unit = "lock",
    .measure = SPB_UNITS_PER_SECOND,
    .version = 1,
    .threads_max = ~0u,
    .set_up = set_up,
    .run = run,
    .verify = verify,
};
