/* SPDX-License-Identifier: MIT
 *
 * The measurement of one process: find an iteration count, warm up, sample. The rules and their reasons stand in README.md.
 */
#ifndef SPB_MEASURE_H
#define SPB_MEASURE_H

#include <signal.h>

#include "error.h"
#include "probe_set.h"
#include "row.h"
#include "team.h"

struct spb_measure_options {
    struct spb_bench *bench;
    struct spb_team *team;
    struct spb_probe_set *probes;
    const struct spb_job *job;
    const volatile sig_atomic_t *stop; /* not 0: end after the current sample */
};

/* Fills the samples, times, skews and `settled` of *process. 0; -ECANCELED when stopped, with the samples so far; or another
 * negative errno. The sample buffer is allocated before the first sample. */
int spb_measure(const struct spb_measure_options *options, struct spb_process *process, struct spb_error *err);

/* ---- its steps, for those who are told from outside what comes next (pair_worker.c) ------------------------------ */

struct spb_measurement {
    const struct spb_measure_options *options;
    struct spb_process *process;
    uint64_t target_ns;    /* of a sample */
    uint64_t iterations;   /* of a sample */
    uint64_t iteration_ns; /* as calibration, or an earlier process of the row, has found it; 0: not known */
    double *times;         /* per iteration, of the samples so far; work space; NULL: nobody looks at them */
    size_t capacity;
};

/* Sets the target: so long at least, and long enough for the clock. */
void spb_measurement_aim(struct spb_measurement *m, uint64_t sample_min_ns);
/* Finds m->iterations, unless they are set: then warm-up will show whether they still hold. 0, -ECANCELED, -ECHILD. */
int spb_measurement_calibrate(struct spb_measurement *m, struct spb_error *err);
/* In samples of m->iterations that are thrown away, until the time has settled; raises them where they have become too short. */
void spb_measurement_warm_up(struct spb_measurement *m);
/* One call without probes, for what is not kept; its time, at least 1 ns. */
uint64_t spb_measurement_run(const struct spb_measurement *m, uint64_t iterations);
/* One sample of m->iterations with probes around it, added to the process, which must have room for it. */
void spb_measurement_take(struct spb_measurement *m);
/* Was it told to stop, or has the workload failed? */
bool spb_measurement_stopped(const struct spb_measurement *m);

#endif
