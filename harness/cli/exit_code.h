/* SPDX-License-Identifier: MIT
 *
 * The exit codes of every command.
 */
#ifndef SPB_EXIT_CODE_H
#define SPB_EXIT_CODE_H

enum spb_exit {
    SPB_EXIT_OK = 0,
    SPB_EXIT_FAILED = 1, /* the check failed: a workload failed, a regression, a critical finding */
    SPB_EXIT_USAGE = 2,  /* usage or bad input */
    SPB_EXIT_UNDECIDED = 3,
    SPB_EXIT_NOT_COMPARABLE = 4,
    SPB_EXIT_NOT_POSSIBLE = 5, /* not possible on this machine: no PMU, disk full, out of memory */
    SPB_EXIT_INTERRUPTED = 130,
};

/* From a negative errno as the rooms below return it (see error.h). */
int spb_exit_code(int code);

#endif
