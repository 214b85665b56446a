/* SPDX-License-Identifier: MIT */
#include "cgroup.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "file.h"
#include "span.h"

/* ---- where the process is, and where that is mounted ----------------------------------------------------------- */

static bool list_has(struct spb_span list, const char *item)
{
    struct spb_span part;
    while (spb_span_take_until(&list, ',', &part))
        if (spb_span_equals(part, item))
            return true;
    return spb_span_equals(list, item);
}

static int copy_whole(struct spb_span span, char *text, size_t size)
{
    if (span.length >= size)
        return -ENAMETOOLONG;
    spb_span_copy(span, text, size);
    return 0;
}

/* "4:memory:/docker/3f2a" (version 1, controllers of the hierarchy) or "0::/user.slice" (version 2) */
int spb_cgroup_path_parse(const char *text, size_t length, const char *controller, unsigned *version, char *path,
                          size_t size)
{
    struct spb_span rest = {text, length}, line, id, controllers;
    int code = -ENOENT;
    while (spb_span_take_line(&rest, &line)) {
        if (!spb_span_take_until(&line, ':', &id) || !spb_span_take_until(&line, ':', &controllers) || !line.length ||
            line.text[0] != '/')
            continue;
        bool is_unified = spb_span_equals(id, "0") && controllers.length == 0;
        if (!is_unified && !list_has(controllers, controller))
            continue;
        code = copy_whole(line, path, size);
        *version = is_unified ? 2 : 1;
        if (!is_unified)
            return code; /* a controller that is in version 1 is not in version 2 */
    }
    return code;
}

/* "32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime shared:9 - cgroup cgroup rw,cpu" */
int spb_cgroup_mount_parse(const char *text, size_t length, const char *controller, unsigned version, char *mount_point,
                           char *mount_root, size_t size)
{
    struct spb_span rest = {text, length}, line, word;
    while (spb_span_take_line(&rest, &line)) {
        struct spb_span root = {0}, point = {0}, type = {0}, options = {0};
        for (int i = 0; i < 5 && spb_span_take_word(&line, &word); i++) {
            root = i == 3 ? word : root;
            point = i == 4 ? word : point;
        }
        while (spb_span_take_word(&line, &word) && !spb_span_equals(word, "-"))
            continue;
        spb_span_take_word(&line, &type);
        spb_span_take_word(&line, &options); /* the source */
        spb_span_take_word(&line, &options);
        bool found = version == 2 ? spb_span_equals(type, "cgroup2")
                                  : spb_span_equals(type, "cgroup") && list_has(options, controller);
        if (!found || !point.length)
            continue;
        int code = copy_whole(root, mount_root, size);
        return code ? code : copy_whole(point, mount_point, size);
    }
    return -ENOENT;
}

/* One controller: the folder of the process's cgroup, and how much of it is the mount point. */
struct place {
    unsigned version;
    char folder[512];
    size_t top_length;
};

static bool is_below(const char *path, const char *top)
{
    size_t length = strlen(top);
    return strncmp(path, top, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

/* In a container the mount may show only a part of the hierarchy (mount_root), and the path may be one of outside. */
static int join_place(struct place *place, const char *mount_point, const char *mount_root, const char *path)
{
    const char *tail = path;
    if (strcmp(mount_root, "/") != 0)
        tail = is_below(path, mount_root) ? path + strlen(mount_root) : "";
    if (strstr(tail, "/.."))
        tail = ""; /* a process outside of its cgroup namespace */
    if (strcmp(tail, "/") == 0)
        tail = "";
    place->top_length = strlen(mount_point);
    int length = snprintf(place->folder, sizeof(place->folder), "%s%s", mount_point, tail);
    return length >= (int)sizeof(place->folder) ? -ENAMETOOLONG : 0;
}

/* The two texts that say where everything is. */
struct source {
    const char *root;
    struct spb_strbuf cgroup;
    struct spb_strbuf mounts;
    int code;
};

static int find_place(const struct source *source, const char *controller, struct place *place, char *path, size_t size)
{
    char mount_point[256], mount_root[256];
    if (source->code)
        return source->code;
    int code = spb_cgroup_path_parse(spb_strbuf_text(&source->cgroup), source->cgroup.length, controller,
                                     &place->version, path, size);
    if (code == 0)
        code = spb_cgroup_mount_parse(spb_strbuf_text(&source->mounts), source->mounts.length, controller,
                                      place->version, mount_point, mount_root, sizeof(mount_point));
    return code ? code : join_place(place, mount_point, mount_root, path);
}

/* The parent's folder; false at the top. */
static bool go_up(struct place *place)
{
    char *slash = strrchr(place->folder, '/');
    if (!slash || (size_t)(slash - place->folder) < place->top_length)
        return false;
    *slash = '\0';
    return true;
}

/* ---- limits ---------------------------------------------------------------------------------------------------- */

/* 0, or the code of reading; `file` gets the path. */
static int read_value(const struct source *source, const struct place *place, const char *name, char *file,
                      size_t file_size, char *text, size_t size)
{
    if (snprintf(file, file_size, "%s/%s", place->folder, name) >= (int)file_size)
        return -ENAMETOOLONG;
    return spb_file_read_line(source->root, file, text, size);
}

static void tighten(struct spb_cgroup_limit *limit, enum spb_limit_state state, double value, const char *file)
{
    if (limit->state == SPB_LIMIT_UNKNOWN)
        limit->state = SPB_LIMIT_NONE;
    if (state != SPB_LIMIT_SET || (limit->state == SPB_LIMIT_SET && value >= limit->value))
        return;
    limit->state = SPB_LIMIT_SET;
    limit->value = value;
    snprintf(limit->file, sizeof(limit->file), "%s", file);
}

static int divide_quota(uint64_t quota_us, uint64_t period_us, double *cpus)
{
    if (quota_us == 0 || period_us == 0)
        return -EINVAL;
    *cpus = (double)quota_us / (double)period_us;
    return 0;
}

int spb_cgroup_cpu_max_parse(const char *text, size_t length, enum spb_limit_state *state, double *cpus)
{
    struct spb_span rest = {text, length}, quota, period;
    uint64_t quota_us, period_us;
    if (!spb_span_take_word(&rest, &quota) || !spb_span_take_word(&rest, &period))
        return -EINVAL;
    *state = spb_span_equals(quota, "max") ? SPB_LIMIT_NONE : SPB_LIMIT_SET;
    int code = *state == SPB_LIMIT_SET ? spb_span_parse_u64(quota, &quota_us) : 0;
    if (code == 0)
        code = spb_span_parse_u64(period, &period_us);
    if (code || *state == SPB_LIMIT_NONE)
        return code;
    return divide_quota(quota_us, period_us, cpus);
}

static void read_cpu_v2(const struct source *source, const struct place *place, struct spb_cgroup_limit *limit)
{
    char file[512], text[64];
    enum spb_limit_state state;
    double cpus = 0;
    if (read_value(source, place, "cpu.max", file, sizeof(file), text, sizeof(text)) == 0 &&
        spb_cgroup_cpu_max_parse(text, strlen(text), &state, &cpus) == 0)
        tighten(limit, state, cpus, file);
}

/* cpu.cfs_quota_us "-1" (no limit) or "150000", cpu.cfs_period_us "100000" */
static void read_cpu_v1(const struct source *source, const struct place *place, struct spb_cgroup_limit *limit)
{
    char file[512], text[32];
    int64_t quota, period;
    double cpus;
    if (read_value(source, place, "cpu.cfs_period_us", file, sizeof(file), text, sizeof(text)) < 0 ||
        spb_span_parse_i64((struct spb_span){text, strlen(text)}, &period) < 0 || period <= 0 ||
        read_value(source, place, "cpu.cfs_quota_us", file, sizeof(file), text, sizeof(text)) < 0 ||
        spb_span_parse_i64((struct spb_span){text, strlen(text)}, &quota) < 0)
        return;
    if (quota < 0)
        tighten(limit, SPB_LIMIT_NONE, 0, file);
    else if (divide_quota((uint64_t)quota, (uint64_t)period, &cpus) == 0)
        tighten(limit, SPB_LIMIT_SET, cpus, file);
}

static void read_cpu(const struct source *source, const struct place *place, struct spb_cgroup_limit *limit)
{
    if (place->version == 2)
        read_cpu_v2(source, place, limit);
    else
        read_cpu_v1(source, place, limit);
}

/* "max" or "1073741824"; version 1 says "no limit" as LONG_MAX rounded down to a page. */
static void read_amount(const struct source *source, const struct place *place, const char *name,
                        struct spb_cgroup_limit *limit)
{
    char file[512], text[32];
    uint64_t bytes;
    if (read_value(source, place, name, file, sizeof(file), text, sizeof(text)) < 0)
        return;
    bool is_max = strcmp(text, "max") == 0;
    if (!is_max && spb_span_parse_u64((struct spb_span){text, strlen(text)}, &bytes) < 0)
        return;
    bool is_set = !is_max && bytes < (uint64_t)INT64_MAX - 65535;
    tighten(limit, is_set ? SPB_LIMIT_SET : SPB_LIMIT_NONE, is_set ? (double)bytes : 0, file);
}

static void read_bytes(const struct source *source, const struct place *place, struct spb_cgroup_limit *limit)
{
    if (place->version == 2) {
        read_amount(source, place, "memory.max", limit);
        read_amount(source, place, "memory.high", limit);
    } else {
        read_amount(source, place, "memory.limit_in_bytes", limit);
    }
}

static void read_pids(const struct source *source, const struct place *place, struct spb_cgroup_limit *limit)
{
    read_amount(source, place, "pids.max", limit); /* "max" or "4915", in both versions */
}

static void give_reason(struct spb_cgroup_limit *limit, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void give_reason(struct spb_cgroup_limit *limit, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(limit->reason, sizeof(limit->reason), format, args);
    va_end(args);
}

/* The root cgroup has no limit files; the controller being there is what tells "no limit" from "not known". */
static bool has_controller(const struct source *source, const struct place *place, const char *controller)
{
    char file[512], text[256];
    const char *name = place->version == 2 ? "cgroup.controllers" : "cgroup.clone_children";
    if (read_value(source, place, name, file, sizeof(file), text, sizeof(text)) < 0)
        return false;
    return place->version == 1 || spb_span_has_word((struct spb_span){text, strlen(text)}, controller);
}

/* The tightest limit on the way up. */
static void read_limit(const struct source *source, const char *controller,
                       void (*read)(const struct source *, const struct place *, struct spb_cgroup_limit *),
                       struct spb_cgroup_limit *limit)
{
    struct place place = {0};
    char path[256];
    int code = find_place(source, controller, &place, path, sizeof(path));
    if (code) {
        give_reason(limit, "no %s cgroup of this process is mounted (%s)", controller, strerror(-code));
        return;
    }
    do
        read(source, &place, limit);
    while (go_up(&place));
    if (limit->state == SPB_LIMIT_UNKNOWN && has_controller(source, &place, controller))
        limit->state = SPB_LIMIT_NONE;
    if (limit->state == SPB_LIMIT_UNKNOWN)
        give_reason(limit, "the %s controller shows no limits up to %.80s", controller, place.folder);
}

static void find_usage(const struct source *source, const char *controller, const struct spb_cgroup_limit *limit,
                       struct spb_cgroup_place *usage)
{
    struct place place = {0};
    char path[256];
    if (find_place(source, controller, &place, path, sizeof(path)) < 0)
        return;
    usage->version = place.version;
    const char *slash = limit && limit->state == SPB_LIMIT_SET ? strrchr(limit->file, '/') : NULL;
    if (slash)
        snprintf(usage->folder, sizeof(usage->folder), "%.*s", (int)(slash - limit->file), limit->file);
    else
        snprintf(usage->folder, sizeof(usage->folder), "%s", place.folder);
}

/* The effective set of the nearest cgroup that has one; it already is the tightest. */
static void read_cpuset(const struct source *source, struct spb_cgroup *cgroup)
{
    static const char *const names[] = {"cpuset.cpus.effective", "cpuset.effective_cpus", "cpuset.cpus"};
    struct place place = {0};
    char path[256], file[512];
    if (find_place(source, "cpuset", &place, path, sizeof(path)) < 0)
        return;
    do
        for (size_t i = 0; i < 3; i++)
            if (read_value(source, &place, names[i], file, sizeof(file), cgroup->cpuset, sizeof(cgroup->cpuset)) == 0 &&
                cgroup->cpuset[0])
                return;
    while (go_up(&place));
    cgroup->cpuset[0] = '\0';
}

void spb_cgroup_read(const char *root, struct spb_cgroup *cgroup)
{
    struct source source = {.root = root};
    struct place place = {0};
    *cgroup = (struct spb_cgroup){0};
    source.code = spb_file_read(root, "/proc/self/cgroup", 0, &source.cgroup);
    if (source.code == 0)
        source.code = spb_file_read(root, "/proc/self/mountinfo", 0, &source.mounts);
    if (find_place(&source, "cpu", &place, cgroup->path, sizeof(cgroup->path)) == 0)
        cgroup->version = place.version;
    else
        cgroup->path[0] = '\0';
    read_limit(&source, "cpu", read_cpu, &cgroup->cpu);
    read_limit(&source, "memory", read_bytes, &cgroup->bytes);
    read_limit(&source, "pids", read_pids, &cgroup->pids);
    find_usage(&source, "cpu", &cgroup->cpu, &cgroup->cpu_place);
    find_usage(&source, "memory", &cgroup->bytes, &cgroup->memory_place);
    find_usage(&source, "pids", &cgroup->pids, &cgroup->pids_place);
    cgroup->cpu_time_place = cgroup->cpu_place;
    if (cgroup->cpu_place.version == 1)
        find_usage(&source, "cpuacct", NULL, &cgroup->cpu_time_place);
    read_cpuset(&source, cgroup);
    spb_strbuf_release(&source.cgroup);
    spb_strbuf_release(&source.mounts);
}
