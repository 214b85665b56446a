/* SPDX-License-Identifier: MIT */
#include "scale.h"

#include <stdbool.h>

struct spb_scaled spb_scale(const struct spb_reading *readings, size_t count)
{
    struct spb_scaled scaled = {.state = SPB_SCALE_NEVER_ENABLED};
    uint64_t running_ns = 0, seen_ns = 0;
    bool exact = true;
    for (size_t i = 0; i < count; i++) {
        const struct spb_reading *r = &readings[i];
        scaled.enabled_ns += r->enabled_ns;
        running_ns += r->running_ns;
        exact = exact && r->running_ns == r->enabled_ns;
        if (r->running_ns == 0)
            continue;
        seen_ns += r->enabled_ns;
        scaled.value += r->running_ns == r->enabled_ns
                            ? (double)r->value
                            : (double)r->value * ((double)r->enabled_ns / (double)r->running_ns);
    }
    if (scaled.enabled_ns == 0)
        return scaled;
    scaled.state = running_ns == 0 ? SPB_SCALE_NEVER_RUNNING : exact ? SPB_SCALE_EXACT : SPB_SCALE_SCALED;
    scaled.share = (double)running_ns / (double)scaled.enabled_ns;
    if (scaled.state == SPB_SCALE_SCALED)
        scaled.value *= (double)scaled.enabled_ns / (double)seen_ns;
    return scaled;
}
