/* SPDX-License-Identifier: MIT */
#include "pmu_status.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "perf_open.h"

static const char *const state_names[] = {
    [SPB_PMU_AVAILABLE] = "available",
    [SPB_PMU_USER_ONLY] = "user-only",
    [SPB_PMU_NO_PERMISSION] = "no-permission",
    [SPB_PMU_MISSING] = "no-pmu",
};

const char *spb_pmu_state_name(enum spb_pmu_state state)
{
    return state_names[state];
}

static int read_paranoid(const char *root)
{
    char text[32], *end;
    if (spb_file_read_line(root, "/proc/sys/kernel/perf_event_paranoid", text, sizeof(text)) < 0)
        return SPB_PARANOID_UNKNOWN;
    long level = strtol(text, &end, 10);
    return end == text || *end ? SPB_PARANOID_UNKNOWN : (int)level;
}

/* The level is the obstacle from 2 on (kernel) and from 3 on (everything; a patch of Debian and Ubuntu). Below, what
 * refuses is a seccomp filter or a security module, which no sysctl mends. */
static void explain_refusal(struct spb_pmu_status *status)
{
    if (status->paranoid >= 2) {
        snprintf(status->text, sizeof(status->text), "perf_event_paranoid is %d", status->paranoid);
        snprintf(status->cure, sizeof(status->cure), "sudo sysctl -w kernel.perf_event_paranoid=1");
    } else {
        snprintf(status->text, sizeof(status->text),
                 "perf_event_open is blocked by the container or a security module; containers need --cap-add=PERFMON");
    }
}

static void set_text(struct spb_pmu_status *status, const char *text)
{
    snprintf(status->text, sizeof(status->text), "%s", text);
}

/* Some hypervisors let a counter open and never advance it. */
static bool counts(const struct spb_perf_calls *calls, int fd)
{
    struct spb_reading reading;
    return spb_perf_trial(calls, fd, &reading) == 0 && (reading.value > 0 || reading.running_ns == 0);
}

void spb_pmu_status_read(const struct spb_pmu_options *options, struct spb_pmu_status *status)
{
    static const struct spb_pmu_options defaults;
    if (!options)
        options = &defaults;
    const struct spb_perf_calls *calls = options->calls ? options->calls : &spb_perf_calls_kernel;
    *status = (struct spb_pmu_status){.paranoid = read_paranoid(options->root)};

    struct perf_event_attr attr = {.type = PERF_TYPE_HARDWARE, .config = PERF_COUNT_HW_CPU_CYCLES};
    bool user_only = false;
    int fd = spb_perf_open(calls, &attr, 0, -1, &user_only);
    if (fd == -EACCES || fd == -EPERM) {
        status->state = SPB_PMU_NO_PERMISSION;
        explain_refusal(status);
    } else if (fd < 0) {
        status->state = SPB_PMU_MISSING;
        set_text(status, fd == -ENOSYS ? "this kernel has no perf events"
                                       : "the machine shows no performance monitoring unit, as is usual in a VM");
    } else if (!counts(calls, fd)) {
        status->state = SPB_PMU_MISSING;
        set_text(status, "the machine shows a performance monitoring unit that counts nothing");
    } else if (user_only) {
        status->state = SPB_PMU_USER_ONLY;
        explain_refusal(status);
    } else {
        set_text(status, "hardware events can be counted");
    }
    if (fd >= 0)
        calls->close(calls->context, fd);
}

/* What perf_event_open(2) and the kernel's PMU drivers mean by each error, for one event. */
static const struct failure {
    int errnum;
    enum spb_metric_state state;
    const char *reason;
} failures[] = {
    {ENOENT, SPB_METRIC_NOT_SUPPORTED, "this PMU does not know the event"},
    {EOPNOTSUPP, SPB_METRIC_NOT_SUPPORTED, "this PMU cannot count the event in this way"},
    {ENODEV, SPB_METRIC_NOT_SUPPORTED, "this PMU lacks the feature"},
    {ENXIO, SPB_METRIC_NOT_SUPPORTED, "this PMU does not know the event"},
    {ENOSYS, SPB_METRIC_NO_PMU, "this kernel has no perf events"},
    {EINVAL, SPB_METRIC_NOT_SUPPORTED, "the kernel rejects the event's encoding"},
    {E2BIG, SPB_METRIC_NOT_SUPPORTED, "the kernel is older than the event's encoding"},
    {EACCES, SPB_METRIC_NO_PERMISSION, NULL},
    {EPERM, SPB_METRIC_NO_PERMISSION, NULL},
    {EMFILE, SPB_METRIC_ABSENT, "too many open files for so many threads and events: raise ulimit -n"},
    {ENFILE, SPB_METRIC_ABSENT, "the system has too many open files"},
    {ENOSPC, SPB_METRIC_ABSENT, "no free counter for the event on this PMU"},
    {EBUSY, SPB_METRIC_ABSENT, "another program holds the PMU for itself"},
    {ESRCH, SPB_METRIC_ABSENT, "the thread had ended"},
    {ENOMEM, SPB_METRIC_ABSENT, "out of memory"},
};

static const struct failure *find_failure(int errnum)
{
    for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++)
        if (failures[i].errnum == errnum)
            return &failures[i];
    return NULL;
}

enum spb_metric_state spb_perf_failure(int errnum, bool software, const struct spb_pmu_status *pmu, char *reason,
                                       size_t size)
{
    const struct failure *failure = find_failure(errnum);
    if (!failure) {
        snprintf(reason, size, "perf_event_open: %s", strerrordesc_np(errnum));
        return SPB_METRIC_ABSENT;
    }
    if (failure->state == SPB_METRIC_NO_PERMISSION) {
        struct spb_pmu_status refused = {.paranoid = pmu->paranoid};
        explain_refusal(&refused);
        snprintf(reason, size, "%s%s%s", refused.text, refused.cure[0] ? "; run: " : "", refused.cure);
        return failure->state;
    }
    if (failure->state == SPB_METRIC_NOT_SUPPORTED && !software && pmu->state == SPB_PMU_MISSING) {
        snprintf(reason, size, "%s", pmu->text);
        return SPB_METRIC_NO_PMU;
    }
    snprintf(reason, size, "%s", failure->reason);
    return failure->state;
}
