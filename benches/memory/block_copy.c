/* SPDX-License-Identifier: MIT
 *
 * memcpy and memset of the C library, called through a pointer that the compiler cannot see through: or it would put
 * instructions of its own in their place. Small sizes show the cost of the call and of choosing a method by size, large ones
 * the bandwidth of memory and whether streaming stores are used.
 */
#include <string.h>

#include "spbench.h"

struct blocks {
    void *(*copy)(void *, const void *, size_t);
    void *(*fill)(void *, int, size_t);
    unsigned char *from;
    unsigned char *to;
    size_t bytes;
    unsigned value; /* that was last filled in */
};

static struct blocks *make_blocks(struct spb_bench *bench)
{
    struct blocks *blocks = spb_alloc(bench, sizeof(*blocks));
    size_t bytes = spb_param(bench, "size");
    unsigned char *to = spb_alloc_shared(bench, bytes);
    if (!blocks || !to)
        return NULL;
    *blocks = (struct blocks){.copy = memcpy, .fill = memset, .to = to, .bytes = bytes};
    spb_set_state(bench, blocks);
    spb_set_work(bench, (double)bytes);
    return blocks;
}

static unsigned char byte_at(size_t i)
{
    return (unsigned char)(i ^ i >> 8 ^ i >> 16);
}

static int set_up_copy(struct spb_bench *bench)
{
    struct blocks *blocks = make_blocks(bench);
    /* As two separate allocations rarely do, both would begin at the same offset in their pages. */
    unsigned char *from = blocks ? spb_alloc_shared(bench, blocks->bytes + 512) : NULL;
    if (!from)
        return -1;
    blocks->from = from + 512;
    for (size_t i = 0; i < blocks->bytes; i++)
        blocks->from[i] = byte_at(i);
    return 0;
}

static int set_up_fill(struct spb_bench *bench)
{
    return make_blocks(bench) ? 0 : -1;
}

/* The first and the last byte are spoilt before each call of run(): they show that it copied. */
static __attribute__((aligned(64))) void run_copy(struct spb_thread *thread, uint64_t iterations)
{
    struct blocks *blocks = thread->state;
    blocks->to[0] = (unsigned char)~blocks->from[0];
    blocks->to[blocks->bytes - 1] = (unsigned char)~blocks->from[blocks->bytes - 1];
    for (uint64_t i = 0; i < iterations; i++)
        blocks->copy(blocks->to, blocks->from, blocks->bytes);
}

static __attribute__((aligned(64))) void run_fill(struct spb_thread *thread, uint64_t iterations)
{
    struct blocks *blocks = thread->state;
    unsigned value = blocks->value;
    for (uint64_t i = 0; i < iterations; i++)
        blocks->fill(blocks->to, (int)(unsigned char)++value, blocks->bytes);
    blocks->value = value;
}

static int verify(struct spb_bench *bench)
{
    const struct blocks *blocks = spb_state(bench);
    for (size_t i = 0; i < blocks->bytes; i++)
        if (blocks->to[i] != (blocks->from ? blocks->from[i] : (unsigned char)blocks->value))
            return spb_fail(bench, "byte %zu is wrong", i);
    return 0;
}

static const struct spb_param_spec params[] = {
    {.name = "size",
     .summary = "bytes of a block",
     .defaults = "64B,4KiB,llc*4",
     .minimum = 1,
     .kind = SPB_PARAM_BYTES},
    {0},
};

const struct spb_workload spb_memory_copy = {
    SPB_WORKLOAD_HEADER,
    .name = "memory/copy",
    .summary = "memcpy of the C library; the bytes copied are counted once",
    .meaning = "what programs get when they copy: small blocks the cost of the call, large ones bandwidth",
    .unit = "byte",
    .measure = SPB_UNITS_PER_SECOND,
    .version = 1,
    .params = params,
    .set_up = set_up_copy,
    .run = run_copy,
    .verify = verify,
};

const struct spb_workload spb_memory_fill = {
    SPB_WORKLOAD_HEADER,
    .name = "memory/fill",
    .summary = "memset of the C library",
    .meaning = "what programs get when they clear memory: the kernel clears pages at a similar rate",
    .unit = "byte",
    .measure = SPB_UNITS_PER_SECOND,
    .version = 1,
    .params = params,
    .set_up = set_up_fill,
    .run = run_fill,
    .verify = verify,
};
