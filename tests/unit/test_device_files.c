/* SPDX-License-Identifier: MIT
 *
 * The small readers of disks, interfaces, mounts, sensors, cgroups and open files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "cgroup_usage.h"
#include "disk_stats.h"
#include "file_handles.h"
#include "mangle.h"
#include "mount_table.h"
#include "network_devices.h"
#include "page_size.h"
#include "temperature.h"

static struct spb_span span_of(const char *text)
{
    return (struct spb_span){text, strlen(text)};
}

static void disks_of_all_kernels(void **state)
{
    (void)state;
    struct spb_span rest = span_of("   8    1 sda1 12 96 3 24\n" /* a partition before 2.6.25 */
                                   "rubbish\n"
                                   "   8    0 sda 1 2 3 4 5 6 7 8 9 10 11\n"
                                   " 104    0 cciss/c0d0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17\n");
    struct spb_disk_stats stats;
    assert_true(spb_disk_stats_next(&rest, &stats));
    assert_true(spb_span_equals(stats.name, "sda"));
    assert_int_equal(stats.major, 8);
    assert_int_equal(stats.field[SPB_DISK_STAT_READ_SECTORS], 3);
    assert_int_equal(stats.field[SPB_DISK_STAT_WRITES], 5);
    assert_int_equal(stats.field[SPB_DISK_STAT_UNDER_WAY], 9);
    assert_int_equal(stats.field[SPB_DISK_STAT_QUEUE_MS], 11);
    assert_true(spb_disk_stats_next(&rest, &stats));
    assert_true(spb_span_equals(stats.name, "cciss/c0d0"));
    assert_false(spb_disk_stats_next(&rest, &stats));
}

static void interfaces_with_and_without_a_blank(void **state)
{
    (void)state;
    struct spb_span rest = span_of("Inter-|   Receive  |  Transmit\n face |bytes    packets |bytes\n"
                                   "    lo: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n"
                                   "eth0:1:1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n"
                                   "eth1: 1 2 3\n");
    struct spb_network_device device;
    assert_true(spb_network_device_next(&rest, &device));
    assert_true(spb_span_equals(device.name, "lo"));
    assert_int_equal(device.received.drops, 4);
    assert_int_equal(device.sent.bytes, 9);
    assert_int_equal(device.sent.errors, 11);
    assert_true(spb_network_device_next(&rest, &device));
    assert_true(spb_span_equals(device.name, "eth0:1"));
    assert_int_equal(device.received.bytes, 1);
    assert_false(spb_network_device_next(&rest, &device));
}

static void mounts_have_escaped_names(void **state)
{
    (void)state;
    struct spb_span rest = span_of("27 1 254:0 / / rw shared:1 - ext4 /dev/vda rw\n"
                                   "rubbish\n"
                                   "28 27 0:25 /sub /mnt/a\\040b\\012 rw - tmpfs none ro\n");
    static struct spb_mount mount;
    assert_true(spb_mount_next(&rest, &mount));
    assert_true(spb_span_equals(mount.device, "254:0"));
    assert_true(spb_span_equals(mount.type, "ext4"));
    assert_string_equal(mount.point, "/");
    assert_true(spb_mount_next(&rest, &mount));
    assert_true(spb_span_equals(mount.root, "/sub"));
    assert_string_equal(mount.point, "/mnt/a b\n");
    assert_false(spb_mount_next(&rest, &mount));
}

static void remote_file_systems_are_known(void **state)
{
    (void)state;
    static const char *const remote[] = {"nfs", "nfs4", "cifs", "fuse.sshfs", "fuse", "autofs", "9p", "ceph"};
    for (size_t i = 0; i < sizeof(remote) / sizeof(remote[0]); i++)
        assert_int_equal(spb_mount_kind(span_of(remote[i])), SPB_MOUNT_REMOTE);
    assert_int_equal(spb_mount_kind(span_of("ext4")), SPB_MOUNT_LOCAL);
    assert_int_equal(spb_mount_kind(span_of("fuseblk")), SPB_MOUNT_LOCAL); /* NTFS on a disk of this machine */
    assert_int_equal(spb_mount_kind(span_of("squashfs")), SPB_MOUNT_IMAGE);
    assert_int_equal(spb_mount_kind(span_of("overlay")), SPB_MOUNT_OVERLAY);
}

static void temperatures_are_plausible(void **state)
{
    (void)state;
    double celsius;
    assert_int_equal(spb_temperature_parse("54000\n", 6, &celsius), 0);
    assert_true(celsius == 54);
    assert_int_equal(spb_temperature_parse("-5000", 5, &celsius), 0);
    assert_int_equal(spb_temperature_parse("-273200", 7, &celsius), -ERANGE);
    assert_int_equal(spb_temperature_parse("4294967", 7, &celsius), -ERANGE);
    assert_int_equal(spb_temperature_parse("hot", 3, &celsius), -EINVAL);
}

static void files_that_are_free_are_not_open(void **state)
{
    (void)state;
    struct spb_file_handles handles;
    assert_int_equal(spb_file_handles_parse("1500\t100\t9000\n", 14, &handles), 0);
    assert_int_equal(handles.open, 1400);
    assert_int_equal(handles.limit, 9000);
    assert_int_equal(spb_file_handles_parse("1 2 3", 5, &handles), -EINVAL);
    assert_int_equal(spb_file_handles_parse("1 0", 3, &handles), -EINVAL);
}

static void a_cgroup_is_read_in_both_versions(void **state)
{
    (void)state;
    struct spb_cgroup_usage usage;
    const char *text = "usage_usec 2534\nnr_periods 12\nnr_throttled 3\n";
    spb_cgroup_usage_parse(SPB_CGROUP_FILE_CPU_TIME, 2, 0, text, strlen(text), &usage);
    spb_cgroup_usage_parse(SPB_CGROUP_FILE_CPU_STAT, 2, 0, text, strlen(text), &usage);
    assert_int_equal(usage.cpu_ns.value, 2534000);
    assert_int_equal(usage.throttled.value, 3);
    spb_cgroup_usage_parse(SPB_CGROUP_FILE_CPU_TIME, 1, 0, "77\n", 3, &usage);
    assert_int_equal(usage.cpu_ns.value, 77);
    spb_cgroup_usage_parse(SPB_CGROUP_FILE_PIDS, 2, -EACCES, "", 0, &usage);
    assert_int_equal(usage.pids.code, -EACCES);
}

static void pages_have_a_plausible_size(void **state)
{
    (void)state;
    uint64_t auxv[] = {16, 255, 6, 65536, 0, 0};
    assert_int_equal(spb_page_size_parse((const char *)auxv, sizeof(auxv)), 65536);
    assert_int_equal(spb_page_size_parse((const char *)auxv, 24), 0);
    auxv[3] = 5000;
    assert_int_equal(spb_page_size_parse((const char *)auxv, sizeof(auxv)), 0);
}

static void parse_any(const char *text, size_t length)
{
    struct spb_span disks = {text, length}, devices = {text, length}, mounts = {text, length};
    struct spb_disk_stats disk;
    struct spb_network_device device;
    static struct spb_mount mount;
    struct spb_file_handles handles;
    struct spb_cgroup_usage usage;
    double celsius;
    while (spb_disk_stats_next(&disks, &disk))
        continue;
    while (spb_network_device_next(&devices, &device))
        continue;
    while (spb_mount_next(&mounts, &mount))
        continue;
    spb_file_handles_parse(text, length, &handles);
    spb_temperature_parse(text, length, &celsius);
    spb_page_size_parse(text, length);
    for (enum spb_cgroup_file file = 0; file < SPB_CGROUP_FILES; file++)
        spb_cgroup_usage_parse(file, 1 + length % 2, 0, text, length, &usage);
}

static void hostile_text_is_survived(void **state)
{
    (void)state;
    mangle("   8    0 sda 1 2 3 4 5 6 7 8 9 10 11\n", parse_any);
    mangle("    lo: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n", parse_any);
    mangle("28 27 0:25 /sub /mnt/a\\040b\\012 rw - tmpfs none ro\n", parse_any);
    mangle("usage_usec 2534\nnr_periods 12\nnr_throttled 3\noom_kill 3\n", parse_any);
    mangle("1500\t100\t9000\n", parse_any);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(disks_of_all_kernels),
        cmocka_unit_test(interfaces_with_and_without_a_blank),
        cmocka_unit_test(mounts_have_escaped_names),
        cmocka_unit_test(remote_file_systems_are_known),
        cmocka_unit_test(temperatures_are_plausible),
        cmocka_unit_test(files_that_are_free_are_not_open),
        cmocka_unit_test(a_cgroup_is_read_in_both_versions),
        cmocka_unit_test(pages_have_a_plausible_size),
        cmocka_unit_test(hostile_text_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
