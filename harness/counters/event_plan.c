/* SPDX-License-Identifier: MIT */
#include "event_plan.h"

#include <errno.h>
#include <stdio.h>

/* The group under trial, open on the calling thread. */
struct trial {
    const struct spb_plan_options *options;
    int fds[SPB_COUNTERS_MAX];
    size_t count;
    bool software;
};

static struct perf_event_attr event_attr(const struct spb_planned_event *planned)
{
    const struct spb_counter_event *event = planned->event;
    return (struct perf_event_attr){
        .type = event->type,
        .config = event->config,
        .config1 = event->config1,
        .config2 = event->config2,
        .exclude_user = event->exclude_user,
        .exclude_kernel = event->exclude_kernel || planned->user_only,
    };
}

static void trial_close(struct trial *trial)
{
    const struct spb_perf_calls *calls = trial->options->calls;
    while (trial->count > 0)
        calls->close(calls->context, trial->fds[--trial->count]);
}

static int trial_open(const struct trial *trial, struct spb_planned_event *planned, int group_fd)
{
    struct perf_event_attr attr = event_attr(planned);
    bool *user_only = planned->event->mode_in_name || planned->user_only ? NULL : &planned->user_only;
    return spb_perf_open(trial->options->calls, &attr, 0, group_fd, user_only);
}

/* Software events always run. */
static bool trial_runs(const struct trial *trial)
{
    struct spb_reading reading;
    if (trial->software)
        return true;
    return spb_perf_trial(trial->options->calls, trial->fds[0], &reading) == 0 && reading.running_ns > 0;
}

static bool join(struct trial *trial, struct spb_planned_event *planned)
{
    if (trial->count == 0 || trial->software != planned->event->software)
        return false;
    struct spb_planned_event joined = *planned;
    int fd = trial_open(trial, &joined, trial->fds[0]);
    if (fd < 0)
        return false;
    trial->fds[trial->count++] = fd;
    if (trial_runs(trial)) {
        *planned = joined;
        return true;
    }
    trial->count--;
    trial->options->calls->close(trial->options->calls->context, fd);
    return false;
}

/* An event that cannot be opened at all leaves the group before it as it is, for the next one to join. */
static int lead(struct trial *trial, struct spb_planned_event *planned)
{
    int fd = trial_open(trial, planned, -1);
    if (fd < 0)
        return fd;
    trial_close(trial);
    trial->fds[trial->count++] = fd;
    trial->software = planned->event->software;
    planned->leader = true;
    return 0;
}

static void plan_event(struct trial *trial, struct spb_planned_event *planned)
{
    const struct spb_plan_options *options = trial->options;
    bool software = planned->event->software;
    planned->user_only = options->exclude_kernel && !software && !planned->event->mode_in_name;
    int code = join(trial, planned) ? 0 : lead(trial, planned);
    if (code == 0 && planned->event->kernel_only && planned->user_only)
        code = -EACCES;
    if (code < 0)
        planned->state = spb_perf_failure(-code, software, options->pmu, planned->reason, sizeof(planned->reason));
}

void spb_event_plan_make(const struct spb_plan_options *options, struct spb_planned_event *planned)
{
    struct trial trial = {.options = options};
    for (size_t i = 0; i < options->selection->count; i++) {
        planned[i] = (struct spb_planned_event){.event = &options->selection->events[i]};
        plan_event(&trial, &planned[i]);
    }
    trial_close(&trial);
}

int spb_event_plan_open(const struct spb_planned_event *planned, const struct spb_perf_calls *calls, pid_t tid,
                        int group_fd)
{
    struct perf_event_attr attr = event_attr(planned);
    return spb_perf_open(calls, &attr, tid, group_fd, NULL);
}

void spb_event_plan_name(const struct spb_planned_event *planned, char *name, size_t size)
{
    bool marked = planned->user_only && planned->state == SPB_METRIC_OK && !planned->event->mode_is_no_use;
    snprintf(name, size, "%s%s", planned->event->name, marked ? ":u" : "");
}
