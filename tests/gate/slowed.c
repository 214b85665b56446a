/* SPDX-License-Identifier: MIT
 *
 * Ten workloads, each a kernel that is repeated a hundred times in an iteration, and once more for each per cent of slowdown that
 * the environment variable SPB_SLOWED asks for: real work, of the same kind. One side of an experiment is given "00" and the other
 * "03".
 */
#include <stdlib.h>
#include <string.h>

#include "spbench.h"

enum { REPEATS = 100, WORDS = 512, KEYS = 64, TEXT = 2048, MATRIX = 12, RING = 256, BLOCKS = 16 };

struct state {
    unsigned repeats;
    uint64_t words[WORDS];
    uint64_t work[WORDS];
    double matrix[2][MATRIX * MATRIX];
    char text[TEXT];
    unsigned ring[RING];
};

static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

static int set_up(struct spb_bench *bench)
{
    struct state *state = spb_alloc(bench, sizeof(*state));
    const char *slowed = getenv("SPB_SLOWED");
    if (!state)
        return -1;
    state->repeats = REPEATS + (slowed ? (unsigned)strtoul(slowed, NULL, 10) : 0);
    for (unsigned i = 0; i < WORDS; i++)
        state->words[i] = mix(spb_seed(bench) + i);
    for (unsigned i = 0; i < MATRIX * MATRIX; i++)
        state->matrix[0][i] = state->matrix[1][i] = 1.0 / (1 + i);
    memset(state->text, 'a', TEXT - 1);
    for (unsigned i = 0; i < RING; i++)
        state->ring[i] = (i + 97) % RING;
    spb_set_state(bench, state);
    return 0;
}

/* ---- the kernels ------------------------------------------------------------------------------------------------- */

static uint64_t add_chain(struct state *state)
{
    uint64_t sum = state->words[0];
    for (unsigned i = 0; i < WORDS; i++) {
        sum += i;
        spb_change(sum);
    }
    return sum;
}

static uint64_t multiply_chain(struct state *state)
{
    uint64_t product = state->words[1] | 1;
    for (unsigned i = 0; i < 128; i++) {
        product *= 0x9e3779b97f4a7c15u;
        spb_change(product);
    }
    return product;
}

static uint64_t divide_chain(struct state *state)
{
    uint64_t quotient = state->words[2] | (uint64_t)1 << 63;
    for (unsigned i = 0; i < 48; i++) {
        quotient = UINT64_MAX / (quotient | 3) + state->words[3];
        spb_change(quotient);
    }
    return quotient;
}

static uint64_t hash(struct state *state)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < WORDS; i++)
        value = mix(value ^ state->words[i]);
    return value;
}

static int compare_words(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static uint64_t sort(struct state *state)
{
    memcpy(state->work, state->words, KEYS * sizeof(*state->work));
    qsort(state->work, KEYS, sizeof(*state->work), compare_words);
    return state->work[KEYS / 2];
}

static uint64_t multiply_matrices(struct state *state)
{
    double sum = 0;
    for (unsigned i = 0; i < MATRIX; i++)
        for (unsigned j = 0; j < MATRIX; j++) {
            double cell = 0;
            for (unsigned k = 0; k < MATRIX; k++)
                cell += state->matrix[0][i * MATRIX + k] * state->matrix[1][k * MATRIX + j];
            sum += cell;
        }
    return (uint64_t)(sum * 1e6);
}

static uint64_t search(struct state *state)
{
    spb_keep(state->text);
    return (uint64_t)(strchr(state->text, 'b') != NULL) + strlen(state->text);
}

static uint64_t walk(struct state *state)
{
    unsigned at = 0;
    for (unsigned i = 0; i < RING; i++)
        at = state->ring[at];
    return at;
}

static uint64_t count_bits(struct state *state)
{
    uint64_t count = 0;
    for (unsigned i = 0; i < WORDS; i++)
        count += (uint64_t)__builtin_popcountll(state->words[i] ^ count);
    return count;
}

static uint64_t allocate(struct state *state)
{
    void *blocks[BLOCKS];
    for (unsigned i = 0; i < BLOCKS; i++) {
        blocks[i] = malloc(16 + state->words[i] % 1000);
        spb_keep(blocks[i]);
    }
    for (unsigned i = 0; i < BLOCKS; i++)
        free(blocks[i]);
    return BLOCKS;
}

/* ---- the workloads ----------------------------------------------------------------------------------------------- */

#define DEFINE(kernel, name_text)                                                                                      \
    static void run_##kernel(struct spb_thread *thread, uint64_t iterations)                                           \
    {                                                                                                                  \
        struct state *state = thread->state;                                                                           \
        for (uint64_t i = 0; i < iterations; i++)                                                                      \
            for (unsigned r = 0; r < state->repeats; r++)                                                              \
                spb_keep(kernel(state));                                                                               \
    }                                                                                                                  \
    static const struct spb_workload workload_##kernel = {SPB_WORKLOAD_HEADER,                                         \
                                                          .name = "slowed/" name_text,                                 \
                                                          .summary = "a kernel a hundred times, and some more",        \
                                                          .meaning = "what the environment asks for",                  \
                                                          .unit = "hundred",                                           \
                                                          .version = 1,                                                \
                                                          .set_up = set_up,                                            \
                                                          .run = run_##kernel};
DEFINE(add_chain, "add-chain")
DEFINE(multiply_chain, "multiply-chain")
DEFINE(divide_chain, "divide-chain")
DEFINE(hash, "hash")
DEFINE(sort, "sort")
DEFINE(multiply_matrices, "matrix")
DEFINE(search, "search")
DEFINE(walk, "walk")
DEFINE(count_bits, "count-bits")
DEFINE(allocate, "allocate")

static const struct spb_workload *const table[] = {&workload_add_chain,
                                                   &workload_multiply_chain,
                                                   &workload_divide_chain,
                                                   &workload_hash,
                                                   &workload_sort,
                                                   &workload_multiply_matrices,
                                                   &workload_search,
                                                   &workload_walk,
                                                   &workload_count_bits,
                                                   &workload_allocate,
                                                   NULL};
SPB_PLUGIN(table)
