/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "near.h"
#include "plot_subject.h"

enum { X_TICKS = 1, Y_TICKS, PANELS, LEGEND, LINES };

static void lines_are_relative_to_one_thread(void **state)
{
    (void)state;
    struct plot_subject subject = {0};
    subject_load(&subject, "scaling.json");
    assert_int_equal(subject_build(&subject, "scaling"), 0);
    assert_string_equal(subject_word(&subject, "panels"), "1");
    assert_int_equal(subject_lines(&subject, LEGEND), 5);
    assert_string_equal(subject_cell(&subject, LEGEND, 0, 0), "92 %  cpu/fma-peak");
    assert_string_equal(subject_cell(&subject, LEGEND, 4, 0), "0.1 %  thread/mutex-contended");
    assert_int_equal(subject_lines(&subject, LINES), 7);
    assert_string_equal(subject_cell(&subject, LINES, 0, 1), "1");
    assert_string_equal(subject_cell(&subject, LINES, 0, 2), "?");
    assert_true(subject_number(&subject, LINES, 6, 1) > 55 && subject_number(&subject, LINES, 6, 1) < 63);
    assert_true(subject_number(&subject, LINES + 4, 6, 1) < 0.06); /* measured in time: slower with each thread */
    subject_release(&subject);
}

/* The formula of plot_scaling.c, from the rows themselves. */
static void intervals_are_those_of_both_rows(void **state)
{
    (void)state;
    struct plot_subject subject = {0};
    subject_load(&subject, "scaling.json");
    assert_int_equal(subject_build(&subject, "scaling"), 0);
    const struct spb_row_stats *one = &subject.results[0].rows[0].stats, *two = &subject.results[0].rows[1].stats;
    double ratio = 2 * one->estimate_ns / two->estimate_ns; /* twice the work in an iteration */
    double down = hypot(log(two->high_ns / two->estimate_ns), log(one->estimate_ns / one->low_ns));
    double up = hypot(log(two->estimate_ns / two->low_ns), log(one->high_ns / one->estimate_ns));
    assert_true(down > 0.001 && up > 0.001);
    assert_near(subject_number(&subject, LINES, 1, 1), ratio, 1e-9);
    assert_near(subject_number(&subject, LINES, 1, 2), ratio * exp(-down), 1e-9);
    assert_near(subject_number(&subject, LINES, 1, 3), ratio * exp(up), 1e-9);
    subject_release(&subject);
}

static void the_smallest_number_stands_in_for_one(void **state)
{
    (void)state;
    struct plot_subject subject = {0};
    subject_load(&subject, "scaling.json");
    assert_int_equal(subject_build(&subject, "scaling"), 0);
    assert_string_equal(subject_cell(&subject, LEGEND, 1, 0) + 6, "my/pairs");
    assert_string_equal(subject_cell(&subject, LINES + 1, 0, 0), "2");
    assert_string_equal(subject_cell(&subject, LINES + 1, 0, 1), "2");
    assert_non_null(strstr(subject_word(&subject, "note"), "1 of 5 lines have no row of one thread"));
    subject_release(&subject);
}

static void many_lines_have_panels(void **state)
{
    (void)state;
    struct plot_subject subject = {0};
    subject_load(&subject, "scaling.json");
    subject_load(&subject, "roofline.json");
    subject_load(&subject, "scaling.json");
    assert_int_equal(subject_build(&subject, "scaling"), 0);
    unsigned panels = subject_lines(&subject, PANELS), lines = 0;
    assert_true(panels > 3);
    for (unsigned p = 0; p < panels; p++) {
        double first = subject_number(&subject, PANELS, p, 5), last = subject_number(&subject, PANELS, p, 6);
        assert_true(first == lines + 1 && last >= first && last < first + 8);
        lines = (unsigned)last;
    }
    assert_int_equal(lines, subject_lines(&subject, LEGEND));
    subject_release(&subject);
}

static void nothing_to_show_names_the_command(void **state)
{
    (void)state;
    struct plot_subject subject = {0};
    subject_load(&subject, "sweep.json");
    assert_int_equal(subject_build(&subject, "scaling"), -EINVAL);
    assert_non_null(strstr(subject.err.text, "--threads 1,2,4"));
    assert_int_equal(spb_plot_kind_find("scaling")->fit(&subject.input), 0);
    subject_release(&subject);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_relative_to_one_thread),      cmocka_unit_test(intervals_are_those_of_both_rows),
        cmocka_unit_test(the_smallest_number_stands_in_for_one), cmocka_unit_test(many_lines_have_panels),
        cmocka_unit_test(nothing_to_show_names_the_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
