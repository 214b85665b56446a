/* SPDX-License-Identifier: MIT
 *
 * A POSIX semaphore that one thread posts and takes again: no one waits, no one is woken.
 */
#include <semaphore.h>

#include "spbench.h"

struct counter {
    sem_t semaphore;
    uint64_t failed;
};

static int set_up(struct spb_bench *bench)
{
    struct counter *counter = spb_alloc(bench, sizeof(*counter));
    if (!counter)
        return -1;
    sem_init(&counter->semaphore, 0, 0);
    spb_set_state(bench, counter);
    return 0;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    struct counter *counter = thread->state;

    for (uint64_t i = 0; i < iterations; i++) {
        counter->failed += sem_post(&counter->semaphore) != 0;
        counter->failed += sem_trywait(&counter->semaphore) != 0;
    }
}

static int verify(struct spb_bench *bench)
{
    struct counter *counter = spb_state(bench);
    int value = -1;
    sem_getvalue(&counter->semaphore, &value);
    if (counter->failed || value != 0)
        return spb_fail(bench, "%llu calls failed, and the semaphore ended at %d", (unsigned long long)counter->failed,
                        value);
    return 0;
}

static void tear_down(struct spb_bench *bench)
{
    struct counter *counter = spb_state(bench);
    sem_destroy(&counter->semaphore);
}

const struct spb_workload spb_thread_semaphore = {
    SPB_WORKLOAD_HEADER,
    .name = "thread/semaphore",
    .summary = "sem_post and sem_trywait by one thread",
    .meaning = "price of a semaphore that nobody waits for",
    .unit = "pair",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .set_up = set_up,
    .run = run,
    .verify = verify,
    .tear_down = tear_down,
};
