/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "cgroup.h"
#include "machines.h"
#include "mangle.h"

static void assert_limit(const struct spb_cgroup_limit *limit, double value, const char *file)
{
    assert_int_equal(limit->state, SPB_LIMIT_SET);
    assert_true(limit->value > value * 0.999999 && limit->value < value * 1.000001);
    assert_string_equal(limit->file, file);
}

static void a_container_has_its_own_limits(void **state)
{
    (void)state;
    struct spb_cgroup cgroup;
    spb_cgroup_read(machine("container-v2"), &cgroup);
    assert_int_equal(cgroup.version, 2);
    assert_string_equal(cgroup.path, "/");
    assert_limit(&cgroup.cpu, 1.5, "/sys/fs/cgroup/cpu.max");
    assert_limit(&cgroup.bytes, 2147483648.0, "/sys/fs/cgroup/memory.max");
    assert_string_equal(cgroup.cpuset, "2-3");
}

static void the_tightest_on_the_way_up_counts(void **state)
{
    (void)state;
    struct spb_cgroup cgroup;
    spb_cgroup_read(machine("nested-v2"), &cgroup);
    assert_limit(&cgroup.cpu, 0.5, "/sys/fs/cgroup/a/b/cpu.max");
    assert_limit(&cgroup.bytes, 1073741824.0, "/sys/fs/cgroup/a/b/memory.high");
    assert_string_equal(cgroup.cpuset, "0-2");
}

static void version_1_in_a_container(void **state)
{
    (void)state;
    struct spb_cgroup cgroup;
    spb_cgroup_read(machine("cgroup-v1"), &cgroup);
    assert_int_equal(cgroup.version, 1);
    assert_string_equal(cgroup.path, "/docker/3f2a");
    assert_limit(&cgroup.cpu, 1.5, "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us");
    assert_limit(&cgroup.bytes, 536870912.0, "/sys/fs/cgroup/memory/memory.limit_in_bytes");
    assert_string_equal(cgroup.cpuset, "1,3");
}

static void hybrid_takes_each_controller_where_it_is(void **state)
{
    (void)state;
    struct spb_cgroup cgroup;
    spb_cgroup_read(machine("vm-firecracker"), &cgroup);
    assert_int_equal(cgroup.version, 1);
    assert_int_equal(cgroup.cpu.state, SPB_LIMIT_NONE);
    assert_int_equal(cgroup.bytes.state, SPB_LIMIT_NONE);
    assert_string_equal(cgroup.cpuset, "0-1");
}

static void no_limit_is_not_unknown(void **state)
{
    (void)state;
    struct spb_cgroup cgroup;
    spb_cgroup_read(machine("metal-amd"), &cgroup);
    assert_int_equal(cgroup.cpu.state, SPB_LIMIT_NONE);
    spb_cgroup_read(machine("old-kernel"), &cgroup);
    assert_int_equal(cgroup.cpu.state, SPB_LIMIT_UNKNOWN);
    assert_non_null(strstr(cgroup.cpu.reason, "no cpu cgroup"));
    assert_string_equal(cgroup.cpuset, "");
    spb_cgroup_read(machine("garbage"), &cgroup);
    assert_int_equal(cgroup.cpu.state, SPB_LIMIT_UNKNOWN);
    assert_int_equal(cgroup.version, 0);
}

static void paths_are_found_by_controller(void **state)
{
    (void)state;
    char path[32];
    unsigned version;
    const char *text = "0::/two\n7:cpu,cpuacct:/one\n5:cpuset:/sets\n";
    size_t length = strlen(text);
    assert_int_equal(spb_cgroup_path_parse(text, length, "cpu", &version, path, sizeof(path)), 0);
    assert_int_equal(version, 1);
    assert_string_equal(path, "/one");
    assert_int_equal(spb_cgroup_path_parse(text, length, "memory", &version, path, sizeof(path)), 0);
    assert_int_equal(version, 2);
    assert_string_equal(path, "/two");
    assert_int_equal(spb_cgroup_path_parse(text, length, "cpuset", &version, path, 4), -ENAMETOOLONG);
    assert_int_equal(spb_cgroup_path_parse("", 0, "cpu", &version, path, sizeof(path)), -ENOENT);
}

static void quotas_are_parsed_or_refused(void **state)
{
    (void)state;
    enum spb_limit_state limit;
    double cpus;
    assert_int_equal(spb_cgroup_cpu_max_parse("max 100000", 10, &limit, &cpus), 0);
    assert_int_equal(limit, SPB_LIMIT_NONE);
    assert_int_equal(spb_cgroup_cpu_max_parse("50000 100000", 12, &limit, &cpus), 0);
    assert_int_equal(limit, SPB_LIMIT_SET);
    assert_true(cpus > 0.4999 && cpus < 0.5001);
    static const char *const bad[] = {"", "max", "50000", "0 100000", "50000 0", "-1 100000", "x y"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(spb_cgroup_cpu_max_parse(bad[i], strlen(bad[i]), &limit, &cpus), -EINVAL);
}

static void parse(const char *text, size_t length)
{
    char point[64], mount_root[64];
    unsigned version;
    enum spb_limit_state limit;
    double cpus;
    spb_cgroup_path_parse(text, length, "cpu", &version, point, sizeof(point));
    spb_cgroup_mount_parse(text, length, "cpu", 1, point, mount_root, sizeof(point));
    spb_cgroup_mount_parse(text, length, "cpu", 2, point, mount_root, sizeof(point));
    spb_cgroup_cpu_max_parse(text, length, &limit, &cpus);
}

static void hostile_text_is_survived(void **state)
{
    (void)state;
    mangle("7:cpu,cpuacct:/docker/3f2a\n0::/system.slice\n", parse);
    mangle("32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime shared:9 - cgroup cgroup rw,cpu\n"
           "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n",
           parse);
    mangle("150000 100000\n", parse);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_container_has_its_own_limits), cmocka_unit_test(the_tightest_on_the_way_up_counts),
        cmocka_unit_test(version_1_in_a_container),       cmocka_unit_test(hybrid_takes_each_controller_where_it_is),
        cmocka_unit_test(no_limit_is_not_unknown),        cmocka_unit_test(paths_are_found_by_controller),
        cmocka_unit_test(quotas_are_parsed_or_refused),   cmocka_unit_test(hostile_text_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
