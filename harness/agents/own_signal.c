/* SPDX-License-Identifier: MIT */
#include "own_signal.h"

#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent_runtime.h"

#define HIGHEST       62 /* the last two are the ones that people take who count down */
#define LOWEST        40 /* libraries count up from 34 */
#define KERNEL_SIGSET (sizeof(uint64_t))

static int own;                 /* 0: none yet */
static struct sigaction wanted; /* by the program, for that number */

/* ---- taking it -------------------------------------------------------------------------------------------------- */

static int next_sigaction(int signal, const struct sigaction *action, struct sigaction *before)
{
    SPB_AGENT_NEXT(sigaction);
    return next(signal, action, before);
}

static bool is_free(int signal)
{
    struct sigaction action;
    return next_sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_DFL;
}

int spb_own_signal_take(void (*handler)(int, siginfo_t *, void *))
{
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK};
    int signal = HIGHEST;
    while (signal >= LOWEST && !is_free(signal))
        signal--;
    if (signal < LOWEST)
        signal = is_free(SIGPROF) ? SIGPROF : 0;
    sigfillset(&action.sa_mask);
    if (signal && next_sigaction(signal, &action, NULL) == 0)
        own = signal;
    return own;
}

void spb_own_signal_unblock(void)
{
    uint64_t set = UINT64_C(1) << (own - 1);
    syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, &set, NULL, KERNEL_SIGSET);
}

void spb_own_signal_forward(int signal, siginfo_t *info, void *context)
{
    struct sigaction action = wanted;
    if (action.sa_flags & SA_SIGINFO)
        action.sa_sigaction(signal, info, context);
    else if (action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN)
        action.sa_handler(signal);
}

/* ---- handlers of the program ------------------------------------------------------------------------------------ */

static const sigset_t *without(const sigset_t *set, sigset_t *copy)
{
    if (!set || !own)
        return set;
    *copy = *set;
    sigdelset(copy, own);
    return copy;
}

static const sigset_t *with(const sigset_t *set, sigset_t *copy)
{
    if (!set || !own)
        return set;
    *copy = *set;
    sigaddset(copy, own);
    return copy;
}

SPB_AGENT_EXPORT int sigaction(int signal, const struct sigaction *action, struct sigaction *before)
{
    struct sigaction copy;
    if (own && signal == own) {
        struct sigaction old = wanted;
        if (action)
            wanted = *action;
        if (before)
            *before = old;
        return 0;
    }
    if (action && own) {
        copy = *action;
        sigdelset(&copy.sa_mask, own);
        action = &copy;
    }
    return next_sigaction(signal, action, before);
}

static sighandler_t set_wanted(sighandler_t handler)
{
    sighandler_t before = wanted.sa_handler;
    wanted = (struct sigaction){.sa_handler = handler};
    return before;
}

SPB_AGENT_EXPORT sighandler_t signal(int signal_number, sighandler_t handler)
{
    if (own && signal_number == own)
        return set_wanted(handler);
    SPB_AGENT_NEXT(signal);
    return next(signal_number, handler);
}

SPB_AGENT_EXPORT sighandler_t __sysv_signal(int signal_number, sighandler_t handler)
{
    if (own && signal_number == own)
        return set_wanted(handler);
    SPB_AGENT_NEXT(__sysv_signal);
    return next(signal_number, handler);
}

/* ---- masks ------------------------------------------------------------------------------------------------------ */

SPB_AGENT_EXPORT int sigprocmask(int how, const sigset_t *set, sigset_t *before)
{
    sigset_t copy;
    SPB_AGENT_NEXT(sigprocmask);
    return next(how, without(set, &copy), before);
}

SPB_AGENT_EXPORT int pthread_sigmask(int how, const sigset_t *set, sigset_t *before)
{
    sigset_t copy;
    SPB_AGENT_NEXT(pthread_sigmask);
    return next(how, without(set, &copy), before);
}

/* ---- waiting for signals ---------------------------------------------------------------------------------------- */

SPB_AGENT_EXPORT int sigwait(const sigset_t *set, int *signal_number)
{
    sigset_t copy;
    SPB_AGENT_NEXT(sigwait);
    return next(without(set, &copy), signal_number);
}

SPB_AGENT_EXPORT int sigwaitinfo(const sigset_t *set, siginfo_t *info)
{
    sigset_t copy;
    SPB_AGENT_NEXT(sigwaitinfo);
    return next(without(set, &copy), info);
}

SPB_AGENT_EXPORT int sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *timeout)
{
    sigset_t copy;
    SPB_AGENT_NEXT(sigtimedwait);
    return next(without(set, &copy), info, timeout);
}

SPB_AGENT_EXPORT int signalfd(int fd, const sigset_t *set, int flags)
{
    sigset_t copy;
    SPB_AGENT_NEXT(signalfd);
    return next(fd, without(set, &copy), flags);
}

/* These wait with a mask of their own, and end at any signal that it lets through. */

SPB_AGENT_EXPORT int sigsuspend(const sigset_t *set)
{
    sigset_t copy;
    SPB_AGENT_NEXT(sigsuspend);
    return next(with(set, &copy));
}

SPB_AGENT_EXPORT int pselect(int count, fd_set *readable, fd_set *writable, fd_set *exceptional,
                             const struct timespec *timeout, const sigset_t *mask)
{
    sigset_t copy;
    SPB_AGENT_NEXT(pselect);
    return next(count, readable, writable, exceptional, timeout, with(mask, &copy));
}

SPB_AGENT_EXPORT int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask)
{
    sigset_t copy;
    SPB_AGENT_NEXT(ppoll);
    return next(fds, count, timeout, with(mask, &copy));
}

SPB_AGENT_EXPORT int epoll_pwait(int fd, struct epoll_event *events, int max, int timeout_ms, const sigset_t *mask)
{
    sigset_t copy;
    SPB_AGENT_NEXT(epoll_pwait);
    return next(fd, events, max, timeout_ms, with(mask, &copy));
}
