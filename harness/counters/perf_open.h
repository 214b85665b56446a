/* SPDX-License-Identifier: MIT
 *
 * Opening one event, and trying out whether what is open gets onto the hardware.
 */
#ifndef SPB_PERF_OPEN_H
#define SPB_PERF_OPEN_H

#include <linux/perf_event.h>
#include <stdbool.h>

#include "perf_calls.h"
#include "scale.h"

/* Opens `attr` (type, config and exclude bits set by the caller) on the thread (0: the calling one), disabled,
 * inherited by what the thread creates, read alone with its times. Where the kernel may not be counted and `attr` asks
 * for it, opens it for user mode and sets *user_only; user_only NULL: no such second try. A descriptor or a negative
 * errno. */
int spb_perf_open(const struct spb_perf_calls *calls, const struct perf_event_attr *attr, pid_t tid, int group_fd,
                  bool *user_only);

/* -EIO for a read that is short, as of an event in error state. */
int spb_perf_read(const struct spb_perf_calls *calls, int fd, struct spb_reading *reading);

/* Starts and stops the group of that leader. 0 or a negative errno. */
int spb_perf_enable(const struct spb_perf_calls *calls, int leader_fd);
int spb_perf_disable(const struct spb_perf_calls *calls, int leader_fd);

/* Runs the group of `leader_fd`, opened on the calling thread, for some microseconds: by how much its leader moved. */
int spb_perf_trial(const struct spb_perf_calls *calls, int leader_fd, struct spb_reading *gain);

#endif
