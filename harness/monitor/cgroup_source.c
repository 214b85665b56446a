/* SPDX-License-Identifier: MIT */
#include "cgroup_source.h"

#include <errno.h>
#include <sched.h>
#include <string.h>

#include "number_list.h"
#include "process_status.h"

#define LIMITS_PERIOD_NS UINT64_C(10000000000)
#define KILLS_MAX_PER_S  1e6

enum { CPUS_MAX = 8192 };

static void forget_usage(struct spb_cgroup_usage *usage)
{
    for (enum spb_cgroup_file file = 0; file < SPB_CGROUP_FILES; file++)
        spb_cgroup_usage_parse(file, 2, -ENOENT, "", 0, usage);
}

void spb_cgroup_source_init(struct spb_cgroup_source *source, const char *root)
{
    *source = (struct spb_cgroup_source){.root = root, .pace.period_ns = LIMITS_PERIOD_NS};
    forget_usage(&source->before);
    forget_usage(&source->now);
}

static void close_files(struct spb_cgroup_source *source)
{
    for (int file = 0; source->has_files && file < SPB_CGROUP_FILES; file++)
        spb_kept_file_release(&source->files[file]);
    source->has_files = false;
}

void spb_cgroup_source_release(struct spb_cgroup_source *source)
{
    close_files(source);
}

/* ---- reading --------------------------------------------------------------------------------------------------- */

static struct spb_reading live_affinity(void)
{
    struct spb_reading reading = {0};
    size_t bytes = CPU_ALLOC_SIZE(CPUS_MAX);
    cpu_set_t *set = CPU_ALLOC(CPUS_MAX);
    if (!set)
        return (struct spb_reading){.code = -ENOMEM};
    if (sched_getaffinity(0, bytes, set) < 0)
        reading.code = -errno;
    else
        reading.value = (uint64_t)CPU_COUNT_S(bytes, set);
    CPU_FREE(set);
    return reading;
}

static struct spb_reading captured_affinity(const char *root)
{
    struct spb_process_status status;
    struct spb_number_list list;
    struct spb_reading reading = {.code = spb_process_status_read(root, 0, &status)};
    if (reading.code == 0)
        reading.code = spb_number_list_parse(&list, status.allowed_cpus, "CPU", NULL);
    if (reading.code)
        return reading;
    reading.value = list.count;
    spb_number_list_release(&list);
    return reading;
}

static bool is_same_place(const struct spb_cgroup *a, const struct spb_cgroup *b)
{
    for (enum spb_cgroup_file file = 0; file < SPB_CGROUP_FILES; file++) {
        const struct spb_cgroup_place *left = spb_cgroup_file_place(a, file), *right = spb_cgroup_file_place(b, file);
        if (left->version != right->version || strcmp(left->folder, right->folder) != 0)
            return false;
    }
    return true;
}

/* Other files count from other beginnings. */
static void open_files(struct spb_cgroup_source *source)
{
    char path[640];
    close_files(source);
    forget_usage(&source->now);
    for (enum spb_cgroup_file file = 0; file < SPB_CGROUP_FILES; file++) {
        int code = spb_cgroup_usage_path(&source->cgroup, file, path, sizeof(path));
        source->files[file] = (struct spb_kept_file){.fd = -1};
        if (code == 0)
            spb_kept_file_init(&source->files[file], source->root, path);
    }
    source->has_files = true;
}

static void read_limits(struct spb_cgroup_source *source)
{
    struct spb_cgroup found;
    spb_cgroup_read(source->root, &found);
    bool same = source->has_files && is_same_place(&found, &source->cgroup);
    source->cgroup = found;
    if (!same)
        open_files(source);
    source->allowed = spb_root_is_live(source->root) ? live_affinity() : captured_affinity(source->root);
}

void spb_cgroup_source_read(struct spb_cgroup_source *source, struct spb_read_buffer *text, uint64_t boot_ns)
{
    if (spb_slow_pace_is_due(&source->pace, boot_ns))
        read_limits(source);
    source->before = source->now;
    for (enum spb_cgroup_file file = 0; file < SPB_CGROUP_FILES; file++) {
        const struct spb_cgroup_place *place = spb_cgroup_file_place(&source->cgroup, file);
        int code = place->version ? spb_kept_file_read(&source->files[file], text) : -ENOENT;
        spb_cgroup_usage_parse(file, place->version, code, text->text, text->length, &source->now);
    }
}

/* ---- series ---------------------------------------------------------------------------------------------------- */

void spb_cgroup_source_add_allowed(const struct spb_cgroup_source *source, struct spb_look_writer *writer)
{
    const struct spb_cgroup_limit *quota = &source->cgroup.cpu;
    if (source->allowed.code) {
        spb_look_add_absent(writer, SPB_CPU_ALLOWED, "", spb_reading_reason(source->allowed.code));
        return;
    }
    double cpus = (double)source->allowed.value;
    spb_look_add_value(writer, SPB_CPU_ALLOWED, "",
                       quota->state == SPB_LIMIT_SET && quota->value < cpus ? quota->value : cpus);
}

static const char *limit_reason(const struct spb_cgroup_limit *limit)
{
    return limit->state == SPB_LIMIT_NONE ? "no limit is set" : "no such cgroup of this process is shown";
}

static void add_limit(struct spb_look_writer *writer, enum spb_series series, const struct spb_cgroup_limit *limit)
{
    if (limit->state == SPB_LIMIT_SET)
        spb_look_add_value(writer, series, "", limit->value);
    else
        spb_look_add_absent(writer, series, "", limit_reason(limit));
}

static void add_usage(struct spb_look_writer *writer, enum spb_series series, const struct spb_reading *reading)
{
    if (reading->code == -ENOENT)
        spb_look_add_absent(writer, series, "", "this cgroup does not count it, as at the top of the hierarchy");
    else
        spb_look_add_reading(writer, series, reading, 1);
}

static void add_counted(struct spb_look_writer *writer, const struct spb_rate_spec *spec,
                        const struct spb_reading *before, const struct spb_reading *now,
                        const struct spb_interval *interval)
{
    if (now->code == -ENOENT)
        spb_look_add_absent(writer, spec->series, "", "this cgroup does not count it, as at the top of the hierarchy");
    else
        spb_look_add_rate(writer, spec, before, now, interval);
}

/* Of the periods that ended in the interval, those in which the quota ran out. */
static void add_throttled(const struct spb_cgroup_source *source, struct spb_look_writer *writer,
                          const struct spb_interval *interval)
{
    uint64_t periods = 0, throttled = 0;
    const char *reason =
        source->cgroup.cpu.state == SPB_LIMIT_SET ? interval->reason : limit_reason(&source->cgroup.cpu);
    if (!reason)
        reason = spb_counter_added(&source->before.periods, &source->now.periods, SPB_COUNTER_64, &periods);
    if (!reason)
        reason = spb_counter_added(&source->before.throttled, &source->now.throttled, SPB_COUNTER_64, &throttled);
    if (!reason && (periods == 0 || throttled > periods))
        reason = "no period of the quota ended in the interval";
    if (reason)
        spb_look_add_absent(writer, SPB_CGROUP_THROTTLED, "", reason);
    else
        spb_look_add_value(writer, SPB_CGROUP_THROTTLED, "", 100.0 * (double)throttled / (double)periods);
}

/* What the kernel could take back at once is not in use: as container tools count it. */
static struct spb_reading memory_in_use(const struct spb_cgroup_usage *usage)
{
    struct spb_reading used = usage->memory_bytes;
    if (!used.code && !usage->inactive_file_bytes.code)
        used.value -= usage->inactive_file_bytes.value < used.value ? usage->inactive_file_bytes.value : used.value;
    return used;
}

static void add_memory(const struct spb_cgroup_source *source, struct spb_look_writer *writer)
{
    const struct spb_cgroup_limit *limit = &source->cgroup.bytes;
    struct spb_reading used = memory_in_use(&source->now);
    add_usage(writer, SPB_CGROUP_MEMORY, &used);
    add_limit(writer, SPB_CGROUP_MEMORY_LIMIT, limit);
    if (used.code || limit->state != SPB_LIMIT_SET || limit->value <= 0)
        spb_look_add_absent(writer, SPB_CGROUP_MEMORY_SHARE, "",
                            used.code ? "memory in use is not known" : limit_reason(limit));
    else
        spb_look_add_value(writer, SPB_CGROUP_MEMORY_SHARE, "", 100.0 * (double)used.value / limit->value);
}

void spb_cgroup_source_add(const struct spb_cgroup_source *source, struct spb_look_writer *writer,
                           const struct spb_interval *interval, size_t cpus)
{
    struct spb_rate_spec cpu = {.series = SPB_CGROUP_CPU,
                                .instance = "",
                                .scale = 1e-9,
                                .max_per_s = cpus ? 1.1 * (double)cpus : CPUS_MAX,
                                .width = SPB_COUNTER_64};
    struct spb_rate_spec kills = {.series = SPB_CGROUP_OOM_KILLS,
                                  .instance = "",
                                  .scale = 1,
                                  .max_per_s = KILLS_MAX_PER_S,
                                  .width = SPB_COUNTER_64};
    add_counted(writer, &cpu, &source->before.cpu_ns, &source->now.cpu_ns, interval);
    add_limit(writer, SPB_CGROUP_CPU_LIMIT, &source->cgroup.cpu);
    add_throttled(source, writer, interval);
    add_memory(source, writer);
    add_counted(writer, &kills, &source->before.oom_kills, &source->now.oom_kills, interval);
    add_usage(writer, SPB_CGROUP_PIDS, &source->now.pids);
    add_limit(writer, SPB_CGROUP_PIDS_LIMIT, &source->cgroup.pids);
}
