/* SPDX-License-Identifier: MIT */
#include "random.h"

#include <sys/random.h>
#include <time.h>

uint64_t spb_random_next(struct spb_random *random)
{
    uint64_t z = random->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

uint64_t spb_random_below(struct spb_random *random, uint64_t bound)
{
    __extension__ typedef unsigned __int128 wide;
    wide product = (wide)spb_random_next(random) * bound;
    if ((uint64_t)product < bound) {
        uint64_t threshold = -bound % bound;
        while ((uint64_t)product < threshold)
            product = (wide)spb_random_next(random) * bound;
    }
    return (uint64_t)(product >> 64);
}

double spb_random_unit(struct spb_random *random)
{
    return (double)(spb_random_next(random) >> 11) * 0x1p-53;
}

uint64_t spb_random_derive(uint64_t seed, uint64_t part)
{
    struct spb_random random = {.state = seed ^ (part * 0xd6e8feb86659fd93u)};
    spb_random_next(&random);
    return spb_random_next(&random);
}

void spb_random_shuffle(struct spb_random *random, size_t *indices, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t j = (size_t)spb_random_below(random, i);
        size_t held = indices[i - 1];
        indices[i - 1] = indices[j];
        indices[j] = held;
    }
}

uint64_t spb_random_entropy(void)
{
    uint64_t seed;
    if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != (ssize_t)sizeof(seed)) {
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        seed = (uint64_t)now.tv_sec * 1000000007u + (uint64_t)now.tv_nsec;
    }
    return seed;
}
