/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>

#include "plot_kind.h"
#include "sample_result.h"

/* A row of one process with one sample of one iteration. */
static void add_row(struct spb_result *result, const char *workload, const char *unit, uint64_t ns)
{
    struct spb_row *row = &result->rows[result->row_count++];
    struct spb_process process = {.work_per_iteration = 1, .sample_count = 1, .thread_count = 1};
    sample_begin_row(row, workload, unit, 1);
    process.samples = calloc(1, sizeof(*process.samples));
    process.samples[0] = (struct spb_sample){.iterations = 1, .elapsed_ns = ns};
    process.threads = calloc(1, sizeof(*process.threads));
    spb_row_add_process(row, &process);
    assert_int_equal(spb_row_stats_compute(row), 0);
}

static struct spb_result make_result(void)
{
    struct spb_result result = {.rows = calloc(2000, sizeof(*result.rows)), .created_s = 1767268800};
    spb_stamp_add_text(&result.stamp, "host.name", "alder");
    return result;
}

static int build(const struct spb_result *results, size_t count, struct spb_plot_data *data, struct spb_error *err)
{
    static const char *const names[] = {"first", "second"};
    const struct spb_plot_input input = {.results = results, .names = names, .count = count};
    return spb_plot_kind_find("bars")->build(&input, data, err);
}

static void assert_holds(const struct spb_plot_data *data, const char *text)
{
    if (!strstr(spb_strbuf_text(&data->text), text))
        fail_msg("'%s' is not in\n%s", text, spb_strbuf_text(&data->text));
}

/* One line of the data that begins and ends so. */
static void assert_line(const struct spb_plot_data *data, const char *begin, const char *end)
{
    for (const char *line = spb_strbuf_text(&data->text); line; line = strchr(line, '\n')) {
        line += *line == '\n';
        size_t length = strcspn(line, "\n");
        if (strncmp(line, begin, strlen(begin)) == 0 && length >= strlen(end) &&
            strncmp(line + length - strlen(end), end, strlen(end)) == 0)
            return;
    }
    fail_msg("no line '%s...%s' in\n%s", begin, end, spb_strbuf_text(&data->text));
}

static void units_have_panels_of_their_own(void **state)
{
    struct spb_result result = make_result();
    struct spb_plot_data data = {0};
    struct spb_error err = {0};
    (void)state;
    add_row(&result, "a/one", "operation", 100);
    add_row(&result, "a/two", "access", 5);
    add_row(&result, "a/three", "operation", 40);
    assert_int_equal(build(&result, 1, &data, &err), 0);
    assert_holds(&data, "\"title\"\t\"Rates and times: first\"\n");
    assert_holds(&data, "alder, 2026-01-01 12:00 UTC; 3 rows of 1 process\\nno whiskers");
    assert_holds(&data, "Time (ns/operation)");
    assert_holds(&data, "Time (ns/access)");
    assert_line(&data, "1\t9.5\t1\t100", "\t\"100 ns\"");
    assert_line(&data, "2\t9.5\t1\t", "\t\"5.00 ns\"");
    assert_line(&data, "1\t28.5\t1\t40\t?\t?\t40", "\t\"40.0 ns\"");
    spb_plot_data_release(&data);
    spb_result_release(&result);
}

/* A bar has to begin at 0, and what cannot is a point. */
static void wide_ranges_have_logarithmic_axes(void **state)
{
    (void)state;
    for (int wide = 0; wide < 2; wide++) {
        struct spb_result result = make_result();
        struct spb_plot_data data = {0};
        struct spb_error err = {0};
        add_row(&result, "a/one", "operation", 10);
        add_row(&result, "a/two", "operation", wide ? 501 : 500);
        assert_int_equal(build(&result, 1, &data, &err), 0);
        assert_holds(&data, wide ? "Time per operation" : "Time (ns/operation)");
        assert_int_equal(strstr(data.text.text, "logarithmic") != NULL, wide);
        spb_plot_data_release(&data);
        spb_result_release(&result);
    }
}

static void rows_meet_by_their_keys(void **state)
{
    struct spb_result results[2] = {make_result(), make_result()};
    struct spb_plot_data data = {0};
    struct spb_error err = {0};
    (void)state;
    add_row(&results[0], "a/one", "operation", 10);
    add_row(&results[0], "a/both", "operation", 20);
    add_row(&results[1], "a/both", "operation", 30);
    assert_int_equal(build(results, 2, &data, &err), 0);
    assert_holds(&data, "# rows: panel, place, name\n1\t9.5\t\"a/one\"\n1\t34\t\"a/both\"\n");
    assert_line(&data, "1\t28.5\t1\t", "\t\"20.0 ns\"");
    assert_line(&data, "1\t39.5\t2\t", "\t\"30.0 ns\"");
    assert_holds(&data, "# files: name\n\"first\"\n\"second\"\n");
    spb_plot_data_release(&data);
    spb_result_release(&results[0]);
    spb_result_release(&results[1]);
}

static void rows_without_a_value_are_counted(void **state)
{
    struct spb_result result = sample_result();
    struct spb_plot_data data = {0};
    struct spb_error err = {0};
    (void)state;
    assert_int_equal(build(&result, 1, &data, &err), 0);
    assert_holds(&data,
                 "2 of 5 rows have no value: memory/latency (failed: killed by SIGSEGV in process 0); cpu/fma-peak");
    assert_null(strstr(data.text.text, "\"memory/latency\""));
    spb_plot_data_release(&data);
    spb_result_release(&result);
}

static void what_cannot_be_drawn_says_so(void **state)
{
    struct spb_result result = make_result();
    struct spb_plot_data data = {0};
    struct spb_error err = {0};
    char name[32];
    (void)state;
    assert_int_equal(build(&result, 1, &data, &err), -EINVAL);
    assert_non_null(strstr(err.text, "no row has a value"));
    spb_plot_data_release(&data);
    for (int i = 0; i < 1700; i++) {
        snprintf(name, sizeof(name), "a/row-%d", i);
        add_row(&result, name, "operation", 10);
    }
    assert_int_equal(build(&result, 1, &data, &err), -EINVAL);
    assert_non_null(strstr(err.text, "--rows"));
    spb_plot_data_release(&data);
    spb_result_release(&result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units_have_panels_of_their_own), cmocka_unit_test(wide_ranges_have_logarithmic_axes),
        cmocka_unit_test(rows_meet_by_their_keys),        cmocka_unit_test(rows_without_a_value_are_counted),
        cmocka_unit_test(what_cannot_be_drawn_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
