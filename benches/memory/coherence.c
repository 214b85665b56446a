/* SPDX-License-Identifier: MIT
 *
 * What passes between cores when they share a cache line: a line that two CPUs write in turn, for each pair of CPUs; and
 * counters of different threads that have nothing to do with each other but their line (false sharing), beside such that
 * lie apart.
 */
#include <sched.h>
#include <stdatomic.h>
#include <string.h>

#include "spbench.h"

#define APART_BYTES 256   /* two lines, and two more, because some CPUs fetch them in pairs */
#define SPINS       20000 /* some hundred microseconds, before a waiting thread yields */

/* ---- a line that is handed over ---------------------------------------------------------------------------------- */

struct line {
    _Atomic uint64_t turn __attribute__((aligned(APART_BYTES))); /* even: of thread 0 */
    uint64_t wanted __attribute__((aligned(APART_BYTES)));
};

static int set_up_line(struct spb_bench *bench)
{
    struct line *line = spb_alloc(bench, sizeof(*line));
    if (!line)
        return -1;
    spb_set_state(bench, line);
    spb_set_work(bench, 2); /* there and back */
    return 0;
}

static inline void await(struct line *line, uint64_t turn)
{
    for (unsigned spins = 0; atomic_load_explicit(&line->turn, memory_order_acquire) != turn; spins++)
        if (spins > SPINS)
            sched_yield();
}

static __attribute__((aligned(64))) void run_line(struct spb_thread *thread, uint64_t iterations)
{
    struct line *line = thread->state;
    uint64_t first = line->wanted, turn = first + thread->index;
    for (uint64_t i = 0; i < iterations; i++, turn += 2) {
        await(line, turn);
        atomic_store_explicit(&line->turn, turn + 1, memory_order_release);
    }
    if (thread->index != 0)
        return;
    await(line, first + 2 * iterations);
    line->wanted = first + 2 * iterations;
}

static int verify_line(struct spb_bench *bench)
{
    struct line *line = spb_state(bench);
    uint64_t turn = atomic_load(&line->turn);
    if (turn != line->wanted || turn == 0)
        return spb_fail(bench, "the line was handed over %llu times, not %llu", (unsigned long long)turn,
                        (unsigned long long)line->wanted);
    return 0;
}

/* ---- counters ---------------------------------------------------------------------------------------------------- */

struct counters {
    char *memory;
    size_t distance_bytes;
    uint64_t wanted;
};

static uint64_t *counter_of(const struct counters *counters, unsigned thread)
{
    return (uint64_t *)(void *)(counters->memory + thread * counters->distance_bytes);
}

static int set_up_counters(struct spb_bench *bench)
{
    struct counters *counters = spb_alloc(bench, sizeof(*counters));
    char *memory = spb_alloc(bench, (size_t)spb_threads(bench) * APART_BYTES);
    if (!counters || !memory)
        return -1;
    int shared = strcmp(spb_param_text(bench, "layout"), "shared") == 0;
    *counters = (struct counters){.memory = memory, .distance_bytes = shared ? sizeof(uint64_t) : APART_BYTES};
    spb_set_state(bench, counters);
    spb_set_work(bench, spb_threads(bench));
    return 0;
}

/* Load, addition and store each time, as a counter in a shared structure has it. */
static __attribute__((aligned(64))) void run_counters(struct spb_thread *thread, uint64_t iterations)
{
    struct counters *counters = thread->state;
    volatile uint64_t *counter = counter_of(counters, thread->index);
    for (uint64_t i = 0; i < iterations; i++)
        *counter += 1;
    if (thread->index == 0)
        counters->wanted += iterations;
}

static int verify_counters(struct spb_bench *bench)
{
    const struct counters *counters = spb_state(bench);
    for (unsigned i = 0; i < spb_threads(bench); i++)
        if (*counter_of(counters, i) != counters->wanted)
            return spb_fail(bench, "the counter of thread %u stands at %llu after %llu additions", i,
                            (unsigned long long)*counter_of(counters, i), (unsigned long long)counters->wanted);
    return 0;
}

/* ---- the workloads ----------------------------------------------------------------------------------------------- */

static const struct spb_param_spec pair_params[] = {
    {.name = "pair",
     .summary = "the two CPUs; auto: a pair for each distance between CPUs; all: every pair",
     .defaults = "auto",
     .kind = SPB_PARAM_CPU_PAIR},
    {0},
};

static const struct spb_param_spec counter_params[] = {
    {.name = "layout",
     .summary = "all counters side by side, or each on lines of its own",
     .defaults = "shared,padded",
     .choices = "shared,padded",
     .kind = SPB_PARAM_CHOICE},
    {0},
};

const struct spb_workload spb_memory_core_to_core = {
    SPB_WORKLOAD_HEADER,
    .name = "memory/core-to-core",
    .summary = "two CPUs write one cache line in turn",
    .meaning = "time for a line from core to core, one way: it tells which cores share a cache, a die, a socket",
    .unit = "transfer",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .params = pair_params,
    .threads_min = 2,
    .threads_max = 2,
    .set_up = set_up_line,
    .run = run_line,
    .verify = verify_line,
};

const struct spb_workload spb_memory_false_sharing = {
    SPB_WORKLOAD_HEADER,
    .name = "memory/false-sharing",
    .summary = "each thread adds to a counter of its own; the counters share a line, or do not",
    .meaning = "additions in a second; shared below padded is the price of data of different threads in one line",
    .unit = "increment",
    .measure = SPB_UNITS_PER_SECOND,
    .version = 1,
    .params = counter_params,
    .threads_min = 2,
    .threads_max = ~0u,
    .set_up = set_up_counters,
    .run = run_counters,
    .verify = verify_counters,
};
