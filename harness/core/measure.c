/* SPDX-License-Identifier: MIT */
#include "measure.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "clock.h"
#include "summary.h"
#include "warm_up.h"

/* Clock resolutions that the shortest sample must last: its quantisation error is then below 0.1 %. */
#define RESOLUTIONS_PER_SAMPLE 1000
/* A sample that lasts this share of the target is long enough: the target has that much slack built in. */
#define ENOUGH 0.9
/* How often the precision reached is looked at. */
enum { CHECK_EVERY = 8, SAMPLES_MIN = 8, SAMPLES_MAX = 100000 };
/* The process's own median should add little to the spread between processes: its standard error must be below this part of
 * the precision asked for. */
#define OWN_SHARE 0.125
/* Time limits after which sampling ends with whatever it has; sooner where iterations are processes, which are as
 * independent of one another within a worker as across workers. */
enum { SLOW_LIMITS = 8, SLOW_PROCESS_LIMITS = 4 };

bool spb_measurement_stopped(const struct spb_measurement *m)
{
    return *m->options->stop != 0 || atomic_load(&m->options->bench->failed);
}

uint64_t spb_measurement_run(const struct spb_measurement *m, uint64_t iterations)
{
    struct spb_team_sample sample;
    spb_team_prepare(m->options->team, iterations);
    spb_team_release(m->options->team, &sample);
    return sample.elapsed_ns ? sample.elapsed_ns : 1;
}

/* The next count to try when `iterations` took elapsed_ns: at most ten times as many, since short times say little. */
static uint64_t next_iterations(uint64_t iterations, uint64_t elapsed_ns, uint64_t target_ns)
{
    double factor = (double)target_ns / (double)elapsed_ns;
    factor = factor > 10 ? 10 : factor;
    uint64_t next = (uint64_t)ceil((double)iterations * factor);
    return next > iterations ? next : iterations + 1;
}

int spb_measurement_calibrate(struct spb_measurement *m, struct spb_error *err)
{
    if (m->iterations)
        return 0;
    m->iterations = 1;
    while (!spb_measurement_stopped(m)) {
        uint64_t elapsed = spb_measurement_run(m, m->iterations);
        m->iteration_ns = elapsed / m->iterations;
        if ((double)elapsed >= ENOUGH * (double)m->target_ns)
            return 0;
        if (m->iterations > UINT64_MAX / 32)
            return spb_error_set(err, -ECHILD, "run() returns at once, whatever the number of iterations");
        m->iterations = next_iterations(m->iterations, elapsed, m->target_ns);
    }
    return -ECANCELED;
}

/* Turbo, or a page table that is filled by now, may have made the work faster than it was when the count was found: that
 * brings samples back to their length. */
void spb_measurement_warm_up(struct spb_measurement *m)
{
    struct spb_warm_up state;
    uint64_t elapsed = m->target_ns;
    bool processes = m->options->bench->runs_processes;
    m->process->settled = processes && m->iteration_ns >= m->options->job->warm_up_limit_ns;
    if (m->process->settled)
        return;
    spb_warm_up_init(&state, 0, m->options->job->warm_up_limit_ns);
    enum spb_warm_up_state now = SPB_WARM_UP_RUNNING;
    while (now == SPB_WARM_UP_RUNNING && !spb_measurement_stopped(m)) {
        elapsed = spb_measurement_run(m, m->iterations);
        now = spb_warm_up_record(&state, m->iterations, elapsed);
    }
    m->process->settled = now == SPB_WARM_UP_SETTLED || (processes && state.count < SPB_WARM_UP_SHORTEST);
    if ((double)elapsed < ENOUGH * (double)m->target_ns)
        m->iterations = next_iterations(m->iterations, elapsed, m->target_ns);
}

static int allocate(struct spb_measurement *m, struct spb_error *err)
{
    uint64_t most = m->options->job->sampling_limit_ns / (uint64_t)(ENOUGH * (double)m->target_ns) + SAMPLES_MIN + 1;
    m->capacity = most < SAMPLES_MAX ? (size_t)most : SAMPLES_MAX;
    m->process->samples = calloc(m->capacity, sizeof(*m->process->samples));
    m->times = calloc(m->capacity, sizeof(*m->times));
    return m->process->samples && m->times ? 0 : spb_error_set(err, -ENOMEM, "out of memory");
}

void spb_measurement_take(struct spb_measurement *m)
{
    struct spb_team_sample sample;
    spb_team_prepare(m->options->team, m->iterations);
    spb_probe_set_start(m->options->probes);
    spb_team_release(m->options->team, &sample);
    uint32_t marks = spb_probe_set_stop(m->options->probes);
    struct spb_process *process = m->process;
    if (m->options->bench->runs_processes)
        marks &= ~(uint32_t)SPB_MARK_PREEMPTED;
    else if (sample.migrations)
        marks |= SPB_MARK_MIGRATED;
    if (sample.elapsed_ns == 0)
        sample.elapsed_ns = 1;
    if (m->times)
        m->times[process->sample_count] =
            (double)sample.elapsed_ns / (double)m->iterations - (double)m->options->bench->overhead_ns;
    process->samples[process->sample_count++] = (struct spb_sample){m->iterations, sample.elapsed_ns, marks};
    if (sample.start_skew_ns > process->start_skew_ns)
        process->start_skew_ns = sample.start_skew_ns;
    if (sample.finish_skew_ns > process->finish_skew_ns)
        process->finish_skew_ns = sample.finish_skew_ns;
}

/* Is the median of the samples so far known well enough? Its standard error is about 1.2533 sd / sqrt(n), with
 * sd = 1.4826 MAD, for samples near a normal distribution (Kendall and Stuart). */
static bool precise(const struct spb_measurement *m)
{
    struct spb_summary summary;
    size_t count = m->process->sample_count;
    if (count % CHECK_EVERY || spb_summary_compute(m->times, count, &summary) < 0)
        return false;
    double error = 1.2533 * 1.4826 * summary.mad / sqrt((double)count);
    return error <= OWN_SHARE * m->options->job->precision_ratio * summary.median;
}

static void sample_all(struct spb_measurement *m)
{
    const struct spb_job *job = m->options->job;
    uint64_t slow_limits = m->options->bench->runs_processes ? SLOW_PROCESS_LIMITS : SLOW_LIMITS;
    uint64_t start = spb_clock_now_ns();
    m->options->bench->sampling = true;
    while (m->process->sample_count < m->capacity && !spb_measurement_stopped(m)) {
        spb_measurement_take(m);
        uint64_t elapsed = spb_clock_now_ns() - start;
        if (m->process->sample_count >= SAMPLES_MIN &&
            (elapsed >= job->sampling_limit_ns || (elapsed >= job->sampling_min_ns && precise(m))))
            break;
        /* Slow workloads: fewer samples than the minimum when even those would take long. */
        if (elapsed >= slow_limits * job->sampling_limit_ns)
            break;
    }
}

void spb_measurement_aim(struct spb_measurement *m, uint64_t sample_min_ns)
{
    struct spb_clock_quality quality = spb_clock_measure();
    double floor_ns = quality.resolution_ns * RESOLUTIONS_PER_SAMPLE;
    bool longer = !m->options->bench->runs_processes && (double)sample_min_ns > floor_ns;
    m->target_ns = longer ? sample_min_ns : (uint64_t)floor_ns;
    m->target_ns = (uint64_t)((double)m->target_ns / ENOUGH);
}

int spb_measure(const struct spb_measure_options *options, struct spb_process *process, struct spb_error *err)
{
    struct spb_measurement m = {.options = options,
                                .process = process,
                                .iterations = options->job->iterations,
                                .iteration_ns = options->job->iteration_ns};
    spb_measurement_aim(&m, options->job->sample_min_ns);
    uint64_t start = spb_clock_now_ns();
    int code = spb_measurement_calibrate(&m, err);
    process->calibration_ns = spb_clock_now_ns() - start;
    if (code == 0)
        code = allocate(&m, err);
    if (code == 0) {
        start = spb_clock_now_ns();
        spb_measurement_warm_up(&m);
        process->warm_up_ns = spb_clock_now_ns() - start;
        spb_team_reset(options->team);
        sample_all(&m);
        code = spb_measurement_stopped(&m) ? -ECANCELED : 0;
    }
    free(m.times);
    return code;
}
