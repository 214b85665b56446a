/* SPDX-License-Identifier: MIT
 *
 * What the cgroup around this process uses and may use. A container sees its own.
 */
#ifndef SPB_CGROUP_SOURCE_H
#define SPB_CGROUP_SOURCE_H

#include "cgroup_usage.h"
#include "kept_file.h"
#include "look_writer.h"
#include "slow_pace.h"

struct spb_cgroup_source {
    const char *root;          /* the sampler's */
    struct spb_slow_pace pace; /* of limits, and of which cgroup it is */
    struct spb_cgroup cgroup;
    struct spb_kept_file files[SPB_CGROUP_FILES];
    bool has_files;
    struct spb_cgroup_usage before, now;
    struct spb_reading allowed; /* CPUs by affinity and cpuset */
};

void spb_cgroup_source_init(struct spb_cgroup_source *source, const char *root);
void spb_cgroup_source_release(struct spb_cgroup_source *source);
void spb_cgroup_source_read(struct spb_cgroup_source *source, struct spb_read_buffer *text, uint64_t boot_ns);
/* cpu.allowed. */
void spb_cgroup_source_add_allowed(const struct spb_cgroup_source *source, struct spb_look_writer *writer);
/* cgroup.cpu to cgroup.pids-limit; `cpus` are online. */
void spb_cgroup_source_add(const struct spb_cgroup_source *source, struct spb_look_writer *writer,
                           const struct spb_interval *interval, size_t cpus);

#endif
