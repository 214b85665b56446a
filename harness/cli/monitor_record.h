/* SPDX-License-Identifier: MIT
 *
 * The history that a running monitor writes: looks, processes, and the starts and ends of processes as the kernel tells them
 * where that is permitted.
 */
#ifndef SPB_MONITOR_RECORD_H
#define SPB_MONITOR_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"
#include "process_events.h"
#include "process_table.h"
#include "recorder.h"
#include "series.h"

struct spb_monitor_record {
    const char *path; /* NULL: nothing is recorded, and all calls do nothing */
    struct spb_recorder *recorder;
    struct spb_process_events *events; /* NULL: not permitted; sweeps have to do */
    bool disk_full;
    uint64_t unstored; /* looks since the disk is full */
};

/* `path` outlives it; NULL: none. -EBUSY: another recorder writes it. */
int spb_monitor_record_open(const char *path, struct spb_monitor_record *record, struct spb_error *err);
/* Readable when the kernel has told something for spb_monitor_record_take; -1: it tells nothing. */
int spb_monitor_record_fd(const struct spb_monitor_record *record);
void spb_monitor_record_take(struct spb_monitor_record *record);
/* A full disk is no error: the recording pauses. `notice` gets a text where there is something to say: that it pauses, or
 * that it goes on. */
int spb_monitor_record_add(struct spb_monitor_record *record, const struct spb_look *look,
                           const struct spb_process_table *processes, struct spb_error *notice, struct spb_error *err);
void spb_monitor_record_close(struct spb_monitor_record *record);

#endif
