/* SPDX-License-Identifier: MIT
 *
 * Which events can be counted here, and in what groups: found out on the calling thread, carried out on every thread.
 *
 * A group is on the hardware as a whole or not at all. That a group opens does not mean that it will ever run: on x86
 * the kernel's check does not know of the counter that the NMI watchdog holds. So each event joins the group before it
 * only if the group then really runs, and starts a group of its own otherwise.
 *
 * Limit: on CPUs of two core kinds the generic events count on the kernel's first kind alone; on the other they are
 * never on the hardware, and are not-counted.
 */
#ifndef SPB_EVENT_PLAN_H
#define SPB_EVENT_PLAN_H

#include "metric.h"
#include "perf_open.h"
#include "pmu_status.h"
#include "selection.h"

struct spb_planned_event {
    const struct spb_counter_event *event;
    bool user_only; /* by option, or because the kernel may not be counted: the metric's name ends in ":u" */
    bool leader;    /* starts a group; the others join the one before them */
    enum spb_metric_state state; /* SPB_METRIC_OK: can be opened; otherwise why not */
    char reason[160];
};

struct spb_plan_options {
    const struct spb_counter_selection *selection;
    const struct spb_perf_calls *calls;
    const struct spb_pmu_status *pmu;
    bool exclude_kernel; /* for hardware events whose name does not say */
};

/* Fills planned[0 .. selection->count - 1]. */
void spb_event_plan_make(const struct spb_plan_options *options, struct spb_planned_event *planned);

/* Opens one planned event on a thread as it was planned. A descriptor or a negative errno. */
int spb_event_plan_open(const struct spb_planned_event *planned, const struct spb_perf_calls *calls, pid_t tid,
                        int group_fd);

/* What the event is called in the results: its name, with ":u" when it is counted in user mode only. */
void spb_event_plan_name(const struct spb_planned_event *planned, char *name, size_t size);

#endif
