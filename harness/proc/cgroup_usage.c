/* SPDX-License-Identifier: MIT */
#include "cgroup_usage.h"

#include <errno.h>
#include <stdio.h>

#include "span.h"

const struct spb_cgroup_place *spb_cgroup_file_place(const struct spb_cgroup *cgroup, enum spb_cgroup_file file)
{
    switch (file) {
    case SPB_CGROUP_FILE_CPU_TIME:
        return &cgroup->cpu_time_place;
    case SPB_CGROUP_FILE_CPU_STAT:
        return &cgroup->cpu_place;
    case SPB_CGROUP_FILE_PIDS:
        return &cgroup->pids_place;
    case SPB_CGROUP_FILE_MEMORY:
    case SPB_CGROUP_FILE_MEMORY_STAT:
    case SPB_CGROUP_FILE_MEMORY_EVENTS:
    case SPB_CGROUP_FILES:
    default:
        return &cgroup->memory_place;
    }
}

int spb_cgroup_usage_path(const struct spb_cgroup *cgroup, enum spb_cgroup_file file, char *path, size_t size)
{
    static const struct {
        const char *version_1, *version_2;
    } names[SPB_CGROUP_FILES] = {
        [SPB_CGROUP_FILE_CPU_TIME] = {"cpuacct.usage", "cpu.stat"},
        [SPB_CGROUP_FILE_CPU_STAT] = {"cpu.stat", "cpu.stat"},
        [SPB_CGROUP_FILE_MEMORY] = {"memory.usage_in_bytes", "memory.current"},
        [SPB_CGROUP_FILE_MEMORY_STAT] = {"memory.stat", "memory.stat"},
        [SPB_CGROUP_FILE_MEMORY_EVENTS] = {"memory.oom_control", "memory.events"},
        [SPB_CGROUP_FILE_PIDS] = {"pids.current", "pids.current"},
    };
    const struct spb_cgroup_place *place = spb_cgroup_file_place(cgroup, file);
    if (place->version == 0)
        return -ENOENT;
    const char *name = place->version == 2 ? names[file].version_2 : names[file].version_1;
    int length = snprintf(path, size, "%s/%s", place->folder, name);
    return length >= (int)size ? -ENAMETOOLONG : 0;
}

static struct spb_reading number_of(struct spb_span text)
{
    struct spb_reading reading = {0};
    reading.code = spb_span_parse_u64(spb_span_trim(text), &reading.value);
    return reading;
}

static struct spb_reading keyed(struct spb_span text, const char *key)
{
    struct spb_reading reading;
    spb_keyed_parse(text.text, text.length, &key, 1, &reading);
    return reading;
}

/* "usage_usec 2534" of version 2, "2534123" of version 1 */
static struct spb_reading cpu_time(struct spb_span text, unsigned version)
{
    if (version != 2)
        return number_of(text);
    struct spb_reading reading = keyed(text, "usage_usec");
    if (!reading.code && __builtin_mul_overflow(reading.value, 1000u, &reading.value))
        reading.code = -ERANGE;
    return reading;
}

void spb_cgroup_usage_parse(enum spb_cgroup_file file, unsigned version, int code, const char *text, size_t length,
                            struct spb_cgroup_usage *usage)
{
    struct spb_span span = {text, length};
    struct spb_reading none = {.code = code};
    switch (file) {
    case SPB_CGROUP_FILE_CPU_TIME:
        usage->cpu_ns = code ? none : cpu_time(span, version);
        break;
    case SPB_CGROUP_FILE_CPU_STAT: /* "nr_periods 12\nnr_throttled 3\n" */
        usage->periods = code ? none : keyed(span, "nr_periods");
        usage->throttled = code ? none : keyed(span, "nr_throttled");
        break;
    case SPB_CGROUP_FILE_MEMORY:
        usage->memory_bytes = code ? none : number_of(span);
        break;
    case SPB_CGROUP_FILE_MEMORY_STAT: /* version 1 has the sum with its children under total_ */
        usage->inactive_file_bytes = code ? none : keyed(span, version == 2 ? "inactive_file" : "total_inactive_file");
        break;
    case SPB_CGROUP_FILE_MEMORY_EVENTS:
        usage->oom_kills = code ? none : keyed(span, "oom_kill");
        break;
    case SPB_CGROUP_FILE_PIDS:
        usage->pids = code ? none : number_of(span);
        break;
    case SPB_CGROUP_FILES:
    default:
        break;
    }
}
