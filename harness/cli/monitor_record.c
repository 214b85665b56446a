/* SPDX-License-Identifier: MIT */
#include "monitor_record.h"

#include <errno.h>
#include <inttypes.h>

int spb_monitor_record_open(const char *path, struct spb_monitor_record *record, struct spb_error *err)
{
    *record = (struct spb_monitor_record){.path = path};
    if (!path)
        return 0;
    int code = spb_recorder_open(path, NULL, &record->recorder, err);
    if (code == 0 && spb_process_events_open(&record->events, NULL) < 0)
        record->events = NULL;
    if (code == 0)
        spb_recorder_note_process_source(record->recorder, record->events ? "proc connector" : "sweep");
    return code;
}

int spb_monitor_record_fd(const struct spb_monitor_record *record)
{
    return record->events ? spb_process_events_fd(record->events) : -1;
}

void spb_monitor_record_take(struct spb_monitor_record *record)
{
    if (record->events)
        spb_process_events_take(record->events);
}

static int add(struct spb_monitor_record *record, const struct spb_look *look, const struct spb_process_table *table,
               struct spb_error *err)
{
    struct spb_recorder_processes processes = {0};
    if (!table)
        return spb_recorder_add_with(record->recorder, look, NULL, err);
    processes.items = spb_process_table_items(table, &processes.count);
    processes.ended = spb_process_table_ended(table, &processes.ended_count);
    if (record->events)
        processes.events = spb_process_events_list(record->events);
    return spb_recorder_add_with(record->recorder, look, &processes, err);
}

int spb_monitor_record_add(struct spb_monitor_record *record, const struct spb_look *look,
                           const struct spb_process_table *processes, struct spb_error *notice, struct spb_error *err)
{
    if (!record->recorder)
        return 0;
    struct spb_error why = {0};
    spb_monitor_record_take(record);
    int code = add(record, look, processes, &why);
    if (record->events)
        spb_process_events_clear(record->events);
    if (code == -ENOSPC) {
        if (!record->disk_full)
            spb_error_set(notice, code, "%s: the disk is full: recording pauses until there is room again",
                          record->path);
        record->disk_full = true;
        record->unstored++;
        return 0;
    }
    if (code < 0)
        return spb_error_set(err, code, "%s", why.text);
    if (record->disk_full)
        spb_error_set(notice, 0, "%s: there is room again: recording goes on; %" PRIu64 " look%s missing", record->path,
                      record->unstored, record->unstored == 1 ? " is" : "s are");
    record->disk_full = false;
    record->unstored = 0;
    return 0;
}

void spb_monitor_record_close(struct spb_monitor_record *record)
{
    spb_process_events_close(record->events);
    spb_recorder_close(record->recorder);
    *record = (struct spb_monitor_record){0};
}
