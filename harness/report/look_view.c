/* SPDX-License-Identifier: MIT */
#include "look_view.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "date.h"

#define NS_PER_S INT64_C(1000000000)

const char *spb_look_time_format(char *text, int64_t time_ns)
{
    char seconds[SPB_DATE_TEXT_SIZE];
    if (time_ns < 0)
        time_ns = 0;
    spb_date_format_time(seconds, time_ns / NS_PER_S);
    snprintf(text, SPB_LOOK_TIME_SIZE, "%s.%03dZ", seconds, (int)(time_ns % NS_PER_S / 1000000));
    return text;
}

double spb_look_round(double value)
{
    if (!isfinite(value) || value == floor(value))
        return value;
    int digits = 5 - (int)floor(log10(fabs(value)));
    if (digits <= 0)
        return round(value); /* no digit behind the point is among the six */
    if (digits > 22)         /* powers of ten above it are not exact */
        return 0;
    double scale = pow(10, digits);
    return round(value * scale) / scale;
}

bool spb_observation_is_known(const struct spb_observation *item)
{
    return item->has_value && isfinite(item->value);
}

bool spb_look_repeats(const struct spb_look *look, size_t index)
{
    const struct spb_observation *item = &look->items[index];
    /* CPUs are numbered, and there may be a thousand of them. */
    if (strcmp(spb_series_info(item->series)->label, "cpu") == 0)
        return false;
    for (size_t i = index; i-- > 0 && look->items[i].series == item->series;)
        if (strcmp(look->items[i].instance, item->instance) == 0)
            return true;
    return false;
}
