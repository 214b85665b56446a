/* SPDX-License-Identifier: MIT
 *
 * What goes into a stamp; the names, their order and their meaning are in stamp_facts.md. */
#include "stamp.h"

#include <errno.h>
#include <gnu/libc-version.h>
#include <stdio.h>
#include <string.h>

#include "cgroup.h"
#include "cpu_frequency.h"
#include "cpu_info.h"
#include "memory_info.h"
#include "mitigation.h"
#include "platform.h"
#include "process_status.h"
#include "setting.h"
#include "strbuf.h"
#include "units.h"

struct taker {
    struct spb_stamp *stamp;
    const char *root;
    bool virtual; /* a hypervisor is known: it is why much is hidden */
    int code;     /* the first -ENOMEM sticks */
};

static void keep(struct taker *taker, int code)
{
    if (taker->code == 0)
        taker->code = code;
}

static void take_text(struct taker *taker, const char *name, const char *value)
{
    keep(taker, spb_stamp_add_text(taker->stamp, name, value));
}

static void take_number(struct taker *taker, const char *name, double value, const char *unit)
{
    keep(taker, spb_stamp_add_number(taker->stamp, name, value, unit));
}

static void take_absent(struct taker *taker, const char *name, const char *reason)
{
    keep(taker, spb_stamp_add_absent(taker->stamp, name, "%s", reason));
}

/* "no FILE (the hypervisor hides it)", "FILE: Permission denied" */
static void take_unread(struct taker *taker, const char *name, const char *path, int code)
{
    const char *blame = taker->virtual && strncmp(path, "/sys/devices/system/cpu", 23) == 0
                            ? " (the hypervisor hides it)"
                            : "";
    if (code == -ENOENT)
        keep(taker, spb_stamp_add_absent(taker->stamp, name, "no %s%s", path, blame));
    else
        keep(taker, spb_stamp_add_absent(taker->stamp, name, "%s: %s", path, strerror(-code)));
}

static void take_text_or_absent(struct taker *taker, const char *name, const char *value, const char *path)
{
    if (*value)
        take_text(taker, name, value);
    else
        take_unread(taker, name, path, -ENODATA);
}

static void take_reading(struct taker *taker, const char *name, struct spb_reading reading, const char *unit,
                         const char *path)
{
    if (reading.code == 0)
        take_number(taker, name, (double)reading.value, unit);
    else
        take_unread(taker, name, path, reading.code);
}

static void take_setting(struct taker *taker, const char *name, enum spb_setting_id id)
{
    struct spb_setting setting;
    int code = spb_setting_read(taker->root, id, &setting);
    if (code)
        take_unread(taker, name, spb_setting_path(id), code);
    else if (spb_setting_is_number(id))
        take_number(taker, name, (double)setting.number, "");
    else
        take_text(taker, name, setting.text);
}

static void take_host(struct taker *taker, const struct spb_virtualization *virtualization, const char *container)
{
    struct spb_system_name name;
    spb_system_name_read(taker->root, &name);
    take_text_or_absent(taker, "host.name", name.host, spb_setting_path(SPB_SETTING_HOST_NAME));
    take_text_or_absent(taker, "host.machine", name.machine, spb_setting_path(SPB_SETTING_MACHINE));
    take_setting(taker, "host.vendor", SPB_SETTING_DMI_VENDOR);
    take_setting(taker, "host.product", SPB_SETTING_DMI_PRODUCT);
    if (virtualization->kind == SPB_VIRTUALIZATION_UNKNOWN)
        take_absent(taker, "host.hypervisor", virtualization->evidence);
    else
        take_text(taker, "host.hypervisor",
                  virtualization->kind == SPB_VIRTUALIZATION_NONE ? "none" : virtualization->name);
    take_text(taker, "host.container", *container ? container : "none");
    take_text_or_absent(taker, "kernel.release", name.release, spb_setting_path(SPB_SETTING_KERNEL_RELEASE));
    take_text_or_absent(taker, "kernel.version", name.version, spb_setting_path(SPB_SETTING_KERNEL_VERSION));
}

static void take_cpu(struct taker *taker, const struct spb_cpu_info *cpu)
{
    static const char path[] = "/proc/cpuinfo";
    take_text_or_absent(taker, "cpu.vendor", cpu->vendor, path);
    take_text_or_absent(taker, "cpu.model", cpu->model_name, path);
    take_text_or_absent(taker, "cpu.family", cpu->family, path);
    take_text_or_absent(taker, "cpu.model_number", cpu->model, path);
    take_text_or_absent(taker, "cpu.stepping", cpu->stepping, path);
    take_text_or_absent(taker, "cpu.microcode", cpu->microcode, path);
}

static void take_cpu_sets(struct taker *taker)
{
    struct spb_process_status status;
    take_setting(taker, "cpu.online", SPB_SETTING_CPUS_ONLINE);
    take_setting(taker, "cpu.offline", SPB_SETTING_CPUS_OFFLINE);
    int code = spb_process_status_read(taker->root, 0, &status);
    if (code == 0 && status.allowed_cpus[0])
        take_text(taker, "cpu.allowed", status.allowed_cpus);
    else
        take_unread(taker, "cpu.allowed", "/proc/self/status", code ? code : -ENODATA);
    take_setting(taker, "cpu.isolated", SPB_SETTING_CPUS_ISOLATED);
    take_setting(taker, "cpu.nohz_full", SPB_SETTING_CPUS_NOHZ_FULL);
}

static void take_flag(struct taker *taker, const char *name, int code, bool value, const char *path)
{
    if (code == 0)
        keep(taker, spb_stamp_add_bool(taker->stamp, name, value));
    else
        take_unread(taker, name, path, code);
}

static void take_cpu_settings(struct taker *taker)
{
    static const char policy[] = "/sys/devices/system/cpu/cpufreq/policy*";
    struct spb_cpu_frequency frequency;
    struct spb_turbo turbo;
    struct spb_setting smt;
    int code = spb_setting_read(taker->root, SPB_SETTING_SMT_ACTIVE, &smt);
    take_flag(taker, "cpu.smt", code, smt.number != 0, spb_setting_path(SPB_SETTING_SMT_ACTIVE));
    take_setting(taker, "cpu.smt_control", SPB_SETTING_SMT_CONTROL);
    spb_cpu_frequency_read(taker->root, &frequency);
    if (frequency.governor[0])
        take_text(taker, "cpu.governor", frequency.governor);
    else
        take_unread(taker, "cpu.governor", policy, -ENOENT);
    if (frequency.driver[0])
        take_text(taker, "cpu.frequency_driver", frequency.driver);
    else
        take_unread(taker, "cpu.frequency_driver", policy, -ENOENT);
    take_reading(taker, "cpu.frequency_min", frequency.min_hz, "Hz", policy);
    take_reading(taker, "cpu.frequency_max", frequency.max_hz, "Hz", policy);
    spb_turbo_read(taker->root, &turbo);
    take_flag(taker, "cpu.turbo", turbo.code, turbo.on,
              "/sys/devices/system/cpu/cpufreq/boost or /sys/devices/system/cpu/intel_pstate/no_turbo");
}

/* ---- topology -------------------------------------------------------------------------------------------------- */

static void take_cache(struct taker *taker, unsigned level, char kind, const struct spb_cache *caches, size_t count)
{
    const struct spb_cache *largest = NULL;
    unsigned total = 0;
    char name[32], member[64];
    for (size_t i = 0; i < count; i++) {
        if (caches[i].level != level || caches[i].kind != kind)
            continue;
        total += caches[i].count;
        if (!largest || caches[i].size_bytes > largest->size_bytes)
            largest = &caches[i];
    }
    if (!largest)
        return;
    snprintf(name, sizeof(name), kind == 'u' ? "cache.l%u" : "cache.l%u%c", level, kind);
    snprintf(member, sizeof(member), "%s.size", name);
    if (largest->size_bytes)
        take_number(taker, member, (double)largest->size_bytes, "bytes");
    else
        take_absent(taker, member, "the kernel does not say how large this cache is");
    snprintf(member, sizeof(member), "%s.count", name);
    take_number(taker, member, total, "");
    snprintf(member, sizeof(member), "%s.shared_by", name);
    take_number(taker, member, largest->shared_by_pus, "");
}

static void take_caches(struct taker *taker, const struct spb_topology *topology)
{
    size_t count;
    const struct spb_cache *caches = spb_topology_caches(topology, &count);
    for (unsigned level = 1; level <= 5; level++)
        for (const char *kind = "diu"; *kind; kind++)
            take_cache(taker, level, *kind, caches, count);
    if (count && caches[0].line_bytes)
        take_number(taker, "cache.line", caches[0].line_bytes, "bytes");
    else
        take_absent(taker, "cache.line", "the topology does not say");
}

/* "0: 16 GiB, 1: 16 GiB" */
static void take_numa(struct taker *taker, const struct spb_topology *topology)
{
    size_t count;
    const struct spb_numa_node *nodes = spb_topology_numa_nodes(topology, &count);
    struct spb_strbuf text = {0};
    char size[SPB_UNIT_TEXT_SIZE];
    take_number(taker, "numa.nodes", (double)count, "");
    for (size_t i = 0; i < count; i++)
        spb_strbuf_printf(&text, "%s%u: %s", i ? ", " : "", nodes[i].os_index,
                          nodes[i].memory_bytes ? spb_format_bytes(size, nodes[i].memory_bytes) : "?");
    take_text(taker, "numa.memory", spb_strbuf_text(&text));
    spb_strbuf_release(&text);
}

/* "IntelCore 16, IntelAtom 8" */
static void take_core_kinds(struct taker *taker, const struct spb_topology *topology)
{
    size_t count;
    const struct spb_core_kind *kinds = spb_topology_core_kinds(topology, &count);
    struct spb_strbuf text = {0};
    for (size_t i = 0; i < count; i++)
        spb_strbuf_printf(&text, "%s%s %u", i ? ", " : "", kinds[i].name[0] ? kinds[i].name : "core",
                          kinds[i].pu_count);
    take_text(taker, "topology.core_kinds", count > 1 ? spb_strbuf_text(&text) : "all alike");
    spb_strbuf_release(&text);
}

static void take_topology(struct taker *taker, const struct spb_topology *topology)
{
    static const char *const names[] = {"topology.packages",   "topology.cores", "topology.pus", "topology.allowed_pus",
                                        "topology.core_kinds", "numa.nodes",     "numa.memory",  "cache.line"};
    if (!topology) {
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
            take_absent(taker, names[i], "the topology was not read");
        return;
    }
    size_t pus;
    spb_topology_pus(topology, &pus);
    take_number(taker, "topology.packages", spb_topology_packages(topology), "");
    take_number(taker, "topology.cores", spb_topology_cores(topology), "");
    take_number(taker, "topology.pus", (double)pus, "");
    take_number(taker, "topology.allowed_pus", spb_topology_allowed_pus(topology), "");
    take_core_kinds(taker, topology);
    take_numa(taker, topology);
    take_caches(taker, topology);
}

/* ---- memory, kernel, cgroup, build ----------------------------------------------------------------------------- */

static void take_memory(struct taker *taker)
{
    struct spb_memory_info info;
    int code = spb_memory_info_read(taker->root, &info);
    if (code)
        info.field[SPB_MEMINFO_TOTAL].code = info.field[SPB_MEMINFO_SWAP_TOTAL].code = code;
    take_reading(taker, "memory.total", info.field[SPB_MEMINFO_TOTAL], "bytes", "/proc/meminfo");
    take_reading(taker, "memory.swap_total", info.field[SPB_MEMINFO_SWAP_TOTAL], "bytes", "/proc/meminfo");
    take_setting(taker, "memory.thp", SPB_SETTING_THP);
    take_setting(taker, "memory.thp_defrag", SPB_SETTING_THP_DEFRAG);
}

static void take_kernel(struct taker *taker)
{
    take_setting(taker, "kernel.aslr", SPB_SETTING_ASLR);
    take_setting(taker, "kernel.perf_event_paranoid", SPB_SETTING_PERF_PARANOID);
    take_setting(taker, "kernel.nmi_watchdog", SPB_SETTING_NMI_WATCHDOG);
    take_setting(taker, "kernel.numa_balancing", SPB_SETTING_NUMA_BALANCING);
    take_setting(taker, "kernel.timer_migration", SPB_SETTING_TIMER_MIGRATION);
    take_setting(taker, "kernel.clock_source", SPB_SETTING_CLOCK_SOURCE);
    take_setting(taker, "kernel.clock_sources", SPB_SETTING_CLOCK_SOURCES);
}

static void take_mitigations(struct taker *taker)
{
    struct spb_mitigations all;
    char name[64];
    int code = spb_mitigations_read(taker->root, &all);
    if (code)
        take_unread(taker, "mitigation.any", "/sys/devices/system/cpu/vulnerabilities", code);
    for (size_t i = 0; i < all.count; i++) {
        snprintf(name, sizeof(name), "mitigation.%s", all.items[i].name);
        take_text(taker, name, all.items[i].text);
    }
    spb_mitigations_release(&all);
}

static void take_limit(struct taker *taker, const char *name, const struct spb_cgroup_limit *limit, const char *unit)
{
    if (limit->state == SPB_LIMIT_SET)
        take_number(taker, name, limit->value, unit);
    else if (limit->state == SPB_LIMIT_NONE)
        take_text(taker, name, "none");
    else
        take_absent(taker, name, limit->reason);
}

static void take_cgroup(struct taker *taker, const struct spb_cgroup *cgroup)
{
    if (cgroup->version) {
        take_number(taker, "cgroup.version", cgroup->version, "");
        take_text(taker, "cgroup.path", cgroup->path);
    } else {
        take_absent(taker, "cgroup.version", cgroup->cpu.reason);
        take_absent(taker, "cgroup.path", cgroup->cpu.reason);
    }
    take_limit(taker, "cgroup.cpu_limit", &cgroup->cpu, "CPU");
    take_limit(taker, "cgroup.memory_limit", &cgroup->bytes, "bytes");
    if (cgroup->cpuset[0])
        take_text(taker, "cgroup.cpuset", cgroup->cpuset);
    else
        take_absent(taker, "cgroup.cpuset", "no cpuset controller shows one");
}

static void take_build(struct taker *taker, const struct spb_build_info *build)
{
    char libc[64];
    take_text(taker, "build.version", build->version);
    take_text(taker, "build.commit", build->commit);
    take_text(taker, "build.compiler", build->compiler);
    take_text(taker, "build.flags", build->flags);
    take_text(taker, "build.type", build->build_type);
    snprintf(libc, sizeof(libc), "glibc %s", gnu_get_libc_version());
    take_text(taker, "build.libc", libc);
}

int spb_stamp_take(const char *root, const struct spb_topology *topology, const struct spb_build_info *build,
                   struct spb_stamp *stamp, struct spb_error *err)
{
    struct taker taker = {.stamp = stamp, .root = root};
    struct spb_virtualization virtualization;
    struct spb_cpu_info cpu;
    struct spb_cgroup cgroup;
    *stamp = (struct spb_stamp){0};
    int cpu_code = spb_cpu_info_read(root, &cpu);
    if (cpu_code)
        cpu = (struct spb_cpu_info){0};
    spb_virtualization_read(root, cpu_code ? NULL : &cpu, &virtualization);
    taker.virtual = virtualization.kind == SPB_VIRTUALIZATION_VM;
    spb_cgroup_read(root, &cgroup);
    take_host(&taker, &virtualization, spb_container_find(root, cgroup.path));
    take_cpu(&taker, &cpu);
    take_cpu_sets(&taker);
    take_cpu_settings(&taker);
    take_topology(&taker, topology);
    take_memory(&taker);
    take_kernel(&taker);
    take_mitigations(&taker);
    take_cgroup(&taker, &cgroup);
    take_build(&taker, build);
    if (taker.code) {
        spb_stamp_release(stamp);
        return spb_error_set(err, taker.code, "out of memory while describing the machine");
    }
    return 0;
}
