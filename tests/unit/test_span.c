/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "mangle.h"
#include "span.h"

static struct spb_span span(const char *text)
{
    return (struct spb_span){text, strlen(text)};
}

static void lines_and_words_come_one_by_one(void **state)
{
    (void)state;
    struct spb_span rest = span("a  b\n\nlast"), line, word;
    assert_true(spb_span_take_line(&rest, &line));
    assert_true(spb_span_take_word(&line, &word) && spb_span_equals(word, "a"));
    assert_true(spb_span_take_word(&line, &word) && spb_span_equals(word, "b"));
    assert_false(spb_span_take_word(&line, &word));
    assert_true(spb_span_take_line(&rest, &line) && line.length == 0);
    assert_true(spb_span_take_line(&rest, &line) && spb_span_equals(line, "last"));
    assert_false(spb_span_take_line(&rest, &line));
}

static void separators_are_dropped(void **state)
{
    (void)state;
    struct spb_span rest = span("key:value"), part;
    assert_true(spb_span_take_until(&rest, ':', &part) && spb_span_equals(part, "key"));
    assert_true(spb_span_equals(rest, "value"));
    assert_false(spb_span_take_until(&rest, ':', &part));
    assert_true(spb_span_equals(rest, "value"));
    assert_true(spb_span_equals(spb_span_trim(span(" \tx y\r ")), "x y"));
    assert_true(spb_span_has_word(span("fpu hypervisor"), "hypervisor"));
    assert_false(spb_span_has_word(span("fpu hypervisors"), "hypervisor"));
}

static void numbers_are_whole_or_refused(void **state)
{
    (void)state;
    uint64_t u;
    int64_t i;
    double d;
    assert_int_equal(spb_span_parse_u64(span("18446744073709551615"), &u), 0);
    assert_true(u == UINT64_MAX);
    assert_int_equal(spb_span_parse_u64(span("18446744073709551616"), &u), -ERANGE);
    assert_int_equal(spb_span_parse_u64(span("99999999999999999999"), &u), -ERANGE);
    assert_int_equal(spb_span_parse_u64(span("0x1F"), &u), 0);
    assert_int_equal(u, 31);
    assert_int_equal(spb_span_parse_i64(span("-1"), &i), 0);
    assert_int_equal(i, -1);
    assert_int_equal(spb_span_parse_i64(span("9223372036854775808"), &i), -ERANGE);
    assert_int_equal(spb_span_parse_decimal(span("5.39"), &d), 0);
    assert_true(d > 5.389 && d < 5.391);
    static const char *const bad[] = {"", "-", "1 ", "+1", "x", "0x", "1.", ".5", "1.2.3", "nan", "1e3"};
    for (size_t n = 0; n < sizeof(bad) / sizeof(bad[0]); n++) {
        assert_int_equal(spb_span_parse_u64(span(bad[n]), &u), -EINVAL);
        assert_int_equal(spb_span_parse_i64(span(bad[n]), &i), -EINVAL);
        assert_int_equal(spb_span_parse_decimal(span(bad[n]), &d), -EINVAL);
    }
}

static void copies_are_cut_to_fit(void **state)
{
    (void)state;
    char text[4];
    spb_span_copy(span("abcdef"), text, sizeof(text));
    assert_string_equal(text, "abc");
    spb_span_copy(span("wxyz"), text, sizeof(text));
    assert_string_equal(text, "wxy");
    spb_span_copy(span(""), text, sizeof(text));
    assert_string_equal(text, "");
}

static void take_everything(const char *text, size_t length)
{
    struct spb_span rest = {text, length}, line, word;
    uint64_t u;
    double d;
    while (spb_span_take_line(&rest, &line))
        while (spb_span_take_word(&line, &word)) {
            spb_span_parse_u64(word, &u);
            spb_span_parse_decimal(word, &d);
        }
}

static void hostile_text_stays_inside(void **state)
{
    (void)state;
    mangle("cpu0 1 2 3\n0xff 1.25\n\n  x\t9", take_everything);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_and_words_come_one_by_one), cmocka_unit_test(separators_are_dropped),
        cmocka_unit_test(numbers_are_whole_or_refused),    cmocka_unit_test(copies_are_cut_to_fit),
        cmocka_unit_test(hostile_text_stays_inside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
