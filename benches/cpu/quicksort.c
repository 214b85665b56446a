/* SPDX-License-Identifier: MIT
 *
 * Quicksort of random 64-bit keys (Hoare 1961; pivot the median of three, short ranges by insertion, as Sedgewick 1978):
 * compares and branches that nobody can predict. The same random order is copied back before each sort; the copy, some
 * percent of the time, is measured with it.
 */
#include <string.h>

#include "spbench.h"
#include "splitmix.h"

#define SHORT 24 /* keys that are sorted by insertion */

struct keys {
    size_t count;
    uint64_t *random;
    uint64_t *sorted;
    uint64_t sum; /* of all keys */
};

static void sort_by_insertion(uint64_t *first, uint64_t *end)
{
    for (uint64_t *next = first + 1; next < end; next++) {
        uint64_t key = *next, *hole = next;
        for (; hole > first && hole[-1] > key; hole--)
            *hole = hole[-1];
        *hole = key;
    }
}

static inline void order(uint64_t *a, uint64_t *b)
{
    if (*a > *b) {
        uint64_t key = *a;
        *a = *b;
        *b = key;
    }
}

/* Keys up to the pivot before the place that is returned, the others from it on; both sides get at least one. */
static uint64_t *split(uint64_t *first, uint64_t *end)
{
    uint64_t *middle = first + (end - first) / 2, *low = first, *high = end - 1;
    order(first, middle);
    order(middle, high);
    order(first, middle);
    uint64_t pivot = *middle;
    for (;;) {
        do
            low++;
        while (*low < pivot);
        do
            high--;
        while (*high > pivot);
        if (low >= high)
            return high + 1;
        uint64_t key = *low;
        *low = *high;
        *high = key;
    }
}

/* Calls itself for the shorter side only: its depth stays below the logarithm of the count. */
static __attribute__((noinline)) void quicksort(uint64_t *first, uint64_t *end)
{
    while (end - first > SHORT) {
        uint64_t *middle = split(first, end);
        if (middle - first < end - middle) {
            quicksort(first, middle);
            first = middle;
        } else {
            quicksort(middle, end);
            end = middle;
        }
    }
    sort_by_insertion(first, end);
}

static int set_up(struct spb_bench *bench)
{
    struct keys *keys = spb_alloc(bench, sizeof(*keys));
    size_t count = spb_param(bench, "keys");
    uint64_t *random = spb_alloc(bench, count * sizeof(*random));
    uint64_t *sorted = spb_alloc(bench, count * sizeof(*sorted));
    uint64_t seed = spb_seed(bench);
    if (!keys || !random || !sorted)
        return -1;
    *keys = (struct keys){.count = count, .random = random, .sorted = sorted};
    for (size_t i = 0; i < count; i++)
        keys->sum += random[i] = splitmix_next(&seed);
    spb_set_state(bench, keys);
    spb_set_work(bench, (double)count);
    return 0;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    struct keys *keys = thread->state;
    for (uint64_t i = 0; i < iterations; i++) {
        memcpy(keys->sorted, keys->random, keys->count * sizeof(*keys->random));
        quicksort(keys->sorted, keys->sorted + keys->count);
        spb_clobber();
    }
}

static int verify(struct spb_bench *bench)
{
    const struct keys *keys = spb_state(bench);
    uint64_t sum = keys->sorted[0];
    for (size_t i = 1; i < keys->count; i++) {
        if (keys->sorted[i - 1] > keys->sorted[i])
            return spb_fail(bench, "key %zu is smaller than the one before", i);
        sum += keys->sorted[i];
    }
    return sum == keys->sum ? 0 : spb_fail(bench, "the sorted keys are not those that were to be sorted");
}

static const struct spb_param_spec params[] = {
    {.name = "keys",
     .summary = "how many are sorted at a time",
     .defaults = "16384",
     .minimum = 1,
     .maximum = (uint64_t)1 << 32,
     .kind = SPB_PARAM_COUNT},
    {0},
};

const struct spb_workload spb_cpu_quicksort = {
    SPB_WORKLOAD_HEADER,
    .name = "cpu/quicksort",
    .summary = "quicksort of random 64-bit keys",
    .meaning = "time a key; it grows with the price of a mispredicted branch and the logarithm of the number of keys",
    .unit = "key",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .params = params,
    .set_up = set_up,
    .run = run,
    .verify = verify,
};
