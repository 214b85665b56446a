/* SPDX-License-Identifier: MIT
 *
 * What the user wants counted: the value of --counters.
 *
 *     auto         instructions, cycles, branches, branch-misses, cache-references, cache-misses, and the software
 * events off          nothing, software events included; libpfm4 is not started require      as auto, and it is an
 * error where hardware events cannot be counted EVENT,...    these, in place of auto's hardware events (names:
 * counter_event.h)
 *
 * The software events are task-clock, page-faults, context-switches and cpu-migrations.
 */
#ifndef SPB_SELECTION_H
#define SPB_SELECTION_H

#include <stddef.h>

#include "counter_event.h"
#include "pmu_status.h"

#define SPB_COUNTERS_MAX 64

enum spb_counter_mode { SPB_COUNTERS_AUTO, SPB_COUNTERS_OFF, SPB_COUNTERS_REQUIRE, SPB_COUNTERS_LIST };

struct spb_counter_selection {
    enum spb_counter_mode mode;
    struct spb_counter_event *events; /* software events first; freed by spb_counter_selection_release */
    size_t count;
};

/* 0, -EINVAL (an unknown event, one named twice, an empty name, too many) or -ENOMEM. Not thread-safe. */
int spb_counter_selection_parse(const char *text, struct spb_counter_selection *selection, struct spb_error *err);
void spb_counter_selection_release(struct spb_counter_selection *selection);

/* For the parent process, before it starts anything: -ENOTSUP with the reason when the selection is "require" and
 * hardware events cannot be counted here. `options` may be NULL. */
int spb_counters_check(const struct spb_counter_selection *selection, const struct spb_pmu_options *options,
                       struct spb_error *err);

#endif
