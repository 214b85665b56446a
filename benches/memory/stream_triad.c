/* SPDX-License-Identifier: MIT
 *
 * The triad of STREAM (McCalpin 1995): a[i] = b[i] + scalar * c[i] over three arrays of doubles, split evenly among the
 * threads. As STREAM does, 24 bytes are counted for an element: two read, one written. A processor that first reads the
 * line that it is going to write moves 32, which is why streaming stores look faster where the arrays are in memory.
 *
 * The scalar differs from pass to pass, so that the arrays after the last pass show that this pass was done. All
 * numbers are small multiples of 1/1024: nothing is ever rounded, with fused instructions or without.
 */
#include <string.h>
#include <unistd.h>

#ifdef __x86_64__
#include <immintrin.h>
#endif

#include "spbench.h"

#define BYTES_AN_ELEMENT 24
#define LINE_ELEMENTS    8    /* threads get whole cache lines */
#define SCALARS          1021 /* a prime: no run of 2^n passes comes back to the same */

struct kernel {
    const char *isa;
    int streaming;
    unsigned vector_bytes;
    void (*triad)(void *a, const void *b, const void *c, double scalar, uint64_t bytes);
};

struct triad {
    const struct kernel *kernel;
    double *a;
    double *b;
    double *c;
    uint64_t lines;   /* of each array */
    uint64_t *passes; /* one a thread, PASSES_STRIDE apart */
};

#define PASSES_STRIDE 16 /* cache lines of their own, also where lines are fetched in pairs */

#define STORE_REGULAR(address, value) (*(address) = (value))

/* `vector` is a type of the compiler's vector extensions; the arithmetic on it becomes instructions of `target`. */
#define DEFINE_KERNEL(name, target_options, vector, store, fence)                                                      \
    target_options static __attribute__((noinline, aligned(64))) void name(void *a, const void *b, const void *c,      \
                                                                           double scalar, uint64_t bytes)              \
    {                                                                                                                  \
        vector *to = a;                                                                                                \
        const vector *from = b;                                                                                        \
        const vector *scaled = c;                                                                                      \
        for (uint64_t i = 0; i < bytes / sizeof(vector); i += 64 / sizeof(vector))                                     \
            _Pragma("GCC unroll 4") for (uint64_t j = i; j < i + 64 / sizeof(vector); j++)                             \
                store(to + j, from[j] + scalar * scaled[j]);                                                           \
        fence;                                                                                                         \
    }

#ifdef __x86_64__
#define TARGET(isa)           __attribute__((target(isa)))
#define STREAM_512(to, value) _mm512_stream_pd((double *)(to), (value))
#define STREAM_256(to, value) _mm256_stream_pd((double *)(to), (value))
#define STREAM_128(to, value) _mm_stream_pd((double *)(to), (value))
DEFINE_KERNEL(triad_avx512, TARGET("avx512f"), __m512d, STORE_REGULAR, )
DEFINE_KERNEL(triad_avx512_streaming, TARGET("avx512f"), __m512d, STREAM_512, _mm_sfence())
DEFINE_KERNEL(triad_avx2, TARGET("avx2,fma"), __m256d, STORE_REGULAR, )
DEFINE_KERNEL(triad_avx2_streaming, TARGET("avx2,fma"), __m256d, STREAM_256, _mm_sfence())
DEFINE_KERNEL(triad_sse2, TARGET("sse2"), __m128d, STORE_REGULAR, )
DEFINE_KERNEL(triad_sse2_streaming, TARGET("sse2"), __m128d, STREAM_128, _mm_sfence())
#else
typedef double vector128 __attribute__((vector_size(16), may_alias));
DEFINE_KERNEL(triad_generic, , vector128, STORE_REGULAR, )
#endif

/* Widest first. */
static const struct kernel kernels[] = {
#ifdef __x86_64__
    {"avx512f", 0, 64, triad_avx512}, {"avx512f", 1, 64, triad_avx512_streaming},
    {"avx2", 0, 32, triad_avx2},      {"avx2", 1, 32, triad_avx2_streaming},
    {"sse2", 0, 16, triad_sse2},      {"sse2", 1, 16, triad_sse2_streaming},
#else
    {"", 0, 16, triad_generic},
#endif
};

static int runs_here(const char *isa)
{
#ifdef __x86_64__
    if (strcmp(isa, "avx512f") == 0)
        return __builtin_cpu_supports("avx512f");
    if (strcmp(isa, "avx2") == 0)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    (void)isa;
#endif
    return 1;
}

static const struct kernel *find_kernel(int streaming)
{
    for (size_t i = 0; i < sizeof(kernels) / sizeof(kernels[0]); i++) {
        if (kernels[i].streaming == streaming && runs_here(kernels[i].isa))
            return &kernels[i];
    }
    return NULL;
}

/* Out of the caches a streaming store saves the read of the line that is written; within them it would throw the line
 * out. Half of the last cache, because it is shared with others, on a rented machine with strangers. A rule instead of
 * a trial: the processes of a row must all measure the same. */
static int prefers_streaming(uint64_t size_bytes)
{
    long cache_bytes = sysconf(_SC_LEVEL3_CACHE_SIZE);
    if (cache_bytes <= 0)
        cache_bytes = sysconf(_SC_LEVEL2_CACHE_SIZE);
    return 3 * size_bytes > (uint64_t)(cache_bytes > 0 ? cache_bytes : 0) / 2;
}

static const struct kernel *choose_kernel(struct spb_bench *bench)
{
    const char *store = spb_param_text(bench, "store");
    if (strcmp(store, "auto") != 0)
        return find_kernel(strcmp(store, "streaming") == 0);
    const struct kernel *kernel = find_kernel(prefers_streaming(spb_param(bench, "size")));
    return kernel ? kernel : find_kernel(0);
}

static double value_of_b(uint64_t i)
{
    return (double)(i & 0xfffff);
}

static double value_of_c(uint64_t i)
{
    return (double)(i & 0x7f);
}

static void fill(struct triad *triad)
{
    for (uint64_t i = 0; i < triad->lines * LINE_ELEMENTS; i++) {
        triad->b[i] = value_of_b(i);
        triad->c[i] = value_of_c(i);
    }
}

static int set_up(struct spb_bench *bench)
{
    const struct kernel *kernel = choose_kernel(bench);
    if (!kernel)
        return spb_fail(bench, "no streaming stores are built in for this CPU; use store=regular");
    struct triad *triad = spb_alloc(bench, sizeof(*triad));
    uint64_t *passes = spb_alloc(bench, sizeof(*passes) * PASSES_STRIDE * spb_threads(bench));
    uint64_t lines = spb_param(bench, "size") / (LINE_ELEMENTS * sizeof(double));
    double *a = spb_alloc(bench, lines * LINE_ELEMENTS * sizeof(double));
    double *b = spb_alloc(bench, lines * LINE_ELEMENTS * sizeof(double));
    double *c = spb_alloc(bench, lines * LINE_ELEMENTS * sizeof(double));
    if (!triad || !passes || !a || !b || !c)
        return -1;
    *triad = (struct triad){.kernel = kernel, .a = a, .b = b, .c = c, .lines = lines, .passes = passes};
    fill(triad);
    spb_set_state(bench, triad);
    spb_set_work(bench, (double)lines * LINE_ELEMENTS * BYTES_AN_ELEMENT);
    return 0;
}

/* First element of a thread's part; that of the thread after the last is the end. */
static uint64_t part_start(const struct triad *triad, unsigned index, unsigned count)
{
    return triad->lines * index / count * LINE_ELEMENTS;
}

static double scalar_of_pass(uint64_t pass)
{
    return 1.0 + (double)(pass % SCALARS) / 1024;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    const struct triad *triad = thread->state;
    uint64_t *passes = &triad->passes[(size_t)thread->index * PASSES_STRIDE];
    uint64_t start = part_start(triad, thread->index, thread->count);
    uint64_t bytes = (part_start(triad, thread->index + 1, thread->count) - start) * sizeof(double);

    for (uint64_t i = 1; i <= iterations; i++)
        triad->kernel->triad(triad->a + start, triad->b + start, triad->c + start, scalar_of_pass(*passes + i), bytes);
    *passes += iterations;
}

static int verify(struct spb_bench *bench)
{
    const struct triad *triad = spb_state(bench);

    for (unsigned t = 0; t < spb_threads(bench); t++) {
        double scalar = scalar_of_pass(triad->passes[(size_t)t * PASSES_STRIDE]);
        uint64_t end = part_start(triad, t + 1, spb_threads(bench));
        for (uint64_t i = part_start(triad, t, spb_threads(bench)); i < end; i++) {
            double expected = value_of_b(i) + scalar * value_of_c(i);
            if (!(triad->a[i] >= expected && triad->a[i] <= expected))
                return spb_fail(bench, "element %llu is %.17g, not %.17g", (unsigned long long)i, triad->a[i],
                                expected);
        }
    }
    spb_report(bench, "vector-width", "bit", triad->kernel->vector_bytes * 8.0);
    spb_report(bench, "streaming-stores", "", triad->kernel->streaming);
    return 0;
}

static const struct spb_param_spec params[] = {
    {.name = "size",
     .summary = "bytes of each of the three arrays",
     .defaults = "64MiB",
     .minimum = 4096,
     .kind = SPB_PARAM_BYTES},
    {.name = "store",
     .summary =
         "how results are written; auto: streaming, past the caches, where the arrays fill half of the last cache",
     .defaults = "auto",
     .choices = "auto,regular,streaming",
     .kind = SPB_PARAM_CHOICE},
    {0},
};

const struct spb_workload spb_memory_stream_triad = {
    SPB_WORKLOAD_HEADER,
    .name = "memory/stream-triad",
    .summary = "a[i] = b[i] + scalar * c[i] over arrays of doubles, as in STREAM",
    .meaning = "memory bandwidth (that of the caches, where three arrays fit); 24 bytes are counted for an element",
    .unit = "byte",
    .measure = SPB_UNITS_PER_SECOND,
    .version = 1,
    .params = params,
    .threads_max = ~0u,
    .set_up = set_up,
    .run = run,
    .verify = verify,
};
