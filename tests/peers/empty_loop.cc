// SPDX-License-Identifier: MIT
// The peer of self/null: google/benchmark's own loop around a value that stands in a register.
#include <benchmark/benchmark.h>

#include <cstdint>

static void empty_loop(benchmark::State &state)
{
    std::uint64_t i = 0;
    for (auto _ : state)
        benchmark::DoNotOptimize(i);
}
BENCHMARK(empty_loop);

BENCHMARK_MAIN();
