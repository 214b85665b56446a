/* SPDX-License-Identifier: MIT
 *
 * Detached threads, which nobody joins: the measured thread goes on creating them while at most IN_FLIGHT are under way,
 * and waits for the last ones at the end of each sample. They inherit its CPU.
 */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <string.h>

#include "spbench.h"

#define IN_FLIGHT 16

struct nursery {
    pthread_attr_t detached;
    sem_t places;
    _Atomic uint64_t ran;
    uint64_t wanted;
    int error;
};

/* Leaving its place is the last that a thread does for us. */
static void *count_one(void *argument)
{
    struct nursery *nursery = argument;
    atomic_fetch_add_explicit(&nursery->ran, 1, memory_order_relaxed);
    sem_post(&nursery->places);
    return NULL;
}

static int set_up(struct spb_bench *bench)
{
    struct nursery *nursery = spb_alloc(bench, sizeof(*nursery));
    if (!nursery)
        return -1;
    pthread_attr_init(&nursery->detached);
    pthread_attr_setdetachstate(&nursery->detached, PTHREAD_CREATE_DETACHED);
    sem_init(&nursery->places, 0, IN_FLIGHT);
    spb_set_state(bench, nursery);
    return 0;
}

static void take_place(struct nursery *nursery)
{
    while (sem_wait(&nursery->places) < 0 && errno == EINTR)
        ;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    struct nursery *nursery = thread->state;
    pthread_t handle;

    for (uint64_t i = 0; i < iterations && nursery->error == 0; i++) {
        take_place(nursery);
        nursery->error = pthread_create(&handle, &nursery->detached, count_one, nursery);
        if (nursery->error)
            sem_post(&nursery->places);
    }
    for (unsigned i = 0; i < IN_FLIGHT; i++)
        take_place(nursery);
    for (unsigned i = 0; i < IN_FLIGHT; i++)
        sem_post(&nursery->places);
    nursery->wanted += iterations;
}

static int verify(struct spb_bench *bench)
{
    struct nursery *nursery = spb_state(bench);
    uint64_t ran = atomic_load(&nursery->ran);

    if (nursery->error)
        return spb_fail(bench, "a thread could not be created: %s", strerror(nursery->error));
    if (ran != nursery->wanted)
        return spb_fail(bench, "%llu threads ran, not %llu", (unsigned long long)ran,
                        (unsigned long long)nursery->wanted);
    spb_report(bench, "threads-alive-most", "thread", IN_FLIGHT + 1);
    return 0;
}

const struct spb_workload spb_thread_spawn_detached = {
    SPB_WORKLOAD_HEADER,
    .name = "thread/spawn-detached",
    .summary = "detached threads that do nothing, up to 16 under way",
    .meaning = "cost of a thread that nobody waits for; less than with a join where exits overlap",
    .unit = "spawn",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .set_up = set_up,
    .run = run,
    .verify = verify,
};
