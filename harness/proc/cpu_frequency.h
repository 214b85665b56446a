/* SPDX-License-Identifier: MIT
 *
 * cpufreq: who chooses the CPUs' clock rates, between which limits, whether they may go above the nominal one, what they are now, and
 * how often heat lowered them.
 */
#ifndef SPB_CPU_FREQUENCY_H
#define SPB_CPU_FREQUENCY_H

#include <stdbool.h>

#include "keyed.h"

struct spb_cpu_frequency {
    int code;          /* 0; -ENOENT: no cpufreq (a hypervisor hides it, or the kernel has no driver) */
    char governor[64]; /* of all policies, joined with '+' where they differ: "performance+powersave"; "" absent */
    char driver[32];   /* "intel_pstate"; "" absent */
    struct spb_reading min_hz; /* lowest of the scaling limits, highest of them */
    struct spb_reading max_hz;
};

void spb_cpu_frequency_read(const char *root, struct spb_cpu_frequency *frequency);

/* What one CPU runs at now, as far as its driver knows. -ENOENT: no cpufreq. On x86 the kernel may interrupt the CPU to know it. */
struct spb_reading spb_cpu_frequency_current_hz(const char *root, unsigned os_index);
/* How often one CPU was slowed because of heat, since boot (x86). -ENOENT: not counted here. */
struct spb_reading spb_cpu_throttle_count(const char *root, unsigned os_index);

struct spb_turbo {
    int code; /* 0; -ENOENT: no switch is shown */
    bool on;
    char control[128]; /* the file that switches it */
    char off_value[2]; /* what to write there to switch it off */
};

void spb_turbo_read(const char *root, struct spb_turbo *turbo);

#endif
