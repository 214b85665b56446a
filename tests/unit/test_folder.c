/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "folder.h"
#include "machines.h"

static void names_are_sorted_by_number(void **state)
{
    (void)state;
    struct spb_folder folder;
    assert_int_equal(
        spb_folder_read(machine("metal-intel"), "/sys/devices/system/cpu/cpufreq/policy0", "scaling_m", &folder), 0);
    assert_int_equal(folder.count, 2);
    assert_string_equal(folder.names[0], "scaling_max_freq");
    assert_string_equal(folder.names[1], "scaling_min_freq");
    spb_folder_release(&folder);
}

static void a_missing_folder_is_empty(void **state)
{
    (void)state;
    struct spb_folder folder;
    assert_int_equal(spb_folder_read(machine("metal-intel"), "/nowhere", "", &folder), -ENOENT);
    assert_int_equal(folder.count, 0);
    assert_null(folder.names);
    spb_folder_release(&folder);
}

static void the_live_root_has_names(void **state)
{
    (void)state;
    struct spb_folder folder;
    assert_int_equal(spb_folder_read(NULL, "/proc/self/task", "", &folder), 0);
    assert_true(folder.count >= 1);
    spb_folder_release(&folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_sorted_by_number),
        cmocka_unit_test(a_missing_folder_is_empty),
        cmocka_unit_test(the_live_root_has_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
