/* SPDX-License-Identifier: MIT
 *
 * The live screen of the monitor (ncursesw): looks in, keys in, a picture of characters out. It owns the terminal between open and close and leaves it as it was, also
 * when the program is ended by a signal.
 */
#ifndef SPB_SCREEN_H
#define SPB_SCREEN_H

#include "error.h"
#include "machine_sampler.h"

enum spb_screen_sort { SPB_SORT_CPU, SPB_SORT_MEMORY, SPB_SORT_IO, SPB_SORT_THREADS };

struct spb_screen_options {
    enum spb_screen_sort sort;
    const char *filter;   /* of process names; NULL: all */
    uint64_t interval_ns; /* for the head line and the keys that change it */
    bool no_color;
    const char *host;
};

struct spb_screen;

/* -ENOTSUP: no terminal, or one that can do too little. */
int spb_screen_open(const struct spb_screen_options *options, struct spb_screen **screen, struct spb_error *err);
/* Takes in a look and draws. */
int spb_screen_show(struct spb_screen *screen, struct spb_machine_sampler *sampler, const struct spb_look *look);
/* Waits for keys up to `timeout_ms` and answers them (sort, filter, threads, help, interval, freeze ...), redrawing what changed. 0: time is over; 1: the user wants to quit; the
 * interval may have changed: spb_screen_interval(). */
int spb_screen_wait(struct spb_screen *screen, int timeout_ms);
uint64_t spb_screen_interval_ns(const struct spb_screen *screen);
void spb_screen_close(struct spb_screen *screen);

#endif
