/* SPDX-License-Identifier: MIT
 *
 * An iteration of a known length: what the harness measures must be what was asked for.
 *
 * The deadline of an iteration is the last deadline plus the cost, not the time at which the last iteration ended. So
 * the reading that overshoots a deadline is not added up: n iterations last n * cost and one reading of the clock.
 */
#include <time.h>

#include "spbench.h"

struct spin {
    uint64_t cost_ns;
    uint64_t wanted_ns; /* over all calls of run() */
    uint64_t spent_ns;
    double best_ratio; /* of time spent to time wanted, of the call that was disturbed least; 0: none yet */
};

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static int set_up(struct spb_bench *bench)
{
    struct spin *spin = spb_alloc(bench, sizeof(*spin));
    if (!spin)
        return -1;
    spin->cost_ns = spb_param(bench, "cost");
    spb_set_state(bench, spin);
    return 0;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    struct spin *spin = thread->state;
    uint64_t cost_ns = spin->cost_ns;
    uint64_t start_ns = now_ns();
    uint64_t current_ns = start_ns;
    uint64_t deadline_ns = start_ns;

    for (uint64_t i = 0; i < iterations; i++) {
        deadline_ns += cost_ns;
        while (current_ns < deadline_ns)
            current_ns = now_ns();
    }
    spin->wanted_ns += iterations * cost_ns;
    spin->spent_ns += current_ns - start_ns;
    double ratio = (double)(current_ns - start_ns) / (double)(iterations * cost_ns);
    if (spin->best_ratio == 0 || ratio < spin->best_ratio)
        spin->best_ratio = ratio;
}

/* Ending early is always wrong. Ending late may be the doing of others, who can take any share of the CPU for any time; but
 * where the clock is too slow for the cost, even the call that nobody disturbed ends late. */
static int verify(struct spb_bench *bench)
{
    const struct spin *spin = spb_state(bench);
    double ratio = spin->wanted_ns ? (double)spin->spent_ns / (double)spin->wanted_ns : 1;

    if (spin->spent_ns < spin->wanted_ns)
        return spb_fail(bench, "the spin ended early: %.4f of the time wanted", ratio);
    if (spin->best_ratio > 1.5)
        return spb_fail(
            bench, "the spin took at least %.2f times the time wanted: reading the clock costs more than %llu ns here",
            spin->best_ratio, (unsigned long long)spin->cost_ns);
    return 0;
}

static const struct spb_param_spec params[] = {
    {.name = "cost",
     .summary = "length of one iteration",
     .defaults = "1us",
     .minimum = 100,
     .maximum = 1000000000,
     .kind = SPB_PARAM_DURATION},
    {0},
};

const struct spb_workload spb_self_known_cost = {
    SPB_WORKLOAD_HEADER,
    .name = "self/known-cost",
    .summary = "a spin on the clock that lasts exactly as long as asked for",
    .meaning = "the error of the harness: the time for one iteration must be the cost that was set",
    .unit = "iteration",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .params = params,
    .set_up = set_up,
    .run = run,
    .verify = verify,
};
