/* SPDX-License-Identifier: MIT
 *
 * The live screen of the monitor (ncursesw): looks in, keys in, a picture of characters out. It owns the terminal between open and close and leaves it
 * as it was; after a crash it is at least sane. Signals that end the program are the caller's: blocked, with a signalfd in `wake_fd`. SIGTSTP, SIGCONT and
 * SIGWINCH are answered here. Only one can be open in a process, since there is one terminal.
 *
 *     spb_screen_open(&options, &screen, err);
 *     do
 *         spb_screen_show(screen, sampler, &look);               // after each look
 *     while (spb_screen_wait(screen, left_ms) == 0 && ...);      // as often as it takes until the next one
 *     spb_screen_close(screen);
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
    int wake_fd; /* spb_screen_wait() returns early when it can be read: a signalfd, a timerfd; 0: none */
};

struct spb_screen;

/* -ENOTSUP: no terminal, or one that can do too little. */
int spb_screen_open(const struct spb_screen_options *options, struct spb_screen **screen, struct spb_error *err);
/* Takes in a look and draws; `sampler` and its processes stay as they are until the next one. 0, or -ENOMEM. */
int spb_screen_show(struct spb_screen *screen, struct spb_machine_sampler *sampler, const struct spb_look *look);
/* Waits for keys up to `timeout_ms` and answers them (sort, filter, threads, help, interval, pause ...), redrawing what changed. 0: time is over, `wake_fd`
 * can be read, or the interval has changed: spb_screen_interval_ns(). 1: the user wants to quit, or the terminal has gone. */
int spb_screen_wait(struct spb_screen *screen, int timeout_ms);
uint64_t spb_screen_interval_ns(const struct spb_screen *screen);
void spb_screen_close(struct spb_screen *screen); /* NULL is fine */

#endif
