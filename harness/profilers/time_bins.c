/* SPDX-License-Identifier: MIT */
#include "time_bins.h"

#include <string.h>

#define FIRST_STEP_NS 20000000u

static void fold(struct spb_time_bins *bins)
{
    for (size_t i = 0; i < SPB_TIME_BINS / 2; i++)
        bins->values[i] = bins->values[2 * i] + bins->values[2 * i + 1];
    memset(bins->values + SPB_TIME_BINS / 2, 0, SPB_TIME_BINS / 2 * sizeof *bins->values);
    bins->count = (bins->count + 1) / 2;
    bins->step_ns *= 2;
}

void spb_time_bins_add(struct spb_time_bins *bins, uint64_t at_ns, uint64_t value)
{
    if (!bins->step_ns)
        bins->step_ns = FIRST_STEP_NS;
    while (at_ns / bins->step_ns >= SPB_TIME_BINS)
        fold(bins);
    size_t index = at_ns / bins->step_ns;
    bins->values[index] += value;
    bins->count = index >= bins->count ? index + 1 : bins->count;
}

void spb_time_bins_coarsen(struct spb_time_bins *bins, uint64_t step_ns)
{
    while (bins->step_ns && bins->step_ns < step_ns)
        fold(bins);
}
