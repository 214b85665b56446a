/* SPDX-License-Identifier: MIT */
#include "look_writer.h"

#include <stdlib.h>
#include <string.h>

#include "printable_name.h"

static struct spb_observation *add(struct spb_look_writer *writer, enum spb_series series, const char *instance)
{
    struct spb_look *look = writer->look;
    if (look->count == look->capacity) {
        size_t larger = look->capacity ? look->capacity * 2 : 256;
        struct spb_observation *items = reallocarray(look->items, larger, sizeof(*items));
        if (!items) {
            writer->failed = true;
            return NULL;
        }
        look->items = items;
        look->capacity = larger;
    }
    struct spb_observation *item = &look->items[look->count++];
    memset(item, 0, sizeof(*item));
    item->series = series;
    strncpy(item->instance, instance, SPB_INSTANCE_SIZE - 1);
    return item;
}

void spb_look_add_value(struct spb_look_writer *writer, enum spb_series series, const char *instance, double value)
{
    struct spb_observation *item = add(writer, series, instance);
    if (item) {
        item->has_value = true;
        item->value = value;
    }
}

void spb_look_add_absent(struct spb_look_writer *writer, enum spb_series series, const char *instance,
                         const char *reason)
{
    struct spb_observation *item = add(writer, series, instance);
    if (item)
        item->reason = reason;
}

void spb_look_add_reading(struct spb_look_writer *writer, enum spb_series series, const struct spb_reading *reading,
                          double scale)
{
    if (reading->code)
        spb_look_add_absent(writer, series, "", spb_reading_reason(reading->code));
    else
        spb_look_add_value(writer, series, "", (double)reading->value * scale);
}

void spb_look_add_counted(struct spb_look_writer *writer, const struct spb_observation *observation)
{
    struct spb_observation *item = add(writer, observation->series, observation->instance);
    if (item)
        *item = *observation;
}

void spb_look_add_rate(struct spb_look_writer *writer, const struct spb_rate_spec *spec,
                       const struct spb_reading *before, const struct spb_reading *now,
                       const struct spb_interval *interval)
{
    struct spb_observation *item = add(writer, spec->series, spec->instance);
    uint64_t added = 0;
    if (!item)
        return;
    item->reason = now->code ? spb_reading_reason(now->code) : spec->reason ? spec->reason : interval->reason;
    if (!item->reason)
        item->reason = spb_counter_added(before, now, spec->width, &added);
    if (!item->reason)
        item->reason = spb_counter_rate(added, spec->scale, spec->max_per_s, interval, &item->value);
    item->has_value = !item->reason;
    item->value = item->has_value ? item->value : 0;
    item->has_total = now->code == 0;
    item->total = item->has_total ? (double)now->value * spec->scale : 0;
}

void spb_instance_name(const char *text, size_t length, char name[SPB_INSTANCE_SIZE])
{
    spb_printable_name(text, length, name, SPB_INSTANCE_SIZE);
}
