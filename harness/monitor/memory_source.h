/* SPDX-License-Identifier: MIT
 *
 * /proc/meminfo, /proc/vmstat and /proc/pressure: the series of memory, swap and pressure.
 */
#ifndef SPB_MEMORY_SOURCE_H
#define SPB_MEMORY_SOURCE_H

#include "kept_file.h"
#include "load_average.h"
#include "look_writer.h"
#include "memory_info.h"

enum { SPB_PRESSURE_RESOURCES = 3 };

struct spb_memory_source {
    struct spb_kept_file meminfo, vmstat, pressure_file[SPB_PRESSURE_RESOURCES];
    uint64_t page_bytes;
    struct spb_memory_info memory;
    struct spb_vm_events before, now;
    struct spb_pressure pressure_before[SPB_PRESSURE_RESOURCES], pressure[SPB_PRESSURE_RESOURCES];
};

void spb_memory_source_init(struct spb_memory_source *source, const char *root);
void spb_memory_source_release(struct spb_memory_source *source);
void spb_memory_source_read(struct spb_memory_source *source, struct spb_read_buffer *buffer);
/* memory.total to memory.oom-kills. */
void spb_memory_source_add(const struct spb_memory_source *source, struct spb_look_writer *writer,
                           const struct spb_interval *interval);
void spb_memory_source_add_pressure(const struct spb_memory_source *source, struct spb_look_writer *writer,
                                    const struct spb_interval *interval);

#endif
