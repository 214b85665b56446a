/* SPDX-License-Identifier: MIT
 *
 * Counts the primes below a limit by trial division, with the work of `sysbench cpu` (1.0): every number from 3 to
 * limit - 1 is divided by 2, 3, 4 ... up to its square root until one divides it, in 64-bit arithmetic; the root is a
 * double and every candidate is compared with it as a double. One event is one pass over all numbers, so that
 * events per second can be compared with those of `sysbench cpu --cpu-max-prime=LIMIT`.
 */
#include <math.h>

#include "spbench.h"

#define LIMIT_MAX 10000000

struct primes {
    uint64_t limit;
    uint64_t expected;
    struct count *counts; /* one a thread */
};

struct count {
    uint64_t passes;
    uint64_t primes; /* over all passes */
} __attribute__((aligned(128)));

/* Written out because clang divides in 32 bits where both numbers are small, which is faster than what sysbench does as
 * distributions build it. */
static inline int divides(uint64_t divisor, uint64_t number)
{
#ifdef __x86_64__
    uint64_t quotient = number, remainder = 0;
    __asm__("divq %2" : "+a"(quotient), "+d"(remainder) : "r"(divisor) : "cc");
    return remainder == 0;
#else
    return number % divisor == 0;
#endif
}

/* Division by 2 stands apart because gcc makes a test of one bit of it in sysbench too. Unsigned numbers as there: on x86-64 their
 * conversion to double has a branch, which costs up to 4 % where division is fast. */
static __attribute__((noinline, aligned(64))) uint64_t count_primes(uint64_t limit)
{
    uint64_t primes = 0;

    for (uint64_t number = 3; number < limit; number++) {
        double root = sqrt((double)number);
        if (number % 2 == 0)
            continue;
        uint64_t divisor = 3;
        while ((double)divisor <= root && !divides(divisor, number))
            divisor++;
        if ((double)divisor > root)
            primes++;
    }
    return primes;
}

/* The same number by another way, the sieve of Eratosthenes: `composite` is zeroed and has `limit` bytes. */
static uint64_t sieve_primes(char *composite, uint64_t limit)
{
    uint64_t primes = 0;

    for (uint64_t number = 2; number < limit; number++) {
        if (composite[number])
            continue;
        primes += number > 2;
        for (uint64_t multiple = number * number; multiple < limit; multiple += number)
            composite[multiple] = 1;
    }
    return primes;
}

static int set_up(struct spb_bench *bench)
{
    struct primes *primes = spb_alloc(bench, sizeof(*primes));
    struct count *counts = spb_alloc(bench, spb_threads(bench) * sizeof(*counts));
    uint64_t limit = spb_param(bench, "limit");
    char *composite = spb_alloc(bench, limit);
    if (!primes || !counts || !composite)
        return -1;
    *primes = (struct primes){.limit = limit, .expected = sieve_primes(composite, limit), .counts = counts};
    spb_set_state(bench, primes);
    spb_set_work(bench, spb_threads(bench));
    return 0;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    const struct primes *primes = thread->state;
    struct count *count = &primes->counts[thread->index];

    for (uint64_t i = 0; i < iterations; i++) {
        uint64_t limit = primes->limit;
        spb_change(limit);
        count->primes += count_primes(limit);
    }
    count->passes += iterations;
}

static int verify(struct spb_bench *bench)
{
    const struct primes *primes = spb_state(bench);

    for (unsigned i = 0; i < spb_threads(bench); i++) {
        const struct count *count = &primes->counts[i];
        if (count->primes != count->passes * primes->expected)
            return spb_fail(bench, "thread %u counted %llu primes in %llu passes; there are %llu in each", i,
                            (unsigned long long)count->primes, (unsigned long long)count->passes,
                            (unsigned long long)primes->expected);
    }
    return 0;
}

static const struct spb_param_spec params[] = {
    {.name = "limit",
     .summary = "primes are looked for below this number (sysbench: --cpu-max-prime)",
     .defaults = "10000",
     .minimum = 4,
     .maximum = LIMIT_MAX,
     .kind = SPB_PARAM_COUNT},
    {0},
};

const struct spb_workload spb_cpu_prime_sieve = {
    SPB_WORKLOAD_HEADER,
    .name = "cpu/prime-sieve",
    .summary = "primes below a limit by trial division, as sysbench cpu does (a sieve by name only)",
    .meaning = "speed of 64-bit division and of branches; comparable with events per second of sysbench cpu",
    .unit = "event",
    .measure = SPB_UNITS_PER_SECOND,
    .version = 1,
    .params = params,
    .threads_max = ~0u,
    .set_up = set_up,
    .run = run,
    .verify = verify,
};
