/* SPDX-License-Identifier: MIT
 *
 * Which processes the monitor shows: those that were named, or the busiest ones.
 */
#ifndef SPB_PROCESS_CHOICE_H
#define SPB_PROCESS_CHOICE_H

#include <stdbool.h>
#include <stddef.h>

#include "process_table.h"
#include "screen.h"

struct spb_process_choice {
    enum spb_screen_sort sort;
    const char *const *wanted; /* numbers, or names with * and ?; 0 of them: all */
    size_t wanted_count;
    pid_t without; /* not this one; 0: none */
    size_t most;   /* at most so many; 0: all */
};

/* "cpu", "memory", "io" or "threads". -EINVAL. */
int spb_process_sort_parse(const char *text, enum spb_screen_sort *sort);

/* Chosen from `items` into a new array, which the caller frees, the busiest first; `*count` of them. What they point to
 * stays the items'. 0 or -ENOMEM. */
int spb_process_choose(const struct spb_process_choice *choice, const struct spb_process_look *items, size_t item_count,
                       struct spb_process_look **chosen, size_t *count);

#endif
