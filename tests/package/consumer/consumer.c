/* SPDX-License-Identifier: MIT
 *
 * A program of one's own: one workload that uses the whole set-up part of the API.
 */
#include <spbench.h>

static int set_up(struct spb_bench *bench)
{
    uint64_t *table = spb_alloc(bench, spb_param(bench, "size"));
    if (!table)
        return -1;
    if (spb_threads(bench) != 1)
        return spb_fail(bench, "expected one thread, not %u", spb_threads(bench));
    table[0] = spb_seed(bench);
    spb_set_state(bench, table);
    spb_set_work(bench, 1);
    return 0;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    const uint64_t *table = thread->state;
    for (uint64_t i = 0; i < iterations; i++)
        spb_keep(table[i & 7]);
}

static int verify(struct spb_bench *bench)
{
    const uint64_t *table = spb_state(bench);
    spb_report(bench, "zeroed", "word", table[1] == 0 ? 1 : 0);
    return spb_param_text(bench, "mode") ? 0 : spb_fail(bench, "no mode");
}

static const struct spb_param_spec params[] = {
    {.name = "size", .summary = "bytes of the table", .defaults = "4KiB", .minimum = 64, .kind = SPB_PARAM_BYTES},
    {.name = "mode", .summary = "a word", .defaults = "plain", .choices = "plain,fancy", .kind = SPB_PARAM_CHOICE},
    {0},
};

static const struct spb_workload lookup = {
    SPB_WORKLOAD_HEADER,
    .name = "demo/lookup",
    .summary = "table look-up",
    .meaning = "latency of the first-level cache",
    .unit = "operation",
    .version = 1,
    .params = params,
    .set_up = set_up,
    .run = run,
    .verify = verify,
};

static const struct spb_workload *const workloads[] = {&lookup, NULL};

SPB_MAIN(workloads)
