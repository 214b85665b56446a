/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "near.h"
#include "plot_blocks.h"

enum { PANELS = 1, LEGEND, SAMPLES, MEDIANS };

static const char *const names[] = {"one.json"};

static void samples_stand_where_they_were(void **state)
{
    (void)state;
    struct spb_result result = {0};
    struct spb_plot_data data = {0};
    made_add(&result, made_row("cpu/a", 100, 3, 4));
    assert_int_equal(made_build("drift", &result, names, 1, &data, NULL), 0);
    assert_int_equal(block_lines(&data, SAMPLES), 12);
    /* The second process: a second, 10 ms before its first sample, and 100 us or so for each. */
    assert_near(block_number(&data, SAMPLES, 4, 2), 1.0101, 1e-5);
    assert_near(block_number(&data, SAMPLES, 5, 2), 1.0102, 1e-5);
    spb_plot_data_release(&data);
    spb_result_release(&result);
}

static void percents_are_of_the_median_of_the_row(void **state)
{
    (void)state;
    struct spb_result result = {0};
    struct spb_plot_data data = {0};
    made_add(&result, made_row("cpu/a", 100, 1, 5));
    assert_int_equal(made_build("drift", &result, names, 1, &data, NULL), 0);
    assert_near(block_number(&data, SAMPLES, 0, 3), 100 * (1 / 1.002 - 1), 1e-6);
    assert_near(block_number(&data, SAMPLES, 2, 3), 0, 1e-9);
    assert_int_equal(block_lines(&data, MEDIANS), 2); /* a window of five, and the end of the line */
    assert_near(block_number(&data, MEDIANS, 0, 3), 0, 1e-9);
    spb_plot_data_release(&data);
    spb_result_release(&result);
}

/* Each process of made_row() is 0.2 % above the one before it, a second later. */
static void a_trend_is_told(void **state)
{
    (void)state;
    struct spb_result result = {0};
    struct spb_plot_data data = {0};
    char cell[256];
    made_add(&result, made_row("cpu/a", 100, 8, 1));
    made_add(&result, made_row("cpu/b", 100, 1, 8));
    assert_int_equal(made_build("drift", &result, names, 1, &data, NULL), 0);
    assert_non_null(strstr(block_cell(&data, PANELS, 0, 1, cell), "Kendall's tau +1.00, p 5e-05 (n 8), +13 %/min"));
    assert_non_null(strstr(block_cell(&data, PANELS, 1, 1, cell), "too few processes"));
    spb_plot_data_release(&data);
    spb_result_release(&result);
}

static void marks_and_unsettled_processes_have_shapes(void **state)
{
    (void)state;
    struct spb_result result = {0};
    struct spb_plot_data data = {0};
    struct spb_row row = made_row("cpu/a", 100, 2, 2);
    row.processes[0].samples[1].marks = SPB_MARK_MIGRATED;
    row.processes[1].settled = false;
    made_add(&result, row);
    assert_int_equal(made_build("drift", &result, names, 1, &data, NULL), 0);
    const double shapes[] = {0, 3, 10, 10};
    for (size_t i = 0; i < 4; i++)
        assert_near(block_number(&data, SAMPLES, i, 4), shapes[i], 0);
    assert_int_equal(block_lines(&data, LEGEND), 4);
    spb_plot_data_release(&data);
    spb_result_release(&result);
}

static void many_rows_share_a_panel(void **state)
{
    (void)state;
    struct spb_result result = {0};
    struct spb_plot_data data = {0};
    char name[16], cell[256];
    for (int i = 0; i < 13; i++) {
        snprintf(name, sizeof(name), "cpu/%d", i);
        made_add(&result, made_row(name, 1000 + i, i < 4 ? 8 : 2, 3));
    }
    assert_int_equal(made_build("drift", &result, names, 1, &data, NULL), 0);
    assert_int_equal(block_lines(&data, PANELS), 1);
    assert_string_equal(block_cell(&data, PANELS, 0, 0, cell), "\"13 rows, each against its own median\"");
    assert_non_null(strstr(block_cell(&data, PANELS, 0, 1, cell), "in 4 of 4 rows of 6 processes or more"));
    assert_int_equal(block_lines(&data, SAMPLES), 3 * (4 * 8 + 9 * 2));
    for (size_t i = 1; i < block_lines(&data, SAMPLES); i++)
        assert_true(block_number(&data, SAMPLES, i - 1, 2) <= block_number(&data, SAMPLES, i, 2));
    spb_plot_data_release(&data);
    spb_result_release(&result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_stand_where_they_were),
        cmocka_unit_test(percents_are_of_the_median_of_the_row),
        cmocka_unit_test(a_trend_is_told),
        cmocka_unit_test(marks_and_unsettled_processes_have_shapes),
        cmocka_unit_test(many_rows_share_a_panel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
