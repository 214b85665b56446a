/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "near.h"
#include "plot_subject.h"

enum { X_TICKS = 1, Y_TICKS, PANELS, ROOFS, ROWS };

/* The line of the row or roof in that panel whose cell begins so; fails without. */
static unsigned find_line(const struct plot_subject *subject, unsigned block, unsigned column, unsigned panel,
                          const char *text)
{
    for (unsigned i = 0; i < subject_lines(subject, block); i++)
        if ((unsigned)subject_number(subject, block, i, 0) == panel &&
            strncmp(subject_cell(subject, block, i, column), text, strlen(text)) == 0)
            return i;
    fail_msg("panel %u has no %s", panel, text);
    return 0;
}

static void each_number_of_threads_has_its_own_roofs(void **state)
{
    (void)state;
    struct plot_subject subject = {0};
    subject_load(&subject, "roofline.json");
    assert_int_equal(subject_build(&subject, "roofline"), 0);
    assert_int_equal(subject_lines(&subject, PANELS), 3);
    assert_string_equal(subject_cell(&subject, PANELS, 0, 0), "1 thread");
    assert_string_equal(subject_cell(&subject, PANELS, 1, 0), "4 threads");
    unsigned one = find_line(&subject, ROOFS, 7, 1, "double "), all = find_line(&subject, ROOFS, 7, 3, "double ");
    assert_true(subject_number(&subject, ROOFS, one, 2) > 85e9 && subject_number(&subject, ROOFS, one, 2) < 95e9);
    assert_true(subject_number(&subject, ROOFS, all, 2) > 1.2e12);
    for (unsigned i = 0; i < subject_lines(&subject, ROOFS); i++)
        assert_false((int)subject_number(&subject, ROOFS, i, 0) == 2);
    assert_non_null(strstr(subject_word(&subject, "note"), "4 threads: no roof; spbench run"));
    assert_non_null(strstr(subject_word(&subject, "note"), "memory: memory/read size=512MiB load=auto"));
    subject_release(&subject);
}

/* A slope ends where it meets the highest peak, and is the bandwidth times the intensity. */
static void slopes_are_bandwidths(void **state)
{
    (void)state;
    struct plot_subject subject = {0};
    subject_load(&subject, "roofline.json");
    assert_int_equal(subject_build(&subject, "roofline"), 0);
    unsigned memory = find_line(&subject, ROOFS, 7, 1, "memory "), peak = find_line(&subject, ROOFS, 7, 1, "single ");
    double rate = subject_number(&subject, ROOFS, memory, 2) / subject_number(&subject, ROOFS, memory, 1);
    assert_true(rate > 17e9 && rate < 19e9);
    assert_near(subject_number(&subject, ROOFS, memory, 4), subject_number(&subject, ROOFS, peak, 2), 1e-9);
    assert_near(subject_number(&subject, ROOFS, memory, 4) / subject_number(&subject, ROOFS, memory, 3), rate, 1e-9);
    find_line(&subject, ROOFS, 7, 1, "L1d ");
    find_line(&subject, ROOFS, 7, 1, "L3 ");
    subject_release(&subject);
}

/* Two FLOP for 24 bytes; a user's workload that reports both as further rates; one whose headline is FLOP. */
static void rows_stand_by_their_intensity(void **state)
{
    (void)state;
    struct plot_subject subject = {0};
    subject_load(&subject, "roofline.json");
    assert_int_equal(subject_build(&subject, "roofline"), 0);
    assert_int_equal(subject_lines(&subject, ROWS), 5);
    unsigned triad = find_line(&subject, ROWS, 8, 1, "memory/stream-triad"),
             kernel = find_line(&subject, ROWS, 8, 1, "my/kernel"),
             product = find_line(&subject, ROWS, 8, 1, "cpu/matrix-product");
    assert_near(subject_number(&subject, ROWS, triad, 1), 1.0 / 12, 1e-9);
    assert_near(subject_number(&subject, ROWS, kernel, 1), 5, 1e-9);
    assert_near(subject_number(&subject, ROWS, product, 1), 78.0 / 3.6, 1e-9);
    assert_true(subject_number(&subject, ROWS, kernel, 2) > 38e9 && subject_number(&subject, ROWS, kernel, 2) < 42e9);
    assert_true(subject_number(&subject, ROWS, kernel, 3) <= subject_number(&subject, ROWS, kernel, 2));
    assert_true(subject_number(&subject, ROWS, kernel, 4) >= subject_number(&subject, ROWS, kernel, 2));
    subject_release(&subject);
}

static void a_row_looks_alike_in_all_panels(void **state)
{
    (void)state;
    struct plot_subject subject = {0};
    subject_load(&subject, "roofline.json");
    assert_int_equal(subject_build(&subject, "roofline"), 0);
    unsigned one = find_line(&subject, ROWS, 8, 1, "memory/stream-triad"),
             all = find_line(&subject, ROWS, 8, 3, "memory/stream-triad");
    assert_true(subject_number(&subject, ROWS, one, 5) == subject_number(&subject, ROWS, all, 5));
    assert_true(subject_number(&subject, ROWS, one, 6) == subject_number(&subject, ROWS, all, 6));
    subject_release(&subject);
}

static void nothing_to_show_names_the_command(void **state)
{
    (void)state;
    struct plot_subject subject = {0};
    subject_load(&subject, "sweep.json");
    assert_int_equal(subject_build(&subject, "roofline"), -EINVAL);
    assert_non_null(strstr(subject.err.text, "spbench run cpu/fma-peak memory/read"));
    assert_int_equal(spb_plot_kind_find("roofline")->fit(&subject.input), 0);
    subject_release(&subject);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_number_of_threads_has_its_own_roofs),
        cmocka_unit_test(slopes_are_bandwidths),
        cmocka_unit_test(rows_stand_by_their_intensity),
        cmocka_unit_test(a_row_looks_alike_in_all_panels),
        cmocka_unit_test(nothing_to_show_names_the_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
