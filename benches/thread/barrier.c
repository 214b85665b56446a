/* SPDX-License-Identifier: MIT
 *
 * All threads meet at a barrier, again and again: that of pthread, where those that come early sleep, or one that spins
 * until the last has come (sense-reversing, after Mellor-Crummey and Scott 1991).
 */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "spbench.h"
#include "spin.h"

/* How often a thread has met the others; read by them after each meeting. */
struct seat {
    _Atomic uint64_t meetings;
    uint64_t early; /* left the barrier before its neighbour had come */
} __attribute__((aligned(128)));

struct shared {
    pthread_barrier_t barrier;
    int spinning;
    struct seat *seats;
    uint64_t wanted;
    _Atomic unsigned arrived __attribute__((aligned(128)));
    _Atomic unsigned phase __attribute__((aligned(128)));
};

static int set_up(struct spb_bench *bench)
{
    struct shared *shared = spb_alloc(bench, sizeof(*shared));
    struct seat *seats = spb_alloc(bench, spb_threads(bench) * sizeof(*seats));
    if (!shared || !seats)
        return -1;
    shared->seats = seats;
    shared->spinning = strcmp(spb_param_text(bench, "kind"), "spin") == 0;
    pthread_barrier_init(&shared->barrier, NULL, spb_threads(bench));
    spb_set_state(bench, shared);
    return 0;
}

static inline void meet_spinning(struct shared *shared, unsigned count)
{
    unsigned phase = atomic_load_explicit(&shared->phase, memory_order_relaxed), spins = 0;
    if (atomic_fetch_add_explicit(&shared->arrived, 1, memory_order_acq_rel) + 1 == count) {
        atomic_store_explicit(&shared->arrived, 0, memory_order_relaxed);
        atomic_store_explicit(&shared->phase, phase + 1, memory_order_release);
        return;
    }
    while (atomic_load_explicit(&shared->phase, memory_order_acquire) == phase)
        spin(&spins);
}

/* A neighbour that is behind after the barrier was not waited for. */
static void run(struct spb_thread *thread, uint64_t iterations)
{
    struct shared *shared = thread->state;
    struct seat *own = &shared->seats[thread->index];
    struct seat *neighbour = &shared->seats[(thread->index + 1) % thread->count];

    for (uint64_t i = 0; i < iterations; i++) {
        uint64_t meetings = atomic_load_explicit(&own->meetings, memory_order_relaxed) + 1;
        atomic_store_explicit(&own->meetings, meetings, memory_order_relaxed);
        if (shared->spinning)
            meet_spinning(shared, thread->count);
        else
            pthread_barrier_wait(&shared->barrier);
        own->early += atomic_load_explicit(&neighbour->meetings, memory_order_relaxed) < meetings;
    }
    if (thread->index == 0)
        shared->wanted += iterations;
}

static int verify(struct spb_bench *bench)
{
    struct shared *shared = spb_state(bench);

    for (unsigned i = 0; i < spb_threads(bench); i++) {
        uint64_t meetings = atomic_load(&shared->seats[i].meetings);
        if (meetings != shared->wanted || shared->seats[i].early)
            return spb_fail(bench, "thread %u met the others %llu times of %llu, and left early %llu times", i,
                            (unsigned long long)meetings, (unsigned long long)shared->wanted,
                            (unsigned long long)shared->seats[i].early);
    }
    return 0;
}

static void tear_down(struct spb_bench *bench)
{
    struct shared *shared = spb_state(bench);
    pthread_barrier_destroy(&shared->barrier);
}

static const struct spb_param_spec params[] = {
    {.name = "kind",
     .summary = "those that come early sleep (pthread) or spin",
     .defaults = "pthread,spin",
     .choices = "pthread,spin",
     .kind = SPB_PARAM_CHOICE},
    {0},
};

const struct spb_workload spb_thread_barrier = {
    SPB_WORKLOAD_HEADER,
    .name = "thread/barrier",
    .summary = "all threads meet at a barrier",
    .meaning = "time until all threads have met: the least that a step of a parallel loop must be longer than",
    .unit = "barrier",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .params = params,
    .threads_min = 2,
    .threads_max = ~0u,
    .set_up = set_up,
    .run = run,
    .verify = verify,
    .tear_down = tear_down,
};
