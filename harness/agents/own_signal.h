/* SPDX-License-Identifier: MIT
 *
 * The signal that the timers send. One is taken that the program does not handle, and the program is kept from blocking it, waiting for it or changing its
 * handler: the functions that could are interposed (own_signal.c). What makes the system calls itself goes past that.
 */
#ifndef SPB_OWN_SIGNAL_H
#define SPB_OWN_SIGNAL_H

#include <signal.h>
#include <stdbool.h>

/* Takes a signal for `handler`. 0: none is free. In a constructor, once. */
int spb_own_signal_take(void (*handler)(int, siginfo_t *, void *));
/* In the calling thread, which may have it blocked from its past. */
void spb_own_signal_unblock(void);
/* For a signal of this number that somebody else has sent: what the program wants done with it, if it has said so. */
void spb_own_signal_forward(int signal, siginfo_t *info, void *context);

#endif
