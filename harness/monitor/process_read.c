/* SPDX-License-Identifier: MIT
 *
 * One process of the table. A look at one that slept costs a read of its schedstat: as long as that says that it has not run, nothing else of it
 * has changed but what others do to it, which is looked at now and then (README.md).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cpu_times.h"
#include "fnv.h"
#include "printable_name.h"
#include "process_table_internal.h"

enum { COMMAND_BYTES = 4096, NAME_BYTES = 64, PATH_BYTES = 48, IDENTITY_PERIODS = 8 };

/* ---- files ----------------------------------------------------------------------------------------------------- */

static int open_file(const struct spb_process_table *table, const char *path)
{
    int fd = openat(table->proc_fd, path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0)
        return fd;
    return errno == ENOENT ? -ESRCH : errno == EMFILE || errno == ENFILE ? -EAGAIN : -errno;
}

static ssize_t read_start(struct spb_process_table *table, int fd)
{
    ssize_t got = pread(fd, table->text, sizeof(table->text), 0);
    return got < 0 ? -errno : got;
}

ssize_t process_read_file(struct spb_process_table *table, const char *path)
{
    int fd = open_file(table, path);
    if (fd < 0)
        return fd;
    ssize_t got = read_start(table, fd);
    close(fd);
    return got;
}

static void format_path(char path[PATH_BYTES], pid_t pid, const char *name)
{
    char digits[12];
    size_t at = sizeof(digits), length = 0;
    for (unsigned rest = (unsigned)pid; rest || at == sizeof(digits); rest /= 10)
        digits[--at] = (char)('0' + rest % 10);
    memcpy(path, digits + at, length = sizeof(digits) - at);
    strcpy(path + length, name);
}

static void close_kept(struct spb_process_table *table, struct process_memory *memory)
{
    if (memory->kind == PROCESS_FILE_NONE)
        return;
    close(memory->fd);
    memory->kind = PROCESS_FILE_NONE;
    table->fds_count--;
}

static int read_schedule(struct spb_process_table *table, int fd, struct spb_schedule_times *times)
{
    ssize_t got = read_start(table, fd);
    int code = got < 0 ? (int)got : spb_schedule_times_parse(table->text, (size_t)got, times);
    return code ? code : times->slices == 0 ? -ENODATA : 0; /* a kernel that does not count prints zeroes */
}

/* A process of several threads has its time in stat only; the schedstat of one that has a single thread is the cheapest file of all. What
 * runs between the reading of stat and that of schedstat, microseconds later, is seen when it runs again. */
static void keep_file(struct spb_process_table *table, pid_t pid, unsigned threads, struct process_memory *memory)
{
    enum process_file kind = threads > 1 ? PROCESS_FILE_STAT : PROCESS_FILE_SCHEDULE;
    char path[PATH_BYTES];
    if (memory->kind == kind)
        return;
    close_kept(table, memory);
    if (table->fds_count >= table->fds_max)
        return;
    format_path(path, pid, kind == PROCESS_FILE_STAT ? "/stat" : "/schedstat");
    memory->fd = open_file(table, path);
    if (memory->fd < 0)
        return;
    memory->kind = kind;
    table->fds_count++;
    if (kind == PROCESS_FILE_SCHEDULE && read_schedule(table, memory->fd, &memory->schedule) < 0)
        close_kept(table, memory);
}

void process_forget(struct spb_process_table *table, struct spb_process_look *look, struct process_memory *memory)
{
    close_kept(table, memory);
    free(look->command);
    look->command = NULL;
}

/* ---- who it is ------------------------------------------------------------------------------------------------- */

/* "a\134n" of the kernel's: a newline stands as \n, a backslash as \\ */
static size_t unescape(struct spb_span raw, char *name, size_t size)
{
    size_t length = 0;
    for (size_t i = 0; i < raw.length && length < size; i++) {
        char c = raw.text[i];
        if (c == '\\' && i + 1 < raw.length && (raw.text[i + 1] == 'n' || raw.text[i + 1] == '\\'))
            c = raw.text[++i] == 'n' ? '\n' : '\\';
        name[length++] = c;
    }
    return length;
}

void process_name(struct spb_span raw, bool is_kernel, char name[NAME_BYTES])
{
    char plain[NAME_BYTES + 2], safe[NAME_BYTES - 2];
    size_t length = unescape(raw, plain, sizeof(plain));
    if (!is_kernel) {
        spb_printable_name(plain, length, name, NAME_BYTES);
        return;
    }
    spb_printable_name(plain, length, safe, sizeof(safe));
    snprintf(name, NAME_BYTES, "[%s]", safe);
}

static void read_user(struct spb_process_table *table, struct spb_process_look *look)
{
    char path[PATH_BYTES];
    struct stat found;
    format_path(path, look->pid, "");
    if (!table->root) { /* the folder belongs to the effective user */
        if (fstatat(table->proc_fd, path, &found, 0) == 0)
            look->user = found.st_uid;
        return;
    }
    format_path(path, look->pid, "/status");
    ssize_t got = process_read_file(table, path);
    struct spb_span rest = {table->text, got < 0 ? 0 : (size_t)got}, line, word;
    uint64_t uid;
    while (spb_span_take_line(&rest, &line)) /* "Uid:	1000	1000	1000	1000", the effective one second */
        if (spb_span_take_word(&line, &word) && spb_span_equals(word, "Uid:") && spb_span_take_word(&line, &word) &&
            spb_span_take_word(&line, &word) && spb_span_parse_u64(word, &uid) == 0)
            look->user = (uid_t)uid;
}

/* The arguments have NULs between them: blanks here. */
static void read_command(struct spb_process_table *table, struct spb_process_look *look)
{
    char path[PATH_BYTES], command[COMMAND_BYTES];
    format_path(path, look->pid, "/cmdline");
    ssize_t got = process_read_file(table, path);
    size_t length = got < 0 ? 0 : (size_t)got < COMMAND_BYTES ? (size_t)got : COMMAND_BYTES - 1;
    while (length && table->text[length - 1] == '\0')
        length--;
    for (size_t i = 0; i < length; i++)
        if (table->text[i] == '\0')
            table->text[i] = ' ';
    spb_printable_name(table->text, length, command, sizeof(command));
    if (look->command && strcmp(look->command, command) == 0)
        return;
    free(look->command);
    look->command = length ? strdup(command) : NULL;
}

static void read_identity(struct spb_process_table *table, struct spb_process_look *look)
{
    read_user(table, look);
    if (table->options.with_commands && !look->is_kernel)
        read_command(table, look);
}

/* ---- what it did ----------------------------------------------------------------------------------------------- */

bool process_cpu_pct(const struct spb_process_table *table, uint64_t added_ns, uint64_t interval_ns, unsigned threads,
                     double *pct)
{
    uint64_t cpus = table->cpus ? table->cpus : 1 << 20;
    uint64_t resolution_ns = 3 * (uint64_t)SPB_CPU_TICK_NS + interval_ns / 20;
    if (interval_ns == 0 || added_ns > cpus * interval_ns + resolution_ns)
        return false;
    if (added_ns > cpus * interval_ns)
        added_ns = cpus * interval_ns;
    if (threads <= 1 && added_ns > interval_ns && added_ns <= interval_ns + resolution_ns)
        added_ns = interval_ns;
    *pct = 100.0 * (double)added_ns / (double)interval_ns;
    return true;
}

/* `before_ns` is 0 for a process that began since the look before. */
static void take_cpu(const struct spb_process_table *table, struct spb_process_look *look, uint64_t before_ns,
                     bool is_known)
{
    bool began_since = table->look_number > 0 && look->start_ns + SPB_CPU_TICK_NS > table->boot_before_ns;
    uint64_t since_ns = is_known ? table->boot_before_ns : look->start_ns;
    look->has_cpu = false;
    look->cpu_pct = 0;
    if ((!is_known && !began_since) || look->cpu_total_ns < before_ns || table->boot_ns <= since_ns)
        return;
    look->has_cpu = process_cpu_pct(table, look->cpu_total_ns - before_ns, table->boot_ns - since_ns, look->threads,
                                    &look->cpu_pct);
}

static void take_stat(struct spb_process_table *table, const struct spb_process_stat *stat,
                      struct spb_process_look *look)
{
    look->parent = stat->parent;
    look->start_ns = stat->start_ns;
    look->state = stat->state;
    look->is_kernel = stat->is_kernel;
    look->threads = stat->threads;
    look->nice = stat->nice;
    look->cpu_total_ns = stat->user_ns + stat->system_ns;
    look->virtual_bytes = stat->virtual_bytes;
    look->major_faults_total = stat->major_faults;
    if (__builtin_mul_overflow(stat->rss_pages, table->page_bytes, &look->rss_bytes))
        look->rss_bytes = 0;
}

static double bytes_per_s(uint64_t before, uint64_t now, uint64_t interval_ns)
{
    return (double)(now - before) / ((double)interval_ns / 1e9);
}

static void read_io(struct spb_process_table *table, struct spb_process_look *look, struct process_memory *memory,
                    bool is_known)
{
    char path[PATH_BYTES];
    struct spb_process_io io;
    uint64_t read_before = look->read_total_bytes, written_before = look->written_total_bytes;
    bool had_io = is_known && look->has_io;
    look->has_io = false;
    format_path(path, look->pid, "/io");
    ssize_t got = process_read_file(table, path);
    memory->io_denied = got == -EACCES || got == -EPERM;
    if (got < 0)
        return;
    spb_process_io_parse(table->text, (size_t)got, &io);
    if (io.read_bytes.code || io.written_bytes.code)
        return;
    look->has_io = true;
    look->read_total_bytes = io.read_bytes.value;
    look->written_total_bytes = io.written_bytes.value;
    look->read_bytes_per_s = look->written_bytes_per_s = 0;
    bool began_since = !is_known && table->look_number > 0 && look->start_ns + SPB_CPU_TICK_NS > table->boot_before_ns;
    if (began_since)
        read_before = written_before = 0;
    uint64_t since_ns = began_since && look->start_ns > table->boot_before_ns ? look->start_ns : table->boot_before_ns;
    if ((!had_io && !began_since) || read_before > io.read_bytes.value || written_before > io.written_bytes.value ||
        table->boot_ns <= since_ns)
        return;
    look->read_bytes_per_s = bytes_per_s(read_before, io.read_bytes.value, table->boot_ns - since_ns);
    look->written_bytes_per_s = bytes_per_s(written_before, io.written_bytes.value, table->boot_ns - since_ns);
}

/* ---- one look -------------------------------------------------------------------------------------------------- */

static ssize_t read_stat(struct spb_process_table *table, pid_t pid, struct process_memory *memory)
{
    char path[PATH_BYTES];
    if (memory->kind == PROCESS_FILE_STAT) {
        ssize_t got = read_start(table, memory->fd);
        if (got > 0)
            return got;
        close_kept(table, memory);
    }
    format_path(path, pid, "/stat");
    return process_read_file(table, path);
}

/* Whether the schedstat of a process of one thread says that it has not run since it was last read in full. */
static bool has_slept(struct spb_process_table *table, const struct spb_process_look *look,
                      struct process_memory *memory)
{
    struct spb_schedule_times times;
    if (memory->kind != PROCESS_FILE_SCHEDULE)
        return false;
    if (read_schedule(table, memory->fd, &times) < 0) { /* it has ended */
        close_kept(table, memory);
        return false;
    }
    bool same = times.slices == memory->schedule.slices && times.running_ns == memory->schedule.running_ns &&
                times.waiting_ns == memory->schedule.waiting_ns;
    memory->schedule = times;
    return same && look->state != 'R' && look->threads <= 1;
}

static void stay_asleep(struct spb_process_look *look)
{
    look->is_new = false;
    look->has_cpu = true;
    look->cpu_pct = 0;
    look->read_bytes_per_s = look->written_bytes_per_s = 0;
}

/* Each process is read in full once in a period of looks, whatever it did, and asked who it is once in several of them. */
static bool is_due(const struct spb_process_table *table, pid_t pid, unsigned periods)
{
    return ((uint64_t)pid + table->look_number) % ((uint64_t)periods * table->refresh_period) == 0;
}

/* Another process under this number starts from nothing. */
static void start_anew(struct spb_process_table *table, struct spb_process_look *look, struct process_memory *memory)
{
    pid_t pid = look->pid;
    process_forget(table, look, memory);
    *look = (struct spb_process_look){.pid = pid, .is_new = table->look_number > 0};
    *memory = (struct process_memory){.fd = -1};
}

int process_read(struct spb_process_table *table, struct spb_process_look *look, struct process_memory *memory,
                 bool is_known)
{
    struct spb_process_stat stat;
    bool slept = is_known && has_slept(table, look, memory);
    bool due = is_due(table, look->pid, 1);
    if (slept && !due) {
        stay_asleep(look);
        return 0;
    }
    ssize_t got = read_stat(table, look->pid, memory);
    if (got < 0)
        return got == -ENOENT ? -ESRCH : (int)got;
    int code = spb_process_stat_parse(table->text, (size_t)got, &stat);
    if (code || stat.pid != look->pid)
        return code ? code : -EINVAL;
    bool same = is_known && stat.start_ns == look->start_ns;
    if (!same)
        start_anew(table, look, memory);
    uint64_t before_ns = look->cpu_total_ns;
    uint64_t hash = spb_fnv(SPB_FNV_START, stat.name.text, stat.name.length);
    look->is_new = !same && table->look_number > 0;
    take_stat(table, &stat, look);
    take_cpu(table, look, before_ns, same);
    bool renamed = !same || hash != memory->name_hash;
    if (renamed)
        process_name(stat.name, stat.is_kernel, look->name);
    memory->name_hash = hash;
    if (renamed || is_due(table, look->pid, IDENTITY_PERIODS))
        read_identity(table, look);
    if (table->options.with_io && (!memory->io_denied || renamed || is_due(table, look->pid, IDENTITY_PERIODS)) &&
        !look->is_kernel)
        read_io(table, look, memory, same);
    keep_file(table, look->pid, look->threads, memory);
    return 0;
}

void process_read_parent(struct spb_process_table *table, struct spb_process_look *look)
{
    struct spb_process_stat stat;
    struct process_memory none = {.kind = PROCESS_FILE_NONE};
    ssize_t got = read_stat(table, look->pid, &none);
    if (got > 0 && spb_process_stat_parse(table->text, (size_t)got, &stat) == 0 && stat.start_ns == look->start_ns)
        look->parent = stat.parent;
}
