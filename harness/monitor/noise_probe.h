/* SPDX-License-Identifier: MIT
 *
 * A probe of what others did to the measured threads: time that the hypervisor took, time spent waiting for a CPU.
 *
 *     steal             ns taken from the CPUs in use; the kernel prints it in ticks of 10 ms, so that a sample is
 *                       marked when the tick fell into it and short thefts show up in the sum only
 *     run-queue-delay   ns that the measured threads could have run but had no CPU
 *     peak-rss          bytes, of the whole process up to now
 *
 * Files stay open and are read with pread. Where one reading costs more than 3 % of a sample of 2 ms (2 readings a
 * sample, measured at open), it is read at the first start and at read only: the number then also holds what happened
 * between samples, is called steal-whole-process or run-queue-delay-whole-process, and no sample is marked.
 *
 * Measured cost of a start or stop with one thread on a VM of 2 CPUs with Linux 6.18: 3.7 us, which is 0.3 % of a sample
 * of 2.2 ms for both. The kernel makes all of /proc/stat for each reading, so that it grows with CPUs and interrupts.
 */
#ifndef SPB_NOISE_PROBE_H
#define SPB_NOISE_PROBE_H

#include "probe.h"

/* The probe's options may be NULL: all zero. */
struct spb_noise_options {
    const char *root;          /* NULL: this machine */
    uint64_t reading_limit_ns; /* what one reading may cost; 0: 30 us */
};

extern const struct spb_probe_type spb_noise_probe;

#endif
