/* SPDX-License-Identifier: MIT
 *
 * What measuring itself costs a sample: the call of run() with the two readings of the clock, and the loop around the
 * work. Stated beside each row, not subtracted from it.
 */
#ifndef SPB_OVERHEAD_H
#define SPB_OVERHEAD_H

struct spb_process;

/* Measures both with an empty run(), in about 0.1 ms, and adds three metrics: "call-overhead" (ns a sample), "loop-overhead" (ns
 * an iteration, of an empty loop: beside work that a core does in parallel it costs less) and "overhead" (their share of
 * the process's median sample, in percent: an upper bound). Nothing without samples. 0 or -ENOMEM. */
int spb_overhead_add(struct spb_process *process);

#endif
