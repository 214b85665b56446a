/* SPDX-License-Identifier: MIT
 *
 * A look made by hand, with all that an output must cope with: series with and without instances, absent values, a counter
 * without a rate, names that need escaping, a name twice, a number that is none.
 */
#ifndef SPB_SAMPLE_LOOK_H
#define SPB_SAMPLE_LOOK_H

#include <math.h>
#include <stdio.h>

#include "look_view.h"

#define SAMPLE_HOSTILE "a\"b\\c,d=\xc3\xa9"

static struct spb_observation *sample_add(struct spb_look *look, enum spb_series series, const char *instance)
{
    struct spb_observation *item = &look->items[look->count++];
    *item = (struct spb_observation){.series = series, .reason = "first look"};
    snprintf(item->instance, sizeof(item->instance), "%s", instance);
    return item;
}

static void sample_gauge(struct spb_look *look, enum spb_series series, const char *instance, double value)
{
    struct spb_observation *item = sample_add(look, series, instance);
    item->has_value = true;
    item->value = value;
}

static void sample_counter(struct spb_look *look, enum spb_series series, const char *instance, double value,
                           double total)
{
    struct spb_observation *item = sample_add(look, series, instance);
    item->has_value = value >= 0; /* below: only the counter is known */
    item->value = value;
    item->has_total = true;
    item->total = total;
}

/* Of 23:59:59.123456789 on the last day of 2026. */
static struct spb_look_view sample_view(void)
{
    static struct spb_observation items[24];
    static struct spb_look look;
    static const struct spb_process_look processes[] = {
        {.pid = 4711,
         .parent = 1,
         .name = SAMPLE_HOSTILE,
         .state = 'R',
         .user = 1000,
         .threads = 4,
         .cpu_total_ns = 12345678901,
         .has_cpu = true,
         .cpu_pct = 99.51234567,
         .rss_bytes = 123456789,
         .virtual_bytes = 987654321,
         .has_io = true,
         .read_bytes_per_s = 1536,
         .read_total_bytes = 4096},
        {.pid = 2, .name = "[kthreadd]", .state = 'S', .is_kernel = true, .threads = 1},
    };
    look = (struct spb_look){.time_ns = INT64_C(1798761599123456789),
                             .interval_ns = 1000020304,
                             .items = items,
                             .capacity = sizeof(items) / sizeof(items[0])};
    sample_counter(&look, SPB_CPU_BUSY, "", 12.3456789, 2469.12);
    sample_counter(&look, SPB_CPU_BUSY, "cpu0", 20, 1234.56);
    sample_counter(&look, SPB_CPU_BUSY, "cpu1", -1, 1234.56);
    sample_add(&look, SPB_CPU_FREQUENCY, "")->reason = "no CPU tells its frequency";
    sample_gauge(&look, SPB_LOAD_1, "", 0.25);
    sample_counter(&look, SPB_CONTEXT_SWITCHES, "", 1500.4, 123456789012);
    sample_gauge(&look, SPB_MEMORY_AVAILABLE, "", 3435973837);
    sample_gauge(&look, SPB_SWAP_USED, "", 0);
    sample_counter(&look, SPB_PRESSURE_SOME, "cpu", 0.5, 12.000001);
    sample_counter(&look, SPB_DISK_READ, SAMPLE_HOSTILE, 1048576, 4096);
    sample_counter(&look, SPB_DISK_READ, "dm-0", 1048576, 4096);
    sample_gauge(&look, SPB_FILESYSTEM_USED_SHARE, "/srv", 42.5);
    sample_gauge(&look, SPB_FILESYSTEM_USED_SHARE, "/srv", 43);
    sample_counter(&look, SPB_NETWORK_RECEIVED, "lo", 1e9, 1e12);
    sample_counter(&look, SPB_NETWORK_RECEIVED, "eth0", 102400, 2048);
    sample_gauge(&look, SPB_TEMPERATURE, "x86_pkg", -3.5);
    sample_gauge(&look, SPB_TEMPERATURE, "broken", (double)NAN);
    return (struct spb_look_view){.look = &look, .with_processes = true, .processes = processes, .process_count = 2};
}

#endif
