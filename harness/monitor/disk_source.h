/* SPDX-License-Identifier: MIT
 *
 * /proc/diskstats: the series of whole disks that have been used since they came.
 */
#ifndef SPB_DISK_SOURCE_H
#define SPB_DISK_SOURCE_H

#include "device_list.h"

struct spb_disk_source {
    const char *root; /* the sampler's */
    struct spb_kept_file file;
    struct spb_device_list disks;
    int code;
};

void spb_disk_source_init(struct spb_disk_source *source, const char *root);
void spb_disk_source_release(struct spb_disk_source *source);
void spb_disk_source_read(struct spb_disk_source *source, struct spb_read_buffer *text, struct spb_read_buffer *small);
void spb_disk_source_add(const struct spb_disk_source *source, struct spb_look_writer *writer,
                         const struct spb_interval *interval);

#endif
