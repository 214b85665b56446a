/* SPDX-License-Identifier: MIT
 *
 * What the measured region used, by getrusage(2) and the process's CPU clock: CPU time, page faults, context switches.
 * Two system calls at each end of a sample, about 1 us together.
 *
 * Metrics: "cpu-time" ns, "cpu-utilisation" (CPU time / wall time, 1 for one busy thread), "page-faults-minor",
 * "page-faults-major", "context-switches-voluntary", "context-switches-involuntary". Marks SPB_MARK_PREEMPTED.
 */
#ifndef SPB_RESOURCE_PROBE_H
#define SPB_RESOURCE_PROBE_H

#include "probe.h"

extern const struct spb_probe_type spb_resource_probe; /* options: none */

#endif
