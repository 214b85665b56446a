/* SPDX-License-Identifier: MIT
 *
 * /proc/stat: the series of the CPUs and of scheduling.
 */
#ifndef SPB_CPU_SOURCE_H
#define SPB_CPU_SOURCE_H

#include "cpu_times.h"
#include "kept_file.h"
#include "look_writer.h"

/* What a CPU, or all of them, did between two looks. */
struct spb_cpu_usage {
    const char *reason; /* why it is not known; NULL: it is */
    uint64_t ns[SPB_CPU_STATES];
    uint64_t sum_ns;
};

struct spb_cpu_look {
    struct spb_cpu_times times;
    struct spb_cpu_usage usage;
    char name[16]; /* "cpu12" */
};

struct spb_cpu_list {
    struct spb_cpu_look *items;
    size_t count, capacity;
};

struct spb_cpu_source {
    struct spb_kept_file file;
    struct spb_cpu_list before, now;
    struct spb_cpu_times total;
    struct spb_cpu_usage all;
    struct spb_reading fields_before[SPB_STAT_FIELDS], fields[SPB_STAT_FIELDS];
    int code; /* of the last reading */
};

void spb_cpu_source_init(struct spb_cpu_source *source, const char *root);
void spb_cpu_source_release(struct spb_cpu_source *source);
int spb_cpu_source_read(struct spb_cpu_source *source, struct spb_read_buffer *buffer);
/* The shares of time, cpu.busy to cpu.guest. */
void spb_cpu_source_add_shares(struct spb_cpu_source *source, struct spb_look_writer *writer,
                               const struct spb_interval *interval);
/* kernel.context-switches to kernel.forks. */
void spb_cpu_source_add_rates(const struct spb_cpu_source *source, struct spb_look_writer *writer,
                              const struct spb_interval *interval);

#endif
