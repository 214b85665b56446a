/* SPDX-License-Identifier: MIT
 *
 * What an experiment in pairs produces, as plain data. The pair runner fills it, the store writes and reads it, the verdict
 * judges it. The method and its reasons: harness/verdict/README.md.
 *
 *     row    one workload with parameter values and a thread count, as in row.h
 *     pair   two processes, one a side, alive together on the same CPUs; the unit of analysis
 *     round  four slices, XYYX or YXXY: each side twice, a fixed number of iterations
 *
 * All strings and arrays are owned by the structure that holds them and freed by its release function.
 */
#ifndef SPB_PAIR_H
#define SPB_PAIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "metric.h"
#include "row.h"

enum spb_side { SPB_SIDE_BASE, SPB_SIDE_NEW, SPB_SIDES };

struct spb_round {
    uint64_t iterations;            /* of one slice, on every thread; the same for both sides */
    uint64_t elapsed_ns[SPB_SIDES]; /* of the side's two slices together, that is of 2 * iterations */
    uint32_t marks[SPB_SIDES];      /* enum spb_mark: of either slice */
    enum spb_side outer;            /* the side that had the first and the last slice */
};

struct spb_pair {
    unsigned index;            /* of the experiment, from 0; the same in all rows */
    enum spb_side x;           /* the coin: which side was started first and played X */
    uint64_t seed;             /* of the pair's data, layout and schedule */
    uint64_t started_ns;       /* since the start of the experiment */
    unsigned build[SPB_SIDES]; /* which of the side's builds */
    bool shared_buffers;       /* both processes saw the same physical pages */
    enum spb_outcome outcome;
    enum spb_side failed_side; /* when the outcome is FAILED */
    char *reason;              /* NULL when the outcome is OK */
    double work_per_iteration[SPB_SIDES];
    uint64_t overhead_ns[SPB_SIDES]; /* in every iteration and not the work's, as in struct spb_process */
    struct spb_round *rounds;        /* in time order */
    size_t round_count;
    struct spb_metrics metrics[SPB_SIDES]; /* over all slices, totals not divided */
};

struct spb_paired_row {
    struct spb_row row;     /* what it is and where it ran; without processes */
    char *incomparable;     /* why the two sides cannot be compared (units, versions, work); NULL: they can */
    struct spb_pair *pairs; /* in order of index */
    size_t pair_count;
};

void spb_pair_release(struct spb_pair *pair);
void spb_paired_row_release(struct spb_paired_row *row);
/* Moves `pair` to the end of the row; it is empty afterwards. 0 or -ENOMEM. */
int spb_paired_row_add(struct spb_paired_row *row, struct spb_pair *pair);

/* Time of one iteration in a round, overhead taken off as in row_stats.h; never 0 or below. */
double spb_round_time_ns(const struct spb_pair *pair, const struct spb_round *round, enum spb_side side);

const char *spb_side_name(enum spb_side side); /* "base", "new" */
int spb_side_parse(const char *name);          /* or -1 */

#endif
