/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "cpu_info.h"
#include "machines.h"
#include "mangle.h"

static void x86_is_read(void **state)
{
    (void)state;
    struct spb_cpu_info info;
    assert_int_equal(spb_cpu_info_read(machine("vm-firecracker"), &info), 0);
    assert_string_equal(info.vendor, "GenuineIntel");
    assert_string_equal(info.model_name, "Intel(R) Xeon(R) Processor");
    assert_string_equal(info.family, "6");
    assert_string_equal(info.model, "207");
    assert_string_equal(info.microcode, "0x1");
    assert_true(info.has_flags && info.hypervisor && info.constant_tsc);
    assert_int_equal(spb_cpu_info_read(machine("metal-intel"), &info), 0);
    assert_true(info.has_flags && !info.hypervisor);
}

static void arm64_gets_names(void **state)
{
    (void)state;
    struct spb_cpu_info info;
    assert_int_equal(spb_cpu_info_read(machine("arm64-server"), &info), 0);
    assert_string_equal(info.vendor, "Arm");
    assert_string_equal(info.model_name, "Neoverse-N1");
    assert_string_equal(info.family, "8");
    assert_string_equal(info.model, "0xd0c");
    assert_string_equal(info.stepping, "r3p1");
    assert_false(info.has_flags);
}

static void an_unknown_part_keeps_its_number(void **state)
{
    (void)state;
    struct spb_cpu_info info;
    const char *text = "CPU implementer\t: 0x99\nCPU part\t: 0x123\n";
    assert_int_equal(spb_cpu_info_parse(text, strlen(text), &info), 0);
    assert_string_equal(info.vendor, "0x99");
    assert_string_equal(info.model, "0x123");
    assert_string_equal(info.model_name, "");
}

static void the_first_cpu_speaks_for_all(void **state)
{
    (void)state;
    struct spb_cpu_info info;
    const char *text = "vendor_id : A\nmodel : 1\n\nvendor_id : B\nstepping : 2\n";
    assert_int_equal(spb_cpu_info_parse(text, strlen(text), &info), 0);
    assert_string_equal(info.vendor, "A");
    assert_string_equal(info.stepping, "");
    assert_int_equal(spb_cpu_info_read(machine("garbage"), &info), -ENODATA);
}

static void parse(const char *text, size_t length)
{
    struct spb_cpu_info info;
    spb_cpu_info_parse(text, length, &info);
}

static void hostile_text_is_survived(void **state)
{
    (void)state;
    mangle("processor\t: 0\nCPU implementer\t: 0x41\nCPU variant\t: 0x3\nCPU part\t: 0xd0c\nCPU revision\t: 1\n"
           "flags : fpu hypervisor\nmodel name : X\n\n",
           parse);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(x86_is_read),
        cmocka_unit_test(arm64_gets_names),
        cmocka_unit_test(an_unknown_part_keeps_its_number),
        cmocka_unit_test(the_first_cpu_speaks_for_all),
        cmocka_unit_test(hostile_text_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
