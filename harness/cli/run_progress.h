/* SPDX-License-Identifier: MIT
 *
 * Progress of a run on standard error: on a terminal one line that redraws, otherwise one line a finished row.
 */
#ifndef SPB_RUN_PROGRESS_H
#define SPB_RUN_PROGRESS_H

#include <stdbool.h>

#include "command.h"
#include "runner.h"

struct spb_run_progress {
    bool quiet;
    bool redraws; /* stderr is a terminal */
    bool drawn;   /* the line is on the screen now */
};

void spb_run_progress_init(struct spb_run_progress *progress, bool quiet);
/* `rows` are the runner's. */
void spb_run_progress_draw(struct spb_run_progress *progress, const struct spb_row *rows,
                           const struct spb_runner_progress *state, unsigned processes);
void spb_run_progress_row(struct spb_run_progress *progress, const struct spb_row *row);
/* Takes the line off the screen, before other output. */
void spb_run_progress_clear(struct spb_run_progress *progress);

#endif
