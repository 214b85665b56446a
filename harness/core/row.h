/* SPDX-License-Identifier: MIT
 *
 * What a run produces, as plain data: rows of processes of samples. The runner fills it, the store writes and reads it,
 * the report shows it.
 *
 *     row      one workload with one set of parameter values and a thread count
 *     process  one replicate of the row: a fresh process with an address-space layout of its own. The unit of analysis.
 *     sample   one timed call of run(): `iterations` on every thread, elapsed_ns from the first thread's start to the
 * last thread's end
 *
 * All strings and arrays are owned by the structure that holds them and freed by its release function.
 */
#ifndef SPB_ROW_H
#define SPB_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "histogram.h"
#include "metric.h"
#include "row_stats.h"
#include "spbench.h"
#include "topology.h"

struct spb_sample {
    uint64_t iterations; /* of every thread */
    uint64_t elapsed_ns;
    uint32_t marks; /* enum spb_mark */
};

enum spb_outcome {
    SPB_OUTCOME_OK,
    SPB_OUTCOME_FAILED,      /* reason says why; samples may be missing */
    SPB_OUTCOME_UNAVAILABLE, /* rows only: cannot run on this machine, reason says why */
    SPB_OUTCOME_INTERRUPTED, /* ended early; what is there counts */
};

/* One thread of one process, summed over its samples. */
struct spb_thread_result {
    struct spb_cpu cpu;  /* where it ran at the end */
    uint64_t elapsed_ns; /* its own time in run() */
};

struct spb_process {
    unsigned index;      /* replicate number, from 0 */
    unsigned order;      /* how many processes of the run were started before it */
    uint64_t started_ns; /* since the start of the run */
    uint64_t seed;
    enum spb_outcome outcome;
    char *reason; /* NULL when the outcome is OK */
    double work_per_iteration;
    uint64_t
        overhead_ns; /* in every iteration, and not the work's (the start of a shell): samples are raw and hold it, the
                             statistics do not */
    uint64_t set_up_ns;
    uint64_t calibration_ns;
    uint64_t warm_up_ns;
    bool settled;           /* warm-up ended by its rule, not by its limit */
    uint64_t wall_ns;       /* of the whole process, as the parent saw it */
    uint64_t start_skew_ns; /* largest over the samples: first to last thread's start */
    uint64_t finish_skew_ns;
    struct spb_sample *samples; /* in time order */
    size_t sample_count;
    struct spb_thread_result *threads;
    unsigned thread_count;
    struct spb_metrics metrics;    /* resources and counters over all samples; totals, not per operation */
    struct spb_histogram *latency; /* of single operations, all threads; NULL when the workload records none */
};

struct spb_param_value {
    char *name;
    char *text;     /* as shown: "64KiB" */
    uint64_t value; /* bytes, nanoseconds or count; 0 for a choice */
    enum spb_param_kind kind;
};

struct spb_row {
    char *workload; /* "memory/latency" */
    char *plugin;   /* absolute path of the shared object that it is from; NULL: built in */
    unsigned workload_version;
    char *unit;
    enum spb_measure measure;
    struct spb_param_value *params;
    size_t param_count;
    unsigned threads;
    bool pinned;
    struct spb_cpu *cpus; /* the plan: `threads` of them when pinned */
    bool memory_bound;
    unsigned numa_node; /* when memory_bound */
    enum spb_outcome outcome;
    char *reason;
    struct spb_process *processes; /* in order of completion */
    size_t process_count;
    struct spb_row_stats stats; /* spb_row_stats_compute() */
    struct spb_metrics metrics; /* medians over the processes, derived ones included */
};

void spb_process_release(struct spb_process *process);
void spb_row_release(struct spb_row *row);

/* Moves `process` to the end of the row; it is empty afterwards. 0 or -ENOMEM. */
int spb_row_add_process(struct spb_row *row, struct spb_process *process);

/* The latencies of all processes that count, merged; freed by the caller. NULL when there are none (or no memory). */
struct spb_histogram *spb_row_latency(const struct spb_row *row);

/* "memory/latency size=64KiB threads=2": names the row within a run, the same in every run. `threads` stands there only
 * when it is not 1. Result owned by the caller; NULL when memory ran out. */
char *spb_row_key(const struct spb_row *row);

/* A pattern is a glob (as of fnmatch(3); the asterisk takes slashes and blanks too) over a row's key, "memory/latency size=64KiB
 * threads=2", or over the name of its workload, "memory/latency". */
bool spb_row_matches(const char *pattern, const char *key);

/* Do two names of workloads begin with the same family, as in "cpu/int-chain" and "cpu/hash"? */
bool spb_same_family(const char *a, const char *b);

const char *spb_outcome_name(enum spb_outcome outcome); /* "ok", "failed", "unavailable", "interrupted" */
int spb_outcome_parse(const char *name);                /* or -1 */
const char *spb_measure_name(enum spb_measure measure); /* "time-per-unit", "units-per-second" */
int spb_measure_parse(const char *name);                /* or -1 */

#endif
