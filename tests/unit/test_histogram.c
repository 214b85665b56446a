/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "histogram.h"
#include "near.h"
#include "random.h"

/* Every value lies in a class that begins at or below it and ends above it, and is at most 1/64 of it wide. */
static void classes_follow_each_other(void **state)
{
    (void)state;
    for (size_t i = 0; i < SPB_HISTOGRAM_CLASSES; i++) {
        uint64_t low = spb_histogram_class_low(i), next = spb_histogram_class_low(i + 1);
        assert_true(next > low);
        assert_true((next - low - 1) * 64 <= low);
        assert_int_equal(spb_histogram_class_of(low), i);
        assert_int_equal(spb_histogram_class_of(next - 1), i);
    }
    assert_int_equal(spb_histogram_class_low(0), 0);
    assert_int_equal(spb_histogram_class_low(SPB_HISTOGRAM_CLASSES), (uint64_t)1 << SPB_HISTOGRAM_BITS);
    assert_int_equal(spb_histogram_class_of(UINT64_MAX), SPB_HISTOGRAM_CLASSES - 1);
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Against the sorted values themselves, over 30 doublings. */
static void quantiles_are_those_of_the_values(void **state)
{
    (void)state;
    enum { COUNT = 20001 };
    static uint64_t values[COUNT];
    struct spb_histogram *halves = calloc(2, sizeof(*halves));
    struct spb_random random = {.state = 7};
    for (size_t i = 0; i < COUNT; i++) {
        values[i] = spb_random_next(&random) >> (34 + i % 30);
        spb_histogram_record(&halves[i % 2], values[i]);
    }
    spb_histogram_merge(&halves[0], &halves[1]);
    qsort(values, COUNT, sizeof(*values), compare);
    assert_int_equal(halves[0].count, COUNT);
    assert_int_equal(halves[0].min_ns, values[0]);
    assert_int_equal(halves[0].max_ns, values[COUNT - 1]);
    static const double shares[] = {0, 0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1};
    for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
        size_t rank = (size_t)ceil(shares[i] * COUNT);
        double exact = (double)values[rank ? rank - 1 : 0];
        assert_near(spb_histogram_quantile(&halves[0], shares[i]), exact, exact / 128 + 0.5);
    }
    free(halves);
}

static void an_empty_one_has_no_quantile(void **state)
{
    (void)state;
    struct spb_histogram *h = calloc(2, sizeof(*h));
    assert_true(isnan(spb_histogram_quantile(h, 0.5)));
    spb_histogram_merge(&h[1], &h[0]);
    assert_int_equal(h[1].count, 0);
    spb_histogram_record(h, 5);
    spb_histogram_reset(h);
    assert_int_equal(h->count, 0);
    assert_true(isnan(spb_histogram_quantile(h, 0.5)));
    free(h);
}

/* One value is every quantile, exactly: the middle of its class is held within smallest and largest. */
static void one_value_is_kept_exactly(void **state)
{
    (void)state;
    struct spb_histogram *h = calloc(1, sizeof(*h));
    spb_histogram_record(h, 123456789);
    assert_near(spb_histogram_quantile(h, 0), 123456789, 0);
    assert_near(spb_histogram_quantile(h, 0.999), 123456789, 0);
    free(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes_follow_each_other),
        cmocka_unit_test(quantiles_are_those_of_the_values),
        cmocka_unit_test(an_empty_one_has_no_quantile),
        cmocka_unit_test(one_value_is_kept_exactly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
