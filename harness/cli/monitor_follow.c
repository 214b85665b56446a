/* SPDX-License-Identifier: MIT */
#include "monitor_follow.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"
#include "process_table.h"

struct spb_follow {
    char *const *command;
    pid_t pid;
    int go_fd;    /* a byte lets the child go; -1: it has gone */
    int error_fd; /* the child's errno when it could not */
    int signal_fd;
    bool ended;
    int status;
    uint64_t begin_ns, end_ns;
    struct spb_process_table *table;
    struct spb_follow_summary seen; /* what the looks saw */
};

static uint64_t boot_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* ---- start ------------------------------------------------------------------------------------------------------ */

/* The child, until it is another program. */
static _Noreturn void become_command(char *const *command, int go_fd, int error_fd)
{
    char go;
    if (read(go_fd, &go, 1) != 1)
        _exit(127); /* the program that would follow it has ended */
    execvp(command[0], command);
    int code = errno;
    (void)!write(error_fd, &code, sizeof(code));
    _exit(127);
}

static int take_signals(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGQUIT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP);
    sigaddset(&signals, SIGCHLD);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int launch(struct spb_follow *follow)
{
    int go[2], error[2];
    if (pipe2(go, O_CLOEXEC) < 0)
        return -errno;
    if (pipe2(error, O_CLOEXEC) < 0) {
        int code = -errno;
        close(go[0]);
        close(go[1]);
        return code;
    }
    follow->pid = fork();
    int code = follow->pid < 0 ? -errno : 0;
    if (follow->pid == 0) {
        close(go[1]); /* so that the read ends when the other side does */
        become_command(follow->command, go[0], error[1]);
    }
    close(go[0]);
    close(error[1]);
    follow->go_fd = go[1];
    follow->error_fd = error[0];
    return code;
}

int spb_follow_start(char *const *command, struct spb_follow **follow, struct spb_error *err)
{
    *follow = calloc(1, sizeof(**follow));
    if (!*follow)
        return spb_error_system(err, -ENOMEM, "%s", command[0]);
    **follow = (struct spb_follow){.command = command, .go_fd = -1, .error_fd = -1, .signal_fd = -1};
    int code = launch(*follow);
    if (code == 0) {
        prctl(PR_SET_CHILD_SUBREAPER, 1);
        (*follow)->signal_fd = take_signals();
        code = (*follow)->signal_fd < 0 ? -errno : 0;
    }
    if (code == 0)
        code = spb_process_table_create(NULL, &(struct spb_process_options){.root = getpid()}, &(*follow)->table);
    if (code < 0) {
        spb_error_system(err, code, "%s", command[0]);
        spb_follow_destroy(*follow);
        *follow = NULL;
    }
    return code;
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

void spb_follow_destroy(struct spb_follow *follow)
{
    if (!follow)
        return;
    bool waits = follow->go_fd >= 0;
    close_fd(&follow->go_fd);
    if (waits && follow->pid > 0)
        waitpid(follow->pid, NULL, 0);
    close_fd(&follow->error_fd);
    close_fd(&follow->signal_fd);
    spb_process_table_destroy(follow->table);
    free(follow);
}

int spb_follow_fd(const struct spb_follow *follow)
{
    return follow->signal_fd;
}

int spb_follow_go(struct spb_follow *follow, struct spb_error *err)
{
    int child_errno = 0;
    follow->begin_ns = spb_clock_now_ns();
    int code = spb_file_write_all(follow->go_fd, "", 1);
    close_fd(&follow->go_fd);
    if (code == 0 && spb_file_read_all(follow->error_fd, &child_errno, sizeof(child_errno)) == 0)
        code = -child_errno;
    close_fd(&follow->error_fd);
    if (code < 0) {
        waitpid(follow->pid, NULL, 0);
        return spb_error_system(err, code, "%s", follow->command[0]);
    }
    return 0;
}

/* ---- while it runs ---------------------------------------------------------------------------------------------- */

static void reap(struct spb_follow *follow)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        if (pid == follow->pid) {
            follow->ended = true;
            follow->status = status;
            follow->end_ns = spb_clock_now_ns();
        }
}

bool spb_follow_step(struct spb_follow *follow)
{
    struct signalfd_siginfo info;
    while (read(follow->signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
        /* The terminal sends to the whole process group, to which the command belongs. */
        bool from_terminal = info.ssi_code == SI_KERNEL;
        if (info.ssi_signo != SIGCHLD && !from_terminal && !follow->ended)
            kill(follow->pid, (int)info.ssi_signo);
    }
    reap(follow);
    return follow->ended;
}

/* The table is of this program and its descendants, to which those come whose parents have ended. */
static bool is_other(const struct spb_process_look *process)
{
    return process->pid != getpid();
}

static bool is_alive(const struct spb_process_look *process)
{
    return is_other(process) && process->state != 'Z' && process->state != 'X';
}

/* What runs now, in the members for what was seen at most. */
static struct spb_follow_summary add_up(const struct spb_process_look *items, size_t count)
{
    struct spb_follow_summary now = {0};
    for (size_t i = 0; i < count; i++) {
        if (!is_alive(&items[i]))
            continue;
        now.together_rss_bytes += items[i].rss_bytes;
        now.threads_max += items[i].threads;
        now.processes_max++;
        now.still_cpu_ns += items[i].cpu_total_ns;
        if (items[i].rss_bytes > now.largest_rss_bytes)
            now.largest_rss_bytes = items[i].rss_bytes;
    }
    return now;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

void spb_follow_look(struct spb_follow *follow)
{
    struct spb_follow_summary *seen = &follow->seen;
    size_t count;
    if (spb_process_table_look(follow->table, boot_ns()) < 0)
        return;
    const struct spb_process_look *items = spb_process_table_items(follow->table, &count);
    struct spb_follow_summary now = add_up(items, count);
    for (size_t i = 0; i < count; i++)
        seen->processes_seen += is_other(&items[i]) && (items[i].is_new || !seen->looks);
    seen->still_running = now.processes_max;
    seen->still_cpu_ns = now.still_cpu_ns;
    if (now.processes_max == 0)
        return; /* it has ended: there was nothing to see */
    seen->looks++;
    seen->together_rss_bytes = larger(seen->together_rss_bytes, now.together_rss_bytes);
    seen->largest_rss_bytes = larger(seen->largest_rss_bytes, now.largest_rss_bytes);
    seen->threads_max = (unsigned)larger(seen->threads_max, now.threads_max);
    seen->processes_max = (unsigned)larger(seen->processes_max, now.processes_max);
}

/* ---- at its end ------------------------------------------------------------------------------------------------- */

static uint64_t ns_of(struct timeval time)
{
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_usec * 1000u;
}

/* The kernel adds up for a parent what its children took and what those had waited for. */
static void add_waited_for(struct spb_follow_summary *summary)
{
    struct rusage usage = {0};
    struct spb_strbuf io = {0};
    getrusage(RUSAGE_CHILDREN, &usage);
    summary->user_ns = ns_of(usage.ru_utime);
    summary->system_ns = ns_of(usage.ru_stime);
    summary->largest_rss_bytes = larger(summary->largest_rss_bytes, (uint64_t)usage.ru_maxrss * 1024);
    summary->has_io = spb_file_read(NULL, "/proc/self/io", 0, &io) == 0;
    summary->read_bytes = (uint64_t)usage.ru_inblock * 512;
    summary->written_bytes = (uint64_t)usage.ru_oublock * 512;
    summary->minor_faults = (uint64_t)usage.ru_minflt;
    summary->major_faults = (uint64_t)usage.ru_majflt;
    summary->voluntary_switches = (uint64_t)usage.ru_nvcsw;
    summary->involuntary_switches = (uint64_t)usage.ru_nivcsw;
    spb_strbuf_release(&io);
}

void spb_follow_summarise(struct spb_follow *follow, struct spb_follow_summary *summary)
{
    reap(follow);
    spb_follow_look(follow);
    *summary = follow->seen;
    summary->command = follow->command[0];
    summary->status = follow->status;
    summary->wall_ns = follow->end_ns - follow->begin_ns;
    if (summary->processes_seen == 0)
        summary->processes_seen = 1;
    add_waited_for(summary);
}

int spb_follow_exit_code(const struct spb_follow *follow)
{
    return WIFSIGNALED(follow->status) ? 128 + WTERMSIG(follow->status) : WEXITSTATUS(follow->status);
}
