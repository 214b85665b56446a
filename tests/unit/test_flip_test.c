/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>

#include "../stats/golden.h"
#include "flip_test.h"
#include "near.h"
#include "signed_rank.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static const struct spb_flip_options by_ranks = {.weights = SPB_FLIP_RANKS};
static const struct spb_flip_options by_values = {.weights = SPB_FLIP_VALUES};

static void check(size_t golden, const struct spb_flip_options *options, const double (*expected)[3])
{
    const double *values = golden_flips[golden].values;
    size_t rows = golden_flips[golden].rows, pairs = golden_flips[golden].pairs;
    bool absent[6 * 12];
    struct spb_flip_result results[6];
    for (size_t i = 0; i < rows * pairs; i++)
        absent[i] = isnan(values[i]);
    assert_int_equal(spb_flip_test(values, absent, rows, pairs, options, results), 0);
    for (size_t r = 0; r < rows; r++) {
        assert_near(results[r].statistic, expected[r][0], 1e-14);
        assert_near(results[r].p, expected[r][1], 1e-15);
        assert_near(results[r].p_adjusted, expected[r][2], 1e-15);
    }
}

static void is_that_of_r(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(golden_flips); i++) {
        check(i, &by_ranks, golden_flips[i].ranks);
        check(i, &by_values, golden_flips[i].magnitudes);
    }
}

/* Of 1,024 flips 11, 478 and 4 have a maximum that large; exact fractions say the same. */
static void worked_example(void **state)
{
    (void)state;
    static const double t[] = {2.4481267191, 0.1754116039, 2.7368488729}, p[] = {.0048828125, .466796875, .001953125},
                        adjusted[] = {.0107421875, .466796875, .00390625};
    struct spb_flip_result results[3];
    assert_int_equal(spb_flip_test(flip_method, NULL, 3, 10, &by_values, results), 0);
    for (size_t r = 0; r < 3; r++) {
        assert_near(results[r].statistic, t[r], 1e-10);
        assert_near(results[r].p, p[r], 0);
        assert_near(results[r].p_adjusted, adjusted[r], 0);
    }
    assert_int_equal(spb_flip_test(sample_depression, NULL, 1, 9, &by_ranks, results), 0);
    assert_near(results[0].p, 0.01953125, 0);
}

/* Without ties the test by ranks is the signed-rank test; the other side is that of the values with their signs turned. */
static void ranks_are_the_signed_rank_test(void **state)
{
    (void)state;
    static const size_t samples[] = {GOLDEN_ONE, GOLDEN_TWO, GOLDEN_THREE, GOLDEN_FIVE, GOLDEN_SIX, GOLDEN_TEN};
    for (size_t i = 0; i < LENGTH(samples); i++) {
        const struct golden_sample *sample = &golden_samples[samples[i]];
        double turned[10], below = 0;
        struct spb_flip_result up, down;
        size_t w = 0;
        for (size_t a = 0; a < sample->count; a++) {
            turned[a] = -sample->values[a];
            for (size_t b = 0; b < sample->count && sample->values[a] < 0; b++)
                w += fabs(sample->values[b]) <= fabs(sample->values[a]);
        }
        assert_int_equal(spb_signed_rank_cdf(sample->count, w, &below), 0);
        assert_int_equal(spb_flip_test(sample->values, NULL, 1, sample->count, &by_ranks, &up), 0);
        assert_int_equal(spb_flip_test(turned, NULL, 1, sample->count, &by_ranks, &down), 0);
        assert_near(up.p, below, 1e-15);
        assert_near(up.p_adjusted, up.p, 0);
        assert_near(down.statistic, -up.statistic, 0);
        /* P(T* >= t) + P(T* >= -t) = 1 + P(T* = t) */
        assert_true(up.p + down.p >= 1 && up.p + down.p <= 1.5);
    }
}

/* Two ways to the same p: all flips, and the distribution of the tied ranks. */
static void ties_and_zeros_are_the_signed_rank_test(void **state)
{
    (void)state;
    static const double values[] = {1, -1, 2, 2, 0, 3, -2, 0, 5, 1, 1, -3};
    for (size_t count = 1; count <= LENGTH(values); count++) {
        struct spb_flip_result flip;
        struct spb_signed_rank rank;
        assert_int_equal(spb_flip_test(values, NULL, 1, count, &by_ranks, &flip), 0);
        assert_int_equal(spb_signed_rank_test(values, count, &rank), 0);
        assert_near(flip.p, rank.p_greater, 1e-15);
    }
}

static void scale_and_order_do_not_matter(void **state)
{
    (void)state;
    static const double scales[] = {1, 3e307 / 25, 5e-324, 1e-300};
    static const size_t order[] = {2, 0, 1};
    struct spb_flip_result plain[3], results[3];
    assert_int_equal(spb_flip_test(flip_method, NULL, 3, 10, &by_values, plain), 0);
    for (size_t s = 0; s < LENGTH(scales); s++) {
        double values[30];
        for (size_t i = 0; i < 30; i++)
            values[i] = scales[s] * flip_method[order[i / 10] * 10 + i % 10];
        assert_int_equal(spb_flip_test(values, NULL, 3, 10, &by_values, results), 0);
        for (size_t r = 0; r < 3; r++) {
            assert_near(results[r].statistic, plain[order[r]].statistic, 1e-14);
            assert_near(results[r].p, plain[order[r]].p, 0);
            assert_near(results[r].p_adjusted, plain[order[r]].p_adjusted, 0);
        }
    }
}

/* 0.1 + 0.2 is not quite 0.3, and the sums are equal all the same. */
static void sums_equal_in_truth_are_equal(void **state)
{
    (void)state;
    static const double decimal[] = {0.1, 0.2, -0.3, 0.6, 0.7, -0.1}, whole[] = {1, 2, -3, 6, 7, -1};
    struct spb_flip_result results[2];
    assert_int_equal(spb_flip_test(decimal, NULL, 1, 6, &by_values, &results[0]), 0);
    assert_int_equal(spb_flip_test(whole, NULL, 1, 6, &by_values, &results[1]), 0);
    assert_near(results[0].p, results[1].p, 0);
    assert_true(results[1].p > 0);
}

/* Rows alike are as good as one; a row with nothing to tell changes nothing for the others. */
static void rows_without_news(void **state)
{
    (void)state;
    double values[4 * 10];
    bool absent[4 * 10] = {false};
    for (size_t i = 0; i < 10; i++) {
        values[i] = values[20 + i] = flip_method[i];
        values[10 + i] = 0;
        values[30 + i] = (double)NAN;
        absent[30 + i] = true;
    }
    for (int w = 0; w < 2; w++) {
        const struct spb_flip_options *options = w ? &by_values : &by_ranks;
        struct spb_flip_result results[4], alone;
        assert_int_equal(spb_flip_test(values, NULL, 1, 10, options, &alone), 0);
        assert_int_equal(spb_flip_test(values, absent, 4, 10, options, results), 0);
        for (size_t r = 0; r < 4; r++) {
            bool tells = r % 2 == 0;
            assert_near(results[r].statistic, tells ? alone.statistic : 0, 0);
            assert_near(results[r].p, tells ? alone.p : 1, 0);
            assert_near(results[r].p_adjusted, tells ? alone.p : 1, 0);
        }
    }
}

/* A pair that a row lacks, or a pair more without a difference, leaves p by values as it is. */
static void absent_is_not_there(void **state)
{
    (void)state;
    double values[12], fewer[10];
    bool absent[12] = {false};
    for (size_t i = 0; i < 12; i++)
        values[i] = i < 10 ? flip_method[i] : -1e6;
    absent[10] = absent[11] = true;
    for (size_t i = 0; i < 10; i++)
        fewer[i] = flip_method[i];
    for (int w = 0; w < 2; w++) {
        struct spb_flip_result with, without;
        assert_int_equal(spb_flip_test(values, absent, 1, 12, w ? &by_values : &by_ranks, &with), 0);
        assert_int_equal(spb_flip_test(fewer, NULL, 1, 10, w ? &by_values : &by_ranks, &without), 0);
        assert_near(with.p, without.p, 0);
        assert_near(with.statistic, without.statistic, 0);
    }
}

static void random_flips_come_near(void **state)
{
    (void)state;
    struct spb_flip_options options = {
        .weights = SPB_FLIP_VALUES, .enumerate_max = 1, .random_count = 40000, .seed = 3};
    struct spb_flip_result exact[6], drawn[6], again[6];
    size_t rows = golden_flips[1].rows, pairs = golden_flips[1].pairs;
    assert_int_equal(spb_flip_test(flip_normal, NULL, rows, pairs, &by_values, exact), 0);
    assert_int_equal(spb_flip_test(flip_normal, NULL, rows, pairs, &options, drawn), 0);
    assert_int_equal(spb_flip_test(flip_normal, NULL, rows, pairs, &options, again), 0);
    for (size_t r = 0; r < rows; r++) {
        /* Five standard errors. */
        double error = 5 * sqrt(exact[r].p * (1 - exact[r].p) / 40000) + 1.0 / 40001;
        double joint_error = 5 * sqrt(exact[r].p_adjusted * (1 - exact[r].p_adjusted) / 40000) + 1.0 / 40001;
        assert_near(drawn[r].p, exact[r].p, error);
        assert_near(drawn[r].p_adjusted, exact[r].p_adjusted, joint_error);
        assert_near(drawn[r].p, again[r].p, 0);
    }
    options.seed = 4;
    assert_int_equal(spb_flip_test(flip_normal, NULL, rows, pairs, &options, again), 0);
    assert_true(again[0].p != drawn[0].p);
}

/* Never 0: the flip that was seen is one of them. More than 64 pairs need more than one word of signs. */
static void random_p_has_a_floor(void **state)
{
    (void)state;
    double values[150];
    for (size_t i = 0; i < 150; i++)
        values[i] = (double)(i + 1) * (i < 64 ? 1 : i < 128 ? 1.5 : 2);
    struct spb_flip_options options = {.random_count = 999};
    struct spb_flip_result result;
    assert_int_equal(spb_flip_test(values, NULL, 1, 150, &options, &result), 0);
    assert_near(result.p, 0.001, 1e-15);
    /* Signs beyond the first word are drawn too: all but the first 64 pairs are 0 here, or all but the last. */
    for (size_t first = 0; first < 150; first += 149) {
        for (size_t i = 0; i < 150; i++)
            values[i] = i == first ? 1 : 0;
        assert_int_equal(spb_flip_test(values, NULL, 1, 150, &options, &result), 0);
        assert_near(result.p, 0.5, 0.1);
    }
    options = (struct spb_flip_options){.seed = 1};
    for (size_t i = 0; i < 21; i++)
        values[i] = 1 + (double)i;
    assert_int_equal(spb_flip_test(values, NULL, 1, 21, &options, &result), 0);
    assert_near(result.p, 1e-5, 1e-15);
}

static void single_pair(void **state)
{
    (void)state;
    static const double values[] = {2, -3, 0};
    struct spb_flip_result results[3];
    assert_int_equal(spb_flip_test(values, NULL, 3, 1, &by_ranks, results), 0);
    assert_near(results[0].p, 0.5, 0);
    assert_near(results[0].statistic, 1, 0);
    assert_near(results[1].p, 1, 0);
    assert_near(results[1].statistic, -1, 0);
    assert_near(results[2].p, 1, 0);
}

static void refuses_nonsense(void **state)
{
    (void)state;
    static const double bad[] = {1, (double)NAN}, endless[] = {(double)INFINITY, 1}, many[64] = {1};
    struct spb_flip_options all = {.enumerate_max = 64};
    struct spb_flip_result result = {7, 7, 7};
    assert_int_equal(spb_flip_test(bad, NULL, 0, 2, &by_ranks, &result), -EINVAL);
    assert_int_equal(spb_flip_test(bad, NULL, 1, 0, &by_ranks, &result), -EINVAL);
    assert_int_equal(spb_flip_test(bad, NULL, 1, 2, &by_ranks, &result), -EINVAL);
    assert_int_equal(spb_flip_test(endless, NULL, 1, 2, &by_ranks, &result), -EINVAL);
    assert_int_equal(spb_flip_test(many, NULL, 1, 31, &all, &result), -E2BIG);
    assert_near(result.p, 7, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_that_of_r),
        cmocka_unit_test(worked_example),
        cmocka_unit_test(ranks_are_the_signed_rank_test),
        cmocka_unit_test(ties_and_zeros_are_the_signed_rank_test),
        cmocka_unit_test(scale_and_order_do_not_matter),
        cmocka_unit_test(sums_equal_in_truth_are_equal),
        cmocka_unit_test(rows_without_news),
        cmocka_unit_test(absent_is_not_there),
        cmocka_unit_test(random_flips_come_near),
        cmocka_unit_test(random_p_has_a_floor),
        cmocka_unit_test(single_pair),
        cmocka_unit_test(refuses_nonsense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
