/* SPDX-License-Identifier: MIT
 *
 * What the runner asks of one worker process, and what comes back, as structures and as messages (message.h).
 *
 *     runner --- length, job ---> worker          worker --- report (an spb_process) ---> runner, then end of file
 */
#ifndef SPB_JOB_H
#define SPB_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "row.h"
#include "strbuf.h"

/* The descriptor of the socket in the worker. */
#define SPB_WORKER_FD 3
/* A report above this is taken as damaged. */
#define SPB_REPORT_BYTES_MAX ((size_t)256 << 20)

struct spb_job {
    bool describe; /* nothing is measured: the answer is what the plug-in's descriptors say (plugin.h) */
    char *plugin;  /* absolute path of the shared object that has the workload; NULL: this program */
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
