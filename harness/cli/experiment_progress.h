/* SPDX-License-Identifier: MIT
 *
 * Where an experiment in pairs stands, on standard error: one line that is drawn over on a terminal, a line a look elsewhere.
 */
#ifndef SPB_EXPERIMENT_PROGRESS_H
#define SPB_EXPERIMENT_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "judgement.h"
#include "pair.h"
#include "pair_runner.h"

struct spb_experiment_progress {
    bool quiet;
    bool redraws; /* the stream is a terminal */
    bool drawn;
    uint64_t budget_ns;
    unsigned pairs_max;
};

void spb_experiment_progress_init(struct spb_experiment_progress *progress, bool quiet, uint64_t budget_ns,
                                  unsigned pairs_max);
/* "pair 7 of 40, 3 pass, 7 open, 21 s of at most 60 s  memory/latency size=4KiB" */
void spb_experiment_progress_draw(struct spb_experiment_progress *progress, const struct spb_paired_row *rows,
                                  const enum spb_verdict *decided, size_t row_count,
                                  const struct spb_pair_progress *state);
/* After a look. */
void spb_experiment_progress_look(struct spb_experiment_progress *progress, unsigned pairs,
                                  const enum spb_verdict *decided, size_t row_count);
void spb_experiment_progress_clear(struct spb_experiment_progress *progress);

#endif
