/* SPDX-License-Identifier: MIT */
#include "perf_open.h"

#include <errno.h>

/* Read alone, not by PERF_FORMAT_GROUP: kernels before 4.13 refuse that together with inherit, and later ones refuse
 * the read (ECHILD) once a child's group differs. Reading happens once a process, so its cost does not matter. */
int spb_perf_open(const struct spb_perf_calls *calls, const struct perf_event_attr *attr, pid_t tid, int group_fd,
                  bool *user_only)
{
    struct perf_event_attr full = *attr;
    full.size = sizeof(full);
    full.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
    full.disabled = group_fd < 0;
    full.inherit = 1;
    full.exclude_hv = 1;
    int fd = calls->open(calls->context, &full, tid, group_fd);
    if ((fd != -EACCES && fd != -EPERM) || full.exclude_kernel || !user_only)
        return fd;
    full.exclude_kernel = 1;
    fd = calls->open(calls->context, &full, tid, group_fd);
    *user_only = fd >= 0;
    return fd;
}

int spb_perf_read(const struct spb_perf_calls *calls, int fd, struct spb_reading *reading)
{
    ssize_t got = calls->read(calls->context, fd, reading, sizeof(*reading));
    if (got < 0)
        return (int)got;
    return got == (ssize_t)sizeof(*reading) ? 0 : -EIO;
}

/* Siblings are never disabled, and do not run while their leader is: switching the leader alone starts and stops the
 * group as one. PERF_IOC_FLAG_GROUP would switch them one after the other, and cost more. */
int spb_perf_enable(const struct spb_perf_calls *calls, int leader_fd)
{
    return calls->ioctl(calls->context, leader_fd, PERF_EVENT_IOC_ENABLE, 0);
}

int spb_perf_disable(const struct spb_perf_calls *calls, int leader_fd)
{
    return calls->ioctl(calls->context, leader_fd, PERF_EVENT_IOC_DISABLE, 0);
}

int spb_perf_trial(const struct spb_perf_calls *calls, int leader_fd, struct spb_reading *gain)
{
    struct spb_reading before;
    int code = spb_perf_read(calls, leader_fd, &before);
    if (code == 0)
        code = spb_perf_enable(calls, leader_fd);
    if (code < 0)
        return code;
    for (unsigned i = 0; i < 4000; i++)
        __asm__ volatile("");
    spb_perf_disable(calls, leader_fd);
    code = spb_perf_read(calls, leader_fd, gain);
    gain->value -= before.value;
    gain->enabled_ns -= before.enabled_ns;
    gain->running_ns -= before.running_ns;
    return code;
}
