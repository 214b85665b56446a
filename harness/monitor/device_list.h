/* SPDX-License-Identifier: MIT
 *
 * Devices that come and go (disks, network interfaces), each with its counters of this look and the one before, and with what tells one
 * life of it from the next.
 *
 *     spb_device_list_begin(&list);
 *     ... for each of the kernel's: device = spb_device_list_take(&list, name); fill device->now
 *     spb_device_list_end(&list);        // drops those that are gone
 */
#ifndef SPB_DEVICE_LIST_H
#define SPB_DEVICE_LIST_H

#include "kept_file.h"
#include "look_writer.h"
#include "span.h"

enum { SPB_DEVICE_COUNTERS = 12, SPB_DEVICE_NAME_SIZE = 64 };

struct spb_device {
    char raw_name[SPB_DEVICE_NAME_SIZE]; /* the kernel's */
    char name[SPB_INSTANCE_SIZE];        /* printable */
    bool is_new;                         /* taken for the first time */
    bool is_wanted;                      /* the owner's */
    struct spb_kept_file life_file;
    uint64_t life; /* of the device under this name: another number, another device; 0: not known */
    uint64_t before[SPB_DEVICE_COUNTERS], now[SPB_DEVICE_COUNTERS];
    const char *reason; /* why `before` cannot be compared with `now`; NULL: it can */
};

struct spb_device_list {
    struct spb_device *items; /* in the kernel's order */
    size_t count, capacity;
    size_t taken;
};

void spb_device_list_release(struct spb_device_list *list);
void spb_device_list_begin(struct spb_device_list *list);
/* `now` has become `before`. NULL: memory ran out, or the name is too long to be one. */
struct spb_device *spb_device_list_take(struct spb_device_list *list, struct spb_span name);
void spb_device_list_end(struct spb_device_list *list);

/* Reads which life this is (a file with one number that no other device had since boot), and notes in `reason` whether it is still the
 * same one, and whether one of the first `count` counters fell. `salt` is a part of the life too. */
void spb_device_check_life(struct spb_device *device, struct spb_read_buffer *buffer, uint64_t salt);
void spb_device_check_counters(struct spb_device *device, const bool *is_counter, size_t count,
                               enum spb_counter_width width);

#endif
