/* SPDX-License-Identifier: MIT
 *
 * /proc/net/dev: what each network interface has carried since it came.
 */
#ifndef SPB_NETWORK_DEVICES_H
#define SPB_NETWORK_DEVICES_H

#include <stdint.h>

#include "span.h"

struct spb_network_traffic {
    uint64_t bytes, packets, errors, drops;
};

struct spb_network_device {
    struct spb_span name; /* in the text */
    struct spb_network_traffic received, sent;
};

/* The next interface off `rest`; lines that are none are skipped. */
bool spb_network_device_next(struct spb_span *rest, struct spb_network_device *device);

#endif
