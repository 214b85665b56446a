/* SPDX-License-Identifier: MIT */
#include "spbench.h"

#define SPB_BENCH(symbol) extern const struct spb_workload symbol;
#include "bench_list.h"
#undef SPB_BENCH

static const struct spb_workload *const workloads[] = {
#define SPB_BENCH(symbol) &symbol,
#include "bench_list.h"
#undef SPB_BENCH
    NULL,
};

SPB_MAIN(workloads)
