/* SPDX-License-Identifier: MIT */
#include "shift_test.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "distribution.h"
#include "mann_whitney.h"
#include "summary.h"

static const double confidence = 0.95;
static const double power = 0.9;
/* From here on Student's distribution is the normal one to all digits that are shown. */
#define DEGREES_NORMAL 1e6

static double square(double x)
{
    return x * x;
}

/* P(T > difference / standard error). Without any spread there is no doubt; no difference is none. */
static double tail(const struct spb_shift_test *test, double difference)
{
    if (!(test->standard_error > 0))
        return difference > 0 ? 0 : 1;
    double t = difference / test->standard_error;
    return test->degrees < DEGREES_NORMAL ? spb_student_tail(t, test->degrees) : spb_normal_cdf(-t);
}

static double upper_quantile(const struct spb_shift_test *test, double p)
{
    return test->degrees < DEGREES_NORMAL ? -spb_student_quantile(p, test->degrees) : -spb_normal_quantile(p);
}

/* Ranks of `count` + `other` values that are all apart: one order out of so many. */
static double least_p(size_t count, size_t other)
{
    double p = 1;
    for (size_t i = 1; i <= count; i++)
        p *= (double)i / (double)(other + i);
    return p;
}

/* SE^2 = s_A^2 / n_A + s_B^2 / n_B + 2 s_session^2; the last is taken for known. */
static int fill_spread(const struct spb_shift_sample *base, const struct spb_shift_sample *new_sample,
                       struct spb_shift_test *test)
{
    struct spb_summary a, b;
    int code = spb_summary_compute(base->values, base->count, &a);
    if (code == 0)
        code = spb_summary_compute(new_sample->values, new_sample->count, &b);
    if (code)
        return code;
    double n_a = (double)base->count, n_b = (double)new_sample->count;
    double v_a = square(a.sd) / n_a, v_b = square(b.sd) / n_b;
    double variance = v_a + v_b + 2 * square(test->session_sd);
    double weight = (n_a > 1 ? square(v_a) / (n_a - 1) : 0) + (n_b > 1 ? square(v_b) / (n_b - 1) : 0);
    test->standard_error = sqrt(variance);
    test->degrees = weight > 0 ? square(variance) / weight : (double)INFINITY;
    if (n_a + n_b > 2)
        test->pooled_sd = sqrt(((n_a - 1) * square(a.sd) + (n_b - 1) * square(b.sd)) / (n_a + n_b - 2));
    return 0;
}

/* The exact interval covers what the processes do; the sessions add to it, independently. */
static int fill_shift(const struct spb_shift_sample *base, const struct spb_shift_sample *new_sample,
                      struct spb_shift_test *test)
{
    struct spb_interval *shift = &test->shift;
    int code =
        spb_hodges_lehmann_shift(base->values, base->count, new_sample->values, new_sample->count, confidence, shift);
    if (code)
        return code;
    double session = spb_normal_quantile((1 + confidence) / 2) * sqrt(2) * test->session_sd;
    shift->low = shift->estimate - hypot(shift->estimate - shift->low, session);
    shift->high = shift->estimate + hypot(shift->high - shift->estimate, session);
    return 0;
}

/* The ranks of new against base + by. `moved` has room for base. */
static int test_ranks(const struct spb_shift_sample *base, const struct spb_shift_sample *new_sample, double by,
                      double *moved, struct spb_mann_whitney *ranks)
{
    for (size_t i = 0; i < base->count; i++)
        moved[i] = base->values[i] + by;
    return spb_mann_whitney(moved, base->count, new_sample->values, new_sample->count, ranks);
}

static int fill_tests(const struct spb_shift_sample *base, const struct spb_shift_sample *new_sample, double margin,
                      struct spb_shift_test *test)
{
    struct spb_mann_whitney above, below;
    double *moved = calloc(base->count, sizeof(*moved));
    if (!moved)
        return -ENOMEM;
    int code = test_ranks(base, new_sample, margin, moved, &above);
    if (code == 0)
        code = test_ranks(base, new_sample, -margin, moved, &below);
    free(moved);
    if (code)
        return code;
    double effect = test->shift.estimate;
    test->p_exact_regression = above.p_greater;
    test->p_normal_regression = tail(test, effect - margin);
    test->p_pass = fmax(above.p_less, tail(test, margin - effect));
    test->p_improved = fmax(below.p_less, tail(test, -margin - effect));
    test->p_not_faster = fmax(below.p_greater, tail(test, effect + margin));
    return 0;
}

int spb_shift_test(const struct spb_shift_sample *base, const struct spb_shift_sample *new_sample, double margin,
                   double session_sd, struct spb_shift_test *test)
{
    struct spb_shift_test result = {.session_sd = session_sd,
                                    .p_exact_regression = 1,
                                    .p_normal_regression = 1,
                                    .p_pass = 1,
                                    .p_improved = 1,
                                    .p_not_faster = 1};
    if (base->count == 0 || new_sample->count == 0)
        return -EINVAL;
    result.p_least = least_p(base->count, new_sample->count);
    int code = fill_spread(base, new_sample, &result);
    if (code == 0)
        code = fill_shift(base, new_sample, &result);
    if (code == 0 && base->count > 1 && new_sample->count > 1)
        code = fill_tests(base, new_sample, margin, &result);
    if (code == 0)
        *test = result;
    return code;
}

double spb_shift_detectable(const struct spb_shift_test *test, double margin, double level, size_t family)
{
    if (test->p_least > level || family == 0)
        return 0;
    double errors = upper_quantile(test, level / (double)family) + upper_quantile(test, 1 - power);
    return margin + errors * test->standard_error;
}
