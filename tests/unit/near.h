/* SPDX-License-Identifier: MIT
 *
 * Floating-point comparison for the tests (cmocka 1.1 has none for double).
 */
#ifndef NEAR_H
#define NEAR_H

#include <math.h>

/* |actual - expected| <= tolerance * max(1, |expected|); fails with both numbers. */
#define assert_near(actual, expected, tolerance)                                                                       \
    do {                                                                                                               \
        double near_actual = (actual), near_expected = (expected);                                                     \
        if (!(fabs(near_actual - near_expected) <= (tolerance)*fmax(1, fabs(near_expected)))) {                        \
            print_error("%s is %.17g, not %.17g\n", #actual, near_actual, near_expected);                              \
            fail();                                                                                                    \
        }                                                                                                              \
    } while (0)

#endif
