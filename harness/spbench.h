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
    SPB_PARAM_BYTES = 1,    /* a size: 4096, 64KiB, 1MiB */
    SPB_PARAM_DURATION = 2, /* a time, in nanoseconds for the workload: 500ns, 10us, 1ms */
    SPB_PARAM_CHOICE = 3,   /* one word of `choices` */
};

/* A parameter that the user can set with --param; every combination of values becomes a row. */
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

/* ---- for set_up, verify and tear_down; spb_fail, spb_param, spb_seed from any thread ---------------------------- */

/* Value of a parameter: number, bytes or nanoseconds by its kind. A name that the descriptor lacks ends the worker with
 * a message, as a mistake of the workload's author. */
SPB_API uint64_t spb_param(const struct spb_bench *bench, const char *name);
/* The word chosen, for SPB_PARAM_CHOICE. Owned by the harness. */
SPB_API const char *spb_param_text(const struct spb_bench *bench, const char *name);
SPB_API unsigned spb_threads(const struct spb_bench *bench);
/* Seed for this process's random data; differs between processes of a row, recorded in the result. */
SPB_API uint64_t spb_seed(const struct spb_bench *bench);

/* `bytes` of zeroed memory from the harness: page-aligned, on the plan's NUMA node, in huge pages if the user asked,
 * touched. NULL when there is not enough; spb_fail() was called then. Freed by the harness after tear_down. */
SPB_API void *spb_alloc(struct spb_bench *bench, size_t bytes);

SPB_API void spb_set_state(struct spb_bench *bench, void *state);
SPB_API void *spb_state(const struct spb_bench *bench);
/* Units of work in one iteration of all threads together. Default 1. */
SPB_API void spb_set_work(struct spb_bench *bench, double units);
/* Gives the reason why the workload cannot go on; the first one counts. Returns -1, for `return spb_fail(...)`. */
SPB_API int spb_fail(struct spb_bench *bench, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* One more number for the row, beside its headline (call it in verify or tear_down; at most 32). */
SPB_API void spb_report(struct spb_bench *bench, const char *name, const char *unit, double value);

/* ---- in the measured region ------------------------------------------------------------------------------------- */

/* The compiler must compute `value` and may not guess what becomes of it. No instruction of its own for a number that
 * stands in a register. */
#define spb_keep(value) __asm__ volatile("" : : "r,m"(value) : "memory")
/* The same for a variable in a register, which is also taken as changed: breaks constant folding across iterations, and
 * leaves memory alone. */
#define spb_change(variable) __asm__ volatile("" : "+r"(variable))
/* All memory may have been read and written here. */
#define spb_clobber() __asm__ volatile("" : : : "memory")

/* ---- a program of one's own ------------------------------------------------------------------------------------- */

/* The spbench command line over a table of workloads that ends with NULL. Returns the exit code. */
SPB_API int spb_main(int argc, char **argv, const struct spb_workload *const *workloads);

#define SPB_MAIN(workloads)                                                                                            \
    int main(int argc, char **argv)                                                                                    \
    {                                                                                                                  \
        return spb_main(argc, argv, (workloads));                                                                      \
    }

#ifdef __cplusplus
}
#endif

#endif
