/* SPDX-License-Identifier: MIT
 *
 * The clock of every measurement: CLOCK_MONOTONIC through the vDSO, in nanoseconds.
 */
#ifndef SPB_CLOCK_H
#define SPB_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline uint64_t spb_clock_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

struct spb_clock_quality {
    double resolution_ns; /* smallest step between two readings that differ; median of several rounds */
    double cost_ns;       /* one reading */
};

/* Measures both, in about 0.2 ms. */
struct spb_clock_quality spb_clock_measure(void);
/* The same of any clock that never runs backwards, in nanoseconds. */
struct spb_clock_quality spb_clock_measure_source(uint64_t (*now)(void *context), void *context);

#endif
