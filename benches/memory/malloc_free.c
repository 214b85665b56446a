/* SPDX-License-Identifier: MIT
 *
 * The C library's malloc and free. One iteration allocates a batch of blocks and frees them in the order in which they
 * came: more blocks than an allocator keeps at hand for a thread (glibc: seven of a size), so that its bins work too.
 */
#include <stdlib.h>

#include "allocator_report.h"

#define BATCH 64

struct tally {
    uint64_t iterations;
    uint64_t failed;  /* malloc gave NULL */
    uint64_t damaged; /* a block did not hold what was written to it */
} __attribute__((aligned(128)));

struct heap {
    size_t size_bytes;
    struct tally *tallies; /* one a thread */
    struct heap_state before;
};

static int set_up(struct spb_bench *bench)
{
    struct heap *heap = spb_alloc(bench, sizeof(*heap));
    struct tally *tallies = spb_alloc(bench, spb_threads(bench) * sizeof(*tallies));
    if (!heap || !tallies)
        return -1;
    *heap = (struct heap){.size_bytes = spb_param(bench, "size"), .tallies = tallies, .before = spb_heap_state()};
    spb_set_state(bench, heap);
    spb_set_work(bench, (double)BATCH * spb_threads(bench));
    spb_set_allocation_rates(bench, (double)BATCH * spb_threads(bench), (double)heap->size_bytes);
    return 0;
}

/* Each block is written at its first word, as a caller would; a word that another block's write has changed shows that
 * two blocks overlap. */
static void allocate(uint64_t **blocks, size_t size_bytes, uint64_t stamp, struct tally *tally)
{
    for (unsigned i = 0; i < BATCH; i++) {
        blocks[i] = malloc(size_bytes);
        if (blocks[i])
            *blocks[i] = stamp + i;
        else
            tally->failed++;
    }
}

static void release(uint64_t **blocks, uint64_t stamp, struct tally *tally)
{
    for (unsigned i = 0; i < BATCH; i++) {
        if (blocks[i] && *blocks[i] != stamp + i)
            tally->damaged++;
        free(blocks[i]);
    }
}

static __attribute__((aligned(64))) void run(struct spb_thread *thread, uint64_t iterations)
{
    const struct heap *heap = thread->state;
    struct tally *tally = &heap->tallies[thread->index];
    uint64_t *blocks[BATCH];

    for (uint64_t i = 0; i < iterations; i++) {
        uint64_t stamp = ((uint64_t)thread->index << 48) + i * BATCH;
        allocate(blocks, heap->size_bytes, stamp, tally);
        spb_clobber();
        release(blocks, stamp, tally);
    }
    tally->iterations += iterations;
}

static int verify(struct spb_bench *bench)
{
    const struct heap *heap = spb_state(bench);

    for (unsigned i = 0; i < spb_threads(bench); i++) {
        const struct tally *tally = &heap->tallies[i];
        if (tally->failed)
            return spb_fail(bench, "malloc had no %zu bytes, %llu times", heap->size_bytes,
                            (unsigned long long)tally->failed);
        if (tally->damaged)
            return spb_fail(bench, "%llu blocks did not hold what was written to them",
                            (unsigned long long)tally->damaged);
    }
    spb_report_allocator(bench, (double)heap->size_bytes, &heap->before);
    return 0;
}

static const struct spb_param_spec params[] = {
    {.name = "size",
     .summary = "bytes of a block",
     .defaults = "64",
     .minimum = sizeof(uint64_t),
     .maximum = 1 << 30,
     .kind = SPB_PARAM_BYTES},
    {0},
};

const struct spb_workload spb_memory_malloc_free = {
    SPB_WORKLOAD_HEADER,
    .name = "memory/malloc-free",
    .summary = "pairs of malloc and free, 64 blocks in use at a time",
    .meaning = "cost of the C library's allocator; LD_PRELOAD another one and compare",
    .unit = "operation",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .params = params,
    .threads_max = ~0u,
    .set_up = set_up,
    .run = run,
    .verify = verify,
};
