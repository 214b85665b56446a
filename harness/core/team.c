/* SPDX-License-Identifier: MIT */
#include "team.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "clock.h"

/* Polls of the gate before the CPU is offered to others: with more threads than CPUs the one that opens it may have to
 * run first. */
enum { GATE_SPINS = 4000 };

/* One member, on cache lines of its own. */
struct member {
    _Alignas(128) struct spb_thread thread;
    struct spb_team *team;
    pthread_t handle;
    bool started;
    struct spb_cpu cpu_before;
    struct spb_cpu cpu_after;
    bool strayed; /* seen off its planned CPU */
    struct spb_cpu stray_cpu;
    uint64_t start_ns;
    uint64_t finish_ns;
    uint64_t total_ns;
    struct spb_error error;
    int code; /* of pinning and thread_set_up */
};

struct spb_team {
    struct spb_bench *bench;
    unsigned count;
    struct member *members;
    pid_t *tids;
    bool ending;
    uint64_t iterations;
    /* Each counts up once a sample; futex words. */
    _Alignas(128) _Atomic uint32_t called;
    _Alignas(128) _Atomic uint32_t ready;
    _Alignas(128) _Atomic uint32_t opened;
    _Alignas(128) _Atomic uint32_t finished;
};

static void futex_wait(_Atomic uint32_t *word, uint32_t seen)
{
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, seen, NULL, NULL, 0);
}

static void futex_wake_all(_Atomic uint32_t *word)
{
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT32_MAX, NULL, NULL, 0);
}

static inline void relax(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb" ::: "memory");
#endif
}

/* Sleeps until `word` has reached `target` (counters that wrap). */
static void sleep_until(_Atomic uint32_t *word, uint32_t target)
{
    for (uint32_t seen = atomic_load(word); (int32_t)(seen - target) < 0; seen = atomic_load(word))
        futex_wait(word, seen);
}

static void spin_until(_Atomic uint32_t *word, uint32_t target)
{
    for (unsigned spins = 0; (int32_t)(atomic_load_explicit(word, memory_order_acquire) - target) < 0; spins++) {
        relax();
        if (spins >= GATE_SPINS)
            sched_yield();
    }
}

static void measure_member(struct member *member, uint64_t iterations)
{
    void (*run)(struct spb_thread *, uint64_t) = member->team->bench->workload->run;
    member->cpu_before = spb_binder_current_cpu();
    member->start_ns = spb_clock_now_ns();
    run(&member->thread, iterations);
    member->finish_ns = spb_clock_now_ns();
    member->cpu_after = spb_binder_current_cpu();
}

/* After the sample, outside the timed region. */
static void account(struct member *member)
{
    const struct spb_job *job = member->team->bench->job;
    member->total_ns += member->finish_ns - member->start_ns;
    if (!job->pinned || member->strayed)
        return;
    unsigned planned = job->cpus[member->thread.index].os_index;
    member->strayed = member->cpu_before.os_index != planned || member->cpu_after.os_index != planned;
    member->stray_cpu = member->cpu_before.os_index != planned ? member->cpu_before : member->cpu_after;
}

static int enter(struct member *member)
{
    struct spb_bench *bench = member->team->bench;
    unsigned index = member->thread.index;
    member->team->tids[index] = gettid();
    if (bench->job->pinned) {
        int code = spb_binder_pin_thread(bench->binder, bench->job->cpus[index], &member->error);
        if (code < 0)
            return code;
    }
    int returned = bench->workload->thread_set_up ? bench->workload->thread_set_up(&member->thread) : 0;
    return returned ? spb_bench_check(bench, returned, "thread set-up", &member->error) : 0;
}

static void leave(struct member *member)
{
    struct spb_bench *bench = member->team->bench;
    if (member->code == 0 && bench->workload->thread_tear_down)
        bench->workload->thread_tear_down(&member->thread);
}

static void *member_main(void *argument)
{
    struct member *member = argument;
    struct spb_team *team = member->team;
    member->code = enter(member);
    atomic_fetch_add(&team->finished, 1);
    futex_wake_all(&team->finished);
    for (uint32_t round = 1;; round++) {
        sleep_until(&team->called, round);
        if (team->ending)
            break;
        atomic_fetch_add(&team->ready, 1);
        spin_until(&team->opened, round);
        measure_member(member, team->iterations);
        account(member);
        atomic_fetch_add(&team->finished, 1);
        futex_wake_all(&team->finished);
    }
    leave(member);
    return NULL;
}

static int start_members(struct spb_team *team, struct spb_error *err)
{
    /* Signals are for thread 0. */
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    int code = 0;
    unsigned started = 0;
    for (unsigned i = 1; i < team->count && code == 0; i++) {
        struct member *member = &team->members[i];
        code = -pthread_create(&member->handle, NULL, member_main, member);
        member->started = code == 0;
        started += code == 0;
    }
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    sleep_until(&team->finished, started);
    if (code < 0)
        return spb_error_system(err, code, "thread %u of %u cannot be started", started + 1, team->count);
    return 0;
}

static int collect_errors(const struct spb_team *team, struct spb_error *err)
{
    for (unsigned i = 0; i < team->count; i++)
        if (team->members[i].code < 0)
            return spb_error_set(err, team->members[i].code, "thread %u: %s", i, team->members[i].error.text);
    return 0;
}

int spb_team_create(struct spb_bench *bench, struct spb_team **out, struct spb_error *err)
{
    unsigned count = bench->job->threads;
    struct spb_team *team = aligned_alloc(128, sizeof(*team));
    struct member *members = aligned_alloc(128, count * sizeof(*members));
    pid_t *tids = calloc(count, sizeof(*tids));
    bench->histograms = calloc(count, sizeof(*bench->histograms));
    *out = NULL;
    if (!team || !members || !tids || !bench->histograms) {
        free(team);
        free(members);
        free(tids);
        free(bench->histograms);
        bench->histograms = NULL;
        return spb_error_set(err, -ENOMEM, "out of memory");
    }
    memset(team, 0, sizeof(*team));
    memset(members, 0, count * sizeof(*members));
    team->bench = bench;
    team->count = count;
    team->members = members;
    team->tids = tids;
    for (unsigned i = 0; i < count; i++) {
        members[i].team = team;
        members[i].thread = (struct spb_thread){.state = bench->state, .bench = bench, .index = i, .count = count};
    }
    *out = team;
    members[0].code = enter(&members[0]);
    int code = start_members(team, err);
    atomic_store(&team->finished, 0);
    return code < 0 ? code : collect_errors(team, err);
}

void spb_team_destroy(struct spb_team *team)
{
    if (!team)
        return;
    team->ending = true;
    atomic_fetch_add(&team->called, 1);
    futex_wake_all(&team->called);
    for (unsigned i = 1; i < team->count; i++)
        if (team->members[i].started)
            pthread_join(team->members[i].handle, NULL);
    leave(&team->members[0]);
    free(team->bench->histograms);
    team->bench->histograms = NULL;
    free(team->members);
    free(team->tids);
    free(team);
}

void spb_team_prepare(struct spb_team *team, uint64_t iterations)
{
    team->iterations = iterations;
    if (team->count == 1)
        return;
    uint32_t round = atomic_fetch_add(&team->called, 1) + 1;
    futex_wake_all(&team->called);
    spin_until(&team->ready, round * (team->count - 1));
}

static void summarise(const struct spb_team *team, struct spb_team_sample *sample)
{
    const struct member *first = &team->members[0];
    uint64_t start = first->start_ns, last_start = start, finish = first->finish_ns, first_finish = finish;
    *sample = (struct spb_team_sample){0};
    for (unsigned i = 0; i < team->count; i++) {
        const struct member *member = &team->members[i];
        start = member->start_ns < start ? member->start_ns : start;
        last_start = member->start_ns > last_start ? member->start_ns : last_start;
        finish = member->finish_ns > finish ? member->finish_ns : finish;
        first_finish = member->finish_ns < first_finish ? member->finish_ns : first_finish;
        sample->migrations += member->cpu_before.os_index != member->cpu_after.os_index;
    }
    sample->elapsed_ns = finish - start;
    sample->start_skew_ns = last_start - start;
    sample->finish_skew_ns = finish - first_finish;
}

void spb_team_release(struct spb_team *team, struct spb_team_sample *sample)
{
    uint32_t round = 0;
    if (team->count > 1)
        round = atomic_fetch_add_explicit(&team->opened, 1, memory_order_release) + 1;
    measure_member(&team->members[0], team->iterations);
    account(&team->members[0]);
    if (team->count > 1)
        sleep_until(&team->finished, round * (team->count - 1));
    summarise(team, sample);
}

unsigned spb_team_count(const struct spb_team *team)
{
    return team->count;
}

const pid_t *spb_team_tids(const struct spb_team *team)
{
    return team->tids;
}

void spb_team_results(const struct spb_team *team, struct spb_thread_result *results)
{
    for (unsigned i = 0; i < team->count; i++)
        results[i] = (struct spb_thread_result){team->members[i].cpu_after, team->members[i].total_ns};
}

void spb_team_reset(struct spb_team *team)
{
    for (unsigned i = 0; i < team->count; i++) {
        team->members[i].total_ns = 0;
        spb_histogram_reset(&team->bench->histograms[i]);
    }
}

int spb_team_verify(const struct spb_team *team, struct spb_error *err)
{
    for (unsigned i = 0; i < team->count; i++)
        if (team->members[i].strayed)
            return spb_error_set(err, -ECHILD, "pinning was violated: thread %u ran on CPU %u, the plan says CPU %u", i,
                                 team->members[i].stray_cpu.os_index, team->bench->job->cpus[i].os_index);
    return 0;
}
