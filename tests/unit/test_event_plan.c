/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "event_plan.h"
#include "fake_pmu.h"

enum { EVENTS_MAX = 32 };

struct plan {
    struct spb_counter_selection selection;
    struct spb_planned_event events[EVENTS_MAX];
};

static void make(struct plan *plan, const char *text, struct fake_pmu *pmu, bool exclude_kernel)
{
    struct spb_error err = {0};
    if (spb_counter_selection_parse(text, &plan->selection, &err) < 0)
        fail_msg("%s", err.text);
    struct spb_perf_calls calls = fake_calls(pmu);
    struct spb_pmu_status status = {.state = SPB_PMU_AVAILABLE, .paranoid = 2};
    const struct spb_plan_options options = {
        .selection = &plan->selection, .calls = &calls, .pmu = &status, .exclude_kernel = exclude_kernel};
    spb_event_plan_make(&options, plan->events);
    assert_int_equal(fake_open_count(pmu), 0);
}

/* "L" for a leader, "." for one that joins, "x" for one that cannot be counted; the four software events first. */
static void expect_groups(struct plan *plan, const char *expected)
{
    char shape[EVENTS_MAX + 1] = "";
    for (size_t i = 0; i < plan->selection.count; i++) {
        const struct spb_planned_event *event = &plan->events[i];
        shape[i] = event->state != SPB_METRIC_OK ? 'x' : event->leader ? 'L' : '.';
    }
    assert_string_equal(shape, expected);
    spb_counter_selection_release(&plan->selection);
}

static void all_that_fits_is_one_group_beside_the_software(void **state)
{
    (void)state;
    struct plan plan;
    struct fake_pmu pmu = {.counters = 6};
    make(&plan, "auto", &pmu, false);
    expect_groups(&plan, "L..."
                         "L.....");
}

static void what_does_not_fit_starts_a_group(void **state)
{
    (void)state;
    struct plan plan;
    struct fake_pmu pmu = {.counters = 4};
    make(&plan, "auto", &pmu, false);
    expect_groups(&plan, "L..."
                         "L...L.");
}

static void a_group_that_opens_and_never_runs_is_split(void **state)
{
    (void)state;
    struct plan plan;
    struct fake_pmu pmu = {.counters = 3, .lax = true};
    make(&plan, "auto", &pmu, false);
    expect_groups(&plan, "L..."
                         "L..L..");
}

static void an_event_that_is_missing_leaves_the_group_together(void **state)
{
    (void)state;
    struct plan plan;
    struct fake_pmu pmu = {.counters = 4, .missing = 1u << PERF_COUNT_HW_BRANCH_INSTRUCTIONS};
    make(&plan, "auto", &pmu, false);
    assert_int_equal(plan.events[6].state, SPB_METRIC_NOT_SUPPORTED);
    expect_groups(&plan, "L..."
                         "L.x..L");
}

static void a_missing_pmu_loses_no_software_event(void **state)
{
    (void)state;
    struct plan plan;
    struct fake_pmu pmu = {.hardware_errno = ENOENT};
    make(&plan, "auto", &pmu, false);
    expect_groups(&plan, "L..."
                         "xxxxxx");
}

static void names_say_user_mode(void **state)
{
    (void)state;
    struct plan plan;
    char name[64];
    struct fake_pmu pmu = {.counters = 6, .kernel_errno = EACCES};
    make(&plan, "cycles,r11:u", &pmu, false);
    static const char *const names[] = {"task-clock",     "page-faults:u", "context-switches",
                                        "cpu-migrations", "cycles:u",      "r11:u"};
    for (size_t i = 0; i < 6; i++) {
        spb_event_plan_name(&plan.events[i], name, sizeof(name));
        assert_string_equal(name, names[i]);
    }
    /* They happen in the kernel alone, and would read a false 0. */
    assert_int_equal(plan.events[2].state, SPB_METRIC_NO_PERMISSION);
    assert_non_null(strstr(plan.events[2].reason, "sudo sysctl -w kernel.perf_event_paranoid=1"));
    expect_groups(&plan, "L.xx"
                         "L.");
}

static void excluding_the_kernel_is_for_hardware_events(void **state)
{
    (void)state;
    struct plan plan;
    char name[64];
    struct fake_pmu pmu = {.counters = 6};
    make(&plan, "cycles,instructions:k", &pmu, true);
    static const char *const names[] = {"task-clock",     "page-faults", "context-switches",
                                        "cpu-migrations", "cycles:u",    "instructions:k"};
    for (size_t i = 0; i < 6; i++) {
        spb_event_plan_name(&plan.events[i], name, sizeof(name));
        assert_string_equal(name, names[i]);
    }
    expect_groups(&plan, "L..."
                         "L.");
}

static void a_refused_mode_in_the_name_is_not_changed(void **state)
{
    (void)state;
    struct plan plan;
    struct fake_pmu pmu = {.counters = 6, .kernel_errno = EACCES};
    make(&plan, "instructions:k,cycles", &pmu, false);
    assert_int_equal(plan.events[4].state, SPB_METRIC_NO_PERMISSION);
    expect_groups(&plan, "L.xx"
                         "xL");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_that_fits_is_one_group_beside_the_software),
        cmocka_unit_test(what_does_not_fit_starts_a_group),
        cmocka_unit_test(a_group_that_opens_and_never_runs_is_split),
        cmocka_unit_test(an_event_that_is_missing_leaves_the_group_together),
        cmocka_unit_test(a_missing_pmu_loses_no_software_event),
        cmocka_unit_test(names_say_user_mode),
        cmocka_unit_test(excluding_the_kernel_is_for_hardware_events),
        cmocka_unit_test(a_refused_mode_in_the_name_is_not_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
