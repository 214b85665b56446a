/* SPDX-License-Identifier: MIT */
#include "noise_probe.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "cpu_times.h"
#include "file.h"
#include "process_status.h"

/* A line of /proc/stat: "cpu", a number of up to 7 digits, 10 columns of up to 20. */
enum { STAT_LINE_BYTES = 224, CPUS_MAX = 8192, READING_LIMIT_NS = 30000, COST_ROUNDS = 5, WAITED_PART = 100 };

/* One quantity that only grows, read around the samples or, where that costs too much, once around them all. */
struct meter {
    int (*read)(const struct meter *meter, uint64_t *ns);
    struct noise_probe *probe;
    const char *name;
    bool each_sample;
    bool begun;
    uint64_t cost_ns; /* of one reading */
    uint64_t start_ns;
    uint64_t total_ns;
    enum spb_metric_state state; /* unless OK, `reason` says why there is no number */
    char reason[160];
};

struct noise_probe {
    char *root; /* NULL: live */
    pid_t pid;
    struct meter steal;
    int stat_fd;
    char *buffer; /* for the lines of the CPUs */
    size_t buffer_bytes;
    uint64_t sample_start_ns;
    bool *wanted; /* by CPU number, CPUS_MAX of them */
    size_t wanted_count;
    struct meter queue;
    int *queue_fds; /* one a thread */
    unsigned thread_count;
};

static void give_up(struct meter *meter, enum spb_metric_state state, const char *what, int code)
{
    meter->state = state;
    if (code)
        snprintf(meter->reason, sizeof(meter->reason), "%s: %s", what, strerror(-code));
    else
        snprintf(meter->reason, sizeof(meter->reason), "%s", what);
}

static int open_file(const char *root, const char *path)
{
    char whole[PATH_MAX];
    if (snprintf(whole, sizeof(whole), "%s%s", root ? root : "", path) >= (int)sizeof(whole))
        return -ENAMETOOLONG;
    int fd = open(whole, O_RDONLY | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

/* ---- readings: no allocation, one system call a file ----------------------------------------------------------- */

static int read_steal(const struct meter *meter, uint64_t *ns)
{
    const struct noise_probe *probe = meter->probe;
    struct spb_cpu_times times;
    size_t found = 0;
    ssize_t got = pread(probe->stat_fd, probe->buffer, probe->buffer_bytes, 0);
    if (got < 0)
        return -errno;
    struct spb_span rest = {probe->buffer, (size_t)got};
    *ns = 0;
    int code = 0;
    while (found < probe->wanted_count && (code = spb_cpu_times_next(&rest, &times)) > 0) {
        if (times.is_total || times.os_index >= CPUS_MAX || !probe->wanted[times.os_index])
            continue;
        if (times.state_count <= SPB_CPU_STATE_STEAL)
            return -ENOTSUP;
        *ns += times.ns[SPB_CPU_STATE_STEAL];
        found++;
    }
    return code < 0 ? code : found ? 0 : -ENODATA;
}

static int read_queue(const struct meter *meter, uint64_t *ns)
{
    const struct noise_probe *probe = meter->probe;
    char text[96];
    *ns = 0;
    for (unsigned i = 0; i < probe->thread_count; i++) {
        struct spb_schedule_times times = {0};
        ssize_t got = pread(probe->queue_fds[i], text, sizeof(text), 0);
        int code = got < 0 ? -errno : spb_schedule_times_parse(text, (size_t)got, &times);
        if (code)
            return code;
        if (times.running_ns == 0)
            return -ENOTSUP; /* a kernel without CONFIG_SCHED_INFO prints zeroes */
        *ns += times.waiting_ns;
    }
    return 0;
}

static void fail_reading(struct meter *meter, int code)
{
    if (code == -ENOTSUP)
        give_up(meter, SPB_METRIC_NOT_SUPPORTED, "this kernel does not count it", 0);
    else
        give_up(meter, SPB_METRIC_ABSENT, "it cannot be read", code);
}

static void start_meter(struct meter *meter)
{
    if (meter->state != SPB_METRIC_OK || (meter->begun && !meter->each_sample))
        return;
    int code = meter->read(meter, &meter->start_ns);
    if (code)
        fail_reading(meter, code);
    meter->begun = true;
}

/* What was added since start_meter(), which is also put to the total. */
static uint64_t stop_meter(struct meter *meter)
{
    uint64_t now_ns;
    if (meter->state != SPB_METRIC_OK || !meter->begun)
        return 0;
    int code = meter->read(meter, &now_ns);
    if (code) {
        fail_reading(meter, code);
        return 0;
    }
    uint64_t added_ns = now_ns > meter->start_ns ? now_ns - meter->start_ns : 0;
    meter->total_ns += added_ns;
    return added_ns;
}

/* ---- opening --------------------------------------------------------------------------------------------------- */

/* The cheapest of some readings: what disturbs them is not their cost. */
static void weigh_meter(struct meter *meter, uint64_t limit_ns)
{
    uint64_t ns;
    meter->cost_ns = UINT64_MAX;
    for (int i = 0; i < COST_ROUNDS && meter->state == SPB_METRIC_OK; i++) {
        uint64_t before_ns = spb_clock_now_ns();
        int code = meter->read(meter, &ns);
        uint64_t cost_ns = spb_clock_now_ns() - before_ns;
        if (code)
            fail_reading(meter, code);
        if (cost_ns < meter->cost_ns)
            meter->cost_ns = cost_ns;
    }
    meter->each_sample = meter->cost_ns <= limit_ns;
}

static void want_cpu(struct noise_probe *probe, unsigned os_index)
{
    if (os_index >= CPUS_MAX || probe->wanted[os_index])
        return;
    probe->wanted[os_index] = true;
    probe->wanted_count++;
}

/* The CPUs of the plan; without one, those that the first thread may use. */
static int choose_cpus(struct noise_probe *probe, const struct spb_probe_target *target)
{
    size_t bytes = CPU_ALLOC_SIZE(CPUS_MAX);
    for (unsigned i = 0; target->cpus && i < target->count; i++)
        want_cpu(probe, target->cpus[i].os_index);
    if (target->cpus)
        return 0;
    cpu_set_t *set = CPU_ALLOC(CPUS_MAX);
    if (!set)
        return -ENOMEM;
    int code = sched_getaffinity(probe->pid, bytes, set) < 0 ? -errno : 0;
    for (unsigned cpu = 0; code == 0 && cpu < CPUS_MAX; cpu++)
        if (CPU_ISSET_S(cpu, bytes, set))
            want_cpu(probe, cpu);
    CPU_FREE(set);
    if (code)
        give_up(&probe->steal, SPB_METRIC_ABSENT, "the CPUs in use are not known", code);
    return 0;
}

static int open_steal(struct noise_probe *probe, const struct spb_probe_target *target)
{
    struct spb_system_times times;
    probe->wanted = calloc(CPUS_MAX, sizeof(*probe->wanted));
    int code = probe->wanted ? choose_cpus(probe, target) : -ENOMEM;
    if (code)
        return code;
    code = spb_system_times_read(probe->root, &times);
    probe->buffer_bytes = (times.cpu_count + 2) * STAT_LINE_BYTES;
    spb_system_times_release(&times);
    probe->buffer = malloc(probe->buffer_bytes);
    if (!probe->buffer || code == -ENOMEM)
        return -ENOMEM;
    if (code == 0)
        code = probe->stat_fd = open_file(probe->root, "/proc/stat");
    if (code < 0)
        give_up(&probe->steal, SPB_METRIC_ABSENT, "/proc/stat", code);
    return 0;
}

static int open_queue(struct noise_probe *probe, const struct spb_probe_target *target)
{
    char path[64];
    probe->queue_fds = calloc(target->count ? target->count : 1, sizeof(*probe->queue_fds));
    if (!probe->queue_fds)
        return -ENOMEM;
    for (unsigned i = 0; i < target->count; i++) {
        snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)target->tids[i]);
        int fd = open_file(probe->root, path);
        if (fd < 0) {
            give_up(&probe->queue, SPB_METRIC_ABSENT, path, fd);
            return 0;
        }
        probe->queue_fds[probe->thread_count++] = fd;
    }
    return 0;
}

static void close_probe(void *opaque)
{
    struct noise_probe *probe = opaque;
    if (!probe)
        return;
    if (probe->stat_fd >= 0)
        close(probe->stat_fd);
    for (unsigned i = 0; i < probe->thread_count; i++)
        close(probe->queue_fds[i]);
    free(probe->queue_fds);
    free(probe->wanted);
    free(probe->buffer);
    free(probe->root);
    free(probe);
}

static int open_meters(struct noise_probe *probe, const struct spb_noise_options *options,
                       const struct spb_probe_target *target)
{
    probe->steal = (struct meter){.read = read_steal, .probe = probe, .name = "steal"};
    probe->queue = (struct meter){.read = read_queue, .probe = probe, .name = "run-queue-delay"};
    probe->pid = target->count ? target->tids[0] : getpid();
    probe->root = options->root ? strdup(options->root) : NULL;
    if (options->root && !probe->root)
        return -ENOMEM;
    int code = open_steal(probe, target);
    if (code == 0)
        code = open_queue(probe, target);
    if (code)
        return code;
    uint64_t limit_ns = options->reading_limit_ns ? options->reading_limit_ns : READING_LIMIT_NS;
    weigh_meter(&probe->steal, limit_ns);
    weigh_meter(&probe->queue, limit_ns);
    return 0;
}

static int open_probe(const void *options, const struct spb_probe_target *target, void **out, struct spb_error *err)
{
    static const struct spb_noise_options defaults = {0};
    struct noise_probe *probe = calloc(1, sizeof(*probe));
    *out = NULL;
    if (!probe)
        return spb_error_set(err, -ENOMEM, "out of memory");
    probe->stat_fd = -1;
    int code = open_meters(probe, options ? options : &defaults, target);
    if (code) {
        close_probe(probe);
        return spb_error_set(err, code, "out of memory");
    }
    *out = probe;
    return 0;
}

/* ---- around the samples ---------------------------------------------------------------------------------------- */

static void start_probe(void *opaque)
{
    struct noise_probe *probe = opaque;
    start_meter(&probe->steal);
    start_meter(&probe->queue);
    probe->sample_start_ns = spb_clock_now_ns();
}

static uint32_t stop_probe(void *opaque)
{
    struct noise_probe *probe = opaque;
    uint64_t sample_ns = spb_clock_now_ns() - probe->sample_start_ns;
    uint64_t waited_ns = probe->queue.each_sample ? stop_meter(&probe->queue) : 0;
    bool stolen = probe->steal.each_sample && stop_meter(&probe->steal) > 0;
    bool waited = waited_ns > sample_ns / WAITED_PART;
    return (stolen ? SPB_MARK_STEAL : 0u) | (waited ? SPB_MARK_WAITED : 0u);
}

static int report_meter(struct meter *meter, struct spb_metrics *metrics)
{
    char name[64];
    if (!meter->each_sample)
        stop_meter(meter);
    if (meter->state != SPB_METRIC_OK)
        return spb_metrics_add_absent(metrics, meter->name, "ns", meter->state, "%s", meter->reason);
    if (meter->each_sample)
        return spb_metrics_add_total(metrics, meter->name, "ns", (double)meter->total_ns);
    int code = spb_metrics_add_absent(metrics, meter->name, "ns", SPB_METRIC_NOT_COUNTED,
                                      "a reading takes %llu us here, too much around each sample; see %s-whole-process",
                                      (unsigned long long)meter->cost_ns / 1000, meter->name);
    snprintf(name, sizeof(name), "%s-whole-process", meter->name);
    return code ? code : spb_metrics_add_total(metrics, name, "ns", (double)meter->total_ns);
}

static int report_peak(const struct noise_probe *probe, struct spb_metrics *metrics)
{
    struct spb_process_status status;
    int code = spb_process_status_read(probe->root, probe->pid, &status);
    if (code == 0)
        code = status.peak_rss_bytes.code;
    if (code)
        return spb_metrics_add_absent(metrics, "peak-rss", "bytes", SPB_METRIC_ABSENT, "VmHWM of /proc/%d/status: %s",
                                      (int)probe->pid, strerror(-code));
    return spb_metrics_add(metrics, "peak-rss", "bytes", (double)status.peak_rss_bytes.value);
}

static int read_probe(void *opaque, struct spb_metrics *metrics, struct spb_error *err)
{
    struct noise_probe *probe = opaque;
    int code = report_meter(&probe->steal, metrics);
    if (code == 0)
        code = report_meter(&probe->queue, metrics);
    if (code == 0)
        code = report_peak(probe, metrics);
    return code ? spb_error_set(err, code, "out of memory") : 0;
}

const struct spb_probe_type spb_noise_probe = {
    .name = "noise",
    .open = open_probe,
    .start = start_probe,
    .stop = stop_probe,
    .read = read_probe,
    .close = close_probe,
};
