/* SPDX-License-Identifier: MIT */
#include "network_devices.h"

enum { COLUMNS = 16, SENT = 8 };

static struct spb_network_traffic traffic_of(const uint64_t *columns)
{
    return (struct spb_network_traffic){columns[0], columns[1], columns[2], columns[3]};
}

/* The last colon: old kernels have names with one ("eth0:1"), and none has a blank behind it for sure. */
static bool split_name(struct spb_span line, struct spb_span *name, struct spb_span *numbers)
{
    size_t end = line.length;
    while (end && line.text[end - 1] != ':')
        end--;
    if (end == 0)
        return false;
    *name = spb_span_trim((struct spb_span){line.text, end - 1});
    *numbers = (struct spb_span){line.text + end, line.length - end};
    return name->length > 0;
}

/* "  eth0: 485720207   11235    0    0    0     0          0         0   461637    6061    0    0    0     0       0          0" */
static bool parse_line(struct spb_span line, struct spb_network_device *device)
{
    struct spb_span numbers, word;
    uint64_t columns[COLUMNS];
    if (!split_name(line, &device->name, &numbers))
        return false;
    for (int i = 0; i < COLUMNS; i++)
        if (!spb_span_take_word(&numbers, &word) || spb_span_parse_u64(word, &columns[i]) < 0)
            return false;
    device->received = traffic_of(columns);
    device->sent = traffic_of(columns + SENT);
    return true;
}

bool spb_network_device_next(struct spb_span *rest, struct spb_network_device *device)
{
    struct spb_span line;
    while (spb_span_take_line(rest, &line))
        if (parse_line(line, device))
            return true;
    return false;
}
