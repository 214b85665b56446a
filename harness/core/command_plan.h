/* SPDX-License-Identifier: MIT
 *
 * From `run --command` to rows of the workload command/run: what stands in them, and where they may run.
 */
#ifndef SPB_COMMAND_PLAN_H
#define SPB_COMMAND_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "parameter.h"
#include "plan.h"
#include "row.h"

struct spb_command_plan {
    char *const *commands; /* as they were typed */
    size_t count;
    bool no_shell;
    bool ignore_failure;
    bool pinned; /* the user has named a --pin policy: without one, commands run wherever they may */
};

/* One value a command, whatever is in it. -EINVAL: empty, too long, twice the same, not printable (a result file must hold it
 * unchanged), or no words without a shell. */
int spb_command_values(const struct spb_command_plan *plan, struct spb_param_values *values, struct spb_error *err);

/* Adds to a row of command/run the parameters that are not as usual, and gives the policy that it is placed by: that of the
 * user, or none. "cpus=LIST" of several CPUs is a parameter of the row, which is then not pinned: its command has them
 * all. */
int spb_command_row_finish(const struct spb_command_plan *plan, const struct spb_topology *topology,
                           const struct spb_pin_policy **pin, struct spb_row *row, struct spb_error *err);

#endif
