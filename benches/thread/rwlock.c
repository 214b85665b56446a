/* SPDX-License-Identifier: MIT
 *
 * A pthread read-write lock around a look at two numbers that are changed only together: by readers alone, which may all
 * hold it at once and yet share the line of its counter, and with one writer in WRITE_EVERY turns of each thread.
 */
#include <pthread.h>
#include <string.h>

#include "spbench.h"

#define WRITE_EVERY 16

/* What a thread has done, on lines of its own. */
struct seat {
    uint64_t turns;
    uint64_t writes;
    uint64_t torn; /* the two numbers differed: the lock let a reader in beside a writer */
} __attribute__((aligned(128)));

struct shared {
    pthread_rwlock_t lock __attribute__((aligned(128)));
    uint64_t first;
    uint64_t second;
    int with_writers;
    struct seat *seats;
};

static int set_up(struct spb_bench *bench)
{
    struct shared *shared = spb_alloc(bench, sizeof(*shared));
    struct seat *seats = spb_alloc(bench, spb_threads(bench) * sizeof(*seats));
    if (!shared || !seats)
        return -1;
    pthread_rwlock_init(&shared->lock, NULL);
    shared->seats = seats;
    shared->with_writers = strcmp(spb_param_text(bench, "mode"), "mixed") == 0;
    spb_set_state(bench, shared);
    spb_set_work(bench, spb_threads(bench));
    return 0;
}

static inline void read_once(struct shared *shared, struct seat *seat)
{
    pthread_rwlock_rdlock(&shared->lock);
    seat->torn += shared->first != shared->second;
    pthread_rwlock_unlock(&shared->lock);
}

static inline void write_once(struct shared *shared, struct seat *seat)
{
    pthread_rwlock_wrlock(&shared->lock);
    shared->first++;
    spb_clobber();
    shared->second++;
    pthread_rwlock_unlock(&shared->lock);
    seat->writes++;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    struct shared *shared = thread->state;
    struct seat *seat = &shared->seats[thread->index];

    for (uint64_t i = 0; i < iterations; i++) {
        if (shared->with_writers && seat->turns % WRITE_EVERY == 0)
            write_once(shared, seat);
        else
            read_once(shared, seat);
        seat->turns++;
    }
}

static int verify(struct spb_bench *bench)
{
    const struct shared *shared = spb_state(bench);
    uint64_t writes = 0, turns = 0, torn = 0;

    for (unsigned i = 0; i < spb_threads(bench); i++) {
        writes += shared->seats[i].writes;
        turns += shared->seats[i].turns;
        torn += shared->seats[i].torn;
    }
    if (torn || shared->first != writes || shared->second != writes || turns == 0)
        return spb_fail(bench, "the lock does not keep readers and writers apart: %llu torn reads, %llu of %llu writes",
                        (unsigned long long)torn, (unsigned long long)shared->first, (unsigned long long)writes);
    return 0;
}

static void tear_down(struct spb_bench *bench)
{
    struct shared *shared = spb_state(bench);
    pthread_rwlock_destroy(&shared->lock);
}

static const struct spb_param_spec params[] = {
    {.name = "mode",
     .summary = "readers only, or one turn in 16 a write",
     .defaults = "read,mixed",
     .choices = "read,mixed",
     .kind = SPB_PARAM_CHOICE},
    {0},
};

const struct spb_workload spb_thread_rwlock = {
    SPB_WORKLOAD_HEADER,
    .name = "thread/rwlock",
    .summary = "all threads take one pthread read-write lock around a look at two numbers",
    .meaning = "locks taken in a second; readers that slow each other down share the lock's own counter",
    .unit = "lock",
    .measure = SPB_UNITS_PER_SECOND,
    .version = 1,
    .params = params,
    .threads_max = ~0u,
    .set_up = set_up,
    .run = run,
    .verify = verify,
    .tear_down = tear_down,
};
