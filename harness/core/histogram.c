/* SPDX-License-Identifier: MIT */
#include "histogram.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#define SUB_CLASSES ((size_t)1 << SPB_HISTOGRAM_SUB_BITS)

/* The values of [2^e, 2^(e+1)), e >= SUB_BITS, lie in SUB_CLASSES classes of 2^(e - SUB_BITS) each; those below 2^SUB_BITS have
 * one class a value. The leading bits of a value, its highest one included, number both without a branch between them. */
size_t spb_histogram_class_of(uint64_t ns)
{
    if (ns < SUB_CLASSES)
        return (size_t)ns;
    unsigned exponent = 63 - (unsigned)__builtin_clzll(ns);
    if (exponent >= SPB_HISTOGRAM_BITS)
        return SPB_HISTOGRAM_CLASSES - 1;
    unsigned shift = exponent - SPB_HISTOGRAM_SUB_BITS;
    return ((size_t)shift << SPB_HISTOGRAM_SUB_BITS) + (size_t)(ns >> shift);
}

uint64_t spb_histogram_class_low(size_t index)
{
    if (index < 2 * SUB_CLASSES)
        return index;
    size_t shift = index / SUB_CLASSES - 1;
    return (uint64_t)(index - shift * SUB_CLASSES) << shift;
}

void spb_histogram_record(struct spb_histogram *histogram, uint64_t ns)
{
    if (histogram->count++ == 0 || ns < histogram->min_ns)
        histogram->min_ns = ns;
    if (ns > histogram->max_ns)
        histogram->max_ns = ns;
    histogram->counts[spb_histogram_class_of(ns)]++;
}

void spb_histogram_reset(struct spb_histogram *histogram)
{
    memset(histogram, 0, sizeof(*histogram));
}

void spb_histogram_merge(struct spb_histogram *into, const struct spb_histogram *from)
{
    if (from->count == 0)
        return;
    if (into->count == 0 || from->min_ns < into->min_ns)
        into->min_ns = from->min_ns;
    if (from->max_ns > into->max_ns)
        into->max_ns = from->max_ns;
    into->count += from->count;
    for (size_t i = 0; i < SPB_HISTOGRAM_CLASSES; i++)
        into->counts[i] += from->counts[i];
}

static double clamp(double value, double low, double high)
{
    return value < low ? low : value > high ? high : value;
}

double spb_histogram_quantile(const struct spb_histogram *histogram, double q)
{
    double rank = ceil(q * (double)histogram->count);
    uint64_t wanted = rank < 1 ? 1 : (uint64_t)rank, seen = 0;
    if (histogram->count == 0)
        return (double)NAN;
    for (size_t i = 0; i < SPB_HISTOGRAM_CLASSES; i++) {
        seen += histogram->counts[i];
        if (seen < wanted)
            continue;
        double low = (double)spb_histogram_class_low(i), high = (double)spb_histogram_class_low(i + 1) - 1;
        return clamp((low + high) / 2, (double)histogram->min_ns, (double)histogram->max_ns);
    }
    return (double)histogram->max_ns;
}

/* Until the extremes are known, max_ns holds the lowest value of the last class that was added. */
int spb_histogram_restore_class(struct spb_histogram *histogram, size_t index, uint64_t count)
{
    bool in_order = histogram->count == 0 || index > spb_histogram_class_of(histogram->max_ns);
    if (index >= SPB_HISTOGRAM_CLASSES || count == 0 || count > UINT64_MAX - histogram->count || !in_order)
        return -EINVAL;
    if (histogram->count == 0)
        histogram->min_ns = spb_histogram_class_low(index);
    histogram->max_ns = spb_histogram_class_low(index);
    histogram->count += count;
    histogram->counts[index] = count;
    return 0;
}

int spb_histogram_restore_extremes(struct spb_histogram *histogram, uint64_t min_ns, uint64_t max_ns)
{
    if (histogram->count == 0 || min_ns > max_ns ||
        spb_histogram_class_of(min_ns) != spb_histogram_class_of(histogram->min_ns) ||
        spb_histogram_class_of(max_ns) != spb_histogram_class_of(histogram->max_ns))
        return -EINVAL;
    histogram->min_ns = min_ns;
    histogram->max_ns = max_ns;
    return 0;
}
