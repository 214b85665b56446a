/* SPDX-License-Identifier: MIT
 *
 * One workload at work in its process: what stands behind the `struct spb_bench *` of spbench.h.
 */
#ifndef SPB_BENCH_H
#define SPB_BENCH_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "binder.h"
#include "error.h"
#include "histogram.h"
#include "job.h"
#include "memory_pool.h"
#include "metric.h"
#include "spbench.h"

struct spb_bench {
    const struct spb_workload *workload;
    const struct spb_job *job;
    struct spb_binder *binder;
    struct spb_memory_pool pool;
    pthread_mutex_t pool_lock; /* threads may ask for memory while they set up */
    void *state;
    double work; /* units in one iteration of all threads */
    struct spb_metrics reports;
    struct spb_metrics rates;         /* amounts in one iteration of all threads, by name and unit */
    struct spb_histogram *histograms; /* one a measured thread; the team's, while it lives */
    uint64_t overhead_ns; /* of every iteration, that is not the work's: taken off where samples become times */
    bool runs_processes;  /* an iteration is a process of its own, for which the measured thread only waits: what that
                             thread warmed up, where it ran and whether it was preempted says nothing */
    bool sampling;        /* calibration and warm-up are over */
    atomic_bool failing;  /* someone is writing, or has written, the failure */
    atomic_bool failed;   /* the text is whole */
    char failure[512];
};

/* `job` and `binder` must outlive the bench. Allocates nothing. */
void spb_bench_init(struct spb_bench *bench, const struct spb_workload *workload, const struct spb_job *job,
                    struct spb_binder *binder);
void spb_bench_release(struct spb_bench *bench);

/* The first spb_fail() as an error: 0, or -ECHILD with the text; `what` names the step ("set-up"). `returned` is what the
 * step returned: not 0 is a failure even if nothing was said. */
int spb_bench_check(const struct spb_bench *bench, int returned, const char *what, struct spb_error *err);

#endif
