/* SPDX-License-Identifier: MIT */
#include "disk_source.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "disk_stats.h"

#define BYTES_MAX_PER_S    1e12
#define REQUESTS_MAX_PER_S 1e9
#define QUEUE_MAX          1e6
#define MS                 UINT64_C(1000000)
/* The kernel books busy time at clock ticks, of 10 ms at most, and when a request ends. */
#define BUSY_RESOLUTION_NS (100 * MS)

static const bool is_counter[SPB_DISK_STAT_FIELDS] = {
    [SPB_DISK_STAT_READS] = true,        [SPB_DISK_STAT_READ_SECTORS] = true,    [SPB_DISK_STAT_READ_MS] = true,
    [SPB_DISK_STAT_WRITES] = true,       [SPB_DISK_STAT_WRITTEN_SECTORS] = true, [SPB_DISK_STAT_WRITE_MS] = true,
    [SPB_DISK_STAT_READS_MERGED] = true, [SPB_DISK_STAT_WRITES_MERGED] = true,   [SPB_DISK_STAT_BUSY_MS] = true,
    [SPB_DISK_STAT_QUEUE_MS] = true,
};

_Static_assert((int)SPB_DISK_STAT_FIELDS <= (int)SPB_DEVICE_COUNTERS, "a device holds a line of diskstats");

void spb_disk_source_init(struct spb_disk_source *source, const char *root)
{
    *source = (struct spb_disk_source){.root = root};
    spb_kept_file_init(&source->file, root, "/proc/diskstats");
}

void spb_disk_source_release(struct spb_disk_source *source)
{
    spb_kept_file_release(&source->file);
    spb_device_list_release(&source->disks);
}

/* ---- reading --------------------------------------------------------------------------------------------------- */

/* Whole devices have a folder in /sys/block; "cciss/c0d0" is cciss!c0d0 there. */
static void find_folder(struct spb_disk_source *source, struct spb_device *disk)
{
    char name[SPB_DEVICE_NAME_SIZE], path[128];
    struct spb_kept_file folder;
    strcpy(name, disk->raw_name);
    for (char *slash = strchr(name, '/'); slash; slash = strchr(slash, '/'))
        *slash = '!';
    snprintf(path, sizeof(path), "/sys/block/%s", name);
    spb_kept_file_init(&folder, source->root, path);
    disk->is_wanted = name[0] != '.' && folder.path && access(folder.path, F_OK) == 0;
    spb_kept_file_release(&folder);
    snprintf(path, sizeof(path), "/sys/block/%s/diskseq", name);
    if (disk->is_wanted)
        spb_kept_file_init(&disk->life_file, source->root, path);
}

static void take_disk(struct spb_disk_source *source, const struct spb_disk_stats *stats, struct spb_read_buffer *small)
{
    struct spb_device *disk = spb_device_list_take(&source->disks, stats->name);
    if (!disk)
        return;
    memcpy(disk->now, stats->field, sizeof(stats->field));
    if (disk->is_new)
        find_folder(source, disk);
    if (!disk->is_wanted)
        return;
    spb_device_check_life(disk, small, (uint64_t)stats->major << 32 | stats->minor);
    spb_device_check_counters(disk, is_counter, SPB_DISK_STAT_FIELDS, SPB_COUNTER_32);
}

void spb_disk_source_read(struct spb_disk_source *source, struct spb_read_buffer *text, struct spb_read_buffer *small)
{
    struct spb_disk_stats stats;
    spb_device_list_begin(&source->disks);
    source->code = spb_kept_file_read(&source->file, text);
    struct spb_span rest = {text->text, source->code ? 0 : text->length};
    while (spb_disk_stats_next(&rest, &stats))
        take_disk(source, &stats, small);
    spb_device_list_end(&source->disks);
}

/* ---- series ---------------------------------------------------------------------------------------------------- */

/* One that nobody ever asked for anything (a loop device without a file) is not listed. */
static bool is_used(const struct spb_device *disk)
{
    return disk->is_wanted && (disk->now[SPB_DISK_STAT_READS] || disk->now[SPB_DISK_STAT_WRITES]);
}

static void add_rate(struct spb_look_writer *writer, const struct spb_device *disk, enum spb_series series,
                     enum spb_disk_field field, const struct spb_interval *interval)
{
    bool is_bytes = field == SPB_DISK_STAT_READ_SECTORS || field == SPB_DISK_STAT_WRITTEN_SECTORS;
    struct spb_reading before = {.value = disk->before[field]}, now = {.value = disk->now[field]};
    struct spb_rate_spec spec = {.series = series,
                                 .instance = disk->name,
                                 .scale = is_bytes ? SPB_DISK_SECTOR_BYTES : 1,
                                 .max_per_s = is_bytes ? BYTES_MAX_PER_S : REQUESTS_MAX_PER_S,
                                 .width = SPB_COUNTER_32,
                                 .reason = disk->reason};
    spb_look_add_rate(writer, &spec, &before, &now, interval);
}

/* What was counted between the looks, or why that is not known. */
static const char *added_to(const struct spb_device *disk, enum spb_disk_field field,
                            const struct spb_interval *interval, uint64_t *added)
{
    struct spb_reading before = {.value = disk->before[field]}, now = {.value = disk->now[field]};
    *added = 0;
    const char *reason = disk->reason ? disk->reason : interval->reason;
    return reason ? reason : spb_counter_added(&before, &now, SPB_COUNTER_32, added);
}

static void add_busy(struct spb_look_writer *writer, const struct spb_device *disk, const struct spb_interval *interval)
{
    struct spb_observation item = {.series = SPB_DISK_BUSY};
    uint64_t added_ms;
    strcpy(item.instance, disk->name);
    item.reason = added_to(disk, SPB_DISK_STAT_BUSY_MS, interval, &added_ms);
    if (!item.reason)
        item.reason = spb_counter_share(added_ms * MS, interval->awake_ns, BUSY_RESOLUTION_NS, &item.value);
    item.has_value = !item.reason;
    item.has_total = true;
    item.total = (double)disk->now[SPB_DISK_STAT_BUSY_MS] / 1e3;
    spb_look_add_counted(writer, &item);
}

static void add_gauge(struct spb_look_writer *writer, const struct spb_device *disk, enum spb_series series,
                      const char *reason, double value)
{
    if (reason)
        spb_look_add_absent(writer, series, disk->name, reason);
    else
        spb_look_add_value(writer, series, disk->name, value);
}

static void add_queue(struct spb_look_writer *writer, const struct spb_device *disk,
                      const struct spb_interval *interval)
{
    uint64_t added_ms;
    const char *reason = added_to(disk, SPB_DISK_STAT_QUEUE_MS, interval, &added_ms);
    double mean = reason || !interval->awake_ns ? 0 : (double)added_ms * 1e6 / (double)interval->awake_ns;
    if (!reason && mean > QUEUE_MAX)
        reason = "the counter jumped further than is possible";
    add_gauge(writer, disk, SPB_DISK_QUEUE, reason, mean);
}

static void add_mean_time(struct spb_look_writer *writer, const struct spb_device *disk, bool is_read,
                          const struct spb_interval *interval)
{
    uint64_t requests, added_ms = 0;
    const char *reason = added_to(disk, is_read ? SPB_DISK_STAT_READS : SPB_DISK_STAT_WRITES, interval, &requests);
    if (!reason)
        reason = added_to(disk, is_read ? SPB_DISK_STAT_READ_MS : SPB_DISK_STAT_WRITE_MS, interval, &added_ms);
    if (!reason && requests == 0)
        reason = is_read ? "no read ended in the interval" : "no write ended in the interval";
    add_gauge(writer, disk, is_read ? SPB_DISK_READ_TIME : SPB_DISK_WRITE_TIME, reason,
              reason ? 0 : (double)added_ms / 1e3 / (double)requests);
}

static void add_series(struct spb_look_writer *writer, const struct spb_device *disk, enum spb_series series,
                       const struct spb_interval *interval)
{
    static const enum spb_disk_field fields[] = {[SPB_DISK_READ] = SPB_DISK_STAT_READ_SECTORS,
                                                 [SPB_DISK_WRITTEN] = SPB_DISK_STAT_WRITTEN_SECTORS,
                                                 [SPB_DISK_READS] = SPB_DISK_STAT_READS,
                                                 [SPB_DISK_WRITES] = SPB_DISK_STAT_WRITES};
    if (series <= SPB_DISK_WRITES)
        add_rate(writer, disk, series, fields[series], interval);
    else if (series == SPB_DISK_BUSY)
        add_busy(writer, disk, interval);
    else if (series == SPB_DISK_QUEUE)
        add_queue(writer, disk, interval);
    else
        add_mean_time(writer, disk, series == SPB_DISK_READ_TIME, interval);
}

void spb_disk_source_add(const struct spb_disk_source *source, struct spb_look_writer *writer,
                         const struct spb_interval *interval)
{
    for (enum spb_series series = SPB_DISK_READ; series <= SPB_DISK_WRITE_TIME; series++) {
        size_t listed = 0;
        for (size_t i = 0; i < source->disks.count; i++)
            if (is_used(&source->disks.items[i])) {
                add_series(writer, &source->disks.items[i], series, interval);
                listed++;
            }
        if (listed == 0)
            spb_look_add_absent(writer, series, "",
                                source->code ? spb_reading_reason(source->code) : "no disk in use is shown");
    }
}
