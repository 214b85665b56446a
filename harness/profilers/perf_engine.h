/* SPDX-License-Identifier: MIT
 *
 * Samples by the kernel's perf events.
 */
#ifndef SPB_PERF_ENGINE_H
#define SPB_PERF_ENGINE_H

#include "cpu_session.h"

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

/* Takes the target through to its end, or to the end of options->duration_ns or *options->stop, which leave the target running (an attached one) or wait for it (a command, whose
 * end is waited for without sampling). -ENOTSUP, -EACCES, -EPERM: perf events cannot be had here; the text says why and what would allow it, and the target has not been let go. */
int spb_perf_engine_run(struct spb_target *target, const struct spb_cpu_profiler_options *options,
                        struct spb_cpu_session *session, struct spb_engine_report *report, int *exit_code,
                        struct spb_error *err);

#endif
