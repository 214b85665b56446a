/* SPDX-License-Identifier: MIT
 *
 * Peak floating-point rate: fused multiply-add on whole vector registers, nothing else.
 *
 * Each thread advances CHAINS independent vectors by x = x * SLOPE + OFFSET. Two units with a latency of 4 or 5 cycles
 * need 8 to 10 chains to stay busy; twelve and the two constants are what 16 registers hold. The sequences move towards
 * OFFSET / (1 - SLOPE), stay bounded for ever, and come to rest exactly, because rounding is monotone: so a scalar
 * replay of any number of steps is short.
 */
#include <math.h>
#include <string.h>

#include "spbench.h"

#define CHAINS       12
#define STEPS        8 /* of each chain in one iteration, so that the loop's own instructions do not count */
#define SLOPE        0.99
#define OFFSET       0.01
#define VECTOR_BYTES 64 /* of the widest */

/* What the last call left in the registers of one thread. */
struct outcome {
    char chains[CHAINS][VECTOR_BYTES];
    uint64_t iterations;
} __attribute__((aligned(128)));

struct kernel {
    const char *isa;
    const char *precision;
    void (*advance)(struct outcome *outcome, uint64_t iterations);
    unsigned vector_bytes;
    unsigned scalar_bytes;
    int fused; /* one rounding a step, not two */
};

struct peak {
    const struct kernel *kernel;
    struct outcome *outcomes; /* one a thread */
};

static double chain_start(unsigned chain)
{
    return 1.5 + chain / 16.0;
}

/* Vector extensions of the compiler, so that one text serves all instruction sets; the target attribute makes the
 * compiler use that set's fused instruction or, where there is none, a multiplication and an addition. */
#if defined(__x86_64__)
#define TARGET(isa)         __attribute__((target(isa)))
#define IN_REGISTER(vector) __asm__ volatile("" : "+v"(vector))
#elif defined(__aarch64__)
#define TARGET(isa)
#define IN_REGISTER(vector) __asm__ volatile("" : "+w"(vector))
#else
#define TARGET(isa)
#define IN_REGISTER(vector) __asm__ volatile("" : "+m"(vector))
#endif

#define UNROLLED _Pragma("GCC unroll 16")

#define DEFINE_KERNEL(name, isa, scalar, bytes)                                                                        \
    TARGET(isa)                                                                                                        \
    static __attribute__((noinline, aligned(64))) void name(struct outcome *outcome, uint64_t iterations)              \
    {                                                                                                                  \
        typedef scalar vector __attribute__((vector_size(bytes)));                                                     \
        vector slope = (vector){0} + (scalar)SLOPE;                                                                    \
        vector offset = (vector){0} + (scalar)OFFSET;                                                                  \
        vector x[CHAINS];                                                                                              \
        UNROLLED for (unsigned c = 0; c < CHAINS; c++)                                                                 \
        {                                                                                                              \
            x[c] = (vector){0} + (scalar)chain_start(c);                                                               \
            IN_REGISTER(x[c]);                                                                                         \
        }                                                                                                              \
        IN_REGISTER(slope);                                                                                            \
        IN_REGISTER(offset);                                                                                           \
        for (uint64_t i = 0; i < iterations; i++)                                                                      \
            UNROLLED for (unsigned s = 0; s < STEPS; s++) UNROLLED for (unsigned c = 0; c < CHAINS; c++) x[c] =        \
                x[c] * slope + offset;                                                                                 \
        UNROLLED for (unsigned c = 0; c < CHAINS; c++) memcpy(outcome->chains[c], &x[c], sizeof(vector));              \
    }

#if defined(__x86_64__)
#define CHOICES "auto,avx512,avx2,sse2"
DEFINE_KERNEL(advance_avx512_double, "avx512f", double, 64)
DEFINE_KERNEL(advance_avx512_single, "avx512f", float, 64)
DEFINE_KERNEL(advance_avx2_double, "avx2,fma", double, 32)
DEFINE_KERNEL(advance_avx2_single, "avx2,fma", float, 32)
DEFINE_KERNEL(advance_sse2_double, "sse2", double, 16)
DEFINE_KERNEL(advance_sse2_single, "sse2", float, 16)
#else
#define CHOICES "auto,neon"
DEFINE_KERNEL(advance_neon_double, , double, 16)
DEFINE_KERNEL(advance_neon_single, , float, 16)
#endif

/* Widest first. */
static const struct kernel kernels[] = {
#if defined(__x86_64__)
    {"avx512", "double", advance_avx512_double, 64, sizeof(double), 1},
    {"avx512", "single", advance_avx512_single, 64, sizeof(float), 1},
    {"avx2", "double", advance_avx2_double, 32, sizeof(double), 1},
    {"avx2", "single", advance_avx2_single, 32, sizeof(float), 1},
    {"sse2", "double", advance_sse2_double, 16, sizeof(double), 0},
    {"sse2", "single", advance_sse2_single, 16, sizeof(float), 0},
#else
    {"neon", "double", advance_neon_double, 16, sizeof(double), 1},
    {"neon", "single", advance_neon_single, 16, sizeof(float), 1},
#endif
};

static int runs_here(const char *isa)
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

static const struct kernel *find_kernel(const char *isa, const char *precision)
{
    for (size_t i = 0; i < sizeof(kernels) / sizeof(kernels[0]); i++) {
        const struct kernel *kernel = &kernels[i];
        int wanted = strcmp(isa, "auto") == 0 || strcmp(isa, kernel->isa) == 0;
        if (wanted && strcmp(precision, kernel->precision) == 0 && runs_here(kernel->isa))
            return kernel;
    }
    return NULL;
}

static int set_up(struct spb_bench *bench)
{
    const char *isa = spb_param_text(bench, "isa");
    const struct kernel *kernel = find_kernel(isa, spb_param_text(bench, "precision"));
    if (!kernel)
        return spb_fail(bench, "this CPU has no %s; use isa=auto", isa);
    struct peak *peak = spb_alloc(bench, sizeof(*peak));
    struct outcome *outcomes = spb_alloc(bench, spb_threads(bench) * sizeof(*outcomes));
    if (!peak || !outcomes)
        return -1;
    *peak = (struct peak){.kernel = kernel, .outcomes = outcomes};
    spb_set_state(bench, peak);
    unsigned lanes = kernel->vector_bytes / kernel->scalar_bytes;
    spb_set_work(bench, 2.0 * STEPS * CHAINS * lanes * spb_threads(bench));
    return 0;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    const struct peak *peak = thread->state;
    struct outcome *outcome = &peak->outcomes[thread->index];
    peak->kernel->advance(outcome, iterations);
    outcome->iterations = iterations;
}

static double step_double(double x, int fused)
{
    volatile double product = x * SLOPE; /* kept apart from the sum, whatever the compiler's flags */
    return fused ? fma(x, SLOPE, OFFSET) : product + OFFSET;
}

static float step_single(float x, int fused)
{
    volatile float product = x * (float)SLOPE;
    return fused ? fmaf(x, (float)SLOPE, (float)OFFSET) : product + (float)OFFSET;
}

/* The value of a chain after `steps` steps, computed one number at a time. */
static double replay(const struct kernel *kernel, double start, uint64_t steps)
{
    double x = start;
    for (uint64_t i = 0; i < steps; i++) {
        int single = kernel->scalar_bytes == sizeof(float);
        double next = single ? (double)step_single((float)x, kernel->fused) : step_double(x, kernel->fused);
        if (next >= x && next <= x)
            break; /* at rest */
        x = next;
    }
    return x;
}

static double lane_value(const struct kernel *kernel, const char *chain, unsigned lane)
{
    double value;
    float single;
    if (kernel->scalar_bytes == sizeof(value)) {
        memcpy(&value, chain + lane * sizeof(value), sizeof(value));
        return value;
    }
    memcpy(&single, chain + lane * sizeof(single), sizeof(single));
    return (double)single;
}

static int verify_chain(struct spb_bench *bench, const struct outcome *outcome, unsigned chain)
{
    const struct kernel *kernel = ((const struct peak *)spb_state(bench))->kernel;
    double expected = replay(kernel, chain_start(chain), outcome->iterations * STEPS);

    for (unsigned lane = 0; lane < kernel->vector_bytes / kernel->scalar_bytes; lane++) {
        double value = lane_value(kernel, outcome->chains[chain], lane);
        if (!(value >= expected && value <= expected))
            return spb_fail(bench, "lane %u of chain %u is %.17g after %llu steps, not %.17g", lane, chain, value,
                            (unsigned long long)outcome->iterations * STEPS, expected);
    }
    return 0;
}

static int verify(struct spb_bench *bench)
{
    const struct peak *peak = spb_state(bench);

    for (unsigned i = 0; i < spb_threads(bench) * CHAINS; i++) {
        if (verify_chain(bench, &peak->outcomes[i / CHAINS], i % CHAINS) < 0)
            return -1;
    }
    spb_report(bench, "vector-width", "bit", peak->kernel->vector_bytes * 8.0);
    return 0;
}

static const struct spb_param_spec params[] = {
    {.name = "precision",
     .summary = "floating-point numbers of 64 or 32 bits",
     .defaults = "double",
     .choices = "double,single",
     .kind = SPB_PARAM_CHOICE},
    {.name = "isa",
     .summary = "vector instructions; auto: the widest that this CPU has",
     .defaults = "auto",
     .choices = CHOICES,
     .kind = SPB_PARAM_CHOICE},
    {0},
};

const struct spb_workload spb_cpu_fma_peak = {
    SPB_WORKLOAD_HEADER,
    .name = "cpu/fma-peak",
    .summary = "fused multiply-adds in registers, as many at once as the CPU takes",
    .meaning = "the most floating-point work the cores can do; it falls with the clock frequency under vector load",
    .unit = "FLOP",
    .measure = SPB_UNITS_PER_SECOND,
    .version = 1,
    .params = params,
    .threads_max = ~0u,
    .set_up = set_up,
    .run = run,
    .verify = verify,
};
