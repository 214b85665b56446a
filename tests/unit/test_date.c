/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "date.h"
#include "mangle.h"

static void days_that_exist_are_read(void **state)
{
    (void)state;
    assert_int_equal(spb_date_parse("2026-12-31"), 20261231);
    assert_int_equal(spb_date_parse("1970-01-01"), 19700101);
    assert_int_equal(spb_date_parse("9999-12-31"), 99991231);
    assert_int_equal(spb_date_parse("2024-02-29"), 20240229);
    assert_int_equal(spb_date_parse("2000-02-29"), 20000229);
}

static void other_days_are_none(void **state)
{
    static const char *const wrong[] = {"",           "2026-12-3",  "2026-12-311", "2026/12/31",  "26-12-31",
                                        "2026-13-01", "2026-00-01", "2026-01-00",  "2026-04-31",  "2025-02-29",
                                        "2100-02-29", "1969-12-31", " 2026-12-31", "2026-12-31 ", "2026-1a-01",
                                        "tomorrow",   "-026-12-31", "2026-12-+1"};
    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        if (spb_date_parse(wrong[i]) != 0)
            fail_msg("'%s' is no day", wrong[i]);
}

static void times_have_their_day(void **state)
{
    char text[SPB_DATE_TEXT_SIZE];
    (void)state;
    assert_int_equal(spb_date_of(0), 19700101);
    assert_int_equal(spb_date_of(86399), 19700101);
    assert_int_equal(spb_date_of(86400), 19700102);
    assert_int_equal(spb_date_of(1714564860), 20240501);
    assert_int_equal(spb_date_of(-1), 0);
    assert_int_equal(spb_date_of(INT64_MAX), 0);
    assert_string_equal(spb_date_format(text, 20240501), "2024-05-01");
    assert_string_equal(spb_date_format_time(text, 1714564860), "2024-05-01T12:01:00");
    assert_string_equal(spb_date_format_time(text, 86399), "1970-01-01T23:59:59");
}

static void parse_copy(const char *text, size_t length)
{
    char *copy = strndup(text, length);
    unsigned date = spb_date_parse(copy);
    char again[SPB_DATE_TEXT_SIZE];
    if (date)
        assert_string_equal(spb_date_format(again, date), copy);
    free(copy);
}

static void mangled_days_are_days_or_none(void **state)
{
    (void)state;
    mangle("2026-12-31", parse_copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_that_exist_are_read),
        cmocka_unit_test(other_days_are_none),
        cmocka_unit_test(times_have_their_day),
        cmocka_unit_test(mangled_days_are_days_or_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
