/* SPDX-License-Identifier: MIT
 *
 * What was mapped where in a process, over time: from mmap, exec and fork events or /proc/PID/maps. It turns an address of a running program into a module and an address in it.
 */
#ifndef SPB_ADDRESS_SPACE_H
#define SPB_ADDRESS_SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "error.h"

struct spb_mapping {
    uint64_t start, end; /* [start, end) */
    uint64_t file_offset;
    char *path; /* "/usr/lib/x.so", "[vdso]", "[heap]", "//anon", "" */
    bool executable;
    bool deleted; /* the file is gone or replaced */
    uint64_t device, inode;
    unsigned char build_id[20];
    unsigned build_id_bytes; /* 0: not known */
};

/* Both are pieces of one file, as it was then. */
bool spb_mapping_is_same_file(const struct spb_mapping *a, const struct spb_mapping *b);

struct spb_address_space; /* of one process */

int spb_address_space_create(pid_t pid, struct spb_address_space **space);
void spb_address_space_destroy(struct spb_address_space *space);
int spb_address_space_clone(const struct spb_address_space *space, pid_t pid,
                            struct spb_address_space **child); /* fork */
void spb_address_space_clear(struct spb_address_space *space); /* exec */
/* A new mapping takes the place of what was there. Copies it. 0 or -ENOMEM. */
int spb_address_space_map(struct spb_address_space *space, const struct spb_mapping *mapping);
const struct spb_mapping *spb_address_space_find(const struct spb_address_space *space, uint64_t address); /* or NULL */
/* /proc/PID/maps below `root`; the parser takes what a process may have put into its names. */
int spb_address_space_read(struct spb_address_space *space, const char *root, struct spb_error *err);
int spb_address_space_parse(struct spb_address_space *space, const char *text, size_t length);
pid_t spb_address_space_pid(const struct spb_address_space *space);

#endif
