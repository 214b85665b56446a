/* SPDX-License-Identifier: MIT */
#include "mount_table.h"

#include <stddef.h>

/* The kernel writes blanks, tabs, newlines and backslashes as \040 and the like. False: it does not fit. */
static bool unescape(struct spb_span from, char *text, size_t size)
{
    size_t length = 0;
    for (size_t i = 0; i < from.length; i++) {
        const char *at = from.text + i;
        unsigned char c = (unsigned char)*at;
        if (c == '\\' && from.length - i > 3 && at[1] >= '0' && at[1] <= '3' && at[2] >= '0' && at[2] <= '7' &&
            at[3] >= '0' && at[3] <= '7') {
            c = (unsigned char)((at[1] - '0') * 64 + (at[2] - '0') * 8 + (at[3] - '0'));
            i += 3;
        }
        if (c == '\0' || length + 1 >= size)
            return false;
        text[length++] = (char)c;
    }
    text[length] = '\0';
    return length > 0;
}

/* "27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard" */
static bool parse_line(struct spb_span line, struct spb_mount *mount)
{
    struct spb_span word, point = {0};
    for (int i = 0; i < 5; i++) {
        if (!spb_span_take_word(&line, &word))
            return false;
        mount->device = i == 2 ? word : mount->device;
        mount->root = i == 3 ? word : mount->root;
        point = word;
    }
    while (spb_span_take_word(&line, &word) && !spb_span_equals(word, "-"))
        continue;
    return spb_span_take_word(&line, &mount->type) && unescape(point, mount->point, sizeof(mount->point));
}

bool spb_mount_next(struct spb_span *rest, struct spb_mount *mount)
{
    struct spb_span line;
    while (spb_span_take_line(rest, &line)) {
        mount->device = mount->root = (struct spb_span){0};
        if (parse_line(line, mount))
            return true;
    }
    return false;
}

enum spb_mount_kind spb_mount_kind(struct spb_span type)
{
    static const struct {
        const char *type;
        enum spb_mount_kind kind;
    } known[] = {
        {"nfs", SPB_MOUNT_REMOTE},      {"nfs4", SPB_MOUNT_REMOTE},     {"cifs", SPB_MOUNT_REMOTE},
        {"smb3", SPB_MOUNT_REMOTE},     {"smbfs", SPB_MOUNT_REMOTE},    {"9p", SPB_MOUNT_REMOTE},
        {"ceph", SPB_MOUNT_REMOTE},     {"afs", SPB_MOUNT_REMOTE},      {"coda", SPB_MOUNT_REMOTE},
        {"lustre", SPB_MOUNT_REMOTE},   {"gpfs", SPB_MOUNT_REMOTE},     {"beegfs", SPB_MOUNT_REMOTE},
        {"orangefs", SPB_MOUNT_REMOTE}, {"ocfs2", SPB_MOUNT_REMOTE},    {"gfs2", SPB_MOUNT_REMOTE},
        {"davfs", SPB_MOUNT_REMOTE},    {"autofs", SPB_MOUNT_REMOTE},   {"fuse", SPB_MOUNT_REMOTE},
        {"squashfs", SPB_MOUNT_IMAGE},  {"iso9660", SPB_MOUNT_IMAGE},   {"erofs", SPB_MOUNT_IMAGE},
        {"cramfs", SPB_MOUNT_IMAGE},    {"overlay", SPB_MOUNT_OVERLAY}, {"aufs", SPB_MOUNT_OVERLAY},
    };
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (spb_span_equals(type, known[i].type))
            return known[i].kind;
    return spb_span_starts_with(type, "fuse.") ? SPB_MOUNT_REMOTE : SPB_MOUNT_LOCAL;
}
