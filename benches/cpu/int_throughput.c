/* SPDX-License-Identifier: MIT
 *
 * Independent integer instructions, as many side by side as there are registers for: their number per second, where
 * cpu/int-chain measures the time of one.
 */
#include <string.h>

#include "spbench.h"

#define LANES  8
#define ROUNDS 8 /* of all lanes in one iteration */

#define FIRST  0x9e3779b97f4a7c15u /* of lane 0; lane i begins with FIRST + 2 * i, which is odd like it */
#define ADDEND 0x2545f4914f6cdd1du
#define FACTOR 0xda942042e4dd58b5u /* odd: no power of it is zero */

struct lanes {
    void (*advance)(uint64_t *values, uint64_t iterations);
    uint64_t (*expect)(uint64_t first, uint64_t steps);
    uint64_t values[LANES];
    uint64_t steps; /* of each lane */
};

#define ALL_LANES(step)                                                                                                \
    step(a) step(b) step(c) step(d) step(e) step(f) step(g) step(h) /* eight variables: arrays would live in memory */
#define EIGHT_TIMES(text) text text text text text text text text

#define DEFINE_ADVANCE(name, operation, operand_value)                                                                 \
    static __attribute__((noinline, aligned(64))) void name(uint64_t *values, uint64_t iterations)                     \
    {                                                                                                                  \
        uint64_t a = values[0], b = values[1], c = values[2], d = values[3];                                           \
        uint64_t e = values[4], f = values[5], g = values[6], h = values[7];                                           \
        uint64_t operand = operand_value;                                                                              \
        spb_change(operand);                                                                                           \
        for (uint64_t i = 0; i < iterations; i++) {                                                                    \
            EIGHT_TIMES(ALL_LANES(operation))                                                                          \
        }                                                                                                              \
        uint64_t ends[LANES] = {a, b, c, d, e, f, g, h};                                                               \
        memcpy(values, ends, sizeof(ends));                                                                            \
    }

#define ADD(x)                                                                                                         \
    x += operand;                                                                                                      \
    spb_change(x);
#define MULTIPLY(x)                                                                                                    \
    x *= operand;                                                                                                      \
    spb_change(x);

DEFINE_ADVANCE(advance_add, ADD, ADDEND)
DEFINE_ADVANCE(advance_multiply, MULTIPLY, FACTOR)

static uint64_t expect_add(uint64_t first, uint64_t steps)
{
    return first + ADDEND * steps;
}

static uint64_t expect_multiply(uint64_t first, uint64_t steps)
{
    uint64_t result = first;
    for (uint64_t power = FACTOR; steps; steps >>= 1, power *= power)
        result *= steps & 1 ? power : 1;
    return result;
}

static uint64_t first_of(unsigned lane)
{
    return FIRST + 2 * (uint64_t)lane;
}

static int set_up(struct spb_bench *bench)
{
    struct lanes *lanes = spb_alloc(bench, sizeof(*lanes));
    if (!lanes)
        return -1;
    int add = strcmp(spb_param_text(bench, "operation"), "add") == 0;
    lanes->advance = add ? advance_add : advance_multiply;
    lanes->expect = add ? expect_add : expect_multiply;
    for (unsigned i = 0; i < LANES; i++)
        lanes->values[i] = first_of(i);
    spb_set_state(bench, lanes);
    spb_set_work(bench, LANES * ROUNDS);
    return 0;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    struct lanes *lanes = thread->state;
    lanes->advance(lanes->values, iterations);
    lanes->steps += iterations * ROUNDS;
}

static int verify(struct spb_bench *bench)
{
    const struct lanes *lanes = spb_state(bench);
    for (unsigned i = 0; i < LANES; i++)
        if (lanes->values[i] != lanes->expect(first_of(i), lanes->steps))
            return spb_fail(bench, "lane %u ended in the wrong value after %llu steps", i,
                            (unsigned long long)lanes->steps);
    return 0;
}

static const struct spb_param_spec params[] = {
    {.name = "operation",
     .summary = "the 64-bit instruction",
     .defaults = "add,multiply",
     .choices = "add,multiply",
     .kind = SPB_PARAM_CHOICE},
    {0},
};

const struct spb_workload spb_cpu_int_throughput = {
    SPB_WORKLOAD_HEADER,
    .name = "cpu/int-throughput",
    .summary = "integer instructions that do not wait for each other",
    .meaning = "instructions in a second: clock frequency times the units that can carry them out",
    .unit = "operation",
    .measure = SPB_UNITS_PER_SECOND,
    .version = 1,
    .params = params,
    .set_up = set_up,
    .run = run,
    .verify = verify,
};
