/* SPDX-License-Identifier: MIT
 *
 * One load to a page, in random order over more and more pages: the lines stay few enough for the caches, and the pages
 * become too many for the TLBs. Each load waits for the one before; each page is read at another of its lines, since the
 * first lines of all pages would share a few cache sets.
 *
 * The first default lies within a first-level TLB, the second within a second-level one, the third beyond both.
 */
#include <string.h>
#include <unistd.h>

#include "ring.h"

static int set_up(struct spb_bench *bench)
{
    uint64_t page_bytes = (uint64_t)sysconf(_SC_PAGESIZE), pages = spb_param(bench, "count");
    int huge = strcmp(spb_param_text(bench, "pages"), "huge") == 0;
    struct ring *ring = spb_alloc(bench, sizeof(*ring));
    char *base =
        ring ? spb_alloc_shared_pages(bench, pages * page_bytes, huge ? SPB_PAGES_HUGE : SPB_PAGES_SMALL) : NULL;
    if (!ring || !base)
        return -1;
    *ring = (struct ring){.base = base, .places = pages, .step_bytes = page_bytes, .skewed = 1};
    spb_ring_link(ring, spb_seed(bench));
    spb_set_state(bench, ring);
    spb_set_work(bench, RING_LOADS);
    return 0;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    spb_ring_walk(thread->state, iterations);
}

static int verify(struct spb_bench *bench)
{
    return spb_ring_verify(bench, spb_state(bench));
}

static const struct spb_param_spec params[] = {
    {.name = "count",
     .summary = "pages walked over, one load in each",
     .defaults = "48,1024,8192",
     .minimum = 2,
     .maximum = (uint64_t)1 << 32,
     .kind = SPB_PARAM_COUNT},
    {.name = "pages",
     .summary = "the same addresses in pages of the base size, or in huge ones, which one entry each maps",
     .defaults = "small",
     .choices = "small,huge",
     .kind = SPB_PARAM_CHOICE},
    {0},
};

const struct spb_workload spb_memory_tlb_reach = {
    SPB_WORKLOAD_HEADER,
    .name = "memory/tlb-reach",
    .summary = "a load to a page, each waiting for the one before, over many pages",
    .meaning =
        "above the time of a cached load: what a miss of the first TLB costs, and then a walk of the page tables",
    .unit = "access",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .params = params,
    .set_up = set_up,
    .run = run,
    .verify = verify,
};
