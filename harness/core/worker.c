/* SPDX-License-Identifier: MIT */
#include "worker.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "clock.h"
#include "file.h"
#include "measure.h"
#include "overhead.h"
#include "pair_worker.h"
#include "probe_set.h"
#include "team.h"

/* A job holds at most some thousand CPUs and a few parameters. */
enum { JOB_BYTES_MAX = 1 << 20 };

int spb_worker_receive(int fd, struct spb_job *job, struct spb_error *err)
{
    uint64_t length = 0;
    *job = (struct spb_job){0};
    int code = spb_file_read_all(fd, &length, sizeof(length));
    if (code == 0 && length > JOB_BYTES_MAX)
        code = -EBADMSG;
    char *bytes = code == 0 ? malloc((size_t)length + 1) : NULL;
    if (code == 0 && !bytes)
        code = -ENOMEM;
    if (code == 0)
        code = spb_file_read_all(fd, bytes, (size_t)length);
    if (code == 0)
        code = spb_job_decode(bytes, (size_t)length, job);
    free(bytes);
    if (code == -EBADMSG)
        return spb_error_set(err, code, "the job on descriptor %d is not one of this version of spbench", fd);
    return code == 0 ? 0 : spb_error_system(err, code, "no job on descriptor %d", fd);
}

int spb_worker_send(int fd, bool framed, const struct spb_process *process, struct spb_error *err)
{
    struct spb_strbuf out = {0};
    spb_report_encode(process, &out);
    uint64_t length = out.length;
    int code = out.failed ? -ENOMEM : framed ? spb_file_write_all(fd, &length, sizeof(length)) : 0;
    if (code == 0)
        code = spb_file_write_all(fd, out.text, out.length);
    spb_strbuf_release(&out);
    return code == 0 ? 0 : spb_error_system(err, code, "the report cannot be sent");
}

/* The rates that the workload stated, over all samples. */
static int add_rates(const struct spb_bench *bench, struct spb_process *process)
{
    double iterations = 0, elapsed_ns = 0;
    int code = 0;
    for (size_t i = 0; i < process->sample_count; i++) {
        iterations += (double)process->samples[i].iterations;
        elapsed_ns += (double)process->samples[i].elapsed_ns;
    }
    for (size_t i = 0; i < bench->rates.count && elapsed_ns > 0; i++) {
        const struct spb_metric *rate = &bench->rates.items[i];
        char unit[sizeof(rate->unit)];
        snprintf(unit, sizeof(unit), "%.*s/s", (int)sizeof(unit) - 3, rate->unit);
        code |= spb_metrics_add(&process->metrics, rate->name, unit, rate->value * iterations / elapsed_ns * 1e9);
    }
    return code;
}

static int add_huge_pages(const struct spb_bench *bench, struct spb_process *process)
{
    const struct spb_memory_pool *pool = &bench->pool;
    return pool->huge_wanted_bytes
               ? spb_metrics_add(&process->metrics, "memory-in-huge-pages", "%",
                                 100 * (double)pool->huge_got_bytes / (double)pool->huge_wanted_bytes)
               : 0;
}

/* All threads' latencies in one, if any were recorded. */
static int take_latency(const struct spb_bench *bench, struct spb_process *process)
{
    for (unsigned i = 0; i < bench->job->threads; i++) {
        if (bench->histograms[i].count == 0)
            continue;
        if (!process->latency)
            process->latency = calloc(1, sizeof(*process->latency));
        if (!process->latency)
            return -ENOMEM;
        spb_histogram_merge(process->latency, &bench->histograms[i]);
    }
    return 0;
}

/* Metrics that only the worker knows: the work done, the threads' balance, what the workload reported itself. */
static int add_own_metrics(const struct spb_bench *bench, const struct spb_team *team, struct spb_process *process,
                           unsigned long migrations)
{
    double iterations = 0;
    for (size_t i = 0; i < process->sample_count; i++)
        iterations += (double)process->samples[i].iterations;
    int code = spb_metrics_add_total(&process->metrics, "work", bench->workload->unit, iterations * bench->work);
    code |= spb_metrics_add_total(&process->metrics, "migrations", "migration", (double)migrations);
    if (spb_team_count(team) > 1) {
        uint64_t fastest = UINT64_MAX, slowest = 0;
        for (unsigned i = 0; i < process->thread_count; i++) {
            uint64_t elapsed = process->threads[i].elapsed_ns;
            fastest = elapsed < fastest ? elapsed : fastest;
            slowest = elapsed > slowest ? elapsed : slowest;
        }
        /* All do the same number of iterations: the ratio of times is the inverse ratio of rates. */
        code |=
            slowest ? spb_metrics_add(&process->metrics, "fairness", "ratio", (double)fastest / (double)slowest) : 0;
    }
    for (size_t i = 0; i < bench->reports.count; i++)
        code |= spb_metrics_append(&process->metrics, &bench->reports.items[i]);
    code |= add_rates(bench, process) | add_huge_pages(bench, process) | take_latency(bench, process);
    code |= spb_overhead_add(process);
    return code ? -ENOMEM : 0;
}

static int copy_thread_results(const struct spb_team *team, struct spb_process *process)
{
    process->threads = calloc(spb_team_count(team), sizeof(*process->threads));
    if (!process->threads)
        return -ENOMEM;
    process->thread_count = spb_team_count(team);
    spb_team_results(team, process->threads);
    return 0;
}

static unsigned long count_migrations(const struct spb_process *process)
{
    unsigned long count = 0;
    for (size_t i = 0; i < process->sample_count; i++)
        count += (process->samples[i].marks & SPB_MARK_MIGRATED) != 0;
    return count;
}

static int measure_with_probes(const struct spb_worker_options *options, struct spb_bench *bench, struct spb_team *team,
                               struct spb_process *process, struct spb_error *err)
{
    struct spb_probe_set probes;
    struct spb_probe_target target = {spb_team_tids(team), bench->job->pinned ? bench->job->cpus : NULL,
                                      spb_team_count(team)};
    int code = spb_probe_set_open(&probes, options->probes, options->probe_count, &target, err);
    if (code < 0)
        return code;
    struct spb_measure_options measure = {bench, team, &probes, bench->job, options->stop};
    code = bench->job->paired ? spb_pair_worker_serve(&measure, options->fd, process, err)
                              : spb_measure(&measure, process, err);
    if (code == 0 || code == -ECANCELED) {
        int read = spb_probe_set_read(&probes, &process->metrics, err);
        if (read == 0)
            read = copy_thread_results(team, process);
        code = read < 0 ? read : code;
    }
    spb_probe_set_close(&probes);
    return code;
}

static int run_team(const struct spb_worker_options *options, struct spb_bench *bench, struct spb_process *process,
                    struct spb_error *err)
{
    struct spb_team *team = NULL;
    int code = spb_team_create(bench, &team, err);
    if (code == 0)
        code = measure_with_probes(options, bench, team, process, err);
    bool interrupted = code == -ECANCELED;
    if (code == 0 || interrupted) {
        int bad = spb_bench_check(bench, 0, "run", err);
        if (bad == 0)
            bad = spb_team_verify(team, err);
        if (bad == 0 && bench->workload->verify)
            bad = spb_bench_check(bench, bench->workload->verify(bench), "verification", err);
        if (bad == 0 && add_own_metrics(bench, team, process, count_migrations(process)) < 0)
            bad = spb_error_set(err, -ENOMEM, "out of memory");
        code = bad < 0 ? bad : code;
    }
    spb_team_destroy(team);
    return code;
}

static int do_job(const struct spb_worker_options *options, struct spb_bench *bench, struct spb_process *process,
                  struct spb_error *err)
{
    const struct spb_job *job = bench->job;
    /* Before set-up, so that what it touches lands on the node where it will be used. */
    if (job->pinned) {
        int code = spb_binder_pin_thread(bench->binder, job->cpus[0], err);
        if (code < 0)
            return code;
    }
    uint64_t start = spb_clock_now_ns();
    int returned = bench->workload->set_up ? bench->workload->set_up(bench) : 0;
    process->set_up_ns = spb_clock_now_ns() - start;
    int code = spb_bench_check(bench, returned, "set-up", err);
    if (code < 0)
        return code;
    process->work_per_iteration = bench->work;
    process->overhead_ns = bench->overhead_ns;
    code = run_team(options, bench, process, err);
    if (bench->workload->tear_down)
        bench->workload->tear_down(bench);
    return code;
}

/* Deeper on the stack by what the job says, so that neither side of a pair owes its time to one place there. */
static __attribute__((noinline)) int do_job_deeper(const struct spb_worker_options *options, struct spb_bench *bench,
                                                   struct spb_process *process, struct spb_error *err)
{
    volatile char *room = __builtin_alloca(bench->job->stack_offset_bytes + 1);
    room[0] = 0;
    int code = do_job(options, bench, process, err);
    return code + room[0]; /* so that no tail call gives the room back */
}

void spb_worker_measure(const struct spb_worker_options *options, const struct spb_job *job,
                        struct spb_process *process)
{
    struct spb_error err = {0};
    struct spb_binder *binder = NULL;
    const struct spb_workload *workload = spb_registry_find(options->registry, job->workload);
    *process = (struct spb_process){.seed = job->seed};
    int code = workload ? spb_binder_open(&binder, &err)
                        : spb_error_set(&err, -ENOENT, "this program has no workload %s", job->workload);
    if (code == 0) {
        struct spb_bench bench;
        spb_bench_init(&bench, workload, job, binder);
        void *heap_offset = malloc(job->heap_offset_bytes + 1);
        code = do_job_deeper(options, &bench, process, &err);
        free(heap_offset);
        spb_bench_release(&bench);
    }
    spb_binder_close(binder);
    process->outcome = code == 0 ? SPB_OUTCOME_OK : code == -ECANCELED ? SPB_OUTCOME_INTERRUPTED : SPB_OUTCOME_FAILED;
    if (process->outcome == SPB_OUTCOME_FAILED)
        process->reason = strdup(err.text);
}
