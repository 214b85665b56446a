/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>

#include "../stats/golden.h"
#include "mann_whitney.h"
#include "near.h"
#include "summary.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static void test_is_that_of_r(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(golden_two_samples); i++) {
        const struct golden_two_samples *golden = &golden_two_samples[i];
        struct spb_mann_whitney test;
        assert_int_equal(spb_mann_whitney(golden->x, golden->x_count, golden->y, golden->y_count, &test), 0);
        assert_near(test.u, golden->u, 0);
        assert_near(test.p_greater, golden->greater, 1e-13);
        assert_near(test.p_less, golden->less, 1e-13);
        assert_near(test.p_two_sided, golden->two_sided, 1e-13);
        assert_int_equal(test.exact, golden->exact);
    }
}

/* The samples exchanged: the two sides change places, all else stays. */
static void exchange_turns_the_sides(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(golden_two_samples); i++) {
        const struct golden_two_samples *golden = &golden_two_samples[i];
        struct spb_mann_whitney test, turned;
        struct spb_interval shift, turned_shift;
        size_t m = golden->x_count, n = golden->y_count;
        assert_int_equal(spb_mann_whitney(golden->x, m, golden->y, n, &test), 0);
        assert_int_equal(spb_mann_whitney(golden->y, n, golden->x, m, &turned), 0);
        assert_near(turned.p_greater, test.p_less, 1e-13);
        assert_near(turned.p_less, test.p_greater, 1e-13);
        assert_near(turned.p_two_sided, test.p_two_sided, 1e-13);
        assert_near(turned.u + test.u, (double)(m * n), 0);
        assert_int_equal(spb_hodges_lehmann_shift(golden->x, m, golden->y, n, 0.9, &shift), 0);
        assert_int_equal(spb_hodges_lehmann_shift(golden->y, n, golden->x, m, 0.9, &turned_shift), 0);
        assert_near(turned_shift.estimate, -shift.estimate, 0);
        assert_near(turned_shift.low, -shift.high, 0);
        assert_near(turned_shift.high, -shift.low, 0);
        assert_near(turned_shift.confidence, shift.confidence, 1e-13);
    }
}

/* The one value of 1 in y ties with all of x: of the 126 choices of 4 places among 9, 6 have the three larger values. */
static void ties_are_counted_not_approximated(void **state)
{
    (void)state;
    static const double x[] = {1, 1, 1, 1, 1}, y[] = {2, 1, 3, 5};
    struct spb_mann_whitney test;
    assert_int_equal(spb_mann_whitney(x, 5, y, 4, &test), 0);
    assert_near(test.u, 17.5, 0);
    assert_near(test.p_greater, 6.0 / 126, 1e-15);
    assert_near(test.p_less, 1, 0);
    assert_true(test.exact);
}

static void shift_is_that_of_r(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(golden_two_samples); i++)
        for (size_t j = 0; j < 3; j++) {
            const struct golden_two_samples *golden = &golden_two_samples[i];
            const double *expected = golden->shift[j];
            struct spb_interval shift;
            assert_int_equal(
                spb_hodges_lehmann_shift(golden->x, golden->x_count, golden->y, golden->y_count, expected[0], &shift),
                0);
            assert_near(shift.estimate, expected[1], 1e-15);
            assert_near(shift.low, expected[2], golden->exact ? 1e-15 : 0.02);
            assert_near(shift.high, expected[3], golden->exact ? 1e-15 : 0.02);
            /* Approximated it errs to the wide side. */
            assert_true(shift.low <= expected[2] && shift.high >= expected[3]);
            assert_near(shift.confidence, expected[4], golden->exact ? 1e-13 : 1e-3);
            if (golden->exact)
                assert_int_equal(shift.reached, expected[4] > expected[0] - 1e-12);
        }
}

/* The approximation against the count, where both are to be had: 50 and 50 is the largest that is counted. */
static void approximation_joins_the_count(void **state)
{
    (void)state;
    double x[51], y[51];
    for (size_t i = 0; i < 51; i++) {
        x[i] = (double)(i * 37 % 51);
        y[i] = (double)(i * 23 % 51) + 7.5;
    }
    struct spb_mann_whitney counted, approximated;
    assert_int_equal(spb_mann_whitney(x, 50, y, 50, &counted), 0);
    assert_int_equal(spb_mann_whitney(x, 51, y, 50, &approximated), 0);
    assert_true(counted.exact && !approximated.exact);
    assert_near(counted.p_greater, approximated.p_greater, 0.02);
}

static void small_samples_say_what_they_have(void **state)
{
    (void)state;
    static const double x[] = {1}, y[] = {4, 2};
    struct spb_interval shift;
    assert_int_equal(spb_hodges_lehmann_shift(x, 1, y, 1, 0.95, &shift), 0);
    assert_true(shift.estimate == 3 && shift.low == 3 && shift.high == 3 && shift.confidence == 0 && !shift.reached);
    assert_int_equal(spb_hodges_lehmann_shift(x, 1, y, 2, 0.95, &shift), 0);
    assert_true(shift.estimate == 2 && shift.low == 1 && shift.high == 3 && !shift.reached);
    assert_near(shift.confidence, 1.0 / 3, 1e-15);
}

/* The selection without the differences against all of them sorted; with ties. */
static void selection_is_the_definition(void **state)
{
    (void)state;
    enum { M = 130, N = 90 };
    double x[M], y[N];
    double *differences = calloc((size_t)M * N, sizeof(*differences));
    assert_non_null(differences);
    for (size_t i = 0; i < M; i++)
        x[i] = (double)(i * 7919 % 41) - 20;
    for (size_t j = 0; j < N; j++)
        y[j] = (double)(j * 104729 % 37) / 3;
    for (size_t i = 0; i < M; i++)
        for (size_t j = 0; j < N; j++)
            differences[i * N + j] = y[j] - x[i];
    spb_sort_doubles(differences, (size_t)M * N);
    struct spb_interval shift;
    assert_int_equal(spb_hodges_lehmann_shift(x, M, y, N, 0.95, &shift), 0);
    assert_near(shift.estimate, spb_sorted_quantile(differences, (size_t)M * N, 0.5), 0);
    /* qwilcox(0.025, 130, 90) is 4941 */
    assert_near(shift.low, differences[4941 - 1], 0);
    assert_near(shift.high, differences[(size_t)M * N - 4941], 0);
    free(differences);
}

static void many_values(void **state)
{
    (void)state;
    enum { N = 10000 };
    double *x = calloc(N, sizeof(*x)), *y = calloc(N, sizeof(*y));
    assert_true(x && y);
    for (size_t i = 0; i < N; i++) {
        x[i] = (double)(i * 7919 % N);
        y[i] = x[i] + 250;
    }
    struct spb_interval shift;
    struct spb_mann_whitney test;
    assert_int_equal(spb_hodges_lehmann_shift(x, N, y, N, 0.95, &shift), 0);
    assert_near(shift.estimate, 250, 0);
    assert_true(shift.low < 250 && shift.high > 250 && shift.low > 150 && shift.reached);
    assert_int_equal(spb_mann_whitney(x, N, y, N, &test), 0);
    assert_true(test.p_greater < 1e-8 && test.p_less > 0.99999);
    free(x);
    free(y);
}

static void extremes_of_the_number_range(void **state)
{
    (void)state;
    static const double low[] = {-1.7e308, 0}, high[] = {1.7e308, 1}, zeros[] = {-0.0, 0.0};
    struct spb_interval shift = {.estimate = 5};
    struct spb_mann_whitney test;
    assert_int_equal(spb_hodges_lehmann_shift(low, 2, high, 2, 0.9, &shift), -EINVAL);
    assert_near(shift.estimate, 5, 0);
    assert_int_equal(spb_mann_whitney(low, 2, high, 2, &test), 0);
    assert_near(test.p_greater, 1.0 / 6, 1e-15);
    assert_int_equal(spb_hodges_lehmann_shift(zeros, 2, zeros, 2, 0.9, &shift), 0);
    assert_true(shift.estimate == 0 && !signbit(shift.low) && !signbit(shift.high));
}

static void refuses_nonsense(void **state)
{
    (void)state;
    static const double good[] = {1, 2}, bad[] = {1, (double)NAN}, endless[] = {(double)-INFINITY, 0};
    struct spb_mann_whitney test = {.u = 5};
    struct spb_interval shift = {.estimate = 5};
    assert_int_equal(spb_mann_whitney(good, 0, good, 2, &test), -EINVAL);
    assert_int_equal(spb_mann_whitney(good, 2, good, 0, &test), -EINVAL);
    assert_int_equal(spb_mann_whitney(bad, 2, good, 2, &test), -EINVAL);
    assert_int_equal(spb_mann_whitney(good, 2, endless, 2, &test), -EINVAL);
    assert_int_equal(spb_mann_whitney(good, SIZE_MAX, good, 2, &test), -EINVAL);
    assert_int_equal(spb_hodges_lehmann_shift(good, 2, bad, 2, 0.9, &shift), -EINVAL);
    assert_int_equal(spb_hodges_lehmann_shift(good, 2, good, 0, 0.9, &shift), -EINVAL);
    assert_int_equal(spb_hodges_lehmann_shift(good, 2, good, 2, 1, &shift), -EINVAL);
    assert_int_equal(spb_hodges_lehmann_shift(good, 2, good, 2, 0, &shift), -EINVAL);
    assert_int_equal(spb_hodges_lehmann_shift(good, 2, good, 2, (double)NAN, &shift), -EINVAL);
    assert_near(test.u, 5, 0);
    assert_near(shift.estimate, 5, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_is_that_of_r),
        cmocka_unit_test(exchange_turns_the_sides),
        cmocka_unit_test(ties_are_counted_not_approximated),
        cmocka_unit_test(shift_is_that_of_r),
        cmocka_unit_test(approximation_joins_the_count),
        cmocka_unit_test(small_samples_say_what_they_have),
        cmocka_unit_test(selection_is_the_definition),
        cmocka_unit_test(many_values),
        cmocka_unit_test(extremes_of_the_number_range),
        cmocka_unit_test(refuses_nonsense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
