/* SPDX-License-Identifier: MIT */
#include "overhead.h"

#include <errno.h>
#include <stdlib.h>

#include "clock.h"
#include "row.h"
#include "spbench.h"
#include "summary.h"

enum { CALLS = 64, LOOP_ITERATIONS = 20000 };

static __attribute__((noinline, aligned(64))) void run_nothing(struct spb_thread *thread, uint64_t iterations)
{
    (void)thread;
    for (uint64_t i = 0; i < iterations; i++)
        spb_keep(i);
}

/* Median of what one call takes, as a sample is taken. */
static double call_ns(uint64_t iterations, unsigned calls)
{
    double times[CALLS];
    void (*volatile run)(struct spb_thread *, uint64_t) = run_nothing;
    for (unsigned i = 0; i < calls; i++) {
        uint64_t start = spb_clock_now_ns();
        run(NULL, iterations);
        times[i] = (double)(spb_clock_now_ns() - start);
    }
    return spb_median_in_place(times, calls);
}

static int median_sample(const struct spb_process *process, double *iterations, double *elapsed_ns)
{
    double *times = calloc(process->sample_count, sizeof(*times));
    if (!times)
        return -ENOMEM;
    for (size_t i = 0; i < process->sample_count; i++)
        times[i] = (double)process->samples[i].elapsed_ns;
    *elapsed_ns = spb_median_in_place(times, process->sample_count);
    size_t middle = process->sample_count / 2;
    *iterations = (double)process->samples[middle].iterations;
    free(times);
    return 0;
}

int spb_overhead_add(struct spb_process *process)
{
    double iterations, elapsed_ns;
    if (process->sample_count == 0)
        return 0;
    int code = median_sample(process, &iterations, &elapsed_ns);
    if (code < 0)
        return code;
    double call = call_ns(0, CALLS);
    double looped = call_ns(LOOP_ITERATIONS, 5);
    double loop = looped > call ? (looped - call) / LOOP_ITERATIONS : 0;
    code |= spb_metrics_add(&process->metrics, "call-overhead", "ns/sample", call);
    code |= spb_metrics_add(&process->metrics, "loop-overhead", "ns/iteration", loop);
    code |= spb_metrics_add(&process->metrics, "overhead", "%", 100 * (call + loop * iterations) / elapsed_ns);
    return code ? -ENOMEM : 0;
}
