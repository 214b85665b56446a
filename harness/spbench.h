/* SPDX-License-Identifier: MIT
 *
 * spbench.h: all that a workload sees of the harness.
 *
 * A workload is one constant descriptor. The harness starts a fresh process for it, calls set_up once, pins the
 * threads, and then calls run() on every thread at once with an iteration count; the clock is read only around that
 * call.
 *
 *     static int set_up(struct spb_bench *b)
 *     {
 *         uint64_t *table = spb_alloc(b, spb_param(b, "size"));
 *         if (!table)
 *             return -1;                       // spb_alloc has said why
 *         spb_set_state(b, table);
 *         spb_set_work(b, 1);                  // units of work in one iteration of all threads together
 *         return 0;
 *     }
 *
 *     static void run(struct spb_thread *t, uint64_t iterations)
 *     {
 *         uint64_t *table = t->state;
 *         for (uint64_t i = 0; i < iterations; i++)
 *             spb_keep(table[i & 7]);
 *     }
 *
 *     const struct spb_workload my_lookup = {
 *         SPB_WORKLOAD_HEADER,
 *         .name = "my/lookup", .summary = "table look-up", .meaning = "what a change in it means",
 *         .unit = "operation", .measure = SPB_TIME_PER_UNIT, .version = 1,
 *         .set_up = set_up, .run = run,
 *     };
 *
 * C and C++ callable. Strings handed over in a descriptor must outlive the process.
 */
#ifndef SPBENCH_H
#define SPBENCH_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SPB_API         __attribute__((visibility("default")))
#define SPB_ABI_VERSION 1u

/* What the headline number of a row is. */
enum spb_measure {
    SPB_TIME_PER_UNIT = 0,    /* seconds for one unit of work; lower is better */
    SPB_UNITS_PER_SECOND = 1, /* units of work in a second; higher is better */
};

enum spb_param_kind {
    SPB_PARAM_COUNT = 0,    /* a plain number: 100, 20k */
    SPB_PARAM_BYTES = 1,    /* a size: 4096, 64KiB, 1MiB; or relative to a cache of the machine: l1/2, l2*2, llc*4 */
    SPB_PARAM_DURATION = 2, /* a time, in nanoseconds for the workload: 500ns, 10us, 1ms */
    SPB_PARAM_CHOICE = 3,   /* one word of `choices` */
    SPB_PARAM_CPU_PAIR =
        4, /* two CPUs, "0-1", that the row's two threads are pinned to (threads_min and _max: 2). "auto": a
                               pair for each distance between CPUs; "all": every pair of allowed CPUs */
};

/* A parameter that the user can set with --param; every combination of values becomes a row.
 *
 * Sizes relative to a cache: l1, l2, l3 and llc (the last level) are the size of one data or unified cache of that level
 * on the machine; a level that it lacks is its nearest lower one. They come to at most a sixteenth of the memory that may
 * be used, and values that turn out alike become one. "16KiB..llc*2" are all doublings from 16 KiB on, and the end. */
struct spb_param_spec {
    const char *name;
    const char *summary;
    const char *defaults; /* the values that run when nothing is set, separated by commas: "4KiB,64KiB" */
    const char *choices;  /* SPB_PARAM_CHOICE: the words, separated by commas */
    uint64_t minimum;     /* the others: smallest and largest value; maximum 0 means no upper limit */
    uint64_t maximum;
    enum spb_param_kind kind;
};

struct spb_bench; /* one workload with its parameter values, in its process */

/* One measured thread, as run() sees it. New members are added at the end only. */
struct spb_thread {
    void *state;             /* what spb_set_state() stored, shared by all threads */
    void *local;             /* this thread's own; thread_set_up may set it */
    struct spb_bench *bench; /* for the calls below */
    unsigned index;          /* 0 .. count - 1 */
    unsigned count;
};

#define SPB_WORKLOAD_HEADER .abi_version = SPB_ABI_VERSION, .struct_bytes = sizeof(struct spb_workload)

/* The descriptor. Members that are zero take the default named beside them. New members are added at the end only. */
struct spb_workload {
    uint32_t abi_version; /* SPB_WORKLOAD_HEADER sets these two */
    uint32_t struct_bytes;
    const char *name;    /* "family/noun": lower case, digits, '-', one '/' */
    const char *summary; /* one line: what is done */
    const char *meaning; /* one line: what a change in the number means */
    const char *unit;    /* one unit of work, singular: "operation", "byte", "FLOP", "spawn" */
    enum spb_measure measure;
    unsigned version;                    /* raise it when the same name measures something else */
    const struct spb_param_spec *params; /* ends with a zeroed entry; NULL: none */
    unsigned threads_min;                /* 0: 1 */
    unsigned threads_max;                /* 0: 1; UINT_MAX: as many as allowed */

    /* NULL, or why it cannot run on this machine (a constant string). Not called for a listing of names alone. */
    const char *(*unavailable)(void);
    /* Once, before the threads start. 0, or -1 after spb_fail(). NULL: nothing to set up. */
    int (*set_up)(struct spb_bench *bench);
    /* On every thread once it is pinned, before the first run(). 0, or -1 after spb_fail(). */
    int (*thread_set_up)(struct spb_thread *thread);
    /* The measured region, on all threads together. Each does `iterations` iterations. Required. */
    void (*run)(struct spb_thread *thread, uint64_t iterations);
    /* After the last sample: is what was computed right? 0, or -1 after spb_fail(). */
    int (*verify)(struct spb_bench *bench);
    void (*thread_tear_down)(struct spb_thread *thread);
    void (*tear_down)(struct spb_bench *bench);
};

/* ---- for set_up, verify and tear_down; spb_fail, spb_param, spb_seed and spb_alloc from any thread -------------- */

/* Value of a parameter: number, bytes or nanoseconds by its kind. A name that the descriptor lacks ends the worker with
 * a message, as a mistake of the workload's author. */
SPB_API uint64_t spb_param(const struct spb_bench *bench, const char *name);
/* The word chosen, for SPB_PARAM_CHOICE. Owned by the harness. */
SPB_API const char *spb_param_text(const struct spb_bench *bench, const char *name);
SPB_API unsigned spb_threads(const struct spb_bench *bench);
/* Seed for this process's random data; differs between processes of a row, recorded in the result. */
SPB_API uint64_t spb_seed(const struct spb_bench *bench);

/* `bytes` of zeroed memory from the harness: page-aligned, on the plan's NUMA node, in huge pages if the user asked,
 * touched. NULL when there is not enough; spb_fail() was called then. Freed by the harness after tear_down. Not in run(). */
SPB_API void *spb_alloc(struct spb_bench *bench, size_t bytes);

enum spb_pages {
    SPB_PAGES_DEFAULT = 0, /* as the user asked for the run */
    SPB_PAGES_SMALL = 1,   /* of the base size, whatever the system's setting */
    SPB_PAGES_HUGE = 2,    /* transparent huge pages; fails where the kernel has none to give */
};

/* spb_alloc with pages of the workload's own choice, for those that measure what the choice does. */
SPB_API void *spb_alloc_pages(struct spb_bench *bench, size_t bytes, enum spb_pages pages);

/* spb_alloc of memory that two processes of `spbench ab` may see both, at the same address, so that the pages that each process
 * happens to get make no difference between them. For what run() only reads, and for what it writes without minding what stands
 * there: set-up must leave what follows from parameters and seed alone; each run() must do with whatever the other process's run()
 * has left, and every iteration write all that verify() looks at (one more is done just before). Everywhere else it is
 * spb_alloc. */
SPB_API void *spb_alloc_shared(struct spb_bench *bench, size_t bytes);
/* The same with pages of the workload's own choice. Huge ones are never shared. */
SPB_API void *spb_alloc_shared_pages(struct spb_bench *bench, size_t bytes, enum spb_pages pages);

SPB_API void spb_set_state(struct spb_bench *bench, void *state);
SPB_API void *spb_state(const struct spb_bench *bench);
/* Units of work in one iteration of all threads together. Default 1. */
SPB_API void spb_set_work(struct spb_bench *bench, double units);
/* One more rate for the row: an iteration of all threads makes `amount` of `unit`, and the metric `name` becomes amounts a
 * second. For set_up; name and unit are copied. spb_set_rate(bench, "throughput", "byte", 4096) -> 2.1e9 byte/s. */
SPB_API void spb_set_rate(struct spb_bench *bench, const char *name, const char *unit, double amount);
/* Gives the reason why the workload cannot go on; the first one counts. Returns -1, for `return spb_fail(...)`. */
SPB_API int spb_fail(struct spb_bench *bench, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* One more number for the row, beside its headline (call it in verify or tear_down; at most 32). */
SPB_API void spb_report(struct spb_bench *bench, const char *name, const char *unit, double value);

/* ---- in the measured region ------------------------------------------------------------------------------------- */

/* Nanoseconds of the monotonic clock. Costs some 20 to 50 ns. */
SPB_API uint64_t spb_now_ns(void);
/* One latency for the row's histogram, from which come p50, p99, p99.9 and the largest, to 1 %. Each measured thread
 * records for itself: some 3 ns, no lock, no allocation. `thread` is the one that run() was given. */
SPB_API void spb_record_ns(struct spb_thread *thread, uint64_t ns);

/* The compiler must compute `value` and may not guess what becomes of it. No instruction of its own for a number that
 * stands in a register. */
#define spb_keep(value) __asm__ volatile("" : : "r,m"(value) : "memory")
/* The same for a variable in a register, which is also taken as changed: breaks constant folding across iterations, and
 * leaves memory alone. */
#define spb_change(variable) __asm__ volatile("" : "+r"(variable))
/* All memory may have been read and written here. */
#define spb_clobber() __asm__ volatile("" : : : "memory")

/* ---- a program or a plug-in of one's own ------------------------------------------------------------------------- */

/* What a plug-in shows: its symbol spb_plugin, which SPB_PLUGIN defines. */
struct spb_plugin {
    uint32_t abi_version;
    uint32_t struct_bytes;
    const struct spb_workload *const *workloads; /* ends with NULL */
};

#ifdef __cplusplus
#define SPB_EXTERN_C extern "C"
#else
#define SPB_EXTERN_C extern
#endif

/* Makes a shared object a plug-in, once in it, for a table of workloads that ends with NULL:
 *
 *     static const struct spb_workload *const workloads[] = {&my_lookup, NULL};
 *     SPB_PLUGIN(workloads)
 *
 *     cc -O2 -shared -fPIC my.c -o my.so && spbench run --plugin ./my.so 'my/\*'
 */
#define SPB_PLUGIN(table)                                                                                              \
    SPB_EXTERN_C SPB_API const struct spb_plugin spb_plugin;                                                           \
    const struct spb_plugin spb_plugin = {SPB_ABI_VERSION, sizeof(struct spb_plugin), (table)};

/* The spbench command line over a table of workloads that ends with NULL. Returns the exit code. */
SPB_API int spb_main(int argc, char **argv, const struct spb_workload *const *workloads);

/* The same file as a program of its own and, compiled with -shared, as a plug-in. */
#define SPB_MAIN(table)                                                                                                \
    SPB_PLUGIN(table)                                                                                                  \
    int main(int argc, char **argv)                                                                                    \
    {                                                                                                                  \
        return spb_main(argc, argv, (table));                                                                          \
    }

#ifdef __cplusplus
}
#endif

#endif
