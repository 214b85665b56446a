/* SPDX-License-Identifier: MIT
 *
 * What the engines of the CPU profiler tell of themselves, and when they are done.
 */
#ifndef SPB_ENGINE_REPORT_H
#define SPB_ENGINE_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "cpu_profiler.h"

/* What was sampled, for people and for the profile's facts. */
struct spb_engine_report {
    char engine[16]; /* "perf", "timer" */
    char event[64];  /* "cpu-clock", "cycles" */
    char value[64];  /* name and unit of SPB_VALUE_CPU */
    char unit[16];
    char kernel[160];          /* why the kernel's part is missing; "": it is there */
    char note[256];            /* what else has to be known; "" */
    uint64_t begin_ns, end_ns; /* CLOCK_MONOTONIC */
};

uint64_t spb_engine_now_ns(void); /* CLOCK_MONOTONIC */
/* The time that was asked for is over, or the user has asked for the end. */
bool spb_engine_is_over(const struct spb_cpu_profiler_options *options, const struct spb_engine_report *report);
/* A command that goes on beyond the time that was asked for is waited for, since its exit code is passed on. */
void spb_engine_wait_for_end(struct spb_target *target, const struct spb_cpu_profiler_options *options, int *exit_code);

#endif
