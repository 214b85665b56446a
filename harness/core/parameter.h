/* SPDX-License-Identifier: MIT
 *
 * Values of workload parameters: from text, checked against the descriptor.
 */
#ifndef SPB_PARAMETER_H
#define SPB_PARAMETER_H

#include "cache_size.h"
#include "cpu_pairs.h"
#include "error.h"
#include "row.h"
#include "spbench.h"

struct spb_param_values {
    struct spb_param_value *items;
    size_t count;
};

/* What the values that follow the machine are taken from. */
struct spb_param_machine {
    struct spb_cache_sizes caches;
    const struct spb_topology *topology; /* for pairs of CPUs; NULL: only a pair in numbers is understood */
    const struct spb_pin_policy *pin;
};

/* "4KiB,64KiB" -> two values; "4KiB..32KiB" -> four; "l1/2,llc*4" -> what these are on the machine, each once. Of CPU pairs
 * the value is spb_param_pair() of the two; "auto" and "all" give no value at all where there are not two CPUs. `machine`
 * NULL: any machine, to check the text. -EINVAL: empty, not of the kind, out of range, or twice the same. */
int spb_param_values_parse(const struct spb_param_spec *spec, const char *text, const struct spb_param_machine *machine,
                           struct spb_param_values *values, struct spb_error *err);
void spb_param_values_release(struct spb_param_values *values);

void spb_param_value_release(struct spb_param_value *value);
/* The two CPUs of a SPB_PARAM_CPU_PAIR value. */
struct spb_cpu_pair spb_param_pair(uint64_t value);

/* A copy with strings of its own; 0 or -ENOMEM. */
int spb_param_value_copy(const struct spb_param_value *from, struct spb_param_value *to);

#define SPB_PARAM_KIND_LAST SPB_PARAM_CPU_PAIR

/* "count", "bytes", "duration", "choice", "cpu-pair". */
const char *spb_param_kind_name(enum spb_param_kind kind);
int spb_param_kind_parse(const char *name); /* or -1 */

/* What --param NAME=VALUE[,VALUE] said. */
struct spb_param_setting {
    char *name;   /* owned by whoever made it */
    char *values; /* the text behind the '=' */
};

#endif
