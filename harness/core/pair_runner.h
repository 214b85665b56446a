/* SPDX-License-Identifier: MIT
 *
 * Runs an experiment in pairs: for each pair index every row that is not done gets one pair of processes, in an order drawn
 * anew. The rules stand in README.md; what comes out in pair.h.
 *
 *     struct spb_pair_build base = {.plugin = "/home/me/old.so"}, new = {.plugin = "/home/me/new.so"};
 *     struct spb_pair_runner_options options = {.rows = rows, .row_count = n, .pair_count = 20, .timeout_ns = ...,
 *                                               .sides = {{.builds = &base, .build_count = 1}, {.builds = &new, .build_count = 1}},
 *                                               .seed = seed, .cancel_fd = -1};
 *     spb_pair_runner_run(&options, &result, err);
 *
 * Options that are zero take the default named beside them.
 */
#ifndef SPB_PAIR_RUNNER_H
#define SPB_PAIR_RUNNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "pair.h"

/* One build of a side: where its workloads come from. All NULL: this program's own. */
struct spb_pair_build {
    const char *program; /* absolute path of another spbench executable; NULL: this program */
    const char *plugin;  /* absolute path of the shared object that has the workloads; NULL: the program's own */
};

struct spb_pair_side {
    const struct spb_pair_build
        *builds;        /* each pair has one: in every `build_count` pairs each once, in an order drawn anew */
    size_t build_count; /* at least 1 */
    const char *const *environment; /* "K=V" entries beside, or in place of, those of this process */
    size_t environment_count;
    const char
        *command; /* rows of command/run: the command line of this side, in place of the row's; NULL: the row's */
};

/* Where the experiment stands. */
struct spb_pair_progress {
    size_t row;    /* at work on */
    unsigned pair; /* of it, from 0 */
    size_t done;   /* pairs of all rows, with those that rows that are done no longer need */
    size_t planned;
    uint64_t elapsed_ns;
    uint64_t left_ns; /* estimate, to the end of all planned pairs; 0: not known yet */
};

/* Each may be NULL. */
struct spb_pair_runner_events {
    /* About four times a second, between slices and while a process is waited for. */
    void (*progress)(void *context, const struct spb_pair_progress *progress);
    /* A pair has ended, well or FAILED; it is added to its row afterwards. A negative errno ends the experiment. */
    int (*pair_done)(void *context, size_t row, const struct spb_pair *pair, struct spb_error *err);
    /* At each look, once every row that is not done has its pair: sets done[row] for rows that need no more. Entries that
     * are set already (failed, incomparable, unavailable, dropped earlier) stay set whatever is written. A negative errno ends
     * the experiment. */
    int (*decide)(void *context, unsigned pairs_done, bool *done, struct spb_error *err);
    /* See spb_worker_process_options: called when cancel_fd is readable. The pair at work is given up at once, without a trace
     * in its row; what is complete stays. */
    unsigned (*cancel)(void *context);
};

struct spb_pair_runner_options {
    /* Placement filled in (spb_row_plan_make), without pairs; filled in place. Rows that are UNAVAILABLE or incomparable
     * are passed over. */
    struct spb_paired_row *rows;
    size_t row_count;
    struct spb_pair_side sides[SPB_SIDES];
    unsigned pair_count;   /* of a row, at most */
    const unsigned *looks; /* numbers of pairs after which decide() is called, ascending; NULL: only after pair_count */
    size_t look_count;
    unsigned rounds;         /* of a pair; 0: 6, and fewer where a pair would take more than 2 s of slices */
    uint64_t slice_ns;       /* target; 0: 5 ms */
    uint64_t warm_up_max_ns; /* of a process; 0: 40 ms */
    uint64_t
        budget_ns; /* no further pair index is begun that is not expected to end within it; the first one always is.
                                    0: no limit */
    uint64_t timeout_ns;         /* of one process: of the time that it is waited for */
    uint64_t command_timeout_ns; /* of one that runs a command; 0: the same */
    const char *timeout_from;    /* the option that sets it, for the message; NULL: none does */
    uint64_t seed;               /* of all that is drawn */
    bool private_buffers;        /* no memory is shared between the processes of a pair */
    bool huge_pages;
    uint64_t memory_limit_bytes; /* of one process; 0: not known */
    const char *counters;        /* the --counters selection; NULL: "off" */
    bool exclude_kernel;
    int cancel_fd;                               /* -1: none */
    const struct spb_pair_runner_events *events; /* NULL: none */
    void *context;
};

/* Why no further pair was begun. */
enum spb_pair_end {
    SPB_PAIR_END_COUNT,  /* every row has all its pairs */
    SPB_PAIR_END_ROWS,   /* no row needs, or can have, another pair */
    SPB_PAIR_END_BUDGET, /* the next one would not have ended in time */
    SPB_PAIR_END_CANCELED,
};

struct spb_pair_runner_result {
    unsigned pairs_done; /* pair indices for which every row that was not done had its pair */
    enum spb_pair_end end;
    uint64_t elapsed_ns;
    uint64_t next_ns; /* what one more pair of every row was expected to take; 0: not known */
};

/* 0; -ECANCELED when the user asked to stop; another negative errno when no process can be started at all, an event failed, or
 * memory ran out. *result is set in any case. A row ends as row.outcome FAILED with the reason after its second failed pair,
 * INTERRUPTED without any pair, else OK; or with `incomparable` set, when an iteration is not the same work on both sides. */
int spb_pair_runner_run(const struct spb_pair_runner_options *options, struct spb_pair_runner_result *result,
                        struct spb_error *err);

/* "all pairs done", "no row needs another pair", "the time budget is used up", "interrupted". */
const char *spb_pair_end_text(enum spb_pair_end end);

#endif
