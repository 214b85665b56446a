/* SPDX-License-Identifier: MIT
 *
 * /proc/sys/fs/file-nr: open files of the whole system.
 */
#ifndef SPB_FILE_HANDLES_H
#define SPB_FILE_HANDLES_H

#include <stddef.h>
#include <stdint.h>

struct spb_file_handles {
    uint64_t open;
    uint64_t limit; /* that an ordinary user's programs can reach; 2^63 - 1 where systemd has lifted it */
};

/* 0, -EINVAL, -ERANGE. */
int spb_file_handles_parse(const char *text, size_t length, struct spb_file_handles *handles);

#endif
