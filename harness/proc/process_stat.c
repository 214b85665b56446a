/* SPDX-License-Identifier: MIT */
#include "process_stat.h"

#include <errno.h>
#include <limits.h>

#include "cpu_times.h"

#define KERNEL_THREAD 0x00200000u /* PF_KTHREAD of the kernel's sched.h */

/* Columns of proc(5), counted from the state, which is the third. */
enum column {
    PARENT = 1,
    FLAGS = 6,
    MAJOR_FAULTS = 9,
    USER = 11,
    SYSTEM = 12,
    NICE = 16,
    THREADS = 17,
    START = 19,
    VIRTUAL = 20,
    RSS = 21,
    COLUMNS
};

/* The next number, without spb_span's words: this is most of what a look at 5,000 processes does. Values beyond 64 bits do not occur. */
static bool take_number(struct spb_span *rest, int64_t *value)
{
    const char *at = rest->text, *end = rest->text + rest->length;
    while (at < end && *at == ' ')
        at++;
    bool negative = at < end && *at == '-';
    at += negative;
    const char *first = at;
    uint64_t sum = 0;
    while (at < end && (unsigned)(*at - '0') < 10)
        sum = sum * 10 + (unsigned)(*at++ - '0');
    if (at == first || at - first > 20)
        return false;
    *value = negative ? (int64_t)(0 - sum) : (int64_t)sum;
    *rest = (struct spb_span){at, (size_t)(end - at)};
    return true;
}

/* A name may hold brackets, blanks and newlines: it ends at the last bracket, since only numbers follow. */
static bool take_name(struct spb_span *rest, struct spb_span *name)
{
    size_t first = 0, last = rest->length;
    while (first < rest->length && rest->text[first] != '(')
        first++;
    while (last > first && rest->text[last - 1] != ')')
        last--;
    if (last <= first + 1 || rest->length < last + 3)
        return false;
    *name = (struct spb_span){rest->text + first + 1, last - first - 2};
    *rest = (struct spb_span){rest->text + last + 1, rest->length - last - 1};
    return true;
}

static bool fits_pid(int64_t value)
{
    return value >= 0 && value <= INT_MAX;
}

static uint64_t ticks_to_ns(int64_t ticks)
{
    return (uint64_t)ticks * SPB_CPU_TICK_NS;
}

static int take_columns(const int64_t *columns, struct spb_process_stat *stat)
{
    const int64_t ticks_max = INT64_MAX / SPB_CPU_TICK_NS / 4;
    if (!fits_pid(columns[PARENT]) || !fits_pid(columns[THREADS]) || columns[NICE] < -20 || columns[NICE] > 19)
        return -ERANGE;
    for (int i = USER; i <= SYSTEM; i++)
        if (columns[i] < 0 || columns[i] > ticks_max)
            return -ERANGE;
    if (columns[START] < 0 || columns[START] > ticks_max || columns[RSS] < 0)
        return -ERANGE;
    stat->parent = (pid_t)columns[PARENT];
    stat->is_kernel = ((uint64_t)columns[FLAGS] & KERNEL_THREAD) != 0;
    stat->major_faults = (uint64_t)columns[MAJOR_FAULTS];
    stat->user_ns = ticks_to_ns(columns[USER]);
    stat->system_ns = ticks_to_ns(columns[SYSTEM]);
    stat->nice = (int)columns[NICE];
    stat->threads = (unsigned)columns[THREADS];
    stat->start_ns = ticks_to_ns(columns[START]);
    stat->virtual_bytes = (uint64_t)columns[VIRTUAL];
    stat->rss_pages = (uint64_t)columns[RSS];
    return 0;
}

/* "10212 (a (b) c) R 10203 10203 7168 0 -1 4194304 100 0 0 0 0 0 0 0 20 0 1 0 1263846 3133440 382 18446744073709551615 ..." */
int spb_process_stat_parse(const char *text, size_t length, struct spb_process_stat *stat)
{
    struct spb_span rest = {text, length};
    int64_t pid, columns[COLUMNS];
    if (!take_number(&rest, &pid) || pid <= 0 || pid > INT_MAX || !take_name(&rest, &stat->name))
        return -EINVAL;
    stat->pid = (pid_t)pid;
    stat->state = rest.text[0];
    if (stat->state < 'A' || stat->state > 'z')
        return -EINVAL;
    rest = (struct spb_span){rest.text + 1, rest.length - 1};
    for (int i = PARENT; i < COLUMNS; i++)
        if (!take_number(&rest, &columns[i]))
            return -EINVAL;
    return take_columns(columns, stat);
}

/* "read_bytes: 4096\nwrite_bytes: 8192\ncancelled_write_bytes: 0" */
void spb_process_io_parse(const char *text, size_t length, struct spb_process_io *io)
{
    static const char *const keys[] = {"read_bytes", "write_bytes"};
    struct spb_reading readings[2];
    spb_keyed_parse(text, length, keys, 2, readings);
    io->read_bytes = readings[0];
    io->written_bytes = readings[1];
}
