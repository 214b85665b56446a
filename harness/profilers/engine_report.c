/* SPDX-License-Identifier: MIT */
#include "engine_report.h"

#include <time.h>

#define ROUND_MS 100

uint64_t spb_engine_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static bool is_stopped(const struct spb_cpu_profiler_options *options)
{
    return options->stop && *options->stop;
}

bool spb_engine_is_over(const struct spb_cpu_profiler_options *options, const struct spb_engine_report *report)
{
    return is_stopped(options) ||
           (options->duration_ns && spb_engine_now_ns() - report->begin_ns >= options->duration_ns);
}

void spb_engine_wait_for_end(struct spb_target *target, const struct spb_cpu_profiler_options *options, int *exit_code)
{
    while (!target->attached && !is_stopped(options) && !spb_target_wait(target, ROUND_MS, exit_code))
        ;
}
