/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "cpu_frequency.h"
#include "machines.h"

static void policies_are_summed_up(void **state)
{
    (void)state;
    struct spb_cpu_frequency frequency;
    spb_cpu_frequency_read(machine("metal-intel"), &frequency);
    assert_int_equal(frequency.code, 0);
    assert_string_equal(frequency.governor, "powersave");
    assert_string_equal(frequency.driver, "intel_pstate");
    assert_true(frequency.min_hz.value == 800000000u);
    assert_true(frequency.max_hz.value == 4700000000u);
}

static void different_governors_are_all_named(void **state)
{
    (void)state;
    struct spb_cpu_frequency frequency;
    spb_cpu_frequency_read(machine("mixed-governors"), &frequency);
    assert_string_equal(frequency.governor, "performance+schedutil");
    assert_true(frequency.min_hz.value == 500000000u);
    assert_true(frequency.max_hz.value == 2800000000u);
}

static void a_vm_shows_none(void **state)
{
    (void)state;
    struct spb_cpu_frequency frequency;
    struct spb_turbo turbo;
    spb_cpu_frequency_read(machine("vm-firecracker"), &frequency);
    assert_int_equal(frequency.code, -ENOENT);
    assert_int_equal(frequency.min_hz.code, -ENOENT);
    spb_turbo_read(machine("vm-firecracker"), &turbo);
    assert_int_equal(turbo.code, -ENOENT);
}

static void garbage_is_not_a_frequency(void **state)
{
    (void)state;
    struct spb_cpu_frequency frequency;
    spb_cpu_frequency_read(machine("garbage"), &frequency);
    assert_int_equal(frequency.code, 0);
    assert_string_equal(frequency.governor, "");
    assert_int_equal(frequency.max_hz.code, -ENOENT);
}

static void turbo_switches_are_of_two_kinds(void **state)
{
    (void)state;
    struct spb_turbo turbo;
    spb_turbo_read(machine("metal-intel"), &turbo);
    assert_int_equal(turbo.code, 0);
    assert_true(turbo.on);
    assert_string_equal(turbo.control, "/sys/devices/system/cpu/intel_pstate/no_turbo");
    assert_string_equal(turbo.off_value, "1");
    spb_turbo_read(machine("metal-amd"), &turbo);
    assert_int_equal(turbo.code, 0);
    assert_true(turbo.on);
    assert_string_equal(turbo.control, "/sys/devices/system/cpu/cpufreq/boost");
    assert_string_equal(turbo.off_value, "0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(policies_are_summed_up),
        cmocka_unit_test(different_governors_are_all_named),
        cmocka_unit_test(a_vm_shows_none),
        cmocka_unit_test(garbage_is_not_a_frequency),
        cmocka_unit_test(turbo_switches_are_of_two_kinds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
