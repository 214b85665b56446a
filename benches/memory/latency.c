/* SPDX-License-Identifier: MIT
 *
 * Latency of a load: a walk over a ring of pointers, one to a cache line, in which each load needs the address that the
 * one before brought. At random no prefetcher can foresee the next line; in order, with a constant stride, they can.
 *
 * With pages of 4 KiB, sizes beyond what the TLB maps contain the page walks. Huge pages take most of them away; the
 * difference between the two is theirs.
 */
#include "huge_pages.h"
#include "ring.h"

static int make_ring(struct spb_bench *bench, uint64_t step_bytes, int in_order, enum spb_pages pages)
{
    uint64_t places = spb_param(bench, "size") / step_bytes;
    struct ring *ring = spb_alloc(bench, sizeof(*ring));
    char *base = spb_alloc_shared_pages(bench, places * step_bytes, pages);
    if (!ring || !base)
        return -1;
    *ring = (struct ring){.base = base, .places = places, .step_bytes = step_bytes, .in_order = in_order};
    spb_ring_link(ring, spb_seed(bench));
    spb_set_state(bench, ring);
    spb_set_work(bench, RING_LOADS);
    return 0;
}

static int set_up_random(struct spb_bench *bench)
{
    return make_ring(bench, LINE_BYTES, 0, SPB_PAGES_DEFAULT);
}

static int set_up_huge(struct spb_bench *bench)
{
    return make_ring(bench, LINE_BYTES, 0, SPB_PAGES_HUGE);
}

static int set_up_stride(struct spb_bench *bench)
{
    uint64_t stride = spb_param(bench, "stride");
    if (stride % LINE_BYTES || stride > spb_param(bench, "size"))
        return spb_fail(bench, "the stride must be a multiple of %d and fit into the size; use stride=64", LINE_BYTES);
    return make_ring(bench, stride, 1, SPB_PAGES_DEFAULT);
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    spb_ring_walk(thread->state, iterations);
}

static int verify(struct spb_bench *bench)
{
    return spb_ring_verify(bench, spb_state(bench));
}

#define SIZE(sizes)                                                                                                    \
    {                                                                                                                  \
        .name = "size", .summary = "bytes walked over: which cache, or memory, answers", .defaults = (sizes),          \
        .minimum = 1024, .maximum = (uint64_t)LINE_BYTES << 32, .kind = SPB_PARAM_BYTES                                \
    }

static const struct spb_param_spec random_params[] = {SIZE("4KiB,l1/2,l2/2,llc/2,llc*2,llc*8"), {0}};
static const struct spb_param_spec huge_params[] = {SIZE("llc*2"), {0}};
static const struct spb_param_spec stride_params[] = {
    SIZE("llc*2"),
    {.name = "stride",
     .summary = "bytes from one load to the next, whole cache lines",
     .defaults = "64,1KiB",
     .minimum = LINE_BYTES,
     .kind = SPB_PARAM_BYTES},
    {0},
};

const struct spb_workload spb_memory_latency = {
    SPB_WORKLOAD_HEADER,
    .name = "memory/latency",
    .summary = "loads that each wait for the one before, in random order over a working set",
    .meaning = "time until data arrives: of a cache that holds the working set, else of memory and its page tables",
    .unit = "access",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .params = random_params,
    .set_up = set_up_random,
    .run = run,
    .verify = verify,
};

const struct spb_workload spb_memory_latency_huge_pages = {
    SPB_WORKLOAD_HEADER,
    .name = "memory/latency-huge-pages",
    .summary = "the walk of memory/latency in huge pages",
    .meaning = "time until data arrives without most page walks; what memory/latency takes more is theirs",
    .unit = "access",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .params = huge_params,
    .unavailable = no_huge_pages,
    .set_up = set_up_huge,
    .run = run,
    .verify = verify,
};

const struct spb_workload spb_memory_latency_stride = {
    SPB_WORKLOAD_HEADER,
    .name = "memory/latency-stride",
    .summary = "loads that each wait for the one before, at a constant distance",
    .meaning =
        "what is left of the latency where prefetchers can foresee the next line, and where the stride is too wide",
    .unit = "access",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .params = stride_params,
    .set_up = set_up_stride,
    .run = run,
    .verify = verify,
};
