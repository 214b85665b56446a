/* SPDX-License-Identifier: MIT
 *
 * Two threads of one process share a CPU and yield it to each other: the kernel's context switch, without a change of the
 * address space and without sleep. The thread that is not measured inherits the CPU of the measured one; between samples
 * it sleeps. A scheduler may let the same thread go on after a yield, so each yields until the other has had its turn, and
 * how many calls that took is reported.
 */
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "spbench.h"

enum turn { TURN_MEASURED, TURN_PARTNER, TURN_NONE, TURN_END };

struct pair {
    _Atomic unsigned turn; /* a futex while nobody is measured */
    pthread_t partner;
    int started;
    uint64_t answers; /* of the partner; written while it has its turn */
    uint64_t rounds;
    uint64_t yields; /* of the measured thread */
};

static void sleep_while(struct pair *pair, unsigned turn)
{
    syscall(SYS_futex, &pair->turn, FUTEX_WAIT_PRIVATE, turn, NULL, NULL, 0);
}

static void *answer(void *argument)
{
    struct pair *pair = argument;
    for (;;) {
        unsigned turn = atomic_load(&pair->turn);
        if (turn == TURN_END)
            return NULL;
        if (turn == TURN_NONE) {
            sleep_while(pair, turn);
        } else if (turn == TURN_PARTNER) {
            pair->answers++;
            atomic_store(&pair->turn, TURN_MEASURED);
        }
        sched_yield();
    }
}

static int set_up(struct spb_bench *bench)
{
    struct pair *pair = spb_alloc(bench, sizeof(*pair));
    if (!pair)
        return -1;
    atomic_store(&pair->turn, TURN_NONE);
    spb_set_state(bench, pair);
    spb_set_work(bench, 2); /* there and back */
    return 0;
}

static int thread_set_up(struct spb_thread *thread)
{
    struct pair *pair = thread->state;
    cpu_set_t cpus;
    if (sched_getaffinity(0, sizeof(cpus), &cpus) < 0 || CPU_COUNT(&cpus) != 1)
        return spb_fail(thread->bench, "both threads must be pinned to one CPU; use another --pin than none");
    int error = pthread_create(&pair->partner, NULL, answer, pair);
    pair->started = error == 0;
    return error ? spb_fail(thread->bench, "no second thread: %s", strerror(error)) : 0;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    struct pair *pair = thread->state;
    uint64_t yields = 0;

    atomic_store(&pair->turn, TURN_MEASURED);
    syscall(SYS_futex, &pair->turn, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
    for (uint64_t i = 0; i < iterations; i++) {
        atomic_store(&pair->turn, TURN_PARTNER);
        while (atomic_load(&pair->turn) == TURN_PARTNER) {
            sched_yield();
            yields++;
        }
    }
    atomic_store(&pair->turn, TURN_NONE);
    pair->rounds += iterations;
    pair->yields += yields;
}

static int verify(struct spb_bench *bench)
{
    const struct pair *pair = spb_state(bench);
    if (pair->answers != pair->rounds)
        return spb_fail(bench, "the partner had %llu turns in %llu rounds", (unsigned long long)pair->answers,
                        (unsigned long long)pair->rounds);
    spb_report(bench, "yields-per-turn", "call", (double)pair->yields / (double)pair->rounds);
    return 0;
}

static void thread_tear_down(struct spb_thread *thread)
{
    struct pair *pair = thread->state;
    if (!pair->started)
        return;
    atomic_store(&pair->turn, TURN_END);
    syscall(SYS_futex, &pair->turn, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
    pthread_join(pair->partner, NULL);
}

const struct spb_workload spb_thread_context_switch = {
    SPB_WORKLOAD_HEADER,
    .name = "thread/context-switch",
    .summary = "two threads on one CPU yield it to each other",
    .meaning = "a context switch of the kernel between threads of one process",
    .unit = "switch",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .set_up = set_up,
    .thread_set_up = thread_set_up,
    .run = run,
    .verify = verify,
    .thread_tear_down = thread_tear_down,
};
