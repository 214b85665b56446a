/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "grid_text.h"
#include "screen_widgets.h"

static void assert_bar(bool ascii, double used, double more, const char *expected)
{
    struct spb_grid grid = grid_of(12, 1);
    grid.ascii = ascii;
    struct spb_pen pen = spb_pen_at(&grid, spb_grid_rect(&grid), 0);
    spb_draw_bar(&pen, 10, &(struct spb_bar){used, more, SPB_INK_GOOD});
    spb_pen_glyph(&pen, SPB_INK_PLAIN, '|');
    assert_line(&grid, 0, expected);
    spb_grid_release(&grid);
}

static void bars_are_as_long_as_their_value(void **state)
{
    (void)state;
    assert_bar(true, 0, 0, "..........|");
    assert_bar(true, 30, 20, "###==.....|");
    assert_bar(true, 100, 0, "##########|");
    assert_bar(true, 400, 400, "##########|");
    assert_bar(true, -5, 0, "..........|");
    assert_bar(true, (double)NAN, 0, "          |");
    assert_bar(false, 25, 20, "\u2501\u2501\u2578\u254d\u254d\u2500\u2500\u2500\u2500\u2500|");
}

static void graphs_have_the_newest_on_the_right(void **state)
{
    (void)state;
    struct spb_grid grid = grid_of(5, 2);
    const float values[] = {100, 0, 25, 50, 100};
    struct spb_graph graph = {.values = values, .count = 5, .max = 100};
    grid.ascii = true;
    spb_draw_graph(&grid, (struct spb_rect){1, 0, 4, 2}, &graph);
    assert_line(&grid, 0, "    :");
    assert_line(&grid, 1, " ..::");
    spb_grid_clear(&grid);
    graph.hangs = true;
    spb_draw_graph(&grid, (struct spb_rect){1, 0, 4, 2}, &graph);
    assert_line(&grid, 0, "  '::");
    assert_line(&grid, 1, "    :");
    spb_grid_release(&grid);
}

static void braille_has_two_values_a_column(void **state)
{
    (void)state;
    struct spb_grid grid = grid_of(3, 1);
    const float values[] = {(float)NAN, 0, 50, 100};
    spb_draw_graph(&grid, spb_grid_rect(&grid), &(struct spb_graph){.values = values, .count = 4, .max = 100});
    assert_line(&grid, 0, " \u2880\u28fc"); /* nothing known, nothing; half, all */
    spb_grid_release(&grid);
}

static void levels_have_their_ink(void **state)
{
    (void)state;
    struct spb_grid grid = grid_of(2, 1);
    const float values[] = {10, 10, 95, 10};
    spb_draw_graph(&grid, spb_grid_rect(&grid),
                   &(struct spb_graph){.values = values, .count = 4, .max = 100, .is_level = true});
    assert_int_equal(grid_cell(&grid, 0, 0)->ink, SPB_INK_GOOD);
    assert_int_equal(grid_cell(&grid, 1, 0)->ink, SPB_INK_BAD);
    assert_int_equal(spb_level_ink(70), SPB_INK_WARN);
    spb_grid_release(&grid);
}

static void numbers_are_short(void **state)
{
    (void)state;
    char text[SPB_SHORT_TEXT_SIZE];
    assert_string_equal(spb_short_bytes(text, 0), "0");
    assert_string_equal(spb_short_bytes(text, 1023), "1.00K");
    assert_string_equal(spb_short_bytes(text, 1536 * 1024.0), "1.50M");
    assert_string_equal(spb_short_bytes(text, 1e21), "867E");
    assert_string_equal(spb_short_bytes(text, (double)NAN), "-");
    assert_string_equal(spb_short_count(text, 0.4), "0.4");
    assert_string_equal(spb_short_count(text, 12345), "12.3k");
    assert_string_equal(spb_short_pct(text, 12.34), "12.3");
    assert_string_equal(spb_short_pct(text, 1600), "1600");
    assert_string_equal(spb_short_time(text, 61), "1m01s");
    assert_string_equal(spb_short_time(text, 90000), "1d01h");
    assert_string_equal(spb_short_time(text, (double)NAN), "-");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bars_are_as_long_as_their_value),
        cmocka_unit_test(graphs_have_the_newest_on_the_right),
        cmocka_unit_test(braille_has_two_values_a_column),
        cmocka_unit_test(levels_have_their_ink),
        cmocka_unit_test(numbers_are_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
