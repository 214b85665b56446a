/* SPDX-License-Identifier: MIT
 *
 * Samples by the kernel's perf events.
 */
#ifndef SPB_PERF_ENGINE_H
#define SPB_PERF_ENGINE_H

#include "cpu_session.h"
#include "engine_report.h"

/* Takes the target through to its end, or to the end of options->duration_ns or *options->stop, which leave the target running (an attached one) or wait for it (a command, whose
 * end is waited for without sampling). -ENOTSUP, -EACCES, -EPERM: perf events cannot be had here; the text says why and what would allow it, and the target has not been let go. */
int spb_perf_engine_run(struct spb_target *target, const struct spb_cpu_profiler_options *options,
                        struct spb_cpu_session *session, struct spb_engine_report *report, int *exit_code,
                        struct spb_error *err);

#endif
