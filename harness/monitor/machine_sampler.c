/* SPDX-License-Identifier: MIT */
#include "machine_sampler.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "cpu_source.h"
#include "disk_source.h"
#include "memory_source.h"
#include "network_source.h"

struct spb_machine_sampler {
    struct spb_sampler_options options;
    char *root; /* NULL: live */
    struct spb_read_buffer text, small;
    struct spb_cpu_source cpus;
    struct spb_memory_source memory;
    struct spb_disk_source disks;
    struct spb_network_source network;
    struct spb_kept_file load_file;
    struct spb_load_average load;
    int load_code;
    struct spb_process_table *processes;
    bool has_looked;
    uint64_t boot_ns, awake_ns; /* of the last look */
};

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
    spb_kept_file_init(&made->load_file, made->root, "/proc/loadavg");
    int code = 0;
    if (options->with_processes)
        code = spb_process_table_create(made->root, &options->processes, &made->processes);
    if (code) {
        spb_machine_sampler_destroy(made);
        return spb_error_system(err, code, "%s/proc", made->root ? made->root : "");
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
    spb_kept_file_release(&sampler->load_file);
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
        awake_ns = look->boot_ns;
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
    if (!sampler->processes) {
        spb_look_add_absent(writer, SPB_TASKS_PROCESSES, "", "processes are not looked at");
        spb_look_add_absent(writer, SPB_TASKS_ZOMBIES, "", "processes are not looked at");
        return;
    }
    struct spb_process_counts counts = spb_process_table_counts(sampler->processes);
    spb_look_add_value(writer, SPB_TASKS_PROCESSES, "", (double)counts.processes);
    spb_look_add_value(writer, SPB_TASKS_ZOMBIES, "", (double)counts.zombies);
}

static void read_all(struct spb_machine_sampler *sampler)
{
    spb_cpu_source_read(&sampler->cpus, &sampler->text);
    read_load(sampler);
    spb_memory_source_read(&sampler->memory, &sampler->text);
    spb_disk_source_read(&sampler->disks, &sampler->text, &sampler->small);
    spb_network_source_read(&sampler->network, &sampler->text, &sampler->small);
}

/* In the order of series_list.h. */
static void add_all(struct spb_machine_sampler *sampler, struct spb_look_writer *writer,
                    const struct spb_interval *interval)
{
    spb_cpu_source_add_shares(&sampler->cpus, writer, interval);
    spb_look_add_value(writer, SPB_CPU_ONLINE, "", (double)sampler->cpus.now.count);
    add_load(sampler, writer);
    add_tasks(sampler, writer);
    spb_cpu_source_add_rates(&sampler->cpus, writer, interval);
    spb_memory_source_add(&sampler->memory, writer, interval);
    spb_memory_source_add_pressure(&sampler->memory, writer, interval);
    spb_disk_source_add(&sampler->disks, writer, interval);
    spb_network_source_add(&sampler->network, writer, interval);
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
    if (code)
        return spb_error_system(err, code, "%s/proc", sampler->root ? sampler->root : "");
    add_all(sampler, &writer, &interval);
    spb_look_add_value(&writer, SPB_SELF_TICK, "", (double)(spb_clock_now_ns() - start_ns) / 1e9);
    return writer.failed ? spb_error_set(err, -ENOMEM, "out of memory") : 0;
}
