/* SPDX-License-Identifier: MIT
 *
 * What a number was measured on: the machine, its settings, the build. Each fact is a value or the reason why it is
 * absent, under a stable dotted name, so that two stamps can be held against each other fact by fact.
 *
 *     cpu.model = "Intel(R) Xeon(R) Processor"      kernel.release = "6.1.0-18-amd64"
 *     cpu.governor absent: "no /sys/devices/system/cpu/cpu0/cpufreq (the hypervisor hides it)"
 */
#ifndef SPB_STAMP_H
#define SPB_STAMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "topology.h"

enum spb_fact_kind { SPB_FACT_TEXT, SPB_FACT_NUMBER, SPB_FACT_BOOL, SPB_FACT_ABSENT };

struct spb_fact {
    char *name; /* "cpu.model"; the part before the first dot is the group: host cpu kernel memory cgroup build ... */
    enum spb_fact_kind kind;
    char *text; /* TEXT: the value; ABSENT: the reason */
    double number;
    bool flag;
    char *unit; /* NUMBER: "bytes", "Hz", ""; else NULL */
};

struct spb_stamp {
    struct spb_fact *facts; /* in the order of the schema */
    size_t count;
    size_t capacity;
};

/* The build, as the executable was compiled; strings are constant. */
struct spb_build_info {
    const char *version;
    const char *commit;
    const char *compiler;
    const char *flags;
    const char *build_type;
};

/* Reads everything below `root` (NULL: this machine). `topology` may be NULL: its facts are absent then. 0 or -ENOMEM:
 * what cannot be read is a fact with a reason, never a failure. */
int spb_stamp_take(const char *root, const struct spb_topology *topology, const struct spb_build_info *build,
                   struct spb_stamp *stamp, struct spb_error *err);
void spb_stamp_release(struct spb_stamp *stamp);

const struct spb_fact *spb_stamp_find(const struct spb_stamp *stamp, const char *name);

int spb_stamp_add_text(struct spb_stamp *stamp, const char *name, const char *value);
int spb_stamp_add_number(struct spb_stamp *stamp, const char *name, double value, const char *unit);
int spb_stamp_add_bool(struct spb_stamp *stamp, const char *name, bool value);
int spb_stamp_add_absent(struct spb_stamp *stamp, const char *name, const char *reason, ...)
    __attribute__((format(printf, 3, 4)));

#endif
