/* SPDX-License-Identifier: MIT
 *
 * Looks made by hand for the tests of the screen.
 */
#ifndef SPB_SCREEN_LOOK_H
#define SPB_SCREEN_LOOK_H

#include <stdio.h>

#include "series.h"

#define LOOK_ITEMS 4096

struct made_look {
    struct spb_look look;
    struct spb_observation items[LOOK_ITEMS];
};

static inline void look_clear(struct made_look *made)
{
    made->look = (struct spb_look){.items = made->items, .time_ns = 1767225600000000000, .boot_ns = 93784000000000};
}

static inline struct spb_observation *look_absent(struct made_look *made, enum spb_series series, const char *instance,
                                                  const char *reason)
{
    struct spb_observation *item = &made->items[made->look.count++];
    *item = (struct spb_observation){.series = series, .reason = reason};
    snprintf(item->instance, sizeof(item->instance), "%s", instance);
    return item;
}

static inline struct spb_observation *look_add(struct made_look *made, enum spb_series series, const char *instance,
                                               double value)
{
    struct spb_observation *item = look_absent(made, series, instance, NULL);
    item->has_value = true;
    item->value = value;
    return item;
}

#endif
