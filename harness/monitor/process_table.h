/* SPDX-License-Identifier: MIT
 *
 * The processes of the machine: who they are, what each did since the look before. A process is told by its number and its start, so that a
 * number given to another process is another process, with rates of its own.
 */
#ifndef SPB_PROCESS_TABLE_H
#define SPB_PROCESS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The first three are always there; the others only where has_... says so. */
struct spb_process_look {
    pid_t pid;
    pid_t parent;
    uint64_t start_ns; /* since boot; to 10 ms */
    char name[64];     /* the kernel's (comm), made printable; threads of the kernel in brackets */
    char *
        command; /* command line, made printable, arguments separated by blanks, at most 4 KiB; NULL: none, or not asked for; owned by the table */
    char state;  /* R S D Z T t I X, as in proc(5) */
    bool is_kernel;
    uid_t user;
    unsigned threads;
    int nice;
    uint64_t cpu_total_ns; /* user and system, since its start */
    bool has_cpu;          /* false: seen for the first time, and started before the look before */
    double cpu_pct;        /* of one CPU, over the interval (or since its start, when that is later) */
    uint64_t rss_bytes;
    uint64_t virtual_bytes;
    uint64_t major_faults_total;
    bool has_io;             /* false: not permitted (another user's), or not asked for */
    double read_bytes_per_s; /* from and to storage */
    double written_bytes_per_s;
    uint64_t read_total_bytes, written_total_bytes;
    bool is_new; /* was not there at the look before (false for all in the first one) */
};

struct spb_process_end {
    pid_t pid;
    uint64_t start_ns;
    char name[64];
    uint64_t cpu_total_ns; /* when last seen */
    uint64_t rss_bytes;
};

struct spb_process_options {
    bool with_io; /* /proc/PID/io: one more file each */
    bool with_commands;
    pid_t root; /* only this process and its descendants, also those whose parents have ended since; 0: all */
    unsigned
        descriptors_max; /* files kept open, one a process: a look costs a third with them. 0: what the limit of open files leaves */
};

/* Of the whole machine, whatever the options leave out. */
struct spb_process_counts {
    size_t processes;
    size_t zombies;
};

struct spb_process_table;

struct spb_thread_look {
    pid_t tid;
    char name[64];
    char state;
    uint64_t cpu_total_ns;
    bool has_cpu;
    double cpu_pct;
};

/* `root` NULL: this machine. Keeps what it opens; costs are in README.md of this room. */
int spb_process_table_create(const char *root, const struct spb_process_options *options,
                             struct spb_process_table **table);
void spb_process_table_destroy(struct spb_process_table *table);

/* Looks at all processes; `boot_ns` is now. Those that end while it looks are left out. 0, or a negative errno (-ENOENT: no /proc). */
int spb_process_table_look(struct spb_process_table *table, uint64_t boot_ns);
/* What the last look saw, in no particular order; valid until the next one. */
const struct spb_process_look *spb_process_table_items(const struct spb_process_table *table, size_t *count);
/* What was there at the look before and is no more. */
const struct spb_process_end *spb_process_table_ended(const struct spb_process_table *table, size_t *count);
struct spb_process_counts spb_process_table_counts(const struct spb_process_table *table);
/* The threads of one process at the last look that asked for them; allocated, freed by the caller. -ESRCH: it has ended. */
int spb_process_table_threads(struct spb_process_table *table, pid_t pid, struct spb_thread_look **threads,
                              size_t *count);

#endif
