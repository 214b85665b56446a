/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "cpu_times.h"
#include "machines.h"
#include "mangle.h"

static void columns_have_names(void **state)
{
    (void)state;
    struct spb_span rest = {"cpu12 1 2 3 4 5 6 7 8 9 10\n", 27};
    struct spb_cpu_times times;
    assert_int_equal(spb_cpu_times_next(&rest, &times), 1);
    assert_false(times.is_total);
    assert_int_equal(times.os_index, 12);
    assert_int_equal(times.state_count, SPB_CPU_STATES);
    assert_int_equal(times.ns[SPB_CPU_STATE_STEAL], 8u * SPB_CPU_TICK_NS);
    assert_int_equal(spb_cpu_times_sum_ns(&times), 36u * SPB_CPU_TICK_NS);
    assert_int_equal(spb_cpu_times_busy_ns(&times), 19u * SPB_CPU_TICK_NS);
    assert_int_equal(spb_cpu_times_next(&rest, &times), 0);
}

static void a_vm_is_read_whole(void **state)
{
    (void)state;
    struct spb_system_times times;
    assert_int_equal(spb_system_times_read(machine("vm-firecracker"), &times), 0);
    assert_int_equal(times.cpu_count, 2);
    assert_int_equal(times.cpus[1].os_index, 1);
    assert_true(times.total.ns[SPB_CPU_STATE_STEAL] > 0);
    assert_int_equal(times.context_switches.code, 0);
    assert_true(times.running.value >= 1);
    spb_system_times_release(&times);
}

static void an_old_kernel_lacks_columns(void **state)
{
    (void)state;
    struct spb_system_times times;
    assert_int_equal(spb_system_times_read(machine("old-kernel"), &times), 0);
    assert_int_equal(times.total.state_count, SPB_CPU_STATE_STEAL);
    spb_system_times_release(&times);
}

static void a_thousand_cpus_fit(void **state)
{
    (void)state;
    struct spb_system_times times;
    assert_int_equal(spb_system_times_read(machine("cpus-1000"), &times), 0);
    assert_int_equal(times.cpu_count, 1000);
    assert_int_equal(times.cpus[999].os_index, 999);
    assert_int_equal(times.cpus[999].ns[SPB_CPU_STATE_STEAL], SPB_CPU_TICK_NS);
    spb_system_times_release(&times);
}

static int code_of(const char *text)
{
    struct spb_system_times times;
    int code = spb_system_times_parse(text, strlen(text), &times);
    spb_system_times_release(&times);
    return code;
}

static void garbage_has_a_code(void **state)
{
    (void)state;
    assert_int_equal(code_of(""), -ENODATA);
    assert_int_equal(code_of("cpu 0 0 0 0\ncpu0 0 0 0 0\n"), -ENODATA);
    assert_int_equal(code_of("cpu 1 2 3\n"), -EINVAL);
    assert_int_equal(code_of("cpu 1 2 3 4\ncpux 1 2 3 4\n"), -EINVAL);
    assert_int_equal(code_of("cpu 1 2 3 -4\n"), -EINVAL);
    assert_int_equal(code_of("cpu 1 2 3 18446744073709551615\n"), -ERANGE);
    assert_int_equal(code_of("cpu 1 2 3 4\ncpu99999999 1 2 3 4\n"), -ERANGE);
    struct spb_system_times times;
    assert_true(spb_system_times_read(machine("garbage"), &times) < 0);
    spb_system_times_release(&times);
    assert_int_equal(spb_system_times_read(machine("none"), &times), -ENOENT);
    spb_system_times_release(&times);
}

static void parse(const char *text, size_t length)
{
    struct spb_system_times times;
    spb_system_times_parse(text, length, &times);
    spb_system_times_release(&times);
}

static void hostile_text_is_survived(void **state)
{
    (void)state;
    mangle("cpu  4800 0 3395 266661 559 0 198 1785 0 0\ncpu0 1919 0 1326 134528 52 0 13 863 0 0\n"
           "cpu1 2881 0 2069 132133 507 0 184 921 0 0\nctxt 10\nprocs_running 2\n",
           parse);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_have_names),          cmocka_unit_test(a_vm_is_read_whole),
        cmocka_unit_test(an_old_kernel_lacks_columns), cmocka_unit_test(a_thousand_cpus_fit),
        cmocka_unit_test(garbage_has_a_code),          cmocka_unit_test(hostile_text_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
