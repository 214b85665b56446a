/* SPDX-License-Identifier: MIT */
#include "clock.h"

#include "summary.h"

enum { ROUNDS = 5, ROUND_NS = 40000 };

static uint64_t read_clock(void *unused)
{
    (void)unused;
    return spb_clock_now_ns();
}

/* A round lasts until the clock has moved by ROUND_NS, so that even a coarse clock shows one step. */
static struct spb_clock_quality measure_round(uint64_t (*now)(void *), void *context)
{
    uint64_t first = now(context), last = first, smallest = UINT64_MAX, readings = 0;
    while (last - first < ROUND_NS) {
        uint64_t reading = now(context);
        readings++;
        if (reading != last && reading - last < smallest)
            smallest = reading - last;
        last = reading;
    }
    return (struct spb_clock_quality){(double)smallest, (double)(last - first) / (double)readings};
}

struct spb_clock_quality spb_clock_measure_source(uint64_t (*now)(void *), void *context)
{
    double resolutions[ROUNDS], costs[ROUNDS];
    for (size_t i = 0; i < ROUNDS; i++) {
        struct spb_clock_quality round = measure_round(now, context);
        resolutions[i] = round.resolution_ns;
        costs[i] = round.cost_ns;
    }
    return (struct spb_clock_quality){
        .resolution_ns = spb_median_in_place(resolutions, ROUNDS),
        .cost_ns = spb_median_in_place(costs, ROUNDS),
    };
}

struct spb_clock_quality spb_clock_measure(void)
{
    return spb_clock_measure_source(read_clock, NULL);
}
