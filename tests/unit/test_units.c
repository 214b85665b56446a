/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "units.h"

static void formats_keep_three_digits(void **state)
{
    (void)state;
    char text[SPB_UNIT_TEXT_SIZE];
    assert_string_equal(spb_format_duration(text, 0.3104), "0.310 ns");
    assert_string_equal(spb_format_duration(text, 1250), "1.25 us");
    assert_string_equal(spb_format_duration(text, 250e6), "250 ms");
    assert_string_equal(spb_format_duration(text, 0), "0.00 ns");
    assert_string_equal(spb_format_bytes(text, 65536), "64 KiB");
    assert_string_equal(spb_format_bytes(text, 1572864), "1.50 MiB");
    assert_string_equal(spb_format_si(text, 3.214e9, "FLOP/s"), "3.21 GFLOP/s");
    assert_string_equal(spb_format_si(text, 12, ""), "12.0");
    assert_string_equal(spb_format_double(text, 0.1), "0.1");
}

static void parsers_take_units(void **state)
{
    (void)state;
    uint64_t value;
    assert_int_equal(spb_parse_bytes("64KiB", &value, NULL), 0);
    assert_int_equal(value, 65536);
    assert_int_equal(spb_parse_bytes("1MB", &value, NULL), 0);
    assert_int_equal(value, 1000000);
    assert_int_equal(spb_parse_bytes("1.50 PiB", &value, NULL), 0);
    assert_int_equal(value, 1688849860263936);
    assert_int_equal(spb_parse_duration("1.5s", 1, &value, NULL), 0);
    assert_int_equal(value, 1500000000);
    assert_int_equal(spb_parse_duration("30", 1000000000, &value, NULL), 0);
    assert_int_equal(value, 30000000000);
    assert_int_equal(spb_parse_count("18446744073709551615", &value, NULL), 0);
    assert_int_equal(value, UINT64_MAX);
}

static void parsers_refuse_nonsense(void **state)
{
    (void)state;
    uint64_t value;
    struct spb_error err;
    static const char *const bad[] = {"", "-1", "x", "1x", "1e99", "99999999999999999999", "nan", " 1", "0x", "0x10"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_true(spb_parse_count(bad[i], &value, &err) < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats_keep_three_digits),
        cmocka_unit_test(parsers_take_units),
        cmocka_unit_test(parsers_refuse_nonsense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
