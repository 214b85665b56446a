/* SPDX-License-Identifier: MIT
 *
 * The child is forked at once and waits at a socket, so that its number is known, counters can be opened on it and nothing of the
 * program has run yet. What comes over the socket is a byte and what belongs to it: a setting for its environment, a descriptor, or that it may go on to exec; the
 * other end closes by itself when exec succeeds, and brings errno when it does not.
 */
#include "target.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
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

enum order { ORDER_SET = 'e', ORDER_DESCRIPTOR = 'f', ORDER_GO = 'g' };

struct order_head {
    char order;     /* enum order */
    uint32_t value; /* length of the setting; number of the descriptor */
};

/* ---- in the child, which has one thread: it may allocate ----------------------------------------------------------- */

static bool take_setting(int gate, uint32_t length)
{
    char *setting = calloc(1, (size_t)length + 1);
    return setting && spb_file_read_all(gate, setting, length) == 0 && putenv(setting) == 0;
}

static bool take_descriptor(int gate, uint32_t wanted)
{
    char byte;
    union {
        struct cmsghdr head;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec data = {&byte, 1};
    struct msghdr message = {
        .msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    if (recvmsg(gate, &message, 0) != 1 || message.msg_controllen < sizeof control.head)
        return false;
    int fd;
    memcpy(&fd, CMSG_DATA(&control.head), sizeof fd);
    int number = fcntl(fd, F_DUPFD, (int)wanted);
    if (number < 0) /* beyond the limit of open files */
        number = fcntl(fd, F_DUPFD, 3);
    close(fd);
    return number >= 0 && spb_file_write_all(gate, &number, sizeof number) == 0;
}

/* Until it may go. False: the profiler has gone, or something failed. */
static bool obey(int gate)
{
    struct order_head head;
    while (spb_file_read_all(gate, &head, sizeof head) == 0) {
        if (head.order == ORDER_GO)
            return true;
        if (!(head.order == ORDER_SET ? take_setting(gate, head.value) : take_descriptor(gate, head.value)))
            return false;
    }
    return false;
}

static void __attribute__((noreturn)) become(char *const *argv, const char *const *environment, int gate)
{
    sigset_t none;
    if (!obey(gate))
        _Exit(EXIT_NOT_STARTED);
    for (; environment && *environment; environment++)
        putenv((char *)(uintptr_t)*environment);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execvp(*argv, argv);
    int code = errno;
    (void)spb_file_write_all(gate, &code, sizeof code);
    _Exit(EXIT_NOT_STARTED);
}

/* ---- outside ------------------------------------------------------------------------------------------------------ */

int spb_target_start(char *const *argv, const char *const *environment, struct spb_target *target,
                     struct spb_error *err)
{
    int gates[2];
    *target = (struct spb_target){.gate_fd = -1, .pid_fd = -1, .command = *argv};
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

static int give_order(const struct spb_target *target, enum order order, size_t value)
{
    const struct order_head head = {.order = (char)order, .value = (uint32_t)value};
    return spb_file_write_all(target->gate_fd, &head, sizeof head);
}

int spb_target_set_environment(struct spb_target *target, const char *setting, struct spb_error *err)
{
    int code = give_order(target, ORDER_SET, strlen(setting));
    if (code == 0)
        code = spb_file_write_all(target->gate_fd, setting, strlen(setting));
    return code ? spb_error_system(err, code, "the command's environment") : 0;
}

static int send_descriptor(int gate, int fd)
{
    char byte = 0;
    union {
        struct cmsghdr head;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = {.head = {.cmsg_len = CMSG_LEN(sizeof fd), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS}};
    struct iovec data = {&byte, 1};
    const struct msghdr message = {
        .msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    memcpy(CMSG_DATA(&control.head), &fd, sizeof fd);
    return sendmsg(gate, &message, 0) == 1 ? 0 : -errno;
}

int spb_target_pass_descriptor(struct spb_target *target, int fd, int *number, struct spb_error *err)
{
    int code = give_order(target, ORDER_DESCRIPTOR, (size_t)*number);
    if (code == 0)
        code = send_descriptor(target->gate_fd, fd);
    if (code == 0)
        code = spb_file_read_all(target->gate_fd, number, sizeof *number);
    return code ? spb_error_system(err, code, "a descriptor for the command") : 0;
}

int spb_target_release_gate(struct spb_target *target, struct spb_error *err)
{
    int code = 0;
    if (target->gate_fd < 0)
        return 0;
    ssize_t length = give_order(target, ORDER_GO, 0) == 0 ? read(target->gate_fd, &code, sizeof code) : -1;
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
