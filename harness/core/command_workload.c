/* SPDX-License-Identifier: MIT
 *
 * Measures a whole command as one runs it: from before posix_spawn until it has ended and is waited for.
 *
 * What an iteration holds beside the command: the start of the shell, which set-up measures in the same way and the
 * statistics take off (overhead_ns), and some microseconds of this loop, which are in both. posix_spawn shares the memory
 * of the parent until the exec, so that the size of the worker costs nothing.
 *
 * Trap: the kernel lets the peak of resident memory begin at that of the process that started it, because until its exec
 * the new one lives in the old one's memory. Peaks below the worker's own are therefore not known, and not reported.
 */
#include "command_workload.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "clock.h"
#include "cpu_list.h"
#include "last_line.h"
#include "summary.h"
#include "word_list.h"

#define SHELL "/bin/sh"
/* The start of the shell is the median of so many runs, as far as the time allows. */
enum { SHELL_RUNS_MIN = 5, SHELL_RUNS_MAX = 40 };
#define SHELL_RUNS_NS 100000000u
/* Of what it writes to stderr; and reads that empty a pipe of 64 KiB. */
enum { WORDS_KEPT = 400, PIPE_READS = 16 };

/* One run of a program. */
struct outcome {
    int error; /* errno of its start; 0: it ran */
    int status;
    uint64_t wall_ns;
    uint64_t user_ns;
    uint64_t system_ns;
    uint64_t peak_bytes;
};

struct command {
    struct spb_word_list words; /* without a shell */
    char *shell_arguments[4];   /* with one */
    char **arguments;           /* one of the two */
    bool ignore_failure;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int null_fd;
    int pipe_fds[2];                 /* what it writes to stderr */
    char words_kept[WORDS_KEPT + 1]; /* the last of that */
    size_t words_length;
    bool failed;
    struct outcome shell; /* means, but the wall time is the median */
    struct outcome sums;  /* over the samples; peak_bytes is the largest of all runs */
    uint64_t runs;
};

/* ---- one run ---------------------------------------------------------------------------------------------------- */

/* What stands in the pipe, so that it never fills and what the program writes never fails or waits for long. Not more than
 * the pipe holds: something in the background may write without end. */
static void drain(struct command *command)
{
    char chunk[4096];
    for (unsigned reads = 0; reads < PIPE_READS; reads++) {
        ssize_t got = read(command->pipe_fds[0], chunk, sizeof(chunk));
        if (got <= 0)
            return;
        size_t new = (size_t)got < WORDS_KEPT ? (size_t)got : WORDS_KEPT;
        size_t old = command->words_length < WORDS_KEPT - new ? command->words_length : WORDS_KEPT - new;
        memmove(command->words_kept, command->words_kept + command->words_length - old, old);
        memcpy(command->words_kept + old, chunk + (size_t)got - new, new);
        command->words_length = old + new;
    }
}

/* Until it has ended. Without pidfd (kernels before 5.3) stderr goes nowhere and wait4 alone waits. */
static void attend(struct command *command, pid_t pid)
{
    int pid_fd = (int)syscall(SYS_pidfd_open, pid, 0);
    struct pollfd fds[] = {{.fd = pid_fd, .events = POLLIN}, {.fd = command->pipe_fds[0], .events = POLLIN}};
    while (pid_fd >= 0 && !(fds[0].revents & POLLIN)) {
        fds[0].revents = fds[1].revents = 0;
        if (poll(fds, 2, -1) < 0 && errno != EINTR)
            break;
        if (fds[1].revents & POLLIN)
            drain(command);
    }
    if (pid_fd >= 0)
        close(pid_fd);
}

static uint64_t to_ns(struct timeval time)
{
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_usec * 1000u;
}

static struct outcome run_program(struct command *command, char *const *arguments)
{
    struct outcome outcome = {0};
    struct rusage usage;
    pid_t pid;
    drain(command); /* what an earlier one has left behind */
    command->words_length = 0;
    uint64_t start = spb_clock_now_ns();
    outcome.error = posix_spawnp(&pid, arguments[0], &command->actions, &command->attributes, arguments, environ);
    if (outcome.error)
        return outcome;
    attend(command, pid);
    while (wait4(pid, &outcome.status, 0, &usage) < 0)
        if (errno != EINTR) {
            outcome.error = errno;
            return outcome;
        }
    outcome.wall_ns = spb_clock_now_ns() - start;
    outcome.user_ns = to_ns(usage.ru_utime);
    outcome.system_ns = to_ns(usage.ru_stime);
    outcome.peak_bytes = (uint64_t)usage.ru_maxrss * 1024;
    return outcome;
}

/* ---- failures --------------------------------------------------------------------------------------------------- */

static void describe_status(int status, struct spb_strbuf *reason)
{
    if (WIFSIGNALED(status)) {
        const char *name = sigabbrev_np(WTERMSIG(status));
        spb_strbuf_printf(reason, "killed by SIG%s", name ? name : "?");
        return;
    }
    int code = WEXITSTATUS(status);
    const char *name = code > 128 ? sigabbrev_np(code - 128) : NULL;
    spb_strbuf_printf(reason, "exit code %d", code);
    if (name)
        spb_strbuf_printf(reason, " (of a program that was killed by SIG%s?)", name);
}

static int fail(struct spb_bench *bench, struct command *command, const char *what, const struct outcome *outcome)
{
    struct spb_strbuf reason = {0};
    command->failed = true;
    if (outcome->error) {
        spb_strbuf_printf(&reason, "%s cannot be started: %s", what, strerror(outcome->error));
    } else {
        drain(command);
        command->words_kept[command->words_length] = '\0';
        for (size_t i = 0; i < command->words_length; i++)
            command->words_kept[i] = command->words_kept[i] ? command->words_kept[i] : ' ';
        const char *words = spb_last_line(command->words_kept);
        describe_status(outcome->status, &reason);
        spb_strbuf_printf(&reason, "%s%s", *words ? "; its last words: " : "", words);
    }
    int code = spb_fail(bench, "%s", spb_strbuf_text(&reason));
    spb_strbuf_release(&reason);
    return code;
}

/* ---- set-up ----------------------------------------------------------------------------------------------------- */

/* "" for a parameter that this row does not have. */
static const char *param_text(const struct spb_bench *bench, const char *name)
{
    for (size_t i = 0; i < bench->job->param_count; i++)
        if (strcmp(bench->job->params[i].name, name) == 0)
            return bench->job->params[i].text;
    return "";
}

static int confine(struct spb_bench *bench)
{
    const char *list = param_text(bench, SPB_COMMAND_CPUS);
    struct spb_error err = {0};
    struct spb_cpu *cpus = NULL;
    unsigned count = 0;
    if (!*list)
        return 0;
    int code = spb_cpu_list_parse(list, &cpus, &count, &err);
    if (code == 0)
        code = spb_binder_confine_thread(bench->binder, cpus, count, &err);
    free(cpus);
    return code < 0 ? spb_fail(bench, "%s", err.text) : 0;
}

static bool has_pidfd(void)
{
    int fd = (int)syscall(SYS_pidfd_open, getpid(), 0);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static int open_streams(struct spb_bench *bench, struct command *command)
{
    command->null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (command->null_fd < 0 || pipe2(command->pipe_fds, O_CLOEXEC) < 0)
        return spb_fail(bench, "no streams for the command: %s", strerror(errno));
    fcntl(command->pipe_fds[0], F_SETFL, O_NONBLOCK);
    posix_spawn_file_actions_init(&command->actions);
    posix_spawn_file_actions_adddup2(&command->actions, command->null_fd, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&command->actions, command->null_fd, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&command->actions, has_pidfd() ? command->pipe_fds[1] : command->null_fd,
                                     STDERR_FILENO);
    /* It finds the signals as a shell would hand them on, not as the harness has set them. */
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_init(&command->attributes);
    posix_spawnattr_setflags(&command->attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigmask(&command->attributes, &none);
    posix_spawnattr_setsigdefault(&command->attributes, &all);
    return 0;
}

static int measure_shell(struct spb_bench *bench, struct command *command)
{
    char *const arguments[] = {(char[]){SHELL}, (char[]){"-c"}, (char[]){":"}, NULL};
    double walls[SHELL_RUNS_MAX];
    size_t runs = 0;
    uint64_t start = spb_clock_now_ns();
    while (runs < SHELL_RUNS_MAX && (runs < SHELL_RUNS_MIN || spb_clock_now_ns() - start < SHELL_RUNS_NS)) {
        struct outcome outcome = run_program(command, arguments);
        if (outcome.error || outcome.status)
            return fail(bench, command, SHELL, &outcome);
        walls[runs++] = (double)outcome.wall_ns;
        command->shell.user_ns += outcome.user_ns;
        command->shell.system_ns += outcome.system_ns;
    }
    command->shell.wall_ns = (uint64_t)spb_median_in_place(walls, runs);
    command->shell.user_ns /= runs;
    command->shell.system_ns /= runs;
    bench->overhead_ns = command->shell.wall_ns;
    return 0;
}

static int prepare_arguments(struct spb_bench *bench, struct command *command)
{
    struct spb_error err = {0};
    const char *text = param_text(bench, SPB_COMMAND_TEXT);
    if (strcmp(param_text(bench, SPB_COMMAND_SHELL), "no") == 0) {
        int code = spb_word_list_parse(text, &command->words, &err);
        command->arguments = command->words.items;
        return code < 0 ? spb_fail(bench, "%s", err.text) : 0;
    }
    command->shell_arguments[0] = (char *)(uintptr_t)SHELL;
    command->shell_arguments[1] = (char *)(uintptr_t) "-c";
    command->shell_arguments[2] = (char *)(uintptr_t)text;
    command->arguments = command->shell_arguments;
    return measure_shell(bench, command);
}

static void close_fd(int fd)
{
    if (fd >= 0)
        close(fd);
}

static void release(struct command *command)
{
    spb_word_list_release(&command->words);
    posix_spawn_file_actions_destroy(&command->actions);
    posix_spawnattr_destroy(&command->attributes);
    close_fd(command->pipe_fds[0]);
    close_fd(command->pipe_fds[1]);
    close_fd(command->null_fd);
}

static int set_up(struct spb_bench *bench)
{
    struct command *command = spb_alloc(bench, sizeof(*command));
    if (!command)
        return -1;
    spb_set_state(bench, command);
    command->ignore_failure = strcmp(param_text(bench, SPB_COMMAND_FAILURE), "ignored") == 0;
    bench->runs_processes = true;
    command->null_fd = command->pipe_fds[0] = command->pipe_fds[1] = -1;
    if (confine(bench) == 0 && open_streams(bench, command) == 0 && prepare_arguments(bench, command) == 0)
        return 0;
    release(command);
    return -1;
}

/* ---- samples ---------------------------------------------------------------------------------------------------- */

static void add_up(struct command *command, const struct outcome *outcome, bool sampling)
{
    if (outcome->peak_bytes > command->sums.peak_bytes)
        command->sums.peak_bytes = outcome->peak_bytes;
    if (!sampling)
        return;
    command->sums.user_ns += outcome->user_ns;
    command->sums.system_ns += outcome->system_ns;
    command->runs++;
}

static uint64_t less(uint64_t value, uint64_t part)
{
    return value > part ? value - part : 0;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    struct command *command = thread->state;
    for (uint64_t i = 0; i < iterations && !command->failed; i++) {
        struct outcome outcome = run_program(command, command->arguments);
        if (outcome.error || (outcome.status && !command->ignore_failure)) {
            fail(thread->bench, command, command->arguments[0], &outcome);
            return;
        }
        add_up(command, &outcome, thread->bench->sampling);
        spb_record_ns(thread, less(outcome.wall_ns, command->shell.wall_ns));
    }
}

/* Below the worker's own peak nothing is known of the command's. */
static void report_peak(struct spb_bench *bench, const struct command *command)
{
    static const char name[] = "command-peak-rss";
    struct rusage own;
    getrusage(RUSAGE_SELF, &own);
    uint64_t floor = (uint64_t)own.ru_maxrss * 1024;
    if (command->sums.peak_bytes > floor)
        spb_report(bench, name, "bytes", (double)command->sums.peak_bytes);
    else
        spb_metrics_add_absent(&bench->reports, name, "bytes", SPB_METRIC_ABSENT,
                               "not above the %llu KiB of the worker that starts it, where the kernel lets it begin",
                               (unsigned long long)(floor / 1024));
}

static int verify(struct spb_bench *bench)
{
    const struct command *command = spb_state(bench);
    double runs = command->runs ? (double)command->runs : 1;
    double user = (double)command->sums.user_ns / runs - (double)command->shell.user_ns;
    double system = (double)command->sums.system_ns / runs - (double)command->shell.system_ns;
    spb_report(bench, "user-time", "ns", user > 0 ? user : 0);
    spb_report(bench, "system-time", "ns", system > 0 ? system : 0);
    report_peak(bench, command);
    spb_report(bench, "runs", "run", (double)command->runs);
    if (command->arguments == command->shell_arguments)
        spb_report(bench, "shell-start", "ns", (double)command->shell.wall_ns);
    return 0;
}

static void tear_down(struct spb_bench *bench)
{
    release(spb_state(bench));
}

/* The value is a stand-in: rows get theirs from spb_command_values(). */
static const struct spb_param_spec params[] = {
    {.name = SPB_COMMAND_TEXT,
     .summary = "the command line",
     .defaults = ":",
     .choices = ":",
     .kind = SPB_PARAM_CHOICE},
    {0},
};

const struct spb_workload spb_command_workload = {
    SPB_WORKLOAD_HEADER,
    .name = "command/run",
    .summary = "one run of a command, from its start to its end",
    .meaning = "the command takes longer or shorter",
    .unit = "run",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .params = params,
    .set_up = set_up,
    .run = run,
    .verify = verify,
    .tear_down = tear_down,
};
