/* SPDX-License-Identifier: MIT
 *
 * Peak floating-point rate: fused multiply-add on whole vector registers, nothing else.
 *
 * Each thread advances CHAINS independent vectors, as many as keep all units busy during an instruction's latency. A
 * step of a chain is x += x * FUSED_FACTOR; x += FUSED_ADDEND * FUSED_ADDEND: two instructions that add to what they
 * overwrite, which is all that AArch64 has. Where nothing can be fused, it is x *= SEPARATE_FACTOR; x +=
 * SEPARATE_ADDEND. The sequences fall towards 1, stay bounded for ever, and come to rest exactly, because rounding is
 * monotone: so a scalar replay of any number of steps is short.
 */
#include <math.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#include "spbench.h"
#include "vector_isa.h"

#ifdef __aarch64__
#define CHAINS 24 /* up to four units with a latency of four cycles; 32 registers */
#else
#define CHAINS 12 /* two units with a latency of up to five cycles; 16 registers */
#endif
#define STEPS           4 /* of each chain in one iteration, so that the loop's own instructions do not count */
#define FUSED_FACTOR    (-0.01)
#define FUSED_ADDEND    0.1 /* its square is added */
#define SEPARATE_FACTOR 0.99
#define SEPARATE_ADDEND 0.01
#define VECTOR_BYTES    64 /* of the widest */

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
    int fused;
};

struct peak {
    const struct kernel *kernel;
    struct outcome *outcomes; /* one a thread */
};

static double chain_start(unsigned chain)
{
    return 1.5 + chain / 16.0;
}

/* Intrinsics, because only they make the compiler fuse whatever its flags; one text for all instruction sets. */

#define UNROLLED _Pragma("GCC unroll 32")

/* Half a step, of two: with fused instructions, and where there are none. `fma`(a, b, c) is a * b + c. */
#define FUSED(fma, x, second)    ((second) ? fma(addend, addend, x) : fma(x, factor, x))
#define SEPARATE(fma, x, second) ((second) ? (x) + addend : (x)*factor)

#define DEFINE_KERNEL(name, isa, vector, half_step, fma)                                                               \
    TARGET(isa)                                                                                                        \
    static __attribute__((noinline, aligned(64))) void name(struct outcome *outcome, uint64_t iterations)              \
    {                                                                                                                  \
        typedef __typeof__(((vector){0})[0] + 0) scalar;                                                               \
        vector factor = (vector){0} + (scalar)half_step##_FACTOR;                                                      \
        vector addend = (vector){0} + (scalar)half_step##_ADDEND;                                                      \
        vector x[CHAINS];                                                                                              \
        UNROLLED for (unsigned c = 0; c < CHAINS; c++)                                                                 \
        {                                                                                                              \
            x[c] = (vector){0} + (scalar)chain_start(c);                                                               \
            IN_REGISTER(x[c]);                                                                                         \
        }                                                                                                              \
        IN_REGISTER(factor);                                                                                           \
        IN_REGISTER(addend);                                                                                           \
        for (uint64_t i = 0; i < iterations; i++)                                                                      \
            UNROLLED for (unsigned s = 0; s < 2 * STEPS; s++) UNROLLED for (unsigned c = 0; c < CHAINS; c++) x[c] =    \
                half_step(fma, x[c], s % 2);                                                                           \
        UNROLLED for (unsigned c = 0; c < CHAINS; c++) memcpy(outcome->chains[c], &x[c], sizeof(vector));              \
    }

#if defined(__x86_64__)
/* The oldest x86-64 for sse2, so that no flag of the compiler fuses anything there. */
#define CHOICES "auto,avx512,avx2,sse2"
DEFINE_KERNEL(advance_avx512_double, "avx512f", __m512d, FUSED, _mm512_fmadd_pd)
DEFINE_KERNEL(advance_avx512_single, "avx512f", __m512, FUSED, _mm512_fmadd_ps)
DEFINE_KERNEL(advance_avx2_double, "avx2,fma", __m256d, FUSED, _mm256_fmadd_pd)
DEFINE_KERNEL(advance_avx2_single, "avx2,fma", __m256, FUSED, _mm256_fmadd_ps)
DEFINE_KERNEL(advance_sse2_double, "arch=x86-64", __m128d, SEPARATE, )
DEFINE_KERNEL(advance_sse2_single, "arch=x86-64", __m128, SEPARATE, )
#elif defined(__aarch64__)
#define CHOICES              "auto,neon"
#define NEON_DOUBLE(a, b, c) vfmaq_f64(c, a, b)
#define NEON_SINGLE(a, b, c) vfmaq_f32(c, a, b)
DEFINE_KERNEL(advance_neon_double, , float64x2_t, FUSED, NEON_DOUBLE)
DEFINE_KERNEL(advance_neon_single, , float32x4_t, FUSED, NEON_SINGLE)
#else
#define CHOICES "auto"
typedef double vector_double __attribute__((vector_size(16)));
typedef float vector_single __attribute__((vector_size(16)));
DEFINE_KERNEL(advance_any_double, , vector_double, SEPARATE, )
DEFINE_KERNEL(advance_any_single, , vector_single, SEPARATE, )
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
#elif defined(__aarch64__)
    {"neon", "double", advance_neon_double, 16, sizeof(double), 1},
    {"neon", "single", advance_neon_single, 16, sizeof(float), 1},
#else
    {"", "double", advance_any_double, 16, sizeof(double), 0},
    {"", "single", advance_any_single, 16, sizeof(float), 0},
#endif
};

static const struct kernel *find_kernel(const char *isa, const char *precision)
{
    for (size_t i = 0; i < sizeof(kernels) / sizeof(kernels[0]); i++) {
        const struct kernel *kernel = &kernels[i];
        int wanted = strcmp(isa, "auto") == 0 || strcmp(isa, kernel->isa) == 0;
        if (wanted && strcmp(precision, kernel->precision) == 0 && cpu_has_isa(kernel->isa))
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
    spb_set_work(bench, (kernel->fused ? 4.0 : 2.0) * STEPS * CHAINS * lanes * spb_threads(bench));
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
    volatile double product = x * SEPARATE_FACTOR; /* kept apart from the sum, whatever the compiler's flags */
    return fused ? fma(FUSED_ADDEND, FUSED_ADDEND, fma(x, FUSED_FACTOR, x)) : product + SEPARATE_ADDEND;
}

static float step_single(float x, int fused)
{
    const float factor = (float)FUSED_FACTOR;
    const float addend = (float)FUSED_ADDEND;
    volatile float product = x * (float)SEPARATE_FACTOR;
    return fused ? fmaf(addend, addend, fmaf(x, factor, x)) : product + (float)SEPARATE_ADDEND;
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
     .defaults = "double,single",
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
