/* SPDX-License-Identifier: MIT
 *
 * Samples by an agent inside the program (agents/cpu_agent.c), for where the kernel gives no perf events: timers of each thread's CPU time. Only user space is seen;
 * time in the kernel is one frame above the function that called it.
 *
 * What it does to the program: a thread that has the CPU is interrupted by a signal at most once in a tick of the kernel. System calls that were interrupted go on
 * (SA_RESTART), but those that never do so may end early with EINTR when a tick comes just as they begin: nanosleep, poll, select, epoll_wait, semtimedop and reads with a time-out.
 */
#ifndef SPB_TIMER_ENGINE_H
#define SPB_TIMER_ENGINE_H

#include "cpu_session.h"
#include "engine_report.h"

/* As spb_perf_engine_run, for a command that is held. -ENOTSUP: the command cannot be had this way (linked statically, attached, ...). options->agent_path NULL: where it is
 * installed. */
int spb_timer_engine_run(struct spb_target *target, const struct spb_cpu_profiler_options *options,
                         struct spb_cpu_session *session, struct spb_engine_report *report, int *exit_code,
                         struct spb_error *err);

#endif
