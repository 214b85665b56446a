/* SPDX-License-Identifier: MIT */
#include "bench.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"

enum { REPORTS_MAX = 64, RATES_MAX = 8 };

void spb_bench_init(struct spb_bench *bench, const struct spb_workload *workload, const struct spb_job *job,
                    struct spb_binder *binder)
{
    *bench = (struct spb_bench){
        .workload = workload, .job = job, .binder = binder, .pool_lock = PTHREAD_MUTEX_INITIALIZER, .work = 1};
    bench->pool = (struct spb_memory_pool){.binder = binder,
                                           .bound = job->memory_bound,
                                           .numa_node = job->numa_node,
                                           .huge_pages = job->huge_pages,
                                           .limit_bytes = job->memory_limit_bytes,
                                           .shared_fd = SPB_SHARED_FD,
                                           .shared_address = (uintptr_t)job->shared_address};
}

void spb_bench_release(struct spb_bench *bench)
{
    spb_memory_pool_release(&bench->pool);
    spb_metrics_release(&bench->reports);
    spb_metrics_release(&bench->rates);
}

int spb_bench_check(const struct spb_bench *bench, int returned, const char *what, struct spb_error *err)
{
    if (atomic_load(&bench->failed))
        return spb_error_set(err, -ECHILD, "%s: %s", what, bench->failure);
    if (returned != 0)
        return spb_error_set(err, -ECHILD, "%s failed and did not say why (returned %d)", what, returned);
    return 0;
}

static const struct spb_param_value *find_param(const struct spb_bench *bench, const char *name)
{
    for (size_t i = 0; i < bench->job->param_count; i++)
        if (strcmp(bench->job->params[i].name, name) == 0)
            return &bench->job->params[i];
    return NULL;
}

int spb_fail(struct spb_bench *bench, const char *format, ...)
{
    if (atomic_exchange(&bench->failing, true))
        return -1;
    va_list args;
    va_start(args, format);
    vsnprintf(bench->failure, sizeof(bench->failure), format, args);
    va_end(args);
    atomic_store(&bench->failed, true);
    return -1;
}

uint64_t spb_param(const struct spb_bench *bench, const char *name)
{
    const struct spb_param_value *param = find_param(bench, name);
    if (param)
        return param->value;
    spb_fail((struct spb_bench *)(uintptr_t)bench, "it asks for the parameter '%s', which its descriptor lacks", name);
    return 0;
}

const char *spb_param_text(const struct spb_bench *bench, const char *name)
{
    const struct spb_param_value *param = find_param(bench, name);
    if (param)
        return param->text;
    spb_fail((struct spb_bench *)(uintptr_t)bench, "it asks for the parameter '%s', which its descriptor lacks", name);
    return "";
}

unsigned spb_threads(const struct spb_bench *bench)
{
    return bench->job->threads;
}

uint64_t spb_seed(const struct spb_bench *bench)
{
    return bench->job->seed;
}

void *spb_alloc_pages(struct spb_bench *bench, size_t bytes, enum spb_pages pages)
{
    struct spb_error err = {0};
    pthread_mutex_lock(&bench->pool_lock);
    void *memory = spb_memory_pool_allocate(&bench->pool, bytes, pages, &err);
    pthread_mutex_unlock(&bench->pool_lock);
    if (!memory)
        spb_fail(bench, "%s", err.text);
    return memory;
}

void *spb_alloc(struct spb_bench *bench, size_t bytes)
{
    return spb_alloc_pages(bench, bytes, SPB_PAGES_DEFAULT);
}

void *spb_alloc_shared_pages(struct spb_bench *bench, size_t bytes, enum spb_pages pages)
{
    struct spb_error err = {0};
    pthread_mutex_lock(&bench->pool_lock);
    void *memory = spb_memory_pool_allocate_shared(&bench->pool, bytes, pages, &err);
    pthread_mutex_unlock(&bench->pool_lock);
    if (!memory)
        spb_fail(bench, "%s", err.text);
    return memory;
}

void *spb_alloc_shared(struct spb_bench *bench, size_t bytes)
{
    return spb_alloc_shared_pages(bench, bytes, SPB_PAGES_DEFAULT);
}

void spb_set_state(struct spb_bench *bench, void *state)
{
    bench->state = state;
}

void *spb_state(const struct spb_bench *bench)
{
    return bench->state;
}

void spb_set_work(struct spb_bench *bench, double units)
{
    if (!isfinite(units) || units <= 0)
        spb_fail(bench, "it states %g units of work in an iteration; that must be above 0", units);
    else
        bench->work = units;
}

void spb_report(struct spb_bench *bench, const char *name, const char *unit, double value)
{
    if (bench->reports.count == REPORTS_MAX)
        spb_fail(bench, "it reports more than %d metrics", REPORTS_MAX);
    else if (!isfinite(value))
        spb_metrics_add_absent(&bench->reports, name, unit, SPB_METRIC_ABSENT, "the workload reported no finite value");
    else if (spb_metrics_add(&bench->reports, name, unit, value) < 0)
        spb_fail(bench, "out of memory");
}

void spb_set_rate(struct spb_bench *bench, const char *name, const char *unit, double amount)
{
    if (!isfinite(amount) || amount < 0)
        spb_fail(bench, "it states %g as the %s of an iteration; that must be 0 or more", amount, name);
    else if (bench->rates.count == RATES_MAX)
        spb_fail(bench, "it states more than %d rates", RATES_MAX);
    else if (spb_metrics_add(&bench->rates, name, unit, amount) < 0)
        spb_fail(bench, "out of memory");
}

uint64_t spb_now_ns(void)
{
    return spb_clock_now_ns();
}

void spb_record_ns(struct spb_thread *thread, uint64_t ns)
{
    spb_histogram_record(&thread->bench->histograms[thread->index], ns);
}
