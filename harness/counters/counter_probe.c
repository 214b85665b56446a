/* SPDX-License-Identifier: MIT */
#include "counter_probe.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "event_plan.h"

struct counter_probe {
    const struct spb_perf_calls *calls;
    struct spb_planned_event *events;
    size_t event_count;
    unsigned thread_count;
    int *fds;     /* event_count rows of thread_count; -1: not open */
    int *leaders; /* what start and stop switch: software groups of all threads first */
    size_t leader_count;
    struct spb_reading *readings; /* of one event, thread_count of them */
};

static void probe_close(void *opaque)
{
    struct counter_probe *probe = opaque;
    if (!probe)
        return;
    for (size_t i = 0; probe->fds && i < probe->event_count * probe->thread_count; i++)
        if (probe->fds[i] >= 0)
            probe->calls->close(probe->calls->context, probe->fds[i]);
    free(probe->events);
    free(probe->fds);
    free(probe->leaders);
    free(probe->readings);
    free(probe);
}

static struct counter_probe *probe_create(const struct spb_counter_options *options, unsigned thread_count)
{
    struct counter_probe *probe = calloc(1, sizeof(*probe));
    if (!probe)
        return NULL;
    probe->calls = options->calls ? options->calls : &spb_perf_calls_kernel;
    probe->event_count = options->selection->count;
    probe->thread_count = thread_count;
    size_t cells = probe->event_count * thread_count;
    probe->events = calloc(probe->event_count + 1, sizeof(*probe->events));
    probe->fds = calloc(cells + 1, sizeof(*probe->fds));
    probe->leaders = calloc(cells + 1, sizeof(*probe->leaders));
    probe->readings = calloc(thread_count + 1, sizeof(*probe->readings));
    if (!probe->events || !probe->fds || !probe->leaders || !probe->readings) {
        free(probe->fds);
        probe->fds = NULL;
        probe_close(probe);
        return NULL;
    }
    for (size_t i = 0; i < cells; i++)
        probe->fds[i] = -1;
    return probe;
}

static int *fd_of(const struct counter_probe *probe, size_t event, unsigned thread)
{
    return &probe->fds[event * probe->thread_count + thread];
}

/* The open event that leads the group which `event` belongs to on that thread, or -1 when it must lead itself: it was
 * planned so, or those before it could not be opened. */
static int find_leader(const struct counter_probe *probe, size_t event, unsigned thread)
{
    size_t first = event;
    while (first > 0 && !probe->events[first].leader)
        first--;
    for (size_t i = first; i < event; i++)
        if (*fd_of(probe, i, thread) >= 0)
            return *fd_of(probe, i, thread);
    return -1;
}

/* A count that lacks a thread would be wrong, so one thread's failure is the event's. */
static void open_event(struct counter_probe *probe, size_t index, const struct spb_probe_target *target,
                       const struct spb_pmu_status *pmu)
{
    struct spb_planned_event *event = &probe->events[index];
    for (unsigned i = 0; i < target->count && event->state == SPB_METRIC_OK; i++) {
        int leader = find_leader(probe, index, i);
        int fd = spb_event_plan_open(event, probe->calls, target->tids[i], leader);
        if (fd < 0) {
            event->state = spb_perf_failure(-fd, event->event->software, pmu, event->reason, sizeof(event->reason));
            continue;
        }
        *fd_of(probe, index, i) = fd;
        if (leader < 0)
            probe->leaders[probe->leader_count++] = fd;
    }
}

static int probe_open(const void *opaque, const struct spb_probe_target *target, void **out, struct spb_error *err)
{
    const struct spb_counter_options *options = opaque;
    const struct spb_pmu_options pmu_options = {.calls = options->calls, .root = options->root};
    *out = NULL;
    int code = spb_counters_check(options->selection, &pmu_options, err);
    if (code < 0)
        return code;
    struct counter_probe *probe = probe_create(options, target->count);
    if (!probe)
        return spb_error_set(err, -ENOMEM, "counters: out of memory");
    *out = probe;
    if (probe->event_count == 0)
        return 0;
    struct spb_pmu_status pmu;
    spb_pmu_status_read(&pmu_options, &pmu);
    const struct spb_plan_options plan = {
        .selection = options->selection,
        .calls = probe->calls,
        .pmu = &pmu,
        .exclude_kernel = options->exclude_kernel,
    };
    spb_event_plan_make(&plan, probe->events);
    for (size_t i = 0; i < probe->event_count; i++)
        open_event(probe, i, target, &pmu);
    return 0;
}

static void probe_start(void *opaque)
{
    const struct counter_probe *probe = opaque;
    for (size_t i = 0; i < probe->leader_count; i++)
        spb_perf_enable(probe->calls, probe->leaders[i]);
}

/* In the reverse order, so that hardware groups hold as little as possible of the switching. */
static uint32_t probe_stop(void *opaque)
{
    const struct counter_probe *probe = opaque;
    for (size_t i = probe->leader_count; i > 0; i--)
        spb_perf_disable(probe->calls, probe->leaders[i - 1]);
    return 0;
}

static void set_absent(struct spb_metric *metric, enum spb_metric_state state, const char *reason)
{
    metric->state = state;
    metric->value = 0;
    snprintf(metric->reason, sizeof(metric->reason), "%s", reason);
}

static void set_value(struct spb_metric *metric, const struct spb_scaled *scaled, bool software)
{
    if (scaled->state == SPB_SCALE_NEVER_ENABLED) {
        set_absent(metric, SPB_METRIC_NOT_COUNTED, "no thread ran while it was enabled");
    } else if (scaled->state == SPB_SCALE_NEVER_RUNNING) {
        set_absent(metric, SPB_METRIC_NOT_COUNTED,
                   "never got onto the PMU: its counters are taken, or it is for another kind of core; "
                   "try sudo sysctl -w kernel.nmi_watchdog=0");
    } else if (scaled->value == 0 && !software) {
        set_absent(
            metric, SPB_METRIC_NOT_COUNTED,
            "stayed at 0 while code ran: this PMU accepts the event and does not count it, or it never happened");
    } else {
        metric->state = scaled->state == SPB_SCALE_EXACT ? SPB_METRIC_OK : SPB_METRIC_MULTIPLEXED;
        metric->value = scaled->value;
        metric->share = scaled->state == SPB_SCALE_EXACT ? 0 : scaled->share;
    }
}

static void read_event(const struct counter_probe *probe, size_t index, struct spb_metric *metric)
{
    const struct spb_planned_event *event = &probe->events[index];
    spb_event_plan_name(event, metric->name, sizeof(metric->name));
    bool time = event->event->software && event->event->mode_is_no_use;
    snprintf(metric->unit, sizeof(metric->unit), "%s", time ? "ns" : "event");
    if (event->state != SPB_METRIC_OK) {
        set_absent(metric, event->state, event->reason);
        return;
    }
    for (unsigned i = 0; i < probe->thread_count; i++)
        if (spb_perf_read(probe->calls, *fd_of(probe, index, i), &probe->readings[i]) < 0) {
            set_absent(metric, SPB_METRIC_NOT_COUNTED, "the kernel gave no reading: the event is in error state");
            return;
        }
    struct spb_scaled scaled = spb_scale(probe->readings, probe->thread_count);
    set_value(metric, &scaled, event->event->software);
}

static int probe_read(void *opaque, struct spb_metrics *metrics, struct spb_error *err)
{
    const struct counter_probe *probe = opaque;
    for (size_t i = 0; i < probe->event_count; i++) {
        struct spb_metric metric = {.total = true};
        read_event(probe, i, &metric);
        if (spb_metrics_append(metrics, &metric) < 0)
            return spb_error_set(err, -ENOMEM, "counters: out of memory");
    }
    return 0;
}

const struct spb_probe_type spb_counter_probe = {
    .name = "counters",
    .open = probe_open,
    .start = probe_start,
    .stop = probe_stop,
    .read = probe_read,
    .close = probe_close,
};
