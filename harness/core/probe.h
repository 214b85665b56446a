/* SPDX-License-Identifier: MIT
 *
 * What watches the measured region. The worker knows no counters: it calls the probes that it is given around every
 * sample, outside the timed region.
 *
 *     open(options, target, &probe)            after the threads are pinned, before warm-up
 *     for every sample: start(probe); [clock, run, clock]; marks |= stop(probe);
 *     read(probe, &metrics)                    totals over all regions between start and stop
 *     close(probe)
 */
#ifndef SPB_PROBE_H
#define SPB_PROBE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "error.h"
#include "metric.h"
#include "topology.h"

/* Why a sample may be off. Marked, never dropped. */
enum spb_mark {
    SPB_MARK_MIGRATED = 1u << 0,  /* a thread changed its CPU */
    SPB_MARK_STEAL = 1u << 1,     /* the hypervisor took time from a CPU in use */
    SPB_MARK_PREEMPTED = 1u << 2, /* an involuntary context switch, however short */
    SPB_MARK_WAITED = 1u << 3,    /* ready to run, but without a CPU, for more than a hundredth of the sample */
    SPB_MARKS_ALL = (1u << 4) - 1,
};

struct spb_probe_target {
    const pid_t *tids;          /* the measured threads; what they create counts too */
    const struct spb_cpu *cpus; /* where they are pinned; NULL when they are not */
    unsigned count;
};

struct spb_probe_type {
    const char *name;
    /* 0, or a negative errno: the row fails. What can merely not be counted is not an error here but a metric in read.
     */
    int (*open)(const void *options, const struct spb_probe_target *target, void **probe, struct spb_error *err);
    void (*start)(void *probe);
    uint32_t (*stop)(void *probe); /* marks of the sample that ended */
    int (*read)(void *probe, struct spb_metrics *metrics, struct spb_error *err);
    void (*close)(void *probe); /* NULL is fine */
};

/* A probe as cmd_run plugs it in. */
struct spb_probe_slot {
    const struct spb_probe_type *type;
    const void *options; /* what the type's open() expects */
};

#endif
