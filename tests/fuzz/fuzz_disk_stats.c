/* SPDX-License-Identifier: MIT
 *
 * /proc/diskstats. Names lie inside of the text and are words. */
#include <stdlib.h>

#include "disk_stats.h"
#include "fuzz_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct spb_span rest = {(const char *)bytes, length};
    struct spb_disk_stats stats;
    while (spb_disk_stats_next(&rest, &stats))
        if (stats.name.length == 0 || stats.name.text < (const char *)bytes ||
            stats.name.text + stats.name.length > (const char *)bytes + length)
            abort();
    return 0;
}
