/* SPDX-License-Identifier: MIT
 *
 * /proc/self/mountinfo: what is mounted where.
 */
#ifndef SPB_MOUNT_TABLE_H
#define SPB_MOUNT_TABLE_H

#include <stdbool.h>

#include "span.h"

enum { SPB_MOUNT_POINT_SIZE = 4096 };

struct spb_mount {
    struct spb_span device; /* "254:0": of the file system; several mounts may show the same */
    struct spb_span root;   /* which folder of the file system shows up here: "/" for all of it */
    struct spb_span type;   /* "ext4" */
    char point[SPB_MOUNT_POINT_SIZE];
};

/* The next mount off `rest`; lines that are none, and those with a mount point that is too long, are skipped. */
bool spb_mount_next(struct spb_span *rest, struct spb_mount *mount);

/* What a file system of this type is to a monitor of disk space. */
enum spb_mount_kind {
    SPB_MOUNT_LOCAL,
    SPB_MOUNT_REMOTE,  /* asking for its size may block for as long as a server does not answer, or mount something */
    SPB_MOUNT_IMAGE,   /* read-only by nature, and so always full: squashfs, iso9660 */
    SPB_MOUNT_OVERLAY, /* has the size of another one */
};
enum spb_mount_kind spb_mount_kind(struct spb_span type);

#endif
