/* SPDX-License-Identifier: MIT
 *
 * /proc/net/dev. Names lie inside of the text. */
#include <stdlib.h>

#include "fuzz_target.h"
#include "network_devices.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct spb_span rest = {(const char *)bytes, length};
    struct spb_network_device device;
    while (spb_network_device_next(&rest, &device))
        if (device.name.length == 0 || device.name.text < (const char *)bytes ||
            device.name.text + device.name.length > (const char *)bytes + length)
            abort();
    return 0;
}
