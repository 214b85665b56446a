/* SPDX-License-Identifier: MIT */
#include "health_hold.h"

static uint64_t minus(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

uint64_t spb_hold_held_ns(const struct spb_hold *hold, uint64_t boot_ns)
{
    return minus(boot_ns, hold->begin_boot_ns);
}

void spb_hold_skip(struct spb_hold *hold)
{
    if (!hold->is_raised)
        *hold = (struct spb_hold){0};
    hold->eased_looks = 0;
}

static enum spb_hold_change wait_for_it(struct spb_hold *hold, const struct spb_hold_times *times, bool beyond,
                                        const struct spb_hold_moment *moment)
{
    if (!beyond) {
        *hold = (struct spb_hold){0};
        return SPB_HOLD_SAME;
    }
    if (hold->looks++ == 0) {
        hold->begin_time_ns = moment->time_ns - (int64_t)moment->span_ns;
        hold->begin_boot_ns = minus(moment->boot_ns, moment->span_ns);
    }
    bool is_long = spb_hold_held_ns(hold, moment->boot_ns) >= times->for_ns && hold->looks >= SPB_HOLD_LOOKS;
    hold->is_raised = times->for_ns == 0 || is_long;
    return hold->is_raised ? SPB_HOLD_RAISED : SPB_HOLD_SAME;
}

static enum spb_hold_change wait_for_its_end(struct spb_hold *hold, const struct spb_hold_times *times, bool eased,
                                             const struct spb_hold_moment *moment)
{
    if (!eased) {
        hold->eased_looks = 0;
        return SPB_HOLD_SAME;
    }
    if (hold->eased_looks++ == 0) {
        hold->eased_time_ns = moment->time_ns - (int64_t)moment->span_ns;
        hold->eased_boot_ns = minus(moment->boot_ns, moment->span_ns);
    }
    bool is_long = minus(moment->boot_ns, hold->eased_boot_ns) >= times->clear_ns && hold->eased_looks > 1;
    if (times->for_ns > 0 && !is_long)
        return SPB_HOLD_SAME;
    hold->is_raised = false;
    hold->looks = 0;
    return SPB_HOLD_CLEARED;
}

enum spb_hold_change spb_hold_step(struct spb_hold *hold, const struct spb_hold_times *times, bool beyond, bool eased,
                                   const struct spb_hold_moment *moment)
{
    return hold->is_raised ? wait_for_its_end(hold, times, eased, moment) : wait_for_it(hold, times, beyond, moment);
}
