/* SPDX-License-Identifier: MIT */
#include "resource_probe.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "clock.h"

/* Of this process, and of its children as soon as they have ended and were waited for: what a workload starts is its
 * work, too. */
struct usage {
    uint64_t wall_ns;
    uint64_t cpu_ns;
    uint64_t minor_faults;
    uint64_t major_faults;
    uint64_t voluntary;
    uint64_t own_involuntary; /* of this process alone */
    uint64_t involuntary;
};

struct resource_probe {
    struct usage start;
    struct usage total;
};

static uint64_t time_of(const struct rusage *usage)
{
    return (uint64_t)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1000000000u +
           (uint64_t)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) * 1000u;
}

static struct usage usage_now(void)
{
    struct rusage own, children;
    struct timespec cpu;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
    getrusage(RUSAGE_SELF, &own);
    getrusage(RUSAGE_CHILDREN, &children);
    return (struct usage){
        .wall_ns = spb_clock_now_ns(),
        .cpu_ns = (uint64_t)cpu.tv_sec * 1000000000u + (uint64_t)cpu.tv_nsec + time_of(&children),
        .minor_faults = (uint64_t)(own.ru_minflt + children.ru_minflt),
        .major_faults = (uint64_t)(own.ru_majflt + children.ru_majflt),
        .voluntary = (uint64_t)(own.ru_nvcsw + children.ru_nvcsw),
        .own_involuntary = (uint64_t)own.ru_nivcsw,
        .involuntary = (uint64_t)(own.ru_nivcsw + children.ru_nivcsw),
    };
}

static int open_probe(const void *options, const struct spb_probe_target *target, void **out, struct spb_error *err)
{
    (void)options;
    (void)target;
    struct resource_probe *probe = calloc(1, sizeof(*probe));
    *out = probe;
    return probe ? 0 : spb_error_set(err, -ENOMEM, "out of memory");
}

static void start(void *opaque)
{
    struct resource_probe *probe = opaque;
    probe->start = usage_now();
}

static uint32_t stop(void *opaque)
{
    struct resource_probe *probe = opaque;
    struct usage now = usage_now(), *from = &probe->start, *total = &probe->total;
    total->wall_ns += now.wall_ns - from->wall_ns;
    total->cpu_ns += now.cpu_ns - from->cpu_ns;
    total->minor_faults += now.minor_faults - from->minor_faults;
    total->major_faults += now.major_faults - from->major_faults;
    total->voluntary += now.voluntary - from->voluntary;
    total->involuntary += now.involuntary - from->involuntary;
    return now.own_involuntary != from->own_involuntary ? SPB_MARK_PREEMPTED : 0;
}

static int read_probe(void *opaque, struct spb_metrics *metrics, struct spb_error *err)
{
    const struct usage *total = &((const struct resource_probe *)opaque)->total;
    int code = spb_metrics_add_total(metrics, "cpu-time", "ns", (double)total->cpu_ns);
    if (total->wall_ns)
        code |= spb_metrics_add(metrics, "cpu-utilisation", "ratio", (double)total->cpu_ns / (double)total->wall_ns);
    code |= spb_metrics_add_total(metrics, "page-faults-minor", "fault", (double)total->minor_faults);
    code |= spb_metrics_add_total(metrics, "page-faults-major", "fault", (double)total->major_faults);
    code |= spb_metrics_add_total(metrics, "context-switches-voluntary", "switch", (double)total->voluntary);
    code |= spb_metrics_add_total(metrics, "context-switches-involuntary", "switch", (double)total->involuntary);
    return code ? spb_error_set(err, -ENOMEM, "out of memory") : 0;
}

const struct spb_probe_type spb_resource_probe = {
    .name = "resource",
    .open = open_probe,
    .start = start,
    .stop = stop,
    .read = read_probe,
    .close = free,
};
