/* SPDX-License-Identifier: MIT
 *
 * What a cgroup uses, version 1 or 2: its files cpu.stat, memory.current (memory.usage_in_bytes), memory.stat, memory.events
 * (memory.oom_control) and pids.current. Each parser takes the text of one; which file that is, spb_cgroup_usage_path says.
 */
#ifndef SPB_CGROUP_USAGE_H
#define SPB_CGROUP_USAGE_H

#include "cgroup.h"
#include "keyed.h"

enum spb_cgroup_file {
    SPB_CGROUP_FILE_CPU_TIME,
    SPB_CGROUP_FILE_CPU_STAT,
    SPB_CGROUP_FILE_MEMORY,
    SPB_CGROUP_FILE_MEMORY_STAT,
    SPB_CGROUP_FILE_MEMORY_EVENTS,
    SPB_CGROUP_FILE_PIDS,
    SPB_CGROUP_FILES,
};

struct spb_cgroup_usage {
    struct spb_reading cpu_ns;             /* since the cgroup was made */
    struct spb_reading periods, throttled; /* of the quota; only counted where there is one */
    struct spb_reading memory_bytes;       /* all that is charged to it */
    struct spb_reading inactive_file_bytes;
    struct spb_reading oom_kills; /* version 1: since Linux 4.13 */
    struct spb_reading pids;
};

/* Below the root directory. 0, -ENOENT: no such controller; -ENAMETOOLONG. */
int spb_cgroup_usage_path(const struct spb_cgroup *cgroup, enum spb_cgroup_file file, char *path, size_t size);
/* Sets what the file holds; `code`: what reading it gave, `text` is not looked at unless it is 0. */
void spb_cgroup_usage_parse(enum spb_cgroup_file file, unsigned version, int code, const char *text, size_t length,
                            struct spb_cgroup_usage *usage);
/* Which of the places of a cgroup a file is in. */
const struct spb_cgroup_place *spb_cgroup_file_place(const struct spb_cgroup *cgroup, enum spb_cgroup_file file);

#endif
