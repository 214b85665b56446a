/* SPDX-License-Identifier: MIT
 *
 * /proc/meminfo and /proc/vmstat. One more number is one more name here and one more key in memory_info.c.
 */
#ifndef SPB_MEMORY_INFO_H
#define SPB_MEMORY_INFO_H

#include "keyed.h"

/* In bytes. */
enum spb_memory_field {
    SPB_MEMINFO_TOTAL,
    SPB_MEMINFO_FREE,
    SPB_MEMINFO_AVAILABLE, /* since Linux 3.14 */
    SPB_MEMINFO_SWAP_TOTAL,
    SPB_MEMINFO_SWAP_FREE,
    SPB_MEMINFO_CACHED, /* page cache, shared memory included */
    SPB_MEMINFO_BUFFERS,
    SPB_MEMINFO_ANONYMOUS,
    SPB_MEMINFO_SHARED,
    SPB_MEMINFO_SLAB,
    SPB_MEMINFO_DIRTY,
    SPB_MEMINFO_WRITEBACK,
    SPB_MEMINFO_FIELDS,
};

struct spb_memory_info {
    struct spb_reading field[SPB_MEMINFO_FIELDS];
};

/* 0, or -EINVAL when there is no total. Reading: also -ENOENT, ... */
int spb_memory_info_parse(const char *text, size_t length, struct spb_memory_info *info);
int spb_memory_info_read(const char *root, struct spb_memory_info *info);

/* Counts since boot. */
enum spb_vm_event {
    SPB_VM_OOM_KILL,      /* since Linux 4.13 */
    SPB_VM_SWAP_IN_PAGES, /* in pages, whatever their size is on this machine */
    SPB_VM_SWAP_OUT_PAGES,
    SPB_VM_PAGE_FAULTS, /* major ones included */
    SPB_VM_MAJOR_FAULTS,
    SPB_VM_EVENTS,
};

struct spb_vm_events {
    struct spb_reading event[SPB_VM_EVENTS];
};

/* Reading: 0, -ENOENT, ... */
void spb_vm_events_parse(const char *text, size_t length, struct spb_vm_events *events);
int spb_vm_events_read(const char *root, struct spb_vm_events *events);

#endif
