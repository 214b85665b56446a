/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "table.h"

static void assert_renders(const struct spb_table *table, enum spb_table_format format,
                           const struct spb_table_options *options, const char *expected)
{
    struct spb_strbuf out = {0};
    spb_table_render(table, format, options, &out);
    assert_false(out.failed);
    assert_string_equal(spb_strbuf_text(&out), expected);
    spb_strbuf_release(&out);
}

static void text_is_aligned_by_what_shows(void **state)
{
    (void)state;
    struct spb_table table = {0};
    spb_table_column(&table, "row", SPB_ALIGN_LEFT);
    spb_table_column(&table, "time", SPB_ALIGN_RIGHT);
    spb_table_column(&table, "note", SPB_ALIGN_LEFT);
    spb_table_cell(&table, "caf\xc3\xa9");
    spb_table_cell(&table, "%.1f ns", 0.5);
    spb_table_cell(&table, "ok");
    spb_table_cell(&table, "long/name");
    spb_table_cell(&table, "12.0 ns");
    assert_renders(&table, SPB_TABLE_TEXT, NULL,
                   "row           time  note\n"
                   "caf\xc3\xa9        0.5 ns  ok\n"
                   "long/name  12.0 ns\n");
    spb_table_release(&table);
}

static void last_column_wraps_under_itself(void **state)
{
    (void)state;
    struct spb_table table = {0};
    spb_table_column(&table, "row", SPB_ALIGN_LEFT);
    spb_table_column(&table, "note", SPB_ALIGN_LEFT);
    spb_table_cell(&table, "a");
    spb_table_cell(&table, "one two three four five six /a/word/that/is/too/long/to/fit seven");
    const struct spb_table_options wide_enough = {.width = 25};
    assert_renders(&table, SPB_TABLE_TEXT, &wide_enough,
                   "row  note\n"
                   "a    one two three four\n"
                   "     five six\n"
                   "     /a/word/that/is/too/long/to/fit\n"
                   "     seven\n");
    const struct spb_table_options hopeless = {.width = 12};
    assert_renders(&table, SPB_TABLE_TEXT, &hopeless,
                   "row  note\n"
                   "a    one two three four five six /a/word/that/is/too/long/to/fit seven\n");
    spb_table_release(&table);
}

/* Three columns leave the fourth no room: it goes below, and an empty one takes no line. */
static void last_column_goes_below_where_it_is_narrow(void **state)
{
    (void)state;
    struct spb_table table = {0};
    spb_table_column(&table, "a long header", SPB_ALIGN_LEFT);
    spb_table_column(&table, "another header", SPB_ALIGN_RIGHT);
    spb_table_column(&table, "note", SPB_ALIGN_LEFT);
    spb_table_cell(&table, "x");
    spb_table_cell(&table, "1");
    spb_table_cell(&table, "one two three four five six seven eight nine");
    spb_table_cell(&table, "y");
    spb_table_cell(&table, "2");
    spb_table_cell(&table, "%s", "");
    const struct spb_table_options narrow = {.width = 40};
    assert_renders(&table, SPB_TABLE_TEXT, &narrow,
                   "a long header  another header\n"
                   "x                           1\n"
                   "    one two three four five six seven\n"
                   "    eight nine\n"
                   "y                           2\n");
    spb_table_release(&table);
}

static void text_breaks_between_words(void **state)
{
    (void)state;
    struct spb_strbuf out = {0};
    spb_wrap_text("one two three four", 9, &out);
    spb_wrap_text("one two three four", 0, &out);
    assert_string_equal(spb_strbuf_text(&out), "one two\nthree\nfour\none two three four\n");
    spb_strbuf_release(&out);
}

static void tones_are_colours_only_when_asked(void **state)
{
    (void)state;
    struct spb_table table = {0};
    spb_table_column(&table, "a", SPB_ALIGN_LEFT);
    spb_table_column(&table, "b", SPB_ALIGN_LEFT);
    spb_table_cell(&table, "x");
    spb_table_cell(&table, "bad");
    spb_table_tone(&table, SPB_TONE_BAD);
    const struct spb_table_options color = {.color = true};
    assert_renders(&table, SPB_TABLE_TEXT, &color, "\033[1ma\033[0m  \033[1mb\033[0m\nx  \033[31mbad\033[0m\n");
    assert_renders(&table, SPB_TABLE_TEXT, NULL, "a  b\nx  bad\n");
    assert_renders(&table, SPB_TABLE_CSV, &color, "a,b\r\nx,bad\r\n");
    spb_table_release(&table);
}

static void csv_quotes_and_disarms_formulas(void **state)
{
    (void)state;
    struct spb_table table = {0};
    spb_table_column(&table, "name", SPB_ALIGN_LEFT);
    spb_table_column(&table, "value, unit", SPB_ALIGN_RIGHT);
    spb_table_cell(&table, "say \"hi\"");
    spb_table_cell(&table, "-1.5e3");
    spb_table_cell(&table, "=cmd|'/C calc'!A0");
    spb_table_cell(&table, "-2+3");
    spb_table_cell(&table, "a\r\nb");
    assert_renders(&table, SPB_TABLE_CSV, NULL,
                   "name,\"value, unit\"\r\n"
                   "\"say \"\"hi\"\"\",-1.5e3\r\n"
                   "\"'=cmd|'/C calc'!A0\",\"'-2+3\"\r\n"
                   "a\xef\xbf\xbd\xef\xbf\xbd"
                   "b,\r\n");
    spb_table_release(&table);
}

static void markdown_escapes_its_own_marks(void **state)
{
    (void)state;
    struct spb_table table = {0};
    spb_table_column(&table, "a", SPB_ALIGN_LEFT);
    spb_table_column(&table, "b", SPB_ALIGN_RIGHT);
    spb_table_cell(&table, "x|y\\");
    spb_table_cell(&table, "<b>*");
    assert_renders(&table, SPB_TABLE_MARKDOWN, NULL, "| a | b |\n|:---|---:|\n| x\\|y\\\\ | \\<b>\\* |\n");
    spb_table_release(&table);
}

static void a_terminal_is_never_steered_by_a_cell(void **state)
{
    (void)state;
    struct spb_table table = {0};
    spb_table_column(&table, "a", SPB_ALIGN_LEFT);
    spb_table_cell(&table, "\033[2J%s", "\x07");
    assert_renders(&table, SPB_TABLE_TEXT, NULL, "a\n\xef\xbf\xbd[2J\xef\xbf\xbd\n");
    spb_table_release(&table);
}

static void no_rows_is_a_header_alone(void **state)
{
    (void)state;
    struct spb_table table = {0};
    spb_table_column(&table, "a", SPB_ALIGN_LEFT);
    assert_renders(&table, SPB_TABLE_TEXT, NULL, "a\n");
    assert_renders(&table, SPB_TABLE_CSV, NULL, "a\r\n");
    spb_table_release(&table);
}

static void many_cells_are_kept(void **state)
{
    (void)state;
    struct spb_table table = {0};
    struct spb_strbuf out = {0};
    spb_table_column(&table, "n", SPB_ALIGN_RIGHT);
    for (int i = 0; i < 1000; i++)
        spb_table_cell(&table, "%d", i);
    spb_table_render(&table, SPB_TABLE_CSV, NULL, &out);
    assert_int_equal(out.length, 3 + 10 * 3 + 90 * 4 + 900 * 5);
    assert_false(table.failed);
    spb_strbuf_release(&out);
    spb_table_release(&table);
}

static void last_column_may_always_stand_below(void **state)
{
    (void)state;
    struct spb_table table = {.last_below = true};
    spb_table_column(&table, "row", SPB_ALIGN_LEFT);
    spb_table_column(&table, "", SPB_ALIGN_LEFT);
    spb_table_cell(&table, "a");
    spb_table_cell(&table, "%s", "why it is so");
    spb_table_cell(&table, "b");
    spb_table_cell(&table, "%s", "");
    assert_renders(&table, SPB_TABLE_TEXT, &(struct spb_table_options){.width = 80}, "row\na\n    why it is so\nb\n");
    spb_table_release(&table);
}

static void width_is_that_of_what_cannot_wrap(void **state)
{
    (void)state;
    struct spb_table table = {0};
    assert_int_equal(spb_table_width(&table), 0);
    spb_table_column(&table, "row", SPB_ALIGN_LEFT);
    assert_int_equal(spb_table_width(&table), 0);
    spb_table_column(&table, "time", SPB_ALIGN_RIGHT);
    assert_int_equal(spb_table_width(&table), 3 + 2 + 4);
    spb_table_column(&table, "why", SPB_ALIGN_LEFT);
    assert_int_equal(spb_table_width(&table), 3 + 2 + 4);
    spb_table_cell(&table, "longer");
    assert_int_equal(spb_table_width(&table), 6 + 2 + 4);
    spb_table_release(&table);
}

static void text_has_the_colour_of_its_tone(void **state)
{
    (void)state;
    struct spb_strbuf out = {0};
    spb_toned_text(SPB_TONE_BAD, true, "no", &out);
    spb_toned_text(SPB_TONE_BAD, false, "no", &out);
    spb_toned_text(SPB_TONE_PLAIN, true, "no", &out);
    assert_string_equal(spb_strbuf_text(&out), "\033[31mno\033[0mnono");
    spb_strbuf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_aligned_by_what_shows),
        cmocka_unit_test(last_column_wraps_under_itself),
        cmocka_unit_test(last_column_goes_below_where_it_is_narrow),
        cmocka_unit_test(text_breaks_between_words),
        cmocka_unit_test(tones_are_colours_only_when_asked),
        cmocka_unit_test(csv_quotes_and_disarms_formulas),
        cmocka_unit_test(markdown_escapes_its_own_marks),
        cmocka_unit_test(a_terminal_is_never_steered_by_a_cell),
        cmocka_unit_test(no_rows_is_a_header_alone),
        cmocka_unit_test(many_cells_are_kept),
        cmocka_unit_test(last_column_may_always_stand_below),
        cmocka_unit_test(width_is_that_of_what_cannot_wrap),
        cmocka_unit_test(text_has_the_colour_of_its_tone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
