/* SPDX-License-Identifier: MIT
 *
 * The runner's side of a worker: this program executed anew with the argument "worker", a socket on descriptor 3, its
 * output caught. Each worker has an address-space layout of its own, and whatever happens to it stays in it.
 */
#ifndef SPB_WORKER_PROCESS_H
#define SPB_WORKER_PROCESS_H

#include <stdint.h>

#include "error.h"
#include "job.h"
#include "row.h"
#include "worker_child.h"

/* Runs one worker to its end. 0 when there is an answer in *process, which may well be a failure with its reason (a signal, the
 * time limit, exit without a report, what it wrote to stderr); outcome INTERRUPTED when it was cancelled. A negative errno
 * only when no process can be started at all. wall_ns is set. */
int spb_worker_process_run(const struct spb_job *job, const struct spb_worker_process_options *options,
                           struct spb_process *process, struct spb_error *err);

/* The same for a job that asks for a description, of the executable on `program_fd` (-1: this program): the worker's answer as it
 * sent it, not looked at. -ECHILD with the reason when it gave none. `answer` starts empty; the caller releases it. */
int spb_worker_process_ask(const struct spb_job *job, int program_fd, const struct spb_worker_process_options *options,
                           struct spb_strbuf *answer, struct spb_error *err);

#endif
