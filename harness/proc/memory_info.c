/* SPDX-License-Identifier: MIT */
#include "memory_info.h"

#include <errno.h>

#include "file.h"

/* "MemAvailable:   15203788 kB" */
int spb_memory_info_parse(const char *text, size_t length, struct spb_memory_info *info)
{
    static const char *const keys[SPB_MEMINFO_FIELDS] = {
        [SPB_MEMINFO_TOTAL] = "MemTotal",
        [SPB_MEMINFO_FREE] = "MemFree",
        [SPB_MEMINFO_AVAILABLE] = "MemAvailable",
        [SPB_MEMINFO_SWAP_TOTAL] = "SwapTotal",
        [SPB_MEMINFO_SWAP_FREE] = "SwapFree",
        [SPB_MEMINFO_CACHED] = "Cached",
        [SPB_MEMINFO_BUFFERS] = "Buffers",
        [SPB_MEMINFO_ANONYMOUS] = "AnonPages",
        [SPB_MEMINFO_SHARED] = "Shmem",
        [SPB_MEMINFO_SLAB] = "Slab",
        [SPB_MEMINFO_DIRTY] = "Dirty",
        [SPB_MEMINFO_WRITEBACK] = "Writeback",
    };
    spb_keyed_parse(text, length, keys, SPB_MEMINFO_FIELDS, info->field);
    return info->field[SPB_MEMINFO_TOTAL].code ? -EINVAL : 0;
}

int spb_memory_info_read(const char *root, struct spb_memory_info *info)
{
    struct spb_strbuf text = {0};
    int code = spb_file_read(root, "/proc/meminfo", 0, &text);
    if (code == 0)
        code = spb_memory_info_parse(spb_strbuf_text(&text), text.length, info);
    spb_strbuf_release(&text);
    return code;
}

/* "oom_kill 0" */
void spb_vm_events_parse(const char *text, size_t length, struct spb_vm_events *events)
{
    static const char *const keys[SPB_VM_EVENTS] = {
        [SPB_VM_OOM_KILL] = "oom_kill",   [SPB_VM_SWAP_IN_PAGES] = "pswpin",    [SPB_VM_SWAP_OUT_PAGES] = "pswpout",
        [SPB_VM_PAGE_FAULTS] = "pgfault", [SPB_VM_MAJOR_FAULTS] = "pgmajfault",
    };
    spb_keyed_parse(text, length, keys, SPB_VM_EVENTS, events->event);
}

int spb_vm_events_read(const char *root, struct spb_vm_events *events)
{
    struct spb_strbuf text = {0};
    int code = spb_file_read(root, "/proc/vmstat", 0, &text);
    if (code == 0)
        spb_vm_events_parse(spb_strbuf_text(&text), text.length, events);
    spb_strbuf_release(&text);
    return code;
}
