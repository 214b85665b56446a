/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "../stats/golden.h"
#include "near.h"
#include "summary.h"

static void summary_is_that_of_r(void **state)
{
    (void)state;
    for (size_t i = 0; i < GOLDEN_SAMPLES; i++) {
        const struct golden_sample *sample = &golden_samples[golden_summary[i].sample];
        struct spb_summary s;
        assert_int_equal(spb_summary_compute(sample->values, sample->count, &s), 0);
        assert_int_equal(s.count, sample->count);
        assert_near(s.min, golden_summary[i].min, 0);
        assert_near(s.max, golden_summary[i].max, 0);
        assert_near(s.mean, golden_summary[i].mean, 1e-14);
        assert_near(s.median, golden_summary[i].median, 1e-15);
        assert_near(s.sd, golden_summary[i].sd, 1e-14);
        assert_near(s.mad, golden_summary[i].mad, 1e-15);
        assert_near(s.p25, golden_summary[i].p25, 1e-15);
        assert_near(s.p75, golden_summary[i].p75, 1e-15);
        assert_near(s.p90, golden_summary[i].p90, 1e-15);
        assert_near(s.p99, golden_summary[i].p99, 1e-15);
        assert_int_equal(s.outliers_mild, golden_summary[i].mild);
        assert_int_equal(s.outliers_severe, golden_summary[i].severe);
    }
}

static void input_is_left_alone(void **state)
{
    (void)state;
    double values[] = {3, 1, 2};
    struct spb_summary s;
    assert_int_equal(spb_summary_compute(values, 3, &s), 0);
    assert_true(values[0] == 3 && values[1] == 1 && values[2] == 2);
}

static void constants_have_no_spread(void **state)
{
    (void)state;
    static const double values[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
    struct spb_summary s;
    for (size_t n = 1; n <= 7; n++) {
        assert_int_equal(spb_summary_compute(values, n, &s), 0);
        assert_true(s.sd == 0 && s.mad == 0 && s.mean == 0.1 && s.p99 == 0.1);
        assert_int_equal(s.outliers_mild + s.outliers_severe, 0);
    }
}

static void refuses_what_gives_no_number(void **state)
{
    (void)state;
    static const double bad[] = {1, (double)NAN, 2}, endless[] = {1, (double)-INFINITY}, wide[] = {-1.7e308, 1.7e308};
    static const double large[] = {1.7e308, 1.7e308, 1.7e308};
    struct spb_summary s = {.count = 77};
    assert_int_equal(spb_summary_compute(bad, 0, &s), -EINVAL);
    assert_int_equal(spb_summary_compute(bad, 3, &s), -EINVAL);
    assert_int_equal(spb_summary_compute(endless, 2, &s), -EINVAL);
    assert_int_equal(spb_summary_compute(wide, 2, &s), -EINVAL);
    assert_int_equal(s.count, 77);
    assert_int_equal(spb_summary_compute(large, 3, &s), 0);
    assert_true(s.mean == 1.7e308);
}

static void quantiles_at_the_ends(void **state)
{
    (void)state;
    static const double sorted[] = {1, 2, 4};
    assert_near(spb_sorted_quantile(sorted, 3, 0), 1, 0);
    assert_near(spb_sorted_quantile(sorted, 3, 0.75), 3, 0);
    assert_near(spb_sorted_quantile(sorted, 3, 1), 4, 0);
    assert_near(spb_sorted_quantile(sorted, 1, 0.3), 1, 0);
    double even[] = {9, 1, 5, 2};
    assert_near(spb_median_in_place(even, 4), 3.5, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(summary_is_that_of_r),     cmocka_unit_test(input_is_left_alone),
        cmocka_unit_test(constants_have_no_spread), cmocka_unit_test(refuses_what_gives_no_number),
        cmocka_unit_test(quantiles_at_the_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
