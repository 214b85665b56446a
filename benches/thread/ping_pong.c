/* SPDX-License-Identifier: MIT
 *
 * Two threads hand a ball to each other, by each of the ways in which one thread can tell another that it may go on.
 * Pinned to two CPUs, a message costs a wake-up across CPUs; where the CPU of the sleeper goes to rest in between, leaving
 * that rest is in it. Only `spin` never sleeps.
 *
 * The histogram holds each hand-over one way: from the clock reading before the ball is given to the first one of the
 * thread that was waiting for it. One reading serves as the end of one hand-over and as the start of the next, 30 ns in
 * microseconds. Spinning takes some 100 ns, of which a reading would be a third: there is none.
 */
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "spbench.h"
#include "spin.h"

struct method;

struct table {
    const struct method *method;
    _Atomic unsigned turn __attribute__((aligned(128))); /* the index of the thread that has the ball; a futex */
    uint64_t stamp_ns;                                   /* when it was given; written by who had it */
    pthread_mutex_t mutex __attribute__((aligned(128)));
    pthread_cond_t changed;
    int in[2][2];             /* per thread, where it reads ([0]) and where others write to it ([1]) */
    _Atomic int error;        /* of the first call that failed */
    uint64_t returned[2][16]; /* by each thread, on lines of its own; only [0] counts */
    uint64_t rounds;
};

struct method {
    const char *name;
    int (*open)(struct table *table);
    void (*play)(struct table *table, struct spb_thread *thread, uint64_t iterations);
};

/* ---- the ways ---------------------------------------------------------------------------------------------------- */

static inline void give_by_condition(struct table *table, unsigned self)
{
    pthread_mutex_lock(&table->mutex);
    atomic_store_explicit(&table->turn, !self, memory_order_relaxed);
    pthread_cond_signal(&table->changed);
    pthread_mutex_unlock(&table->mutex);
}

static inline void await_by_condition(struct table *table, unsigned self)
{
    pthread_mutex_lock(&table->mutex);
    while (atomic_load_explicit(&table->turn, memory_order_relaxed) != self)
        pthread_cond_wait(&table->changed, &table->mutex);
    pthread_mutex_unlock(&table->mutex);
}

static inline void give_by_futex(struct table *table, unsigned self)
{
    atomic_store(&table->turn, !self);
    syscall(SYS_futex, &table->turn, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static inline void await_by_futex(struct table *table, unsigned self)
{
    while (atomic_load(&table->turn) != self)
        syscall(SYS_futex, &table->turn, FUTEX_WAIT_PRIVATE, !self, NULL, NULL, 0);
}

static inline void give_by_spinning(struct table *table, unsigned self)
{
    atomic_store_explicit(&table->turn, !self, memory_order_release);
}

static inline void await_by_spinning(struct table *table, unsigned self)
{
    unsigned spins = 0;
    while (atomic_load_explicit(&table->turn, memory_order_acquire) != self)
        spin(&spins);
}

static void note_error(struct table *table)
{
    int none = 0;
    atomic_compare_exchange_strong(&table->error, &none, errno ? errno : EIO);
}

static inline void give_bytes(struct table *table, unsigned self, const void *bytes, size_t count)
{
    if (write(table->in[!self][1], bytes, count) != (ssize_t)count)
        note_error(table);
}

static inline void await_bytes(struct table *table, unsigned self, void *bytes, size_t count)
{
    ssize_t got;
    do
        got = read(table->in[self][0], bytes, count);
    while (got < 0 && errno == EINTR);
    if (got != (ssize_t)count)
        note_error(table);
}

static inline void give_by_pipe(struct table *table, unsigned self)
{
    uint32_t ball = self;
    give_bytes(table, self, &ball, sizeof(ball));
}

static inline void await_by_pipe(struct table *table, unsigned self)
{
    uint32_t ball = self;
    await_bytes(table, self, &ball, sizeof(ball));
    if (ball != !self)
        note_error(table);
}

static inline void give_by_eventfd(struct table *table, unsigned self)
{
    uint64_t ball = 1;
    give_bytes(table, self, &ball, sizeof(ball));
}

static inline void await_by_eventfd(struct table *table, unsigned self)
{
    uint64_t ball = 0;
    await_bytes(table, self, &ball, sizeof(ball));
    if (ball != 1)
        note_error(table);
}

/* ---- the game ---------------------------------------------------------------------------------------------------- */

/* Every call of run() begins with the ball at thread 0 and ends there. Inlined into one function a way. */
static inline __attribute__((always_inline)) void play(struct table *table, struct spb_thread *thread,
                                                       uint64_t iterations, void (*give)(struct table *, unsigned),
                                                       void (*await)(struct table *, unsigned), int timed)
{
    unsigned self = thread->index;
    uint64_t now = timed ? spb_now_ns() : 0;
    uint64_t played = 0;

    for (; played < iterations && !atomic_load_explicit(&table->error, memory_order_relaxed); played++) {
        if (self == 0) {
            table->stamp_ns = now;
            give(table, self);
        }
        await(table, self);
        if (timed) {
            now = spb_now_ns();
            spb_record_ns(thread, now - table->stamp_ns);
        }
        if (self == 1) {
            table->stamp_ns = now;
            give(table, self);
        }
    }
    table->returned[self][0] += played;
    if (self == 0)
        table->rounds += iterations;
}

#define WAY(name, timed)                                                                                               \
    static void play_by_##name(struct table *table, struct spb_thread *thread, uint64_t iterations)                    \
    {                                                                                                                  \
        play(table, thread, iterations, give_by_##name, await_by_##name, timed);                                       \
    }
WAY(condition, 1)
WAY(futex, 1)
WAY(pipe, 1)
WAY(eventfd, 1)
WAY(spinning, 0)

static int open_pipes(struct table *table)
{
    return pipe(table->in[0]) < 0 || pipe(table->in[1]) < 0 ? -errno : 0;
}

static int open_eventfds(struct table *table)
{
    for (unsigned i = 0; i < 2; i++) {
        table->in[i][0] = table->in[i][1] = eventfd(0, EFD_CLOEXEC);
        if (table->in[i][0] < 0)
            return -errno;
    }
    return 0;
}

static const struct method methods[] = {
    {"condition-variable", NULL, play_by_condition},
    {"futex", NULL, play_by_futex},
    {"pipe", open_pipes, play_by_pipe},
    {"eventfd", open_eventfds, play_by_eventfd},
    {"spin", NULL, play_by_spinning},
};

/* ---- the workload ------------------------------------------------------------------------------------------------ */

static const struct method *find_method(const char *name)
{
    const struct method *method = methods;
    while (strcmp(method->name, name) != 0)
        method++;
    return method;
}

static int set_up(struct spb_bench *bench)
{
    struct table *table = spb_alloc(bench, sizeof(*table));
    if (!table)
        return -1;
    memset(table->in, -1, sizeof(table->in));
    pthread_mutex_init(&table->mutex, NULL);
    pthread_cond_init(&table->changed, NULL);
    spb_set_state(bench, table);
    table->method = find_method(spb_param_text(bench, "method"));
    int code = table->method->open ? table->method->open(table) : 0;
    return code < 0 ? spb_fail(bench, "no %s: %s", table->method->name, strerror(-code)) : 0;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    struct table *table = thread->state;
    table->method->play(table, thread, iterations);
}

static int verify(struct spb_bench *bench)
{
    const struct table *table = spb_state(bench);
    int error = atomic_load(&table->error);

    if (error)
        return spb_fail(bench, "the ball was lost: %s", strerror(error));
    for (unsigned i = 0; i < 2; i++) {
        if (table->returned[i][0] != table->rounds)
            return spb_fail(bench, "thread %u returned the ball %llu times in %llu rounds", i,
                            (unsigned long long)table->returned[i][0], (unsigned long long)table->rounds);
    }
    return atomic_load(&table->turn) == 0 ? 0 : spb_fail(bench, "the ball did not come back");
}

static void tear_down(struct spb_bench *bench)
{
    struct table *table = spb_state(bench);
    for (unsigned i = 0; i < 2; i++) {
        if (table->in[i][0] >= 0)
            close(table->in[i][0]);
        if (table->in[i][1] >= 0 && table->in[i][1] != table->in[i][0])
            close(table->in[i][1]);
    }
    pthread_cond_destroy(&table->changed);
    pthread_mutex_destroy(&table->mutex);
}

static const struct spb_param_spec params[] = {
    {.name = "method",
     .summary = "what wakes the other thread",
     .defaults = "condition-variable,futex,pipe,eventfd,spin",
     .choices = "condition-variable,futex,pipe,eventfd,spin",
     .kind = SPB_PARAM_CHOICE},
    {0},
};

const struct spb_workload spb_thread_ping_pong = {
    SPB_WORKLOAD_HEADER,
    .name = "thread/ping-pong",
    .summary = "two threads wake each other in turn; the histogram is of one way",
    .meaning = "time for a wake-up there and one back: system call, scheduler, and CPUs that leave their idle state",
    .unit = "round-trip",
    .measure = SPB_TIME_PER_UNIT,
    .version = 2,
    .params = params,
    .threads_min = 2,
    .threads_max = 2,
    .set_up = set_up,
    .run = run,
    .verify = verify,
    .tear_down = tear_down,
};
