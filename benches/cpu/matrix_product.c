/* SPDX-License-Identifier: MIT
 *
 * Product of two square matrices of doubles, as libraries compute it: both are packed into narrow panels that lie
 * in the order in which they are read, and a kernel keeps a tile of the result in registers (after Goto and van de Geijn
 * 2008). Packing belongs to the product and is measured with it.
 *
 * The elements are small whole numbers, so that every sum is exact in whatever order it is made, and the result can be
 * checked exactly by Freivalds' test: C x = A (B x) for a random x.
 */
#include <string.h>

#include "spbench.h"
#include "splitmix.h"
#include "vector_isa.h"

#define ROWS      6   /* of a tile: with its two columns of vectors 12 registers, enough to hide the latency */
#define DEPTH     256 /* of a panel */
#define WIDTH     16  /* of the widest tile: sizes are padded to it with zeros */
#define ORDER_MAX 8192

struct product {
    const struct kernel *kernel;
    size_t size;
    size_t stride; /* size, rounded up to WIDTH */
    size_t height; /* and to ROWS */
    double *a;
    double *b;
    double *c;
    double *panels_a; /* one block of DEPTH columns of A, packed */
    double *panels_b; /* and of DEPTH rows of B */
    double *vectors;  /* three, for the test */
    uint64_t seed;
};

struct kernel {
    const char *isa;
    unsigned columns; /* of a tile */
    void (*multiply_tile)(const double *panel_a, const double *panel_b, size_t depth, double *c, size_t stride);
};

#define UNROLLED _Pragma("GCC unroll 6") /* or the tile would lie in memory */

/* One tile: C += A B, ROWS by two vectors. With fused instructions the compiler uses them; the sums are exact either way. */
#define DEFINE_KERNEL(name, target, bytes)                                                                             \
    target static __attribute__((noinline, aligned(64))) void name(const double *panel_a, const double *panel_b,       \
                                                                   size_t depth, double *c, size_t stride)             \
    {                                                                                                                  \
        typedef double vector __attribute__((vector_size(bytes), aligned(8), may_alias));                              \
        enum { LANES = bytes / 8 };                                                                                    \
        vector tile[ROWS][2];                                                                                          \
        UNROLLED for (size_t r = 0; r < ROWS; r++) UNROLLED for (size_t v = 0; v < 2; v++) tile[r][v] =                \
            *(const vector *)(c + r * stride + v * LANES);                                                             \
        for (size_t k = 0; k < depth; k++, panel_a += ROWS, panel_b += (size_t)2 * LANES) {                            \
            vector left = *(const vector *)panel_b, right = *(const vector *)(panel_b + LANES);                        \
            UNROLLED for (size_t r = 0; r < ROWS; r++)                                                                 \
            {                                                                                                          \
                tile[r][0] += panel_a[r] * left;                                                                       \
                tile[r][1] += panel_a[r] * right;                                                                      \
            }                                                                                                          \
        }                                                                                                              \
        UNROLLED for (size_t r = 0; r < ROWS; r++) UNROLLED for (size_t v = 0; v < 2; v++) *                           \
            (vector *)(c + r * stride + v * LANES) = tile[r][v];                                                       \
    }

#if defined(__x86_64__)
#define CHOICES "auto,avx512,avx2,sse2"
DEFINE_KERNEL(multiply_avx512, TARGET("avx512f"), 64)
DEFINE_KERNEL(multiply_avx2, TARGET("avx2,fma"), 32)
DEFINE_KERNEL(multiply_sse2, TARGET("arch=x86-64"), 16)
#elif defined(__aarch64__)
#define CHOICES "auto,neon"
DEFINE_KERNEL(multiply_neon, , 32)
#else
#define CHOICES "auto"
DEFINE_KERNEL(multiply_any, , 16)
#endif

static const struct kernel kernels[] = {
#if defined(__x86_64__)
    {"avx512", 16, multiply_avx512},
    {"avx2", 8, multiply_avx2},
    {"sse2", 4, multiply_sse2},
#elif defined(__aarch64__)
    {"neon", 8, multiply_neon},
#else
    {"", 4, multiply_any},
#endif
};

static const struct kernel *find_kernel(const char *isa)
{
    for (size_t i = 0; i < sizeof(kernels) / sizeof(kernels[0]); i++)
        if ((strcmp(isa, "auto") == 0 || strcmp(isa, kernels[i].isa) == 0) && cpu_has_isa(kernels[i].isa))
            return &kernels[i];
    return NULL;
}

static double small_number(uint64_t *state)
{
    return (double)(splitmix_next(state) % 17) - 8;
}

static int set_up(struct spb_bench *bench)
{
    const char *isa = spb_param_text(bench, "isa");
    const struct kernel *kernel = find_kernel(isa);
    if (!kernel)
        return spb_fail(bench, "this CPU has no %s; use isa=auto", isa);
    struct product *product = spb_alloc(bench, sizeof(*product));
    if (!product)
        return -1;
    size_t size = spb_param(bench, "size"), stride = (size + WIDTH - 1) / WIDTH * WIDTH;
    size_t height = (size + ROWS - 1) / ROWS * ROWS;
    *product =
        (struct product){.kernel = kernel, .size = size, .stride = stride, .height = height, .seed = spb_seed(bench)};
    product->a = spb_alloc(bench, height * stride * sizeof(double));
    product->b = spb_alloc(bench, stride * stride * sizeof(double));
    product->c = spb_alloc(bench, height * stride * sizeof(double));
    product->panels_a = spb_alloc(bench, DEPTH * height * sizeof(double));
    product->panels_b = spb_alloc(bench, DEPTH * stride * sizeof(double));
    product->vectors = spb_alloc(bench, 3 * stride * sizeof(double));
    if (!product->a || !product->b || !product->c || !product->panels_a || !product->panels_b || !product->vectors)
        return -1;
    for (size_t row = 0; row < size; row++) {
        for (size_t column = 0; column < size; column++) {
            product->a[row * stride + column] = small_number(&product->seed);
            product->b[row * stride + column] = small_number(&product->seed);
        }
    }
    spb_set_state(bench, product);
    spb_set_work(bench, 2.0 * (double)size * (double)size * (double)size);
    /* At least: both matrices are read once and the product is written once. What is read again, the packed copies, and reading the
     * product's lines before they are written are not counted. */
    spb_set_rate(bench, "data", "byte", 3.0 * (double)size * (double)size * sizeof(double));
    return 0;
}

/* Columns first .. first + depth - 1 of A, ROWS rows a panel, column by column. */
static void pack_a(const struct product *product, size_t first, size_t depth)
{
    double *to = product->panels_a;
    for (size_t row = 0; row < product->height; row += ROWS)
        for (size_t k = 0; k < depth; k++)
            for (size_t r = 0; r < ROWS; r++)
                *to++ = product->a[(row + r) * product->stride + first + k];
}

/* Rows first .. of B, a tile's columns a panel, row by row. */
static void pack_b(const struct product *product, size_t first, size_t depth)
{
    double *to = product->panels_b;
    unsigned columns = product->kernel->columns;
    for (size_t column = 0; column < product->stride; column += columns)
        for (size_t k = 0; k < depth; k++, to += columns)
            memcpy(to, &product->b[(first + k) * product->stride + column], columns * sizeof(double));
}

/* One panel of B stays in the L1 cache while all panels of A pass by. */
static void multiply_block(const struct product *product, size_t depth)
{
    size_t columns = product->kernel->columns, stride = product->stride;
    for (size_t column = 0; column < stride; column += columns)
        for (size_t row = 0; row < product->height; row += ROWS)
            product->kernel->multiply_tile(product->panels_a + row * depth, product->panels_b + column * depth, depth,
                                           product->c + row * stride + column, stride);
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    const struct product *product = thread->state;
    size_t stride = product->stride;

    for (uint64_t i = 0; i < iterations; i++) {
        memset(product->c, 0, product->height * stride * sizeof(double));
        for (size_t first = 0; first < stride; first += DEPTH) {
            size_t depth = stride - first < DEPTH ? stride - first : DEPTH;
            pack_a(product, first, depth);
            pack_b(product, first, depth);
            multiply_block(product, depth);
        }
        spb_clobber();
    }
}

/* to = matrix * from */
static void apply(const struct product *product, const double *matrix, const double *from, double *to)
{
    for (size_t row = 0; row < product->size; row++) {
        double sum = 0;
        for (size_t column = 0; column < product->size; column++)
            sum += matrix[row * product->stride + column] * from[column];
        to[row] = sum;
    }
}

static int verify(struct spb_bench *bench)
{
    struct product *product = spb_state(bench);
    double *x = product->vectors, *y = x + product->stride, *z = y + product->stride;
    for (size_t i = 0; i < product->size; i++)
        x[i] = small_number(&product->seed);
    apply(product, product->b, x, y);
    apply(product, product->a, y, z);
    apply(product, product->c, x, y);
    for (size_t i = 0; i < product->size; i++)
        if (!(y[i] >= z[i] && y[i] <= z[i]))
            return spb_fail(bench, "row %zu of the product is wrong", i);
    return 0;
}

static const struct spb_param_spec params[] = {
    {.name = "size",
     .summary = "rows and columns of the matrices",
     .defaults = "256",
     .minimum = 1,
     .maximum = ORDER_MAX,
     .kind = SPB_PARAM_COUNT},
    {.name = "isa",
     .summary = "vector instructions; auto: the widest that this CPU has",
     .defaults = "auto",
     .choices = CHOICES,
     .kind = SPB_PARAM_CHOICE},
    {0},
};

const struct spb_workload spb_cpu_matrix_product = {
    SPB_WORKLOAD_HEADER,
    .name = "cpu/matrix-product",
    .summary = "blocked product of two square matrices of doubles",
    .meaning = "floating-point work with data that comes from the caches in time, or does not: compare cpu/fma-peak",
    .unit = "FLOP",
    .measure = SPB_UNITS_PER_SECOND,
    .version = 1,
    .params = params,
    .set_up = set_up,
    .run = run,
    .verify = verify,
};
