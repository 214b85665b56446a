/* SPDX-License-Identifier: MIT */
#include "device_list.h"

#include <stdlib.h>
#include <string.h>

void spb_device_list_release(struct spb_device_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        spb_kept_file_release(&list->items[i].life_file);
    free(list->items);
    *list = (struct spb_device_list){0};
}

void spb_device_list_begin(struct spb_device_list *list)
{
    list->taken = 0;
}

void spb_device_list_end(struct spb_device_list *list)
{
    for (size_t i = list->taken; i < list->count; i++)
        spb_kept_file_release(&list->items[i].life_file);
    list->count = list->taken;
}

static int make_room(struct spb_device_list *list)
{
    if (list->count < list->capacity)
        return 0;
    size_t larger = list->capacity ? list->capacity * 2 : 16;
    struct spb_device *items = reallocarray(list->items, larger, sizeof(*items));
    if (!items)
        return -1;
    list->items = items;
    list->capacity = larger;
    return 0;
}

/* A new one is put where the kernel has it. */
static struct spb_device *insert(struct spb_device_list *list, struct spb_span name)
{
    if (make_room(list) < 0)
        return NULL;
    struct spb_device *device = &list->items[list->taken];
    memmove(device + 1, device, (list->count - list->taken) * sizeof(*device));
    list->count++;
    list->taken++;
    *device = (struct spb_device){.is_new = true, .life_file.fd = -1, .reason = "first look at it"};
    memcpy(device->raw_name, name.text, name.length);
    spb_instance_name(name.text, name.length, device->name);
    return device;
}

/* The kernel's order seldom changes: what is looked for is most often the next one. */
static void move_here(struct spb_device_list *list, size_t from)
{
    struct spb_device *here = &list->items[list->taken];
    if (from == list->taken)
        return;
    struct spb_device moved = list->items[from];
    memmove(here + 1, here, (from - list->taken) * sizeof(*here));
    *here = moved;
}

struct spb_device *spb_device_list_take(struct spb_device_list *list, struct spb_span name)
{
    if (name.length >= SPB_DEVICE_NAME_SIZE)
        return NULL;
    size_t at = list->taken;
    while (at < list->count && !spb_span_equals(name, list->items[at].raw_name))
        at++;
    if (at == list->count)
        return insert(list, name);
    move_here(list, at);
    struct spb_device *device = &list->items[list->taken++];
    device->is_new = false;
    device->reason = NULL;
    memcpy(device->before, device->now, sizeof(device->now));
    return device;
}

void spb_device_check_life(struct spb_device *device, struct spb_read_buffer *buffer, uint64_t salt)
{
    uint64_t life = 0, number;
    if (device->life_file.path && spb_kept_file_read(&device->life_file, buffer) == 0 &&
        spb_span_parse_u64(spb_span_trim((struct spb_span){buffer->text, buffer->length}), &number) == 0)
        life = number;
    life = life * 1000003 + salt;
    if (!device->is_new && life != device->life)
        device->reason = "another device has come under this name";
    device->life = life;
}

void spb_device_check_counters(struct spb_device *device, const bool *is_counter, size_t count,
                               enum spb_counter_width width)
{
    for (size_t i = 0; i < count && !device->reason; i++) {
        struct spb_reading before = {.value = device->before[i]}, now = {.value = device->now[i]};
        if (is_counter[i] && !spb_counter_ran_on(&before, &now, width))
            device->reason = "its counters ran backwards or began anew";
    }
}
