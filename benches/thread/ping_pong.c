/* SPDX-License-Identifier: MIT
 *
 * Two threads wake each other in turn through a condition variable. Pinned to two CPUs, a message costs a wake-up
 * across CPUs; where the CPU of the sleeper goes to rest in between, leaving that rest is in it.
 */
#include <pthread.h>

#include "spbench.h"

struct table {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    unsigned turn; /* the index of the thread that has the ball */
    uint64_t rounds;
    uint64_t returned[2]; /* by each thread */
};

static int set_up(struct spb_bench *bench)
{
    struct table *table = spb_alloc(bench, sizeof(*table));
    if (!table)
        return -1;
    pthread_mutex_init(&table->mutex, NULL);
    pthread_cond_init(&table->changed, NULL);
    spb_set_state(bench, table);
    return 0;
}

/* Every call of run() begins with the ball at thread 0 and ends there. */
static void run(struct spb_thread *thread, uint64_t iterations)
{
    struct table *table = thread->state;
    unsigned self = thread->index;

    pthread_mutex_lock(&table->mutex);
    for (uint64_t i = 0; i < iterations; i++) {
        while (table->turn != self)
            pthread_cond_wait(&table->changed, &table->mutex);
        table->turn = !self;
        table->returned[self]++;
        pthread_cond_signal(&table->changed);
    }
    /* Thread 0 waits for the last answer: otherwise it would stop the clock half a round early. */
    while (self == 0 && table->turn != self)
        pthread_cond_wait(&table->changed, &table->mutex);
    if (self == 0)
        table->rounds += iterations;
    pthread_mutex_unlock(&table->mutex);
}

static int verify(struct spb_bench *bench)
{
    const struct table *table = spb_state(bench);

    for (unsigned i = 0; i < 2; i++) {
        if (table->returned[i] != table->rounds)
            return spb_fail(bench, "thread %u returned the ball %llu times in %llu rounds", i,
                            (unsigned long long)table->returned[i], (unsigned long long)table->rounds);
    }
    return 0;
}

static void tear_down(struct spb_bench *bench)
{
    struct table *table = spb_state(bench);
    pthread_cond_destroy(&table->changed);
    pthread_mutex_destroy(&table->mutex);
}

const struct spb_workload spb_thread_ping_pong = {
    SPB_WORKLOAD_HEADER,
    .name = "thread/ping-pong",
    .summary = "two threads wake each other in turn through a condition variable",
    .meaning = "time for a wake-up there and one back: futex, scheduler, and CPUs that leave their idle state",
    .unit = "round-trip",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .threads_min = 2,
    .threads_max = 2,
    .set_up = set_up,
    .run = run,
    .verify = verify,
    .tear_down = tear_down,
};
