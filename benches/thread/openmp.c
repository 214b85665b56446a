/* SPDX-License-Identifier: MIT
 *
 * OpenMP as the compiler's run-time library does it: an empty parallel region over the row's threads, and batches of
 * small tasks that are spawned and waited for, to be held against thread/task-spawn.
 *
 * The library makes threads of its own, which would all inherit the CPU of the measured one. So the harness's other threads
 * only say where they were put, and return from run() at once; in the first region each OpenMP thread moves to the place of the
 * harness's thread of its number.
 */
#include "sanitizer.h"
#include "spbench.h"

#ifdef SPB_HAVE_OPENMP
#include <sched.h>

/* Of <omp.h>, which belongs to one compiler, where others read this file as well. */
int omp_get_thread_num(void);
#endif

#define BATCH_MAX 4096

static const char *not_here(void)
{
#if !defined(SPB_HAVE_OPENMP)
    return "built with a compiler that has no OpenMP";
#elif defined(THREAD_SANITIZER)
    return "built with ThreadSanitizer, which does not know how OpenMP's threads wait for each other";
#else
    return NULL;
#endif
}

#ifdef SPB_HAVE_OPENMP
/* What one thread keeps for itself. */
struct seat {
    cpu_set_t cpus;
    uint64_t done; /* regions, or tasks */
} __attribute__((aligned(128)));

struct team {
    struct seat *seats;
    int placed;
    int batch;
    uint64_t wanted;
};

static struct team *make_team(struct spb_bench *bench)
{
    struct team *team = spb_alloc(bench, sizeof(*team));
    struct seat *seats = spb_alloc(bench, spb_threads(bench) * sizeof(*seats));
    if (!team || !seats)
        return NULL;
    team->seats = seats;
    spb_set_state(bench, team);
    return team;
}

static int set_up_region(struct spb_bench *bench)
{
    return make_team(bench) ? 0 : -1;
}

static int set_up_task(struct spb_bench *bench)
{
    struct team *team = make_team(bench);
    if (!team)
        return -1;
    team->batch = (int)spb_param(bench, "batch");
    spb_set_work(bench, team->batch);
    return 0;
}

static int note_place(struct spb_thread *thread)
{
    struct team *team = thread->state;
    return sched_getaffinity(0, sizeof(cpu_set_t), &team->seats[thread->index].cpus);
}

static void place(struct team *team, int count)
{
#pragma omp parallel num_threads(count)
    sched_setaffinity(0, sizeof(cpu_set_t), &team->seats[omp_get_thread_num()].cpus);
    team->placed = 1;
}

static void run_regions(struct spb_thread *thread, uint64_t iterations)
{
    struct team *team = thread->state;
    int count = (int)thread->count;
    if (thread->index > 0)
        return;
    if (!team->placed)
        place(team, count);
    for (uint64_t i = 0; i < iterations; i++) {
#pragma omp parallel num_threads(count)
        team->seats[omp_get_thread_num()].done++;
    }
    team->wanted += iterations * thread->count;
}

static void run_tasks(struct spb_thread *thread, uint64_t iterations)
{
    struct team *team = thread->state;
    int count = (int)thread->count;
    if (thread->index > 0)
        return;
    if (!team->placed)
        place(team, count);
#pragma omp parallel num_threads(count)
#pragma omp master
    for (uint64_t i = 0; i < iterations; i++) {
        for (int task = 0; task < team->batch; task++) {
#pragma omp task
            team->seats[omp_get_thread_num()].done++;
        }
#pragma omp taskwait
    }
    team->wanted += iterations * (uint64_t)team->batch;
}

static int verify(struct spb_bench *bench)
{
    const struct team *team = spb_state(bench);
    uint64_t done = 0, elsewhere = 0;
    for (unsigned i = 0; i < spb_threads(bench); i++) {
        done += team->seats[i].done;
        elsewhere += i > 0 ? team->seats[i].done : 0;
    }
    if (done != team->wanted)
        return spb_fail(bench, "%llu were carried out, not %llu", (unsigned long long)done,
                        (unsigned long long)team->wanted);
    spb_report(bench, "on-other-threads", "%", 100 * (double)elsewhere / (double)done);
    return 0;
}
#else
/* Never called: the workloads are not available. */
static int set_up_region(struct spb_bench *bench)
{
    return spb_fail(bench, "%s", not_here());
}

static int set_up_task(struct spb_bench *bench)
{
    return set_up_region(bench);
}

static int note_place(struct spb_thread *thread)
{
    return set_up_region(thread->bench);
}

static void run_regions(struct spb_thread *thread, uint64_t iterations)
{
    (void)thread;
    (void)iterations;
}

static void run_tasks(struct spb_thread *thread, uint64_t iterations)
{
    run_regions(thread, iterations);
}

static int verify(struct spb_bench *bench)
{
    return set_up_region(bench);
}
#endif

static const struct spb_param_spec params[] = {
    {.name = "batch",
     .summary = "tasks spawned before they are waited for",
     .defaults = "10",
     .minimum = 1,
     .maximum = BATCH_MAX,
     .kind = SPB_PARAM_COUNT},
    {0},
};

const struct spb_workload spb_thread_openmp_parallel = {
    SPB_WORKLOAD_HEADER,
    .name = "thread/openmp-parallel",
    .summary = "an empty OpenMP parallel region over all threads of the row",
    .meaning = "cost of fork and join of a parallel loop; with one thread that of the run-time library's call",
    .unit = "region",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .threads_max = ~0u,
    .unavailable = not_here,
    .set_up = set_up_region,
    .thread_set_up = note_place,
    .run = run_regions,
    .verify = verify,
};

const struct spb_workload spb_thread_openmp_task = {
    SPB_WORKLOAD_HEADER,
    .name = "thread/openmp-task",
    .summary = "batches of small OpenMP tasks spawned and waited for",
    .meaning = "cost of handing out one small piece of work through OpenMP",
    .unit = "task",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .params = params,
    .threads_max = ~0u,
    .unavailable = not_here,
    .set_up = set_up_task,
    .thread_set_up = note_place,
    .run = run_tasks,
    .verify = verify,
};
