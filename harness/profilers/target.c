/* SPDX-License-Identifier: MIT
 *
 * The child is forked at once and waits at a socket, so that its number is known, counters can be opened on it and nothing of the
 * program has run yet. A byte lets it go on to exec; the other end closes by itself when exec succeeds, and brings errno when it does not.
 */
#include "target.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"

#define EXIT_NOT_STARTED 127

static int open_pid(pid_t pid)
{
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    return fd < 0 ? -errno : fd;
}

/* In the child, after fork: nothing here allocates but setenv, and the parent has one thread. */
static void __attribute__((noreturn)) become(char *const *argv, const char *const *environment, int gate)
{
    char go;
    sigset_t none;
    if (read(gate, &go, 1) != 1)
        _Exit(EXIT_NOT_STARTED); /* the profiler has gone */
    for (; environment && *environment; environment++)
        putenv((char *)(uintptr_t)*environment);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execvp(*argv, argv);
    int code = errno;
    (void)spb_file_write_all(gate, &code, sizeof code);
    _Exit(EXIT_NOT_STARTED);
}

int spb_target_start(char *const *argv, const char *const *environment, struct spb_target *target,
                     struct spb_error *err)
{
    int gates[2];
    *target = (struct spb_target){.gate_fd = -1, .pid_fd = -1};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, gates) < 0)
        return spb_error_system(err, -errno, "%s", *argv);
    pid_t pid = fork();
    if (pid == 0) {
        close(gates[0]);
        become(argv, environment, gates[1]);
    }
    int code = pid < 0 ? -errno : 0;
    close(gates[1]);
    if (code == 0) {
        target->pid = pid;
        target->pid_fd = open_pid(pid);
        code = target->pid_fd < 0 ? target->pid_fd : 0;
    }
    target->gate_fd = gates[0];
    if (code == 0)
        return 0;
    spb_error_system(err, code, "%s", *argv);
    spb_target_close(target);
    return code;
}

int spb_target_attach(pid_t pid, struct spb_target *target, struct spb_error *err)
{
    *target = (struct spb_target){.pid = pid, .attached = true, .gate_fd = -1};
    target->pid_fd = open_pid(pid);
    if (target->pid_fd == -ESRCH || target->pid_fd == -EINVAL)
        return spb_error_set(err, -ESRCH, "there is no process %d", (int)pid);
    if (target->pid_fd < 0)
        return spb_error_system(err, target->pid_fd, "process %d", (int)pid);
    if (kill(pid, 0) < 0 && errno == EPERM) {
        spb_target_close(target);
        return spb_error_set(err, -EPERM, "process %d belongs to another user; try it with sudo", (int)pid);
    }
    return 0;
}

int spb_target_release_gate(struct spb_target *target, struct spb_error *err)
{
    int code = 0;
    if (target->gate_fd < 0)
        return 0;
    ssize_t length = write(target->gate_fd, "g", 1) == 1 ? read(target->gate_fd, &code, sizeof code) : -1;
    close(target->gate_fd);
    target->gate_fd = -1;
    if (length == 0)
        return 0;
    if (length != sizeof code)
        return spb_error_set(err, -ECHILD, "the command ended before it was started");
    return spb_error_system(err, -code, "the command could not be started");
}

bool spb_target_wait(struct spb_target *target, int timeout_ms, int *exit_code)
{
    struct pollfd ready = {.fd = target->pid_fd, .events = POLLIN};
    siginfo_t info = {0};
    if (poll(&ready, 1, timeout_ms) <= 0)
        return false;
    *exit_code = 0;
    if (target->attached)
        return true;
    while (waitid(P_PID, (id_t)target->pid, &info, WEXITED) < 0)
        if (errno != EINTR)
            return true;
    *exit_code = info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
    target->pid = 0; /* its number may be another's from now on */
    return true;
}

void spb_target_close(struct spb_target *target)
{
    if (target->gate_fd >= 0)
        close(target->gate_fd);
    if (target->pid_fd >= 0)
        close(target->pid_fd);
    /* Without its gate it has not become a program, and ends. */
    if (target->gate_fd >= 0 && target->pid && !target->attached)
        waitpid(target->pid, NULL, 0);
    target->gate_fd = target->pid_fd = -1;
}
