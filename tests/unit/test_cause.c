/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "cause.h"

/* What was counted on a side; 0: not counted. */
struct counted {
    const char *suffix;
    double instructions, cycles, frequency;
};

static void add(struct spb_metrics *metrics, const char *name, const char *suffix, double value)
{
    char text[64];
    snprintf(text, sizeof(text), "%s%s", name, suffix);
    if (value > 0)
        assert_int_equal(spb_metrics_add(metrics, text, "", value), 0);
    else
        assert_int_equal(spb_metrics_add_absent(metrics, text, "", SPB_METRIC_NO_PMU, "none"), 0);
}

static struct spb_metrics metrics_of(const struct counted *counted)
{
    struct spb_metrics metrics = {0};
    add(&metrics, "instructions-per-unit", counted->suffix, counted->instructions);
    add(&metrics, "cycles-per-unit", counted->suffix, counted->cycles);
    add(&metrics, "effective-frequency", counted->suffix, counted->frequency);
    return metrics;
}

static void assert_cause(double effect, const struct counted *base, const struct counted *after, const char *expected)
{
    struct spb_metrics base_metrics = metrics_of(base), new_metrics = metrics_of(after);
    struct spb_cause_side base_side = {.metrics = &base_metrics}, new_side = {.metrics = &new_metrics};
    struct spb_strbuf out = {0};
    spb_cause_format(effect, &base_side, &new_side, &out);
    assert_string_equal(spb_strbuf_text(&out), expected);
    spb_strbuf_release(&out);
    spb_metrics_release(&base_metrics);
    spb_metrics_release(&new_metrics);
}

static void counters_tell_code_memory_and_frequency_apart(void **state)
{
    (void)state;
    const struct counted base = {"", 1000, 500, 3};
    assert_cause(0.03, &base, &(struct counted){"", 1030, 515, 3}, "instructions +3.0 %: other code");
    assert_cause(-0.03, &base, &(struct counted){"", 970, 485, 3}, "instructions -3.0 %: other code");
    assert_cause(0.04, &base, &(struct counted){"", 1001, 520, 3},
                 "instructions equal, cycles +4.0 %: memory or front end");
    assert_cause(0.04, &base, &(struct counted){"", 900, 520, 3},
                 "instructions -10.0 %, cycles +4.0 %: memory or front end");
    assert_cause(0.05, &base, &(struct counted){"", 1001, 499, 2.85},
                 "instructions and cycles equal, frequency -5.0 %");
    assert_cause(0.05, &base, &(struct counted){"", 1001, 499, 3},
                 "instructions and cycles equal: frequency, or time off the CPU");
    assert_cause(0.001, &base, &(struct counted){"", 1001, 499, 3}, "");
}

static void only_like_is_compared_with_like(void **state)
{
    (void)state;
    const struct counted none = {"", 0, 0, 0}, user = {":u", 1000, 500, 3}, all = {"", 1100, 550, 3};
    assert_cause(0.1, &none, &all, "");
    assert_cause(0.1, &user, &all, "");
    assert_cause(0.1, &user, &(struct counted){":u", 1100, 550, 3}, "instructions +10.0 %: other code");
}

static void marks_that_differ_are_named(void **state)
{
    (void)state;
    struct spb_metrics none = {0};
    struct spb_cause_side base = {&none, 0.01, 0.30}, after = {&none, 0.25, 0.31};
    struct spb_strbuf out = {0};
    spb_cause_format(0.1, &base, &after, &out);
    assert_string_equal(spb_strbuf_text(&out), "samples with steal 1 % / 25 %");
    spb_strbuf_reset(&out);
    after = (struct spb_cause_side){&none, 0.25, 0.05};
    spb_cause_format(0.1, &base, &after, &out);
    assert_string_equal(spb_strbuf_text(&out), "samples with steal 1 % / 25 %; samples with preemption 30 % / 5 %");
    spb_strbuf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counters_tell_code_memory_and_frequency_apart),
        cmocka_unit_test(only_like_is_compared_with_like),
        cmocka_unit_test(marks_that_differ_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
