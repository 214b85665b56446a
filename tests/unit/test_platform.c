/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "machines.h"
#include "platform.h"

static struct spb_virtualization find(const char *name)
{
    struct spb_virtualization found;
    struct spb_cpu_info cpu;
    int code = spb_cpu_info_read(machine(name), &cpu);
    spb_virtualization_read(machine(name), code ? NULL : &cpu, &found);
    return found;
}

static void real_machines_are_real(void **state)
{
    (void)state;
    assert_int_equal(find("metal-intel").kind, SPB_VIRTUALIZATION_NONE);
    assert_int_equal(find("metal-amd").kind, SPB_VIRTUALIZATION_NONE);
    assert_int_equal(find("arm64-server").kind, SPB_VIRTUALIZATION_NONE);
}

static void hypervisors_are_seen(void **state)
{
    (void)state;
    struct spb_virtualization found = find("vm-firecracker");
    assert_int_equal(found.kind, SPB_VIRTUALIZATION_VM);
    assert_string_equal(found.name, "vm"); /* its name is in CPUID, which a captured tree has not */
    found = find("container-v2");
    assert_int_equal(found.kind, SPB_VIRTUALIZATION_VM);
    assert_string_equal(found.name, "amazon");
    assert_string_equal(found.evidence, "DMI vendor Amazon EC2");
}

static void nothing_known_is_unknown(void **state)
{
    (void)state;
    struct spb_virtualization found = find("nested-v2");
    assert_int_equal(found.kind, SPB_VIRTUALIZATION_UNKNOWN);
    assert_string_not_equal(found.evidence, "");
}

static void the_live_machine_has_an_answer(void **state)
{
    (void)state;
    struct spb_virtualization found;
    struct spb_cpu_info cpu;
    int code = spb_cpu_info_read(NULL, &cpu);
    spb_virtualization_read(NULL, code ? NULL : &cpu, &found);
    assert_true(found.kind != SPB_VIRTUALIZATION_VM || found.name[0]);
}

static void containers_leave_marks(void **state)
{
    (void)state;
    assert_string_equal(spb_container_find(machine("container-v2"), "/"), "docker");
    assert_string_equal(spb_container_find(machine("cgroup-v1"), "/docker/3f2a"), "docker");
    assert_string_equal(spb_container_find(machine("metal-amd"), "/kubepods.slice/x"), "kubernetes");
    assert_string_equal(spb_container_find(machine("metal-amd"), "/system.slice/docker.service"), "");
    assert_string_equal(spb_container_find(machine("metal-amd"), NULL), "");
}

static void names_come_from_the_tree(void **state)
{
    (void)state;
    struct spb_system_name name;
    spb_system_name_read(machine("metal-intel"), &name);
    assert_string_equal(name.host, "machine");
    assert_string_equal(name.release, "6.1.0-18-amd64");
    assert_string_equal(name.machine, "x86_64");
    spb_system_name_read(machine("old-kernel"), &name);
    assert_string_equal(name.machine, "");
    spb_system_name_read(NULL, &name);
    assert_string_not_equal(name.release, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_machines_are_real),   cmocka_unit_test(hypervisors_are_seen),
        cmocka_unit_test(nothing_known_is_unknown), cmocka_unit_test(the_live_machine_has_an_answer),
        cmocka_unit_test(containers_leave_marks),   cmocka_unit_test(names_come_from_the_tree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
