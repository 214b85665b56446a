/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "look_view.h"
#include "sample_look.h"
#include "units.h"

static void assert_rounded(double value, const char *expected)
{
    char text[SPB_UNIT_TEXT_SIZE];
    assert_string_equal(spb_format_double(text, spb_look_round(value)), expected);
}

static void six_digits_are_left(void **state)
{
    (void)state;
    assert_rounded(12.3456789, "12.3457");
    assert_rounded(-0.00123456789, "-0.00123457");
    assert_rounded(99.99999999, "100");
    assert_rounded(1234567.8, "1234568");
    assert_rounded(1e-30, "0");
    assert_rounded(0, "0");
    assert_rounded(123456789012345.0, "123456789012345"); /* bytes stay what they are */
    assert_true(isnan(spb_look_round((double)NAN)));
}

static void time_is_utc_with_milliseconds(void **state)
{
    (void)state;
    char text[SPB_LOOK_TIME_SIZE];
    assert_string_equal(spb_look_time_format(text, INT64_C(1798761599999999999)), "2026-12-31T23:59:59.999Z");
    assert_string_equal(spb_look_time_format(text, 0), "1970-01-01T00:00:00.000Z");
    assert_string_equal(spb_look_time_format(text, -5), "1970-01-01T00:00:00.000Z");
}

static void the_first_of_a_name_counts(void **state)
{
    (void)state;
    struct spb_look_view view = sample_view();
    size_t repeated = 0;
    for (size_t i = 0; i < view.look->count; i++)
        repeated += spb_look_repeats(view.look, i);
    assert_int_equal(repeated, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(six_digits_are_left),
        cmocka_unit_test(time_is_utc_with_milliseconds),
        cmocka_unit_test(the_first_of_a_name_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
