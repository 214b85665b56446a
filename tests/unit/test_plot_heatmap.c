/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "near.h"
#include "plot_blocks.h"

enum { SQUARES = 1, CELLS, CPUS };

static const char *const names[] = {"one.json", "two.json", "three.json", "four.json", "five.json"};

static struct spb_row pair_row(unsigned first, unsigned second, double ns)
{
    struct spb_row row = made_row("memory/core-to-core", ns, 2, 2);
    char text[32];
    snprintf(text, sizeof(text), "%u-%u", first, second);
    row.threads = 2;
    row.param_count = 1;
    row.params = calloc(1, sizeof(*row.params));
    row.params[0] = (struct spb_param_value){.name = strdup("pair"),
                                             .text = strdup(text),
                                             .value = (uint64_t)first << 32 | second,
                                             .kind = SPB_PARAM_CPU_PAIR};
    return row;
}

/* CPUs 0, 2 and 10, as where others are offline; the pair 2-10 is missing. */
static struct spb_result three_cpus(void)
{
    struct spb_result result = {0};
    made_add(&result, made_row("cpu/other", 1, 1, 1));
    made_add(&result, pair_row(10, 0, 80));
    made_add(&result, pair_row(0, 2, 40));
    return result;
}

static void both_ways_are_alike(void **state)
{
    (void)state;
    struct spb_result result = three_cpus();
    struct spb_plot_data data = {0};
    char cell[256];
    assert_int_equal(made_build("heatmap", &result, names, 1, &data, NULL), 0);
    assert_int_equal(block_lines(&data, CELLS), 9); /* all places, row by row */
    assert_near(block_number(&data, CELLS, 1, 3), block_number(&data, CELLS, 3, 3), 0);
    assert_near(block_number(&data, CELLS, 1, 3), 40, 0.003);
    assert_near(block_number(&data, CELLS, 2, 3), 80, 0.003);
    assert_string_equal(block_cell(&data, CELLS, 2, 4, cell), "\"80.1\"");
    assert_near(block_number(&data, CELLS, 2, 5), 1, 0); /* dark letters where it is bright */
    assert_near(block_number(&data, CELLS, 1, 5), 0, 0);
    spb_plot_data_release(&data);
    spb_result_release(&result);
}

static void what_is_missing_is_no_zero(void **state)
{
    (void)state;
    struct spb_result result = three_cpus();
    struct spb_plot_data data = {0};
    char cell[256];
    assert_int_equal(made_build("heatmap", &result, names, 1, &data, NULL), 0);
    assert_string_equal(block_cell(&data, CELLS, 5, 3, cell), "?"); /* 2-10 */
    assert_string_equal(block_cell(&data, CELLS, 4, 3, cell), "?"); /* 2-2 */
    assert_true(words_hold(&data, "note", "1 of 3 pairs have no value and no colour; spbench run memory/core-to-core"));
    assert_true(words_hold(&data, "note", "(CPUs 0 and 2)"));
    spb_plot_data_release(&data);
    spb_result_release(&result);
}

static void cpus_are_in_order_of_their_numbers(void **state)
{
    (void)state;
    struct spb_result result = three_cpus();
    struct spb_plot_data data = {0};
    char cell[256];
    assert_int_equal(made_build("heatmap", &result, names, 1, &data, NULL), 0);
    assert_int_equal(block_lines(&data, CPUS), 3);
    assert_string_equal(block_cell(&data, CPUS, 1, 2, cell), "\"2\"");
    assert_string_equal(block_cell(&data, CPUS, 2, 2, cell), "\"10\"");
    spb_plot_data_release(&data);
    spb_result_release(&result);
}

static void results_share_one_scale(void **state)
{
    (void)state;
    struct spb_result results[2] = {{0}, {0}};
    struct spb_plot_data data = {0};
    char cell[256];
    made_add(&results[0], pair_row(0, 1, 40));
    made_add(&results[1], pair_row(0, 1, 900));
    assert_int_equal(made_build("heatmap", results, names, 2, &data, NULL), 0);
    assert_int_equal(block_lines(&data, SQUARES), 2);
    assert_string_equal(block_cell(&data, SQUARES, 1, 0, cell), "\"two.json\"");
    assert_true(words_hold(&data, "logarithmic", "1"));
    assert_near(block_number(&data, CELLS, 5, 3), 900, 0.003);
    spb_plot_data_release(&data);
    spb_result_release(&results[0]);
    spb_result_release(&results[1]);
}

static void large_machines_have_no_letters(void **state)
{
    (void)state;
    struct spb_result result = {0};
    struct spb_plot_data data = {0};
    char cell[256];
    for (unsigned cpu = 1; cpu < 64; cpu++)
        made_add(&result, pair_row(0, cpu, 40 + cpu));
    assert_int_equal(made_build("heatmap", &result, names, 1, &data, NULL), 0);
    assert_int_equal(block_lines(&data, CELLS), 64 * 64);
    assert_string_equal(block_cell(&data, CELLS, 1, 4, cell), "\" \"");
    assert_true(block_lines(&data, CPUS) <= 32);
    spb_plot_data_release(&data);
    spb_result_release(&result);
}

static void errors_say_what_measures_it(void **state)
{
    (void)state;
    struct spb_result results[5] = {{0}, {0}, {0}, {0}, {0}};
    struct spb_plot_data data = {0};
    struct spb_error err = {0};
    made_add(&results[0], made_row("cpu/a", 1, 1, 1));
    assert_int_equal(made_build("heatmap", results, names, 1, &data, &err), -EINVAL);
    assert_non_null(strstr(err.text, "spbench run memory/core-to-core --param pair=all"));
    assert_int_equal(made_build("heatmap", results, names, 5, &data, &err), -EINVAL);
    assert_non_null(strstr(err.text, "5 results, and 4 fit"));
    struct spb_row failed = pair_row(0, 1, 1);
    failed.stats.valid = false;
    failed.reason = strdup("CPU 1 is offline");
    made_add(&results[0], failed);
    assert_int_equal(made_build("heatmap", results, names, 1, &data, &err), -EINVAL);
    assert_non_null(strstr(err.text, "no pair of CPUs has a value: CPU 1 is offline"));
    spb_plot_data_release(&data);
    spb_result_release(&results[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_ways_are_alike),
        cmocka_unit_test(what_is_missing_is_no_zero),
        cmocka_unit_test(cpus_are_in_order_of_their_numbers),
        cmocka_unit_test(results_share_one_scale),
        cmocka_unit_test(large_machines_have_no_letters),
        cmocka_unit_test(errors_say_what_measures_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
