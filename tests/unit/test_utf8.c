/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "utf8.h"

static void decodes_valid_sequences(void **state)
{
    (void)state;
    size_t length;
    assert_int_equal(spb_utf8_decode("a", &length), 'a');
    assert_int_equal(length, 1);
    assert_int_equal(spb_utf8_decode("\xc2\xb1", &length), 0xb1);
    assert_int_equal(length, 2);
    assert_int_equal(spb_utf8_decode("\xe2\x82\xac", &length), 0x20ac);
    assert_int_equal(length, 3);
    assert_int_equal(spb_utf8_decode("\xf0\x9f\x98\x80", &length), 0x1f600);
    assert_int_equal(length, 4);
}

static void refuses_invalid_sequences(void **state)
{
    (void)state;
    /* A lone continuation, overlong, surrogate, beyond U+10FFFF, cut off. */
    static const char *const bad[] = {"\x80",         "\xc0\x80",         "\xe0\x80\x80", "\xed\xa0\x80",
                                      "\xf0\x80\x80", "\xf4\x90\x80\x80", "\xf5",         "\xe2\x82"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        size_t length = 0;
        assert_int_equal(spb_utf8_length(bad[i]), 0);
        assert_int_equal(spb_utf8_decode(bad[i], &length), 0xfffd);
        assert_int_equal(length, 1);
    }
}

static void counts_terminal_columns(void **state)
{
    (void)state;
    assert_int_equal(spb_utf8_columns("plain", 5), 5);
    assert_int_equal(spb_utf8_columns("\xc2\xb1 95 %", 7), 6);
    assert_int_equal(spb_utf8_columns("\xe6\xbc\xa2\xe5\xad\x97", 6), 4); /* two wide characters */
    assert_int_equal(spb_utf8_columns("e\xcc\x81", 3), 1);                /* a combining accent */
}

static void tells_printable_text(void **state)
{
    (void)state;
    assert_true(spb_utf8_is_printable(""));
    assert_true(spb_utf8_is_printable("plain \xc2\xb1 \xef\xbf\xbd"));
    static const char *const bad[] = {"a\n",          "\x7f", "\xc2\x85",    "\xe2\x80\xae",
                                      "\xe2\x81\xa6", "\xff", "\xe2\x80\xa8"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(spb_utf8_is_printable(bad[i]));
}

static void hides_what_would_steer_a_terminal(void **state)
{
    (void)state;
    struct spb_strbuf out = {0};
    spb_utf8_append_printable(&out, "a\033[31mb\nc\xc2\x9b\xe2\x80\xae\xff");
    assert_string_equal(spb_strbuf_text(&out), "a\xef\xbf\xbd[31mb\xef\xbf\xbd"
                                               "c\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    spb_strbuf_release(&out);
}

static void check_cut(const char *text, size_t columns, const char *expected)
{
    struct spb_strbuf out = {0};
    spb_utf8_append_cut(&out, text, columns);
    assert_string_equal(spb_strbuf_text(&out), expected);
    spb_strbuf_release(&out);
}

static void cuts_the_middle(void **state)
{
    (void)state;
    check_cut("", 5, "");
    check_cut("abcde", 5, "abcde");
    check_cut("abcdef", 5,
              "ab\xe2\x80\xa6"
              "ef");
    check_cut("abcdefg", 6,
              "abc\xe2\x80\xa6"
              "fg");
    /* A wide character that does not fit in whole goes; an accent stays with its letter or goes with it. */
    check_cut("a\xe6\xbc\xa2"
              "bcd\xe6\xbc\xa2",
              5, "a\xe2\x80\xa6\xe6\xbc\xa2");
    check_cut("xe\xcc\x81yzabc", 5,
              "xe\xcc\x81\xe2\x80\xa6"
              "bc");
    check_cut("\xff\xff\xff\xff", 3, "\xff\xe2\x80\xa6\xff");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decodes_valid_sequences), cmocka_unit_test(refuses_invalid_sequences),
        cmocka_unit_test(counts_terminal_columns), cmocka_unit_test(tells_printable_text),
        cmocka_unit_test(cuts_the_middle),         cmocka_unit_test(hides_what_would_steer_a_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
