/* SPDX-License-Identifier: MIT
 *
 * What the doctor finds out itself, beside the stamp: what goes on right now, and what the commands that mend need.
 *
 *     busy.now steal.now steal.boot       share of the CPUs' time, in percent; .now over the interval
 *     load.one load.per_cpu pressure.cpu  average of a minute; that a CPU; PSI "some" of 10 s in percent
 *     cpu.count cpu.allowed_count         CPUs online; CPUs in this process's affinity
 *     memory.available .available_share memory.swap_used
 *     pmu.device pmu.reason perf.privileged
 *     cpu.turbo_control cpu.turbo_off cgroup.cpu_limit_file cgroup.memory_limit_file
 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cgroup.h"
#include "cpu_frequency.h"
#include "cpu_times.h"
#include "doctor_internal.h"
#include "load_average.h"
#include "memory_info.h"
#include "plan.h"
#include "pmu.h"
#include "process_status.h"

enum { FACTS_MAX = 24, INTERVAL_MS = 200, CAP_SYS_ADMIN_BIT = 21, CAP_PERFMON_BIT = 38 };

struct own_fact {
    const char *name;
    enum spb_fact_value_kind kind;
    double number;
    const char *unit;
    char text[512]; /* or the reason of the absence */
};

struct spb_doctor_facts {
    const struct spb_doctor_options *options;
    struct own_fact facts[FACTS_MAX];
    size_t count;
};

static struct own_fact *add(struct spb_doctor_facts *facts, const char *name, enum spb_fact_value_kind kind,
                            const char *text)
{
    assert(facts->count < FACTS_MAX);
    struct own_fact *fact = &facts->facts[facts->count++];
    fact->name = name;
    fact->kind = kind;
    snprintf(fact->text, sizeof(fact->text), "%s", text);
    return fact;
}

static void add_number(struct spb_doctor_facts *facts, const char *name, double number, const char *unit)
{
    struct own_fact *fact = add(facts, name, SPB_VALUE_NUMBER, "");
    fact->number = number;
    fact->unit = unit;
}

static void add_unread(struct spb_doctor_facts *facts, const char *name, const char *path, int code)
{
    char reason[256];
    if (code == -ENOENT)
        snprintf(reason, sizeof(reason), "no %s", path);
    else
        snprintf(reason, sizeof(reason), "%s: %s", path, strerror(-code));
    add(facts, name, SPB_VALUE_ABSENT, reason);
}

struct spb_fact_value spb_doctor_lookup(const void *facts, const char *name)
{
    const struct spb_doctor_facts *own = facts;
    for (size_t i = 0; i < own->count; i++) {
        const struct own_fact *fact = &own->facts[i];
        if (strcmp(fact->name, name) == 0)
            return (struct spb_fact_value){fact->kind, fact->text, fact->number, fact->unit};
    }
    return own->options->facts.find(own->options->facts.context, name);
}

/* ---- CPU time -------------------------------------------------------------------------------------------------- */

static bool is_live(const char *root)
{
    return !root || !*root || strcmp(root, "/") == 0;
}

static void sleep_ms(unsigned ms)
{
    struct timespec left = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};
    while (nanosleep(&left, &left) < 0 && errno == EINTR)
        continue;
}

static double percent(uint64_t part, uint64_t whole)
{
    return whole ? 100.0 * (double)part / (double)whole : 0;
}

static void add_standstill(struct spb_doctor_facts *facts, const char *reason)
{
    add(facts, "steal.now", SPB_VALUE_ABSENT, reason);
    add(facts, "busy.now", SPB_VALUE_ABSENT, reason);
}

static void add_interval(struct spb_doctor_facts *facts, const struct spb_cpu_times *before,
                         const struct spb_cpu_times *after)
{
    uint64_t whole_before = spb_cpu_times_sum_ns(before), busy_before = spb_cpu_times_busy_ns(before);
    uint64_t whole = spb_cpu_times_sum_ns(after), busy = spb_cpu_times_busy_ns(after);
    uint64_t steal_before = before->ns[SPB_CPU_STATE_STEAL], steal = after->ns[SPB_CPU_STATE_STEAL];
    /* Idle times may step back by a tick when a CPU goes offline. */
    if (whole <= whole_before || steal < steal_before || busy < busy_before) {
        add_standstill(facts, "/proc/stat did not advance");
        return;
    }
    add_number(facts, "steal.now", percent(steal - steal_before, whole - whole_before), "pct");
    add_number(facts, "busy.now", percent(busy - busy_before, whole - whole_before), "pct");
}

static void watch_interval(struct spb_doctor_facts *facts, const struct spb_system_times *first)
{
    const struct spb_doctor_options *options = facts->options;
    struct spb_system_times second;
    if (!is_live(options->root)) {
        add_standstill(facts, "a captured machine stands still");
        return;
    }
    sleep_ms(options->interval_ms ? options->interval_ms : INTERVAL_MS);
    if (spb_system_times_read(options->root, &second) == 0)
        add_interval(facts, &first->total, &second.total);
    else
        add_standstill(facts, "/proc/stat cannot be read any more");
    spb_system_times_release(&second);
}

/* The first fact of a name counts: without the column, no later difference is taken for one. */
static void take_steal(struct spb_doctor_facts *facts, const struct spb_cpu_times *total)
{
    if (total->state_count > SPB_CPU_STATE_STEAL)
        add_number(facts, "steal.boot", percent(total->ns[SPB_CPU_STATE_STEAL], spb_cpu_times_sum_ns(total)), "pct");
    else
        add(facts, "steal.now", SPB_VALUE_ABSENT, "this kernel's /proc/stat has no steal column");
}

static void take_times(struct spb_doctor_facts *facts)
{
    struct spb_system_times times;
    int code = spb_system_times_read(facts->options->root, &times);
    if (code) {
        add_unread(facts, "steal.now", "/proc/stat", code);
        add_unread(facts, "busy.now", "/proc/stat", code);
    } else {
        add_number(facts, "cpu.count", (double)times.cpu_count, "");
        take_steal(facts, &times.total);
        watch_interval(facts, &times);
    }
    spb_system_times_release(&times);
}

static void take_load(struct spb_doctor_facts *facts)
{
    struct spb_load_average load;
    struct spb_pressure pressure;
    struct spb_fact_value cpus = spb_doctor_lookup(facts, "cpu.count");
    int code = spb_load_average_read(facts->options->root, &load);
    if (code)
        add_unread(facts, "load.one", "/proc/loadavg", code);
    else
        add_number(facts, "load.one", load.one, "");
    if (code == 0 && cpus.kind == SPB_VALUE_NUMBER && cpus.number > 0)
        add_number(facts, "load.per_cpu", load.one / cpus.number, "");
    code = spb_pressure_read(facts->options->root, "cpu", &pressure);
    if (code)
        add_unread(facts, "pressure.cpu", "/proc/pressure/cpu", code);
    else
        add_number(facts, "pressure.cpu", pressure.some.avg10_pct, "pct");
}

/* ---- the rest -------------------------------------------------------------------------------------------------- */

static void take_allowed(struct spb_doctor_facts *facts)
{
    struct spb_fact_value allowed = spb_doctor_lookup(facts, "cpu.allowed");
    struct spb_cpu *cpus = NULL;
    unsigned count;
    if (allowed.kind == SPB_VALUE_TEXT && spb_cpu_list_parse(allowed.text, &cpus, &count, NULL) == 0)
        add_number(facts, "cpu.allowed_count", count, "");
    free(cpus);
}

static void take_memory(struct spb_doctor_facts *facts)
{
    struct spb_memory_info info;
    int code = spb_memory_info_read(facts->options->root, &info);
    for (int i = 0; code && i < SPB_MEMINFO_FIELDS; i++)
        info.field[i].code = code;
    struct spb_reading total = info.field[SPB_MEMINFO_TOTAL], available = info.field[SPB_MEMINFO_AVAILABLE];
    struct spb_reading swap = info.field[SPB_MEMINFO_SWAP_TOTAL], swap_free = info.field[SPB_MEMINFO_SWAP_FREE];
    if (available.code == 0) {
        add_number(facts, "memory.available", (double)available.value, "bytes");
        add_number(facts, "memory.available_share", percent(available.value, total.value), "pct");
    } else {
        add_unread(facts, "memory.available", "MemAvailable in /proc/meminfo", available.code);
    }
    if (swap.code == 0 && swap_free.code == 0 && swap_free.value <= swap.value)
        add_number(facts, "memory.swap_used", (double)(swap.value - swap_free.value), "bytes");
    else
        add_unread(facts, "memory.swap_used", "SwapTotal and SwapFree in /proc/meminfo", -ENOENT);
}

static void take_pmu(struct spb_doctor_facts *facts)
{
    const struct spb_doctor_options *options = facts->options;
    char names[160], reason[160] = "/sys/bus/event_source/devices shows no PMU of the CPUs";
    struct spb_process_status status;
    int code = spb_pmu_find(options->root, names, sizeof(names));
    if (code == 0 && options->try_counting)
        code = options->try_counting(options->context, reason, sizeof(reason));
    add(facts, "pmu.device", code ? SPB_VALUE_ABSENT : SPB_VALUE_TEXT, code ? reason : names);
    add(facts, "pmu.reason", SPB_VALUE_TEXT, reason);
    if (spb_process_status_read(options->root, 0, &status) == 0 && status.effective_capabilities.code == 0) {
        uint64_t enough = 1ull << CAP_SYS_ADMIN_BIT | 1ull << CAP_PERFMON_BIT;
        bool privileged = (status.effective_capabilities.value & enough) != 0;
        add(facts, "perf.privileged", SPB_VALUE_TEXT, privileged ? "yes" : "no");
    }
}

static void take_controls(struct spb_doctor_facts *facts)
{
    struct spb_turbo turbo;
    struct spb_cgroup cgroup;
    spb_turbo_read(facts->options->root, &turbo);
    if (turbo.code == 0) {
        add(facts, "cpu.turbo_control", SPB_VALUE_TEXT, turbo.control);
        add(facts, "cpu.turbo_off", SPB_VALUE_TEXT, turbo.off_value);
    }
    spb_cgroup_read(facts->options->root, &cgroup);
    add(facts, "cgroup.cpu_limit_file", SPB_VALUE_TEXT, cgroup.cpu.file);
    add(facts, "cgroup.memory_limit_file", SPB_VALUE_TEXT, cgroup.bytes.file);
}

int spb_doctor_facts_create(const struct spb_doctor_options *options, struct spb_doctor_facts **facts)
{
    *facts = calloc(1, sizeof(**facts));
    if (!*facts)
        return -ENOMEM;
    (*facts)->options = options;
    take_times(*facts);
    take_load(*facts);
    take_allowed(*facts);
    take_memory(*facts);
    take_pmu(*facts);
    take_controls(*facts);
    return 0;
}

void spb_doctor_facts_destroy(struct spb_doctor_facts *facts)
{
    free(facts);
}
