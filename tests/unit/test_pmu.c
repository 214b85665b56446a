/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "machines.h"
#include "pmu.h"

static void cpu_pmus_are_told_from_others(void **state)
{
    (void)state;
    char names[64];
    assert_int_equal(spb_pmu_find(machine("metal-intel"), names, sizeof(names)), 0);
    assert_string_equal(names, "cpu");
    assert_int_equal(spb_pmu_find(machine("arm64-server"), names, sizeof(names)), 0);
    assert_string_equal(names, "armv8_pmuv3_0");
    assert_int_equal(spb_pmu_find(machine("vm-firecracker"), names, sizeof(names)), -ENODATA);
    assert_int_equal(spb_pmu_find(machine("old-kernel"), names, sizeof(names)), -ENOENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(cpu_pmus_are_told_from_others)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
