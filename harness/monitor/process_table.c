/* SPDX-License-Identifier: MIT */
#include "process_table.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cpu_times.h"
#include "kept_file.h"
#include "page_size.h"
#include "process_table_internal.h"

/* Descriptors that are left to the rest of the program; how many sleepers are read in full at each look, where each is
 * due sooner than in so many looks; how often the CPUs are counted. */
enum { FDS_LEFT = 128, REFRESHED = 32, REFRESH_LOOKS = 10, CPUS_PERIOD = 256, ENTRIES_BYTES = 32768 };

/* ---- lists ----------------------------------------------------------------------------------------------------- */

static int grow(void **items, size_t *capacity, size_t count, size_t size)
{
    if (count < *capacity)
        return 0;
    size_t larger = *capacity ? *capacity * 2 : 256;
    void *moved = reallocarray(*items, larger, size);
    if (!moved)
        return -ENOMEM;
    *items = moved;
    *capacity = larger;
    return 0;
}

static int grow_list(struct process_list *list)
{
    size_t capacity = list->capacity;
    int code = grow((void **)&list->looks, &capacity, list->count, sizeof(*list->looks));
    capacity = list->capacity;
    if (code == 0)
        code = grow((void **)&list->memory, &capacity, list->count, sizeof(*list->memory));
    if (code == 0)
        list->capacity = capacity;
    return code;
}

static void release_list(struct spb_process_table *table, struct process_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        process_forget(table, &list->looks[i], &list->memory[i]);
    free(list->looks);
    free(list->memory);
    *list = (struct process_list){0};
}

/* ---- opening --------------------------------------------------------------------------------------------------- */

static unsigned descriptors_max(unsigned wanted)
{
    struct rlimit limit;
    rlim_t left = 0;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur > FDS_LEFT)
        left = limit.rlim_cur - FDS_LEFT;
    if (left > 1u << 20)
        left = 1u << 20;
    return wanted && wanted < left ? wanted : (unsigned)left;
}

static void count_cpus(struct spb_process_table *table)
{
    struct spb_system_times times;
    if (spb_system_times_read(table->root, &times) == 0)
        table->cpus = (unsigned)times.cpu_count;
    spb_system_times_release(&times);
}

static int open_proc(struct spb_process_table *table)
{
    struct spb_kept_file folder;
    spb_kept_file_init(&folder, table->root, "/proc");
    if (folder.path)
        table->proc_fd = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int code = !folder.path ? -ENOMEM : table->proc_fd < 0 ? -errno : 0;
    spb_kept_file_release(&folder);
    return code;
}

int spb_process_table_create(const char *root, const struct spb_process_options *options,
                             struct spb_process_table **table)
{
    struct spb_process_table *made = calloc(1, sizeof(*made));
    *table = NULL;
    if (!made)
        return -ENOMEM;
    made->options = options ? *options : (struct spb_process_options){0};
    made->proc_fd = -1;
    made->page_bytes = spb_page_size_read(root);
    int code = 0;
    if (!spb_root_is_live(root) && !(made->root = strdup(root)))
        code = -ENOMEM;
    if (code == 0)
        code = open_proc(made);
    if (code) {
        spb_process_table_destroy(made);
        return code;
    }
    /* Below another root what is kept open could not be replaced. */
    made->fds_max = made->root ? 0 : descriptors_max(made->options.descriptors_max);
    *table = made;
    return 0;
}

void spb_process_table_destroy(struct spb_process_table *table)
{
    if (!table)
        return;
    release_list(table, &table->now);
    release_list(table, &table->before);
    if (table->proc_fd >= 0)
        close(table->proc_fd);
    free(table->chosen);
    free(table->ended);
    free(table->pids);
    free(table->threads);
    free(table->root);
    free(table);
}

/* ---- which processes there are --------------------------------------------------------------------------------- */

/* The number that a name is, or 0. */
static pid_t number_of(const char *name)
{
    unsigned long number = 0;
    const char *at = name;
    while (*at >= '0' && *at <= '9' && at - name < 9)
        number = number * 10 + (unsigned)(*at++ - '0');
    return *at || at == name ? 0 : (pid_t)number;
}

static int add_pid(struct spb_process_table *table, pid_t pid)
{
    int code = grow((void **)&table->pids, &table->pid_capacity, table->pid_count, sizeof(*table->pids));
    if (code == 0)
        table->pids[table->pid_count++] = pid;
    return code;
}

static int compare_pids(const void *a, const void *b)
{
    pid_t left = *(const pid_t *)a, right = *(const pid_t *)b;
    return (left > right) - (left < right);
}

/* The kernel lists them by number; a file system does not. */
static void sort_pids(struct spb_process_table *table)
{
    bool sorted = true;
    for (size_t i = 1; i < table->pid_count && sorted; i++)
        sorted = table->pids[i - 1] < table->pids[i];
    if (!sorted)
        qsort(table->pids, table->pid_count, sizeof(*table->pids), compare_pids);
}

static int list_pids(struct spb_process_table *table)
{
    _Alignas(struct dirent64) char entries[ENTRIES_BYTES];
    int code = 0;
    table->pid_count = 0;
    if (lseek(table->proc_fd, 0, SEEK_SET) < 0)
        return -errno;
    for (;;) {
        long got = syscall(SYS_getdents64, table->proc_fd, entries, sizeof(entries));
        if (got <= 0)
            return sort_pids(table), got < 0 ? -errno : code;
        for (long at = 0; at < got && code == 0;) {
            const struct dirent64 *entry = (const struct dirent64 *)(const void *)(entries + at);
            pid_t pid = number_of(entry->d_name);
            if (pid)
                code = add_pid(table, pid);
            at += entry->d_reclen;
        }
    }
}

/* ---- a look ---------------------------------------------------------------------------------------------------- */

static int add_end(struct spb_process_table *table, const struct spb_process_look *look)
{
    int code = grow((void **)&table->ended, &table->ended_capacity, table->ended_count, sizeof(*table->ended));
    if (code)
        return code;
    struct spb_process_end *end = &table->ended[table->ended_count++];
    *end = (struct spb_process_end){
        .pid = look->pid, .start_ns = look->start_ns, .cpu_total_ns = look->cpu_total_ns, .rss_bytes = look->rss_bytes};
    memcpy(end->name, look->name, sizeof(end->name));
    return 0;
}

static bool is_shown(const struct spb_process_table *table, const struct process_memory *memory)
{
    return !table->options.root || memory->is_member;
}

/* One that was there before and is not among the numbers now. */
static int end_process(struct spb_process_table *table, size_t index)
{
    struct process_list *before = &table->before;
    int code = is_shown(table, &before->memory[index]) ? add_end(table, &before->looks[index]) : 0;
    process_forget(table, &before->looks[index], &before->memory[index]);
    return code;
}

/* `known` is its index in the list before, or -1. */
static int look_at(struct spb_process_table *table, pid_t pid, ssize_t known)
{
    int code = grow_list(&table->now);
    if (code)
        return code;
    struct spb_process_look *look = &table->now.looks[table->now.count];
    struct process_memory *memory = &table->now.memory[table->now.count];
    if (known >= 0) {
        *look = table->before.looks[known];
        *memory = table->before.memory[known];
    } else {
        *look = (struct spb_process_look){.pid = pid};
        *memory = (struct process_memory){.fd = -1};
    }
    bool was_shown = is_shown(table, memory);
    code = process_read(table, look, memory, known >= 0);
    if (code == -EAGAIN &&
        known >= 0) { /* it is there, but there is no descriptor to look at it: what was known stays */
        look->has_cpu = look->has_io = false;
        code = 0;
    }
    bool is_other = known >= 0 && (code || look->start_ns != table->before.looks[known].start_ns);
    if (code == 0)
        table->now.count++;
    else
        process_forget(table, look, memory);
    return is_other && was_shown ? add_end(table, &table->before.looks[known]) : 0;
}

static int merge(struct spb_process_table *table)
{
    size_t old = 0;
    int code = 0;
    for (size_t i = 0; i < table->pid_count && code == 0; i++) {
        while (code == 0 && old < table->before.count && table->before.looks[old].pid < table->pids[i])
            code = end_process(table, old++);
        bool known = old < table->before.count && table->before.looks[old].pid == table->pids[i];
        if (code == 0)
            code = look_at(table, table->pids[i], known ? (ssize_t)old : -1);
        old += known;
    }
    while (old < table->before.count)
        if (end_process(table, old++) < 0)
            code = -ENOMEM;
    table->before.count = 0;
    return code;
}

static ssize_t find(const struct process_list *list, pid_t pid)
{
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list->looks[middle].pid < pid)
            low = middle + 1;
        else
            high = middle;
    }
    return low < list->count && list->looks[low].pid == pid ? (ssize_t)low : -1;
}

/* Sleepers do not notice that their parent has ended and they have another. */
static void find_new_parents(struct spb_process_table *table)
{
    for (size_t i = 0; i < table->now.count && table->ended_count; i++) {
        struct spb_process_look *look = &table->now.looks[i];
        if (look->parent && find(&table->now, look->parent) < 0)
            process_read_parent(table, look);
    }
}

/* A number given again is not the process that was meant. */
static bool is_root(struct spb_process_table *table, const struct spb_process_look *look)
{
    if (look->pid != table->options.root)
        return false;
    if (table->root_start_ns == 0)
        table->root_start_ns = look->start_ns + 1;
    return table->root_start_ns == look->start_ns + 1;
}

/* Members are `root`, what has a member for a parent, and what was one before. Parents have smaller numbers than their children but for a
 * wrap of the numbers: hence the rounds. */
static void mark_members(struct spb_process_table *table)
{
    bool found = true;
    while (found) {
        found = false;
        for (size_t i = 0; i < table->now.count; i++) {
            struct process_memory *memory = &table->now.memory[i];
            const struct spb_process_look *look = &table->now.looks[i];
            if (memory->is_member)
                continue;
            ssize_t parent = find(&table->now, look->parent);
            memory->is_member = is_root(table, look) || (parent >= 0 && table->now.memory[parent].is_member);
            found = found || memory->is_member;
        }
    }
}

static int choose_members(struct spb_process_table *table)
{
    int code = 0;
    table->chosen_count = 0;
    if (!table->options.root)
        return 0;
    mark_members(table);
    for (size_t i = 0; i < table->now.count && code == 0; i++) {
        if (!table->now.memory[i].is_member)
            continue;
        code = grow((void **)&table->chosen, &table->chosen_capacity, table->chosen_count, sizeof(*table->chosen));
        if (code == 0)
            table->chosen[table->chosen_count++] = table->now.looks[i];
    }
    return code;
}

static void count(struct spb_process_table *table)
{
    table->counts = (struct spb_process_counts){.processes = table->now.count};
    for (size_t i = 0; i < table->now.count; i++)
        table->counts.zombies += table->now.looks[i].state == 'Z';
}

static void start_look(struct spb_process_table *table, uint64_t boot_ns)
{
    struct process_list spare = table->before;
    table->before = table->now;
    table->now = spare;
    table->now.count = 0;
    table->ended_count = 0;
    table->boot_before_ns = table->boot_ns;
    table->boot_ns = boot_ns;
    unsigned due = 1 + (unsigned)(table->before.count / REFRESHED);
    table->refresh_period = due > REFRESH_LOOKS ? due : REFRESH_LOOKS;
    if (table->look_number % CPUS_PERIOD == 0)
        count_cpus(table);
}

int spb_process_table_look(struct spb_process_table *table, uint64_t boot_ns)
{
    int code = list_pids(table);
    if (code)
        return code;
    start_look(table, boot_ns);
    code = merge(table);
    if (code == 0) {
        find_new_parents(table);
        code = choose_members(table);
    }
    count(table);
    table->look_number++;
    return code;
}

const struct spb_process_look *spb_process_table_items(const struct spb_process_table *table, size_t *count)
{
    *count = table->options.root ? table->chosen_count : table->now.count;
    return table->options.root ? table->chosen : table->now.looks;
}

const struct spb_process_end *spb_process_table_ended(const struct spb_process_table *table, size_t *count)
{
    *count = table->ended_count;
    return table->ended;
}

struct spb_process_counts spb_process_table_counts(const struct spb_process_table *table)
{
    return table->counts;
}
