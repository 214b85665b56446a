/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "plot_data.h"

static void check_text(const char *text, const char *expected)
{
    struct spb_plot_data data = {0};
    spb_plot_data_text(&data, text);
    spb_plot_data_end_row(&data);
    spb_plot_data_end(&data);
    assert_string_equal(spb_strbuf_text(&data.text), expected);
    spb_plot_data_release(&data);
}

static void texts_are_quoted_and_cannot_end_their_quotes(void **state)
{
    (void)state;
    check_text("plain", "\"plain\"\n");
    check_text("", "\" \"\n"); /* an empty one takes the next cells with it */
    check_text(NULL, "?\n");
    check_text("?", "\"?\"\n"); /* not the mark of an absence */
    check_text("a \"b\"; !touch x", "\"a \xe2\x80\xb3"
                                    "b\xe2\x80\xb3; !touch x\"\n");
    check_text("\"", "\"\xe2\x80\xb3\"\n");
    check_text("back\\slash\\", "\"back\\\\slash\\\\\"\n");
    check_text("\\\"", "\"\\\\\xe2\x80\xb3\"\n");
    check_text("`id` $(id) system('id') @macro %s {/Bold x} a_b a^b",
               "\"`id` $(id) system('id') @macro %s {/Bold x} a_b a^b\"\n");
    check_text("# no comment", "\"# no comment\"\n");
}

static void separators_do_not_pass(void **state)
{
    (void)state;
    check_text("a\tb", "\"a\xef\xbf\xbd"
                       "b\"\n");
    check_text("a\nb\r", "\"a\xef\xbf\xbd"
                         "b\xef\xbf\xbd\"\n");
    check_text("\x1b[31m\x7f", "\"\xef\xbf\xbd[31m\xef\xbf\xbd\"\n");
    check_text("\xff\xc3(", "\"\xef\xbf\xbd\xef\xbf\xbd(\"\n");
    check_text("\xe2\x80\xae"
               "abc",
               "\"\xef\xbf\xbd"
               "abc\"\n"); /* turns the direction of writing */
    check_text("\xc3\xa4\xe6\xbc\xa2", "\"\xc3\xa4\xe6\xbc\xa2\"\n");
}

static void numbers_are_exact_or_absent(void **state)
{
    struct spb_plot_data data = {0};
    (void)state;
    spb_plot_data_number(&data, 0.1);
    spb_plot_data_number(&data, -3);
    spb_plot_data_number(&data, 1e300);
    spb_plot_data_number(&data, (double)NAN);
    spb_plot_data_number(&data, -(double)INFINITY);
    spb_plot_data_absent(&data);
    spb_plot_data_end_row(&data);
    assert_string_equal(spb_strbuf_text(&data.text), "0.1\t-3\t1e+300\t?\t?\t?\n");
    spb_plot_data_release(&data);
}

static void words_may_have_lines(void **state)
{
    struct spb_plot_data data = {0};
    (void)state;
    spb_plot_data_words(&data, "title", "%s", "one\ntwo \"2\"\\n");
    spb_plot_data_words(&data, "empty", "%s", "");
    spb_plot_data_words(&data, "last", "a\n");
    spb_plot_data_value(&data, "width", 960);
    assert_string_equal(spb_strbuf_text(&data.text), "\"title\"\t\"one\\ntwo \xe2\x80\xb3"
                                                     "2\xe2\x80\xb3\\\\n\"\n"
                                                     "\"empty\"\t\"\"\n\"last\"\t\"a\\n\"\n\"width\"\t960\n");
    spb_plot_data_release(&data);
}

/* gnuplot counts blocks by the two empty lines before them, and none without a row. */
static void empty_blocks_count(void **state)
{
    struct spb_plot_data data = {0};
    (void)state;
    spb_plot_data_value(&data, "width", 1);
    spb_plot_data_block(&data, "first: a, b");
    spb_plot_data_block(&data, "second: a");
    spb_plot_data_number(&data, 2);
    spb_plot_data_end_row(&data);
    spb_plot_data_block(&data, "third: a");
    spb_plot_data_end(&data);
    assert_string_equal(spb_strbuf_text(&data.text),
                        "\"width\"\t1\n\n\n# first: a, b\n?\n\n\n# second: a\n2\n\n\n# third: a\n?\n");
    spb_plot_data_release(&data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_quoted_and_cannot_end_their_quotes),
        cmocka_unit_test(separators_do_not_pass),
        cmocka_unit_test(numbers_are_exact_or_absent),
        cmocka_unit_test(words_may_have_lines),
        cmocka_unit_test(empty_blocks_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
