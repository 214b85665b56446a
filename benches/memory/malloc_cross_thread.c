/* SPDX-License-Identifier: MIT
 *
 * One thread allocates blocks and hands them to another, which frees them: what pipelines and message queues do to an
 * allocator, whose caches a thread cannot refill that way. The blocks pass through a ring of places in batches.
 */
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "allocator_report.h"

#define PLACES 1024 /* a power of two */
#define SPINS  500  /* before a waiting thread yields */

struct belt {
    _Atomic uint64_t put __attribute__((aligned(128)));   /* blocks so far */
    _Atomic uint64_t taken __attribute__((aligned(128))); /* of them */
    uint64_t failed __attribute__((aligned(128)));        /* written by the first thread */
    uint64_t damaged __attribute__((aligned(128)));       /* by the second */
    size_t size_bytes;
    struct heap_state before;
    uint64_t *blocks[PLACES];
};

static int set_up(struct spb_bench *bench)
{
    struct belt *belt = spb_alloc(bench, sizeof(*belt));
    if (!belt)
        return -1;
    belt->size_bytes = spb_param(bench, "size");
    belt->before = spb_heap_state();
    spb_set_state(bench, belt);
    spb_set_allocation_rates(bench, 1, (double)belt->size_bytes);
    return 0;
}

/* Waits until the counter has come to `least`, and returns where it is. */
static uint64_t await(_Atomic uint64_t *counter, uint64_t least)
{
    uint64_t seen;
    for (unsigned spins = 0; (seen = atomic_load_explicit(counter, memory_order_acquire)) < least; spins++)
        if (spins > SPINS)
            sched_yield();
    return seen;
}

static void put_blocks(struct belt *belt, uint64_t count)
{
    uint64_t at = atomic_load_explicit(&belt->put, memory_order_relaxed), room = 0;
    for (uint64_t end = at + count; at < end; at++) {
        if (at >= room)
            room = await(&belt->taken, at < PLACES ? 0 : at - PLACES + 1) + PLACES;
        uint64_t *block = malloc(belt->size_bytes);
        if (block)
            *block = at;
        else
            belt->failed++;
        belt->blocks[at % PLACES] = block;
        atomic_store_explicit(&belt->put, at + 1, memory_order_release);
    }
}

static void take_blocks(struct belt *belt, uint64_t count)
{
    uint64_t at = atomic_load_explicit(&belt->taken, memory_order_relaxed), there = 0;
    for (uint64_t end = at + count; at < end; at++) {
        if (at >= there)
            there = await(&belt->put, at + 1);
        uint64_t *block = belt->blocks[at % PLACES];
        belt->damaged += block && *block != at;
        free(block);
        atomic_store_explicit(&belt->taken, at + 1, memory_order_release);
    }
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    struct belt *belt = thread->state;
    if (thread->index == 0)
        put_blocks(belt, iterations);
    else
        take_blocks(belt, iterations);
}

static int verify(struct spb_bench *bench)
{
    struct belt *belt = spb_state(bench);
    uint64_t put = atomic_load(&belt->put), taken = atomic_load(&belt->taken);
    if (put != taken || belt->failed || belt->damaged)
        return spb_fail(bench, "%llu blocks were handed over, %llu freed; %llu failed, %llu were damaged",
                        (unsigned long long)put, (unsigned long long)taken, (unsigned long long)belt->failed,
                        (unsigned long long)belt->damaged);
    spb_report_allocator(bench, (double)belt->size_bytes, &belt->before);
    return 0;
}

static const struct spb_param_spec params[] = {
    {.name = "size",
     .summary = "bytes of a block",
     .defaults = "64",
     .minimum = sizeof(uint64_t),
     .maximum = 1 << 20,
     .kind = SPB_PARAM_BYTES},
    {0},
};

const struct spb_workload spb_memory_malloc_cross_thread = {
    SPB_WORKLOAD_HEADER,
    .name = "memory/malloc-cross-thread",
    .summary = "blocks allocated by one thread and freed by another",
    .meaning = "cost of giving memory back to the thread or arena that it came from",
    .unit = "operation",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .params = params,
    .threads_min = 2,
    .threads_max = 2,
    .set_up = set_up,
    .run = run,
    .verify = verify,
};
