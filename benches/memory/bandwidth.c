/* SPDX-License-Identifier: MIT
 *
 * Bandwidth of loads alone, of stores alone, and of stores past the caches, over a working set that each thread has for
 * itself: which cache, or memory, delivers it is a matter of the size. The widest vectors that the CPU has, eight at a
 * time.
 *
 * What is loaded is summed up, so that no load can be left out, and the sums of whole passes are known. What is stored
 * changes with each pass.
 *
 * Past the caches loads too carry the hint that a line will not be used again, where there is one. To most CPUs that is a load
 * like any other; the last-level cache of AMD's then keeps a part of the set from pass to pass, as it does with any tool that
 * reads in this way.
 */
#include <string.h>
#ifdef __x86_64__
#include <immintrin.h>
#endif

#include "spbench.h"
#include "streaming.h"
#include "vector_isa.h"

#define CHUNK_BYTES 512 /* working sets are whole chunks: eight of the widest vectors */
#define WORD_FACTOR 0x9e3779b97f4a7c15u

/* One pass over the set: loads give the sum of all words; stores put `value` into each. */
typedef uint64_t (*pass_function)(char *set, uint64_t bytes, uint64_t value);

struct kernel {
    const char *isa;
    unsigned vector_bytes;
    pass_function read;
    pass_function read_streaming;
    pass_function write;
    pass_function stream; /* NULL: there are no such stores, or the compiler has no name for them */
};

struct part {
    char *set;
    uint64_t passes;
    uint64_t sum;
} __attribute__((aligned(128)));

struct sets {
    pass_function pass;
    uint64_t bytes; /* of each */
    int stores;
    struct part *parts; /* one a thread */
};

#define UNROLLED_8 _Pragma("GCC unroll 8") for (unsigned v = 0; v < 8; v++)

#define DEFINE_READ(name, target, bytes_of_vector)                                                                     \
    target static __attribute__((noinline, aligned(64))) uint64_t name(char *set, uint64_t bytes, uint64_t value)      \
    {                                                                                                                  \
        typedef uint64_t vector __attribute__((vector_size(bytes_of_vector), may_alias));                              \
        vector sums[8] = {{value}};                                                                                    \
        for (const vector *at = (const vector *)(const void *)set; bytes; bytes -= 8 * sizeof(vector), at += 8)        \
            UNROLLED_8 sums[v] += at[v];                                                                               \
        vector sum = sums[0] + sums[1] + sums[2] + sums[3] + sums[4] + sums[5] + sums[6] + sums[7];                    \
        uint64_t total = 0;                                                                                            \
        for (unsigned lane = 0; lane < sizeof(vector) / sizeof(uint64_t); lane++)                                      \
            total += sum[lane];                                                                                        \
        return total;                                                                                                  \
    }

/* Both halves at once, a vector of each in turn: two pages are fetched from, and prefetchers see two simple streams. On a CPU of
 * AMD's fourth generation of Zen a tenth more than a single one of eight vectors in turn. */
#define DEFINE_READ_STREAMING(name, target, bytes_of_vector, load)                                                     \
    target static __attribute__((noinline, aligned(64))) uint64_t name(char *set, uint64_t bytes, uint64_t value)      \
    {                                                                                                                  \
        typedef uint64_t vector __attribute__((vector_size(bytes_of_vector), may_alias));                              \
        vector first = {value}, second = {0};                                                                          \
        const char *end = set + bytes / 2;                                                                             \
        for (const char *at = set; at < end; at += sizeof(vector)) {                                                   \
            first += (vector)load(at);                                                                                 \
            second += (vector)load(at + bytes / 2);                                                                    \
        }                                                                                                              \
        vector sum = first + second;                                                                                   \
        uint64_t total = 0;                                                                                            \
        for (unsigned lane = 0; lane < sizeof(vector) / sizeof(uint64_t); lane++)                                      \
            total += sum[lane];                                                                                        \
        return total;                                                                                                  \
    }

#define DEFINE_WRITE(name, target, bytes_of_vector, store, fence)                                                      \
    target static __attribute__((noinline, aligned(64))) uint64_t name(char *set, uint64_t bytes, uint64_t value)      \
    {                                                                                                                  \
        typedef uint64_t vector __attribute__((vector_size(bytes_of_vector), may_alias));                              \
        vector values = value - (vector){0};                                                                           \
        for (vector *at = (vector *)(void *)set; bytes; bytes -= 8 * sizeof(vector), at += 8) {                        \
            IN_REGISTER(values); /* or a compiler would call memset */                                                 \
            UNROLLED_8 store(at + v, values);                                                                          \
        }                                                                                                              \
        fence;                                                                                                         \
        return 0;                                                                                                      \
    }

#define STORE(address, value) (*(address) = (value))

#if defined(__x86_64__)
#define STREAM_512(to, value) _mm512_stream_si512((void *)(to), (__m512i)(value))
#define STREAM_256(to, value) _mm256_stream_si256((void *)(to), (__m256i)(value))
#define STREAM_128(to, value) _mm_stream_si128((void *)(to), (__m128i)(value))
#define LOAD_512(from)        _mm512_stream_load_si512((void *)(uintptr_t)(from))
#define LOAD_256(from)        _mm256_stream_load_si256((const void *)(from))
#define LOAD_128(from)        (*(const vector *)(const void *)(from)) /* the hint came with SSE4.1 */
#define DEFINE_KERNEL(name, target, bytes, stream)                                                                     \
    DEFINE_READ(read_##name, target, bytes)                                                                            \
    DEFINE_WRITE(write_##name, target, bytes, STORE, )                                                                 \
    DEFINE_WRITE(stream_##name, target, bytes, stream, _mm_sfence())
DEFINE_KERNEL(avx512, TARGET("avx512f"), 64, STREAM_512)
DEFINE_KERNEL(avx2, TARGET("avx2"), 32, STREAM_256)
DEFINE_KERNEL(sse2, TARGET("sse2"), 16, STREAM_128)
DEFINE_READ_STREAMING(read_streaming_avx512, TARGET("avx512f"), 64, LOAD_512)
DEFINE_READ_STREAMING(read_streaming_avx2, TARGET("avx2"), 32, LOAD_256)
DEFINE_READ_STREAMING(read_streaming_sse2, TARGET("sse2"), 16, LOAD_128)
#else
#define LOAD_128(from) (*(const vector *)(const void *)(from))
DEFINE_READ(read_generic, , 16)
DEFINE_READ_STREAMING(read_streaming_generic, , 16, LOAD_128)
DEFINE_WRITE(write_generic, , 16, STORE, )
#endif

#if defined(__aarch64__)
#define HAVE_PAIR_STORES 1
/* The hint is in the instruction, a pair of registers past the caches. */
static __attribute__((noinline, aligned(64))) uint64_t stream_pairs(char *set, uint64_t bytes, uint64_t value)
{
    for (; bytes; bytes -= 64, set += 64)
        __asm__ volatile("dup v0.2d, %1\n\tstnp q0, q0, [%0]\n\tstnp q0, q0, [%0, #32]"
                         :
                         : "r"(set), "r"(value)
                         : "v0", "memory");
    return 0;
}
#endif

/* Widest first. */
static const struct kernel kernels[] = {
#if defined(__x86_64__)
    {"avx512", 64, read_avx512, read_streaming_avx512, write_avx512, stream_avx512},
    {"avx2", 32, read_avx2, read_streaming_avx2, write_avx2, stream_avx2},
    {"sse2", 16, read_sse2, read_streaming_sse2, write_sse2, stream_sse2},
#elif defined(HAVE_PAIR_STORES)
    {"", 16, read_generic, read_streaming_generic, write_generic, stream_pairs},
#else
    {"", 16, read_generic, read_streaming_generic, write_generic, NULL},
#endif
};

/* The last one runs everywhere. */
static const struct kernel *find_kernel(void)
{
    const struct kernel *kernel = kernels;
    while (!cpu_has_isa(kernel->isa))
        kernel++;
    return kernel;
}

static uint64_t word_at(uint64_t i)
{
    return i * WORD_FACTOR;
}

static int set_up(struct spb_bench *bench, pass_function pass, int stores)
{
    struct sets *sets = spb_alloc(bench, sizeof(*sets));
    struct part *parts = spb_alloc(bench, spb_threads(bench) * sizeof(*parts));
    uint64_t bytes = spb_param(bench, "size") / CHUNK_BYTES * CHUNK_BYTES;
    if (!sets || !parts)
        return -1;
    *sets = (struct sets){.pass = pass, .bytes = bytes, .stores = stores, .parts = parts};
    for (unsigned t = 0; t < spb_threads(bench); t++) {
        parts[t].set = spb_alloc_shared(bench, bytes);
        if (!parts[t].set)
            return -1;
        for (uint64_t i = 0; i < bytes / sizeof(uint64_t) && !stores; i++)
            ((uint64_t *)(void *)parts[t].set)[i] = word_at(i);
    }
    spb_set_state(bench, sets);
    spb_set_work(bench, (double)bytes * spb_threads(bench));
    return 0;
}

static int set_up_read(struct spb_bench *bench)
{
    const struct kernel *kernel = find_kernel();
    int streaming = chooses_streaming(spb_param_text(bench, "load"), spb_param(bench, "size"));
    return set_up(bench, streaming ? kernel->read_streaming : kernel->read, 0);
}

static int set_up_write(struct spb_bench *bench)
{
    return set_up(bench, find_kernel()->write, 1);
}

static int set_up_stream(struct spb_bench *bench)
{
    return set_up(bench, find_kernel()->stream, 1);
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    const struct sets *sets = thread->state;
    struct part *part = &sets->parts[thread->index];
    for (uint64_t i = 0; i < iterations; i++) {
        part->sum += sets->pass(part->set, sets->bytes, sets->stores ? part->passes + i + 1 : 0);
        spb_clobber();
    }
    part->passes += iterations;
}

static int check_stores(struct spb_bench *bench, const struct sets *sets, const struct part *part)
{
    const uint64_t *words = (const uint64_t *)(const void *)part->set;
    for (uint64_t i = 0; i < sets->bytes / sizeof(uint64_t); i++)
        if (words[i] != part->passes)
            return spb_fail(bench, "word %llu is %llu after pass %llu", (unsigned long long)i,
                            (unsigned long long)words[i], (unsigned long long)part->passes);
    return 0;
}

static int verify(struct spb_bench *bench)
{
    const struct sets *sets = spb_state(bench);
    uint64_t words = sets->bytes / sizeof(uint64_t), sum = word_at(words * (words - 1) / 2);
    for (unsigned t = 0; t < spb_threads(bench); t++) {
        const struct part *part = &sets->parts[t];
        if (sets->stores && check_stores(bench, sets, part) < 0)
            return -1;
        if (!sets->stores && part->sum != part->passes * sum)
            return spb_fail(bench, "the words that thread %u read have the wrong sum", t);
    }
    spb_report(bench, "vector-width", "bit", find_kernel()->vector_bytes * 8.0);
    return 0;
}

static const char *no_streaming(void)
{
    return find_kernel()->stream ? NULL : "no streaming stores are built in for this CPU";
}

#define SIZE(sizes)                                                                                                    \
    {                                                                                                                  \
        .name = "size", .summary = "bytes that each thread has for itself", .defaults = (sizes),                       \
        .minimum = CHUNK_BYTES, .kind = SPB_PARAM_BYTES                                                                \
    }

static const struct spb_param_spec read_params[] = {
    SIZE("l1/2,l2/2,llc/4,llc*4"),
    {.name = "load",
     .summary = "how; auto: streaming, past the caches, where the set fills half of the last cache",
     .defaults = "auto",
     .choices = "auto,regular,streaming",
     .kind = SPB_PARAM_CHOICE},
    {0},
};
static const struct spb_param_spec all_levels[] = {SIZE("l1/2,l2/2,llc/4,llc*4"), {0}};
static const struct spb_param_spec memory_only[] = {SIZE("llc*4"), {0}};

const struct spb_workload spb_memory_read = {
    SPB_WORKLOAD_HEADER,
    .name = "memory/read",
    .summary = "vector loads over a working set of each thread's own",
    .meaning = "read bandwidth of the cache that holds the set, else of memory",
    .unit = "byte",
    .measure = SPB_UNITS_PER_SECOND,
    .version = 2,
    .params = read_params,
    .threads_max = ~0u,
    .set_up = set_up_read,
    .run = run,
    .verify = verify,
};

const struct spb_workload spb_memory_write = {
    SPB_WORKLOAD_HEADER,
    .name = "memory/write",
    .summary = "vector stores over a working set of each thread's own",
    .meaning = "write bandwidth; beyond the caches each line is read first and written later",
    .unit = "byte",
    .measure = SPB_UNITS_PER_SECOND,
    .version = 1,
    .params = all_levels,
    .threads_max = ~0u,
    .set_up = set_up_write,
    .run = run,
    .verify = verify,
};

const struct spb_workload spb_memory_write_streaming = {
    SPB_WORKLOAD_HEADER,
    .name = "memory/write-streaming",
    .summary = "vector stores past the caches",
    .meaning = "write bandwidth of memory when no line has to be read first",
    .unit = "byte",
    .measure = SPB_UNITS_PER_SECOND,
    .version = 1,
    .params = memory_only,
    .threads_max = ~0u,
    .unavailable = no_streaming,
    .set_up = set_up_stream,
    .run = run,
    .verify = verify,
};
