/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plot_subject.h"

enum { X_TICKS = 1, Y_TICKS, CACHES, LEGEND, LINES };

static void a_line_a_workload(void **state)
{
    (void)state;
    struct plot_subject subject = {0};
    subject_load(&subject, "sweep.json");
    assert_int_equal(subject_build(&subject, "latency"), 0);
    assert_int_equal(subject_lines(&subject, LEGEND), 2);
    assert_string_equal(subject_cell(&subject, LEGEND, 0, 0), "memory/latency");
    assert_string_equal(subject_cell(&subject, LEGEND, 1, 0), "memory/latency-huge-pages");
    assert_int_equal(subject_lines(&subject, LINES), 30);
    assert_int_equal(subject_lines(&subject, LINES + 1), 12);
    assert_string_equal(subject_cell(&subject, LINES, 0, 0), "4096");
    for (unsigned i = 0; i < 30; i++) {
        if (i > 0)
            assert_true(subject_number(&subject, LINES, i, 0) > subject_number(&subject, LINES, i - 1, 0));
        assert_true(subject_number(&subject, LINES, i, 2) <= subject_number(&subject, LINES, i, 1));
        assert_true(subject_number(&subject, LINES, i, 3) >= subject_number(&subject, LINES, i, 1));
    }
    assert_true(subject_number(&subject, LINES, 0, 1) > 1.2 && subject_number(&subject, LINES, 0, 1) < 1.4);
    assert_string_equal(subject_word(&subject, "y-label"), "Latency (ns/access)");
    subject_release(&subject);
}

static void caches_are_the_stamps(void **state)
{
    (void)state;
    struct plot_subject subject = {0};
    subject_load(&subject, "sweep.json");
    assert_int_equal(subject_build(&subject, "latency"), 0);
    assert_int_equal(subject_lines(&subject, CACHES), 3);
    assert_string_equal(subject_cell(&subject, CACHES, 0, 0), "49152");
    assert_string_equal(subject_cell(&subject, CACHES, 0, 1), "L1d 48 KiB");
    assert_string_equal(subject_cell(&subject, CACHES, 2, 1), "L3 60 MiB");
    assert_string_equal(subject_word(&subject, "note"), "");
    assert_string_equal(subject_cell(&subject, X_TICKS, 0, 1), "4 KiB");
    subject_release(&subject);
}

static void what_is_missing_is_said(void **state)
{
    (void)state;
    struct plot_subject subject = {0};
    subject_load(&subject, "numa.json");
    assert_int_equal(subject_build(&subject, "latency"), 0);
    assert_int_equal(subject_lines(&subject, LEGEND), 2);
    assert_string_equal(subject_word(&subject, "caches"), "0");
    assert_string_equal(
        subject_word(&subject, "note"),
        "L1d (48 KiB) is far from all sizes measured.\\nL2 is not marked: the kernel hides it.\\nL3 is not marked: the "
        "machine's stamp has no cache.l3.size.\\n1 of 7 rows has no value: this machine has two NUMA nodes.");
    subject_release(&subject);
}

static void files_are_told_apart(void **state)
{
    (void)state;
    struct plot_subject subject = {0};
    for (unsigned i = 0; i < SUBJECT_FILES_MAX; i++)
        subject_load(&subject, "sweep.json");
    assert_int_equal(subject_build(&subject, "latency"), 0);
    assert_int_equal(subject_lines(&subject, LEGEND), 16);
    for (unsigned i = 0; i < 16; i++)
        for (unsigned j = 0; j < i; j++)
            assert_false(subject_number(&subject, LEGEND, i, 2) == subject_number(&subject, LEGEND, j, 2) &&
                         subject_number(&subject, LEGEND, i, 3) == subject_number(&subject, LEGEND, j, 3));
    subject_release(&subject);
}

/* From the top down, none on another, all within the box. */
static void legend_entries_have_room(void **state)
{
    (void)state;
    struct plot_subject subject = {0};
    for (unsigned i = 0; i < SUBJECT_FILES_MAX; i++)
        subject_load(&subject, "sweep.json");
    assert_int_equal(subject_build(&subject, "latency"), 0);
    double box_px = strtod(subject_word(&subject, "bottom"), NULL);
    box_px -= strtod(subject_word(&subject, "top"), NULL);
    for (unsigned i = 1; i < 16; i++)
        assert_true((subject_number(&subject, LEGEND, i - 1, 1) - subject_number(&subject, LEGEND, i, 1)) * box_px >
                    16.9);
    assert_true(subject_number(&subject, LEGEND, 0, 1) <= 1);
    assert_true(subject_number(&subject, LEGEND, 15, 1) >= 0);
    subject_release(&subject);
}

static void nothing_to_show_names_the_command(void **state)
{
    (void)state;
    struct plot_subject subject = {0};
    subject_load(&subject, "scaling.json");
    assert_int_equal(subject_build(&subject, "latency"), -EINVAL);
    assert_non_null(strstr(subject.err.text, "spbench run memory/latency --param"));
    assert_int_equal(spb_plot_kind_find("latency")->fit(&subject.input), 0);
    subject_release(&subject);
}

static void a_sweep_is_drawn_so_unasked(void **state)
{
    (void)state;
    struct plot_subject subject = {0};
    subject_load(&subject, "sweep.json");
    assert_ptr_equal(spb_plot_kind_choose(&subject.input), spb_plot_kind_find("latency"));
    subject_release(&subject);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_a_workload),           cmocka_unit_test(caches_are_the_stamps),
        cmocka_unit_test(what_is_missing_is_said),     cmocka_unit_test(files_are_told_apart),
        cmocka_unit_test(legend_entries_have_room),    cmocka_unit_test(nothing_to_show_names_the_command),
        cmocka_unit_test(a_sweep_is_drawn_so_unasked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
