/* SPDX-License-Identifier: MIT */
#include "interrupt.h"

#include <signal.h>
#include <stdbool.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* nohup(1) asks programs to survive the end of their terminal. */
static bool is_ignored(int signal)
{
    struct sigaction action;
    return sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

void spb_interrupt_open(struct spb_interrupt *interrupt)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    if (!is_ignored(SIGHUP))
        sigaddset(&signals, SIGHUP);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    *interrupt = (struct spb_interrupt){.fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK)};
}

unsigned spb_interrupt_take(struct spb_interrupt *interrupt)
{
    struct signalfd_siginfo info;
    if (interrupt->fd >= 0 && read(interrupt->fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
        interrupt->count++;
        interrupt->signal = (int)info.ssi_signo;
    }
    return interrupt->count;
}

void spb_interrupt_close(struct spb_interrupt *interrupt)
{
    if (interrupt->fd >= 0)
        close(interrupt->fd);
    interrupt->fd = -1;
}
