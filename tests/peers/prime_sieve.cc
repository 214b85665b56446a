// SPDX-License-Identifier: MIT
// The peer of cpu/prime-sieve: its kernel, as in benches/cpu/prime_sieve.c, under google/benchmark.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdint>

static inline bool divides(std::int64_t divisor, std::int64_t number)
{
#ifdef __x86_64__
    std::uint64_t quotient = static_cast<std::uint64_t>(number);
    std::uint64_t remainder = 0;
    __asm__("divq %2" : "+a"(quotient), "+d"(remainder) : "r"(divisor) : "cc");
    return remainder == 0;
#else
    return static_cast<std::uint64_t>(number) % static_cast<std::uint64_t>(divisor) == 0;
#endif
}

static __attribute__((noinline, aligned(64))) std::uint64_t count_primes(std::int64_t limit)
{
    std::uint64_t primes = 0;

    for (std::int64_t number = 3; number < limit; number++) {
        double root = std::sqrt(static_cast<double>(number));
        if (number % 2 == 0)
            continue;
        std::int64_t divisor = 3;
        while (static_cast<double>(divisor) <= root && !divides(divisor, number))
            divisor++;
        if (static_cast<double>(divisor) > root)
            primes++;
    }
    return primes;
}

static void prime_sieve(benchmark::State &state)
{
    for (auto _ : state) {
        std::int64_t limit = 10000;
        benchmark::DoNotOptimize(limit);
        benchmark::DoNotOptimize(count_primes(limit));
    }
}
BENCHMARK(prime_sieve);

BENCHMARK_MAIN();
