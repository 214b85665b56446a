/* SPDX-License-Identifier: MIT */
#include "run_machine.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "build_info.h"
#include "cgroup.h"
#include "load_average.h"
#include "memory_info.h"
#include "strbuf.h"

static const struct spb_build_info build = {
    .version = SPB_VERSION,
    .commit = SPB_COMMIT,
#if defined(__clang__)
    .compiler = "clang " __clang_version__,
#else
    .compiler = "gcc " __VERSION__,
#endif
    .flags = SPB_BUILD_FLAGS,
    .build_type = SPB_BUILD_TYPE,
};

int spb_run_machine_stamp(const struct spb_topology *topology, struct spb_stamp *stamp, struct spb_error *err)
{
    return spb_stamp_take(NULL, topology, &build, stamp, err);
}

struct spb_load spb_run_machine_load(void)
{
    struct spb_load_average now;
    if (spb_load_average_read(NULL, &now) < 0)
        return (struct spb_load){.valid = false};
    return (struct spb_load){
        .valid = true, .one = now.one, .five = now.five, .fifteen = now.fifteen, .running = (unsigned)now.running};
}

uint64_t spb_run_machine_memory_limit(void)
{
    struct spb_memory_info memory;
    struct spb_cgroup cgroup;
    double limit = 0;
    if (spb_memory_info_read(NULL, &memory) == 0 && memory.field[SPB_MEMINFO_AVAILABLE].code == 0)
        limit = (double)memory.field[SPB_MEMINFO_AVAILABLE].value;
    spb_cgroup_read(NULL, &cgroup);
    if (cgroup.bytes.state == SPB_LIMIT_SET && (limit == 0 || cgroup.bytes.value < limit))
        limit = cgroup.bytes.value;
    return (uint64_t)(limit * 0.9);
}

/* A host name is foreign text. */
char *spb_run_machine_path(int64_t created_s, const char *suffix)
{
    struct spb_strbuf path = {0};
    char stamp[32], host[65] = "";
    struct tm utc;
    time_t created = (time_t)created_s;
    strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", gmtime_r(&created, &utc));
    gethostname(host, sizeof(host) - 1);
    for (char *c = host; *c; c++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-", *c))
            *c = '_';
    spb_strbuf_printf(&path, "results/%s-%s%s.json", stamp, *host ? host : "host", suffix);
    return spb_strbuf_detach(&path);
}

/* What must be the same for processes to stand in one row. */
static const char *const decisive[] = {"host.name",    "cpu.model",      "cpu.microcode", "kernel.release",
                                       "build.commit", "build.compiler", "build.flags",   "build.type"};

static void describe(const struct spb_fact *fact, struct spb_strbuf *out)
{
    if (!fact || fact->kind == SPB_FACT_ABSENT)
        spb_strbuf_append(out, "absent");
    else if (fact->kind == SPB_FACT_TEXT)
        spb_strbuf_printf(out, "'%s'", fact->text);
    else
        spb_strbuf_printf(out, "%g", fact->kind == SPB_FACT_BOOL ? (double)fact->flag : fact->number);
}

int spb_run_machine_check(const char *path, const struct spb_stamp *stamp, struct spb_error *err)
{
    struct spb_stamp now = {0};
    struct spb_strbuf differences = {0};
    int code = spb_run_machine_stamp(NULL, &now, err);
    for (size_t i = 0; code == 0 && i < sizeof(decisive) / sizeof(decisive[0]); i++) {
        struct spb_strbuf then_text = {0}, now_text = {0};
        describe(spb_stamp_find(stamp, decisive[i]), &then_text);
        describe(spb_stamp_find(&now, decisive[i]), &now_text);
        if (strcmp(spb_strbuf_text(&then_text), spb_strbuf_text(&now_text)) != 0)
            spb_strbuf_printf(&differences, "; %s was %s and is %s", decisive[i], spb_strbuf_text(&then_text),
                              spb_strbuf_text(&now_text));
        spb_strbuf_release(&then_text);
        spb_strbuf_release(&now_text);
    }
    if (differences.length)
        code = spb_error_set(err, -EXDEV, "%s: that run was on another machine or build%s", path,
                             spb_strbuf_text(&differences));
    spb_strbuf_release(&differences);
    spb_stamp_release(&now);
    return code;
}
