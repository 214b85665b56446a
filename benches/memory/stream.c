/* SPDX-License-Identifier: MIT
 *
 * The four kernels of STREAM (McCalpin 1995) over arrays of doubles, split evenly among the threads:
 *
 *     copy    a[i] = b[i]                    16 bytes are counted for an element
 *     scale   a[i] = scalar * b[i]           16
 *     add     a[i] = b[i] + c[i]             24
 *     triad   a[i] = b[i] + scalar * c[i]    24
 *
 * A processor that first reads the line that it is going to write moves 8 more, which is why streaming stores look faster
 * where the arrays are in memory. These are not counted, neither in the result nor in the arithmetic intensity that follows from the rate
 * "arithmetic": 1 FLOP for an element of scale and of add, 2 of triad.
 *
 * The scalar differs from pass to pass, and every call spoils what it is going to write first and last, so that the arrays
 * show that the last pass was done. All numbers are small multiples of 1/1024: nothing is ever rounded, with fused
 * instructions or without.
 */
#include <string.h>

#ifdef __x86_64__
#include <immintrin.h>
#endif

#include "spbench.h"
#include "streaming.h"
#include "vector_isa.h"

#define LINE_ELEMENTS 8    /* threads get whole cache lines */
#define SCALARS       1021 /* a prime: no run of 2^n passes comes back to the same */
#define ARRAY_OFFSET                                                                                                   \
    1344 /* bytes between where pages begin and arrays: else all three would fall on the same cache sets */

typedef void (*pass_function)(void *a, const void *b, const void *c, double scalar, uint64_t bytes);

struct operation {
    const char *name; /* of the workload */
    unsigned arrays;
    unsigned flop; /* for an element */
    int by_scalar; /* of the last operand */
};

struct kernel {
    const char *isa;
    int streaming;
    unsigned vector_bytes;
    pass_function passes[4]; /* in the order of `operations` */
};

struct arrays {
    const struct operation *operation;
    const struct kernel *kernel;
    pass_function pass;
    double *a;
    double *b;
    double *c;
    uint64_t lines;   /* of each array */
    uint64_t *passes; /* one a thread, PASSES_STRIDE apart */
};

#define PASSES_STRIDE 16 /* cache lines of their own, also where lines are fetched in pairs */

static const struct operation operations[] = {
    {"memory/stream-copy", 2, 0, 0},
    {"memory/stream-scale", 2, 1, 1},
    {"memory/stream-add", 3, 1, 0},
    {"memory/stream-triad", 3, 2, 1},
};

#define STORE_REGULAR(address, value) (*(address) = (value))

#define COPY(x, y, scalar)  (x)
#define SCALE(x, y, scalar) ((scalar) * (x))
#define ADD(x, y, scalar)   ((x) + (y))
#define TRIAD(x, y, scalar) ((x) + (scalar) * (y))

/* `vector` is a type of the compiler's vector extensions; the arithmetic on it becomes instructions of `target`. */
#define DEFINE_PASS(name, target_options, vector, store, fence, operation)                                             \
    target_options static __attribute__((noinline, aligned(64))) void name(void *a, const void *b, const void *c,      \
                                                                           double scalar, uint64_t bytes)              \
    {                                                                                                                  \
        vector *to = a;                                                                                                \
        const vector *x = b;                                                                                           \
        const vector *y = c;                                                                                           \
        (void)y;                                                                                                       \
        (void)scalar;                                                                                                  \
        for (uint64_t i = 0; i < bytes / sizeof(vector); i += 64 / sizeof(vector))                                     \
            _Pragma("GCC unroll 4") for (uint64_t j = i; j < i + 64 / sizeof(vector); j++)                             \
            {                                                                                                          \
                vector result = operation(x[j], y[j], scalar);                                                         \
                IN_REGISTER(result);                                                                                   \
                store(to + j, result);                                                                                 \
            }                                                                                                          \
        fence;                                                                                                         \
    }

#define DEFINE_KERNEL(name, target_options, vector, store, fence)                                                      \
    DEFINE_PASS(copy_##name, target_options, vector, store, fence, COPY)                                               \
    DEFINE_PASS(scale_##name, target_options, vector, store, fence, SCALE)                                             \
    DEFINE_PASS(add_##name, target_options, vector, store, fence, ADD)                                                 \
    DEFINE_PASS(triad_##name, target_options, vector, store, fence, TRIAD)
#define PASSES(name)                                                                                                   \
    {                                                                                                                  \
        copy_##name, scale_##name, add_##name, triad_##name                                                            \
    }

#ifdef __x86_64__
#define STREAM_512(to, value) _mm512_stream_pd((double *)(to), (value))
#define STREAM_256(to, value) _mm256_stream_pd((double *)(to), (value))
#define STREAM_128(to, value) _mm_stream_pd((double *)(to), (value))
DEFINE_KERNEL(avx512, TARGET("avx512f"), __m512d, STORE_REGULAR, )
DEFINE_KERNEL(avx512_streaming, TARGET("avx512f"), __m512d, STREAM_512, _mm_sfence())
DEFINE_KERNEL(avx2, TARGET("avx2,fma"), __m256d, STORE_REGULAR, )
DEFINE_KERNEL(avx2_streaming, TARGET("avx2,fma"), __m256d, STREAM_256, _mm_sfence())
DEFINE_KERNEL(sse2, TARGET("sse2"), __m128d, STORE_REGULAR, )
DEFINE_KERNEL(sse2_streaming, TARGET("sse2"), __m128d, STREAM_128, _mm_sfence())
#else
typedef double vector128 __attribute__((vector_size(16), may_alias));
DEFINE_KERNEL(generic, , vector128, STORE_REGULAR, )
#endif

/* Widest first. */
static const struct kernel kernels[] = {
#ifdef __x86_64__
    {"avx512", 0, 64, PASSES(avx512)}, {"avx512", 1, 64, PASSES(avx512_streaming)},
    {"avx2", 0, 32, PASSES(avx2)},     {"avx2", 1, 32, PASSES(avx2_streaming)},
    {"sse2", 0, 16, PASSES(sse2)},     {"sse2", 1, 16, PASSES(sse2_streaming)},
#else
    {"", 0, 16, PASSES(generic)},
#endif
};

static const struct kernel *find_kernel(int streaming)
{
    for (size_t i = 0; i < sizeof(kernels) / sizeof(kernels[0]); i++) {
        if (kernels[i].streaming == streaming && cpu_has_isa(kernels[i].isa))
            return &kernels[i];
    }
    return NULL;
}

/* Out of the caches a streaming store saves the read of the line that is written; within them it would throw the line
 * out. */
static const struct kernel *choose_kernel(struct spb_bench *bench, unsigned arrays)
{
    const char *store = spb_param_text(bench, "store");
    const struct kernel *kernel = find_kernel(chooses_streaming(store, arrays * spb_param(bench, "size")));
    return kernel || strcmp(store, "streaming") == 0 ? kernel : find_kernel(0);
}

static double value_of_b(uint64_t i)
{
    return (double)(i & 0xfffff);
}

static double value_of_c(uint64_t i)
{
    return (double)(i & 0x7f);
}

static void fill(struct arrays *arrays)
{
    for (uint64_t i = 0; i < arrays->lines * LINE_ELEMENTS; i++)
        arrays->b[i] = value_of_b(i);
    for (uint64_t i = 0; arrays->c && i < arrays->lines * LINE_ELEMENTS; i++)
        arrays->c[i] = value_of_c(i);
}

static double *make_array(struct spb_bench *bench, uint64_t lines, unsigned index)
{
    size_t bytes = lines * LINE_ELEMENTS * sizeof(double) + (size_t)index * ARRAY_OFFSET;
    char *pages = spb_alloc_shared(bench, bytes);
    return pages ? (double *)(void *)(pages + (size_t)index * ARRAY_OFFSET) : NULL;
}

static int set_up_arrays(struct spb_bench *bench, unsigned index)
{
    const struct operation *operation = &operations[index];
    const struct kernel *kernel = choose_kernel(bench, operation->arrays);
    if (!kernel)
        return spb_fail(bench, "no streaming stores are built in for this CPU; use store=regular");
    struct arrays *arrays = spb_alloc(bench, sizeof(*arrays));
    uint64_t *passes = spb_alloc(bench, sizeof(*passes) * PASSES_STRIDE * spb_threads(bench));
    uint64_t lines = spb_param(bench, "size") / (LINE_ELEMENTS * sizeof(double));
    if (!arrays || !passes)
        return -1;
    *arrays = (struct arrays){.operation = operation,
                              .kernel = kernel,
                              .pass = kernel->passes[index],
                              .a = make_array(bench, lines, 0),
                              .b = make_array(bench, lines, 1),
                              .lines = lines,
                              .passes = passes};
    if (operation->arrays == 3)
        arrays->c = make_array(bench, lines, 2);
    if (!arrays->a || !arrays->b || (operation->arrays == 3 && !arrays->c))
        return -1;
    fill(arrays);
    spb_set_state(bench, arrays);
    spb_set_work(bench, (double)lines * LINE_ELEMENTS * sizeof(double) * operation->arrays);
    if (operation->flop)
        spb_set_rate(bench, "arithmetic", "FLOP", (double)lines * LINE_ELEMENTS * operation->flop);
    return 0;
}

static int set_up_copy(struct spb_bench *bench)
{
    return set_up_arrays(bench, 0);
}

static int set_up_scale(struct spb_bench *bench)
{
    return set_up_arrays(bench, 1);
}

static int set_up_add(struct spb_bench *bench)
{
    return set_up_arrays(bench, 2);
}

static int set_up_triad(struct spb_bench *bench)
{
    return set_up_arrays(bench, 3);
}

/* First element of a thread's part; that of the thread after the last is the end. */
static uint64_t part_start(const struct arrays *arrays, unsigned index, unsigned count)
{
    return arrays->lines * index / count * LINE_ELEMENTS;
}

static double scalar_of_pass(uint64_t pass)
{
    return 1.0 + (double)(pass % SCALARS) / 1024;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    const struct arrays *arrays = thread->state;
    uint64_t *passes = &arrays->passes[(size_t)thread->index * PASSES_STRIDE];
    uint64_t start = part_start(arrays, thread->index, thread->count);
    uint64_t count = part_start(arrays, thread->index + 1, thread->count) - start;
    double *a = arrays->a + start;
    const double *c = arrays->c ? arrays->c + start : NULL;

    if (count)
        a[0] = a[count - 1] = -1;
    for (uint64_t i = 1; i <= iterations; i++)
        arrays->pass(a, arrays->b + start, c, scalar_of_pass(*passes + i), count * sizeof(double));
    *passes += iterations;
}

static double expected_value(const struct arrays *arrays, uint64_t i, double scalar)
{
    double factor = arrays->operation->by_scalar ? scalar : 1;
    return arrays->c ? value_of_b(i) + factor * value_of_c(i) : factor * value_of_b(i);
}

static int verify(struct spb_bench *bench)
{
    const struct arrays *arrays = spb_state(bench);

    for (unsigned t = 0; t < spb_threads(bench); t++) {
        double scalar = scalar_of_pass(arrays->passes[(size_t)t * PASSES_STRIDE]);
        uint64_t end = part_start(arrays, t + 1, spb_threads(bench));
        for (uint64_t i = part_start(arrays, t, spb_threads(bench)); i < end; i++) {
            double expected = expected_value(arrays, i, scalar);
            if (!(arrays->a[i] >= expected && arrays->a[i] <= expected))
                return spb_fail(bench, "element %llu is %.17g, not %.17g", (unsigned long long)i, arrays->a[i],
                                expected);
        }
    }
    spb_report(bench, "vector-width", "bit", arrays->kernel->vector_bytes * 8.0);
    spb_report(bench, "streaming-stores", "", arrays->kernel->streaming);
    return 0;
}

static const struct spb_param_spec params[] = {
    {.name = "size", .summary = "bytes of each array", .defaults = "llc*4", .minimum = 4096, .kind = SPB_PARAM_BYTES},
    {.name = "store",
     .summary =
         "how results are written; auto: streaming, past the caches, where the arrays fill half of the last cache",
     .defaults = "auto",
     .choices = "auto,regular,streaming",
     .kind = SPB_PARAM_CHOICE},
    {0},
};

#define DEFINE_WORKLOAD(operation_name, formula, counted)                                                              \
    const struct spb_workload spb_memory_stream_##operation_name = {                                                   \
        SPB_WORKLOAD_HEADER,                                                                                           \
        .name = "memory/stream-" #operation_name,                                                                      \
        .summary = formula " over arrays of doubles, as in STREAM",                                                    \
        .meaning = "memory bandwidth (that of the caches, where the arrays fit); " counted                             \
                   " bytes are counted for an element",                                                                \
        .unit = "byte",                                                                                                \
        .measure = SPB_UNITS_PER_SECOND,                                                                               \
        .version = 2,                                                                                                  \
        .params = params,                                                                                              \
        .threads_max = ~0u,                                                                                            \
        .set_up = set_up_##operation_name,                                                                             \
        .run = run,                                                                                                    \
        .verify = verify,                                                                                              \
    };
DEFINE_WORKLOAD(copy, "a[i] = b[i]", "16")
DEFINE_WORKLOAD(scale, "a[i] = scalar * b[i]", "16")
DEFINE_WORKLOAD(add, "a[i] = b[i] + c[i]", "24")
DEFINE_WORKLOAD(triad, "a[i] = b[i] + scalar * c[i]", "24")
