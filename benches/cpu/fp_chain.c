/* SPDX-License-Identifier: MIT
 *
 * A chain of floating-point instructions on doubles in which each needs the result of the one before: its time is their
 * latency. The operands are chosen so that the right result is known without a replay of billions of steps: sums
 * of ones are exact, factors of 2 and 1/2 take each other back, and quotients and fused steps come to rest after a few.
 */
#include <math.h>
#include <string.h>

#include "spbench.h"
#include "vector_isa.h"

#define CHAIN_LENGTH 64
#define TIMES_2(x)   x x
#define TIMES_4(x)   x x x x
#define TIMES_32(x)  TIMES_4(TIMES_4(TIMES_2(x)))
#define TIMES_64(x)  TIMES_2(TIMES_32(x))

#if defined(__x86_64__)
#define FUSED_TARGET TARGET("fma")
#else
#define FUSED_TARGET
#endif

#define START    1.5
#define DIVIDEND 3.14159265358979
#define FACTOR   0.48 /* of the fused step: x * FACTOR + ADDEND */
#define ADDEND   0.81

struct operation {
    const char *name;
    double (*advance)(double value, uint64_t iterations);
    double (*expect)(uint64_t steps);
};

struct chain {
    const struct operation *operation;
    double value;
    uint64_t steps;
};

/* One step of a chain, or two, of the variables in the functions below. */
#define STEP(expression)                                                                                               \
    value = (expression);                                                                                              \
    IN_REGISTER(value);
#define ADD            STEP(value + one)
#define MULTIPLY_TWICE STEP(value *two) STEP(value *half)
#define DIVIDE         STEP(dividend / value)
#define MULTIPLY_ADD   STEP(__builtin_fma(value, factor, addend))

static __attribute__((noinline, aligned(64))) double advance_add(double value, uint64_t iterations)
{
    double one = 1;
    IN_REGISTER(one);
    for (uint64_t i = 0; i < iterations; i++) {
        TIMES_64(ADD)
    }
    return value;
}

static __attribute__((noinline, aligned(64))) double advance_multiply(double value, uint64_t iterations)
{
    double two = 2, half = 0.5;
    IN_REGISTER(two);
    IN_REGISTER(half);
    for (uint64_t i = 0; i < iterations; i++) {
        TIMES_32(MULTIPLY_TWICE)
    }
    return value;
}

static __attribute__((noinline, aligned(64))) double advance_divide(double value, uint64_t iterations)
{
    double dividend = DIVIDEND;
    IN_REGISTER(dividend);
    for (uint64_t i = 0; i < iterations; i++) {
        TIMES_64(DIVIDE)
    }
    return value;
}

static __attribute__((noinline, aligned(64))) FUSED_TARGET double advance_fma(double value, uint64_t iterations)
{
    double factor = FACTOR, addend = ADDEND;
    IN_REGISTER(factor);
    IN_REGISTER(addend);
    for (uint64_t i = 0; i < iterations; i++) {
        TIMES_64(MULTIPLY_ADD)
    }
    return value;
}

/* Beyond 2^53 ones no longer change the sum; that takes years. */
static double expect_add(uint64_t steps)
{
    return START + (double)steps;
}

static double expect_multiply(uint64_t steps)
{
    return steps % 2 ? 2 * START : START;
}

enum { REST = 200 }; /* steps after which these two repeat themselves every second one */

static uint64_t same_parity(uint64_t steps)
{
    return steps < REST ? steps : REST + steps % 2;
}

static double expect_divide(uint64_t steps)
{
    double value = START;
    for (uint64_t i = same_parity(steps); i > 0; i--)
        value = DIVIDEND / value;
    return value;
}

static double expect_fma(uint64_t steps)
{
    double value = START;
    for (uint64_t i = same_parity(steps); i > 0; i--)
        value = fma(value, FACTOR, ADDEND);
    return value;
}

static const struct operation operations[] = {
    {"add", advance_add, expect_add},
    {"multiply", advance_multiply, expect_multiply},
    {"divide", advance_divide, expect_divide},
    {"fma", advance_fma, expect_fma},
};

static int has_fma(void)
{
#if defined(__x86_64__)
    return __builtin_cpu_supports("fma");
#elif defined(__aarch64__)
    return 1;
#else
    return 0;
#endif
}

static int set_up(struct spb_bench *bench)
{
    struct chain *chain = spb_alloc(bench, sizeof(*chain));
    if (!chain)
        return -1;
    const char *name = spb_param_text(bench, "operation");
    const struct operation *operation = operations;
    while (strcmp(operation->name, name) != 0)
        operation++;
    if (operation->advance == advance_fma && !has_fma())
        return spb_fail(bench, "this CPU has no fused multiply-add; use operation=multiply");
    *chain = (struct chain){.operation = operation, .value = START};
    spb_set_state(bench, chain);
    spb_set_work(bench, CHAIN_LENGTH);
    return 0;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    struct chain *chain = thread->state;
    chain->value = chain->operation->advance(chain->value, iterations);
    chain->steps += iterations * CHAIN_LENGTH;
}

static int verify(struct spb_bench *bench)
{
    const struct chain *chain = spb_state(bench);
    double expected = chain->operation->expect(chain->steps);
    if (!(chain->value >= expected && chain->value <= expected))
        return spb_fail(bench, "the chain ended in %.17g after %llu steps, not in %.17g", chain->value,
                        (unsigned long long)chain->steps, expected);
    return 0;
}

static const struct spb_param_spec params[] = {
    {.name = "operation",
     .summary = "the double-precision instruction that is chained",
     .defaults = "add,multiply,divide,fma",
     .choices = "add,multiply,divide,fma",
     .kind = SPB_PARAM_CHOICE},
    {0},
};

const struct spb_workload spb_cpu_fp_chain = {
    SPB_WORKLOAD_HEADER,
    .name = "cpu/fp-chain",
    .summary = "floating-point instructions that each wait for the one before",
    .meaning = "latency of the instruction: what sums and recurrences cost that cannot be split",
    .unit = "operation",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .params = params,
    .set_up = set_up,
    .run = run,
    .verify = verify,
};
