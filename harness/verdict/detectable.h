/* SPDX-License-Identifier: MIT
 *
 * Which slowdown would have been caught? README.md has the formulas and what they were checked against.
 */
#ifndef SPB_DETECTABLE_H
#define SPB_DETECTABLE_H

#include <stddef.h>

/* By the exact signed-rank test, in 9 of 10 experiments of `pairs` pairs with this standard deviation between them, as a logarithm
 * above the margin: f (t(1 - a) + t(0.9)) sd / sqrt(pairs). 0: not known, as so few pairs cannot reach that level. */
double spb_detectable_by_ranks(size_t pairs, double sd, double level);
/* By Student's t test. 0: not known. */
double spb_detectable_by_t(double standard_error, double degrees, double level);

#endif
