/* SPDX-License-Identifier: MIT
 *
 * An empty loop: what the harness itself costs an iteration.
 */
#include "spbench.h"

static __attribute__((aligned(64))) void run(struct spb_thread *thread, uint64_t iterations)
{
    (void)thread;
    for (uint64_t i = 0; i < iterations; i++)
        spb_keep(i);
}

const struct spb_workload spb_self_null = {
    SPB_WORKLOAD_HEADER,
    .name = "self/null",
    .summary = "an empty loop",
    .meaning = "the harness's own cost of an iteration; every other row of simple operations contains it",
    .unit = "iteration",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .run = run,
};
