/* SPDX-License-Identifier: MIT
 *
 * One process of a pair at work: it has set up, and does slice after slice as it is asked (pair_message.h).
 */
#ifndef SPB_PAIR_WORKER_H
#define SPB_PAIR_WORKER_H

#include "measure.h"

/* In the place of spb_measure(), over the runner's socket: until FINISH, with the slices as samples of *process. 0; -ECANCELED when
 * told to stop, or the workload has failed; -EPIPE when the runner is gone; another negative errno. */
int spb_pair_worker_serve(const struct spb_measure_options *options, int fd, struct spb_process *process,
                          struct spb_error *err);

#endif
