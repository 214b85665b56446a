/* SPDX-License-Identifier: MIT
 *
 * Threads of the operating system, from pthread_create to pthread_join. What is created inherits the CPU of the
 * measured thread: where that is pinned, both take turns on one CPU.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "spbench.h"

#define BATCH_MAX 256

struct nursery {
    unsigned batch;
    int error; /* of the first call that failed */
    _Atomic uint64_t ran;
    uint64_t wanted;
    pthread_t children[BATCH_MAX];
};

static void *count_one(void *argument)
{
    struct nursery *nursery = argument;
    atomic_fetch_add_explicit(&nursery->ran, 1, memory_order_relaxed);
    return NULL;
}

static int set_up(struct spb_bench *bench)
{
    struct nursery *nursery = spb_alloc(bench, sizeof(*nursery));
    if (!nursery)
        return -1;
    nursery->batch = (unsigned)spb_param(bench, "batch");
    spb_set_state(bench, nursery);
    spb_set_work(bench, nursery->batch);
    return 0;
}

/* 0, or the error of the first thread that could not be created; those that were are joined in any case. */
static int spawn_batch(struct nursery *nursery)
{
    unsigned created = 0;
    int error = 0;

    while (created < nursery->batch && error == 0) {
        error = pthread_create(&nursery->children[created], NULL, count_one, nursery);
        created += error == 0;
    }
    for (unsigned i = 0; i < created; i++)
        pthread_join(nursery->children[i], NULL);
    return error;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    struct nursery *nursery = thread->state;

    for (uint64_t i = 0; i < iterations && nursery->error == 0; i++)
        nursery->error = spawn_batch(nursery);
    nursery->wanted += iterations * nursery->batch;
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
    return 0;
}

static const struct spb_param_spec params[] = {
    {.name = "batch",
     .summary = "threads created before the first of them is joined",
     .defaults = "1",
     .minimum = 1,
     .maximum = BATCH_MAX,
     .kind = SPB_PARAM_COUNT},
    {0},
};

const struct spb_workload spb_thread_spawn_join = {
    SPB_WORKLOAD_HEADER,
    .name = "thread/spawn-join",
    .summary = "pthread_create and pthread_join of a thread that does nothing",
    .meaning = "cost of a thread of the operating system, from birth to burial: kernel, C library and scheduler",
    .unit = "spawn",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .params = params,
    .set_up = set_up,
    .run = run,
    .verify = verify,
};
