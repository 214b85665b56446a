/* SPDX-License-Identifier: MIT
 *
 * Several builds a side: is the source slower, whatever the layout that the linker happened to give it? README.md.
 *
 *     d_p = mu + b(build of the new side) - a(build of the base) + e_p,    a, b ~ N(0, s_L^2), e ~ N(0, s^2)
 */
#ifndef SPB_BUILD_EFFECTS_H
#define SPB_BUILD_EFFECTS_H

#include "pair_effects.h"

/* Builds of a side that are told apart; more are taken for a mistake. */
#define SPB_BUILDS_MAX 256

struct spb_build_effects {
    size_t build_count[SPB_SIDES]; /* L_A, L_B: those that ran */
    double mean;                   /* estimate of mu */
    double variance;               /* s^2, between pairs of the same builds */
    double variance_builds;        /* s_L^2, between builds; 0 where it comes out negative */
    double standard_error;         /* SE^2 = s^2 / K + s_L^2 (1 / L_A + 1 / L_B) */
    double degrees;                /* of Student's t (Satterthwaite); 0: nothing can be said */
};

/* Does any side of the row have more than one build? */
bool spb_has_builds(const struct spb_paired_row *row);

/* 0; -ENOMEM; -EINVAL: too few pairs for so many builds, or more than SPB_BUILDS_MAX. */
int spb_build_effects_compute(const struct spb_pair_effects *effects, struct spb_build_effects *builds);

/* P-values of mu <= limit (that it is above) and of mu >= limit (that it is below). 1 where nothing can be said. */
double spb_build_effects_above(const struct spb_build_effects *builds, double limit);
double spb_build_effects_below(const struct spb_build_effects *builds, double limit);

#endif
