/* SPDX-License-Identifier: MIT
 *
 * Branches: one that always goes the same way, one that follows random bits, and calls through a pointer to one of 16
 * functions in random order. The random pattern is a million bits long, far beyond what a predictor can remember.
 *
 * Both arms of the conditional branch hold a statement that the compiler may not move nor merge (each only a comment for the
 * assembler), so that it cannot put a conditional move or arithmetic in the place of the branch.
 */
#include <string.h>

#include "spbench.h"
#include "splitmix.h"

#define WORDS   16384 /* of the pattern, 64 bits each */
#define TARGETS 16
#define FOURTHS (64 / 4) /* targets that a word names */

struct walk;

struct pattern {
    const char *name;
    uint64_t (*follow)(const struct walk *walk, uint64_t first, uint64_t words);
    uint64_t (*expect)(uint64_t word);
    unsigned branches; /* of a word */
};

struct walk {
    const struct pattern *pattern;
    uint64_t words[WORDS];
    uint64_t position; /* words followed so far */
    uint64_t sum;      /* branches taken; of the targets, the sum of their numbers */
};

static __attribute__((noinline, aligned(64))) uint64_t follow_condition(const struct walk *walk, uint64_t first,
                                                                        uint64_t words)
{
    uint64_t taken = 0;
    for (uint64_t i = first; i < first + words; i++) {
        uint64_t word = walk->words[i % WORDS];
        for (unsigned bit = 0; bit < 64; bit++, word >>= 1) {
            if (word & 1) {
                __asm__ volatile("# taken");
                taken++;
            } else {
                __asm__ volatile("# not taken");
            }
        }
    }
    return taken;
}

static uint64_t expect_condition(uint64_t word)
{
    return (uint64_t)__builtin_popcountll(word);
}

/* ---- calls through a pointer ------------------------------------------------------------------------------------- */

#define TARGET(number)                                                                                                 \
    static __attribute__((noinline, aligned(64))) uint64_t target_##number(uint64_t sum)                               \
    {                                                                                                                  \
        return sum + number;                                                                                           \
    }
TARGET(0)
TARGET(1)
TARGET(2)
TARGET(3)
TARGET(4)
TARGET(5)
TARGET(6)
TARGET(7)
TARGET(8)
TARGET(9)
TARGET(10)
TARGET(11)
TARGET(12)
TARGET(13)
TARGET(14)
TARGET(15)

static uint64_t (*const targets[TARGETS])(uint64_t) = {
    target_0, target_1, target_2,  target_3,  target_4,  target_5,  target_6,  target_7,
    target_8, target_9, target_10, target_11, target_12, target_13, target_14, target_15,
};

static __attribute__((noinline, aligned(64))) uint64_t follow_targets(const struct walk *walk, uint64_t first,
                                                                      uint64_t words)
{
    uint64_t sum = 0;
    for (uint64_t i = first; i < first + words; i++) {
        uint64_t word = walk->words[i % WORDS];
        for (unsigned fourth = 0; fourth < FOURTHS; fourth++, word >>= 4)
            sum = targets[word % TARGETS](sum);
    }
    return sum;
}

static uint64_t expect_targets(uint64_t word)
{
    uint64_t sum = 0;
    for (; word; word >>= 4)
        sum += word % TARGETS;
    return sum;
}

/* ---- the workload ------------------------------------------------------------------------------------------------ */

static const struct pattern patterns[] = {
    {"predictable", follow_condition, expect_condition, 64},
    {"random", follow_condition, expect_condition, 64},
    {"indirect", follow_targets, expect_targets, FOURTHS},
};

static int set_up(struct spb_bench *bench)
{
    struct walk *walk = spb_alloc(bench, sizeof(*walk));
    uint64_t seed = spb_seed(bench);
    if (!walk)
        return -1;
    walk->pattern = patterns;
    while (strcmp(walk->pattern->name, spb_param_text(bench, "pattern")) != 0)
        walk->pattern++;
    for (unsigned i = 0; i < WORDS; i++)
        walk->words[i] = walk->pattern == patterns ? UINT64_MAX : splitmix_next(&seed);
    spb_set_state(bench, walk);
    spb_set_work(bench, walk->pattern->branches);
    return 0;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    struct walk *walk = thread->state;
    walk->sum += walk->pattern->follow(walk, walk->position, iterations);
    walk->position += iterations;
}

static int verify(struct spb_bench *bench)
{
    const struct walk *walk = spb_state(bench);
    uint64_t whole = 0, begun = 0;
    for (unsigned i = 0; i < WORDS; i++) {
        uint64_t expected = walk->pattern->expect(walk->words[i]);
        whole += expected;
        begun += i < walk->position % WORDS ? expected : 0;
    }
    uint64_t sum = walk->position / WORDS * whole + begun;
    if (walk->sum != sum)
        return spb_fail(bench, "the branches led to a sum of %llu, not %llu", (unsigned long long)walk->sum,
                        (unsigned long long)sum);
    return 0;
}

static const struct spb_param_spec params[] = {
    {.name = "pattern",
     .summary = "always the same way, by random bits, or to one of 16 targets at random",
     .defaults = "predictable,random,indirect",
     .choices = "predictable,random,indirect",
     .kind = SPB_PARAM_CHOICE},
    {0},
};

const struct spb_workload spb_cpu_branch = {
    SPB_WORKLOAD_HEADER,
    .name = "cpu/branch",
    .summary = "branches that can be predicted, and such that cannot",
    .meaning = "time of a branch with its loop; between random and predictable lies half a misprediction",
    .unit = "branch",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .params = params,
    .set_up = set_up,
    .run = run,
    .verify = verify,
};
