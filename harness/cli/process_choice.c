/* SPDX-License-Identifier: MIT */
#include "process_choice.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "units.h"

/* The kernel keeps so many bytes of a name. */
#define KERNEL_NAME_LENGTH 15

int spb_process_sort_parse(const char *text, enum spb_screen_sort *sort)
{
    static const char *const names[] = {
        [SPB_SORT_CPU] = "cpu", [SPB_SORT_MEMORY] = "memory", [SPB_SORT_IO] = "io", [SPB_SORT_THREADS] = "threads"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(text, names[i]) == 0) {
            *sort = (enum spb_screen_sort)i;
            return 0;
        }
    return -EINVAL;
}

static bool matches(const struct spb_process_look *process, const char *wanted)
{
    if (strspn(wanted, "0123456789") == strlen(wanted))
        return (long long)process->pid == strtoll(wanted, NULL, 10);
    if (fnmatch(wanted, process->name, 0) == 0)
        return true;
    return strlen(wanted) > KERNEL_NAME_LENGTH && strlen(process->name) == KERNEL_NAME_LENGTH &&
           strncmp(wanted, process->name, KERNEL_NAME_LENGTH) == 0;
}

static bool is_wanted(const struct spb_process_choice *choice, const struct spb_process_look *process)
{
    if (process->pid == choice->without)
        return false;
    for (size_t i = 0; i < choice->wanted_count; i++)
        if (matches(process, choice->wanted[i]))
            return true;
    return choice->wanted_count == 0;
}

static double weight(const struct spb_process_look *process, enum spb_screen_sort sort)
{
    switch (sort) {
    case SPB_SORT_MEMORY:
        return (double)process->rss_bytes;
    case SPB_SORT_IO:
        return process->has_io ? process->read_bytes_per_s + process->written_bytes_per_s : -1;
    case SPB_SORT_THREADS:
        return process->threads;
    case SPB_SORT_CPU:
        break;
    }
    return process->has_cpu ? process->cpu_pct : -1;
}

/* Equal ones by what they used in their life, then by number: the order stays from look to look. */
static int compare(const void *left, const void *right, void *context)
{
    const enum spb_screen_sort *sort = context;
    const struct spb_process_look *a = left, *b = right;
    double weight_a = weight(a, *sort), weight_b = weight(b, *sort);
    if (weight_a > weight_b || weight_a < weight_b)
        return weight_a > weight_b ? -1 : 1;
    if (a->cpu_total_ns != b->cpu_total_ns)
        return a->cpu_total_ns > b->cpu_total_ns ? -1 : 1;
    return a->pid < b->pid ? -1 : a->pid > b->pid;
}

int spb_process_choose(const struct spb_process_choice *choice, const struct spb_process_look *items, size_t item_count,
                       struct spb_process_look **chosen, size_t *count)
{
    enum spb_screen_sort sort = choice->sort;
    *count = 0;
    *chosen = calloc(item_count ? item_count : 1, sizeof(**chosen));
    if (!*chosen)
        return -ENOMEM;
    for (size_t i = 0; i < item_count; i++)
        if (is_wanted(choice, &items[i]))
            (*chosen)[(*count)++] = items[i];
    qsort_r(*chosen, *count, sizeof(**chosen), compare, &sort);
    if (choice->most && *count > choice->most)
        *count = choice->most;
    return 0;
}
