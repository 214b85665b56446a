/* SPDX-License-Identifier: MIT */
#include "filesystem_source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "mount_table.h"

enum { PERIOD_S = 10, DEVICES_MAX = 512, DEVICE_SIZE = 24 };

struct spb_filesystem {
    char name[SPB_INSTANCE_SIZE];
    int code;
    double size_bytes, available_bytes, used_pct;
    bool has_inodes;
    double inodes_used_pct;
};

void spb_filesystem_source_init(struct spb_filesystem_source *source, const char *root)
{
    *source = (struct spb_filesystem_source){.is_live = spb_root_is_live(root)};
    source->pace.period_ns = PERIOD_S * UINT64_C(1000000000);
    spb_kept_file_init(&source->mounts, root, "/proc/self/mountinfo");
}

void spb_filesystem_source_release(struct spb_filesystem_source *source)
{
    spb_kept_file_release(&source->mounts);
    free(source->items);
}

/* ---- which --------------------------------------------------------------------------------------------------- */

struct devices {
    char seen[DEVICES_MAX][DEVICE_SIZE];
    size_t count;
};

/* False: it was there already, or there are more than anybody has. */
static bool note_device(struct devices *devices, struct spb_span device)
{
    if (device.length >= DEVICE_SIZE || devices->count == DEVICES_MAX)
        return false;
    for (size_t i = 0; i < devices->count; i++)
        if (spb_span_equals(device, devices->seen[i]))
            return false;
    spb_span_copy(device, devices->seen[devices->count++], DEVICE_SIZE);
    return true;
}

/* The whole of a file system before a folder of it that is mounted elsewhere too; an overlay only where it is all there is. */
static bool is_asked(const struct spb_mount *mount, bool whole)
{
    enum spb_mount_kind kind = spb_mount_kind(mount->type);
    bool is_top = strcmp(mount->point, "/") == 0;
    if (kind == SPB_MOUNT_REMOTE || kind == SPB_MOUNT_IMAGE || (kind == SPB_MOUNT_OVERLAY && !is_top))
        return false;
    return whole == (spb_span_equals(mount->root, "/") || is_top);
}

void spb_filesystem_choose(const char *text, size_t length, void (*visit)(void *context, const char *point),
                           void *context)
{
    struct devices *devices = calloc(1, sizeof(*devices));
    struct spb_mount *mount = malloc(sizeof(*mount));
    for (int whole = 1; devices && mount && whole >= 0; whole--) {
        struct spb_span rest = {text, length};
        while (spb_mount_next(&rest, mount))
            if (is_asked(mount, whole) && note_device(devices, mount->device))
                visit(context, mount->point);
    }
    free(devices);
    free(mount);
}

/* ---- how full ------------------------------------------------------------------------------------------------ */

static double used_pct(double used, double available)
{
    return used + available > 0 ? 100 * used / (used + available) : 0;
}

/* What is mounted over another hides it. */
static bool is_asked_already(const struct spb_filesystem_source *source, const char *name)
{
    for (size_t i = 0; i < source->count; i++)
        if (strcmp(source->items[i].name, name) == 0)
            return true;
    return false;
}

static void ask(void *context, const char *point)
{
    struct spb_filesystem_source *source = context;
    struct statvfs found;
    char name[SPB_INSTANCE_SIZE];
    spb_instance_name(point, strlen(point), name);
    if (is_asked_already(source, name))
        return;
    int code = statvfs(point, &found) < 0 ? -errno : 0;
    if (code == 0 && found.f_blocks == 0)
        return; /* /proc, /sys and their like */
    if (source->count == source->capacity) {
        size_t larger = source->capacity ? source->capacity * 2 : 16;
        struct spb_filesystem *items = reallocarray(source->items, larger, sizeof(*items));
        if (!items)
            return;
        source->items = items;
        source->capacity = larger;
    }
    struct spb_filesystem *item = &source->items[source->count++];
    *item = (struct spb_filesystem){.code = code};
    memcpy(item->name, name, sizeof(item->name));
    if (code)
        return;
    double block = (double)found.f_frsize;
    item->size_bytes = (double)found.f_blocks * block;
    item->available_bytes = (double)found.f_bavail * block;
    item->used_pct = used_pct((double)(found.f_blocks - found.f_bfree), (double)found.f_bavail);
    item->has_inodes = found.f_files > 0;
    item->inodes_used_pct = used_pct((double)(found.f_files - found.f_ffree), (double)found.f_ffree);
}

void spb_filesystem_source_read(struct spb_filesystem_source *source, struct spb_read_buffer *text, uint64_t boot_ns)
{
    if (!source->is_live || !spb_slow_pace_is_due(&source->pace, boot_ns))
        return;
    source->count = 0;
    source->code = spb_kept_file_read(&source->mounts, text);
    if (source->code == 0)
        spb_filesystem_choose(text->text, text->length, ask, source);
}

static void add_one(struct spb_look_writer *writer, enum spb_series series, const struct spb_filesystem *item)
{
    const double values[] = {item->size_bytes, item->available_bytes, item->used_pct, item->inodes_used_pct};
    if (item->code)
        spb_look_add_absent(writer, series, item->name, spb_reading_reason(item->code));
    else if (series == SPB_FILESYSTEM_INODES_USED_SHARE && !item->has_inodes)
        spb_look_add_absent(writer, series, item->name, "this file system has no fixed number of inodes");
    else
        spb_look_add_value(writer, series, item->name, values[series - SPB_FILESYSTEM_SIZE]);
}

void spb_filesystem_source_add(const struct spb_filesystem_source *source, struct spb_look_writer *writer)
{
    const char *reason = source->code ? spb_reading_reason(source->code) : "no local file system has a size";
    if (!source->is_live)
        reason = "a captured machine cannot be asked";
    for (enum spb_series series = SPB_FILESYSTEM_SIZE; series <= SPB_FILESYSTEM_INODES_USED_SHARE; series++) {
        for (size_t i = 0; i < source->count; i++)
            add_one(writer, series, &source->items[i]);
        if (source->count == 0)
            spb_look_add_absent(writer, series, "", reason);
    }
}
