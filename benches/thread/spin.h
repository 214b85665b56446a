/* SPDX-License-Identifier: MIT
 *
 * Waiting without sleep, as every workload here that spins does it: with the CPU's hint for that, and with an offer of the
 * CPU to others once it lasts, because with more threads than CPUs the one that is waited for may have to run first.
 */
#ifndef SPB_SPIN_H
#define SPB_SPIN_H

#include <sched.h>

#define SPINS_BEFORE_YIELD 2000 /* some ten to hundred microseconds */

static inline void relax(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb" ::: "memory");
#endif
}

/* Call it in the loop; *spins starts as 0. */
static inline void spin(unsigned *spins)
{
    if (++*spins < SPINS_BEFORE_YIELD)
        relax();
    else
        sched_yield();
}

#endif
