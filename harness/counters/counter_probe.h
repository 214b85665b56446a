/* SPDX-License-Identifier: MIT
 *
 * Counts events in the measured region, as a probe of the worker.
 *
 *     struct spb_counter_selection selection;
 *     if (spb_counter_selection_parse("auto", &selection, err) < 0) ...
 *     if (spb_counters_check(&selection, NULL, err) < 0) ...               // in the parent, for "require"
 *     struct spb_counter_options options = {.selection = &selection};
 *     struct spb_probe_slot slot = {&spb_counter_probe, &options};
 *
 * Every thread of the target has its own groups of events, and what it creates later is counted with it. Software
 * events are a group apart, so that a missing PMU never loses them.
 *
 * read() appends one metric an event, in the order of the selection: a total, or the reason why there is none.
 * - Where the kernel may not be counted (perf_event_paranoid 2, no privilege) the count is of user mode alone and its
 *   name says so: "instructions:u", as in perf. With exclude_kernel, or ":u" in the event's name, the same.
 * - A hardware event that ran and stayed at 0 is "not-counted": many PMUs accept events that they do not have.
 *
 * Cost: start() and stop() are one ioctl for each thread and group, outside the timed region. Measured on a 2-core VM
 * without a PMU (Linux 6.18; the software group on the calling thread): 1.4 to 2 us for the pair. open() 0.6 to 1.1 ms,
 * most of it the kernel switching its software events on; reading the selection 0.02 ms, or 0.6 ms when libpfm4 is
 * needed. Their own instructions count as well: about 1,600 a pair where the kernel is counted, 50 in user mode
 * (arm64).
 */
#ifndef SPB_COUNTER_PROBE_H
#define SPB_COUNTER_PROBE_H

#include <stdbool.h>

#include "probe.h"
#include "selection.h"

struct spb_counter_options {
    const struct spb_counter_selection *selection; /* must live until close() */
    bool exclude_kernel;                           /* hardware events count user mode only */
    const struct spb_perf_calls *calls;            /* NULL: the kernel's */
    const char *root;                              /* where proc/ is found; NULL: "/" */
};

/* Its options are a struct spb_counter_options. open() is -ENOTSUP when the selection is "require" and hardware events
 * cannot be counted. stop() marks nothing. All calls from one thread. */
extern const struct spb_probe_type spb_counter_probe;

#endif
