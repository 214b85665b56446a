/* SPDX-License-Identifier: MIT */
#include "worker_process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"
#include "last_line.h"
#include "strbuf.h"
#include "units.h"

enum { TICK_MS = 250, WITHOUT_PIDFD_MS = 5, LAST_WORDS_BYTES = 400 };

struct child {
    pid_t pid;
    int pid_fd;    /* readable when it has ended; -1 on kernels before 5.3 */
    int socket_fd; /* -1 once at its end */
    int output_fd; /* stdout and stderr together; -1 once at its end */
    struct spb_strbuf report;
    struct spb_strbuf output; /* its last part */
    bool ended;
    int status;
    bool timed_out;
    unsigned cancels;
};

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static int spawn(struct child *child, int socket_end, int output_end)
{
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
    posix_spawn_file_actions_adddup2(&actions, output_end, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output_end, STDERR_FILENO);
    posix_spawn_file_actions_adddup2(&actions, socket_end, SPB_WORKER_FD);
    int code = -posix_spawn(&child->pid, "/proc/self/exe", &actions, &attributes, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return code;
}

/* A descriptor above the ones that the child's standard streams and socket are put on. */
static int move_up(int fd)
{
    int moved = fcntl(fd, F_DUPFD_CLOEXEC, SPB_WORKER_FD + 1);
    int code = -errno;
    close(fd);
    return moved < 0 ? code : moved;
}

static int start(struct child *child, struct spb_error *err)
{
    int sockets[2], pipes[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) < 0)
        return spb_error_system(err, -errno, "no socket for a worker");
    if (pipe2(pipes, O_CLOEXEC | O_NONBLOCK) < 0) {
        int code = -errno;
        close(sockets[0]);
        close(sockets[1]);
        return spb_error_system(err, code, "no pipe for a worker");
    }
    int socket_end = move_up(sockets[1]), output_end = move_up(pipes[1]);
    child->socket_fd = sockets[0];
    child->output_fd = pipes[0];
    int code = socket_end < 0 ? socket_end : output_end < 0 ? output_end : spawn(child, socket_end, output_end);
    close_fd(&socket_end);
    close_fd(&output_end);
    if (code < 0)
        return spb_error_system(err, code, "a worker cannot be started (is /proc mounted?)");
    child->pid_fd = (int)syscall(SYS_pidfd_open, child->pid, 0);
    return 0;
}

static void send_job(const struct child *child, const struct spb_job *job)
{
    struct spb_strbuf message = {0};
    spb_job_encode(job, &message);
    uint64_t length = message.length;
    /* A worker that is gone already shows in its exit status, not here. */
    if (send(child->socket_fd, &length, sizeof(length), MSG_NOSIGNAL) == (ssize_t)sizeof(length))
        for (size_t sent = 0; sent < message.length;) {
            ssize_t put = send(child->socket_fd, message.text + sent, message.length - sent, MSG_NOSIGNAL);
            if (put <= 0)
                break;
            sent += (size_t)put;
        }
    spb_strbuf_release(&message);
}

/* Reads what is there without waiting; closes at the end. `keep`: 0 for all. */
static void drain(int *fd, struct spb_strbuf *into, size_t keep)
{
    char chunk[65536];
    while (*fd >= 0) {
        ssize_t got = *fd >= 0 ? read(*fd, chunk, sizeof(chunk)) : 0;
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

static void reap(struct child *child, bool wait)
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

static void handle_cancel(struct child *child, const struct spb_worker_process_options *options)
{
    unsigned cancels = options->cancel(options->context);
    if (cancels > child->cancels)
        kill(child->pid, cancels == 1 ? SIGINT : SIGKILL);
    child->cancels = cancels;
}

/* Until the process has ended. */
static void attend(struct child *child, const struct spb_worker_process_options *options, uint64_t start_ns)
{
    fcntl(child->socket_fd, F_SETFL, O_NONBLOCK);
    uint64_t next_tick_ns = start_ns;
    while (!child->ended) {
        struct pollfd fds[] = {{.fd = child->pid_fd, .events = POLLIN},
                               {.fd = child->socket_fd, .events = POLLIN},
                               {.fd = child->output_fd, .events = POLLIN},
                               {.fd = options->cancel_fd, .events = POLLIN}};
        poll(fds, 4, child->pid_fd < 0 ? WITHOUT_PIDFD_MS : TICK_MS);
        drain(&child->socket_fd, &child->report, 0);
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
    drain(&child->socket_fd, &child->report, 0);
    drain(&child->output_fd, &child->output, LAST_WORDS_BYTES);
}

static void describe_end(struct child *child, const struct spb_worker_process_options *options,
                         struct spb_strbuf *reason)
{
    char limit[SPB_UNIT_TEXT_SIZE];
    if (child->timed_out) {
        const char *from = options->timeout_from;
        spb_strbuf_printf(reason, "no answer within its time limit of %s%s%s%s, and was killed",
                          spb_format_duration(limit, (double)options->timeout_ns), from ? " (" : "", from ? from : "",
                          from ? ")" : "");
    } else if (WIFSIGNALED(child->status)) {
        int number = WTERMSIG(child->status);
        spb_strbuf_printf(reason, "killed by SIG%s (%s)", sigabbrev_np(number), sigdescr_np(number));
        if (number == SIGKILL && child->cancels < 2)
            spb_strbuf_append(reason, ", perhaps by the kernel for want of memory: see 'dmesg'");
    } else if (WEXITSTATUS(child->status) != 0) {
        spb_strbuf_printf(reason, "ended with exit code %d before it reported", WEXITSTATUS(child->status));
    } else {
        spb_strbuf_append(reason, "sent no report, or a damaged one");
    }
    const char *words = spb_last_line(child->output.text);
    if (*words)
        spb_strbuf_printf(reason, "; its last words: %s", words);
}

static bool ended_well(const struct child *child)
{
    return !child->timed_out && WIFEXITED(child->status) && WEXITSTATUS(child->status) == 0 && !child->report.failed;
}

static void judge(struct child *child, const struct spb_worker_process_options *options, struct spb_process *process)
{
    if (ended_well(child) && spb_report_decode(spb_strbuf_text(&child->report), child->report.length, process) == 0)
        return;
    struct spb_strbuf reason = {0};
    describe_end(child, options, &reason);
    process->outcome = child->cancels ? SPB_OUTCOME_INTERRUPTED : SPB_OUTCOME_FAILED;
    process->reason = spb_strbuf_detach(&reason);
}

static void release_child(struct child *child)
{
    close_fd(&child->pid_fd);
    close_fd(&child->socket_fd);
    close_fd(&child->output_fd);
    spb_strbuf_release(&child->report);
    spb_strbuf_release(&child->output);
}

int spb_worker_process_run(const struct spb_job *job, const struct spb_worker_process_options *options,
                           struct spb_process *process, struct spb_error *err)
{
    struct child child = {.pid = -1, .pid_fd = -1, .socket_fd = -1, .output_fd = -1};
    *process = (struct spb_process){0};
    uint64_t start_ns = spb_clock_now_ns();
    int code = start(&child, err);
    if (code == 0) {
        send_job(&child, job);
        attend(&child, options, start_ns);
        judge(&child, options, process);
        process->seed = job->seed;
        process->wall_ns = spb_clock_now_ns() - start_ns;
    }
    release_child(&child);
    return code;
}

int spb_worker_process_ask(const struct spb_job *job, const struct spb_worker_process_options *options,
                           struct spb_strbuf *answer, struct spb_error *err)
{
    struct child child = {.pid = -1, .pid_fd = -1, .socket_fd = -1, .output_fd = -1};
    int code = start(&child, err);
    if (code == 0) {
        send_job(&child, job);
        attend(&child, options, spb_clock_now_ns());
    }
    if (code == 0 && (!ended_well(&child) || child.report.length == 0)) {
        struct spb_strbuf reason = {0};
        describe_end(&child, options, &reason);
        code = spb_error_set(err, -ECHILD, "%s", spb_strbuf_text(&reason));
        spb_strbuf_release(&reason);
    }
    if (code == 0) {
        *answer = child.report;
        child.report = (struct spb_strbuf){0};
    }
    release_child(&child);
    return code;
}
