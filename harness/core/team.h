/* SPDX-License-Identifier: MIT
 *
 * The measured threads of a process. Thread 0 is the caller; the others are started, pinned and kept asleep between samples.
 *
 *     spb_team_prepare(team, iterations);   every thread is awake and spins at the gate
 *     [probes start]
 *     spb_team_release(team, &sample);      the gate opens; each thread reads the clock, runs, reads the clock
 *     [probes stop]
 *
 * A thread that has finished goes to sleep at once and the caller sleeps until all have, so that waiting is neither counted
 * nor disturbs those still at work. With one thread there is no gate at all.
 */
#ifndef SPB_TEAM_H
#define SPB_TEAM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "bench.h"
#include "row.h"

struct spb_team;

struct spb_team_sample {
    uint64_t elapsed_ns; /* first start to last finish */
    uint64_t start_skew_ns;
    uint64_t finish_skew_ns;
    unsigned migrations; /* threads that ended on another CPU than they started on */
};

/* Starts and pins the threads of bench->job (the caller's too) and runs thread_set_up on each. */
int spb_team_create(struct spb_bench *bench, struct spb_team **team, struct spb_error *err);
/* thread_tear_down on each thread, ends them. The caller stays pinned. NULL is fine. */
void spb_team_destroy(struct spb_team *team);

void spb_team_prepare(struct spb_team *team, uint64_t iterations);
void spb_team_release(struct spb_team *team, struct spb_team_sample *sample);

unsigned spb_team_count(const struct spb_team *team);
/* Thread ids, `count` of them, owned by the team. */
const pid_t *spb_team_tids(const struct spb_team *team);
/* Sums of own time since the last reset (which empties the histograms too), and the CPU of the last sample; `results` has room for all. */
void spb_team_results(const struct spb_team *team, struct spb_thread_result *results);
void spb_team_reset(struct spb_team *team);
/* 0, or -ECHILD when a thread was seen on another CPU than the plan's in any sample since the start. */
int spb_team_verify(const struct spb_team *team, struct spb_error *err);

#endif
