/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fake_pmu.h"
#include "selection.h"

static void expect(const char *text, enum spb_counter_mode mode, const char *const *names)
{
    struct spb_counter_selection selection;
    struct spb_error err = {0};
    if (spb_counter_selection_parse(text, &selection, &err) < 0)
        fail_msg("%s: %s", text, err.text);
    assert_int_equal(selection.mode, mode);
    size_t count = 0;
    for (; names[count]; count++)
        assert_string_equal(selection.events[count].name, names[count]);
    assert_int_equal(selection.count, count);
    spb_counter_selection_release(&selection);
}

#define SOFTWARE "task-clock", "page-faults", "context-switches", "cpu-migrations"
#define AUTO     "instructions", "cycles", "branches", "branch-misses", "cache-references", "cache-misses"

static void words_and_lists_are_read(void **state)
{
    (void)state;
    expect("auto", SPB_COUNTERS_AUTO, (const char *const[]){SOFTWARE, AUTO, NULL});
    expect("require", SPB_COUNTERS_REQUIRE, (const char *const[]){SOFTWARE, AUTO, NULL});
    expect("off", SPB_COUNTERS_OFF, (const char *const[]){NULL});
    expect("r11,cycles:u", SPB_COUNTERS_LIST, (const char *const[]){SOFTWARE, "r11", "cycles:u", NULL});
}

static void software_events_come_first_and_once(void **state)
{
    (void)state;
    expect("cycles,minor-faults,page-faults,perf::cs,r11", SPB_COUNTERS_LIST,
           (const char *const[]){SOFTWARE, "minor-faults", "cycles", "r11", NULL});
}

static void refused(const char *text, const char *part)
{
    struct spb_counter_selection selection;
    struct spb_error err = {0};
    assert_int_equal(spb_counter_selection_parse(text, &selection, &err), -EINVAL);
    assert_null(selection.events);
    if (!strstr(err.text, part))
        fail_msg("\"%s\" lacks \"%s\"", err.text, part);
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    refused("", "name is missing");
    refused("cycles,", "name is missing");
    refused("cycles,,r11", "name is missing");
    refused("cycles,instrutions", "nearest: instructions");
    refused("cycles,perf::cycles", "event \"cycles\" is named twice");
    refused("Auto,off", "unknown event");
    char many[1024] = "r1";
    for (unsigned i = 2; i < 70; i++)
        snprintf(many + strlen(many), sizeof(many) - strlen(many), ",r%x", i);
    refused(many, "more than 64 events");
}

static int check(const char *text, struct fake_pmu *pmu, struct spb_error *err)
{
    struct spb_counter_selection selection;
    assert_int_equal(spb_counter_selection_parse(text, &selection, NULL), 0);
    struct spb_perf_calls calls = fake_calls(pmu);
    int code = spb_counters_check(&selection, &(struct spb_pmu_options){.calls = &calls}, err);
    spb_counter_selection_release(&selection);
    return code;
}

static void require_is_kept_or_refused(void **state)
{
    (void)state;
    struct spb_error err = {0};
    struct fake_pmu none = {.hardware_errno = ENOENT}, some = {.counters = 2};
    struct fake_pmu user_only = {.counters = 2, .kernel_errno = EACCES};
    assert_int_equal(check("require", &some, &err), 0);
    assert_int_equal(check("require", &user_only, &err), 0);
    assert_int_equal(check("auto", &none, &err), 0);
    assert_int_equal(check("off", &none, &err), 0);
    assert_int_equal(check("cycles", &none, &err), 0);
    assert_string_equal(err.text, "");
    assert_int_equal(check("require", &none, &err), -ENOTSUP);
    assert_non_null(strstr(err.text, "no performance monitoring unit"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_and_lists_are_read),
        cmocka_unit_test(software_events_come_first_and_once),
        cmocka_unit_test(nonsense_is_refused),
        cmocka_unit_test(require_is_kept_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
