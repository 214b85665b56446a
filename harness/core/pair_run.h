/* SPDX-License-Identifier: MIT
 *
 * One pair of a row, from start to end: both processes on the same CPUs, in the same layout, alive together and never running
 * together; their slices in turn; what came out.
 */
#ifndef SPB_PAIR_RUN_H
#define SPB_PAIR_RUN_H

#include "pair_runner.h"
#include "pair_schedule.h"
#include "worker_child.h"

/* What the pairs of a row have in common. */
struct spb_pair_row_state {
    bool begun;          /* both sides have run before */
    uint64_t iterations; /* of a slice; 0: the first pair finds them, on the base side */
    uint64_t iteration_ns;
    uint64_t typical_ns; /* of its last pair, in all */
    unsigned failures;
    bool private_buffers; /* its sides write different contents: nothing can be shared */
};

/* Fills *pair, which starts zeroed. 0: it has ended, well or FAILED; -ECANCELED; another negative errno when no process can be
 * started. Executables are the descriptors of both sides' programs. */
int spb_pair_run(const struct spb_pair_runner_options *options, const struct spb_paired_row *row,
                 struct spb_pair_row_state *state, const struct spb_pair_draw *draw, const int program_fds[SPB_SIDES],
                 const struct spb_worker_process_options *how, struct spb_pair *pair, struct spb_error *err);

#endif
