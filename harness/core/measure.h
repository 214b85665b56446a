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

#endif
