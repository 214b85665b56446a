/* SPDX-License-Identifier: MIT
 *
 * Distribution functions that tests lead to. Arguments outside the domain give NaN; callers check first.
 */
#ifndef SPB_DISTRIBUTION_H
#define SPB_DISTRIBUTION_H

double spb_normal_cdf(double z);
double spb_normal_quantile(double p);                  /* relative error below 1e-12; p in (0, 1) */
double spb_chi_square_tail(double x, double degrees);  /* P(X > x) */
double spb_student_tail(double t, double degrees);     /* P(T > t) */
double spb_student_quantile(double p, double degrees); /* p in (0, 1) */

#endif
