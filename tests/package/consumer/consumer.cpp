/* SPDX-License-Identifier: MIT
 *
 * The same from C++20.
 */
#include <spbench.h>

#include <numeric>
#include <vector>

static std::vector<int> numbers;

static int set_up(spb_bench *bench)
{
    numbers.assign(1000, 1);
    spb_set_work(bench, static_cast<double>(numbers.size()));
    return 0;
}

static void run(spb_thread *, uint64_t iterations)
{
    for (uint64_t i = 0; i < iterations; i++) {
        spb_keep(std::accumulate(numbers.begin(), numbers.end(), 0));
        spb_clobber();
    }
}

static const spb_workload sum = {
    SPB_WORKLOAD_HEADER,
    .name = "demo/sum",
    .summary = "sum of a vector",
    .meaning = "throughput of additions",
    .unit = "operation",
    .measure = SPB_UNITS_PER_SECOND,
    .version = 1,
    .set_up = set_up,
    .run = run,
};

static const spb_workload *const workloads[] = {&sum, nullptr};

SPB_MAIN(workloads)
