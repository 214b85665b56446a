/* SPDX-License-Identifier: MIT
 *
 * Is one sample of logarithms above another by more than a margin, where each sample is of one session and sessions differ, too?
 * Two tests that must agree: the exact one of Mann and Whitney, which knows nothing of sessions, and Student's with the standard
 * error that holds their spread. The larger p counts. compare.md.
 */
#ifndef SPB_SHIFT_TEST_H
#define SPB_SHIFT_TEST_H

#include <stddef.h>

#include "signed_rank.h"

struct spb_shift_sample {
    const double *values; /* one a process: logarithms */
    size_t count;
};

struct spb_shift_test {
    struct spb_interval shift;  /* Hodges-Lehmann of new - base; 95 %, widened by the spread between sessions */
    double session_sd;          /* as given */
    double pooled_sd;           /* between processes, within a session */
    double standard_error;      /* of the shift, both spreads together */
    double degrees;             /* of freedom, Welch and Satterthwaite; INFINITY where only known spreads count */
    double p_exact_regression;  /* that the shift is above the margin, by ranks: not to be adjusted for other rows */
    double p_normal_regression; /* the same with the standard error: to be adjusted */
    double p_pass;              /* that it is below the margin */
    double p_improved;          /* that it is below -margin */
    double p_not_faster;        /* that it is above -margin */
    double p_least;             /* the smallest exact p that so many processes allow */
};

/* margin: a logarithm above 0. 0, -EINVAL (an empty sample, a value that is not finite) or -ENOMEM. A sample of one value has no
 * spread: every p is 1 then, and the confidence of the shift is what the ranks allow. */
int spb_shift_test(const struct spb_shift_sample *base, const struct spb_shift_sample *new_sample, double margin,
                   double session_sd, struct spb_shift_test *test);

/* The shift that would be found above the margin, at `level` adjusted for `family` rows, 9 times of 10; 0 when so few
 * processes never could. */
double spb_shift_detectable(const struct spb_shift_test *test, double margin, double level, size_t family);

#endif
