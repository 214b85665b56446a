/* SPDX-License-Identifier: MIT
 *
 * Made-up experiments in pairs: rounds of slices as an unquiet machine would time them, with a slowdown that is known.
 *
 *     struct experiment experiment;
 *     experiment_begin(&experiment, &setting, seed);
 *     experiment_run(&experiment, 14, decided);       // as many pairs of every row that is not decided
 *     ...
 *     experiment_end(&experiment);
 */
#ifndef SPB_STREAMS_H
#define SPB_STREAMS_H

#include <stdbool.h>

#include "judgement.h"
#include "pair.h"
#include "random.h"

#define ROWS_MAX   50
#define BUILDS_MAX 8

enum stream {
    STREAM_WHITE,      /* independent noise */
    STREAM_DRIFT,      /* the machine gets slower by some percent a second, and wanders */
    STREAM_BURSTS,     /* stretches of slices take up to half as long again; most of them carry marks */
    STREAM_CORRELATED, /* slices close in time are alike: 0.95 from one to the next */
    STREAM_LAYOUT,     /* every process draws a layout that makes it slower or faster for good */
    STREAM_HEAVY,      /* Student's t of 2 degrees, for slices and for processes */
    STREAM_ORDER,      /* the process that is started first is faster by 2.5 % */
    STREAM_MIXED,      /* all of it */
};
#define STREAMS 8

enum fault {
    FAULT_NONE,
    FAULT_FIXED_ORDER, /* the base is always started first and always has the outer slices */
    FAULT_SAMPLES,     /* every round is taken for a pair of its own */
};

struct setting {
    enum stream stream;
    enum fault fault;
    size_t row_count;
    double sd;       /* of d_p from the layout of the processes; 0: each row has its own, from 0.3 to 10 % */
    double slice_sd; /* noise of a slice, as a logarithm */
    double slowdown; /* of the new side, as a logarithm, in the first `slowed_count` rows */
    size_t slowed_count;
    unsigned rounds;
    unsigned build_count; /* of each side, every one with a layout of its own; 0 and 1: one, which has none */
};

struct experiment {
    struct setting setting;
    struct spb_random random;
    struct spb_paired_row rows[ROWS_MAX];
    double builds[ROWS_MAX][SPB_SIDES][BUILDS_MAX]; /* what each build is slower by */
    unsigned pairs;                                 /* so far */
    double slices;                                  /* of all rows so far: the time */
    double drift, walk, correlated;
    unsigned burst_left;
    double burst;
};

const char *stream_name(enum stream stream);

void experiment_begin(struct experiment *experiment, const struct setting *setting, uint64_t seed);
/* Goes on to `pairs` pairs of every row of which decided[] says UNDECIDED. */
void experiment_run(struct experiment *experiment, unsigned pairs, const enum spb_verdict *decided);
void experiment_end(struct experiment *experiment);

/* Standard deviation of d_p that a row's layouts come to. */
double row_sd(const struct setting *setting, size_t row);

#endif
