/* SPDX-License-Identifier: MIT
 *
 * Sources that cost much or change little are read less often than every look; between, the last reading stands.
 */
#ifndef SPB_SLOW_PACE_H
#define SPB_SLOW_PACE_H

#include <stdbool.h>
#include <stdint.h>

struct spb_slow_pace {
    uint64_t period_ns;
    uint64_t last_boot_ns;
    bool has_run;
};

/* Whether it is time again, which is noted. A clock that ran backwards makes it so, too. */
static inline bool spb_slow_pace_is_due(struct spb_slow_pace *pace, uint64_t boot_ns)
{
    if (pace->has_run && boot_ns >= pace->last_boot_ns && boot_ns - pace->last_boot_ns < pace->period_ns)
        return false;
    pace->has_run = true;
    pace->last_boot_ns = boot_ns;
    return true;
}

#endif
