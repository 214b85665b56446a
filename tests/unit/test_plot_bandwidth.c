/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plot_subject.h"

enum { X_TICKS = 1, Y_TICKS, CACHES, LEGEND, LINES };

/* memory/read at 1 and 16 threads, memory/stream-triad of one size at 1, 4 and 16. */
static void a_line_a_workload_and_thread_count(void **state)
{
    (void)state;
    struct plot_subject subject = {0};
    subject_load(&subject, "roofline.json");
    assert_int_equal(subject_build(&subject, "bandwidth"), 0);
    assert_int_equal(subject_lines(&subject, LEGEND), 5);
    assert_string_equal(subject_cell(&subject, LEGEND, 0, 0), "memory/read load=auto, 16 threads");
    assert_string_equal(subject_cell(&subject, LEGEND, 0, 4), "2");
    assert_string_equal(subject_cell(&subject, LEGEND, 3, 0), "memory/read load=auto, 1 thread");
    assert_string_equal(subject_cell(&subject, LEGEND, 3, 4), "1");
    assert_true(subject_number(&subject, LEGEND, 0, 2) == subject_number(&subject, LEGEND, 3, 2));
    assert_int_equal(subject_lines(&subject, LINES), 3);
    assert_true(subject_number(&subject, LINES + 3, 0, 1) > 200 && subject_number(&subject, LINES + 3, 0, 1) < 300);
    assert_string_equal(subject_word(&subject, "y-label"), "Bandwidth (GB/s)");
    subject_release(&subject);
}

/* Dashes do not show on a point. */
static void single_points_are_told_apart(void **state)
{
    (void)state;
    struct plot_subject subject = {0};
    subject_load(&subject, "roofline.json");
    assert_int_equal(subject_build(&subject, "bandwidth"), 0);
    unsigned points = 0;
    for (unsigned i = 0; i < 5; i++)
        for (unsigned j = 0; j < i; j++)
            if (subject_number(&subject, LEGEND, i, 5) < 2 && subject_number(&subject, LEGEND, j, 5) < 2) {
                points++;
                assert_false(subject_number(&subject, LEGEND, i, 2) == subject_number(&subject, LEGEND, j, 2));
            }
    assert_int_equal(points, 3);
    subject_release(&subject);
}

static void nothing_to_show_names_the_command(void **state)
{
    (void)state;
    struct plot_subject subject = {0};
    subject_load(&subject, "sweep.json");
    assert_int_equal(subject_build(&subject, "bandwidth"), -EINVAL);
    assert_non_null(strstr(subject.err.text, "spbench run memory/read --param"));
    subject_release(&subject);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_a_workload_and_thread_count),
        cmocka_unit_test(single_points_are_told_apart),
        cmocka_unit_test(nothing_to_show_names_the_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
