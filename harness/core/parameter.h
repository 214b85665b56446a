/* SPDX-License-Identifier: MIT
 *
 * Values of workload parameters: from text, checked against the descriptor.
 */
#ifndef SPB_PARAMETER_H
#define SPB_PARAMETER_H

#include "error.h"
#include "row.h"
#include "spbench.h"

struct spb_param_values {
    struct spb_param_value *items;
    size_t count;
};

/* "4KiB,64KiB" -> two values. -EINVAL: empty, not of the kind, out of range, or twice the same. */
int spb_param_values_parse(const struct spb_param_spec *spec, const char *text, struct spb_param_values *values,
                           struct spb_error *err);
void spb_param_values_release(struct spb_param_values *values);

void spb_param_value_release(struct spb_param_value *value);
/* A copy with strings of its own; 0 or -ENOMEM. */
int spb_param_value_copy(const struct spb_param_value *from, struct spb_param_value *to);

/* What --param NAME=VALUE[,VALUE] said. */
struct spb_param_setting {
    char *name;   /* owned by whoever made it */
    char *values; /* the text behind the '=' */
};

#endif
