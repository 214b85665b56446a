/* SPDX-License-Identifier: MIT
 *
 * The runner's side of one process of a pair.
 *
 *     spb_pair_process_start(&process, &job, &program, &options, err);   it has set up: process.ready
 *     spb_pair_process_calibrate(&process, 0, target_ns, &iterations, &iteration_ns);
 *     spb_pair_process_slice(&process, iterations, untimed, &elapsed_ns, &marks);
 *     spb_pair_process_finish(&process);                                 process.report
 *     spb_pair_process_release(&process);
 *
 * Each returns false when the process has failed: process.reason says why, in the words of worker_process.h.
 */
#ifndef SPB_PAIR_PROCESS_H
#define SPB_PAIR_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "job.h"
#include "pair_message.h"
#include "row.h"
#include "worker_child.h"

struct spb_pair_process {
    struct spb_worker_child child;
    const struct spb_worker_process_options *options;
    uint64_t waited_ns; /* for it, so far: what its time limit is held against */
    struct spb_pair_answer ready;
    struct spb_process report; /* after finish, and of one that failed */
    bool failed;
    char *reason; /* when failed; NULL where memory ran out */
};

/* False with err set only when no process can be started at all (process->failed is not set then). */
bool spb_pair_process_start(struct spb_pair_process *process, const struct spb_job *job,
                            const struct spb_worker_program *program, const struct spb_worker_process_options *options,
                            struct spb_error *err);
/* `wanted` 0: finds a count for slices of target_ns; else takes it. Warms up in any case, but for commands that are known to take
 * longer than warm-up may (iteration_ns, 0: not known). */
bool spb_pair_process_calibrate(struct spb_pair_process *process, uint64_t wanted, uint64_t target_ns,
                                uint64_t *iterations, uint64_t *iteration_ns);
bool spb_pair_process_slice(struct spb_pair_process *process, uint64_t iterations, uint64_t untimed,
                            uint64_t *elapsed_ns, uint32_t *marks);
/* Until it has ended: what goes wrong at the very end is a failure too. */
bool spb_pair_process_finish(struct spb_pair_process *process);
/* Did the user ask to stop while it was waited for? */
bool spb_pair_process_canceled(const struct spb_pair_process *process);
/* Ends it, if it has not. */
void spb_pair_process_release(struct spb_pair_process *process);

#endif
