/* SPDX-License-Identifier: MIT */
#include "machine_sampler.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cgroup_source.h"
#include "clock.h"
#include "cpu_source.h"
#include "disk_source.h"
#include "file.h"
#include "file_handles.h"
#include "filesystem_source.h"
#include "memory_source.h"
#include "network_source.h"
#include "sensor_source.h"

struct spb_machine_sampler {
    struct spb_sampler_options options;
    char *root; /* NULL: live */
    struct spb_read_buffer text, small;
    struct spb_cpu_source cpus;
    struct spb_memory_source memory;
    struct spb_disk_source disks;
    struct spb_network_source network;
    struct spb_filesystem_source filesystems;
    struct spb_sensor_source sensors;
    struct spb_cgroup_source cgroup;
    struct spb_kept_file load_file, handles_file;
    struct spb_load_average load;
    struct spb_file_handles handles;
    int load_code, handles_code;
    struct spb_slow_pace limits_pace;
    struct spb_reading threads_limit;
    struct spb_process_table *processes;
    bool has_looked;
    uint64_t boot_ns, awake_ns;       /* of the last look */
    uint64_t self_before_ns, self_ns; /* CPU time of this process */
};

#define LIMITS_PERIOD_NS UINT64_C(60000000000)

static uint64_t clock_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* ---- life ------------------------------------------------------------------------------------------------------ */

int spb_machine_sampler_create(const struct spb_sampler_options *options, struct spb_machine_sampler **sampler,
                               struct spb_error *err)
{
    struct spb_machine_sampler *made = calloc(1, sizeof(*made));
    *sampler = NULL;
    if (!made)
        return spb_error_set(err, -ENOMEM, "out of memory");
    made->options = *options;
    if (!spb_root_is_live(options->root))
        made->root = strdup(options->root);
    spb_cpu_source_init(&made->cpus, made->root);
    spb_memory_source_init(&made->memory, made->root);
    spb_disk_source_init(&made->disks, made->root);
    spb_network_source_init(&made->network, made->root);
    spb_filesystem_source_init(&made->filesystems, made->root);
    spb_sensor_source_init(&made->sensors, made->root);
    spb_cgroup_source_init(&made->cgroup, made->root);
    spb_kept_file_init(&made->load_file, made->root, "/proc/loadavg");
    spb_kept_file_init(&made->handles_file, made->root, "/proc/sys/fs/file-nr");
    made->limits_pace.period_ns = LIMITS_PERIOD_NS;
    int code = spb_root_is_live(options->root) || made->root ? 0 : -ENOMEM;
    if (code == 0 && options->with_processes)
        code = spb_process_table_create(made->root, &options->processes, &made->processes);
    if (code) {
        spb_machine_sampler_destroy(made);
        return spb_error_system(err, code, "%s/proc", spb_root_is_live(options->root) ? "" : options->root);
    }
    *sampler = made;
    return 0;
}

void spb_machine_sampler_destroy(struct spb_machine_sampler *sampler)
{
    if (!sampler)
        return;
    spb_cpu_source_release(&sampler->cpus);
    spb_memory_source_release(&sampler->memory);
    spb_disk_source_release(&sampler->disks);
    spb_network_source_release(&sampler->network);
    spb_filesystem_source_release(&sampler->filesystems);
    spb_sensor_source_release(&sampler->sensors);
    spb_cgroup_source_release(&sampler->cgroup);
    spb_kept_file_release(&sampler->load_file);
    spb_kept_file_release(&sampler->handles_file);
    spb_process_table_destroy(sampler->processes);
    spb_read_buffer_release(&sampler->text);
    spb_read_buffer_release(&sampler->small);
    free(sampler->root);
    free(sampler);
}

struct spb_process_table *spb_machine_sampler_processes(struct spb_machine_sampler *sampler)
{
    return sampler->processes;
}

/* ---- a look ---------------------------------------------------------------------------------------------------- */

static void take_time(struct spb_machine_sampler *sampler, struct spb_look *look, struct spb_interval *interval)
{
    uint64_t awake_ns;
    if (sampler->options.now) {
        sampler->options.now(sampler->options.context, &look->time_ns, &look->boot_ns);
        awake_ns = sampler->options.awake_ns ? sampler->options.awake_ns(sampler->options.context) : look->boot_ns;
    } else {
        look->time_ns = (int64_t)clock_ns(CLOCK_REALTIME);
        look->boot_ns = clock_ns(CLOCK_BOOTTIME);
        awake_ns = clock_ns(CLOCK_MONOTONIC);
    }
    *interval = (struct spb_interval){.boot_ns = look->boot_ns};
    if (!sampler->has_looked)
        interval->reason = "first look";
    else if (look->boot_ns <= sampler->boot_ns || awake_ns <= sampler->awake_ns)
        interval->reason = "no time has passed since the look before";
    if (!interval->reason) {
        interval->ns = look->boot_ns - sampler->boot_ns;
        interval->awake_ns = awake_ns - sampler->awake_ns;
    }
    look->interval_ns = interval->ns;
    sampler->boot_ns = look->boot_ns;
    sampler->awake_ns = awake_ns;
}

static void read_load(struct spb_machine_sampler *sampler)
{
    sampler->load_code = spb_kept_file_read(&sampler->load_file, &sampler->small);
    if (sampler->load_code == 0)
        sampler->load_code = spb_load_average_parse(sampler->small.text, sampler->small.length, &sampler->load);
}

static int read_number(const char *root, const char *path, uint64_t *value)
{
    char text[32];
    int code = spb_file_read_line(root, path, text, sizeof(text));
    return code ? code : spb_span_parse_u64((struct spb_span){text, strlen(text)}, value);
}

/* The files of limits hardly ever change. */
static void read_handles(struct spb_machine_sampler *sampler)
{
    struct spb_read_buffer *small = &sampler->small;
    uint64_t threads, pids;
    sampler->handles_code = spb_kept_file_read(&sampler->handles_file, small);
    if (sampler->handles_code == 0)
        sampler->handles_code = spb_file_handles_parse(small->text, small->length, &sampler->handles);
    if (!spb_slow_pace_is_due(&sampler->limits_pace, sampler->boot_ns))
        return;
    int code = read_number(sampler->root, "/proc/sys/kernel/threads-max", &threads);
    if (code == 0)
        code = read_number(sampler->root, "/proc/sys/kernel/pid_max", &pids);
    sampler->threads_limit = (struct spb_reading){.code = code};
    if (code == 0)
        sampler->threads_limit.value = threads < pids ? threads : pids;
}

static void add_load(const struct spb_machine_sampler *sampler, struct spb_look_writer *writer)
{
    const double averages[] = {sampler->load.one, sampler->load.five, sampler->load.fifteen};
    for (int i = 0; i < 3; i++)
        if (sampler->load_code)
            spb_look_add_absent(writer, SPB_LOAD_1 + (enum spb_series)i, "", spb_reading_reason(sampler->load_code));
        else
            spb_look_add_value(writer, SPB_LOAD_1 + (enum spb_series)i, "", averages[i]);
}

/* procs_running counts who reads it. */
static void add_tasks(const struct spb_machine_sampler *sampler, struct spb_look_writer *writer)
{
    struct spb_reading running = sampler->cpus.fields[SPB_STAT_RUNNING];
    if (running.code == 0 && running.value > 0)
        running.value--;
    spb_look_add_reading(writer, SPB_TASKS_RUNNING, &running, 1);
    spb_look_add_reading(writer, SPB_TASKS_BLOCKED, &sampler->cpus.fields[SPB_STAT_BLOCKED], 1);
    spb_look_add_reading(writer, SPB_TASKS_THREADS,
                         &(struct spb_reading){.code = sampler->load_code, .value = sampler->load.threads}, 1);
    spb_look_add_reading(writer, SPB_TASKS_THREADS_LIMIT, &sampler->threads_limit, 1);
    if (!sampler->processes) {
        spb_look_add_absent(writer, SPB_TASKS_PROCESSES, "", "processes are not looked at");
        spb_look_add_absent(writer, SPB_TASKS_ZOMBIES, "", "processes are not looked at");
        return;
    }
    struct spb_process_counts counts = spb_process_table_counts(sampler->processes);
    spb_look_add_value(writer, SPB_TASKS_PROCESSES, "", (double)counts.processes);
    spb_look_add_value(writer, SPB_TASKS_ZOMBIES, "", (double)counts.zombies);
}

static void add_handles(const struct spb_machine_sampler *sampler, struct spb_look_writer *writer)
{
    struct spb_reading open = {sampler->handles_code, sampler->handles.open};
    struct spb_reading limit = {sampler->handles_code, sampler->handles.limit};
    spb_look_add_reading(writer, SPB_FILES_OPEN, &open, 1);
    spb_look_add_reading(writer, SPB_FILES_LIMIT, &limit, 1);
}

/* Of one CPU; several threads may use more of them. */
static void add_self(const struct spb_machine_sampler *sampler, struct spb_look_writer *writer,
                     const struct spb_interval *interval, uint64_t start_ns)
{
    struct spb_observation cpu = {.series = SPB_SELF_CPU, .reason = interval->reason, .has_total = true};
    cpu.total = (double)sampler->self_ns / 1e9;
    cpu.has_value = !cpu.reason;
    if (cpu.has_value)
        cpu.value = 100.0 * (double)(sampler->self_ns - sampler->self_before_ns) / (double)interval->awake_ns;
    spb_look_add_counted(writer, &cpu);
    spb_look_add_value(writer, SPB_SELF_TICK, "", (double)(spb_clock_now_ns() - start_ns) / 1e9);
}

static void read_all(struct spb_machine_sampler *sampler)
{
    spb_cpu_source_read(&sampler->cpus, &sampler->text);
    read_load(sampler);
    spb_memory_source_read(&sampler->memory, &sampler->text);
    spb_disk_source_read(&sampler->disks, &sampler->text, &sampler->small);
    spb_network_source_read(&sampler->network, &sampler->text, &sampler->small);
    read_handles(sampler);
    spb_filesystem_source_read(&sampler->filesystems, &sampler->text, sampler->boot_ns);
    spb_sensor_source_read(&sampler->sensors, &sampler->cpus.now, sampler->boot_ns);
    spb_cgroup_source_read(&sampler->cgroup, &sampler->text, sampler->boot_ns);
    sampler->self_before_ns = sampler->self_ns;
    sampler->self_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}

/* In the order of series_list.h. */
static void add_all(struct spb_machine_sampler *sampler, struct spb_look_writer *writer,
                    const struct spb_interval *interval)
{
    spb_cpu_source_add_shares(&sampler->cpus, writer, interval);
    spb_sensor_source_add_frequencies(&sampler->sensors, writer);
    if (sampler->cpus.code)
        spb_look_add_absent(writer, SPB_CPU_ONLINE, "", spb_reading_reason(sampler->cpus.code));
    else
        spb_look_add_value(writer, SPB_CPU_ONLINE, "", (double)sampler->cpus.now.count);
    spb_cgroup_source_add_allowed(&sampler->cgroup, writer);
    add_load(sampler, writer);
    add_tasks(sampler, writer);
    spb_cpu_source_add_rates(&sampler->cpus, writer, interval);
    add_handles(sampler, writer);
    spb_memory_source_add(&sampler->memory, writer, interval);
    spb_memory_source_add_pressure(&sampler->memory, writer, interval);
    spb_disk_source_add(&sampler->disks, writer, interval);
    spb_filesystem_source_add(&sampler->filesystems, writer);
    spb_network_source_add(&sampler->network, writer, interval);
    spb_sensor_source_add(&sampler->sensors, writer);
    spb_cgroup_source_add(&sampler->cgroup, writer, interval, sampler->cpus.now.count);
}

int spb_machine_sampler_look(struct spb_machine_sampler *sampler, struct spb_look *look, struct spb_error *err)
{
    struct spb_look_writer writer = {.look = look};
    struct spb_interval interval;
    uint64_t start_ns = spb_clock_now_ns();
    look->count = 0;
    take_time(sampler, look, &interval);
    read_all(sampler);
    int code = sampler->processes ? spb_process_table_look(sampler->processes, look->boot_ns) : 0;
    sampler->has_looked = true;
    if (sampler->cpus.code == -ENOENT && sampler->load_code == -ENOENT)
        code = -ENOENT; /* no /proc at all */
    if (code)
        return spb_error_system(err, code, "%s/proc", sampler->root ? sampler->root : "");
    add_all(sampler, &writer, &interval);
    add_self(sampler, &writer, &interval, start_ns);
    return writer.failed ? spb_error_set(err, -ENOMEM, "out of memory") : 0;
}
