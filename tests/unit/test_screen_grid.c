/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "grid_text.h"
#include "screen_grid.h"

static void pen_stops_at_its_end(void **state)
{
    (void)state;
    struct spb_grid grid = grid_of(10, 2);
    struct spb_pen pen = spb_pen_at(&grid, (struct spb_rect){2, 0, 5, 2}, 1);
    spb_pen_text(&pen, SPB_INK_PLAIN, "abc");
    spb_pen_text(&pen, SPB_INK_PLAIN, "defg");
    assert_line(&grid, 0, "");
    assert_line(&grid, 1, "  abcde");
    assert_int_equal(spb_pen_room(&pen), 0);
    spb_grid_release(&grid);
}

static void nothing_is_drawn_outside(void **state)
{
    (void)state;
    struct spb_grid grid = grid_of(4, 2);
    const struct spb_rect places[] = {{0, 2, 4, 1}, {0, -1, 4, 1}, {4, 0, 4, 1},
                                      {9, 9, 9, 9}, {0, 0, 0, 1},  {0, 0, -3, 1}};
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        struct spb_pen pen = spb_pen_at(&grid, places[i], 0);
        spb_pen_text(&pen, SPB_INK_PLAIN, "text");
        spb_pen_right(&pen, 9, SPB_INK_PLAIN, "text");
    }
    struct spb_pen below = spb_pen_at(&grid, (struct spb_rect){0, 0, 4, 1}, 1);
    spb_pen_text(&below, SPB_INK_PLAIN, "text");
    spb_grid_glyph(&grid, -1, 0, 'x', SPB_INK_PLAIN);
    spb_grid_ink(&grid, (struct spb_rect){-5, -5, 3, 3}, SPB_INK_BAD);
    assert_line(&grid, 0, "");
    assert_line(&grid, 1, "");
    spb_grid_release(&grid);
}

static void fields_are_aligned(void **state)
{
    (void)state;
    struct spb_grid grid = grid_of(20, 1);
    struct spb_pen pen = spb_pen_at(&grid, spb_grid_rect(&grid), 0);
    spb_pen_right(&pen, 5, SPB_INK_PLAIN, "12");
    spb_pen_skip(&pen, 1);
    spb_pen_left(&pen, 4, SPB_INK_PLAIN, "abcdef");
    spb_pen_right(&pen, 5, SPB_INK_PLAIN, "7");
    assert_line(&grid, 0, "   12 abcd    7");
    spb_grid_release(&grid);
}

static void wide_characters_take_two_columns(void **state)
{
    (void)state;
    struct spb_grid grid = grid_of(9, 1);
    struct spb_pen pen = spb_pen_at(&grid, spb_grid_rect(&grid), 0);
    spb_pen_left(&pen, 5, SPB_INK_PLAIN,
                 "\xe6\x96\x87\xe4\xbb\xb6\xe5\xa4\xb9"); /* three of them: the third has no room */
    spb_pen_text(&pen, SPB_INK_PLAIN, "|");
    assert_line(&grid, 0, "\xe6\x96\x87\xe4\xbb\xb6 |");
    assert_int_equal(grid_cell(&grid, 1, 0)->code, 0);
    assert_int_equal(grid_cell(&grid, 5, 0)->code, '|');
    spb_grid_release(&grid);
}

static void marks_stand_on_their_character(void **state)
{
    (void)state;
    struct spb_grid grid = grid_of(9, 1);
    struct spb_pen pen = spb_pen_at(&grid, spb_grid_rect(&grid), 0);
    spb_pen_text(&pen, SPB_INK_PLAIN,
                 "\xcc\x81"
                 "e\xcc\x81\xcc\x82x"); /* a mark on nothing; two on one */
    assert_line(&grid, 0, "e\xcc\x81x");
    spb_grid_release(&grid);
}

static void broken_text_breaks_nothing(void **state)
{
    (void)state;
    struct spb_grid grid = grid_of(9, 1);
    struct spb_pen pen = spb_pen_at(&grid, spb_grid_rect(&grid), 0);
    spb_pen_text(&pen, SPB_INK_PLAIN, "a\033[2J\xff\xc2\x9b.");
    assert_line(&grid, 0, "a?[2J\xef\xbf\xbd\xef\xbf\xbd.");
    grid.ascii = true;
    spb_grid_clear(&grid);
    pen = spb_pen_at(&grid, spb_grid_rect(&grid), 0);
    spb_pen_text(&pen, SPB_INK_PLAIN, "a\xc3\xa9\xe6\x96\x87z");
    assert_line(&grid, 0, "a??z");
    spb_grid_release(&grid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pen_stops_at_its_end),
        cmocka_unit_test(nothing_is_drawn_outside),
        cmocka_unit_test(fields_are_aligned),
        cmocka_unit_test(wide_characters_take_two_columns),
        cmocka_unit_test(marks_stand_on_their_character),
        cmocka_unit_test(broken_text_breaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
