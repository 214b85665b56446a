/* SPDX-License-Identifier: MIT
 *
 * An allocator in the middle of a program's life: each thread holds a set of blocks of many sizes, frees one at random, and
 * allocates another in its place. The sizes are spread evenly over their logarithm from 16 bytes to 4 KiB, one in 64 is
 * from 4 to 64 KiB; they are drawn beforehand, so that drawing costs nothing here.
 *
 * Each block carries a tag at both of its ends, which is looked at when it is freed.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "allocator_report.h"
#include "splitmix.h"

#define DRAWS       8192 /* sizes and victims, repeated */
#define SIZE_LEAST  16
#define LARGE_EVERY 64

struct block {
    unsigned char *memory; /* NULL: none */
    uint32_t bytes;
};

struct draw {
    uint32_t victim;
    uint32_t bytes;
};

struct owner {
    struct block *blocks;
    uint64_t turns;
    uint64_t failed;
    uint64_t damaged;
} __attribute__((aligned(128)));

struct heap {
    uint64_t live; /* blocks of each thread */
    struct draw *draws;
    struct owner *owners;
    double mean_bytes;
    struct heap_state before;
};

static double unit_random(uint64_t *seed)
{
    return (double)(splitmix_next(seed) >> 11) / 9007199254740992.0;
}

static uint32_t draw_size(uint64_t i, uint64_t *seed)
{
    double doublings = i % LARGE_EVERY == 0 ? 8 + 4 * unit_random(seed) : 8 * unit_random(seed);
    return (uint32_t)(SIZE_LEAST * exp2(doublings));
}

static void draw_all(struct heap *heap, uint64_t seed)
{
    double sum = 0;
    for (uint64_t i = 0; i < DRAWS; i++) {
        heap->draws[i] = (struct draw){(uint32_t)(splitmix_next(&seed) % heap->live), draw_size(i, &seed)};
        sum += heap->draws[i].bytes;
    }
    heap->mean_bytes = sum / DRAWS;
}

static void put(struct owner *owner, uint32_t place, uint32_t bytes)
{
    struct block *block = &owner->blocks[place];
    *block = (struct block){malloc(bytes), bytes};
    if (!block->memory) {
        owner->failed++;
        return;
    }
    uint32_t tag = place ^ bytes;
    memcpy(block->memory, &tag, sizeof(tag));
    memcpy(block->memory + bytes - sizeof(tag), &tag, sizeof(tag));
}

static void take(struct owner *owner, uint32_t place)
{
    struct block *block = &owner->blocks[place];
    uint32_t tag = place ^ block->bytes, first, last;
    if (!block->memory)
        return;
    memcpy(&first, block->memory, sizeof(first));
    memcpy(&last, block->memory + block->bytes - sizeof(last), sizeof(last));
    owner->damaged += first != tag || last != tag;
    free(block->memory);
    block->memory = NULL;
}

static int set_up(struct spb_bench *bench)
{
    struct heap *heap = spb_alloc(bench, sizeof(*heap));
    unsigned threads = spb_threads(bench);
    uint64_t live = spb_param(bench, "live");
    struct draw *draws = spb_alloc(bench, DRAWS * sizeof(*draws));
    struct owner *owners = spb_alloc(bench, threads * sizeof(*owners));
    if (!heap || !draws || !owners)
        return -1;
    *heap = (struct heap){.live = live, .draws = draws, .owners = owners, .before = spb_heap_state()};
    for (unsigned i = 0; i < threads; i++) {
        owners[i].blocks = spb_alloc(bench, live * sizeof(struct block));
        if (!owners[i].blocks)
            return -1;
    }
    draw_all(heap, spb_seed(bench));
    spb_set_state(bench, heap);
    spb_set_work(bench, threads);
    spb_set_allocation_rates(bench, threads, heap->mean_bytes);
    return 0;
}

/* On its own thread, and so from its own arena. */
static int fill(struct spb_thread *thread)
{
    const struct heap *heap = thread->state;
    struct owner *owner = &heap->owners[thread->index];
    for (uint64_t place = 0; place < heap->live; place++)
        put(owner, (uint32_t)place, heap->draws[place % DRAWS].bytes);
    return owner->failed
               ? spb_fail(thread->bench, "malloc had no memory for %llu blocks", (unsigned long long)heap->live)
               : 0;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    const struct heap *heap = thread->state;
    struct owner *owner = &heap->owners[thread->index];
    for (uint64_t i = 0; i < iterations; i++) {
        const struct draw *draw = &heap->draws[(owner->turns + i) % DRAWS];
        take(owner, draw->victim);
        put(owner, draw->victim, draw->bytes);
    }
    owner->turns += iterations;
}

static void empty(struct spb_thread *thread)
{
    const struct heap *heap = thread->state;
    struct owner *owner = &heap->owners[thread->index];
    for (uint64_t place = 0; place < heap->live; place++)
        take(owner, (uint32_t)place);
}

/* The blocks are still there: the heap is seen as it was during the measurement. */
static int verify(struct spb_bench *bench)
{
    const struct heap *heap = spb_state(bench);
    for (unsigned i = 0; i < spb_threads(bench); i++) {
        const struct owner *owner = &heap->owners[i];
        if (owner->failed || owner->damaged || owner->turns == 0)
            return spb_fail(bench, "%llu allocations failed and %llu blocks did not hold what was written to them",
                            (unsigned long long)owner->failed, (unsigned long long)owner->damaged);
    }
    spb_report_allocator(bench, heap->mean_bytes, &heap->before);
    return 0;
}

static const struct spb_param_spec params[] = {
    {.name = "live",
     .summary = "blocks that each thread holds",
     .defaults = "10000",
     .minimum = 1,
     .maximum = 100000000,
     .kind = SPB_PARAM_COUNT},
    {0},
};

const struct spb_workload spb_memory_malloc_mixed = {
    SPB_WORKLOAD_HEADER,
    .name = "memory/malloc-mixed",
    .summary = "a random one of many blocks is freed, and one of another size allocated",
    .meaning = "cost of the allocator once its heap is in use: searching, splitting, merging; see its fragmentation",
    .unit = "operation",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .params = params,
    .threads_max = ~0u,
    .set_up = set_up,
    .thread_set_up = fill,
    .run = run,
    .verify = verify,
    .thread_tear_down = empty,
};
