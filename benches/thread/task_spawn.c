/* SPDX-License-Identifier: MIT
 *
 * Fork and join of small tasks on a pool of pinned threads: thread 0 spawns a batch, helps to carry it out, and waits
 * for its last task, as a Go program does with `go` and a WaitGroup. The other measured threads are the pool.
 *
 * The tasks lie in the spawner's deque (Chase and Lev 2005; sequentially consistent accesses stand in place of the
 * fences of Le et al. 2013). Only thread 0 spawns and a whole batch fits, so there is one deque and it never grows. A
 * helper that finds nothing spins, then yields, then sleeps on a futex until the spawner sees that all helpers sleep.
 */
#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "spbench.h"
#include "spin.h"

#define BATCH_MAX 4096
#define SPINS     200 /* of the spawner, some microseconds, before it yields */
#define POLLS     20  /* of a helper before it yields */
#define POLL_GAP  64  /* pauses, a microsecond or more: each look at the deque takes its line from the spawner */
#define YIELDS    50  /* of a helper before it sleeps */
#define OWN_LINES __attribute__((aligned(128))) /* two, because some CPUs fetch them in pairs */

struct task {
    void (*function)(struct task *task);
    struct pool *pool;
    uint64_t ran; /* how often; by one thread at a time */
} __attribute__((aligned(64)));

/* What one thread keeps for itself. */
struct seat {
    uint64_t calls; /* of run() */
    uint64_t stolen;
} OWN_LINES;

struct pool {
    OWN_LINES _Atomic int64_t bottom;   /* the deque's end for the spawner */
    OWN_LINES _Atomic int64_t top;      /* and for thieves */
    OWN_LINES _Atomic uint64_t pending; /* tasks spawned and not yet finished */
    OWN_LINES _Atomic uint64_t ended;   /* calls of run() that thread 0 is through with */
    _Atomic unsigned sleeping;          /* helpers */
    _Atomic unsigned wakes;             /* the futex: changes at each wake-up */
    OWN_LINES uint64_t batches;         /* from here on only the spawner writes */
    uint64_t batch;
    unsigned helpers;
    struct seat *seats;
    struct task *tasks;
    uint64_t mask; /* slots in use - 1 */
    struct task *_Atomic slots[BATCH_MAX];
};

static inline struct task *read_slot(struct pool *pool, int64_t position)
{
    return atomic_load_explicit(&pool->slots[(uint64_t)position & pool->mask], memory_order_relaxed);
}

static inline void push(struct pool *pool, struct task *task)
{
    int64_t bottom = atomic_load_explicit(&pool->bottom, memory_order_relaxed);
    atomic_store_explicit(&pool->slots[(uint64_t)bottom & pool->mask], task, memory_order_relaxed);
    atomic_store(&pool->bottom, bottom + 1);
}

/* The youngest task, for the spawner; NULL when there is none. */
static inline struct task *pop(struct pool *pool)
{
    int64_t bottom = atomic_load_explicit(&pool->bottom, memory_order_relaxed) - 1;
    atomic_store(&pool->bottom, bottom);
    int64_t top = atomic_load(&pool->top);
    if (top < bottom)
        return read_slot(pool, bottom);

    /* The last task may go to a thief: whoever advances the top has it. */
    struct task *task = top == bottom ? read_slot(pool, bottom) : NULL;
    if (task && !atomic_compare_exchange_strong(&pool->top, &top, top + 1))
        task = NULL;
    atomic_store_explicit(&pool->bottom, bottom + 1, memory_order_release);
    return task;
}

/* The oldest task, for a helper; NULL when there is none or another thread was faster. */
static inline struct task *steal(struct pool *pool)
{
    int64_t top = atomic_load(&pool->top);
    if (top >= atomic_load(&pool->bottom))
        return NULL;
    struct task *task = read_slot(pool, top);
    return atomic_compare_exchange_strong(&pool->top, &top, top + 1) ? task : NULL;
}

/* The futex changes before anyone is woken, so that a helper who is just falling asleep stays awake. */
static __attribute__((noinline)) void wake(struct pool *pool, int count)
{
    atomic_fetch_add(&pool->wakes, 1);
    syscall(SYS_futex, &pool->wakes, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0);
}

/* A task that is missed here is no harm, the spawner carries it out; an end that was missed would be. It is not: either
 * this thread sees it, or the spawner sees this thread among the sleepers and wakes it. */
static __attribute__((noinline)) void sleep_during(struct pool *pool, uint64_t call)
{
    unsigned wakes = atomic_load(&pool->wakes);
    atomic_fetch_add(&pool->sleeping, 1);
    if (atomic_load(&pool->ended) < call)
        syscall(SYS_futex, &pool->wakes, FUTEX_WAIT_PRIVATE, wakes, NULL, NULL, 0);
    atomic_fetch_sub(&pool->sleeping, 1);
}

/* What every task does: it counts itself down, like Done() of a WaitGroup. */
static void count_down(struct task *task)
{
    task->ran++;
    atomic_fetch_sub_explicit(&task->pool->pending, 1, memory_order_acq_rel);
}

static inline void spawn(struct pool *pool, struct task *task, void (*function)(struct task *task))
{
    task->function = function;
    atomic_fetch_add_explicit(&pool->pending, 1, memory_order_relaxed);
    push(pool, task);
    if (pool->helpers > 0 && atomic_load_explicit(&pool->sleeping, memory_order_relaxed) == pool->helpers)
        wake(pool, 1);
}

/* Yields after a while: the helper that has the last task may be waiting for this CPU. */
static void join(struct pool *pool)
{
    struct task *task;
    while ((task = pop(pool)))
        task->function(task);
    for (unsigned idle = 0; atomic_load_explicit(&pool->pending, memory_order_acquire) > 0; idle++) {
        if (idle < SPINS)
            relax();
        else
            sched_yield();
    }
}

static void lead(struct pool *pool, uint64_t iterations)
{
    void (*function)(struct task * task) = count_down;
    spb_change(function); /* a pool does not know what it will be given */
    for (uint64_t i = 0; i < iterations; i++) {
        for (uint64_t j = 0; j < pool->batch; j++)
            spawn(pool, &pool->tasks[j], function);
        join(pool);
    }
    pool->batches += iterations;
    atomic_fetch_add(&pool->ended, 1);
    if (atomic_load(&pool->sleeping) > 0)
        wake(pool, INT_MAX);
}

static void help(struct pool *pool, struct seat *seat, uint64_t call)
{
    for (unsigned idle = 0; atomic_load_explicit(&pool->ended, memory_order_acquire) < call; idle++) {
        struct task *task = steal(pool);
        if (task) {
            task->function(task);
            seat->stolen++;
            idle = 0;
        } else if (idle < POLLS) {
            for (unsigned i = 0; i < POLL_GAP; i++)
                relax();
        } else if (idle < POLLS + YIELDS) {
            sched_yield();
        } else {
            sleep_during(pool, call);
            idle = 0;
        }
    }
}

static int set_up(struct spb_bench *bench)
{
    uint64_t batch = spb_param(bench, "batch");
    struct pool *pool = spb_alloc(bench, sizeof(*pool));
    struct task *tasks = spb_alloc(bench, batch * sizeof(*tasks));
    struct seat *seats = spb_alloc(bench, spb_threads(bench) * sizeof(*seats));
    if (!pool || !tasks || !seats)
        return -1;
    pool->batch = batch;
    pool->helpers = spb_threads(bench) - 1;
    pool->seats = seats;
    pool->tasks = tasks;
    for (pool->mask = 1; pool->mask + 1 < batch;)
        pool->mask = pool->mask * 2 + 1;
    for (uint64_t i = 0; i < batch; i++)
        tasks[i].pool = pool;
    spb_set_state(bench, pool);
    spb_set_work(bench, (double)batch);
    return 0;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    struct pool *pool = thread->state;
    struct seat *seat = &pool->seats[thread->index];

    seat->calls++;
    if (thread->index == 0)
        lead(pool, iterations);
    else
        help(pool, seat, seat->calls);
}

static int verify(struct spb_bench *bench)
{
    struct pool *pool = spb_state(bench);
    double total = (double)pool->batches * (double)pool->batch;
    double stolen = 0;

    for (uint64_t i = 0; i < pool->batch; i++) {
        if (pool->tasks[i].ran != pool->batches)
            return spb_fail(bench, "task %llu ran %llu times in %llu batches", (unsigned long long)i,
                            (unsigned long long)pool->tasks[i].ran, (unsigned long long)pool->batches);
    }
    for (unsigned i = 0; i < spb_threads(bench); i++)
        stolen += (double)pool->seats[i].stolen;
    if (total > 0)
        spb_report(bench, "stolen", "%", 100 * stolen / total);
    return 0;
}

static const struct spb_param_spec params[] = {
    {.name = "batch",
     .summary = "tasks spawned before the first of them is waited for",
     .defaults = "10",
     .minimum = 1,
     .maximum = BATCH_MAX,
     .kind = SPB_PARAM_COUNT},
    {0},
};

const struct spb_workload spb_thread_task_spawn = {
    SPB_WORKLOAD_HEADER,
    .name = "thread/task-spawn",
    .summary = "batches of small tasks spawned to a pool of threads and waited for",
    .meaning = "cost of handing out one small piece of work: what a parallel loop must gain to be worth it",
    .unit = "task",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .params = params,
    .threads_max = ~0u,
    .set_up = set_up,
    .run = run,
    .verify = verify,
};
