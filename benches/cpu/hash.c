/* SPDX-License-Identifier: MIT
 *
 * The 64-bit hash xxHash64, written after its published specification (version 0.1.1): four lanes of multiplications and
 * rotations, as fast hashes for tables and checksums are made. Each hash is the seed of the next one, so that they cannot
 * overlap.
 */
#include <string.h>

#include "spbench.h"
#include "splitmix.h"

#define REPLAY_BYTES ((uint64_t)64 << 20)

#define PRIME_1 0x9e3779b185ebca87u
#define PRIME_2 0xc2b2ae3d27d4eb4fu
#define PRIME_3 0x165667b19e3779f9u
#define PRIME_4 0x85ebca77c2b2ae63u
#define PRIME_5 0x27d4eb2f165667c5u

struct block {
    unsigned char *bytes;
    size_t count;
    uint64_t hash; /* of the last round, the seed of the next */
    uint64_t rounds;
    uint64_t marked_hash; /* after the last call of run() that a replay can reach in some milliseconds */
    uint64_t marked_rounds;
};

static inline uint64_t rotate(uint64_t value, unsigned bits)
{
    return value << bits | value >> (64 - bits);
}

static inline uint64_t read_64(const unsigned char *at)
{
    uint64_t value;
    memcpy(&value, at, sizeof(value));
    return value;
}

static inline uint64_t read_32(const unsigned char *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof(value));
    return value;
}

static inline uint64_t mix(uint64_t lane, uint64_t input)
{
    return rotate(lane + input * PRIME_2, 31) * PRIME_1;
}

static inline uint64_t merge(uint64_t hash, uint64_t lane)
{
    return (hash ^ mix(0, lane)) * PRIME_1 + PRIME_4;
}

static uint64_t hash_stripes(const unsigned char *at, size_t stripes, uint64_t seed)
{
    uint64_t a = seed + PRIME_1 + PRIME_2, b = seed + PRIME_2, c = seed, d = seed - PRIME_1;
    for (; stripes; stripes--, at += 32) {
        a = mix(a, read_64(at));
        b = mix(b, read_64(at + 8));
        c = mix(c, read_64(at + 16));
        d = mix(d, read_64(at + 24));
    }
    uint64_t hash = rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18);
    return merge(merge(merge(merge(hash, a), b), c), d);
}

static uint64_t hash_rest(uint64_t hash, const unsigned char *at, size_t count)
{
    for (; count >= 8; count -= 8, at += 8)
        hash = rotate(hash ^ mix(0, read_64(at)), 27) * PRIME_1 + PRIME_4;
    if (count >= 4) {
        hash = rotate(hash ^ read_32(at) * PRIME_1, 23) * PRIME_2 + PRIME_3;
        count -= 4;
        at += 4;
    }
    for (; count; count--, at++)
        hash = rotate(hash ^ *at * PRIME_5, 11) * PRIME_1;
    return hash;
}

static __attribute__((noinline, aligned(64))) uint64_t hash_bytes(const void *bytes, size_t count, uint64_t seed)
{
    uint64_t hash = count >= 32 ? hash_stripes(bytes, count / 32, seed) : seed + PRIME_5;
    hash = hash_rest(hash + count, (const unsigned char *)bytes + count / 32 * 32, count % 32);
    hash = (hash ^ hash >> 33) * PRIME_2;
    hash = (hash ^ hash >> 29) * PRIME_3;
    return hash ^ hash >> 32;
}

/* Published values, one for each length of tail. */
static int is_xxhash(void)
{
    static const struct {
        const char *text;
        uint64_t hash;
    } known[] = {
        {"", 0xef46db3751d8e999u},
        {"a", 0xd24ec4f1a98c6e5bu},
        {"asdf", 0x415872f599cea71eu},
        {"Call me Ishmael. Some years ago--never mind how long precisely-", 0x02a2e85470d6fd96u},
    };
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (hash_bytes(known[i].text, strlen(known[i].text), 0) != known[i].hash)
            return 0;
    return 1;
}

static int set_up(struct spb_bench *bench)
{
    struct block *block = spb_alloc(bench, sizeof(*block));
    size_t count = spb_param(bench, "size");
    unsigned char *bytes = spb_alloc(bench, count);
    uint64_t seed = spb_seed(bench);
    if (!block || !bytes)
        return -1;
    if (read_32((const unsigned char *)"\1\0\0\0") != 1)
        return spb_fail(bench, "the hash is written for little-endian machines");
    for (size_t i = 0; i < count; i++)
        bytes[i] = (unsigned char)splitmix_next(&seed);
    *block = (struct block){.bytes = bytes, .count = count};
    spb_set_state(bench, block);
    spb_set_work(bench, (double)count);
    return 0;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    struct block *block = thread->state;
    uint64_t hash = block->hash;
    for (uint64_t i = 0; i < iterations; i++)
        hash = hash_bytes(block->bytes, block->count, hash);
    block->hash = hash;
    block->rounds += iterations;
    if (block->marked_rounds == 0 || block->rounds * block->count < REPLAY_BYTES) {
        block->marked_hash = hash;
        block->marked_rounds = block->rounds;
    }
}

/* The hash is that of the specification, and another walk along the chain of seeds, as far as that is affordable, passes
 * the same value as the measured one did. */
static int verify(struct spb_bench *bench)
{
    const struct block *block = spb_state(bench);
    uint64_t hash = 0;
    if (!is_xxhash())
        return spb_fail(bench, "it does not compute the published values of xxHash64");
    for (uint64_t i = 0; i < block->marked_rounds; i++)
        hash = hash_bytes(block->bytes, block->count, hash);
    if (hash != block->marked_hash)
        return spb_fail(bench, "after %llu hashes the value is wrong", (unsigned long long)block->marked_rounds);
    return 0;
}

static const struct spb_param_spec params[] = {
    {.name = "size", .summary = "bytes hashed at a time", .defaults = "64KiB", .minimum = 32, .kind = SPB_PARAM_BYTES},
    {0},
};

const struct spb_workload spb_cpu_hash = {
    SPB_WORKLOAD_HEADER,
    .name = "cpu/hash",
    .summary = "xxHash64 of a block of bytes",
    .meaning = "64-bit multiplications and rotations in four chains, on data that the caches hold",
    .unit = "byte",
    .measure = SPB_UNITS_PER_SECOND,
    .version = 1,
    .params = params,
    .set_up = set_up,
    .run = run,
    .verify = verify,
};
