/* SPDX-License-Identifier: MIT */
#include "row_stats.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "row.h"
#include "serial.h"
#include "signed_rank.h"
#include "summary.h"
#include "variance.h"

static const double confidence = 0.95;
/* How well an overhead is known, as a share of it: what is left of a sample below that is taken for that, since it has no
 * logarithm at 0 and no meaning. */
#define OVERHEAD_STEP 0.01

/* The samples that count, as times of one iteration, one process after the other. */
struct collection {
    double *times_ns;
    size_t *offsets; /* process p: times_ns[offsets[p]] .. times_ns[offsets[p + 1] - 1] */
    double *scratch; /* as long as times_ns and the processes together */
    size_t sample_count;
    size_t process_count;
    size_t marked_count;
    double work_per_iteration; /* 0 when processes disagree */
    double overhead_ns;        /* mean over the processes */
};

static bool counts(const struct spb_process *process)
{
    return process->sample_count > 0 &&
           (process->outcome == SPB_OUTCOME_OK || process->outcome == SPB_OUTCOME_INTERRUPTED);
}

static int allocate(struct collection *all, const struct spb_row *row)
{
    for (size_t p = 0; p < row->process_count; p++) {
        if (!counts(&row->processes[p]))
            continue;
        all->process_count++;
        all->sample_count += row->processes[p].sample_count;
    }
    if (all->process_count == 0)
        return 0;
    all->times_ns = calloc(all->sample_count, sizeof(*all->times_ns));
    all->scratch = calloc(all->sample_count + all->process_count, sizeof(*all->scratch));
    all->offsets = calloc(all->process_count + 1, sizeof(*all->offsets));
    return all->times_ns && all->scratch && all->offsets ? 0 : -ENOMEM;
}

double spb_iteration_time_ns(uint64_t iterations, uint64_t elapsed_ns, double overhead_ns)
{
    double time_ns = (double)elapsed_ns / (double)iterations - overhead_ns;
    double floor_ns = overhead_ns * OVERHEAD_STEP;
    return time_ns > floor_ns ? time_ns : floor_ns;
}

/* A time of 0 has no logarithm; calibration makes it impossible, so that such a sample is a fault, not a fast one. */
static int add_sample(struct collection *all, size_t at, const struct spb_sample *sample, double overhead_ns)
{
    if (sample->iterations == 0 || sample->elapsed_ns == 0)
        return -EINVAL;
    all->times_ns[at] = spb_iteration_time_ns(sample->iterations, sample->elapsed_ns, overhead_ns);
    all->marked_count += sample->marks != 0;
    return 0;
}

static int collect(struct collection *all, const struct spb_row *row)
{
    int code = allocate(all, row);
    size_t at = 0, kept = 0;
    for (size_t p = 0; p < row->process_count && code == 0; p++) {
        const struct spb_process *process = &row->processes[p];
        if (!counts(process))
            continue;
        if (kept == 0)
            all->work_per_iteration = process->work_per_iteration;
        else if (process->work_per_iteration != all->work_per_iteration)
            all->work_per_iteration = 0;
        for (size_t i = 0; i < process->sample_count && code == 0; i++)
            code = add_sample(all, at++, &process->samples[i], (double)process->overhead_ns);
        all->overhead_ns += (double)process->overhead_ns / (double)all->process_count;
        all->offsets[++kept] = at;
    }
    return code;
}

static void release(struct collection *all)
{
    free(all->times_ns);
    free(all->scratch);
    free(all->offsets);
}

/* What estimates rest on: one value a process. `logs` may be the start of the scratch. */
static void take_logs(const struct collection *all, double *logs)
{
    double *values = all->scratch + all->process_count;
    for (size_t p = 0; p < all->process_count; p++) {
        size_t first = all->offsets[p], count = all->offsets[p + 1] - first;
        for (size_t i = 0; i < count; i++)
            values[i] = all->times_ns[first + i];
        logs[p] = log(spb_median_in_place(values, count));
    }
}

static int fill_estimate(struct spb_row_stats *stats, const struct collection *all)
{
    double *logs = all->scratch;
    take_logs(all, logs);
    struct spb_interval interval;
    int code = spb_hodges_lehmann(logs, all->process_count, confidence, &interval);
    if (code)
        return code;
    stats->estimate_ns = exp(interval.estimate);
    stats->low_ns = exp(interval.low);
    stats->high_ns = exp(interval.high);
    stats->confidence = interval.confidence;
    stats->has_interval = all->process_count >= 2;
    stats->half_width_ratio = (stats->high_ns - stats->low_ns) / 2 / stats->estimate_ns;
    return 0;
}

static int fill_summary(struct spb_row_stats *stats, const struct collection *all)
{
    struct spb_summary summary;
    int code = spb_summary_compute(all->times_ns, all->sample_count, &summary);
    if (code)
        return code;
    stats->min_ns = summary.min;
    stats->mean_ns = summary.mean;
    stats->median_ns = summary.median;
    stats->sd_ns = summary.sd;
    stats->mad_ns = summary.mad;
    stats->p50_ns = summary.median;
    stats->p90_ns = summary.p90;
    stats->p99_ns = summary.p99;
    stats->max_ns = summary.max;
    stats->outliers_mild = summary.outliers_mild;
    stats->outliers_severe = summary.outliers_severe;
    return 0;
}

static void fill_lag1(struct spb_row_stats *stats, const struct collection *all)
{
    size_t found = 0;
    for (size_t p = 0; p < all->process_count; p++) {
        size_t first = all->offsets[p];
        if (spb_lag1_autocorrelation(all->times_ns + first, all->offsets[p + 1] - first, &all->scratch[found]) == 0)
            found++;
    }
    stats->has_lag1 = found > 0;
    if (stats->has_lag1)
        stats->lag1 = spb_median_in_place(all->scratch, found);
}

static void fill_variance(struct spb_row_stats *stats, const struct collection *all)
{
    struct spb_variance variance;
    if (spb_variance_components(all->times_ns, all->offsets, all->process_count, &variance) < 0)
        return;
    stats->has_variance = true;
    stats->variance_between_ns2 = variance.between;
    stats->variance_within_ns2 = variance.within;
}

static int fill(struct spb_row_stats *stats, const struct collection *all)
{
    if (all->process_count == 0)
        return 0;
    stats->process_count = all->process_count;
    stats->sample_count = all->sample_count;
    stats->marked_count = all->marked_count;
    stats->work_per_iteration = all->work_per_iteration;
    stats->overhead_ns = all->overhead_ns;
    int code = fill_estimate(stats, all);
    if (code == 0)
        code = fill_summary(stats, all);
    if (code)
        return code;
    fill_lag1(stats, all);
    fill_variance(stats, all);
    stats->valid = true;
    return 0;
}

int spb_row_stats_compute(struct spb_row *row)
{
    struct collection all = {0};
    struct spb_row_stats stats = {0};
    int code = collect(&all, row);
    if (code == 0)
        code = fill(&stats, &all);
    row->stats = code == 0 ? stats : (struct spb_row_stats){0};
    release(&all);
    return code;
}

int spb_row_process_logs(const struct spb_row *row, double *logs, size_t *count)
{
    struct collection all = {0};
    int code = collect(&all, row);
    if (code == 0) {
        take_logs(&all, logs);
        *count = all.process_count;
    }
    release(&all);
    return code;
}

double spb_row_headline(const struct spb_row *row, double ns)
{
    double work = row->stats.work_per_iteration;
    if (!(work > 0))
        return (double)NAN;
    return row->measure == SPB_UNITS_PER_SECOND ? work * 1e9 / ns : ns / work;
}
