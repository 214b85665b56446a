/* SPDX-License-Identifier: MIT
 *
 * The lists of processes and threads: which, in which order, in which columns.
 */
#ifndef SPB_SCREEN_PROCESSES_H
#define SPB_SCREEN_PROCESSES_H

#include "process_table.h"
#include "screen_grid.h"
#include "screen_view.h"

/* Those that the filter lets through. Memory is kept from picture to picture. */
struct spb_process_order {
    const struct spb_process_look **items; /* the first `sorted` in order */
    size_t count, capacity;
    size_t total; /* before the filter */
};

struct spb_processes {
    const struct spb_process_look *items; /* NULL: not looked at */
    size_t count;
};

/* The first `sorted` end up in order: by what the view says, the largest first, absent values last. 0, or -ENOMEM. */
int spb_process_order_fill(struct spb_process_order *order, const struct spb_processes *processes,
                           const struct spb_view *view, size_t sorted);
void spb_process_order_release(struct spb_process_order *order);

/* Names of users, remembered. */
struct spb_user_names;
int spb_user_names_create(struct spb_user_names **names);
void spb_user_names_destroy(struct spb_user_names *names);
const char *spb_user_name(struct spb_user_names *names, uid_t user);

/* Header and lines; `view` is fitted to what is shown. `names` NULL: numbers. */
void spb_draw_processes(struct spb_grid *grid, struct spb_rect rect, struct spb_process_order *order,
                        const struct spb_processes *processes, struct spb_view *view, struct spb_user_names *names);

struct spb_threads {
    const struct spb_process_look *process; /* NULL: it has ended */
    struct spb_thread_look *items;          /* put in order: the busiest first */
    size_t count;
};

void spb_draw_threads(struct spb_grid *grid, struct spb_rect rect, const struct spb_threads *threads,
                      struct spb_view *view);

#endif
