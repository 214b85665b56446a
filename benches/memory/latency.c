/* SPDX-License-Identifier: MIT
 *
 * Latency of a load: a walk over a ring of pointers, one to a cache line, in which each load needs the address that the
 * one before brought. The ring leads through all lines in a pseudo-random order, so that no prefetcher can foresee the
 * next one and every line is visited before any is visited twice.
 *
 * The order is a formula that can be inverted: line_at(rank) and rank_of(line). Thus the lines are linked one after the
 * other as they lie in memory, which for large rings takes a tenth of the time of shuffling them, and the walk can be
 * checked without walking it.
 *
 * With pages of 4 KiB, sizes beyond what the TLB maps contain the page walks.
 */
#include "spbench.h"
#include "splitmix.h"

#define LINE_BYTES 64
#define LOADS      64 /* in one iteration */
#define ROUNDS     3

#define MULTIPLIER 0x2545f4914f6cdd1du /* odd, as its inverse needs: their product is 1 modulo 2^64 */

struct line {
    struct line *next;
} __attribute__((aligned(LINE_BYTES)));

/* A permutation of 0 .. count - 1. */
struct order {
    uint64_t count;
    uint64_t mask;    /* 2^bits - 1, the least one with room for count */
    unsigned shift;   /* half of the bits, rounded up: shifting twice by it leaves nothing */
    uint64_t inverse; /* of MULTIPLIER */
    uint64_t keys[ROUNDS];
};

struct ring {
    struct order order;
    struct line *lines;
    struct line *position; /* where the walk stands; it began at the line of rank 0 */
    uint64_t loads;        /* done so far */
};

static struct order make_order(uint64_t count, uint64_t seed)
{
    struct order order = {.count = count, .inverse = MULTIPLIER};
    unsigned bits = 1;
    while (((uint64_t)1 << bits) < count)
        bits++;
    order.mask = ((uint64_t)1 << bits) - 1;
    order.shift = (bits + 1) / 2;
    for (unsigned i = 0; i < 5; i++) /* Newton's iteration: 3 right bits become 6, 12 ... 96 */
        order.inverse *= 2 - MULTIPLIER * order.inverse;
    for (unsigned i = 0; i < ROUNDS; i++)
        order.keys[i] = splitmix_next(&seed);
    return order;
}

/* Each round can be undone, so this is a permutation of the numbers up to the mask; skipping those beyond count, by
 * going on from them, leaves one of the numbers below it. */
static uint64_t line_at(const struct order *order, uint64_t rank)
{
    uint64_t x = rank;
    do {
        for (unsigned i = 0; i < ROUNDS; i++) {
            x = (x * MULTIPLIER + order->keys[i]) & order->mask;
            x ^= x >> order->shift;
        }
    } while (x >= order->count);
    return x;
}

static uint64_t rank_of(const struct order *order, uint64_t line)
{
    uint64_t x = line;
    do {
        for (unsigned i = ROUNDS; i-- > 0;) {
            x ^= x >> order->shift;
            x = ((x - order->keys[i]) * order->inverse) & order->mask;
        }
    } while (x >= order->count);
    return x;
}

static uint64_t next_rank(const struct order *order, uint64_t rank)
{
    return rank + 1 < order->count ? rank + 1 : 0;
}

static int set_up(struct spb_bench *bench)
{
    uint64_t count = spb_param(bench, "size") / LINE_BYTES;
    struct ring *ring = spb_alloc(bench, sizeof(*ring));
    struct line *lines = spb_alloc(bench, count * sizeof(*lines));
    if (!ring || !lines)
        return -1;
    struct order order = make_order(count, spb_seed(bench));
    for (uint64_t i = 0; i < count; i++)
        lines[i].next = &lines[line_at(&order, next_rank(&order, rank_of(&order, i)))];
    *ring = (struct ring){.order = order, .lines = lines, .position = &lines[line_at(&order, 0)]};
    spb_set_state(bench, ring);
    spb_set_work(bench, LOADS);
    return 0;
}

#define TIMES_4(x)  x x x x
#define TIMES_64(x) TIMES_4(TIMES_4(TIMES_4(x)))

static __attribute__((aligned(64))) void run(struct spb_thread *thread, uint64_t iterations)
{
    struct ring *ring = thread->state;
    const struct line *line = ring->position;

    for (uint64_t i = 0; i < iterations; i++) {
        TIMES_64(line = line->next; spb_change(line);)
    }
    ring->position = &ring->lines[line - ring->lines];
    ring->loads += iterations * LOADS;
}

/* Each line has a rank of its own (its rank leads back to it) and is followed by that of the next rank: so the ring is
 * one cycle through all lines. And the walk has come as far as its loads lead. */
static int verify(struct spb_bench *bench)
{
    const struct ring *ring = spb_state(bench);
    const struct order *order = &ring->order;

    for (uint64_t i = 0; i < order->count; i++) {
        uint64_t rank = rank_of(order, i);
        uint64_t next = (uint64_t)(ring->lines[i].next - ring->lines);
        if (line_at(order, rank) != i || next >= order->count || rank_of(order, next) != next_rank(order, rank))
            return spb_fail(bench, "the ring does not lead through all lines: it is broken at line %llu",
                            (unsigned long long)i);
    }
    uint64_t rank = rank_of(order, (uint64_t)(ring->position - ring->lines));
    if (order->count == 0 || rank != ring->loads % order->count)
        return spb_fail(bench, "after %llu loads the walk stands at rank %llu of %llu", (unsigned long long)ring->loads,
                        (unsigned long long)rank, (unsigned long long)order->count);
    return 0;
}

static const struct spb_param_spec params[] = {
    {.name = "size",
     .summary = "bytes walked over: which cache, or memory, answers",
     .defaults = "16KiB,256KiB,4MiB,64MiB,256MiB",
     .minimum = 1024,
     .maximum = (uint64_t)LINE_BYTES << 32,
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
    .params = params,
    .set_up = set_up,
    .run = run,
    .verify = verify,
};
