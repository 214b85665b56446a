/* SPDX-License-Identifier: MIT
 *
 * Does a number grow? Keeps up to SPB_GROWTH_POINTS means over its recent life, of equal spans that become longer as it lives, up to a
 * part of the window; then the oldest ones go.
 */
#ifndef SPB_GROWTH_H
#define SPB_GROWTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SPB_GROWTH_POINTS    60
#define SPB_GROWTH_WINDOW_NS (UINT64_C(6) * 3600 * 1000000000)

struct spb_growth {
    struct spb_growth_point {
        double x_s, y;
    } * points; /* those that are complete */
    size_t count, capacity;
    uint64_t spacing_ns;
    uint64_t origin_ns; /* of x_s, by the clock of boot */
    uint64_t open_ns;   /* where the point that is being filled begins */
    double open_sum;
    size_t open_count;
};

/* True: a point was completed, so that asking again makes sense. -ENOMEM. */
int spb_growth_add(struct spb_growth *growth, uint64_t boot_ns, double value, bool *completed);
void spb_growth_release(struct spb_growth *growth);
uint64_t spb_growth_watched_ns(const struct spb_growth *growth);

/* Per hour, along the Theil-Sen line; 0 where there is no growth that is beyond chance: Mann-Kendall's p, widened for values that depend on those
 * before them, times `family` (how many are asked about) must be below `p_max`, and the later half must grow as well: what
 * has filled and stays is no leak. -ENOMEM. */
int spb_growth_find(const struct spb_growth *growth, double p_max, size_t family, double *per_hour);

#endif
