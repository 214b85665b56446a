/* SPDX-License-Identifier: MIT
 *
 * Statistics of one row. All times are nanoseconds for one iteration of all threads, so that rows are compared in one
 * unit; spb_row_headline() turns the estimate into the row's own measure (time per unit of work, or rate).
 */
#ifndef SPB_ROW_STATS_H
#define SPB_ROW_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct spb_row;

struct spb_row_stats {
    bool valid; /* false: no process has a sample; nothing below may be read */

    /* Over processes: Hodges-Lehmann estimate of the logs of their medians, with its exact signed-rank interval. */
    size_t process_count;
    double estimate_ns;
    bool has_interval; /* false with fewer than two processes */
    double low_ns;
    double high_ns;
    double confidence;       /* of the interval; below 0.95 where so few processes allow no better */
    double half_width_ratio; /* half of (high - low) / estimate */

    /* Over all single samples. */
    size_t sample_count;
    double min_ns;
    double mean_ns;
    double median_ns;
    double sd_ns;
    double mad_ns; /* median absolute deviation from the median, unscaled */
    double p50_ns;
    double p90_ns;
    double p99_ns;
    double max_ns;
    size_t outliers_mild;   /* Tukey: beyond 1.5 interquartile ranges of the quartiles, up to 3 */
    size_t outliers_severe; /* beyond 3 */
    size_t marked_count;    /* samples with any mark */

    /* Within processes, in time order: median over the processes of the lag-1 autocorrelation. */
    bool has_lag1;
    double lag1;

    /* One-way variance components of the per-iteration time. */
    bool has_variance;
    double variance_between_ns2;
    double variance_within_ns2;

    double work_per_iteration; /* of the row, 0 when processes disagree */
    double overhead_ns;        /* taken off each iteration, mean over the processes; it is in none of the times above */
};

/* Fills row->stats from its processes with outcome OK or INTERRUPTED. 0, -ENOMEM, or -EINVAL for a sample of 0
 * iterations or 0 ns, which is no measurement; the stats are not valid then. */
int spb_row_stats_compute(struct spb_row *row);

/* What the estimate rests on: of each process that counts, in order, the logarithm of the median time of an iteration, in ns.
 * `logs` has room for row->process_count. 0 and *count, or the errors of spb_row_stats_compute(). */
int spb_row_process_logs(const struct spb_row *row, double *logs, size_t *count);

/* Time of one iteration, less what is in each and not the work's; at least a hundredth of that overhead, since what is not
 * told apart from it has no logarithm. iterations and elapsed_ns above 0. */
double spb_iteration_time_ns(uint64_t iterations, uint64_t elapsed_ns, double overhead_ns);

/* The estimate as the row's measure: ns per unit of work, or units per second. `ns` is one of the stats' times. NaN
 * where the row has no work per iteration. */
double spb_row_headline(const struct spb_row *row, double ns);

#endif
