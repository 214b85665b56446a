/* SPDX-License-Identifier: MIT
 *
 * A PMU for tests: perf_event_open and its descriptors, emulated. Time stands still but for 1,000 ns between enabling
 * and disabling a group; every event advances by (config + 1) for each of them that it runs.
 */
#ifndef FAKE_PMU_H
#define FAKE_PMU_H

#include <errno.h>
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "perf_calls.h"
#include "scale.h"

enum { FAKE_EVENTS_MAX = 256, FAKE_FIRST_FD = 1000, FAKE_INTERVAL_NS = 1000 };

struct fake_event {
    bool open;
    bool enabled;
    struct perf_event_attr attr;
    pid_t tid;
    int leader; /* index */
    struct spb_reading reading;
};

struct fake_pmu {
    unsigned counters;   /* hardware events that fit at once */
    bool lax;            /* accepts larger groups too, which then never run */
    int hardware_errno;  /* every hardware event fails with it */
    int software_errno;  /* every software event */
    int kernel_errno;    /* every event that does not exclude the kernel */
    uint64_t missing;    /* bit n: PERF_TYPE_HARDWARE event n is ENOENT */
    uint64_t stuck;      /* bit n: it opens and stays at 0 */
    unsigned open_limit; /* that many may be open; then EMFILE. 0: no limit */
    bool short_reads;
    unsigned ioctl_count;
    struct fake_event events[FAKE_EVENTS_MAX];
};

static inline bool fake_is_software(const struct fake_event *event)
{
    return event->attr.type == PERF_TYPE_SOFTWARE;
}

static inline unsigned fake_open_count(const struct fake_pmu *pmu)
{
    unsigned count = 0;
    for (int i = 0; i < FAKE_EVENTS_MAX; i++)
        count += pmu->events[i].open;
    return count;
}

static inline unsigned fake_group_size(const struct fake_pmu *pmu, int leader)
{
    unsigned size = 0;
    for (int i = 0; i < FAKE_EVENTS_MAX; i++)
        size += pmu->events[i].open && pmu->events[i].leader == leader;
    return size;
}

/* Hardware groups on the thread that could run, and so take turns. */
static inline unsigned fake_rivals(const struct fake_pmu *pmu, pid_t tid)
{
    unsigned rivals = 0;
    for (int i = 0; i < FAKE_EVENTS_MAX; i++) {
        const struct fake_event *event = &pmu->events[i];
        rivals += event->open && event->leader == i && event->tid == tid && !fake_is_software(event) &&
                  fake_group_size(pmu, i) <= pmu->counters;
    }
    return rivals;
}

static inline int fake_refusal(const struct fake_pmu *pmu, const struct perf_event_attr *attr)
{
    bool software = attr->type == PERF_TYPE_SOFTWARE;
    if (pmu->open_limit && fake_open_count(pmu) >= pmu->open_limit)
        return -EMFILE;
    if (pmu->kernel_errno && !attr->exclude_kernel)
        return -pmu->kernel_errno;
    if (software)
        return -pmu->software_errno;
    if (attr->type == PERF_TYPE_HARDWARE && (pmu->missing >> attr->config & 1))
        return -ENOENT;
    return -pmu->hardware_errno;
}

static inline int fake_open(void *context, const struct perf_event_attr *attr, pid_t tid, int group_fd)
{
    struct fake_pmu *pmu = context;
    int code = fake_refusal(pmu, attr);
    int leader = group_fd - FAKE_FIRST_FD;
    if (code < 0)
        return code;
    if (group_fd >= 0 && attr->type != PERF_TYPE_SOFTWARE && !pmu->lax && fake_group_size(pmu, leader) >= pmu->counters)
        return -EINVAL;
    for (int i = 0; i < FAKE_EVENTS_MAX; i++)
        if (!pmu->events[i].open) {
            pmu->events[i] = (struct fake_event){.open = true, .enabled = !attr->disabled, .attr = *attr, .tid = tid};
            pmu->events[i].leader = group_fd >= 0 ? leader : i;
            return FAKE_FIRST_FD + i;
        }
    return -ENFILE;
}

static inline ssize_t fake_read(void *context, int fd, void *buffer, size_t bytes)
{
    struct fake_pmu *pmu = context;
    if (pmu->short_reads)
        return 0;
    memcpy(buffer, &pmu->events[fd - FAKE_FIRST_FD].reading, bytes);
    return (ssize_t)bytes;
}

static inline void fake_run(struct fake_pmu *pmu, int leader)
{
    const struct fake_event *first = &pmu->events[leader];
    bool fits = fake_is_software(first) || fake_group_size(pmu, leader) <= pmu->counters;
    unsigned rivals = fake_is_software(first) ? 1 : fake_rivals(pmu, first->tid);
    for (int i = 0; i < FAKE_EVENTS_MAX; i++) {
        struct fake_event *event = &pmu->events[i];
        if (!event->open || event->leader != leader)
            continue;
        uint64_t ran_ns = fits ? FAKE_INTERVAL_NS / rivals : 0;
        bool stuck = event->attr.type == PERF_TYPE_HARDWARE && (pmu->stuck >> event->attr.config & 1);
        event->reading.enabled_ns += FAKE_INTERVAL_NS;
        event->reading.running_ns += ran_ns;
        event->reading.value += stuck ? 0 : ran_ns * (event->attr.config + 1);
    }
}

static inline int fake_ioctl(void *context, int fd, unsigned long request, unsigned long argument)
{
    struct fake_pmu *pmu = context;
    (void)argument;
    pmu->ioctl_count++;
    int index = fd - FAKE_FIRST_FD;
    struct fake_event *event = &pmu->events[index];
    if (request == PERF_EVENT_IOC_DISABLE && event->enabled) {
        fake_run(pmu, index);
        event->enabled = false;
    } else if (request == PERF_EVENT_IOC_ENABLE) {
        event->enabled = true;
    }
    return 0;
}

static inline void fake_close(void *context, int fd)
{
    struct fake_pmu *pmu = context;
    pmu->events[fd - FAKE_FIRST_FD].open = false;
}

static inline struct spb_perf_calls fake_calls(struct fake_pmu *pmu)
{
    return (struct spb_perf_calls){fake_open, fake_read, fake_ioctl, fake_close, pmu};
}

#endif
