/* SPDX-License-Identifier: MIT
 *
 * The threads of one process, for who asks: rates need two looks at the same process.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "folder.h"
#include "process_table_internal.h"

static int read_thread(struct spb_process_table *table, pid_t pid, const char *name, struct spb_thread_look *thread)
{
    char path[64];
    struct spb_process_stat stat;
    snprintf(path, sizeof(path), "%d/task/%.12s/stat", (int)pid, name);
    ssize_t got = process_read_file(table, path);
    if (got < 0)
        return (int)got;
    int code = spb_process_stat_parse(table->text, (size_t)got, &stat);
    if (code)
        return code;
    *thread =
        (struct spb_thread_look){.tid = stat.pid, .state = stat.state, .cpu_total_ns = stat.user_ns + stat.system_ns};
    process_name(stat.name, stat.is_kernel, thread->name);
    return 0;
}

static const struct spb_thread_look *find_before(const struct spb_process_table *table, pid_t tid)
{
    for (size_t i = 0; i < table->thread_count; i++)
        if (table->threads[i].tid == tid)
            return &table->threads[i];
    return NULL;
}

static void take_cpu(const struct spb_process_table *table, struct spb_thread_look *thread)
{
    const struct spb_thread_look *before = find_before(table, thread->tid);
    if (!before || thread->cpu_total_ns < before->cpu_total_ns || table->boot_ns <= table->threads_boot_ns)
        return;
    thread->has_cpu = process_cpu_pct(table, thread->cpu_total_ns - before->cpu_total_ns,
                                      table->boot_ns - table->threads_boot_ns, 1, &thread->cpu_pct);
}

static uint64_t start_of(const struct spb_process_table *table, pid_t pid)
{
    for (size_t i = 0; i < table->now.count; i++)
        if (table->now.looks[i].pid == pid)
            return table->now.looks[i].start_ns;
    return UINT64_MAX;
}

/* What the next call compares with. */
static int remember(struct spb_process_table *table, const struct spb_thread_look *threads, size_t count)
{
    struct spb_thread_look *copy = reallocarray(table->threads, count ? count : 1, sizeof(*copy));
    if (!copy)
        return -ENOMEM;
    memcpy(copy, threads, count * sizeof(*copy));
    table->threads = copy;
    table->thread_count = count;
    table->threads_boot_ns = table->boot_ns;
    return 0;
}

int spb_process_table_threads(struct spb_process_table *table, pid_t pid, struct spb_thread_look **threads,
                              size_t *count)
{
    char path[48];
    struct spb_folder folder;
    uint64_t start_ns = start_of(table, pid);
    *threads = NULL;
    *count = 0;
    snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
    int code = start_ns == UINT64_MAX ? -ESRCH : spb_folder_read(table->root, path, "", &folder);
    if (code)
        return code == -ENOENT ? -ESRCH : code;
    if (pid != table->threads_pid || start_ns != table->threads_start_ns)
        table->thread_count = 0;
    table->threads_pid = pid;
    table->threads_start_ns = start_ns;
    struct spb_thread_look *found = calloc(folder.count ? folder.count : 1, sizeof(*found));
    for (size_t i = 0; found && i < folder.count; i++)
        if (read_thread(table, pid, folder.names[i], &found[*count]) == 0)
            take_cpu(table, &found[(*count)++]);
    spb_folder_release(&folder);
    code = found ? remember(table, found, *count) : -ENOMEM;
    if (code == 0 && *count == 0)
        code = -ESRCH;
    if (code)
        free(found);
    else
        *threads = found;
    return code;
}
