/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "mangle.h"
#include "policy_file.h"

#define HEAD "{\"schema\": \"spbench-policy\", \"schema_version\": 1"

static const char whole[] = HEAD
    ", \"$schema\": \"policy_schema.json\", \"comment\": \"of our team\", \"threshold_pct\": 3,\n"
    " \"thresholds\": [{\"pattern\": \"memory/latency size=*MiB\", \"threshold_pct\": 10, \"comment\": \"pages\"},\n"
    "                  {\"pattern\": \"memory/*\", \"threshold_pct\": 5}],\n"
    " \"required\": [\"cpu/*\", \"memory/latency\"],\n"
    " \"waivers\": [{\"pattern\": \"cpu/hash*\", \"until\": \"2026-12-31\", \"reason\": \"salted now\"}],\n"
    " \"undecided\": \"warn\", \"missing\": \"pass\"}";

static int parse(const char *text, struct spb_policy *policy, struct spb_error *err)
{
    return spb_policy_parse("policy.json", text, strlen(text), policy, err);
}

static void assert_wrong(const char *text, const char *message)
{
    struct spb_policy policy;
    struct spb_error err = {{0}};
    assert_int_equal(parse(text, &policy, &err), -EINVAL);
    if (!strstr(err.text, message))
        fail_msg("'%s' is not in: %s", message, err.text);
    assert_null(policy.thresholds);
    assert_null(policy.required);
    assert_null(policy.waivers);
}

static void everything_is_read(void **state)
{
    struct spb_policy policy;
    struct spb_error err = {{0}};
    (void)state;
    assert_int_equal(parse(whole, &policy, &err), 0);
    assert_true(policy.ratio == 0.03);
    assert_int_equal(policy.threshold_count, 2);
    assert_string_equal(policy.thresholds[0].pattern, "memory/latency size=*MiB");
    assert_true(policy.thresholds[1].ratio == 0.05);
    assert_int_equal(policy.required_count, 2);
    assert_string_equal(policy.required[1], "memory/latency");
    assert_int_equal(policy.waiver_count, 1);
    assert_int_equal(policy.waivers[0].until, 20261231);
    assert_string_equal(policy.waivers[0].reason, "salted now");
    assert_int_equal(policy.undecided, SPB_POLICY_WARN);
    assert_int_equal(policy.missing, SPB_POLICY_PASS);
    spb_policy_release(&policy);
    assert_null(policy.waivers);
}

static void what_is_left_out_is_strict(void **state)
{
    struct spb_policy policy;
    (void)state;
    assert_int_equal(parse(HEAD "}", &policy, NULL), 0);
    assert_true(policy.ratio == 0);
    assert_int_equal(policy.threshold_count + policy.required_count + policy.waiver_count, 0);
    assert_int_equal(policy.undecided, SPB_POLICY_FAIL);
    assert_int_equal(policy.missing, SPB_POLICY_FAIL);
    spb_policy_release(&policy);
    assert_int_equal(parse(HEAD ", \"thresholds\": [], \"required\": [], \"waivers\": []}", &policy, NULL), 0);
    spb_policy_release(&policy);
}

/* A member that is passed over would loosen the gate without a word. */
static void unknown_members_are_errors(void **state)
{
    (void)state;
    assert_wrong(HEAD ", \"threshold\": 3}",
                 "policy.json: threshold is no member of a policy; did you mean 'threshold");
    assert_wrong(HEAD ", \"requird\": []}", "did you mean 'required'?");
    assert_wrong(HEAD ", \"Undecided\": \"fail\"}", "did you mean 'undecided'?");
    assert_wrong(HEAD ", \"zzz\": 1}", "zzz is no member of a policy; results/policy_schema.json");
    assert_wrong(HEAD ", \"thresholds\": [{\"pattern\": \"*\", \"treshold_pct\": 3}]}",
                 "thresholds[0].treshold_pct is no member of a policy; did you mean 'threshold_pct'?");
    assert_wrong(HEAD ", \"waivers\": [{\"pattern\": \"*\", \"untill\": \"2026-12-31\", \"reason\": \"r\"}]}",
                 "waivers[0].untill is no member of a policy; did you mean 'until'?");
}

static void null_says_nothing_and_is_an_error(void **state)
{
    (void)state;
    assert_wrong(HEAD ", \"threshold_pct\": null}", "threshold_pct is null");
    assert_wrong(HEAD ", \"required\": null}", "required is null");
    assert_wrong(HEAD ", \"waivers\": [{\"pattern\": \"*\", \"until\": null, \"reason\": \"r\"}]}",
                 "waivers[0].until is null");
}

static void another_file_is_told(void **state)
{
    (void)state;
    assert_wrong("", "policy.json:1:");
    assert_wrong("[]", "not a JSON object");
    assert_wrong("{}", "schema is missing");
    assert_wrong("{\"schema\": \"spbench-result\", \"schema_version\": 1}", "'spbench-result', not 'spbench-policy'");
    assert_wrong("{\"schema\": \"spbench-policy\"}", "schema_version is missing");
    assert_wrong("{\"schema\": \"spbench-policy\", \"schema_version\": 2}", "schema_version");
    assert_wrong(HEAD ", \"comment\": 7}", "comment is not a string");
    assert_wrong(HEAD ",\n \"required\": [\"a\",]}", "policy.json:2:");
    assert_wrong(HEAD ", \"undecided\": \"warn\", \"undecided\": \"fail\"}", "duplicate");
}

static void thresholds_are_percentages(void **state)
{
    (void)state;
    assert_wrong(HEAD ", \"threshold_pct\": 0}", "threshold_pct is not a number from 0.01 to 1000");
    assert_wrong(HEAD ", \"threshold_pct\": -3}", "threshold_pct");
    assert_wrong(HEAD ", \"threshold_pct\": 1001}", "threshold_pct");
    assert_wrong(HEAD ", \"threshold_pct\": \"3\"}", "threshold_pct");
    assert_wrong(HEAD ", \"thresholds\": {}}", "thresholds is not an array");
    assert_wrong(HEAD ", \"thresholds\": [3]}", "thresholds[0] is not an object");
    assert_wrong(HEAD ", \"thresholds\": [{\"pattern\": \"a\"}]}", "thresholds[0].threshold_pct is missing");
    assert_wrong(HEAD ", \"thresholds\": [{\"threshold_pct\": 3}]}", "thresholds[0].pattern is missing");
    assert_wrong(HEAD ", \"thresholds\": [{\"pattern\": \"a\", \"threshold_pct\": 3}, {\"pattern\": \"b\", "
                      "\"threshold_pct\": 3}, {\"pattern\": \"a\", \"threshold_pct\": 4}]}",
                 "thresholds[2] has the pattern of [0], which comes first and counts alone: 'a'");
}

static void waivers_say_until_when_and_why(void **state)
{
    (void)state;
    assert_wrong(HEAD ", \"waivers\": [{\"pattern\": \"*\", \"reason\": \"r\"}]}", "waivers[0].until is missing");
    assert_wrong(HEAD ", \"waivers\": [{\"pattern\": \"*\", \"until\": \"2026-12-31\"}]}",
                 "waivers[0].reason is missing");
    assert_wrong(HEAD ", \"waivers\": [{\"pattern\": \"*\", \"until\": \"2026-02-30\", \"reason\": \"r\"}]}",
                 "waivers[0].until is '2026-02-30', not a day as 2026-12-31");
    assert_wrong(HEAD ", \"waivers\": [{\"pattern\": \"*\", \"until\": 20261231, \"reason\": \"r\"}]}",
                 "until is not a string");
    assert_wrong(HEAD ", \"waivers\": [{\"pattern\": \"*\", \"until\": \"2026-12-31\", \"reason\": \"  \"}]}",
                 "waivers[0].reason is empty");
    assert_wrong(HEAD ", \"waivers\": [{\"pattern\": \"\", \"until\": \"2026-12-31\", \"reason\": \"r\"}]}",
                 "pattern is empty");
    assert_wrong(HEAD ", \"required\": [7]}", "required[0] is not a string");
    assert_wrong(HEAD ", \"required\": [\"a\\u001bb\"]}", "required[0] holds control characters");
    assert_wrong(HEAD ", \"undecided\": \"never\"}", "undecided is 'never'; it may be fail, warn or pass");
    assert_wrong(HEAD ", \"missing\": true}", "missing is not a string");
}

static void the_first_threshold_counts(void **state)
{
    struct spb_policy policy;
    (void)state;
    assert_int_equal(parse(whole, &policy, NULL), 0);
    struct spb_policy_thresholds context = {&policy, 0.2};
    assert_true(spb_policy_threshold(&context, "memory/latency size=64MiB") == 0.10);
    assert_true(spb_policy_threshold(&context, "memory/latency size=64KiB") == 0.05);
    assert_true(spb_policy_threshold(&context, "cpu/hash") == 0.03);
    policy.ratio = 0;
    assert_true(spb_policy_threshold(&context, "cpu/hash") == 0.2);
    spb_policy_release(&policy);
}

static void files_are_read(void **state)
{
    struct spb_policy policy;
    struct spb_error err = {{0}};
    (void)state;
    assert_int_equal(spb_policy_load("/nowhere/policy.json", &policy, &err), -ENOENT);
    assert_string_equal(err.text, "/nowhere/policy.json: cannot be read: No such file or directory");
    char path[] = "/tmp/spb-policy-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, whole, sizeof(whole) - 1), sizeof(whole) - 1);
    assert_int_equal(spb_policy_load(path, &policy, &err), 0);
    spb_policy_release(&policy);
    assert_int_equal(ftruncate(fd, (1 << 20) + 1), 0);
    assert_int_equal(spb_policy_load(path, &policy, &err), -EINVAL);
    assert_non_null(strstr(err.text, "larger than 1 MiB"));
    close(fd);
    unlink(path);
}

/* The example that comes with the program. */
static void the_example_is_a_policy(void **state)
{
    char path[4096];
    struct spb_policy policy;
    struct spb_error err = {{0}};
    (void)state;
    snprintf(path, sizeof(path), "%s/../results/policy.json", getenv("SPB_TESTS"));
    if (spb_policy_load(path, &policy, &err) < 0)
        fail_msg("%s", err.text);
    assert_true(policy.threshold_count > 0 && policy.required_count > 0 && policy.waiver_count > 0);
    spb_policy_release(&policy);
}

static void parse_mangled(const char *text, size_t length)
{
    struct spb_policy policy;
    struct spb_error err = {{0}};
    int code = spb_policy_parse("mangled", text, length, &policy, &err);
    if (code < 0 && (!*err.text || policy.thresholds || policy.waivers || policy.required))
        fail_msg("an error of no words, or with remains");
    for (size_t i = 0; code == 0 && i < policy.waiver_count; i++)
        assert_true(policy.waivers[i].until && *policy.waivers[i].reason && *policy.waivers[i].pattern);
    spb_policy_release(&policy);
}

static void mangled_policies_do_no_harm(void **state)
{
    (void)state;
    mangle(whole, parse_mangled);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_read),
        cmocka_unit_test(what_is_left_out_is_strict),
        cmocka_unit_test(unknown_members_are_errors),
        cmocka_unit_test(null_says_nothing_and_is_an_error),
        cmocka_unit_test(another_file_is_told),
        cmocka_unit_test(thresholds_are_percentages),
        cmocka_unit_test(waivers_say_until_when_and_why),
        cmocka_unit_test(the_first_threshold_counts),
        cmocka_unit_test(files_are_read),
        cmocka_unit_test(the_example_is_a_policy),
        cmocka_unit_test(mangled_policies_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
