/* SPDX-License-Identifier: MIT
 *
 * What the runner asks of one worker process, and what comes back, as structures and as messages (message.h).
 *
 *     runner --- length, job ---> worker          worker --- report (an spb_process) ---> runner, then end of file
 *
 * A paired job is followed by requests, each with its answer (pair_message.h).
 */
#ifndef SPB_JOB_H
#define SPB_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "row.h"
#include "strbuf.h"

/* Descriptors in the worker: its socket; the memory that both processes of a pair share; the executable, where that was given by a
 * descriptor. */
#define SPB_WORKER_FD  3
#define SPB_SHARED_FD  4
#define SPB_PROGRAM_FD 5
/* A report above this is taken as damaged. */
#define SPB_REPORT_BYTES_MAX ((size_t)256 << 20)

struct spb_job {
    bool
        describe; /* nothing is measured: the answer is what the descriptors of the plug-in, or without one of the program
                      itself, say (plugin.h) */
    char *plugin; /* absolute path of the shared object that has the workload; NULL: this program */
    char *workload;
    struct spb_param_value *params;
    size_t param_count;
    unsigned threads;
    bool pinned;
    struct spb_cpu *cpus; /* `threads` of them when pinned */
    bool memory_bound;
    unsigned numa_node;
    bool huge_pages;
    uint64_t memory_limit_bytes; /* what the harness allocator may hand out; 0: not known */
    char *counters;              /* the --counters selection, for the probes */
    bool exclude_kernel;
    uint64_t seed;

    /* How to measure. */
    uint64_t iterations;    /* of a sample, as an earlier process of the row found; 0: not known yet */
    uint64_t iteration_ns;  /* how long one takes, likewise */
    uint64_t sample_min_ns; /* shortest sample */
    uint64_t warm_up_limit_ns;
    uint64_t sampling_min_ns;   /* sample at least so long */
    uint64_t sampling_limit_ns; /* and at most */
    double precision_ratio;     /* in between, until the process's own median is known well enough for it */

    /* One process of a pair: after set-up it does what it is asked, slice after slice. */
    bool paired;
    uint64_t shared_address;     /* where memory from SPB_SHARED_FD is mapped; 0: none is shared */
    uint64_t stack_offset_bytes; /* how much deeper the stack is, and larger the heap, than they would be */
    uint64_t heap_offset_bytes;
};

void spb_job_release(struct spb_job *job);

void spb_job_encode(const struct spb_job *job, struct spb_strbuf *out);
/* 0, or -EBADMSG; *job is empty then. */
int spb_job_decode(const char *bytes, size_t length, struct spb_job *job);

/* What the worker knows of a process; index, order, started_ns and wall_ns are the runner's. */
void spb_report_encode(const struct spb_process *process, struct spb_strbuf *out);
/* 0, or -EBADMSG; *process is empty then. Hostile input is expected. */
int spb_report_decode(const char *bytes, size_t length, struct spb_process *process);

#endif
