/* SPDX-License-Identifier: MIT
 *
 * A sum over time in at most 512 steps: when it would need more, two steps become one.
 */
#ifndef SPB_TIME_BINS_H
#define SPB_TIME_BINS_H

#include <stddef.h>
#include <stdint.h>

#define SPB_TIME_BINS 512

struct spb_time_bins {
    uint64_t step_ns; /* 0: nothing yet; begins with 20 ms */
    size_t count;     /* steps up to the last with a value */
    uint64_t values[SPB_TIME_BINS];
};

void spb_time_bins_add(struct spb_time_bins *bins, uint64_t at_ns, uint64_t value);
/* At least that step, doubled so often. */
void spb_time_bins_coarsen(struct spb_time_bins *bins, uint64_t step_ns);

#endif
