/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "rules.h"

struct fact {
    const char *name;
    struct spb_fact_value value;
};

static const struct fact facts[] = {
    {"governor", {SPB_VALUE_TEXT, "powersave", 0, NULL}},
    {"load", {SPB_VALUE_NUMBER, NULL, 1.5, ""}},
    {"cpus", {SPB_VALUE_NUMBER, NULL, 2, ""}},
    {"size", {SPB_VALUE_NUMBER, NULL, 65536, "bytes"}},
    {"share", {SPB_VALUE_NUMBER, NULL, 12.345, "pct"}},
    {"gone", {SPB_VALUE_ABSENT, "no such file", 0, NULL}},
};

static struct spb_fact_value lookup(const void *context, const char *name)
{
    (void)context;
    for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
        if (strcmp(facts[i].name, name) == 0)
            return facts[i].value;
    return (struct spb_fact_value){.kind = SPB_VALUE_ABSENT, .text = "unknown fact"};
}

static const struct spb_fact_source source = {lookup, NULL};

static bool holds(struct spb_condition condition)
{
    return spb_condition_holds(&condition, &source);
}

static void operators_compare_like_with_like(void **state)
{
    (void)state;
    assert_true(holds((struct spb_condition){.fact = "governor", .op = SPB_RULE_EQUALS, .text = "powersave"}));
    assert_false(holds((struct spb_condition){.fact = "governor", .op = SPB_RULE_EQUALS, .text = "performance"}));
    assert_true(holds((struct spb_condition){.fact = "governor", .op = SPB_RULE_DIFFERS, .text = "performance"}));
    assert_true(holds((struct spb_condition){.fact = "governor", .op = SPB_RULE_CONTAINS, .text = "save"}));
    assert_false(holds((struct spb_condition){.fact = "governor", .op = SPB_RULE_ABOVE, .text = "a"}));
    assert_false(holds((struct spb_condition){.fact = "governor", .op = SPB_RULE_DIFFERS, .number = 1}));
    assert_true(holds((struct spb_condition){.fact = "load", .op = SPB_RULE_ABOVE, .number = 1.4}));
    assert_false(holds((struct spb_condition){.fact = "load", .op = SPB_RULE_ABOVE, .number = 1.5}));
    assert_true(holds((struct spb_condition){.fact = "load", .op = SPB_RULE_BELOW, .number = 1.6}));
    assert_true(holds((struct spb_condition){.fact = "load", .op = SPB_RULE_EQUALS, .number = 1.5}));
    assert_true(holds((struct spb_condition){.fact = "load", .op = SPB_RULE_DIFFERS, .number = 1}));
    assert_false(holds((struct spb_condition){.fact = "load", .op = SPB_RULE_CONTAINS, .number = 1}));
    assert_true(holds((struct spb_condition){.fact = "load", .op = SPB_RULE_BELOW, .other = "cpus"}));
    assert_false(holds((struct spb_condition){.fact = "load", .op = SPB_RULE_BELOW, .other = "governor"}));
}

static void absent_facts_hold_nothing_but_absence(void **state)
{
    (void)state;
    assert_true(holds((struct spb_condition){.fact = "gone", .op = SPB_RULE_ABSENT}));
    assert_false(holds((struct spb_condition){.fact = "gone", .op = SPB_RULE_PRESENT}));
    assert_false(holds((struct spb_condition){.fact = "gone", .op = SPB_RULE_DIFFERS, .text = "x"}));
    assert_false(holds((struct spb_condition){.fact = "gone", .op = SPB_RULE_BELOW, .number = 1}));
    assert_false(holds((struct spb_condition){.fact = "load", .op = SPB_RULE_BELOW, .other = "gone"}));
    assert_true(holds((struct spb_condition){.fact = "load", .op = SPB_RULE_PRESENT}));
}

static void the_first_rule_that_holds_decides(void **state)
{
    (void)state;
    static const struct spb_rule rules[] = {
        {.when = {{.fact = "governor", .op = SPB_RULE_EQUALS, .text = "powersave"},
                  {.fact = "load", .op = SPB_RULE_ABOVE, .number = 2}},
         .level = SPB_LEVEL_BAD},
        {.when = {{.fact = "governor", .op = SPB_RULE_EQUALS, .text = "powersave"},
                  {.fact = "load", .op = SPB_RULE_ABOVE, .number = 1},
                  {.fact = "gone", .op = SPB_RULE_ABSENT}},
         .level = SPB_LEVEL_WARN,
         .message = "three"},
        {.level = SPB_LEVEL_OK},
    };
    assert_ptr_equal(spb_rules_find(rules, 3, &source), &rules[1]);
    assert_null(spb_rules_find(rules, 1, &source));
    assert_ptr_equal(spb_rules_find(rules + 2, 1, &source), &rules[2]);
}

static void templates_take_values_in_their_units(void **state)
{
    (void)state;
    struct spb_strbuf out = {0};
    spb_rule_format("{load} of {cpus}, {size}, {share}, {governor}, {gone}, {open", &source, &out);
    assert_string_equal(spb_strbuf_text(&out), "1.5 of 2, 64 KiB, 12.3 %, powersave, ?, {open");
    spb_strbuf_release(&out);
    spb_rule_format("", &source, &out);
    assert_string_equal(spb_strbuf_text(&out), "");
    spb_strbuf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operators_compare_like_with_like),
        cmocka_unit_test(absent_facts_hold_nothing_but_absence),
        cmocka_unit_test(the_first_rule_that_holds_decides),
        cmocka_unit_test(templates_take_values_in_their_units),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
