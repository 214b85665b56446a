/* SPDX-License-Identifier: MIT
 *
 * /proc/diskstats: what each block device has done since it came. Sectors are of 512 bytes, whatever the disk's own are.
 */
#ifndef SPB_DISK_STATS_H
#define SPB_DISK_STATS_H

#include <stdint.h>

#include "span.h"

#define SPB_DISK_SECTOR_BYTES 512u

enum spb_disk_field {
    SPB_DISK_STAT_READS,
    SPB_DISK_STAT_READS_MERGED,
    SPB_DISK_STAT_READ_SECTORS,
    SPB_DISK_STAT_READ_MS, /* of all requests together; 32 bits: it starts again after 49.7 days, as all _MS do */
    SPB_DISK_STAT_WRITES,
    SPB_DISK_STAT_WRITES_MERGED,
    SPB_DISK_STAT_WRITTEN_SECTORS,
    SPB_DISK_STAT_WRITE_MS,
    SPB_DISK_STAT_UNDER_WAY, /* now, no counter */
    SPB_DISK_STAT_BUSY_MS,   /* with at least one request under way */
    SPB_DISK_STAT_QUEUE_MS,  /* requests under way times time */
    SPB_DISK_STAT_FIELDS,
};

struct spb_disk_stats {
    unsigned major, minor;
    struct spb_span name; /* in the text */
    uint64_t field[SPB_DISK_STAT_FIELDS];
};

/* The next device off `rest`; partitions are devices too. Lines that are none, and those of kernels before 2.6.25 for partitions (4
 * columns), are skipped. */
bool spb_disk_stats_next(struct spb_span *rest, struct spb_disk_stats *stats);

#endif
