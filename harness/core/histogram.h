/* SPDX-License-Identifier: MIT
 *
 * Latencies of single operations, counted in classes whose width grows with the value: 1 ns up to 128 ns, then 64 classes
 * to each doubling, so that a class is never wider than 1/64 of its values and its middle is wrong by 0.8 % at most (the
 * layout of HdrHistogram). A fixed size, no allocation: recording is a shift, an addition and a compare or two.
 *
 *     struct spb_histogram h = {0};
 *     spb_histogram_record(&h, 1234);
 *     spb_histogram_quantile(&h, 0.99)   -> ns
 *
 * Not thread-safe: one a thread, merged afterwards.
 */
#ifndef SPB_HISTOGRAM_H
#define SPB_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

#define SPB_HISTOGRAM_SUB_BITS 6
#define SPB_HISTOGRAM_BITS     42 /* values from 2^42 ns on, 73 minutes, count in the last class */
#define SPB_HISTOGRAM_CLASSES  ((SPB_HISTOGRAM_BITS - SPB_HISTOGRAM_SUB_BITS + 1) << SPB_HISTOGRAM_SUB_BITS)

struct spb_histogram {
    uint64_t count;
    uint64_t min_ns; /* these two are exact; 0 when empty */
    uint64_t max_ns;
    uint64_t counts[SPB_HISTOGRAM_CLASSES];
};

void spb_histogram_record(struct spb_histogram *histogram, uint64_t ns);
void spb_histogram_reset(struct spb_histogram *histogram);
/* Adds all of `from`. */
void spb_histogram_merge(struct spb_histogram *into, const struct spb_histogram *from);

/* Smallest value of a class; that of class SPB_HISTOGRAM_CLASSES is where the last one ends. */
uint64_t spb_histogram_class_low(size_t index);
size_t spb_histogram_class_of(uint64_t ns);

/* The value that a share `q` (0 .. 1) of the records does not exceed, as the middle of its class, within min and max: the
 * record of rank ceil(q * count), at least the first. NaN when empty. */
double spb_histogram_quantile(const struct spb_histogram *histogram, double q);

/* For readers of foreign data, from an empty one on: each class once, in rising order, then the extremes. -EINVAL: a class
 * twice or out of order, a count of 0, extremes that lie outside the outermost classes. */
int spb_histogram_restore_class(struct spb_histogram *histogram, size_t index, uint64_t count);
int spb_histogram_restore_extremes(struct spb_histogram *histogram, uint64_t min_ns, uint64_t max_ns);

#endif
