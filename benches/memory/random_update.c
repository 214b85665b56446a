/* SPDX-License-Identifier: MIT
 *
 * Updates of random words of a large table, as in HPCC RandomAccess (GUPS): table[r] ^= r for the numbers r of its shift
 * register. The updates do not wait for each other, so that many misses are under way at once, each with a page walk of its own.
 * Each thread has a part of the table for itself: nothing is lost, where HPCC allows for 1 %.
 */
#include "spbench.h"
#include "splitmix.h"

#define POLYNOMIAL 7 /* of the shift register: x^63 + x^2 + x + 1 */
#define UNROLL     16

struct part {
    uint64_t *table;
    uint64_t mask;  /* words - 1, a power of two less one */
    uint64_t state; /* of the shift register; never 0 */
    uint64_t sum;   /* exclusive or of all that was applied */
    uint64_t updates;
} __attribute__((aligned(128)));

static int set_up(struct spb_bench *bench)
{
    unsigned threads = spb_threads(bench);
    uint64_t words = 1, seed = spb_seed(bench);
    struct part *parts = spb_alloc(bench, threads * sizeof(*parts));
    while (words * 2 * sizeof(uint64_t) * threads <= spb_param(bench, "size"))
        words *= 2;
    uint64_t *table = spb_alloc(bench, words * threads * sizeof(*table));
    if (!parts || !table)
        return -1;
    for (unsigned i = 0; i < threads; i++)
        parts[i] = (struct part){.table = table + i * words, .mask = words - 1, .state = splitmix_next(&seed) | 1};
    for (uint64_t i = 0; i < words * threads; i++)
        table[i] = i;
    spb_set_state(bench, parts);
    spb_set_work(bench, (double)UNROLL * threads);
    return 0;
}

static __attribute__((noinline, aligned(64))) void update(struct part *part, uint64_t iterations)
{
    uint64_t *table = part->table, mask = part->mask, state = part->state, sum = part->sum;
    for (uint64_t i = 0; i < iterations; i++) {
        for (unsigned j = 0; j < UNROLL; j++) {
            state = state << 1 ^ ((int64_t)state < 0 ? POLYNOMIAL : 0);
            table[state & mask] ^= state;
            sum ^= state;
        }
    }
    part->state = state;
    part->sum = sum;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    struct part *part = (struct part *)thread->state + thread->index;
    update(part, iterations);
    part->updates += iterations * UNROLL;
}

/* The exclusive or of the table has changed by that of all numbers, and each word only by numbers that lead to it: their
 * low bits, its index, came in once a number. */
static int verify(struct spb_bench *bench)
{
    const struct part *parts = spb_state(bench);
    for (unsigned t = 0; t < spb_threads(bench); t++) {
        const struct part *part = &parts[t];
        uint64_t change = 0, astray = 0, words = part->mask + 1;
        for (uint64_t i = 0; i < words; i++) {
            uint64_t applied = part->table[i] ^ (t * words + i);
            change ^= applied;
            astray += (applied & part->mask) != 0 && (applied & part->mask) != i;
        }
        if (change != part->sum || astray || part->updates == 0)
            return spb_fail(bench, "the table of thread %u is not what %llu updates make of it", t,
                            (unsigned long long)part->updates);
    }
    return 0;
}

static const struct spb_param_spec params[] = {
    {.name = "size",
     .summary = "bytes of the table of all threads; each gets a power of two of words",
     .defaults = "llc*4",
     .minimum = 4096,
     .kind = SPB_PARAM_BYTES},
    {0},
};

const struct spb_workload spb_memory_random_update = {
    SPB_WORKLOAD_HEADER,
    .name = "memory/random-update",
    .summary = "exclusive or of random words of a large table (GUPS)",
    .meaning =
        "memory accesses that a core can have under way, with their page walks: hash tables and graphs live from it",
    .unit = "update",
    .measure = SPB_UNITS_PER_SECOND,
    .version = 1,
    .params = params,
    .threads_max = ~0u,
    .set_up = set_up,
    .run = run,
    .verify = verify,
};
