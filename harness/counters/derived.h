/* SPDX-License-Identifier: MIT
 *
 * Metrics that are a quotient of two others: a table, in derived.c. To add one, add a line there.
 */
#ifndef SPB_DERIVED_H
#define SPB_DERIVED_H

#include "metric.h"

struct spb_derived_metric {
    const char *name;
    const char *unit;
    const char *numerator; /* names of metrics */
    const char *denominator;
    double factor; /* name = factor * numerator / denominator */
    const char *summary;
};

/* The table; *count is set. */
const struct spb_derived_metric *spb_derived_metrics(size_t *count);

/* Appends those whose two inputs stand in `metrics` as totals ("work": the units of work done). An input without a
 * value makes the derived metric absent with the input's state and reason; one that was multiplexed makes it
 * multiplexed.
 *
 * Inputs must have counted the same: where only user mode was counted ("cycles:u") both must say so, and the result
 * does too ("instructions-per-cycle:u"); "work" goes with either. 0 or -ENOMEM. */
int spb_derive_metrics(struct spb_metrics *metrics);

#endif
