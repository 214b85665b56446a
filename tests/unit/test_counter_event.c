/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <linux/perf_event.h>
#include <string.h>

#include "counter_event.h"

static struct spb_counter_event parsed(const char *name)
{
    struct spb_counter_event event;
    struct spb_error err = {0};
    if (spb_counter_event_parse(name, &event, &err) < 0)
        fail_msg("%s: %s", name, err.text);
    return event;
}

static void generic_names_are_the_kernels(void **state)
{
    (void)state;
    struct spb_counter_event event = parsed("branch-misses");
    assert_string_equal(event.name, "branch-misses");
    assert_int_equal(event.type, PERF_TYPE_HARDWARE);
    assert_int_equal(event.config, PERF_COUNT_HW_BRANCH_MISSES);
    assert_false(event.software);
    event = parsed("task-clock");
    assert_int_equal(event.type, PERF_TYPE_SOFTWARE);
    assert_true(event.software);
    assert_true(event.mode_is_no_use);
    assert_true(parsed("context-switches").kernel_only);
}

static void one_event_has_one_name(void **state)
{
    (void)state;
    static const char *const others[] = {"perf::instructions", "PERF_COUNT_HW_INSTRUCTIONS", "INSTRUCTIONS",
                                         "perf::PERF_COUNT_HW_INSTRUCTIONS"};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        assert_string_equal(parsed(others[i]).name, "instructions");
    assert_string_equal(parsed("cpu-cycles").name, "cycles");
    assert_string_equal(parsed("perf::CS").name, "context-switches");
    assert_true(parsed("perf::CS").kernel_only);
}

static void modes_in_the_name_hold(void **state)
{
    (void)state;
    struct spb_counter_event event = parsed("cycles:u");
    assert_string_equal(event.name, "cycles:u");
    assert_true(event.exclude_kernel);
    assert_false(event.exclude_user);
    assert_true(event.mode_in_name);
    event = parsed("perf::instructions:k");
    assert_string_equal(event.name, "instructions:k");
    assert_true(event.exclude_user);
    event = parsed("perf::PERF_COUNT_HW_CACHE_L1D:READ:u=1");
    assert_true(event.mode_in_name);
    assert_false(parsed("cycles").mode_in_name);
    assert_false(parsed("PERF_COUNT_HW_CACHE_L1D:WRITE").mode_in_name);
}

static void raw_codes_are_taken_as_they_are(void **state)
{
    (void)state;
    struct spb_counter_event event = parsed("r01c2");
    assert_string_equal(event.name, "r01c2");
    assert_int_equal(event.type, PERF_TYPE_RAW);
    assert_int_equal(event.config, 0x1c2);
    assert_false(event.exclude_kernel);
    assert_true(parsed("r11:u").exclude_kernel);
}

static void cache_events_are_encoded(void **state)
{
    (void)state;
    struct spb_counter_event event = parsed("L1-dcache-load-misses");
    assert_int_equal(event.type, PERF_TYPE_HW_CACHE);
    assert_int_equal(event.config, PERF_COUNT_HW_CACHE_L1D | PERF_COUNT_HW_CACHE_OP_READ << 8 |
                                       PERF_COUNT_HW_CACHE_RESULT_MISS << 16);
}

static void refused(const char *name, const char *part)
{
    struct spb_counter_event event;
    struct spb_error err = {0};
    assert_int_equal(spb_counter_event_parse(name, &event, &err), -EINVAL);
    if (!strstr(err.text, part))
        fail_msg("\"%s\" lacks \"%s\"", err.text, part);
}

static void unknown_names_get_the_nearest(void **state)
{
    (void)state;
    refused("instrutions", "unknown event \"instrutions\"; nearest: instructions");
    refused("Branch-Mises", "branch-misses");
    refused("perf::page-fault", "page-faults");
    refused("qqqqqqqqqqqq", "raw code like r01c2");
    refused("", "unknown event");
    refused("rXYZ", "unknown event");
    refused("cycles:wrong", "event \"cycles:wrong\": ");
    refused("PERF_COUNT_HW_CACHE_L1D:REED", "unit masks: READ, WRITE, PREFETCH");
    refused("cpu/event=0xc2,umask=0x1/", "r01c2");
    refused("instructions:precise=1", "not for counting");
    refused("PERF_COUNT_HW_CACHE_L1D:READ:ACCESS:u=1:k=1:excl=0:mg=0:mh=1:h=0", "may have 61 characters");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(generic_names_are_the_kernels), cmocka_unit_test(one_event_has_one_name),
        cmocka_unit_test(modes_in_the_name_hold),        cmocka_unit_test(raw_codes_are_taken_as_they_are),
        cmocka_unit_test(cache_events_are_encoded),      cmocka_unit_test(unknown_names_get_the_nearest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
