/* SPDX-License-Identifier: MIT
 *
 * Does the gate see anything? Synthetic slowdowns go into the data of the new side, one row at a time and in all rows at once,
 * and the gate judges them as it judges everything: the smallest that turns a row red is what it sees.
 *
 *     struct spb_self_test_input input = {.ab = &ab, .policy = &policy, .thresholds = thresholds, .today = today};
 *     if (spb_self_test_run(&input, &test, err) == 0) ... test.rows[i].alone_ratio ...
 *
 * A slowdown by s multiplies each time of the new side by 1 + s, less what is not the work's (overhead_ns), before anything is
 * computed from it. All else stays as it was measured, the noise above all. A row of an experiment that was decided early is given
 * pairs drawn again from its own, up to the 20 that the experiment would have gone on to (more_pairs.h). Honest data are those of one
 * build on both sides. One result as both sides lacks what two runs differ by: only judging's allowance for it is there, so a
 * slowdown of the size that comes out is seen in half of all runs; detectable_ratio is the answer for nine of ten. (Its processes
 * split in two halves would lack that as well, and half of the processes on top, which can make the test blind where the gate is
 * not.)
 */
#ifndef SPB_GATE_SELF_TEST_H
#define SPB_GATE_SELF_TEST_H

#include "ab_file.h"
#include "error.h"
#include "gate.h"
#include "result.h"

struct spb_self_test_input {
    struct spb_ab *ab;             /* an experiment in pairs; NULL: */
    const struct spb_result *base; /* two results, which must not share anything */
    struct spb_result *new_result; /* times are changed while it runs, and put back */
    const struct spb_policy *policy;
    struct spb_thresholds thresholds;
    /* Of two results, as in spb_compare_options; NULL: not known. */
    double (*session_sd)(const void *context, const char *key);
    const void *session_context;
    unsigned today;
};

struct spb_self_test_row {
    char *key;
    double threshold_ratio;
    double bound_ratio;      /* twice the threshold: from there on the gate must be red */
    double alone_ratio;      /* smallest slowdown of this row alone that turned it red; 0: none did */
    double together_ratio;   /* smallest slowdown of all rows that did; 0: none did */
    double detectable_ratio; /* what judging itself says: seen 9 times of 10 from here on; 0: not known */
    bool waived;             /* red, had it no waiver */
    bool blind;              /* not red by itself up to the bound, and not waived */
};

struct spb_self_test {
    bool passed;                    /* green without a slowdown, and no blind row */
    bool green;                     /* the gate passed without a slowdown */
    char *headline;                 /* "PASS - each of 10 rows turns red, the last at +5 %" */
    char *at_zero;                  /* the gate's headline without a slowdown */
    struct spb_self_test_row *rows; /* those that can be judged, in the order of the data */
    size_t row_count;
    size_t blind_count;
    double *slowdowns; /* the ones that were tried, ascending */
    size_t slowdown_count;
    bool stored; /* two results, not pairs */
    size_t
        supplied_count; /* rows of an experiment that were decided before 20 pairs: the others are drawn again from theirs */
};

void spb_self_test_release(struct spb_self_test *test);
/* 0, -EINVAL (no row that could be judged, with the text set), what judging returns, or -ENOMEM. The data are as before. */
int spb_self_test_run(const struct spb_self_test_input *input, struct spb_self_test *test, struct spb_error *err);

#endif
