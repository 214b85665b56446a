/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "near.h"
#include "plot_blocks.h"

enum { PANELS = 1, LEGEND, STRIPS, ESTIMATES, SAMPLES, SHARES };

static const char *const names[] = {"one.json", "two.json"};

static void each_process_has_a_strip(void **state)
{
    (void)state;
    struct spb_result result = {0};
    struct spb_plot_data data = {0};
    char cell[256];
    made_add(&result, made_row("cpu/a", 100, 3, 5));
    assert_int_equal(made_build("distribution", &result, names, 1, &data, NULL), 0);
    assert_string_equal(block_cell(&data, PANELS, 0, 0, cell), "\"cpu/a\"");
    assert_string_equal(block_cell(&data, PANELS, 0, 2, cell), "\"Time (ns/operation)\"");
    assert_int_equal(block_lines(&data, STRIPS), 3);
    assert_near(block_number(&data, STRIPS, 2, 3), 100 * 1.006, 1e-5); /* the median of its five */
    assert_int_equal(block_lines(&data, SAMPLES), 15);
    for (size_t i = 0; i < 15; i++) {
        size_t strip = i / 5 + 1;
        assert_near(block_number(&data, SAMPLES, i, 2), (double)strip, 0.31 / (double)strip);
    }
    assert_near(block_number(&data, ESTIMATES, 0, 4), result.rows[0].stats.estimate_ns, 1e-5);
    assert_near(block_number(&data, ESTIMATES, 0, 5), result.rows[0].stats.low_ns, 1e-5);
    spb_plot_data_release(&data);
    spb_result_release(&result);
}

static void rates_turn_the_interval_round(void **state)
{
    (void)state;
    struct spb_result result = {0};
    struct spb_plot_data data = {0};
    char cell[256];
    struct spb_row row = made_row("memory/a", 100, 3, 5);
    row.measure = SPB_UNITS_PER_SECOND;
    made_add(&result, row);
    assert_int_equal(made_build("distribution", &result, names, 1, &data, NULL), 0);
    assert_string_equal(block_cell(&data, PANELS, 0, 2, cell), "\"Rate (M operation/s)\"");
    assert_near(block_number(&data, ESTIMATES, 0, 5), 1000 / row.stats.high_ns, 1e-6);
    assert_near(block_number(&data, ESTIMATES, 0, 6), 1000 / row.stats.low_ns, 1e-6);
    spb_plot_data_release(&data);
    spb_result_release(&result);
}

static void marks_have_shapes_and_a_legend(void **state)
{
    (void)state;
    struct spb_result result = {0};
    struct spb_plot_data data = {0};
    char cell[256];
    struct spb_row row = made_row("cpu/a", 100, 2, 4);
    row.processes[1].samples[2].marks = SPB_MARK_PREEMPTED | SPB_MARK_STEAL;
    made_add(&result, row);
    assert_int_equal(made_build("distribution", &result, names, 1, &data, NULL), 0);
    assert_near(block_number(&data, SAMPLES, 6, 4), 2, 0); /* steal is the graver one */
    assert_near(block_number(&data, SAMPLES, 5, 4), 0, 0);
    assert_int_equal(block_lines(&data, LEGEND), 3);
    assert_string_equal(block_cell(&data, LEGEND, 1, 0, cell), "\"steal\"");
    spb_plot_data_release(&data);
    spb_result_release(&result);
}

/* What lies far away stands at the edge, and is counted. */
static void far_samples_do_not_spoil_the_axis(void **state)
{
    (void)state;
    struct spb_result result = {0};
    struct spb_plot_data data = {0};
    struct spb_row row = made_row("cpu/a", 100, 2, 100);
    row.processes[0].samples[7].elapsed_ns *= 50;
    spb_row_stats_compute(&row);
    made_add(&result, row);
    assert_int_equal(made_build("distribution", &result, names, 1, &data, NULL), 0);
    assert_true(block_number(&data, PANELS, 0, 6) < 150);
    assert_near(block_number(&data, SAMPLES, 7, 5), 1, 0);
    assert_near(block_number(&data, SAMPLES, 7, 3), block_number(&data, PANELS, 0, 6), 1e-6);
    assert_true(words_hold(&data, "note", "Samples beyond the axes (triangles at the edge): 1."));
    spb_plot_data_release(&data);
    spb_result_release(&result);
}

static void shares_end_at_all(void **state)
{
    (void)state;
    struct spb_result result = {0};
    struct spb_plot_data data = {0};
    made_add(&result, made_row("cpu/a", 100, 2, 4));
    assert_int_equal(made_build("distribution", &result, names, 1, &data, NULL), 0);
    assert_int_equal(block_lines(&data, SHARES), 2 * (5 + 1) + 9 + 1);
    assert_near(block_number(&data, SHARES, 1, 3), 25, 0);
    assert_near(block_number(&data, SHARES, 4, 3), 100, 0);
    assert_near(block_number(&data, SHARES, 5, 0), 0, 0); /* a line ends */
    spb_plot_data_release(&data);
    spb_result_release(&result);
}

static void files_stand_beside_each_other(void **state)
{
    (void)state;
    struct spb_result results[2] = {{0}, {0}};
    struct spb_plot_data data = {0};
    made_add(&results[0], made_row("cpu/only-first", 5, 2, 2));
    made_add(&results[0], made_row("cpu/a", 100, 2, 2));
    made_add(&results[1], made_row("cpu/a", 110, 3, 2));
    assert_int_equal(made_build("distribution", results, names, 2, &data, NULL), 0);
    assert_int_equal(block_lines(&data, PANELS), 2);
    assert_int_equal(block_lines(&data, STRIPS), 2 + 5);
    assert_near(block_number(&data, STRIPS, 4, 1), 2, 0); /* file */
    assert_near(block_number(&data, STRIPS, 4, 2), 4, 0); /* x: one place is left between files */
    spb_plot_data_release(&data);
    spb_result_release(&results[0]);
    spb_result_release(&results[1]);
}

static void errors_say_what_to_do(void **state)
{
    (void)state;
    struct spb_result result = {0};
    struct spb_plot_data data = {0};
    struct spb_error err = {0};
    assert_int_equal(made_build("distribution", &result, names, 1, &data, &err), -EINVAL);
    assert_non_null(strstr(err.text, "one.json has no rows; spbench run measures some"));
    struct spb_row failed = {.workload = strdup("cpu/b"), .unit = strdup("x"), .reason = strdup("killed by SIGSEGV")};
    made_add(&result, failed);
    assert_int_equal(made_build("distribution", &result, names, 1, &data, &err), -EINVAL);
    assert_non_null(strstr(err.text, "none of the 1 rows has a value: killed by SIGSEGV"));
    for (int i = 0; i < 13; i++) {
        char name[16];
        snprintf(name, sizeof(name), "cpu/%d", i);
        made_add(&result, made_row(name, 100, 1, 1));
    }
    assert_int_equal(made_build("distribution", &result, names, 1, &data, &err), -EINVAL);
    assert_non_null(strstr(err.text, "13 rows, and 12 fit into this picture: choose some, as in --rows 'cpu/0*'"));
    assert_int_equal(data.text.length, 0);
    spb_row_release(&result.rows[--result.row_count]);
    assert_int_equal(made_build("distribution", &result, names, 1, &data, &err), 0);
    assert_true(words_hold(&data, "note", "1 of 13 rows have no value: killed by SIGSEGV"));
    spb_plot_data_release(&data);
    spb_result_release(&result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_process_has_a_strip),
        cmocka_unit_test(rates_turn_the_interval_round),
        cmocka_unit_test(marks_have_shapes_and_a_legend),
        cmocka_unit_test(far_samples_do_not_spoil_the_axis),
        cmocka_unit_test(shares_end_at_all),
        cmocka_unit_test(files_stand_beside_each_other),
        cmocka_unit_test(errors_say_what_to_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
