/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "plot_text.h"

static void assert_clipped(const char *text, size_t columns, const char *expected)
{
    struct spb_strbuf out = {0};
    spb_plot_text_clip(text, columns, &out);
    assert_string_equal(spb_strbuf_text(&out), expected);
    spb_strbuf_release(&out);
}

static void the_middle_is_left_out(void **state)
{
    (void)state;
    assert_clipped("memory/latency", 14, "memory/latency");
    assert_clipped("memory/latency size=64KiB", 12,
                   "memory\xe2\x80\xa6"
                   "64KiB");
    assert_clipped("\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2\xe5\xad\x97", 6,
                   "\xe6\xbc\xa2\xe2\x80\xa6\xe5\xad\x97"); /* two columns each */
    assert_clipped("a\nb", 9,
                   "a\xef\xbf\xbd"
                   "b");
    assert_clipped("", 9, "");
}

static void lines_break_between_words(void **state)
{
    (void)state;
    struct spb_strbuf out = {0};
    spb_plot_text_wrap("one two three\nfour overlong", 7, &out);
    assert_string_equal(spb_strbuf_text(&out), "one two\nthree\nfour\noverlong");
    assert_int_equal(spb_plot_text_lines(spb_strbuf_text(&out)), 4);
    assert_int_equal(spb_plot_text_lines(""), 0);
    assert_int_equal(spb_plot_text_lines("a\n"), 1);
    spb_strbuf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_middle_is_left_out),
        cmocka_unit_test(lines_break_between_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
