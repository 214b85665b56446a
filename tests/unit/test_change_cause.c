/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "change_cause.h"
#include "paired_rows.h"

/* A row 3 % slower, with counters that changed by so much. */
static struct spb_paired_row counted_row(double instructions, double cycles)
{
    struct spb_paired_row row = spread_row("a/b", 5, 0.03, 0.001);
    for (size_t i = 0; i < row.pair_count; i++)
        for (unsigned s = 0; s < SPB_SIDES; s++) {
            bool is_new = s == SPB_SIDE_NEW;
            /* One pair is far off: the median does not mind. */
            double off = i == 2 && is_new ? 7 : 1;
            spb_metrics_add_total(&row.pairs[i].metrics[s], "instructions", "event",
                                  1e9 * off * (is_new ? exp(instructions) : 1));
            spb_metrics_add_total(&row.pairs[i].metrics[s], "cycles", "event", 5e8 * off * (is_new ? exp(cycles) : 1));
        }
    return row;
}

static void assert_cause(struct spb_paired_row *row, double effect, const char *expected)
{
    char *text;
    assert_int_equal(spb_change_cause(row, 5, effect, &text), 0);
    if (expected)
        assert_string_equal(text, expected);
    else
        assert_null(text);
    free(text);
    spb_paired_row_release(row);
}

static void more_instructions_are_other_code(void **state)
{
    (void)state;
    struct spb_paired_row row = counted_row(0.029, 0.03);
    assert_cause(&row, 0.03, "instructions +2.9 %: other code");
    row = counted_row(-0.05, -0.03);
    assert_cause(&row, -0.03, "instructions -4.9 %: other code");
}

static void more_cycles_for_the_same_instructions_are_memory(void **state)
{
    (void)state;
    struct spb_paired_row row = counted_row(0.001, 0.028);
    assert_cause(&row, 0.03, "instructions equal, cycles +2.8 %: memory or front end");
    /* Fewer instructions alone do not make it slower. */
    row = counted_row(-0.02, 0.03);
    assert_cause(&row, 0.03, "instructions -2.0 %, cycles +3.0 %: memory or front end");
}

static void neither_is_frequency(void **state)
{
    (void)state;
    struct spb_paired_row row = counted_row(0, 0.002);
    assert_cause(&row, 0.03, "instructions and cycles equal: frequency, or time off the CPU");
}

static void a_side_with_more_work_is_compared_by_its_work(void **state)
{
    (void)state;
    struct spb_paired_row row = counted_row(log(2), log(2) + 0.03);
    for (size_t i = 0; i < row.pair_count; i++)
        for (unsigned s = 0; s < SPB_SIDES; s++)
            spb_metrics_add(&row.pairs[i].metrics[s], "work", "operation", s == SPB_SIDE_NEW ? 200 : 100);
    assert_cause(&row, 0.03, "instructions equal, cycles +3.0 %: memory or front end");
}

static void without_counters_nothing_is_guessed(void **state)
{
    (void)state;
    struct spb_paired_row row = spread_row("a/b", 5, 0.03, 0.001);
    assert_cause(&row, 0.03, NULL);
    /* One side has none. */
    row = spread_row("a/b", 5, 0.03, 0.001);
    for (size_t i = 0; i < row.pair_count; i++) {
        spb_metrics_add(&row.pairs[i].metrics[SPB_SIDE_BASE], "instructions", "event", 5);
        spb_metrics_add(&row.pairs[i].metrics[SPB_SIDE_BASE], "cycles", "event", 5);
        spb_metrics_add_absent(&row.pairs[i].metrics[SPB_SIDE_NEW], "instructions", "event", SPB_METRIC_NO_PMU, "none");
    }
    assert_cause(&row, 0.03, NULL);
    /* A counter of 0 has no ratio. */
    row = spread_row("a/b", 1, 0.03, 0.001);
    for (unsigned s = 0; s < SPB_SIDES; s++) {
        spb_metrics_add(&row.pairs[0].metrics[s], "instructions", "event", s);
        spb_metrics_add(&row.pairs[0].metrics[s], "cycles", "event", s);
    }
    assert_cause(&row, 0.03, NULL);
}

static void marks_of_one_side_are_told(void **state)
{
    (void)state;
    struct spb_paired_row row = spread_row("a/b", 5, 0.03, 0.001);
    mark_round(&row, 0, 0, SPB_SIDE_NEW, SPB_MARK_STEAL);
    mark_round(&row, 3, 1, SPB_SIDE_NEW, SPB_MARK_STEAL);
    mark_round(&row, 3, 2, SPB_SIDE_BASE, SPB_MARK_PREEMPTED);
    mark_round(&row, 4, 2, SPB_SIDE_NEW, SPB_MARK_PREEMPTED);
    assert_cause(&row, 0.03, "samples with steal 0 % / 10 %");
}

static void counters_of_user_mode_alone_count_as_well(void **state)
{
    (void)state;
    struct spb_paired_row row = spread_row("a/b", 5, 0.03, 0.001);
    for (size_t i = 0; i < row.pair_count; i++)
        for (unsigned s = 0; s < SPB_SIDES; s++)
            spb_metrics_add_total(&row.pairs[i].metrics[s], "instructions:u", "event", s == SPB_SIDE_NEW ? 103 : 100);
    assert_cause(&row, 0.03, "instructions +3.0 %: other code");
}

/* A row was decided by the pairs of its look. */
static void pairs_beyond_the_look_say_nothing(void **state)
{
    (void)state;
    struct spb_paired_row row = spread_row("a/b", 8, 0.03, 0.001);
    for (size_t i = 5; i < row.pair_count; i++)
        for (unsigned s = 0; s < SPB_SIDES; s++)
            spb_metrics_add_total(&row.pairs[i].metrics[s], "instructions", "event", s == SPB_SIDE_NEW ? 103 : 100);
    assert_cause(&row, 0.03, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(more_instructions_are_other_code),
        cmocka_unit_test(more_cycles_for_the_same_instructions_are_memory),
        cmocka_unit_test(neither_is_frequency),
        cmocka_unit_test(a_side_with_more_work_is_compared_by_its_work),
        cmocka_unit_test(without_counters_nothing_is_guessed),
        cmocka_unit_test(marks_of_one_side_are_told),
        cmocka_unit_test(counters_of_user_mode_alone_count_as_well),
        cmocka_unit_test(pairs_beyond_the_look_say_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
