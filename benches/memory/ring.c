/* SPDX-License-Identifier: MIT */
#include "ring.h"

#include "splitmix.h"

#define MULTIPLIER 0x2545f4914f6cdd1du /* odd, as its inverse needs: their product is 1 modulo 2^64 */

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
    for (unsigned i = 0; i < RING_ROUNDS; i++)
        order.keys[i] = splitmix_next(&seed);
    return order;
}

/* Each round can be undone, so this is a permutation of the numbers up to the mask; skipping those beyond count, by
 * going on from them, leaves one of the numbers below it. */
static uint64_t place_at(const struct ring *ring, uint64_t rank)
{
    const struct order *order = &ring->order;
    uint64_t x = rank;
    if (ring->in_order)
        return rank;
    do {
        for (unsigned i = 0; i < RING_ROUNDS; i++) {
            x = (x * MULTIPLIER + order->keys[i]) & order->mask;
            x ^= x >> order->shift;
        }
    } while (x >= order->count);
    return x;
}

static uint64_t rank_of(const struct ring *ring, uint64_t place)
{
    const struct order *order = &ring->order;
    uint64_t x = place;
    if (ring->in_order)
        return place;
    do {
        for (unsigned i = RING_ROUNDS; i-- > 0;) {
            x ^= x >> order->shift;
            x = ((x - order->keys[i]) * order->inverse) & order->mask;
        }
    } while (x >= order->count);
    return x;
}

static uint64_t next_rank(const struct ring *ring, uint64_t rank)
{
    return rank + 1 < ring->places ? rank + 1 : 0;
}

static void **address_of(const struct ring *ring, uint64_t place)
{
    return (void **)(void *)(ring->base + place * ring->step_bytes + (ring->skewed ? place % 64 * LINE_BYTES : 0));
}

static uint64_t place_of(const struct ring *ring, void *const *address)
{
    return (uint64_t)((const char *)address - ring->base) / ring->step_bytes;
}

void spb_ring_link(struct ring *ring, uint64_t seed)
{
    ring->order = make_order(ring->places, seed);
    for (uint64_t i = 0; i < ring->places; i++)
        *address_of(ring, i) = address_of(ring, place_at(ring, next_rank(ring, rank_of(ring, i))));
    ring->position = address_of(ring, place_at(ring, 0));
}

#define TIMES_4(x)  x x x x
#define TIMES_64(x) TIMES_4(TIMES_4(TIMES_4(x)))

__attribute__((noinline, aligned(64))) void spb_ring_walk(struct ring *ring, uint64_t iterations)
{
    void **position = ring->position;

    for (uint64_t i = 0; i < iterations; i++) {
        TIMES_64(position = *position; spb_change(position);)
    }
    ring->position = position;
    ring->loads += iterations * RING_LOADS;
}

/* Each place has a rank of its own (its rank leads back to it) and is followed by that of the next rank: so the ring is
 * one cycle through all places. */
int spb_ring_verify(struct spb_bench *bench, const struct ring *ring)
{
    for (uint64_t i = 0; i < ring->places; i++) {
        uint64_t rank = rank_of(ring, i);
        uint64_t next = place_of(ring, *address_of(ring, i));
        if (place_at(ring, rank) != i || next >= ring->places || rank_of(ring, next) != next_rank(ring, rank))
            return spb_fail(bench, "the ring does not lead through all places: it is broken at place %llu",
                            (unsigned long long)i);
    }
    uint64_t rank = rank_of(ring, place_of(ring, ring->position));
    if (ring->places == 0 || rank != ring->loads % ring->places)
        return spb_fail(bench, "after %llu loads the walk stands at rank %llu of %llu", (unsigned long long)ring->loads,
                        (unsigned long long)rank, (unsigned long long)ring->places);
    return 0;
}
