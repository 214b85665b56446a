/* SPDX-License-Identifier: MIT
 *
 * A buffer that grows by realloc from its first bytes to 1 MiB, as strings and vectors do, and is freed: by doubling, or by
 * constant steps. Nothing else is allocated in between, so that an allocator may extend the buffer where it lies; large blocks
 * may be moved by the kernel, page by page, instead of being copied.
 */
#include <stdlib.h>
#include <string.h>

#include "allocator_report.h"

#define FIRST_BYTES 16
#define LAST_BYTES  (1u << 20)
#define STEP_BYTES  4096

struct growth {
    int doubling;
    unsigned calls; /* of a whole growth */
    double mean_bytes;
    uint64_t grown;
    uint64_t failed;
    uint64_t lost; /* buffers whose beginning was not kept */
    struct heap_state before;
};

static size_t next_size(const struct growth *growth, size_t bytes)
{
    return growth->doubling ? bytes * 2 : bytes < STEP_BYTES ? STEP_BYTES : bytes + STEP_BYTES;
}

static int set_up(struct spb_bench *bench)
{
    struct growth *growth = spb_alloc(bench, sizeof(*growth));
    double sum = 0;
    if (!growth)
        return -1;
    growth->doubling = strcmp(spb_param_text(bench, "growth"), "double") == 0;
    for (size_t bytes = FIRST_BYTES; bytes <= LAST_BYTES; bytes = next_size(growth, bytes), growth->calls++)
        sum += (double)bytes;
    growth->mean_bytes = sum / growth->calls;
    growth->before = spb_heap_state();
    spb_set_state(bench, growth);
    spb_set_work(bench, growth->calls);
    spb_set_allocation_rates(bench, growth->calls, growth->mean_bytes);
    return 0;
}

/* Each size is marked at its last word, so that every move must have kept all that was there. */
static void grow(struct growth *growth)
{
    char *buffer = NULL;
    size_t before = 0;
    for (size_t bytes = FIRST_BYTES; bytes <= LAST_BYTES; bytes = next_size(growth, bytes)) {
        char *grown = realloc(buffer, bytes);
        if (!grown) {
            growth->failed++;
            break;
        }
        buffer = grown;
        uint64_t mark = 0;
        if (before)
            memcpy(&mark, buffer + before - sizeof(mark), sizeof(mark));
        growth->lost += mark != before;
        memcpy(buffer + bytes - sizeof(mark), &(uint64_t){bytes}, sizeof(mark));
        before = bytes;
    }
    free(buffer);
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    struct growth *growth = thread->state;
    for (uint64_t i = 0; i < iterations; i++)
        grow(growth);
    growth->grown += iterations;
}

static int verify(struct spb_bench *bench)
{
    const struct growth *growth = spb_state(bench);
    if (growth->failed || growth->lost || growth->grown == 0)
        return spb_fail(bench, "%llu calls failed, %llu did not keep what was in the buffer",
                        (unsigned long long)growth->failed, (unsigned long long)growth->lost);
    spb_report_allocator(bench, growth->mean_bytes, &growth->before);
    return 0;
}

static const struct spb_param_spec params[] = {
    {.name = "growth",
     .summary = "twice the size each time, or 4 KiB more",
     .defaults = "double,step",
     .choices = "double,step",
     .kind = SPB_PARAM_CHOICE},
    {0},
};

const struct spb_workload spb_memory_realloc_growth = {
    SPB_WORKLOAD_HEADER,
    .name = "memory/realloc-growth",
    .summary = "a buffer grown from 16 bytes to 1 MiB by realloc, and freed",
    .meaning = "cost of a step of growth: copying, or moving pages; constant steps show how bad they are",
    .unit = "realloc",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .params = params,
    .set_up = set_up,
    .run = run,
    .verify = verify,
};
