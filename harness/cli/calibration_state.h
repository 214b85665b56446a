/* SPDX-License-Identifier: MIT
 *
 * Where the calibration of this machine lies: $XDG_STATE_HOME/spbench (else ~/.local/state/spbench), a file for each machine.
 */
#ifndef SPB_CALIBRATION_STATE_H
#define SPB_CALIBRATION_STATE_H

#include "calibration_file.h"
#include "error.h"

/* What is known of the machine of that stamp, empty when there is nothing yet. A file that cannot be read is told on standard error
 * and no reason to stop: without it an assumption holds. */
void spb_calibration_state_load(const struct spb_stamp *stamp, struct spb_calibration *calibration);

/* Can a session be kept? Asked before it is measured. 0, or what is in the way, with the cure. */
int spb_calibration_state_check(const struct spb_stamp *stamp, struct spb_error *err);

/* Adds a session to the file, which is locked meanwhile, and gives back all there is. `session` is empty afterwards. */
int spb_calibration_state_add(const struct spb_stamp *stamp, struct spb_calibration_session *session,
                              struct spb_calibration *calibration, char **path, struct spb_error *err);

#endif
