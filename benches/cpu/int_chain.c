/* SPDX-License-Identifier: MIT
 *
 * A chain of integer instructions in which each needs the result of the one before: its time is their latency, which
 * for an addition is one clock cycle on every current core, so that its inverse is the clock frequency.
 *
 * The operand stands in a register because newer Intel cores carry out an addition of a small constant for nothing,
 * when they rename registers.
 */
#include <string.h>

#include "spbench.h"

#define CHAIN_LENGTH 64
#define TIMES_4(x)   x x x x
#define TIMES_64(x)  TIMES_4(TIMES_4(TIMES_4(x)))

#define FIRST   0x9e3779b97f4a7c15u
#define ADDEND  0x2545f4914f6cdd1du
#define FACTOR  0xda942042e4dd58b5u /* odd: no power of it is zero */
#define DIVISOR 1000003u            /* the first divisor; from then on each quotient divides */

struct chain {
    uint64_t (*advance)(uint64_t value, uint64_t iterations);
    uint64_t (*expect)(uint64_t steps);
    uint64_t value;
    uint64_t steps;
};

static __attribute__((noinline, aligned(64))) uint64_t advance_add(uint64_t value, uint64_t iterations)
{
    uint64_t addend = ADDEND;
    spb_change(addend);
    for (uint64_t i = 0; i < iterations; i++) {
        TIMES_64(value += addend; spb_change(value);)
    }
    return value;
}

static __attribute__((noinline, aligned(64))) uint64_t advance_multiply(uint64_t value, uint64_t iterations)
{
    uint64_t factor = FACTOR;
    spb_change(factor);
    for (uint64_t i = 0; i < iterations; i++) {
        TIMES_64(value *= factor; spb_change(value);)
    }
    return value;
}

static __attribute__((noinline, aligned(64))) uint64_t advance_divide(uint64_t value, uint64_t iterations)
{
    uint64_t dividend = FIRST;
    spb_change(dividend);
    for (uint64_t i = 0; i < iterations; i++) {
        TIMES_64(value = dividend / value; spb_change(value);)
    }
    return value;
}

static uint64_t expect_add(uint64_t steps)
{
    return FIRST + ADDEND * steps;
}

static uint64_t expect_multiply(uint64_t steps)
{
    uint64_t result = FIRST;
    for (uint64_t power = FACTOR; steps; steps >>= 1, power *= power)
        result *= steps & 1 ? power : 1;
    return result;
}

/* From the first step on there are two quotients in turn: n / (n / (n / x)) = n / x for whole numbers. */
static uint64_t expect_divide(uint64_t steps)
{
    if (steps == 0)
        return DIVISOR;
    return steps % 2 ? FIRST / DIVISOR : FIRST / (FIRST / DIVISOR);
}

static int set_up(struct spb_bench *bench)
{
    struct chain *chain = spb_alloc(bench, sizeof(*chain));
    if (!chain)
        return -1;
    const char *operation = spb_param_text(bench, "operation");
    if (strcmp(operation, "add") == 0)
        *chain = (struct chain){.advance = advance_add, .expect = expect_add};
    else if (strcmp(operation, "multiply") == 0)
        *chain = (struct chain){.advance = advance_multiply, .expect = expect_multiply};
    else
        *chain = (struct chain){.advance = advance_divide, .expect = expect_divide};
    chain->value = chain->expect(0);
    spb_set_state(bench, chain);
    spb_set_work(bench, CHAIN_LENGTH);
    return 0;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    struct chain *chain = thread->state;
    chain->value = chain->advance(chain->value, iterations);
    chain->steps += iterations * CHAIN_LENGTH;
}

static int verify(struct spb_bench *bench)
{
    const struct chain *chain = spb_state(bench);
    if (chain->value != chain->expect(chain->steps))
        return spb_fail(bench, "the chain ended in the wrong value after %llu steps", (unsigned long long)chain->steps);
    return 0;
}

static const struct spb_param_spec params[] = {
    {.name = "operation",
     .summary = "the 64-bit instruction that is chained",
     .defaults = "add,multiply,divide",
     .choices = "add,multiply,divide",
     .kind = SPB_PARAM_CHOICE},
    {0},
};

const struct spb_workload spb_cpu_int_chain = {
    SPB_WORKLOAD_HEADER,
    .name = "cpu/int-chain",
    .summary = "integer instructions that each wait for the one before",
    .meaning = "latency of the instruction; for add it is one clock cycle, so a change is a change of clock frequency",
    .unit = "operation",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .params = params,
    .set_up = set_up,
    .run = run,
    .verify = verify,
};
