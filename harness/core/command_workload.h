/* SPDX-License-Identifier: MIT
 *
 * The harness's own workload, command/run: an iteration is one run of a command. It is in no listing; `run --command`
 * makes rows of it, and every worker knows it.
 */
#ifndef SPB_COMMAND_WORKLOAD_H
#define SPB_COMMAND_WORKLOAD_H

#include "spbench.h"

/* Parameters of its rows. Only the first stands in every row, and in the descriptor. */
#define SPB_COMMAND_TEXT    "command" /* the command line */
#define SPB_COMMAND_SHELL   "shell"   /* "no": the program is started directly */
#define SPB_COMMAND_FAILURE "failure" /* "ignored": an exit code other than 0 fails nothing */
#define SPB_COMMAND_CPUS    "cpus"    /* "0,2-3": the CPUs it has */

extern const struct spb_workload spb_command_workload;

#endif
