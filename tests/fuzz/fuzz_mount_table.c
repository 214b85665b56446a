/* SPDX-License-Identifier: MIT
 *
 * /proc/self/mountinfo. Mount points are texts that are not empty. */
#include <stdlib.h>
#include <string.h>

#include "fuzz_target.h"
#include "mount_table.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct spb_span rest = {(const char *)bytes, length};
    struct spb_mount mount;
    while (spb_mount_next(&rest, &mount)) {
        size_t point = strnlen(mount.point, sizeof(mount.point));
        if (point == 0 || point == sizeof(mount.point) || mount.type.length == 0)
            abort();
        spb_mount_kind(mount.type);
    }
    return 0;
}
