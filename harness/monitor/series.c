/* SPDX-License-Identifier: MIT */
#include "series.h"

#include <stdlib.h>
#include <string.h>

static const struct spb_series_info catalogue[] = {
#define SPB_SERIES(symbol, name, label, unit, kind, summary) {name, label, unit, SPB_SERIES_##kind, summary},
#include "series_list.h"
#undef SPB_SERIES
};

const struct spb_series_info *spb_series_info(enum spb_series series)
{
    return &catalogue[series];
}

int spb_series_find(const char *name)
{
    for (int i = 0; i < SPB_SERIES_COUNT; i++)
        if (strcmp(catalogue[i].name, name) == 0)
            return i;
    return -1;
}

const struct spb_observation *spb_look_find(const struct spb_look *look, enum spb_series series, const char *instance)
{
    for (size_t i = 0; i < look->count; i++)
        if (look->items[i].series == series && strcmp(look->items[i].instance, instance) == 0)
            return &look->items[i];
    return NULL;
}

void spb_look_release(struct spb_look *look)
{
    free(look->items);
    *look = (struct spb_look){0};
}
