/* SPDX-License-Identifier: MIT */
#include "worker_child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "job.h"
#include "last_line.h"
#include "units.h"

enum { TICK_MS = 250, WITHOUT_PIDFD_MS = 5, LAST_WORDS_BYTES = 400 };
/* Read at once at most, more than a pipe or a socket holds: a worker that never stops to write must not outlast its time. */
enum { CHUNK_BYTES = 65536, CHUNKS_MAX = 64 };

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* An executable given by a descriptor has the same path whichever it is, and so leaves no more and no less on the stack. */
#define PROGRAM_FD_TEXT "5"
_Static_assert(SPB_PROGRAM_FD == 5, "the path of the executable names its descriptor");

struct ends {
    int socket, output, program, shared; /* -1: none */
};

static int spawn(struct spb_worker_child *child, const struct ends *ends, char *const *environment)
{
    const char *path = ends->program >= 0 ? "/proc/self/fd/" PROGRAM_FD_TEXT : "/proc/self/exe";
    char *const arguments[] = {(char[]){"spbench"}, (char[]){"worker"}, NULL};
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t actions;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_init(&attributes);
    /* A process group of its own: Ctrl-C reaches the runner alone, and stray children can be killed with their parent. */
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends->output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ends->output, STDERR_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ends->socket, SPB_WORKER_FD);
    if (ends->shared >= 0)
        posix_spawn_file_actions_adddup2(&actions, ends->shared, SPB_SHARED_FD);
    if (ends->program >= 0)
        posix_spawn_file_actions_adddup2(&actions, ends->program, SPB_PROGRAM_FD);
    int code = -posix_spawn(&child->pid, path, &actions, &attributes, arguments, environment ? environment : environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return code;
}

/* A descriptor above the ones that the child's are put on; -1 for -1. */
static int copy_up(int fd, int *code)
{
    int copy = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, SPB_PROGRAM_FD + 1);
    if (fd >= 0 && copy < 0)
        *code = -errno;
    return copy;
}

static int spawn_with(struct spb_worker_child *child, int socket_end, int output_end,
                      const struct spb_worker_program *program)
{
    int code = 0;
    struct ends ends = {copy_up(socket_end, &code), copy_up(output_end, &code), copy_up(program->fd, &code),
                        copy_up(program->shared_fd, &code)};
    if (code == 0)
        code = spawn(child, &ends, program->environment);
    close_fd(&ends.socket);
    close_fd(&ends.output);
    close_fd(&ends.program);
    close_fd(&ends.shared);
    return code;
}

int spb_worker_child_start(struct spb_worker_child *child, const struct spb_worker_program *program,
                           struct spb_error *err)
{
    int sockets[2], pipes[2];
    *child = (struct spb_worker_child)SPB_WORKER_CHILD_NONE;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) < 0)
        return spb_error_system(err, -errno, "no socket for a worker");
    if (pipe2(pipes, O_CLOEXEC | O_NONBLOCK) < 0) {
        int code = -errno;
        close(sockets[0]);
        close(sockets[1]);
        return spb_error_system(err, code, "no pipe for a worker");
    }
    child->socket_fd = sockets[0];
    child->output_fd = pipes[0];
    int code = spawn_with(child, sockets[1], pipes[1], program);
    close(sockets[1]);
    close(pipes[1]);
    if (code < 0) {
        child->ended = true;
        return spb_error_system(err, code, "a worker cannot be started%s",
                                program->fd < 0 ? " (is /proc mounted?)" : "");
    }
    child->pid_fd = (int)syscall(SYS_pidfd_open, child->pid, 0);
    return 0;
}

void spb_worker_child_send_framed(const struct spb_worker_child *child, const struct spb_strbuf *message)
{
    int flags = fcntl(child->socket_fd, F_GETFL);
    fcntl(child->socket_fd, F_SETFL, flags & ~O_NONBLOCK);
    for (size_t sent = 0; !message->failed && sent < message->length;) {
        ssize_t put = send(child->socket_fd, message->text + sent, message->length - sent, MSG_NOSIGNAL);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            break;
        sent += (size_t)put;
    }
}

void spb_worker_child_send(const struct spb_worker_child *child, const struct spb_strbuf *message)
{
    struct spb_strbuf framed = {.failed = message->failed};
    uint64_t length = message->length;
    spb_strbuf_append_bytes(&framed, &length, sizeof(length));
    spb_strbuf_append_bytes(&framed, spb_strbuf_text(message), message->length);
    spb_worker_child_send_framed(child, &framed);
    spb_strbuf_release(&framed);
}

/* Reads what is there without waiting; closes at the end. `keep`: how much of it, 0 for all. */
static void drain(int *fd, struct spb_strbuf *into, size_t keep)
{
    char chunk[CHUNK_BYTES];
    for (unsigned chunks = 0; *fd >= 0 && chunks < CHUNKS_MAX; chunks++) {
        ssize_t got = read(*fd, chunk, sizeof(chunk));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && errno == EAGAIN)
            return;
        if (got <= 0 || into->length > SPB_REPORT_BYTES_MAX) {
            close_fd(fd);
            return;
        }
        spb_strbuf_append_bytes(into, chunk, (size_t)got);
        if (keep && into->length > 2 * keep && into->text) {
            memmove(into->text, into->text + into->length - keep, keep + 1);
            into->length = keep;
        }
    }
}

static void reap(struct spb_worker_child *child, bool wait)
{
    siginfo_t info = {0};
    if (child->ended || waitid(P_PID, (id_t)child->pid, &info, WEXITED | WNOWAIT | (wait ? 0 : WNOHANG)) < 0 ||
        info.si_pid == 0)
        return;
    /* Its descendants first, while the number of the group is still taken by the zombie. */
    kill(-child->pid, SIGKILL);
    waitpid(child->pid, &child->status, 0);
    child->ended = true;
}

static void handle_cancel(struct spb_worker_child *child, const struct spb_worker_process_options *options)
{
    unsigned cancels = options->cancel(options->context);
    if (cancels > child->cancels)
        kill(child->pid, cancels == 1 ? SIGINT : SIGKILL);
    child->cancels = cancels;
}

void spb_worker_child_attend(struct spb_worker_child *child, const struct spb_worker_process_options *options,
                             uint64_t start_ns, bool (*enough)(const struct spb_worker_child *child))
{
    fcntl(child->socket_fd, F_SETFL, O_NONBLOCK);
    uint64_t next_tick_ns = start_ns;
    while (!child->ended && !(enough && enough(child))) {
        struct pollfd fds[] = {{.fd = child->pid_fd, .events = POLLIN},
                               {.fd = child->socket_fd, .events = POLLIN},
                               {.fd = child->output_fd, .events = POLLIN},
                               {.fd = options->cancel_fd, .events = POLLIN}};
        poll(fds, 4, child->pid_fd < 0 ? WITHOUT_PIDFD_MS : TICK_MS);
        drain(&child->socket_fd, &child->received, 0);
        drain(&child->output_fd, &child->output, LAST_WORDS_BYTES);
        if (fds[3].revents & POLLIN)
            handle_cancel(child, options);
        reap(child, false);
        uint64_t now = spb_clock_now_ns();
        if (!child->ended && now - start_ns > options->timeout_ns) {
            child->timed_out = true;
            kill(-child->pid, SIGKILL);
            reap(child, true);
        }
        if (options->tick && now >= next_tick_ns) {
            options->tick(options->context);
            next_tick_ns = now + TICK_MS * UINT64_C(1000000);
        }
    }
    drain(&child->socket_fd, &child->received, 0);
    drain(&child->output_fd, &child->output, LAST_WORDS_BYTES);
}

void spb_worker_child_describe_end(const struct spb_worker_child *child,
                                   const struct spb_worker_process_options *options, struct spb_strbuf *reason)
{
    char limit[SPB_UNIT_TEXT_SIZE];
    if (child->timed_out) {
        const char *from = options->timeout_from;
        spb_strbuf_printf(reason, "no answer within its time limit of %s%s%s%s, and was killed",
                          spb_format_duration(limit, (double)options->timeout_ns), from ? " (" : "", from ? from : "",
                          from ? ")" : "");
    } else if (!child->damaged && WIFSIGNALED(child->status)) {
        int number = WTERMSIG(child->status);
        spb_strbuf_printf(reason, "killed by SIG%s (%s)", sigabbrev_np(number), sigdescr_np(number));
        if (number == SIGKILL && child->cancels < 2)
            spb_strbuf_append(reason, ", perhaps by the kernel for want of memory: see 'dmesg'");
    } else if (!child->damaged && WEXITSTATUS(child->status) != 0) {
        spb_strbuf_printf(reason, "ended with exit code %d before it reported", WEXITSTATUS(child->status));
    } else {
        spb_strbuf_append(reason, "sent no report, or a damaged one");
    }
    const char *words = spb_last_line(child->output.text);
    if (*words)
        spb_strbuf_printf(reason, "; its last words: %s", words);
}

void spb_worker_child_kill(struct spb_worker_child *child)
{
    if (child->ended)
        return;
    kill(-child->pid, SIGKILL);
    reap(child, true);
}

bool spb_worker_child_ended_well(const struct spb_worker_child *child)
{
    return !child->timed_out && WIFEXITED(child->status) && WEXITSTATUS(child->status) == 0 && !child->received.failed;
}

void spb_worker_child_release(struct spb_worker_child *child)
{
    if (child->pid > 0)
        spb_worker_child_kill(child);
    close_fd(&child->pid_fd);
    close_fd(&child->socket_fd);
    close_fd(&child->output_fd);
    spb_strbuf_release(&child->received);
    spb_strbuf_release(&child->output);
}
