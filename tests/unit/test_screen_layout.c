/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "grid_text.h"
#include "screen_layout.h"

static const struct spb_layout_needs full = {
    .cpus = 16, .disks = 3, .interfaces = 4, .file_systems = 3, .temperatures = 3, .has_cgroup_limit = true};

static bool is_shown(const struct spb_layout *layout, enum spb_panel panel)
{
    return layout->panels[panel].height > 0;
}

/* Every cell of the screen belongs to one panel at most, and every panel lies on the screen. */
static void assert_apart(int width, int height, const struct spb_layout_needs *needs)
{
    struct spb_layout layout;
    size_t cells = (size_t)width * (size_t)height;
    unsigned char *taken = calloc(cells, 1);
    assert_non_null(taken);
    spb_layout_make(&layout, width, height, needs);
    for (int panel = 0; panel < SPB_PANEL_COUNT; panel++) {
        struct spb_rect rect = layout.panels[panel];
        assert_true(rect.height >= 0 && layout.graph_rows[panel] <= rect.height);
        for (int y = rect.y; y < rect.y + rect.height; y++)
            for (int x = rect.x; x < rect.x + rect.width; x++) {
                assert_in_range(x, 0, width - 1);
                assert_in_range(y, 0, height - 1);
                size_t at = (size_t)y * (size_t)width + (size_t)x;
                assert_int_equal(taken[at], 0);
                taken[at] = 1;
            }
    }
    free(taken);
}

static void panels_never_overlap(void **state)
{
    (void)state;
    const struct spb_layout_needs none = {0}, many = {.cpus = 1000,
                                                      .disks = 200,
                                                      .interfaces = 300,
                                                      .file_systems = 90,
                                                      .temperatures = 80,
                                                      .has_cgroup_limit = true};
    for (int width = 1; width <= 320; width += width < 200 ? 3 : 20)
        for (int height = 1; height <= 120; height += height < 60 ? 1 : 10) {
            assert_apart(width, height, &full);
            assert_apart(width, height, &none);
            assert_apart(width, height, &many);
        }
}

static void all_has_room_in_80x24(void **state)
{
    (void)state;
    struct spb_layout layout;
    const struct spb_layout_needs vm = {.cpus = 2, .disks = 1, .interfaces = 2};
    spb_layout_make(&layout, 80, 24, &vm);
    for (int panel = 0; panel < SPB_PANEL_COUNT; panel++) {
        bool is_absent = panel == SPB_PANEL_CGROUP || panel == SPB_PANEL_SENSORS || panel == SPB_PANEL_FILE_SYSTEMS;
        assert_int_equal(is_shown(&layout, (enum spb_panel)panel), !is_absent);
    }
    assert_int_equal(layout.graph_rows[SPB_PANEL_CPU], 2);
    assert_int_equal(layout.panels[SPB_PANEL_KEYS].y, 23);
    assert_true(layout.panels[SPB_PANEL_PROCESSES].height >= 9);
    spb_layout_make(&layout, 80, 24, &full);
    for (int panel = 0; panel < SPB_PANEL_COUNT; panel++)
        assert_true(panel == SPB_PANEL_FILE_SYSTEMS || is_shown(&layout, (enum spb_panel)panel));
}

static void small_screens_keep_what_matters(void **state)
{
    (void)state;
    struct spb_layout layout;
    spb_layout_make(&layout, 60, 15, &full);
    assert_true(is_shown(&layout, SPB_PANEL_MEMORY) && is_shown(&layout, SPB_PANEL_PRESSURE));
    assert_int_equal(layout.panels[SPB_PANEL_MEMORY].height, 1);
    assert_true(layout.panels[SPB_PANEL_PROCESSES].height >= 5);
    spb_layout_make(&layout, 60, 6, &full);
    assert_true(is_shown(&layout, SPB_PANEL_CPU) && is_shown(&layout, SPB_PANEL_PROCESSES));
    spb_layout_make(&layout, 1, 1, &full);
    assert_true(is_shown(&layout, SPB_PANEL_CPU));
    spb_layout_make(&layout, 0, 0, &full);
    assert_false(is_shown(&layout, SPB_PANEL_CPU));
}

static void large_screens_have_graphs(void **state)
{
    (void)state;
    struct spb_layout layout;
    spb_layout_make(&layout, 300, 100, &full);
    assert_true(layout.graph_rows[SPB_PANEL_CPU] >= 10);
    assert_true(layout.graph_rows[SPB_PANEL_MEMORY] >= 4);
    assert_true(layout.graph_rows[SPB_PANEL_NETWORK] >= 4);
    assert_true(layout.panels[SPB_PANEL_PROCESSES].height >= 45);
}

static void cores_are_bars_then_characters_then_groups(void **state)
{
    (void)state;
    struct spb_cores_shape shape = spb_cores_shape(80, 2, 6);
    assert_true(shape.is_bars);
    assert_int_equal(shape.rows, 2);
    assert_int_equal(shape.per_row, 3);
    shape = spb_cores_shape(80, 2, 64);
    assert_false(shape.is_bars);
    assert_int_equal(shape.rows, 1);
    assert_int_equal(shape.group, 1);
    shape = spb_cores_shape(80, 2, 128);
    assert_int_equal(shape.per_row, 64); /* the second row begins with 64 */
    assert_int_equal(shape.rows, 2);
    for (int width = 1; width < 320; width++)
        for (int rows = 1; rows < 12; rows++) {
            shape = spb_cores_shape(width, rows, 1000);
            assert_in_range(shape.rows, 1, rows);
            assert_true((size_t)shape.rows * (size_t)shape.per_row * shape.group >= 1000);
        }
    assert_int_equal(spb_cores_shape(80, 2, 0).rows, 0);
    assert_int_equal(spb_cores_shape(80, 0, 8).rows, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(panels_never_overlap),
        cmocka_unit_test(all_has_room_in_80x24),
        cmocka_unit_test(small_screens_keep_what_matters),
        cmocka_unit_test(large_screens_have_graphs),
        cmocka_unit_test(cores_are_bars_then_characters_then_groups),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
