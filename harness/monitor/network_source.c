/* SPDX-License-Identifier: MIT */
#include "network_source.h"

#include <stdio.h>
#include <string.h>

#include "network_devices.h"

#define BYTES_MAX_PER_S   1e12 /* ten times 800 Gbit/s */
#define PACKETS_MAX_PER_S 1e10

/* The order of the series, which is that of a device's counters. */
enum counter { RECEIVED, SENT, PACKETS_RECEIVED, PACKETS_SENT, ERRORS, DROPS, COUNTERS };
_Static_assert(SPB_NETWORK_DROPS - SPB_NETWORK_RECEIVED + 1 == (int)COUNTERS, "one counter a series");

void spb_network_source_init(struct spb_network_source *source, const char *root)
{
    *source = (struct spb_network_source){.root = root};
    spb_kept_file_init(&source->file, root, "/proc/net/dev");
}

void spb_network_source_release(struct spb_network_source *source)
{
    spb_kept_file_release(&source->file);
    spb_device_list_release(&source->interfaces);
}

static void take_interface(struct spb_network_source *source, const struct spb_network_device *from,
                           struct spb_read_buffer *small)
{
    static const bool is_counter[COUNTERS] = {true, true, true, true, true, true};
    struct spb_device *device = spb_device_list_take(&source->interfaces, from->name);
    char path[128];
    if (!device)
        return;
    device->now[RECEIVED] = from->received.bytes;
    device->now[SENT] = from->sent.bytes;
    device->now[PACKETS_RECEIVED] = from->received.packets;
    device->now[PACKETS_SENT] = from->sent.packets;
    device->now[ERRORS] = from->received.errors + from->sent.errors;
    device->now[DROPS] = from->received.drops + from->sent.drops;
    snprintf(path, sizeof(path), "/sys/class/net/%s/ifindex", device->raw_name);
    if (device->is_new && !strchr(device->raw_name, '/'))
        spb_kept_file_init(&device->life_file, source->root, path);
    spb_device_check_life(device, small, 0);
    spb_device_check_counters(device, is_counter, COUNTERS, SPB_COUNTER_32);
}

void spb_network_source_read(struct spb_network_source *source, struct spb_read_buffer *text,
                             struct spb_read_buffer *small)
{
    struct spb_network_device device;
    spb_device_list_begin(&source->interfaces);
    source->code = spb_kept_file_read(&source->file, text);
    struct spb_span rest = {text->text, source->code ? 0 : text->length};
    while (spb_network_device_next(&rest, &device))
        take_interface(source, &device, small);
    spb_device_list_end(&source->interfaces);
}

static void add_rate(struct spb_look_writer *writer, const struct spb_device *device, enum counter counter,
                     const struct spb_interval *interval)
{
    struct spb_reading before = {.value = device->before[counter]}, now = {.value = device->now[counter]};
    struct spb_rate_spec spec = {.series = SPB_NETWORK_RECEIVED + (enum spb_series)counter,
                                 .instance = device->name,
                                 .scale = 1,
                                 .max_per_s = counter <= SENT ? BYTES_MAX_PER_S : PACKETS_MAX_PER_S,
                                 .width = SPB_COUNTER_32,
                                 .reason = device->reason};
    spb_look_add_rate(writer, &spec, &before, &now, interval);
}

void spb_network_source_add(const struct spb_network_source *source, struct spb_look_writer *writer,
                            const struct spb_interval *interval)
{
    for (enum counter counter = RECEIVED; counter < COUNTERS; counter++) {
        for (size_t i = 0; i < source->interfaces.count; i++)
            add_rate(writer, &source->interfaces.items[i], counter, interval);
        if (source->interfaces.count == 0)
            spb_look_add_absent(writer, SPB_NETWORK_RECEIVED + (enum spb_series)counter, "",
                                source->code ? spb_reading_reason(source->code) : "no interface is shown");
    }
}
