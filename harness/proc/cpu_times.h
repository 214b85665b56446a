/* SPDX-License-Identifier: MIT
 *
 * /proc/stat: where each CPU's time went, since boot.
 *
 * The kernel counts in nanoseconds but prints ticks of 10 ms (USER_HZ is 100 on every architecture spbench runs on), so
 * that a difference of two readings is right to one tick.
 */
#ifndef SPB_CPU_TIMES_H
#define SPB_CPU_TIMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "keyed.h"
#include "span.h"

#define SPB_CPU_TICK_NS 10000000u

enum spb_cpu_state {
    SPB_CPU_STATE_USER,
    SPB_CPU_STATE_NICE,
    SPB_CPU_STATE_SYSTEM,
    SPB_CPU_STATE_IDLE,
    SPB_CPU_STATE_IOWAIT,
    SPB_CPU_STATE_IRQ,
    SPB_CPU_STATE_SOFTIRQ,
    SPB_CPU_STATE_STEAL,      /* since Linux 2.6.11 */
    SPB_CPU_STATE_GUEST,      /* is part of user */
    SPB_CPU_STATE_GUEST_NICE, /* is part of nice */
    SPB_CPU_STATES,
};

struct spb_cpu_times {
    bool is_total;        /* the line of all CPUs together */
    unsigned os_index;    /* of one CPU */
    unsigned state_count; /* columns that this kernel prints; the states from there on are absent, not 0 */
    uint64_t ns[SPB_CPU_STATES];
};

/* The lines after the CPUs'. Counts since boot, but for the last two. */
enum spb_stat_field {
    SPB_STAT_CONTEXT_SWITCHES,
    SPB_STAT_INTERRUPTS,
    SPB_STAT_FORKS,
    SPB_STAT_RUNNING, /* runnable threads, the reader included */
    SPB_STAT_BLOCKED,
    SPB_STAT_FIELDS,
};

struct spb_system_times {
    struct spb_cpu_times total;
    struct spb_cpu_times *cpus; /* online ones, in the kernel's order */
    size_t cpu_count;
    struct spb_reading context_switches; /* since boot */
    struct spb_reading running;          /* runnable threads, this one included */
};

/* The next CPU's line off `rest`; allocates nothing. 1: *times is set; 0: no more such lines; -EINVAL, -ERANGE. */
int spb_cpu_times_next(struct spb_span *rest, struct spb_cpu_times *times);
/* What follows the CPUs' lines; `readings` has SPB_STAT_FIELDS of them. */
void spb_stat_fields_parse(const char *text, size_t length, struct spb_reading *readings);
/* Everything but idle, iowait and what the hypervisor took. */
uint64_t spb_cpu_times_busy_ns(const struct spb_cpu_times *times);
/* All states together, guest time once. */
uint64_t spb_cpu_times_sum_ns(const struct spb_cpu_times *times);

/* 0, -EINVAL or -ERANGE (garbage), -ENODATA (no CPU, or all zero: a sandbox that makes the file up), -ENOMEM. Released
 * by the caller, also after a failure. */
int spb_system_times_parse(const char *text, size_t length, struct spb_system_times *times);
int spb_system_times_read(const char *root, struct spb_system_times *times);
void spb_system_times_release(struct spb_system_times *times);

#endif
