/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ab_looks.h"
#include "near.h"
#include "pass_spending.h"
#include "signed_rank.h"

static unsigned indices[64];

/* Sizes in a wild order, all different. */
static void fill(double *values, size_t count, uint64_t signs)
{
    for (size_t i = 0; i < count; i++) {
        indices[i] = (unsigned)i;
        values[i] = (double)(1 + i * 17 % 41) * (signs >> i & 1 ? 1 : -1);
    }
}

static size_t rank_among(const double *values, size_t count, size_t place)
{
    size_t rank = 0;
    for (size_t i = 0; i < count; i++)
        rank += fabs(values[i]) <= fabs(values[place]);
    return rank;
}

static size_t positive_sum(const double *values, size_t count, uint64_t signs)
{
    size_t sum = 0;
    for (size_t i = 0; i < count; i++)
        if (signs >> i & 1)
            sum += rank_among(values, count, i);
    return sum;
}

static double spent(const double *values, size_t count, unsigned look)
{
    double p;
    assert_int_equal(spb_pass_spending(values, indices, count, look, 5, &p), 0);
    return p;
}

/* At the first look there is nothing before: the exact test itself, but for 19,999 draws in place of all. */
static void the_first_look_is_the_signed_rank_test(void **state)
{
    (void)state;
    double values[10], exact = 0;
    fill(values, 10, 0x04d);
    assert_int_equal(spb_signed_rank_cdf(10, positive_sum(values, 10, 0x04d), &exact), 0);
    assert_true(exact > 0.1 && exact < 0.9);
    assert_near(spent(values, 10, 0), exact, 4 * sqrt(exact * (1 - exact) / 19999));
}

/* All 2^14 choices of signs: passed at 10 pairs, or as low at 14. */
static void the_second_look_counts_what_the_first_would_have_passed(void **state)
{
    (void)state;
    double values[14], alone = 0;
    size_t found = 0, passed = 0, limit = 0;
    fill(values, 14, 0x0841);
    size_t seen = positive_sum(values, 14, 0x0841);
    for (double p = 0; spb_signed_rank_cdf(10, limit, &p) == 0 && p <= spb_ab_looks[0].alpha_pass;)
        limit++;
    for (uint64_t signs = 0; signs < 1u << 14; signs++) {
        bool earlier = positive_sum(values, 10, signs) < limit;
        passed += earlier;
        found += earlier || positive_sum(values, 14, signs) <= seen;
    }
    double exact = (double)found / (1 << 14);
    assert_true(passed > 100);
    assert_int_equal(spb_signed_rank_cdf(14, seen, &alone), 0);
    assert_true(exact > alone + 0.002);
    assert_near(spent(values, 14, 1), exact, 4 * sqrt(exact / 19999));
}

/* The union bound would leave nothing of the 5 %; that the looks overlap leaves a quarter of it. */
static void three_looks_leave_something(void **state)
{
    (void)state;
    double values[40];
    fill(values, 40, 0);
    double at_28 = spent(values, 28, 3), at_40 = spent(values, 40, 4);
    assert_true(at_28 > 0.034 && at_28 < 0.041);
    assert_true(at_40 > at_28 && at_40 <= spb_ab_looks[3].alpha_pass + 1e-9);
    fill(values, 40, UINT64_MAX);
    assert_near(spent(values, 40, 4), 1, 1e-12);
}

static void the_same_seed_gives_the_same_p(void **state)
{
    (void)state;
    double values[40];
    fill(values, 40, 0x00f0f00f00);
    assert_true(spent(values, 40, 4) == spent(values, 40, 4));
}

static void nothing_and_zeros_are_defined(void **state)
{
    (void)state;
    double values[40] = {0};
    fill(values, 40, 0);
    assert_true(spent(values, 0, 3) == 1);
    for (size_t i = 0; i < 40; i++)
        values[i] = 0;
    assert_true(spent(values, 40, 4) == 1);
    values[39] = -1;
    assert_near(spent(values, 40, 4), 0.5, 0.02);
}

/* Pairs that a row lacks are not seen by any look. */
static void absent_pairs_leave_gaps(void **state)
{
    (void)state;
    double values[20];
    fill(values, 20, 0x3);
    for (unsigned i = 0; i < 20; i++)
        indices[i] = 2 * i;
    double p = spent(values, 20, 4);
    assert_true(p > 0 && p < 0.1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_look_is_the_signed_rank_test),
        cmocka_unit_test(the_second_look_counts_what_the_first_would_have_passed),
        cmocka_unit_test(three_looks_leave_something),
        cmocka_unit_test(the_same_seed_gives_the_same_p),
        cmocka_unit_test(nothing_and_zeros_are_defined),
        cmocka_unit_test(absent_pairs_leave_gaps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
