/* SPDX-License-Identifier: MIT
 *
 * Does a condition hold long enough to count? Pure: driven by what each look says and when it was.
 *
 *     not yet --- beyond the limit at every look, for `for_ns` and SPB_HOLD_LOOKS looks ---> counts
 *     counts  --- beyond the clearing value at every look, for `clear_ns` and two looks ---> not yet
 */
#ifndef SPB_HEALTH_HOLD_H
#define SPB_HEALTH_HOLD_H

#include <stdbool.h>
#include <stdint.h>

/* At least, however far apart they are: one odd look is none, and neither are two readings of one. */
#define SPB_HOLD_LOOKS 3

struct spb_hold_times {
    uint64_t for_ns; /* 0: at once */
    uint64_t clear_ns;
};

/* When a look was, and how long before it its numbers began: an interval for rates, 0 for gauges. */
struct spb_hold_moment {
    int64_t time_ns;
    uint64_t boot_ns;
    uint64_t span_ns;
};

struct spb_hold {
    bool is_raised;
    unsigned looks; /* in a row that were beyond the limit; 0: it does not hold */
    int64_t begin_time_ns;
    uint64_t begin_boot_ns;
    unsigned eased_looks; /* in a row that were beyond the clearing value, while it is raised */
    int64_t eased_time_ns;
    uint64_t eased_boot_ns;
};

enum spb_hold_change { SPB_HOLD_SAME, SPB_HOLD_RAISED, SPB_HOLD_CLEARED };

/* `beyond`: the limit is passed; `eased`: the clearing value is. Never both. */
enum spb_hold_change spb_hold_step(struct spb_hold *hold, const struct spb_hold_times *times, bool beyond, bool eased,
                                   const struct spb_hold_moment *moment);
/* A look without a value: what has not counted yet starts anew. */
void spb_hold_skip(struct spb_hold *hold);
uint64_t spb_hold_held_ns(const struct spb_hold *hold, uint64_t boot_ns);

#endif
