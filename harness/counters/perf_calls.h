/* SPDX-License-Identifier: MIT
 *
 * The system calls behind every counter, as a table, so that tests can put an emulated PMU in their place. Where an
 * options struct takes one, NULL means the kernel's.
 */
#ifndef SPB_PERF_CALLS_H
#define SPB_PERF_CALLS_H

#include <stddef.h>
#include <sys/types.h>

struct perf_event_attr;

struct spb_perf_calls {
    /* A descriptor or a negative errno. CPU is always "any". */
    int (*open)(void *context, const struct perf_event_attr *attr, pid_t tid, int group_fd);
    /* Bytes read or a negative errno. */
    ssize_t (*read)(void *context, int fd, void *buffer, size_t bytes);
    /* 0 or a negative errno. */
    int (*ioctl)(void *context, int fd, unsigned long request, unsigned long argument);
    void (*close)(void *context, int fd);
    void *context;
};

extern const struct spb_perf_calls spb_perf_calls_kernel;

#endif
