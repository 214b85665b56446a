/* SPDX-License-Identifier: MIT
 *
 * /proc/PID/status and /proc/PID/task/TID/schedstat: what the kernel says about one process or thread.
 */
#ifndef SPB_PROCESS_STATUS_H
#define SPB_PROCESS_STATUS_H

#include <sys/types.h>

#include "keyed.h"

struct spb_process_status {
    struct spb_reading peak_rss_bytes;         /* VmHWM: largest resident set since the program was started */
    struct spb_reading effective_capabilities; /* bit mask, as in capabilities(7) */
    char allowed_cpus[256];                    /* "0-1,4"; "" when absent, or longer than this */
};

/* 0, or -ENODATA when nothing of it is there. `pid` 0: the calling process. Reading: also -ENOENT (it has ended), ...
 */
int spb_process_status_parse(const char *text, size_t length, struct spb_process_status *status);
int spb_process_status_read(const char *root, pid_t pid, struct spb_process_status *status);

struct spb_schedule_times {
    uint64_t running_ns;
    uint64_t waiting_ns; /* it could have run, but had no CPU */
    uint64_t slices;
};

/* 0, -EINVAL, -ERANGE. The file is read by who needs it often, through a descriptor of its own. */
int spb_schedule_times_parse(const char *text, size_t length, struct spb_schedule_times *times);

#endif
