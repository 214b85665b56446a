/* SPDX-License-Identifier: MIT
 *
 * The one place that turns two readings of a counter into what was counted between them, and that into a rate or a share; the rules are in
 * README.md. All answer with NULL, or with the reason (constant text) why there is no number.
 */
#ifndef SPB_COUNTER_RATE_H
#define SPB_COUNTER_RATE_H

#include <stdbool.h>
#include <stdint.h>

#include "keyed.h"

/* The time between two looks. */
struct spb_interval {
    uint64_t boot_ns;   /* when the later one began */
    uint64_t ns;        /* since the earlier one, suspended time included; 0: no earlier one */
    uint64_t awake_ns;  /* the same without suspended time */
    const char *reason; /* why there is no interval; NULL: there is one */
};

enum spb_counter_width {
    SPB_COUNTER_64,
    SPB_COUNTER_32, /* may be of 32 bits: falling from the last quarter to the first is one wrap */
};

/* Whether the counter ran on in one life: it did not fall, or wrapped. What has no value in either reading is no sign of anything. */
bool spb_counter_ran_on(const struct spb_reading *before, const struct spb_reading *now, enum spb_counter_width width);
const char *spb_counter_added(const struct spb_reading *before, const struct spb_reading *now,
                              enum spb_counter_width width, uint64_t *added);
/* `added` of `scale` units each, per second of the interval; `max_per_s` is what nothing exceeds. */
const char *spb_counter_rate(uint64_t added, double scale, double max_per_s, const struct spb_interval *interval,
                             double *per_s);
/* `added_ns` of `whole_ns` in per cent. What exceeds it by at most `resolution_ns` is 100; what exceeds it by more is no measurement. */
const char *spb_counter_share(uint64_t added_ns, uint64_t whole_ns, uint64_t resolution_ns, double *pct);

/* Why a reading has no value. */
const char *spb_reading_reason(int code);

#endif
