/* SPDX-License-Identifier: MIT
 *
 * What a counter that shared its hardware would have read alone. Pure.
 *
 * The kernel gives, for each thread i, the count v_i, the time e_i that the event was enabled while the thread ran, and
 * the time r_i of it that the event was on the hardware. Each thread is scaled by its own share, and threads that never
 * got the hardware (r_i = 0 < e_i) are taken to have run at the rate of those that did:
 *
 *     value = sum(v_i e_i / r_i) * sum(e_i) / sum(e_i where r_i > 0)      share = sum(r_i) / sum(e_i)
 *
 * The first factor is perf's own (perf_event_open(2), PERF_FORMAT_TOTAL_TIME_RUNNING). Limit: it assumes that what was
 * not seen is like what was seen, so a phase that is short beside the kernel's rotation (about 4 ms) may be missed.
 */
#ifndef SPB_SCALE_H
#define SPB_SCALE_H

#include <stddef.h>
#include <stdint.h>

/* One event on one thread, in the layout that read(2) fills. */
struct spb_reading {
    uint64_t value;
    uint64_t enabled_ns;
    uint64_t running_ns;
};

enum spb_scale_state {
    SPB_SCALE_EXACT,         /* counted all the time: value is the plain sum */
    SPB_SCALE_SCALED,        /* counted for `share` of the time */
    SPB_SCALE_NEVER_RUNNING, /* enabled, but never on the hardware: no value */
    SPB_SCALE_NEVER_ENABLED, /* no thread ran between enable and disable: no value */
};

struct spb_scaled {
    enum spb_scale_state state;
    double value;
    double share; /* in 0 .. 1 */
    uint64_t enabled_ns;
};

struct spb_scaled spb_scale(const struct spb_reading *readings, size_t count);

#endif
