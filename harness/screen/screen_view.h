/* SPDX-License-Identifier: MIT
 *
 * What the user has chosen to see, and what each key changes of it. No terminal, no clock.
 */
#ifndef SPB_SCREEN_VIEW_H
#define SPB_SCREEN_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "screen.h"

/* Keys that are no character; the others are their code point. */
enum spb_key {
    SPB_KEY_UP = 0x110000,
    SPB_KEY_DOWN,
    SPB_KEY_PAGE_UP,
    SPB_KEY_PAGE_DOWN,
    SPB_KEY_HOME,
    SPB_KEY_END,
    SPB_KEY_ENTER,
    SPB_KEY_ESCAPE,
    SPB_KEY_ERASE,
};

enum spb_view_mode { SPB_VIEW_PROCESSES, SPB_VIEW_THREADS, SPB_VIEW_HELP };

#define SPB_FILTER_SIZE 64

struct spb_view {
    enum spb_screen_sort sort;
    enum spb_view_mode mode;
    bool is_editing; /* the filter; keys are text */
    bool is_paused;
    bool wants_quit;
    char filter[SPB_FILTER_SIZE]; /* of names and commands; "": all */
    char filter_before[SPB_FILTER_SIZE];
    uint64_t interval_ns;
    size_t cursor;        /* the chosen line of the list, from 0 */
    size_t offset;        /* the first line that is shown */
    size_t parent_cursor; /* of the list of processes, while another is shown */
    pid_t process;        /* whose threads are shown */
    /* What the last picture showed: */
    size_t line_count; /* lines of the list, all of them */
    size_t page;       /* lines of the list on the screen */
    pid_t chosen;      /* the process at the cursor, or 0 */
};

void spb_view_init(struct spb_view *view, const struct spb_screen_options *options);
/* False: the key means nothing here, the picture is as it was. */
bool spb_view_key(struct spb_view *view, uint32_t key);
/* A list of `count` lines is about to be shown on `page`: cursor and offset are moved to where something is. */
void spb_view_fit(struct spb_view *view, size_t count, size_t page);
const char *spb_sort_name(enum spb_screen_sort sort);

#endif
