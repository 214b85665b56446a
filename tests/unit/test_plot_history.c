/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "near.h"
#include "plot_blocks.h"

enum { PANELS = 1, LEGEND, RESULTS, SEGMENTS, CHANGES, DATES };
#define COUNT 30
#define DAY_S 86400
#define START 1767225600 /* 2026-01-01 */

struct series {
    struct spb_result results[COUNT];
    const char *names[COUNT];
    char texts[COUNT][32];
};

/* A result a day; what the row takes rises by a tenth with the sixteenth. Given from the last to the first. */
static void make_series(struct series *series)
{
    *series = (struct series){0};
    for (size_t i = 0; i < COUNT; i++) {
        size_t day = COUNT - 1 - i;
        double level_ns = (day < 15 ? 100 : 110) * (1 + 0.001 * (double)(day * 7 % 5));
        series->results[i].created_s = START + DAY_S * (int64_t)day;
        made_add(&series->results[i], made_row("cpu/a", level_ns, 3, 3));
        snprintf(series->texts[i], sizeof(series->texts[i]), "%02zu.json", day);
        series->names[i] = series->texts[i];
        spb_stamp_add_text(&series->results[i].stamp, "kernel.release", "6.1");
    }
}

static int build(struct series *series, size_t count, struct spb_plot_data *data)
{
    return made_build("history", series->results, series->names, count, data, NULL);
}

static void release(struct series *series, struct spb_plot_data *data)
{
    for (size_t i = 0; i < COUNT; i++)
        spb_result_release(&series->results[i]);
    spb_plot_data_release(data);
}

static void a_change_is_found_and_measured(void **state)
{
    (void)state;
    struct series series;
    struct spb_plot_data data = {0};
    char cell[256];
    make_series(&series);
    assert_int_equal(build(&series, COUNT, &data), 0);
    assert_int_equal(block_lines(&data, RESULTS), COUNT);
    assert_int_equal(block_lines(&data, CHANGES), 1);
    assert_near(block_number(&data, CHANGES, 0, 1), START + 14.5 * DAY_S, 1e-10);
    assert_string_equal(block_cell(&data, CHANGES, 0, 2, cell), "\"+10.0 %, p 0.001\"");
    assert_near(block_number(&data, CHANGES, 0, 3), -4, 0); /* slower */
    assert_int_equal(block_lines(&data, SEGMENTS), 2);
    assert_near(block_number(&data, SEGMENTS, 1, 4) / block_number(&data, SEGMENTS, 0, 4), 1.1, 1e-3);
    release(&series, &data);
}

/* Less of a rate is slower. */
static void rates_change_the_other_way(void **state)
{
    (void)state;
    struct series series;
    struct spb_plot_data data = {0};
    char cell[256];
    make_series(&series);
    for (size_t i = 0; i < COUNT; i++)
        series.results[i].rows[0].measure = SPB_UNITS_PER_SECOND;
    assert_int_equal(build(&series, COUNT, &data), 0);
    assert_string_equal(block_cell(&data, CHANGES, 0, 2, cell), "\"-9.1 %, p 0.001\"");
    assert_near(block_number(&data, CHANGES, 0, 3), -4, 0);
    release(&series, &data);
}

static void results_are_in_order_of_their_dates(void **state)
{
    (void)state;
    struct series series;
    struct spb_plot_data data = {0};
    make_series(&series);
    assert_int_equal(build(&series, COUNT, &data), 0);
    for (size_t i = 0; i < COUNT; i++)
        assert_near(block_number(&data, RESULTS, i, 2), START + DAY_S * (double)i, 1e-10);
    assert_true(words_hold(&data, "x_label", "2026-01-01T00:00:00 to 2026-01-30T00:00:00"));
    release(&series, &data);
}

static void one_second_does_not_overlap(void **state)
{
    (void)state;
    struct series series;
    struct spb_plot_data data = {0};
    make_series(&series);
    series.results[3].created_s = series.results[4].created_s = series.results[5].created_s;
    assert_int_equal(build(&series, COUNT, &data), 0);
    double span = block_number(&data, RESULTS, COUNT - 1, 2) - block_number(&data, RESULTS, 0, 2);
    for (size_t i = 1; i < COUNT; i++)
        assert_true(block_number(&data, RESULTS, i, 2) - block_number(&data, RESULTS, i - 1, 2) > 0.005 * span);
    assert_true(words_hold(&data, "note", "Results of one second stand side by side"));
    release(&series, &data);
}

/* The change coincides with another kernel: no change of either. */
static void another_machine_is_another_series(void **state)
{
    (void)state;
    struct series series;
    struct spb_plot_data data = {0};
    char cell[256];
    make_series(&series);
    for (size_t i = 15; i < COUNT; i++) {
        spb_stamp_release(&series.results[i].stamp);
        spb_stamp_add_text(&series.results[i].stamp, "kernel.release", "5.10");
    }
    assert_int_equal(build(&series, COUNT, &data), 0);
    assert_near(block_number(&data, RESULTS, 0, 1), 2, 0);
    assert_near(block_number(&data, RESULTS, COUNT - 1, 1), 1, 0); /* the newest is of the first group */
    assert_string_equal(block_cell(&data, LEGEND, 1, 0, cell), "\"15 results with kernel.release: 6.1 / 5.10\"");
    assert_true(words_hold(&data, "note", "15 of 30 results are of another machine"));
    assert_string_equal(block_cell(&data, CHANGES, 0, 0, cell), "?");
    release(&series, &data);
}

static void one_result_is_a_history_too(void **state)
{
    (void)state;
    struct series series;
    struct spb_plot_data data = {0};
    make_series(&series);
    assert_int_equal(build(&series, 1, &data), 0);
    assert_int_equal(block_lines(&data, RESULTS), 1);
    assert_true(block_number(&data, PANELS, 0, 9) > block_number(&data, PANELS, 0, 8));
    assert_int_equal(block_lines(&data, DATES), 1);
    release(&series, &data);
}

static void it_takes_more_files_than_there_are_hues(void **state)
{
    (void)state;
    assert_true(spb_plot_kind_find("history")->many_files);
    assert_false(spb_plot_kind_find("drift")->many_files);
    struct series series;
    make_series(&series);
    const struct spb_plot_input many = {.results = series.results, .names = series.names, .count = 9};
    assert_ptr_equal(spb_plot_kind_choose(&many), spb_plot_kind_find("history"));
    release(&series, &(struct spb_plot_data){0});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_change_is_found_and_measured),          cmocka_unit_test(rates_change_the_other_way),
        cmocka_unit_test(results_are_in_order_of_their_dates),     cmocka_unit_test(one_second_does_not_overlap),
        cmocka_unit_test(another_machine_is_another_series),       cmocka_unit_test(one_result_is_a_history_too),
        cmocka_unit_test(it_takes_more_files_than_there_are_hues),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
