/* SPDX-License-Identifier: MIT
 *
 * First touch of memory that the kernel has promised and not yet given: each thread gives the pages of its own region back
 * (MADV_DONTNEED) and writes to each again. The mapping stays, so that it is the faults that count, with the clearing of pages;
 * giving them back belongs to it. With several threads their faults meet in the kernel's locks of the address space.
 */
#include <errno.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "huge_pages.h"
#include "spbench.h"

#define SMALL_PAGES     256 /* of a region */
#define HUGE_PAGES      4
#define HUGE_PAGE_BYTES ((size_t)2 << 20)

struct region {
    char *memory;
    uint64_t touched;
    uint64_t dirty; /* pages that were not zero */
    uint64_t failed;
} __attribute__((aligned(128)));

struct regions {
    size_t page_bytes;
    unsigned pages; /* of each */
    struct region *regions;
    uint64_t faults_before;
};

static uint64_t count_faults(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? (uint64_t)usage.ru_minflt : 0;
}

/* Memory from the harness is freed by it, whatever its pages are. */
static int make_regions(struct spb_bench *bench, int huge)
{
    struct regions *regions = spb_alloc(bench, sizeof(*regions));
    struct region *items = spb_alloc(bench, spb_threads(bench) * sizeof(*items));
    if (!regions || !items)
        return -1;
    *regions = (struct regions){.page_bytes = huge ? HUGE_PAGE_BYTES : (size_t)sysconf(_SC_PAGESIZE),
                                .pages = huge ? HUGE_PAGES : SMALL_PAGES,
                                .regions = items};
    for (unsigned i = 0; i < spb_threads(bench); i++) {
        items[i].memory =
            spb_alloc_pages(bench, regions->pages * regions->page_bytes, huge ? SPB_PAGES_HUGE : SPB_PAGES_SMALL);
        if (!items[i].memory)
            return -1;
    }
    regions->faults_before = count_faults();
    spb_set_state(bench, regions);
    spb_set_work(bench, (double)regions->pages * spb_threads(bench));
    return 0;
}

static int set_up_small(struct spb_bench *bench)
{
    return make_regions(bench, 0);
}

static int set_up_huge(struct spb_bench *bench)
{
    return make_regions(bench, 1);
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    const struct regions *regions = thread->state;
    struct region *region = &regions->regions[thread->index];
    size_t bytes = regions->pages * regions->page_bytes;
    for (uint64_t i = 0; i < iterations; i++) {
        region->failed += madvise(region->memory, bytes, MADV_DONTNEED) != 0;
        for (size_t at = 0; at < bytes; at += regions->page_bytes) {
            volatile char *page = region->memory + at;
            *page = 1;
            region->dirty += page[1] != 0;
        }
    }
    region->touched += iterations * regions->pages;
}

static int verify(struct spb_bench *bench)
{
    const struct regions *regions = spb_state(bench);
    uint64_t touched = 0, faults = count_faults() - regions->faults_before;
    for (unsigned i = 0; i < spb_threads(bench); i++) {
        const struct region *region = &regions->regions[i];
        touched += region->touched;
        if (region->failed || region->dirty)
            return spb_fail(bench, "%llu regions could not be given back, %llu pages came back with something in them",
                            (unsigned long long)region->failed, (unsigned long long)region->dirty);
    }
    /* Some kernels give several pages at a fault. */
    spb_report(bench, "faults-per-page", "fault", (double)faults / (double)touched);
    return faults ? 0 : spb_fail(bench, "%llu pages were touched without any fault", (unsigned long long)touched);
}

const struct spb_workload spb_memory_page_fault = {
    SPB_WORKLOAD_HEADER,
    .name = "memory/page-fault",
    .summary = "first touch of anonymous pages, and giving them back",
    .meaning = "price of fresh memory: the fault, clearing the page, and locks where several threads fault at once",
    .unit = "page",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .threads_max = ~0u,
    .set_up = set_up_small,
    .run = run,
    .verify = verify,
};

const struct spb_workload spb_memory_page_fault_huge = {
    SPB_WORKLOAD_HEADER,
    .name = "memory/page-fault-huge",
    .summary = "first touch of huge pages of 2 MiB, and giving them back",
    .meaning = "price of 2 MiB of fresh memory at one fault: nearly all of it is clearing",
    .unit = "page",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .threads_max = ~0u,
    .unavailable = no_huge_pages,
    .set_up = set_up_huge,
    .run = run,
    .verify = verify,
};
