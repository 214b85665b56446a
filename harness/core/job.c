/* SPDX-License-Identifier: MIT */
#include "job.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "parameter.h"
#include "plan.h"
#include "probe.h"

/* First word of each message: a worker of another version must not be understood by accident. */
#define JOB_MAGIC    0x3262004a425053u
#define REPORT_MAGIC 0x31620052425053u

enum { THREADS_MAX = SPB_PLAN_CPUS_MAX };

/* Of stack and heap: far below any limit of theirs. */
enum { OFFSET_MAX = 65536 };

void spb_job_release(struct spb_job *job)
{
    free(job->workload);
    free(job->plugin);
    free(job->counters);
    free(job->cpus);
    for (size_t i = 0; i < job->param_count; i++)
        spb_param_value_release(&job->params[i]);
    free(job->params);
    *job = (struct spb_job){0};
}

static void put_params(struct spb_strbuf *out, const struct spb_param_value *params, size_t count)
{
    spb_message_put_u64(out, count);
    for (size_t i = 0; i < count; i++) {
        spb_message_put_text(out, params[i].name);
        spb_message_put_text(out, params[i].text);
        spb_message_put_u64(out, params[i].value);
        spb_message_put_u64(out, params[i].kind);
    }
}

void spb_job_encode(const struct spb_job *job, struct spb_strbuf *out)
{
    spb_message_put_u64(out, JOB_MAGIC);
    spb_message_put_u64(out, job->describe);
    spb_message_put_text(out, job->plugin);
    spb_message_put_text(out, job->workload);
    put_params(out, job->params, job->param_count);
    spb_message_put_u64(out, job->threads);
    spb_message_put_u64(out, job->pinned);
    for (unsigned i = 0; job->pinned && i < job->threads; i++)
        spb_message_put_u64(out, job->cpus[i].os_index);
    spb_message_put_u64(out, job->memory_bound);
    spb_message_put_u64(out, job->numa_node);
    spb_message_put_u64(out, job->huge_pages);
    spb_message_put_u64(out, job->memory_limit_bytes);
    spb_message_put_text(out, job->counters);
    spb_message_put_u64(out, job->exclude_kernel);
    spb_message_put_u64(out, job->seed);
    spb_message_put_u64(out, job->iterations);
    spb_message_put_u64(out, job->iteration_ns);
    spb_message_put_u64(out, job->sample_min_ns);
    spb_message_put_u64(out, job->warm_up_limit_ns);
    spb_message_put_u64(out, job->sampling_min_ns);
    spb_message_put_u64(out, job->sampling_limit_ns);
    spb_message_put_double(out, job->precision_ratio);
    spb_message_put_u64(out, job->paired);
    spb_message_put_u64(out, job->shared_address);
    spb_message_put_u64(out, job->stack_offset_bytes);
    spb_message_put_u64(out, job->heap_offset_bytes);
}

/* An array for `count` items that are about to be read; NULL (and a failed reader) when there is no memory. */
static void *get_array(struct spb_message_reader *reader, uint64_t count, size_t item_size)
{
    void *items = reader->failed ? NULL : calloc((size_t)count + 1, item_size);
    if (!items)
        reader->failed = true;
    return items;
}

static void get_params(struct spb_message_reader *reader, struct spb_job *job)
{
    uint64_t count = spb_message_get_bounded(reader, spb_message_room(reader, 4 * sizeof(uint64_t)));
    job->params = get_array(reader, count, sizeof(*job->params));
    for (uint64_t i = 0; i < count && !reader->failed; i++) {
        struct spb_param_value *param = &job->params[job->param_count++];
        param->name = spb_message_get_text(reader);
        param->text = spb_message_get_text(reader);
        param->value = spb_message_get_u64(reader);
        param->kind = (enum spb_param_kind)spb_message_get_bounded(reader, SPB_PARAM_KIND_LAST);
        if (!param->name || !param->text)
            reader->failed = true;
    }
}

static void get_job(struct spb_message_reader *reader, struct spb_job *job)
{
    job->describe = spb_message_get_bounded(reader, 1);
    job->plugin = spb_message_get_text(reader);
    job->workload = spb_message_get_text(reader);
    get_params(reader, job);
    job->threads = (unsigned)spb_message_get_bounded(reader, THREADS_MAX);
    job->pinned = spb_message_get_bounded(reader, 1);
    if (job->pinned)
        job->cpus = get_array(reader, job->threads, sizeof(*job->cpus));
    for (unsigned i = 0; job->pinned && !reader->failed && i < job->threads; i++)
        job->cpus[i].os_index = (unsigned)spb_message_get_bounded(reader, UINT32_MAX);
    job->memory_bound = spb_message_get_bounded(reader, 1);
    job->numa_node = (unsigned)spb_message_get_bounded(reader, UINT32_MAX);
    job->huge_pages = spb_message_get_bounded(reader, 1);
    job->memory_limit_bytes = spb_message_get_u64(reader);
    job->counters = spb_message_get_text(reader);
    job->exclude_kernel = spb_message_get_bounded(reader, 1);
    job->seed = spb_message_get_u64(reader);
    job->iterations = spb_message_get_u64(reader);
    job->iteration_ns = spb_message_get_u64(reader);
    job->sample_min_ns = spb_message_get_u64(reader);
    job->warm_up_limit_ns = spb_message_get_u64(reader);
    job->sampling_min_ns = spb_message_get_u64(reader);
    job->sampling_limit_ns = spb_message_get_u64(reader);
    job->precision_ratio = spb_message_get_double(reader);
    job->paired = spb_message_get_bounded(reader, 1);
    job->shared_address = spb_message_get_u64(reader);
    job->stack_offset_bytes = spb_message_get_bounded(reader, OFFSET_MAX);
    job->heap_offset_bytes = spb_message_get_bounded(reader, OFFSET_MAX);
}

int spb_job_decode(const char *bytes, size_t length, struct spb_job *job)
{
    struct spb_message_reader reader = {.next = bytes, .end = bytes + length};
    *job = (struct spb_job){0};
    if (spb_message_get_u64(&reader) != JOB_MAGIC)
        return -EBADMSG;
    get_job(&reader, job);
    bool whole = job->describe || (job->workload && job->threads);
    if (!reader.failed && reader.next == reader.end && whole)
        return 0;
    spb_job_release(job);
    return -EBADMSG;
}

static void put_metrics(struct spb_strbuf *out, const struct spb_metrics *metrics)
{
    spb_message_put_u64(out, metrics->count);
    for (size_t i = 0; i < metrics->count; i++) {
        const struct spb_metric *metric = &metrics->items[i];
        spb_message_put_text(out, metric->name);
        spb_message_put_text(out, metric->unit);
        spb_message_put_double(out, metric->value);
        spb_message_put_u64(out, metric->total);
        spb_message_put_u64(out, metric->state);
        spb_message_put_double(out, metric->share);
        spb_message_put_text(out, metric->reason);
    }
}

/* How many classes hold something (0: no histogram), the extremes, then each such class with its count. */
static void put_latency(struct spb_strbuf *out, const struct spb_histogram *latency)
{
    uint64_t classes = 0;
    for (size_t i = 0; latency && i < SPB_HISTOGRAM_CLASSES; i++)
        classes += latency->counts[i] != 0;
    spb_message_put_u64(out, classes);
    if (classes == 0)
        return;
    spb_message_put_u64(out, latency->min_ns);
    spb_message_put_u64(out, latency->max_ns);
    for (size_t i = 0; i < SPB_HISTOGRAM_CLASSES; i++) {
        if (!latency->counts[i])
            continue;
        spb_message_put_u64(out, i);
        spb_message_put_u64(out, latency->counts[i]);
    }
}

void spb_report_encode(const struct spb_process *process, struct spb_strbuf *out)
{
    spb_message_put_u64(out, REPORT_MAGIC);
    spb_message_put_u64(out, process->outcome);
    spb_message_put_text(out, process->reason);
    spb_message_put_double(out, process->work_per_iteration);
    spb_message_put_u64(out, process->overhead_ns);
    spb_message_put_u64(out, process->set_up_ns);
    spb_message_put_u64(out, process->calibration_ns);
    spb_message_put_u64(out, process->warm_up_ns);
    spb_message_put_u64(out, process->settled);
    spb_message_put_u64(out, process->start_skew_ns);
    spb_message_put_u64(out, process->finish_skew_ns);
    spb_message_put_u64(out, process->sample_count);
    for (size_t i = 0; i < process->sample_count; i++) {
        spb_message_put_u64(out, process->samples[i].iterations);
        spb_message_put_u64(out, process->samples[i].elapsed_ns);
        spb_message_put_u64(out, process->samples[i].marks);
    }
    spb_message_put_u64(out, process->thread_count);
    for (unsigned i = 0; i < process->thread_count; i++) {
        spb_message_put_u64(out, process->threads[i].cpu.os_index);
        spb_message_put_u64(out, process->threads[i].elapsed_ns);
    }
    put_metrics(out, &process->metrics);
    put_latency(out, process->latency);
}

static void get_samples(struct spb_message_reader *reader, struct spb_process *process)
{
    uint64_t count = spb_message_get_bounded(reader, spb_message_room(reader, 3 * sizeof(uint64_t)));
    process->samples = get_array(reader, count, sizeof(*process->samples));
    for (uint64_t i = 0; i < count && !reader->failed; i++) {
        struct spb_sample *sample = &process->samples[process->sample_count++];
        sample->iterations = spb_message_get_u64(reader);
        sample->elapsed_ns = spb_message_get_u64(reader);
        sample->marks = (uint32_t)spb_message_get_bounded(reader, SPB_MARKS_ALL);
        if (sample->iterations == 0 || sample->elapsed_ns == 0)
            reader->failed = true;
    }
}

static void get_threads(struct spb_message_reader *reader, struct spb_process *process)
{
    uint64_t count = spb_message_get_bounded(reader, THREADS_MAX);
    process->threads = get_array(reader, count, sizeof(*process->threads));
    for (uint64_t i = 0; i < count && !reader->failed; i++) {
        struct spb_thread_result *thread = &process->threads[process->thread_count++];
        thread->cpu.os_index = (unsigned)spb_message_get_bounded(reader, UINT32_MAX);
        thread->elapsed_ns = spb_message_get_u64(reader);
    }
}

static void copy_text(char *to, size_t size, char *from, struct spb_message_reader *reader)
{
    if (!from || strlen(from) >= size)
        reader->failed = true;
    else
        strcpy(to, from);
    free(from);
}

static void get_metrics(struct spb_message_reader *reader, struct spb_metrics *metrics)
{
    uint64_t count = spb_message_get_bounded(reader, spb_message_room(reader, 7 * sizeof(uint64_t)));
    for (uint64_t i = 0; i < count && !reader->failed; i++) {
        struct spb_metric metric = {0};
        copy_text(metric.name, sizeof(metric.name), spb_message_get_text(reader), reader);
        copy_text(metric.unit, sizeof(metric.unit), spb_message_get_text(reader), reader);
        metric.value = spb_message_get_double(reader);
        metric.total = spb_message_get_bounded(reader, 1);
        metric.state = (enum spb_metric_state)spb_message_get_bounded(reader, SPB_METRIC_ABSENT);
        metric.share = spb_message_get_double(reader);
        copy_text(metric.reason, sizeof(metric.reason), spb_message_get_text(reader), reader);
        if (!reader->failed && spb_metrics_append(metrics, &metric) < 0)
            reader->failed = true;
    }
}

static void get_latency(struct spb_message_reader *reader, struct spb_process *process)
{
    uint64_t classes = spb_message_get_bounded(reader, SPB_HISTOGRAM_CLASSES);
    if (reader->failed || classes == 0)
        return;
    process->latency = get_array(reader, 1, sizeof(*process->latency));
    uint64_t min_ns = spb_message_get_u64(reader), max_ns = spb_message_get_u64(reader);
    for (uint64_t i = 0; i < classes && !reader->failed; i++) {
        size_t index = (size_t)spb_message_get_bounded(reader, SPB_HISTOGRAM_CLASSES - 1);
        uint64_t count = spb_message_get_bounded(reader, UINT32_MAX);
        if (!reader->failed)
            reader->failed = spb_histogram_restore_class(process->latency, index, count) < 0;
    }
    if (!reader->failed)
        reader->failed = spb_histogram_restore_extremes(process->latency, min_ns, max_ns) < 0;
}

int spb_report_decode(const char *bytes, size_t length, struct spb_process *process)
{
    struct spb_message_reader reader = {.next = bytes, .end = bytes + length};
    *process = (struct spb_process){0};
    if (spb_message_get_u64(&reader) != REPORT_MAGIC)
        return -EBADMSG;
    process->outcome = (enum spb_outcome)spb_message_get_bounded(&reader, SPB_OUTCOME_INTERRUPTED);
    process->reason = spb_message_get_text(&reader);
    process->work_per_iteration = spb_message_get_double(&reader);
    if (process->work_per_iteration < 0)
        reader.failed = true;
    process->overhead_ns = spb_message_get_bounded(&reader, INT64_MAX); /* what files hold */
    process->set_up_ns = spb_message_get_u64(&reader);
    process->calibration_ns = spb_message_get_u64(&reader);
    process->warm_up_ns = spb_message_get_u64(&reader);
    process->settled = spb_message_get_bounded(&reader, 1);
    process->start_skew_ns = spb_message_get_u64(&reader);
    process->finish_skew_ns = spb_message_get_u64(&reader);
    get_samples(&reader, process);
    get_threads(&reader, process);
    get_metrics(&reader, &process->metrics);
    get_latency(&reader, process);
    if (!reader.failed && reader.next == reader.end)
        return 0;
    spb_process_release(process);
    return -EBADMSG;
}
