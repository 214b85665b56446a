/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>

#include "cpu_times.h"
#include "file.h"
#include "looks.h"
#include "memory_info.h"

/* ---- promises that hold for every look ------------------------------------------------------------------------- */

static void check_item(const struct spb_observation *item)
{
    const struct spb_series_info *info = spb_series_info(item->series);
    if (!item->has_value && !item->reason)
        fail_msg("%s of '%s' is absent without a reason", info->name, item->instance);
    if (item->has_value && item->reason)
        fail_msg("%s of '%s' has a value and a reason", info->name, item->instance);
    if (item->has_value && (!isfinite(item->value) || (info->kind != SPB_SERIES_GAUGE && item->value < 0)))
        fail_msg("%s of '%s' is %g", info->name, item->instance, item->value);
    if (item->has_value && strcmp(info->unit, "%") == 0 && item->value > 100)
        fail_msg("%s of '%s' is %g %%", info->name, item->instance, item->value);
    if (item->has_total && info->kind == SPB_SERIES_GAUGE)
        fail_msg("%s is a gauge and has a total", info->name);
}

/* Each series is there, in order, and no instance twice. */
static void check_look(const struct spb_look *look)
{
    int series = -1;
    for (size_t i = 0; i < look->count; i++) {
        int here = (int)look->items[i].series;
        check_item(&look->items[i]);
        if (here != series && here != series + 1)
            fail_msg("%s is missing or out of order", spb_series_info((enum spb_series)(series + 1))->name);
        series = here;
        const struct spb_observation *first = spb_look_find(look, look->items[i].series, look->items[i].instance);
        if (first != &look->items[i])
            fail_msg("%s of '%s' is there twice", spb_series_info(first->series)->name, first->instance);
    }
    assert_int_equal(series, SPB_SERIES_COUNT - 1);
}

static void every_look_keeps_its_promises(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        unsigned moments;
    } sequences[] = {{"hot-plug", 3},    {"idle-falls", 3},   {"jump", 3},         {"wrap", 3},
                     {"vanish", 3},      {"old-kernel", 2},   {"no-pressure", 2},  {"suspended", 3},
                     {"large-pages", 2}, {"container-v2", 2}, {"container-v1", 2}, {"sensors", 2}};
    struct looks looks;
    for (size_t i = 0; i < sizeof(sequences) / sizeof(sequences[0]); i++) {
        looks_open(&looks, sequences[i].name);
        check_look(&looks.look);
        for (unsigned moment = 1; moment < sequences[i].moments; moment++) {
            looks_second(&looks);
            check_look(&looks.look);
        }
        looks_close(&looks);
    }
}

static void the_first_look_has_no_rates(void **state)
{
    (void)state;
    struct looks looks;
    looks_open(&looks, "no-pressure");
    for (size_t i = 0; i < looks.look.count; i++)
        if (spb_series_info(looks.look.items[i].series)->kind != SPB_SERIES_GAUGE)
            assert_false(looks.look.items[i].has_value);
    assert_int_equal(looks.look.interval_ns, 0);
    looks_value(&looks, "memory.available-share", "", 75);
    looks_value(&looks, "memory.cached", "", 3100000.0 * 1024);
    looks_value(&looks, "memory.dirty", "", 204.0 * 1024);
    looks_value(&looks, "swap.used", "", 250000.0 * 1024);
    looks_value(&looks, "files.open", "", 1400);
    looks_value(&looks, "tasks.running", "", 2);
    looks_value(&looks, "tasks.threads-limit", "", 32768);
    looks_value(&looks, "cpu.allowed", "", 2);
    looks_close(&looks);
}

/* ---- one hazard each ------------------------------------------------------------------------------------------- */

static void cpus_come_and_go(void **state)
{
    (void)state;
    struct looks looks;
    looks_open(&looks, "hot-plug");
    looks_second(&looks);
    looks_value(&looks, "cpu.busy", "cpu3", 50);
    looks_missing(&looks, "cpu.busy", "cpu2");
    looks_value(&looks, "cpu.busy", "", 50); /* of the three that stayed, although the kernel's sum fell */
    looks_value(&looks, "cpu.online", "", 3);
    looks_second(&looks);
    looks_absent(&looks, "cpu.busy", "cpu2", "first look");
    looks_value(&looks, "cpu.busy", "", 25);
    looks_close(&looks);
}

static void idle_time_may_fall_but_work_may_not(void **state)
{
    (void)state;
    struct looks looks;
    looks_open(&looks, "idle-falls");
    looks_second(&looks);
    looks_value(&looks, "cpu.iowait", "cpu0", 0);
    looks_value(&looks, "cpu.user", "cpu0", 40);
    looks_second(&looks);
    looks_absent(&looks, "cpu.user", "cpu0", "backwards");
    looks_absent(&looks, "cpu.user", "", "backwards");
    looks_close(&looks);
}

static void a_jump_is_no_measurement(void **state)
{
    (void)state;
    struct looks looks;
    looks_open(&looks, "jump");
    looks_second(&looks);
    looks_absent(&looks, "cpu.steal", "cpu0", "further than is possible");
    looks_absent(&looks, "cpu.busy", "cpu0", "further than is possible");
    looks_value(&looks, "cpu.busy", "cpu1", 10);
    looks_value(&looks, "cpu.busy", "", 10);
    looks_absent(&looks, "kernel.context-switches", "", "further than is possible");
    looks_second(&looks);
    looks_absent(&looks, "cpu.busy", "cpu0", "out of range");
    looks_value(&looks, "cpu.busy", "cpu1", 10);
    looks_close(&looks);
}

static void counters_of_32_bits_wrap(void **state)
{
    (void)state;
    struct looks looks;
    looks_open(&looks, "wrap");
    looks_second(&looks);
    looks_value(&looks, "network.received", "eth0", 1000);
    looks_value(&looks, "network.packets-received", "eth0", 100);
    looks_value(&looks, "network.drops", "eth0", 6);
    looks_value(&looks, "disk.read", "sda", 1048576);
    looks_value(&looks, "disk.read-time", "sda", 0.02);
    looks_value(&looks, "disk.busy", "sda", 50);
    looks_value(&looks, "disk.queue", "sda", 2);
    looks_absent(&looks, "disk.write-time", "sda", "no write ended");
    looks_value(&looks, "kernel.context-switches", "", 1500);
    looks_second(&looks);
    looks_absent(&looks, "network.received", "eth0", "began anew");
    looks_absent(&looks, "network.sent", "eth0", "began anew");
    looks_absent(&looks, "network.packets-sent", "eth0", "began anew");
    looks_absent(&looks, "disk.read", "sda", "began anew");
    looks_absent(&looks, "disk.busy", "sda", "began anew");
    looks_close(&looks);
}

static void devices_come_and_go(void **state)
{
    (void)state;
    struct looks looks;
    looks_open(&looks, "vanish");
    looks_missing(&looks, "disk.read", "sda1");  /* no whole device */
    looks_missing(&looks, "disk.read", "loop0"); /* never used */
    looks_second(&looks);
    looks_missing(&looks, "network.received", "eth0");
    looks_missing(&looks, "disk.read", "nvme0n1");
    looks_value(&looks, "network.received", "eth1", 8000);
    looks_value(&looks, "disk.reads", "sda", 100);
    looks_second(&looks);
    looks_absent(&looks, "network.received", "eth0", "first look");
    looks_absent(&looks, "disk.read", "nvme0n1", "first look");
    looks_absent(&looks, "network.received", "eth1", "another device");
    looks_absent(&looks, "disk.reads", "sda", "another device");
    looks_value(&looks, "network.received", "lo", 0);
    looks_close(&looks);
}

static void an_old_kernel_counts_less(void **state)
{
    (void)state;
    struct looks looks;
    looks_open(&looks, "old-kernel");
    looks_second(&looks);
    looks_value(&looks, "cpu.busy", "cpu0", 100);
    looks_absent(&looks, "cpu.steal", "cpu0", "does not count");
    looks_absent(&looks, "cpu.guest", "", "does not count");
    looks_absent(&looks, "memory.available", "", "does not show");
    looks_absent(&looks, "memory.available-share", "", "does not show");
    looks_absent(&looks, "memory.oom-kills", "", "does not show");
    looks_value(&looks, "disk.reads", "sda", 100);
    looks_value(&looks, "network.received", "eth0", 1000);
    looks_close(&looks);
}

static void pressure_may_be_missing(void **state)
{
    (void)state;
    struct looks looks;
    looks_open(&looks, "no-pressure");
    looks_second(&looks);
    looks_absent(&looks, "pressure.some", "memory", "since Linux 4.20");
    looks_absent(&looks, "cpu.busy", "", "stood still");
    looks_absent(&looks, "cpu.busy", "cpu0", "stood still");
    looks_close(&looks);
}

/* Shares are of the time that the machine was awake for, rates of all time. */
static void suspended_time_is_no_idle_time(void **state)
{
    (void)state;
    struct looks looks;
    looks_open(&looks, "suspended");
    looks_next(&looks, 10 * SECOND_NS, SECOND_NS);
    looks_value(&looks, "pressure.some", "cpu", 50);
    looks_value(&looks, "memory.page-faults", "", 100);
    assert_int_equal(looks.look.interval_ns, 10 * SECOND_NS);
    looks_second(&looks);
    looks_absent(&looks, "pressure.some", "cpu", "further than is possible");
    looks_close(&looks);
}

static void no_time_gives_no_rate(void **state)
{
    (void)state;
    struct looks looks;
    looks_open(&looks, "suspended");
    looks_next(&looks, 0, 0);
    looks_absent(&looks, "memory.page-faults", "", "no time has passed");
    looks_absent(&looks, "pressure.some", "cpu", "no time has passed");
    looks_close(&looks);
}

static void pages_have_their_size(void **state)
{
    (void)state;
    struct looks looks;
    looks_open(&looks, "large-pages");
    looks_second(&looks);
    looks_value(&looks, "swap.in", "", 10 * 65536);
    looks_close(&looks);
}

static void a_container_of_version_2(void **state)
{
    (void)state;
    struct looks looks;
    looks_open(&looks, "container-v2");
    looks_second(&looks);
    looks_value(&looks, "cgroup.cpu", "", 1.2);
    looks_value(&looks, "cgroup.cpu-limit", "", 1.5);
    looks_value(&looks, "cpu.allowed", "", 1.5);
    looks_value(&looks, "cgroup.throttled", "", 30);
    looks_value(&looks, "cgroup.memory", "", 268435456);
    looks_value(&looks, "cgroup.memory-share", "", 25);
    looks_value(&looks, "cgroup.oom-kills", "", 2);
    looks_value(&looks, "cgroup.pids", "", 37);
    looks_value(&looks, "cgroup.pids-limit", "", 512);
    looks_close(&looks);
}

static void a_container_of_version_1(void **state)
{
    (void)state;
    struct looks looks;
    looks_open(&looks, "container-v1");
    looks_second(&looks);
    looks_value(&looks, "cgroup.cpu", "", 0.5);
    looks_value(&looks, "cgroup.cpu-limit", "", 0.5);
    looks_value(&looks, "cgroup.throttled", "", 100);
    looks_value(&looks, "cgroup.memory", "", 250000000);
    looks_value(&looks, "cgroup.memory-share", "", 25);
    looks_value(&looks, "cgroup.oom-kills", "", 0);
    looks_absent(&looks, "cgroup.pids-limit", "", "no limit");
    looks_close(&looks);
}

static void sensors_have_names_of_their_own(void **state)
{
    (void)state;
    struct looks looks;
    looks_open(&looks, "sensors");
    looks_value(&looks, "temperature", "nvme/Composite", 40.85);
    looks_value(&looks, "temperature", "nvme/Composite 2", 39.85);
    looks_value(&looks, "temperature", "core\xef\xbf\xbdtemp/temp1", 54);
    looks_absent(&looks, "temperature", "core\xef\xbf\xbdtemp/temp2", "no temperature");
    looks_value(&looks, "temperature.limit", "nvme/Composite", 84.85);
    looks_missing(&looks, "temperature.limit", "core\xef\xbf\xbdtemp/temp2");
    looks_value(&looks, "cpu.frequency", "", 2.5e9);
    looks_value(&looks, "cpu.frequency", "cpu1", 3e9);
    looks_second(&looks); /* too soon to ask them again */
    looks_value(&looks, "temperature", "core\xef\xbf\xbdtemp/temp1", 54);
    looks.moment = 1;
    looks_next(&looks, 19 * SECOND_NS, 19 * SECOND_NS);
    looks_value(&looks, "temperature", "core\xef\xbf\xbdtemp/temp1", 60);
    looks_value(&looks, "cpu.thermal-throttles", "", 1); /* 20 of two CPUs in 20 s */
    looks_close(&looks);
}

/* ---- 1,000 CPUs, written here ------------------------------------------------------------------------------------ */

static void write_cpus(const char *root, unsigned count, unsigned user)
{
    struct spb_strbuf text = {0};
    char path[128];
    spb_strbuf_printf(&text, "cpu  %u 0 0 %u 0 0 0 0 0 0\n", count * user, count * 1000);
    for (unsigned i = 0; i < count; i++)
        spb_strbuf_printf(&text, "cpu%u %u 0 0 %u 0 0 0 0 0 0\n", i, user + (user > 0 ? i % 50 : 0), 1000);
    spb_strbuf_append(&text, "ctxt 1\n");
    snprintf(path, sizeof(path), "%s/proc/stat", root);
    assert_int_equal(spb_file_make_parents(path, NULL), 0);
    assert_int_equal(spb_file_replace(path, text.text, text.length, NULL), 0);
    spb_strbuf_release(&text);
}

static void a_thousand_cpus(void **state)
{
    (void)state;
    struct looks looks = {.boot_ns = SECOND_NS, .folder = "/tmp/spb-looks-XXXXXX"};
    assert_non_null(mkdtemp(looks.folder));
    struct spb_sampler_options options = {.root = looks.folder, .now = looks_now, .context = &looks};
    write_cpus(looks.folder, 1000, 0);
    assert_int_equal(spb_machine_sampler_create(&options, &looks.sampler, NULL), 0);
    assert_int_equal(spb_machine_sampler_look(looks.sampler, &looks.look, NULL), 0);
    looks.boot_ns += SECOND_NS;
    write_cpus(looks.folder, 1000, 50);
    assert_int_equal(spb_machine_sampler_look(looks.sampler, &looks.look, NULL), 0);
    looks_value(&looks, "cpu.busy", "cpu999", 100);
    looks_value(&looks, "cpu.online", "", 1000);
    check_look(&looks.look);
    spb_machine_sampler_destroy(looks.sampler);
    spb_look_release(&looks.look);
    char command[128];
    snprintf(command, sizeof(command), "%s/proc/stat", looks.folder);
    unlink(command);
    snprintf(command, sizeof(command), "%s/proc", looks.folder);
    rmdir(command);
    rmdir(looks.folder);
}

/* ---- this machine ------------------------------------------------------------------------------------------------ */

/* Read by hand before and after: what the sampler says lies between. */
static void it_agrees_with_proc(void **state)
{
    (void)state;
    struct spb_machine_sampler *sampler;
    struct looks looks = {.boot_ns = 0};
    struct spb_system_times before, after;
    struct spb_memory_info memory;
    assert_int_equal(spb_machine_sampler_create(&(struct spb_sampler_options){.with_processes = true}, &sampler, NULL),
                     0);
    assert_int_equal(spb_system_times_read(NULL, &before), 0);
    assert_int_equal(spb_machine_sampler_look(sampler, &looks.look, NULL), 0);
    usleep(60000);
    assert_int_equal(spb_machine_sampler_look(sampler, &looks.look, NULL), 0);
    assert_int_equal(spb_system_times_read(NULL, &after), 0);
    assert_int_equal(spb_memory_info_read(NULL, &memory), 0);
    check_look(&looks.look);
    double total = looks_find(&looks, "kernel.context-switches", "")->total;
    assert_true(total >= (double)before.context_switches.value && total <= (double)after.context_switches.value);
    double busy = looks_find(&looks, "cpu.busy", "")->total;
    assert_true(busy >= (double)spb_cpu_times_busy_ns(&before.total) / 1e9 - 1e-6);
    assert_true(busy <= (double)spb_cpu_times_busy_ns(&after.total) / 1e9 + 1e-6);
    looks_value(&looks, "cpu.online", "", (double)after.cpu_count);
    looks_value(&looks, "memory.total", "", (double)memory.field[SPB_MEMINFO_TOTAL].value);
    assert_true(looks_find(&looks, "tasks.processes", "")->value >= 1);
    assert_true(looks.look.interval_ns >= 60000000);
    spb_system_times_release(&before);
    spb_system_times_release(&after);
    spb_machine_sampler_destroy(sampler);
    spb_look_release(&looks.look);
}

static void nothing_to_read_is_absent_or_an_error(void **state)
{
    (void)state;
    struct spb_machine_sampler *sampler;
    struct spb_look look = {0};
    struct spb_error err = {{0}};
    struct spb_sampler_options options = {.root = "/nowhere"};
    assert_int_equal(spb_machine_sampler_create(&options, &sampler, &err), 0);
    assert_int_equal(spb_machine_sampler_look(sampler, &look, &err), -ENOENT);
    assert_non_null(strstr(err.text, "/nowhere/proc"));
    spb_machine_sampler_destroy(sampler);
    spb_look_release(&look);
    options.with_processes = true;
    assert_int_equal(spb_machine_sampler_create(&options, &sampler, &err), -ENOENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_look_keeps_its_promises),
        cmocka_unit_test(the_first_look_has_no_rates),
        cmocka_unit_test(cpus_come_and_go),
        cmocka_unit_test(idle_time_may_fall_but_work_may_not),
        cmocka_unit_test(a_jump_is_no_measurement),
        cmocka_unit_test(counters_of_32_bits_wrap),
        cmocka_unit_test(devices_come_and_go),
        cmocka_unit_test(an_old_kernel_counts_less),
        cmocka_unit_test(pressure_may_be_missing),
        cmocka_unit_test(suspended_time_is_no_idle_time),
        cmocka_unit_test(no_time_gives_no_rate),
        cmocka_unit_test(pages_have_their_size),
        cmocka_unit_test(a_container_of_version_2),
        cmocka_unit_test(a_container_of_version_1),
        cmocka_unit_test(sensors_have_names_of_their_own),
        cmocka_unit_test(a_thousand_cpus),
        cmocka_unit_test(it_agrees_with_proc),
        cmocka_unit_test(nothing_to_read_is_absent_or_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
