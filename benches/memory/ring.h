/* SPDX-License-Identifier: MIT
 *
 * A ring of pointers through all places of a working set, for walks in which each load needs the address that the one before
 * brought. Place p lies at base + p * step_bytes, plus a cache line for each place modulo 64 where `skewed`, so that steps of a
 * page do not all fall on the same cache sets.
 *
 * The random order is a formula that can be inverted. Thus the ring is linked one place after the other as they lie in memory,
 * which for large rings takes a tenth of the time of shuffling them, and a walk can be checked without walking it.
 */
#ifndef SPB_RING_H
#define SPB_RING_H

#include <stddef.h>

#include "spbench.h"

#define LINE_BYTES 64
#define RING_LOADS 64 /* in one iteration of a walk */

enum { RING_ROUNDS = 3 };

/* A permutation of 0 .. count - 1. */
struct order {
    uint64_t count;
    uint64_t mask;    /* 2^bits - 1, the least one with room for count */
    unsigned shift;   /* half of the bits, rounded up: shifting twice by it leaves nothing */
    uint64_t inverse; /* of the multiplier */
    uint64_t keys[RING_ROUNDS];
};

struct ring {
    char *base;
    uint64_t places;
    uint64_t step_bytes;
    int skewed;
    int in_order; /* as they lie in memory, else at random */
    struct order order;
    void **position; /* where the walk stands; it began at the place of rank 0 */
    uint64_t loads;  /* done so far */
};

/* Takes base, places, step_bytes, skewed and in_order as they stand, and links the ring. */
void spb_ring_link(struct ring *ring, uint64_t seed);
void spb_ring_walk(struct ring *ring, uint64_t iterations);
/* The ring is one cycle through all places, and the walk has come as far as its loads lead. 0, or -1 after spb_fail(). */
int spb_ring_verify(struct spb_bench *bench, const struct ring *ring);

#endif
