/* SPDX-License-Identifier: MIT
 *
 * The program that is profiled: started and held before its first instruction until the profiler is ready, or one that runs already.
 */
#ifndef SPB_TARGET_H
#define SPB_TARGET_H

#include <stdbool.h>
#include <sys/types.h>

#include "error.h"

struct spb_target {
    pid_t pid;
    bool attached;       /* it was there before and stays */
    int gate_fd;         /* what it waits at; -1: it runs */
    int pid_fd;          /* readable when it has ended */
    const char *command; /* its argv[0], which is the caller's; NULL: attached */
};

/* Starts argv[0] (found on PATH) held before exec; `environment` has what is set in addition ("LD_PRELOAD=..."), NULL for nothing. Errors of exec come from
 * spb_target_release_gate: -ENOENT, -EACCES, with the command's name. */
int spb_target_start(char *const *argv, const char *const *environment, struct spb_target *target,
                     struct spb_error *err);
/* -ESRCH, -EPERM (another user's: says so). */
int spb_target_attach(pid_t pid, struct spb_target *target, struct spb_error *err);
/* For the command that is held: what is set in its environment in addition ("LD_PRELOAD=..."), and a descriptor that it gets as `number`, or as the first free one above;
 * *number is which. */
int spb_target_set_environment(struct spb_target *target, const char *setting, struct spb_error *err);
int spb_target_pass_descriptor(struct spb_target *target, int fd, int *number, struct spb_error *err);
int spb_target_release_gate(struct spb_target *target, struct spb_error *err);
/* Ended (false: not yet, after timeout_ms)? *exit_code as a shell has it: 128 + n for a signal. An attached one has none: 0. */
bool spb_target_wait(struct spb_target *target, int timeout_ms, int *exit_code);
void spb_target_close(struct spb_target *target);

#endif
