/* SPDX-License-Identifier: MIT
 *
 * Ctrl-C and its kin as something to poll: the first asks to stop, the second means it.
 *
 *     struct spb_interrupt interrupt;
 *     spb_interrupt_open(&interrupt);              // the signals are blocked from here on
 *     ... poll interrupt.fd ...  if readable: spb_interrupt_take(&interrupt)
 *     spb_interrupt_close(&interrupt);
 */
#ifndef SPB_INTERRUPT_H
#define SPB_INTERRUPT_H

struct spb_interrupt {
    int fd; /* readable when a signal has come; -1: none */
    unsigned count;
    int signal; /* the last one that was taken; 0: none */
};

void spb_interrupt_open(struct spb_interrupt *interrupt);
/* Takes one signal that has come, if any; returns how many there were so far. */
unsigned spb_interrupt_take(struct spb_interrupt *interrupt);
void spb_interrupt_close(struct spb_interrupt *interrupt);

#endif
