/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "machines.h"
#include "setting.h"

static int number_of(const char *name, enum spb_setting_id id)
{
    struct spb_setting setting;
    assert_int_equal(spb_setting_read(machine(name), id, &setting), 0);
    return (int)setting.number;
}

static const char *text_of(const char *name, enum spb_setting_id id)
{
    static struct spb_setting setting;
    assert_int_equal(spb_setting_read(machine(name), id, &setting), 0);
    return setting.text;
}

static void settings_have_their_kinds(void **state)
{
    (void)state;
    assert_int_equal(number_of("metal-intel", SPB_SETTING_ASLR), 2);
    assert_int_equal(number_of("metal-intel", SPB_SETTING_PERF_PARANOID), 3);
    assert_string_equal(text_of("metal-intel", SPB_SETTING_THP), "always");
    assert_string_equal(text_of("metal-amd", SPB_SETTING_THP), "madvise");
    assert_string_equal(text_of("metal-amd", SPB_SETTING_CLOCK_SOURCE), "hpet");
    assert_string_equal(text_of("metal-amd", SPB_SETTING_CPUS_ISOLATED), "8-15");
    assert_string_equal(text_of("metal-intel", SPB_SETTING_CPUS_NOHZ_FULL), "");
    assert_int_equal(number_of("metal-intel", SPB_SETTING_INTEL_NO_TURBO), 0);
}

static void negative_numbers_are_numbers(void **state)
{
    (void)state;
    struct spb_setting setting;
    assert_int_equal(spb_setting_parse(SPB_SETTING_PERF_PARANOID, "-1\n", &setting), 0);
    assert_int_equal(setting.number, -1);
}

static void absent_and_garbage_have_codes(void **state)
{
    (void)state;
    struct spb_setting setting;
    assert_int_equal(spb_setting_read(machine("garbage"), SPB_SETTING_ASLR, &setting), -EINVAL);
    assert_int_equal(spb_setting_read(machine("garbage"), SPB_SETTING_PERF_PARANOID, &setting), -ERANGE);
    assert_int_equal(spb_setting_read(machine("garbage"), SPB_SETTING_THP, &setting), -EINVAL);
    assert_int_equal(spb_setting_read(machine("garbage"), SPB_SETTING_SMT_ACTIVE, &setting), -EINVAL);
    assert_int_equal(spb_setting_read(machine("old-kernel"), SPB_SETTING_ASLR, &setting), -ENOENT);
}

static void every_setting_has_a_file(void **state)
{
    (void)state;
    for (int id = 0; id < SPB_SETTINGS; id++) {
        assert_non_null(spb_setting_path((enum spb_setting_id)id));
        assert_int_equal(spb_setting_path((enum spb_setting_id)id)[0], '/');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_have_their_kinds),
        cmocka_unit_test(negative_numbers_are_numbers),
        cmocka_unit_test(absent_and_garbage_have_codes),
        cmocka_unit_test(every_setting_has_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
