/* SPDX-License-Identifier: MIT
 *
 * What the files of the process table share: how one process is read (process_read.c), its threads (process_threads.c).
 */
#ifndef SPB_PROCESS_TABLE_INTERNAL_H
#define SPB_PROCESS_TABLE_INTERNAL_H

#include "process_stat.h"
#include "process_status.h"
#include "process_table.h"

/* Which file of a process is kept open. */
enum process_file { PROCESS_FILE_NONE, PROCESS_FILE_STAT, PROCESS_FILE_SCHEDULE };

/* What is remembered of a process besides its look. */
struct process_memory {
    enum process_file kind;
    int fd;
    struct spb_schedule_times schedule; /* SCHEDULE: when it was last read in full */
    uint64_t name_hash;
    bool is_member; /* of the tree that is asked for */
    bool io_denied;
};

struct process_list {
    struct spb_process_look *looks; /* by number */
    struct process_memory *memory;  /* one a look */
    size_t count, capacity;
};

struct spb_process_table {
    struct spb_process_options options;
    char *root;  /* NULL: live */
    int proc_fd; /* /proc */
    uint64_t page_bytes;
    unsigned cpus; /* online; 0: not known */
    unsigned fds_max, fds_count;
    uint64_t look_number; /* 0: none yet */
    uint64_t boot_ns, boot_before_ns;
    unsigned refresh_period;
    struct process_list now, before;
    uint64_t root_start_ns;          /* of options.root, plus 1; 0: not seen yet */
    struct spb_process_look *chosen; /* of a tree: what is handed out; NULL: all */
    size_t chosen_count, chosen_capacity;
    struct spb_process_end *ended;
    size_t ended_count, ended_capacity;
    struct spb_process_counts counts;
    pid_t *pids;
    size_t pid_count, pid_capacity;
    pid_t threads_pid; /* whose threads were looked at last, and when */
    uint64_t threads_start_ns, threads_boot_ns;
    struct spb_thread_look *threads;
    size_t thread_count;
    char text[8192];
};

/* The process `look->pid`, which may be known already (`look` and `memory` are then those of the look before). 0, -ESRCH (it has ended),
 * -EAGAIN (no descriptor is left: nothing is known of it now), or another negative errno: it is not shown to us. */
int process_read(struct spb_process_table *table, struct spb_process_look *look, struct process_memory *memory,
                 bool is_known);
/* Only who its parent is now. */
void process_read_parent(struct spb_process_table *table, struct spb_process_look *look);
void process_forget(struct spb_process_table *table, struct spb_process_look *look, struct process_memory *memory);
/* Reads a whole small file below /proc into table->text. Its length, or a negative errno. */
ssize_t process_read_file(struct spb_process_table *table, const char *path);
/* The kernel's name of a process, made printable. */
void process_name(struct spb_span raw, bool is_kernel, char name[64]);
/* CPU time between two looks in per cent of one CPU; false: the counter fell, or jumped further than is possible. */
bool process_cpu_pct(const struct spb_process_table *table, uint64_t added_ns, uint64_t interval_ns, unsigned threads,
                     double *pct);

#endif
