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
#include "memory_info.h"

static void amounts_are_in_bytes(void **state)
{
    (void)state;
    struct spb_memory_info info;
    assert_int_equal(spb_memory_info_read(machine("metal-intel"), &info), 0);
    assert_int_equal(info.field[SPB_MEMINFO_TOTAL].value, 32768000ull * 1024);
    assert_int_equal(info.field[SPB_MEMINFO_SWAP_TOTAL].value, 1000000ull * 1024);
}

static void what_the_kernel_lacks_is_absent(void **state)
{
    (void)state;
    struct spb_memory_info info;
    struct spb_vm_events events;
    assert_int_equal(spb_memory_info_read(machine("old-kernel"), &info), 0);
    assert_int_equal(info.field[SPB_MEMINFO_AVAILABLE].code, -ENOENT);
    assert_int_equal(info.field[SPB_MEMINFO_SWAP_TOTAL].code, 0);
    assert_int_equal(info.field[SPB_MEMINFO_SWAP_TOTAL].value, 0);
    assert_int_equal(spb_vm_events_read(machine("old-kernel"), &events), 0);
    assert_int_equal(events.event[SPB_VM_OOM_KILL].code, -ENOENT);
    assert_int_equal(spb_memory_info_read(machine("garbage"), &info), -EINVAL);
    assert_int_equal(spb_vm_events_read(machine("garbage"), &events), 0);
    assert_int_equal(events.event[SPB_VM_OOM_KILL].code, -EINVAL);
}

static void parse(const char *text, size_t length)
{
    struct spb_memory_info info;
    spb_memory_info_parse(text, length, &info);
}

static void hostile_text_is_survived(void **state)
{
    (void)state;
    mangle("MemTotal:       16374260 kB\nMemAvailable:   15203788 kB\nSwapTotal:             0 kB\n", parse);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_are_in_bytes),
        cmocka_unit_test(what_the_kernel_lacks_is_absent),
        cmocka_unit_test(hostile_text_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
