/* SPDX-License-Identifier: MIT */
#include "perf_calls.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static int kernel_open(void *context, const struct perf_event_attr *attr, pid_t tid, int group_fd)
{
    (void)context;
    long fd = syscall(SYS_perf_event_open, attr, tid, -1, group_fd, PERF_FLAG_FD_CLOEXEC);
    return fd < 0 ? -errno : (int)fd;
}

static ssize_t kernel_read(void *context, int fd, void *buffer, size_t bytes)
{
    (void)context;
    ssize_t got = read(fd, buffer, bytes);
    return got < 0 ? -errno : got;
}

static int kernel_ioctl(void *context, int fd, unsigned long request, unsigned long argument)
{
    (void)context;
    return ioctl(fd, request, argument) < 0 ? -errno : 0;
}

static void kernel_close(void *context, int fd)
{
    (void)context;
    close(fd);
}

const struct spb_perf_calls spb_perf_calls_kernel = {
    .open = kernel_open,
    .read = kernel_read,
    .ioctl = kernel_ioctl,
    .close = kernel_close,
};
