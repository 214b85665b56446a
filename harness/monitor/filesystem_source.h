/* SPDX-License-Identifier: MIT
 *
 * How full the file systems are: each local one with a size once, of the live machine only.
 */
#ifndef SPB_FILESYSTEM_SOURCE_H
#define SPB_FILESYSTEM_SOURCE_H

#include "kept_file.h"
#include "look_writer.h"
#include "slow_pace.h"

struct spb_filesystem; /* one of them */

struct spb_filesystem_source {
    struct spb_kept_file mounts;
    bool is_live;
    struct spb_slow_pace pace;
    struct spb_filesystem *items;
    size_t count, capacity;
    int code;
};

void spb_filesystem_source_init(struct spb_filesystem_source *source, const char *root);
void spb_filesystem_source_release(struct spb_filesystem_source *source);
void spb_filesystem_source_read(struct spb_filesystem_source *source, struct spb_read_buffer *text, uint64_t boot_ns);
void spb_filesystem_source_add(const struct spb_filesystem_source *source, struct spb_look_writer *writer);

/* For tests: the mount points that would be asked for their size, in the order of the table, one a file system. The caller's `visit`. */
void spb_filesystem_choose(const char *text, size_t length, void (*visit)(void *context, const char *point),
                           void *context);

#endif
