/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "machines.h"
#include "stamp.h"
#include "stamp_lookup.h"

static const struct spb_build_info build = {"1.2.3", "abc", "gcc 12", "-O2", "Release"};

static void take(const char *name, struct spb_stamp *stamp)
{
    assert_int_equal(spb_stamp_take(name ? machine(name) : NULL, NULL, &build, stamp, NULL), 0);
}

static const struct spb_fact *find(const struct spb_stamp *stamp, const char *name, enum spb_fact_kind kind)
{
    const struct spb_fact *fact = spb_stamp_find(stamp, name);
    assert_non_null(fact);
    assert_int_equal(fact->kind, kind);
    return fact;
}

static void assert_text(const struct spb_stamp *stamp, const char *name, const char *text)
{
    assert_string_equal(find(stamp, name, SPB_FACT_TEXT)->text, text);
}

static void real_hardware_tells_all(void **state)
{
    (void)state;
    struct spb_stamp stamp;
    take("metal-intel", &stamp);
    assert_text(&stamp, "host.name", "machine");
    assert_text(&stamp, "host.hypervisor", "none");
    assert_text(&stamp, "cpu.model", "Intel(R) Core(TM) i7-9700K CPU @ 3.60GHz");
    assert_text(&stamp, "cpu.microcode", "0xf8");
    assert_text(&stamp, "cpu.governor", "powersave");
    assert_true(find(&stamp, "cpu.turbo", SPB_FACT_BOOL)->flag);
    assert_true(find(&stamp, "cpu.smt", SPB_FACT_BOOL)->flag);
    assert_true(find(&stamp, "cpu.frequency_max", SPB_FACT_NUMBER)->number == 4.7e9);
    assert_string_equal(find(&stamp, "cpu.frequency_max", SPB_FACT_NUMBER)->unit, "Hz");
    assert_true(find(&stamp, "kernel.aslr", SPB_FACT_NUMBER)->number == 2);
    assert_text(&stamp, "memory.thp", "always");
    assert_text(&stamp, "mitigation.meltdown", "Not affected");
    assert_text(&stamp, "cgroup.cpu_limit", "none");
    assert_text(&stamp, "build.commit", "abc");
    assert_non_null(strstr(find(&stamp, "build.libc", SPB_FACT_TEXT)->text, "glibc 2."));
    spb_stamp_release(&stamp);
}

static void absence_has_a_reason(void **state)
{
    (void)state;
    struct spb_stamp stamp;
    take("vm-firecracker", &stamp);
    assert_string_equal(find(&stamp, "cpu.governor", SPB_FACT_ABSENT)->text,
                        "no /sys/devices/system/cpu/cpufreq/policy* (the hypervisor hides it)");
    assert_string_equal(find(&stamp, "host.vendor", SPB_FACT_ABSENT)->text, "no /sys/class/dmi/id/sys_vendor");
    assert_string_equal(find(&stamp, "topology.cores", SPB_FACT_ABSENT)->text, "the topology was not read");
    spb_stamp_release(&stamp);
    take("garbage", &stamp);
    assert_string_equal(find(&stamp, "kernel.aslr", SPB_FACT_ABSENT)->text,
                        "/proc/sys/kernel/randomize_va_space: Invalid argument");
    spb_stamp_release(&stamp);
}

static void limits_are_numbers(void **state)
{
    (void)state;
    struct spb_stamp stamp;
    take("container-v2", &stamp);
    assert_true(find(&stamp, "cgroup.cpu_limit", SPB_FACT_NUMBER)->number == 1.5);
    assert_true(find(&stamp, "cgroup.memory_limit", SPB_FACT_NUMBER)->number == 2147483648.0);
    assert_text(&stamp, "cgroup.cpuset", "2-3");
    assert_text(&stamp, "cpu.allowed", "2-3");
    assert_text(&stamp, "host.container", "docker");
    spb_stamp_release(&stamp);
}

/* Two stamps can be held against each other only when what one has, the other has too, in the same place. */
static void names_and_order_are_the_same_everywhere(void **state)
{
    (void)state;
    static const char *const others[] = {"metal-amd",  "arm64-server", "container-v2", "cgroup-v1",
                                         "old-kernel", "cpus-1000",    "garbage",      "vm-firecracker"};
    struct spb_stamp first, other;
    take("metal-intel", &first);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        take(others[i], &other);
        size_t at = 0;
        for (size_t fact = 0; fact < first.count; fact++) {
            if (strncmp(first.facts[fact].name, "mitigation.", 11) == 0)
                continue;
            while (at < other.count && strcmp(other.facts[at].name, first.facts[fact].name) != 0)
                at++;
            assert_true(at < other.count);
        }
        spb_stamp_release(&other);
    }
    spb_stamp_release(&first);
}

static void a_topology_brings_caches(void **state)
{
    (void)state;
    struct spb_stamp stamp;
    struct spb_topology *topology;
    assert_int_equal(
        spb_topology_open(&topology,
                          "synthetic:pack:2 [numa(memory=1GiB)] l3:1(size=8MiB) core:4 l1d:1(size=32KiB) pu:2", NULL),
        0);
    assert_int_equal(spb_stamp_take(machine("metal-intel"), topology, &build, &stamp, NULL), 0);
    assert_true(find(&stamp, "topology.packages", SPB_FACT_NUMBER)->number == 2);
    assert_true(find(&stamp, "topology.cores", SPB_FACT_NUMBER)->number == 8);
    assert_true(find(&stamp, "topology.pus", SPB_FACT_NUMBER)->number == 16);
    assert_true(find(&stamp, "numa.nodes", SPB_FACT_NUMBER)->number == 2);
    assert_true(find(&stamp, "cache.l3.size", SPB_FACT_NUMBER)->number == 8388608);
    assert_true(find(&stamp, "cache.l3.count", SPB_FACT_NUMBER)->number == 2);
    assert_true(find(&stamp, "cache.l3.shared_by", SPB_FACT_NUMBER)->number == 8);
    assert_true(find(&stamp, "cache.l1d.size", SPB_FACT_NUMBER)->number == 32768);
    spb_stamp_release(&stamp);
    spb_topology_close(topology);
}

static void the_live_machine_can_be_stamped(void **state)
{
    (void)state;
    struct spb_stamp stamp;
    take(NULL, &stamp);
    assert_string_not_equal(find(&stamp, "kernel.release", SPB_FACT_TEXT)->text, "");
    spb_stamp_release(&stamp);
}

static void rules_see_facts(void **state)
{
    (void)state;
    struct spb_stamp stamp;
    take("metal-intel", &stamp);
    struct spb_fact_value value = spb_stamp_lookup(&stamp, "cpu.turbo");
    assert_int_equal(value.kind, SPB_VALUE_TEXT);
    assert_string_equal(value.text, "on");
    value = spb_stamp_lookup(&stamp, "kernel.aslr");
    assert_int_equal(value.kind, SPB_VALUE_NUMBER);
    assert_true(value.number == 2);
    value = spb_stamp_lookup(&stamp, "topology.cores");
    assert_int_equal(value.kind, SPB_VALUE_ABSENT);
    assert_string_equal(value.text, "the topology was not read");
    assert_int_equal(spb_stamp_lookup(&stamp, "no.such").kind, SPB_VALUE_ABSENT);
    spb_stamp_release(&stamp);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_hardware_tells_all),  cmocka_unit_test(absence_has_a_reason),
        cmocka_unit_test(limits_are_numbers),       cmocka_unit_test(names_and_order_are_the_same_everywhere),
        cmocka_unit_test(a_topology_brings_caches), cmocka_unit_test(the_live_machine_can_be_stamped),
        cmocka_unit_test(rules_see_facts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
