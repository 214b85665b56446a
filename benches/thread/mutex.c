/* SPDX-License-Identifier: MIT
 *
 * A mutex around an addition: taken by one thread alone, which is the price of locking as such; and wanted by all threads
 * at once and again at once, the worst case of a lock. How evenly it is handed out shows in the times of the threads,
 * which the harness reports for every row.
 */
#include <pthread.h>

#include "spbench.h"

struct shared {
    pthread_mutex_t mutex __attribute__((aligned(128)));
    uint64_t counter; /* beside the mutex, as data that a lock guards often is */
    uint64_t wanted __attribute__((aligned(128)));
};

static int set_up(struct spb_bench *bench)
{
    struct shared *shared = spb_alloc(bench, sizeof(*shared));
    if (!shared)
        return -1;
    pthread_mutex_init(&shared->mutex, NULL);
    spb_set_state(bench, shared);
    spb_set_work(bench, spb_threads(bench));
    return 0;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    struct shared *shared = thread->state;

    for (uint64_t i = 0; i < iterations; i++) {
        pthread_mutex_lock(&shared->mutex);
        shared->counter++;
        pthread_mutex_unlock(&shared->mutex);
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

static void tear_down(struct spb_bench *bench)
{
    struct shared *shared = spb_state(bench);
    pthread_mutex_destroy(&shared->mutex);
}

const struct spb_workload spb_thread_mutex_uncontended = {
    SPB_WORKLOAD_HEADER,
    .name = "thread/mutex-uncontended",
    .summary = "one thread locks and unlocks a pthread mutex around an addition",
    .meaning = "price of a lock that nobody else wants: two atomic instructions and two calls of the C library",
    .unit = "lock",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .set_up = set_up,
    .run = run,
    .verify = verify,
    .tear_down = tear_down,
};

const struct spb_workload spb_thread_mutex_contended = {
    SPB_WORKLOAD_HEADER,
    .name = "thread/mutex-contended",
    .summary = "all threads lock one pthread mutex around an addition",
    .meaning = "locks taken in a second, all threads together, when every thread wants the same one all the time",
    .unit = "lock",
    .measure = SPB_UNITS_PER_SECOND,
    .version = 1,
    .threads_min = 2,
    .threads_max = ~0u,
    .set_up = set_up,
    .run = run,
    .verify = verify,
    .tear_down = tear_down,
};
