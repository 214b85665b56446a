/* SPDX-License-Identifier: MIT
 *
 * Reproducible random numbers: SplitMix64 (Steele, Lea and Flood 2014), the same on every machine. Not for secrets.
 */
#ifndef SPB_RANDOM_H
#define SPB_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct spb_random {
    uint64_t state; /* the seed */
};

uint64_t spb_random_next(struct spb_random *random);
/* Uniform in 0 .. bound - 1 without bias (Lemire 2019); bound > 0. */
uint64_t spb_random_below(struct spb_random *random, uint64_t bound);
/* Uniform in [0, 1) with 53 bits. */
double spb_random_unit(struct spb_random *random);
/* A seed for a part of the work, from the seed of the whole: parts get streams of their own. */
uint64_t spb_random_derive(uint64_t seed, uint64_t part);
/* Fisher-Yates over `count` indices. */
void spb_random_shuffle(struct spb_random *random, size_t *indices, size_t count);
/* A fresh seed from the kernel. */
uint64_t spb_random_entropy(void);

#endif
