/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>

#include "health.h"
#include "mangle.h"

#define HEAD "{\"schema\": \"spbench-health-rules\", \"schema_version\": 1, \"rules\": ["
#define NAMED                                                                                                          \
    "{\"name\": \"a\", \"subsystem\": \"cpu\", \"message\": \"{value} of {limit}, {instance}, {load.1}\", "            \
    "\"advice\": \"top\", \"why\": \"because\""
#define WHOLE                                                                                                          \
    HEAD NAMED ", \"series\": \"cpu.busy\", \"instances\": \"\", \"smooth\": \"10s\", \"share_of\": \"cpu.online\", "  \
               "\"warning\": {\"above\": 90, \"clear\": 80, \"for\": \"10m\"}, "                                       \
               "\"critical\": {\"above\": 99, \"for\": \"1.5h\", \"clear_for\": \"2m\", "                              \
               "\"also\": [{\"series\": \"memory.free\", \"below\": \"64MiB\", \"instance\": \"\"}]}},\n"              \
               "{\"name\": \"b\", \"subsystem\": \"x\", \"message\": \"m\", \"advice\": \"n\", \"why\": \"o\", "       \
               "\"series\": \"process.rss\", \"measure\": \"growth\", \"p\": 0.001, "                                  \
               "\"warning\": {\"above\": \"1MiB\", \"for\": \"10m\"}}]}"

static int parse(const char *text, struct spb_health_rules **rules, struct spb_error *err)
{
    return spb_health_rules_parse("rules.json", text, strlen(text), rules, err);
}

static void assert_wrong(const char *text, const char *message)
{
    struct spb_health_rules *rules;
    struct spb_error err = {{0}};
    assert_int_equal(parse(text, &rules, &err), -EINVAL);
    if (!strstr(err.text, message))
        fail_msg("'%s' is not in: %s", message, err.text);
    assert_null(rules);
}

/* `member` in place of the rule's series, and a level. */
static void assert_wrong_rule(const char *members, const char *message)
{
    char text[2000];
    snprintf(text, sizeof(text), HEAD NAMED ", %s}]}", members);
    assert_wrong(text, message);
}

static void everything_is_read(void **state)
{
    struct spb_health_rules *rules;
    struct spb_health_rule_info info;
    struct spb_error err = {{0}};
    (void)state;
    if (parse(WHOLE, &rules, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(spb_health_rules_count(rules), 2);
    spb_health_rules_describe(rules, 0, &info);
    assert_string_equal(info.condition, "cpu.busy of cpu.online, mean of 10 s above");
    assert_string_equal(info.warning, "90 %, for 10 min; ends at 80 %");
    assert_string_equal(info.critical, "99 %, memory.free: < 64 MiB, for 90 min");
    assert_true(info.longest_ns == UINT64_C(5400000000000));
    spb_health_rules_describe(rules, 1, &info);
    assert_string_equal(info.condition, "process.rss, growth (p < 0.001) above");
    assert_string_equal(info.warning, "1 MiB/h, for 10 min");
    assert_int_equal(info.series, SPB_SERIES_COUNT);
    spb_health_rules_destroy(rules);
}

static void the_built_in_ones_are_read(void **state)
{
    struct spb_health_rules *rules;
    struct spb_error err = {{0}};
    (void)state;
    if (spb_health_rules_load(NULL, &rules, &err) < 0)
        fail_msg("%s", err.text);
    assert_in_range(spb_health_rules_count(rules), 25, 100);
    spb_health_rules_destroy(rules);
}

static void what_is_wrong_is_named(void **state)
{
#define LEVEL "\"warning\": {\"above\": 1, \"for\": \"1s\"}"
#define BUSY  "\"series\": \"cpu.busy\", "
    (void)state;
    assert_wrong("{\"schema\": \"spbench-policy\"}", "these are no rules of health");
    assert_wrong("{\"schema\": \"spbench-health-rules\", \"schema_version\": 2}", "schema_version");
    assert_wrong("{\"schema\": \"spbench-health-rules\", \"schema_version\": 1}", "rules is missing");
    assert_wrong(HEAD "]}", "has 0 rules");
    assert_wrong(HEAD "3]}", "rules[0]");
    assert_wrong(HEAD "{}]}", "name is missing");
    assert_wrong_rule(BUSY LEVEL ", \"sries\": 1", "sries is no member here; did you mean 'series'?");
    assert_wrong_rule(BUSY LEVEL ", \"smooth\": null", "is null");
    assert_wrong_rule("\"series\": \"cpu.bussy\", " LEVEL, "did you mean 'cpu.busy'?");
    assert_wrong_rule(BUSY "\"warning\": {\"for\": \"1s\"}", "needs one of 'above' and 'below'");
    assert_wrong_rule(BUSY "\"warning\": {\"above\": 1, \"below\": 2, \"for\": \"1s\"}", "needs one of");
    assert_wrong_rule(BUSY "\"warning\": {\"above\": 1}", "for is missing");
    assert_wrong_rule(BUSY "\"warning\": {\"above\": 1, \"for\": \"soon\"}", "not a time");
    assert_wrong_rule(BUSY "\"warning\": {\"above\": 1, \"for\": \"721h\"}", "not a time");
    assert_wrong_rule(BUSY "\"warning\": {\"above\": \"much\", \"for\": \"1s\"}", "neither a number nor bytes");
    assert_wrong_rule(BUSY "\"warning\": {\"above\": 1, \"clear\": 2, \"for\": \"1s\"}", "end before it begins");
    assert_wrong_rule(BUSY LEVEL ", \"critical\": {\"above\": 0, \"for\": \"1s\"}", "critical before it is a warning");
    assert_wrong_rule(BUSY LEVEL ", \"critical\": {\"below\": 0, \"for\": \"1s\"}", "above in one level");
    assert_wrong_rule("\"series\": \"cpu.busy\"", "needs 'warning' or 'critical'");
    assert_wrong_rule(BUSY LEVEL ", \"share_of\": \"load.1\", \"per\": \"load.5\"", "one of share_of, per and minus");
    assert_wrong_rule(BUSY LEVEL ", \"measure\": \"mean\"", "value, count or growth");
    assert_wrong_rule(BUSY LEVEL ", \"measure\": \"count\", \"within\": \"1h\"", "cpu.busy is no rate");
    assert_wrong_rule(BUSY LEVEL ", \"within\": \"1h\"", "'count' and 'within' together");
    assert_wrong_rule(BUSY LEVEL ", \"p\": 0.01", "belongs to 'measure': 'growth'");
    assert_wrong_rule(BUSY LEVEL ", \"absent\": \"fine\"", "ok or unknown");
    assert_wrong_rule("\"series\": \"process.rss\", " LEVEL, "asked for its growth alone");
    assert_wrong_rule(BUSY
                      "\"warning\": {\"above\": 1, \"for\": \"1s\", \"also\": [{\"series\": \"x\", \"above\": 1}]}",
                      "which is no series");
    assert_wrong_rule(BUSY "\"warning\": {\"above\": 1, \"for\": \"1s\", \"also\": [{}, {}, {}, {}]}", "more than 3");
    assert_wrong(HEAD "{\"name\": \"a\", \"subsystem\": \"c\", \"message\": \"{vlaue}\", \"advice\": \"t\", \"why\": "
                      "\"w\", " BUSY LEVEL "}]}",
                 "names {vlaue}");
    assert_wrong(HEAD "{\"name\": \"a\", \"subsystem\": \"c\", \"message\": \"{value\", \"advice\": \"t\", \"why\": "
                      "\"w\", " BUSY LEVEL "}]}",
                 "names {value");
    assert_wrong(HEAD "{\"name\": \"a\", \"subsystem\": \"c\", \"message\": \" \", \"advice\": \"t\", \"why\": "
                      "\"w\", " BUSY LEVEL "}]}",
                 "message is empty");
    assert_wrong(HEAD NAMED ", " BUSY LEVEL "}, " NAMED ", " BUSY LEVEL "}]}", "has the name of [0]");
}

static void parse_hostile(const char *text, size_t length)
{
    struct spb_health_rules *rules;
    struct spb_error err = {{0}};
    int code = spb_health_rules_parse("hostile", text, length, &rules, &err);
    if ((code < 0) != (rules == NULL) || (code < 0 && !*err.text))
        fail_msg("a broken promise");
    spb_health_rules_destroy(rules);
}

static void hostile_texts_are_refused(void **state)
{
    (void)state;
    mangle(WHOLE, parse_hostile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_read),
        cmocka_unit_test(the_built_in_ones_are_read),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(hostile_texts_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
