/* SPDX-License-Identifier: MIT */
#include "warm_up.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "summary.h"

/* A difference counts from this share of the newer level on ... */
static const double material_share = 0.001;
/* ... and from this many standard deviations of the Mann-Whitney statistic on: 5 % for each split where times fall, as
 * they do in a warm-up, 2.5 % where they rise. */
static const double falling_z = 1.64;
static const double rising_z = 1.96;
/* Chunks on either side of a split. One alone is an outlier, not a level. */
enum { SMALLEST_PART = 2 };

void spb_warm_up_init(struct spb_warm_up *warm_up, uint64_t minimum_ns, uint64_t limit_ns)
{
    *warm_up = (struct spb_warm_up){.minimum_ns = minimum_ns, .limit_ns = limit_ns};
}

static double median_of(const double *values, size_t count)
{
    double copy[SPB_WARM_UP_LONGEST];
    memcpy(copy, values, count * sizeof(*copy));
    return spb_median_in_place(copy, count);
}

static bool is_material(const double *times, size_t split, size_t count)
{
    double older = median_of(times, split), newer = median_of(times + split, count - split);
    return fabs(newer - older) > material_share * newer;
}

/* By how many of the other times this one is exceeded, less those that it exceeds. */
static double rank_balance(const double *times, size_t count, double time)
{
    int balance = 0;
    for (size_t i = 0; i < count; i++)
        balance += (times[i] > time) - (times[i] < time);
    return balance;
}

static bool is_significant(double balance, size_t split, size_t count)
{
    double sd = sqrt((double)split * (double)(count - split) * (double)(count + 1) / 3);
    return balance >= rising_z * sd || -balance >= falling_z * sd;
}

/* Is there a split into an older and a newer part that differ? `balance` is Mann-Whitney's 2 U - split * rest of the
 * parts, which the balances of the older ones add up to. */
static bool is_moving(const double *times, size_t count)
{
    double balance = 0;
    for (size_t split = 1; split + SMALLEST_PART <= count; split++) {
        balance += rank_balance(times, count, times[split - 1]);
        if (split >= SMALLEST_PART && is_significant(balance, split, count) && is_material(times, split, count))
            return true;
    }
    return false;
}

/* The newer half of all chunks, within bounds: a start that was slow for long must be as long past. */
static size_t stretch(const struct spb_warm_up *warm_up)
{
    size_t half = warm_up->count / 2;
    if (half < SPB_WARM_UP_SHORTEST)
        return SPB_WARM_UP_SHORTEST;
    return half < SPB_WARM_UP_LONGEST ? half : SPB_WARM_UP_LONGEST;
}

static bool is_settled(const struct spb_warm_up *warm_up)
{
    size_t count = stretch(warm_up);
    if (warm_up->count < count || warm_up->elapsed_ns < warm_up->minimum_ns)
        return false;
    double times[SPB_WARM_UP_LONGEST];
    for (size_t i = 0; i < count; i++)
        times[i] = warm_up->newest[(warm_up->count - count + i) % SPB_WARM_UP_LONGEST];
    return !is_moving(times, count);
}

enum spb_warm_up_state spb_warm_up_record(struct spb_warm_up *warm_up, uint64_t iterations, uint64_t elapsed_ns)
{
    warm_up->newest[warm_up->count++ % SPB_WARM_UP_LONGEST] = (double)elapsed_ns / (double)iterations;
    warm_up->elapsed_ns += elapsed_ns;
    if (is_settled(warm_up))
        return SPB_WARM_UP_SETTLED;
    return warm_up->elapsed_ns >= warm_up->limit_ns ? SPB_WARM_UP_LIMIT : SPB_WARM_UP_RUNNING;
}
