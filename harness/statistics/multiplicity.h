/* SPDX-License-Identifier: MIT
 *
 * p-values of several tests, adjusted so that they can be held against one level. As R's p.adjust.
 */
#ifndef SPB_MULTIPLICITY_H
#define SPB_MULTIPLICITY_H

#include <stddef.h>

/* Holm (1979): any dependence; the chance of one false alarm among all. `family` is the number of tests there were to begin
 * with, at least count. 0; -EINVAL: a p outside [0, 1], or a family that is too small; -ENOMEM. */
int spb_holm(const double *p, size_t count, size_t family, double *adjusted);
/* Benjamini and Hochberg (1995): the share of false alarms among the alarms. */
int spb_benjamini_hochberg(const double *p, size_t count, size_t family, double *adjusted);

#endif
