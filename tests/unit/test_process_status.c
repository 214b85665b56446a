/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "machines.h"
#include "mangle.h"
#include "process_status.h"

static void a_captured_process_is_read(void **state)
{
    (void)state;
    struct spb_process_status status;
    assert_int_equal(spb_process_status_read(machine("metal-amd"), 0, &status), 0);
    assert_int_equal(status.peak_rss_bytes.value, 5400 * 1024);
    assert_true(status.effective_capabilities.value == 0x1ffffffffff);
    assert_string_equal(status.allowed_cpus, "0-31");
}

static void this_process_has_a_peak(void **state)
{
    (void)state;
    struct spb_process_status status;
    assert_int_equal(spb_process_status_read(NULL, 0, &status), 0);
    assert_int_equal(status.peak_rss_bytes.code, 0);
    assert_true(status.peak_rss_bytes.value > 100000);
}

static void what_is_missing_has_a_code(void **state)
{
    (void)state;
    struct spb_process_status status;
    assert_int_equal(spb_process_status_read(machine("garbage"), 0, &status), -ENODATA);
    assert_int_equal(spb_process_status_read(machine("old-kernel"), 0, &status), -ENOENT);
    assert_int_equal(spb_process_status_parse("Cpus_allowed_list:\t0\n", 21, &status), 0);
    assert_int_equal(status.peak_rss_bytes.code, -ENOENT);
    assert_int_equal(status.effective_capabilities.code, -ENOENT);
}

static void schedule_times_have_three_numbers(void **state)
{
    (void)state;
    struct spb_schedule_times times;
    assert_int_equal(spb_schedule_times_parse("916075 1885958 2\n", 17, &times), 0);
    assert_int_equal(times.running_ns, 916075);
    assert_int_equal(times.waiting_ns, 1885958);
    assert_int_equal(times.slices, 2);
    assert_int_equal(spb_schedule_times_parse("916075 1885958\n", 15, &times), -EINVAL);
    assert_int_equal(spb_schedule_times_parse("", 0, &times), -EINVAL);
}

static void parse(const char *text, size_t length)
{
    struct spb_process_status status;
    struct spb_schedule_times times;
    spb_process_status_parse(text, length, &status);
    spb_schedule_times_parse(text, length, &times);
}

static void hostile_text_is_survived(void **state)
{
    (void)state;
    mangle("VmHWM:\t 1672 kB\nCapEff:\t000001fffeffffff\nCpus_allowed_list:\t0-1\n", parse);
    mangle("916075 1885958 2\n", parse);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_captured_process_is_read), cmocka_unit_test(this_process_has_a_peak),
        cmocka_unit_test(what_is_missing_has_a_code), cmocka_unit_test(schedule_times_have_three_numbers),
        cmocka_unit_test(hostile_text_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
