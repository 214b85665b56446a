/* SPDX-License-Identifier: MIT
 *
 * From "these workloads, these settings, this machine" to the list of rows to run: every combination of parameter values
 * and thread counts, each with its placement. Pure.
 */
#ifndef SPB_ROW_PLAN_H
#define SPB_ROW_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "command_plan.h"
#include "error.h"
#include "parameter.h"
#include "plan.h"
#include "registry.h"
#include "row.h"

struct spb_row_plan_options {
    const struct spb_registry *registry;
    const bool *selected; /* registry->count of them */
    const struct spb_param_setting *settings;
    size_t setting_count;
    const unsigned *threads; /* for workloads that take several counts; NULL: 1, 2, 4 ... all allowed CPUs */
    size_t thread_count;
    const struct spb_topology *topology;
    const struct spb_pin_policy *pin;
    uint64_t memory_bytes;                   /* that rows may have, for sizes that follow the caches; 0: not known */
    const struct spb_command_plan *commands; /* of spb_command_workload, when that is selected */
};

/* On success *rows has *row_count rows, in the registry's order; those that cannot run here have the outcome UNAVAILABLE and
 * the reason. The caller releases each and frees the array. -EINVAL: a setting that fits no selected workload (with the
 * nearest names), a bad value, a placement that is not possible. */
int spb_row_plan_make(const struct spb_row_plan_options *options, struct spb_row **rows, size_t *row_count,
                      struct spb_error *err);

void spb_rows_destroy(struct spb_row *rows, size_t row_count);

#endif
