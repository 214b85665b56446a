/* SPDX-License-Identifier: MIT
 *
 * Threads of the operating system, from pthread_create to pthread_join. What is created inherits the CPU of the
 * measured thread: where that is pinned, both take turns on one CPU.
 *
 * The histogram holds how long each new thread had to wait for its first instruction: from the clock reading before
 * pthread_create to the one that it makes itself. These two readings are some 50 ns of the tens of microseconds of a spawn.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "spbench.h"

#define BATCH_MAX 256

struct nursery;

struct child {
    struct nursery *nursery;
    pthread_t handle;
    uint64_t created_ns;
    uint64_t began_ns; /* by the child; read after it was joined */
};

struct nursery {
    unsigned batch;
    int error; /* of the first call that failed */
    _Atomic uint64_t ran;
    uint64_t wanted;
    struct child children[BATCH_MAX];
};

static void *count_one(void *argument)
{
    struct child *child = argument;
    child->began_ns = spb_now_ns();
    atomic_fetch_add_explicit(&child->nursery->ran, 1, memory_order_relaxed);
    return NULL;
}

static int set_up(struct spb_bench *bench)
{
    struct nursery *nursery = spb_alloc(bench, sizeof(*nursery));
    if (!nursery)
        return -1;
    nursery->batch = (unsigned)spb_param(bench, "batch");
    for (unsigned i = 0; i < nursery->batch; i++)
        nursery->children[i].nursery = nursery;
    spb_set_state(bench, nursery);
    spb_set_work(bench, nursery->batch);
    return 0;
}

/* Those that could be created are joined in any case. */
static int spawn_batch(struct nursery *nursery, struct spb_thread *thread)
{
    unsigned created = 0;
    int error = 0;

    while (created < nursery->batch && error == 0) {
        struct child *child = &nursery->children[created];
        child->created_ns = spb_now_ns();
        error = pthread_create(&child->handle, NULL, count_one, child);
        created += error == 0;
    }
    for (unsigned i = 0; i < created; i++) {
        struct child *child = &nursery->children[i];
        pthread_join(child->handle, NULL);
        spb_record_ns(thread, child->began_ns - child->created_ns);
    }
    return error;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    struct nursery *nursery = thread->state;

    for (uint64_t i = 0; i < iterations && nursery->error == 0; i++)
        nursery->error = spawn_batch(nursery, thread);
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
    spb_report(bench, "threads-alive-most", "thread", nursery->batch + 1);
    return 0;
}

static const struct spb_param_spec params[] = {
    {.name = "batch",
     .summary = "threads created before the first of them is joined",
     .defaults = "1,10",
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
    .version = 2,
    .params = params,
    .set_up = set_up,
    .run = run,
    .verify = verify,
};
