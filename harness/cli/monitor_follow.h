/* SPDX-License-Identifier: MIT
 *
 * `spbench monitor -- COMMAND`: starts a command, follows it and all its descendants, and knows at its end what they took.
 *
 *     spb_follow_start(argv, &follow, err);   // first of all: the command waits, as a copy of a still small program
 *     ... first look at the machine
 *     spb_follow_go(follow, err);
 *     ... poll spb_follow_fd(follow); when readable: if (spb_follow_step(follow)) it has ended
 *     ... now and then: spb_follow_look(follow)
 *     spb_follow_summarise(follow, &summary)
 *
 * The command has our input, outputs, process group and environment. Ctrl-C reaches it from the terminal, and it decides;
 * a signal that somebody sends to this program alone is passed on. This program becomes the reaper of all descendants
 * (PR_SET_CHILD_SUBREAPER), so that those are waited for and counted whose parents have ended before them.
 */
#ifndef SPB_MONITOR_FOLLOW_H
#define SPB_MONITOR_FOLLOW_H

#include <stdbool.h>
#include <sys/types.h>

#include "error.h"
#include "follow_summary.h"

struct spb_follow;

/* Forks, takes the signals over for good, and lets the child wait. `command` ends with NULL and outlives it. */
int spb_follow_start(char *const *command, struct spb_follow **follow, struct spb_error *err);
/* Ends a command that has not begun. NULL is fine. */
void spb_follow_destroy(struct spb_follow *follow);

/* Lets the command begin. A command that cannot be started: -ENOENT, -EACCES, ... */
int spb_follow_go(struct spb_follow *follow, struct spb_error *err);
/* Readable when there is something for spb_follow_step. */
int spb_follow_fd(const struct spb_follow *follow);
/* Passes signals on and waits for who has ended; true when the command itself has. */
bool spb_follow_step(struct spb_follow *follow);
/* Looks at the command and its descendants. */
void spb_follow_look(struct spb_follow *follow);

/* After its end. Looks once more, for those that live on. */
void spb_follow_summarise(struct spb_follow *follow, struct spb_follow_summary *summary);
/* What a shell would say: the command's exit code, or 128 and the number of the signal. */
int spb_follow_exit_code(const struct spb_follow *follow);

#endif
