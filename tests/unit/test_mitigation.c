/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "machines.h"
#include "mitigation.h"

static void mitigations_are_sorted_by_name(void **state)
{
    (void)state;
    struct spb_mitigations all;
    assert_int_equal(spb_mitigations_read(machine("metal-intel"), &all), 0);
    assert_int_equal(all.count, 2);
    assert_string_equal(all.items[0].name, "meltdown");
    assert_string_equal(all.items[0].text, "Not affected");
    assert_string_equal(all.items[1].name, "spectre_v2");
    spb_mitigations_release(&all);
}

static void an_old_kernel_has_none(void **state)
{
    (void)state;
    struct spb_mitigations all;
    assert_int_equal(spb_mitigations_read(machine("old-kernel"), &all), -ENOENT);
    assert_int_equal(all.count, 0);
    spb_mitigations_release(&all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mitigations_are_sorted_by_name),
        cmocka_unit_test(an_old_kernel_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
