/* SPDX-License-Identifier: MIT
 *
 * The sequential rule: at which numbers of pairs is looked, with how much error each, and what comes out of it. What an experiment
 * holds is gone through look by look, as it was while it ran, and nothing between two looks is looked at. README.md.
 */
#ifndef SPB_AB_LOOKS_H
#define SPB_AB_LOOKS_H

#include <limits.h>

#include "ab_judge.h"

struct spb_look {
    unsigned pairs;
    double alpha_regression; /* for all rows together */
    double alpha_pass;       /* of a row */
    bool with_earlier;       /* alpha_pass is for this look and all before it together (pass_spending.h) */
};
extern const struct spb_look spb_ab_looks[SPB_AB_LOOKS];

/* Where a row stands after the last look that it took part in. */
struct spb_row_state {
    enum spb_verdict verdict;
    bool equivalent;
    bool tested;         /* took part in a look; below is from the last of them */
    unsigned look;       /* which: an index of spb_ab_looks */
    bool noisy;          /* too many rounds were lost: nothing could be stated */
    size_t rows;         /* of the experiment at its first look: what the adjustment is for */
    double p_regression; /* adjusted for all rows */
    double p_pass;
};

/* All that the experiment holds; which looks were reached follows from its pairs. */
#define SPB_AB_ALL_PAIRS UINT_MAX

/* Goes through the looks that were reached with `pairs` pairs of every row that was still measured. 0, -EINVAL (a threshold that is
 * not above 0, or a round that is no measurement) or -ENOMEM. */
int spb_ab_follow(const struct spb_paired_row *rows, size_t row_count, unsigned pairs,
                  const struct spb_ab_judge_options *options, struct spb_row_state *states);

/* ERROR, NOT_COMPARABLE or MISSING where a row cannot be judged, by its pairs with an index below `pairs`; else UNDECIDED. */
enum spb_verdict spb_row_trouble(const struct spb_paired_row *row, unsigned pairs);

/* The slowdown to be caught in a row, as a ratio. -EINVAL where it is not above 0, or -ENOMEM. */
int spb_ab_threshold(const struct spb_paired_row *row, const struct spb_ab_judge_options *options, double *ratio);

#endif
