/* SPDX-License-Identifier: MIT
 *
 * /proc/PID/stat, /proc/PID/io and /proc/PID/cmdline: what one process (or, below task/, thread) is and did. Read thousands of times a
 * second: nothing here allocates.
 */
#ifndef SPB_PROCESS_STAT_H
#define SPB_PROCESS_STAT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "keyed.h"
#include "span.h"

struct spb_process_stat {
    pid_t pid;
    struct spb_span
        name; /* in the text, between the outer brackets; newlines and backslashes as \n and \\ since Linux 3.8 */
    char state;
    pid_t parent;
    bool is_kernel; /* a thread of the kernel's */
    uint64_t major_faults;
    uint64_t user_ns, system_ns; /* since its start, all threads, those that have ended too; to 10 ms */
    int nice;
    unsigned threads;
    uint64_t start_ns; /* since boot, to 10 ms */
    uint64_t virtual_bytes;
    uint64_t rss_pages;
};

/* 0, -EINVAL or -ERANGE. */
int spb_process_stat_parse(const char *text, size_t length, struct spb_process_stat *stat);

struct spb_process_io {
    struct spb_reading read_bytes;    /* from storage */
    struct spb_reading written_bytes; /* to storage, what was taken back before it got there included */
};

void spb_process_io_parse(const char *text, size_t length, struct spb_process_io *io);

#endif
