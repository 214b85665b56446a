/* SPDX-License-Identifier: MIT
 *
 * The terminal: a grid goes out, keys come in. The only part that knows ncurses. While it is open the signals of resizing and of job control are blocked and
 * taken in spb_terminal_wait(), so that nothing is drawn in a signal handler; those of a crash make the terminal sane and then do what they would have done.
 */
#ifndef SPB_SCREEN_TERMINAL_H
#define SPB_SCREEN_TERMINAL_H

#include "error.h"
#include "screen_grid.h"

struct spb_terminal;

/* -ENOTSUP: no terminal, or one that can do too little. */
int spb_terminal_open(bool no_color, struct spb_terminal **terminal, struct spb_error *err);
/* NULL is fine. */
void spb_terminal_close(struct spb_terminal *terminal);

/* The size now, and whether the terminal can show more than ASCII. */
void spb_terminal_size(const struct spb_terminal *terminal, int *width, int *height);
bool spb_terminal_is_ascii(const struct spb_terminal *terminal);
/* Shows the grid; only what differs from the last one goes out. */
void spb_terminal_show(struct spb_terminal *terminal, const struct spb_grid *grid);

enum spb_terminal_event {
    SPB_TERMINAL_NOTHING, /* time is over */
    SPB_TERMINAL_KEY,
    SPB_TERMINAL_RESIZED, /* or to be drawn anew for another reason */
    SPB_TERMINAL_WOKEN,   /* `wake_fd` can be read */
    SPB_TERMINAL_GONE,    /* nobody is at the other end any more */
};

/* Waits for one event. `wake_fd` below 1: none; `key` as in screen_view.h. */
enum spb_terminal_event spb_terminal_wait(struct spb_terminal *terminal, int wake_fd, int timeout_ms, uint32_t *key);

#endif
