/* SPDX-License-Identifier: MIT
 *
 * Judges an experiment in pairs: exact sign-flip tests on d_p, all rows at once, at the looks K = 10, 14, 20, 28, 40.
 * README.md in this room has the method; the numbers of an experiment give the same verdicts whenever they are judged.
 *
 *     while it runs:    for each look: spb_ab_decide(rows, row_count, pairs, &options, decided)
 *     when it is over:  spb_ab_judge(rows, row_count, &options, &judgement, err)
 */
#ifndef SPB_AB_JUDGE_H
#define SPB_AB_JUDGE_H

#include "error.h"
#include "judgement.h"
#include "pair.h"

#define SPB_AB_LOOKS 5
extern const unsigned spb_ab_look_pairs[SPB_AB_LOOKS]; /* 10, 14, 20, 28, 40 */

struct spb_ab_judge_options {
    struct spb_thresholds thresholds;
    uint64_t seed; /* of random flips */
};

/* The state after `pairs` pairs, where looks happen at the numbers above: decided[r] is the verdict of row r, UNDECIDED while it
 * needs more. A row that was decided at a look is no longer sampled. 0, -EINVAL or -ENOMEM. */
int spb_ab_decide(const struct spb_paired_row *rows, size_t row_count, unsigned pairs,
                  const struct spb_ab_judge_options *options, enum spb_verdict *decided);

/* All there is to say. Several builds a side (pair.build) change the question: see README.md. */
int spb_ab_judge(const struct spb_paired_row *rows, size_t row_count, const struct spb_ab_judge_options *options,
                 struct spb_judgement *judgement, struct spb_error *err);

#endif
