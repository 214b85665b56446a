/* SPDX-License-Identifier: MIT
 *
 * The worker's side of a process: takes a job from the runner, does it, sends the report.
 */
#ifndef SPB_WORKER_H
#define SPB_WORKER_H

#include <signal.h>

#include "error.h"
#include "job.h"
#include "probe.h"
#include "registry.h"

/* Reads one job from the runner's socket. */
int spb_worker_receive(int fd, struct spb_job *job, struct spb_error *err);

struct spb_worker_options {
    const struct spb_registry *registry;
    const struct spb_probe_slot *probes;
    size_t probe_count;
    const volatile sig_atomic_t *stop;
    int fd; /* the runner's socket, for a job that is one process of a pair */
};

/* Sets up, measures, verifies, tears down. Every failure ends up in process->outcome and reason. */
void spb_worker_measure(const struct spb_worker_options *options, const struct spb_job *job,
                        struct spb_process *process);

/* `framed`: with its length before it, as a process of a pair does. */
int spb_worker_send(int fd, bool framed, const struct spb_process *process, struct spb_error *err);

#endif
