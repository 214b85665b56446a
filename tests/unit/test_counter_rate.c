/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "counter_rate.h"

static const char *added(uint64_t before, uint64_t now, enum spb_counter_width width, uint64_t *sum)
{
    struct spb_reading a = {.value = before}, b = {.value = now};
    return spb_counter_added(&a, &b, width, sum);
}

static void what_was_counted_is_the_difference(void **state)
{
    (void)state;
    uint64_t sum;
    assert_null(added(10, 15, SPB_COUNTER_64, &sum));
    assert_int_equal(sum, 5);
    assert_null(added(10, 10, SPB_COUNTER_64, &sum));
    assert_int_equal(sum, 0);
    assert_null(added(0, UINT64_MAX, SPB_COUNTER_64, &sum));
    assert_int_equal(sum, UINT64_MAX);
}

static void one_wrap_is_undone_where_it_is_plausible(void **state)
{
    (void)state;
    uint64_t sum;
    assert_null(added(UINT32_MAX, 0, SPB_COUNTER_32, &sum));
    assert_int_equal(sum, 1);
    assert_null(added(0xc0000000, 0x3fffffff, SPB_COUNTER_32, &sum));
    assert_int_equal(sum, 0x7fffffff);
    assert_non_null(added(0xbfffffff, 0, SPB_COUNTER_32, &sum)); /* too far from the top: it began anew */
    assert_non_null(added(UINT32_MAX, 0x40000000, SPB_COUNTER_32, &sum));
    assert_non_null(added((uint64_t)1 << 32, 0, SPB_COUNTER_32, &sum)); /* wider than that */
    assert_non_null(added(UINT32_MAX, 0, SPB_COUNTER_64, &sum));
    assert_non_null(added(UINT64_MAX, 0, SPB_COUNTER_64, &sum));
}

static void what_is_missing_has_a_reason(void **state)
{
    (void)state;
    struct spb_reading missing = {.code = -ENOENT}, there = {.value = 1};
    uint64_t sum;
    assert_string_equal(spb_counter_added(&missing, &there, SPB_COUNTER_64, &sum), "first look at it");
    assert_string_equal(spb_counter_added(&there, &missing, SPB_COUNTER_64, &sum), "this kernel does not show it");
    missing.code = -EACCES;
    assert_string_equal(spb_counter_added(&there, &missing, SPB_COUNTER_64, &sum), "not permitted");
    assert_true(spb_counter_ran_on(&missing, &there, SPB_COUNTER_64));
}

static void rates_are_per_second_and_possible(void **state)
{
    (void)state;
    struct spb_interval half = {.ns = 500000000, .awake_ns = 500000000};
    struct spb_interval none = {.reason = "first look"};
    double rate = -1;
    assert_null(spb_counter_rate(10, 512, 1e9, &half, &rate));
    assert_true(rate == 10240);
    assert_non_null(spb_counter_rate(10, 512, 10239, &half, &rate));
    assert_string_equal(spb_counter_rate(10, 512, 1e9, &none, &rate), "first look");
}

static void shares_end_at_the_whole(void **state)
{
    (void)state;
    double pct = -1;
    assert_null(spb_counter_share(25, 100, 5, &pct));
    assert_true(pct == 25);
    assert_null(spb_counter_share(105, 100, 5, &pct));
    assert_true(pct == 100);
    assert_non_null(spb_counter_share(106, 100, 5, &pct));
    assert_non_null(spb_counter_share(0, 0, 5, &pct));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_counted_is_the_difference),
        cmocka_unit_test(one_wrap_is_undone_where_it_is_plausible),
        cmocka_unit_test(what_is_missing_has_a_reason),
        cmocka_unit_test(rates_are_per_second_and_possible),
        cmocka_unit_test(shares_end_at_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
