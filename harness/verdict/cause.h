/* SPDX-License-Identifier: MIT
 *
 * Why did a row's time change? What the counters and the marks of its samples say, side by side. It explains a verdict and never
 * takes part in it. README.md, "Why".
 */
#ifndef SPB_CAUSE_H
#define SPB_CAUSE_H

#include "metric.h"
#include "strbuf.h"

struct spb_cause_side {
    const struct spb_metrics *metrics; /* instructions-per-unit, cycles-per-unit, effective-frequency, where counted */
    double steal_ratio;                /* share of the samples in which the hypervisor took time */
    double preempted_ratio;            /* share of those that lost the CPU to another task */
};

/* Appends "instructions +3.0 %: other code", "instructions equal, cycles +4.0 %: memory or front end", ...; nothing where
 * there is nothing to say. `effect` is ln(time new / time base). */
void spb_cause_format(double effect, const struct spb_cause_side *base, const struct spb_cause_side *new_side,
                      struct spb_strbuf *out);

#endif
