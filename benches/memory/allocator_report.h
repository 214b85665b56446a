/* SPDX-License-Identifier: MIT
 *
 * What a row about an allocator says beside its time: how large the blocks are, and the state of the heap before and
 * after, by glibc's mallinfo2 and malloc_info. Where another allocator stands in malloc's place, these numbers are absent.
 */
#ifndef SPB_ALLOCATOR_REPORT_H
#define SPB_ALLOCATOR_REPORT_H

#include "spbench.h"

struct heap_state {
    double arenas; /* each of them NAN where it is not known */
    double in_use_bytes;
    double free_bytes;
};

struct heap_state spb_heap_state(void);

/* For set_up: the rates "allocations" and "allocated", of an iteration of all threads with so many allocations of that mean
 * size. */
void spb_set_allocation_rates(struct spb_bench *bench, double allocations, double mean_bytes);
/* For verify: the mean size, and the heap before and now. */
void spb_report_allocator(struct spb_bench *bench, double mean_bytes, const struct heap_state *before);

#endif
