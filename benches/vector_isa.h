/* SPDX-License-Identifier: MIT
 *
 * Vector instruction sets that are chosen at run time: which this CPU has, and functions compiled for one of them.
 *
 *     TARGET("avx2,fma") static void advance_avx2(...)      compiled for it, whatever the flags of the file
 *     if (cpu_has_isa("avx2")) ...                          and called only where it runs
 */
#ifndef SPB_VECTOR_ISA_H
#define SPB_VECTOR_ISA_H

#include <string.h>

/* IN_REGISTER: the value stands in a vector register and is taken as changed, so that a compiler can neither compute ahead nor
 * replace the loop by a call of the C library. */
#if defined(__x86_64__)
#define TARGET(isa)        __attribute__((target(isa)))
#define IN_REGISTER(value) __asm__ volatile("" : "+v"(value))
#elif defined(__aarch64__)
#define TARGET(isa)
#define IN_REGISTER(value) __asm__ volatile("" : "+w"(value))
#else
#define TARGET(isa)
#define IN_REGISTER(value) __asm__ volatile("" : "+m"(value))
#endif

/* "avx512" (its foundation), "avx2" (with fused multiply-add), else what every CPU of the architecture has. */
static inline int cpu_has_isa(const char *isa)
{
#if defined(__x86_64__)
    if (strcmp(isa, "avx512") == 0)
        return __builtin_cpu_supports("avx512f");
    if (strcmp(isa, "avx2") == 0)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    (void)isa;
#endif
    return 1;
}

#endif
