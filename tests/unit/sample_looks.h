/* SPDX-License-Identifier: MIT
 *
 * Looks made by hand: a machine of two CPUs that is busy by day, whose disk fills up, and whose processes come and go. Number n is
 * the same each time. */
#ifndef SPB_SAMPLE_LOOKS_H
#define SPB_SAMPLE_LOOKS_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "random.h"
#include "recorder.h"

#define SAMPLE_BEGIN_NS  INT64_C(1794960000000000000) /* 2026-11-18 00:00 UTC */
#define SAMPLE_SECOND_NS INT64_C(1000000000)
#define SAMPLE_PROCESSES 40

struct sample_looks {
    struct spb_look look;
    struct spb_process_look processes[SAMPLE_PROCESSES];
    struct spb_recorder_processes listed;
    double disk_bytes;
};

static inline void sample_put(struct spb_look *look, enum spb_series series, const char *instance, double value)
{
    if (look->count == look->capacity) {
        look->capacity = look->capacity ? look->capacity * 2 : 128;
        look->items = realloc(look->items, look->capacity * sizeof(*look->items));
    }
    struct spb_observation *item = &look->items[look->count++];
    *item = (struct spb_observation){.series = series, .has_value = true, .value = value};
    snprintf(item->instance, sizeof(item->instance), "%s", instance);
}

static inline void sample_put_none(struct spb_look *look, enum spb_series series, const char *instance,
                                   const char *reason)
{
    sample_put(look, series, instance, 0);
    look->items[look->count - 1].has_value = false;
    look->items[look->count - 1].reason = reason;
}

static inline double sample_noise(struct spb_random *random, double mean)
{
    return mean * (0.7 + 0.6 * spb_random_unit(random));
}

static inline void sample_cpus(struct spb_look *look, struct spb_random *random, double load)
{
    static const char *const cpus[] = {"", "cpu0", "cpu1"};
    for (unsigned series = SPB_CPU_BUSY; series <= SPB_CPU_GUEST; series++)
        for (unsigned i = 0; i < 3; i++)
            sample_put(look, (enum spb_series)series, cpus[i],
                       series == SPB_CPU_GUEST
                           ? 0
                           : floor(sample_noise(random, series == SPB_CPU_BUSY ? load : load / 9) * 2) / 2.013);
    for (unsigned i = 0; i < 3; i++)
        sample_put_none(look, SPB_CPU_FREQUENCY, cpus[i], "the hypervisor hides it");
}

static inline void sample_rest(struct spb_look *look, struct spb_random *random, double load, double disk_bytes)
{
    for (unsigned series = SPB_CPU_ONLINE; series <= SPB_TASKS_ZOMBIES; series++)
        sample_put(look, (enum spb_series)series, "", floor(sample_noise(random, 4)));
    for (unsigned series = SPB_CONTEXT_SWITCHES; series <= SPB_FORKS; series++)
        sample_put(look, (enum spb_series)series, "", sample_noise(random, load * 37));
    for (unsigned series = SPB_FILES_OPEN; series <= SPB_MEMORY_DIRTY; series++)
        sample_put(look, (enum spb_series)series, "",
                   series == SPB_MEMORY_TOTAL             ? 8e9
                   : series == SPB_MEMORY_AVAILABLE_SHARE ? sample_noise(random, 50)
                                                          : floor(sample_noise(random, 1e6)) * 4096);
    for (unsigned series = SPB_SWAP_TOTAL; series <= SPB_SWAP_OUT; series++)
        sample_put(look, (enum spb_series)series, "", 0);
    for (unsigned series = SPB_PAGE_FAULTS; series <= SPB_OOM_KILLS; series++)
        sample_put(look, (enum spb_series)series, "", series == SPB_PAGE_FAULTS ? sample_noise(random, load * 100) : 0);
    for (unsigned series = SPB_DISK_READ; series <= SPB_DISK_WRITE_TIME; series++)
        sample_put(look, (enum spb_series)series, "sda", sample_noise(random, load * 1000));
    sample_put(look, SPB_FILESYSTEM_SIZE, "/", 100e9);
    sample_put(look, SPB_FILESYSTEM_AVAILABLE, "/", disk_bytes);
    sample_put(look, SPB_FILESYSTEM_USED_SHARE, "/", 100 - disk_bytes / 1e9);
    for (unsigned series = SPB_NETWORK_RECEIVED; series <= SPB_NETWORK_DROPS; series++)
        sample_put(look, (enum spb_series)series, "eth0",
                   series >= SPB_NETWORK_ERRORS ? 0 : sample_noise(random, load * 900));
}

static inline void sample_processes(struct sample_looks *sample, struct spb_random *random, uint64_t n)
{
    for (unsigned i = 0; i < SAMPLE_PROCESSES; i++) {
        struct spb_process_look *process = &sample->processes[i];
        *process = (struct spb_process_look){.pid = (pid_t)(100 + i),
                                             .parent = 1,
                                             .start_ns = 1000000000u * i,
                                             .state = i % 7 ? 'S' : 'R',
                                             .threads = 1 + i,
                                             .rss_bytes = (uint64_t)(SAMPLE_PROCESSES - i) << 20,
                                             .virtual_bytes = UINT64_C(1) << 30,
                                             .has_cpu = true,
                                             .cpu_pct = i < 5 ? floor(sample_noise(random, 20)) : 0,
                                             .cpu_total_ns = n * 10000000u * (i < 5)};
        snprintf(process->name, sizeof(process->name), "worker-%u", i);
        process->command = (char *)"/usr/bin/worker --quietly";
    }
    sample->listed = (struct spb_recorder_processes){.items = sample->processes, .count = SAMPLE_PROCESSES};
}

/* Look number n, `interval_s` seconds after the one before it. */
static inline void sample_look(struct sample_looks *sample, uint64_t n, int64_t interval_s)
{
    struct spb_random random = {spb_random_derive(7, n)};
    int64_t jitter_ns = (int64_t)spb_random_below(&random, 300000);
    int64_t passed_ns = (int64_t)n * interval_s * SAMPLE_SECOND_NS + jitter_ns;
    double load = 30 + 25 * sin((double)passed_ns / 86400e9 * 2 * 3.14159265358979);
    sample->look.count = 0;
    sample->look.time_ns = SAMPLE_BEGIN_NS + passed_ns;
    sample->look.boot_ns = (uint64_t)(5000 * SAMPLE_SECOND_NS + passed_ns);
    sample->look.interval_ns = n ? (uint64_t)(interval_s * SAMPLE_SECOND_NS) : 0;
    sample->disk_bytes = 60e9 - 1e5 * (double)passed_ns / 1e9;
    sample_cpus(&sample->look, &random, load);
    sample_rest(&sample->look, &random, load, floor(sample->disk_bytes / 4096) * 4096);
    sample_processes(sample, &random, n);
}

#endif
