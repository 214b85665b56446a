/* SPDX-License-Identifier: MIT
 *
 * Runs rows: which process next, how long it may take, when a row is done. Rounds of processes: in each round every row that
 * is not done yet gets one process, in a fresh random order, so that a drift of the machine falls on all rows alike and shows
 * in their intervals. The rules stand in README.md.
 */
#ifndef SPB_RUNNER_H
#define SPB_RUNNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "row.h"

/* Where a run stands. */
struct spb_runner_progress {
    size_t row;         /* at work on */
    unsigned replicate; /* of it, from 0 */
    size_t done;        /* processes of the whole run, with those that early rows no longer need */
    size_t planned;
    uint64_t elapsed_ns;
    uint64_t left_ns; /* estimate */
};

struct spb_runner_events {
    /* About four times a second. May be NULL, as the others. */
    void (*progress)(void *context, const struct spb_runner_progress *progress);
    /* A process has ended; it is added to the row afterwards. A negative errno ends the run. */
    int (*process_done)(void *context, size_t row, const struct spb_process *process, struct spb_error *err);
    /* Nothing more will be added to the row; its statistics are computed. */
    void (*row_done)(void *context, size_t row);
    /* See spb_worker_process_options. */
    unsigned (*cancel)(void *context);
};

struct spb_runner_options {
    struct spb_row *rows; /* filled in place; those that have processes already go on from there */
    size_t row_count;
    unsigned processes;          /* of a row, at most */
    double precision_ratio;      /* a row is done when its half-width is below it */
    uint64_t budget_ns;          /* of the whole run; every row runs at least once */
    uint64_t timeout_ns;         /* of one process */
    uint64_t command_timeout_ns; /* of one that runs a command; 0: the same */
    uint64_t sampling_min_ns;    /* of a process, while the budget lasts */
    uint64_t sampling_max_ns;
    uint64_t warm_up_max_ns;
    uint64_t seed;
    bool huge_pages;
    uint64_t memory_limit_bytes;
    const char *counters;
    bool exclude_kernel;
    int cancel_fd; /* -1: none */
    const struct spb_runner_events *events;
    void *context;
};

/* The smallest number of processes after which precision may end a row: the exact 95 % interval needs six. */
#define SPB_PROCESSES_MIN 6

/* 0; -ECANCELED when the user asked to stop; another negative errno when no worker can be started or an event failed. Rows that
 * failed are in the rows. */
int spb_runner_run(const struct spb_runner_options *options, struct spb_error *err);

/* Computes row->stats and row->metrics, and the outcome from its processes. 0 or -ENOMEM. */
int spb_row_finish(struct spb_row *row);

#endif
