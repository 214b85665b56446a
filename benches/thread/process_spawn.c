/* SPDX-License-Identifier: MIT
 *
 * Processes, from their start until they have been waited for: a fork that exits at once, whose price grows with the page
 * tables of the parent, and a program that is executed, by posix_spawn or by vfork and execve.
 *
 * The histogram holds single processes. What is started inherits the CPU of the measured thread.
 */
#include <errno.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "spbench.h"

#define PROGRAM   "/bin/true"
#define EXIT_CODE 7 /* of a fork; no other way to end gives it */

struct nursery {
    pid_t (*start)(void); /* the child, or -errno */
    int exit_code;
    uint64_t ended; /* as they should */
    uint64_t wanted;
    int error;  /* of the first call that failed */
    int status; /* the first that was wrong */
};

static pid_t start_fork(void)
{
    pid_t child = fork();
    if (child == 0)
        _exit(EXIT_CODE);
    return child < 0 ? -errno : child;
}

static pid_t start_posix_spawn(void)
{
    char *const arguments[] = {(char[]){PROGRAM}, NULL};
    pid_t child;
    int error = posix_spawn(&child, PROGRAM, NULL, NULL, arguments, environ);
    return error ? -error : child;
}

/* The child borrows the parent's memory and stack until it executes: it does nothing else in between. */
static __attribute__((noinline)) pid_t start_vfork(void)
{
    char *const arguments[] = {(char[]){PROGRAM}, NULL};
    pid_t child = vfork(); /* NOLINT(clang-analyzer-security.insecureAPI.vfork): it is what is measured */
    if (child == 0) {
        execve(PROGRAM, arguments, environ);
        _exit(127);
    }
    return child < 0 ? -errno : child;
}

static struct nursery *make_nursery(struct spb_bench *bench, pid_t (*start)(void), int exit_code)
{
    struct nursery *nursery = spb_alloc(bench, sizeof(*nursery));
    if (!nursery)
        return NULL;
    nursery->start = start;
    nursery->exit_code = exit_code;
    spb_set_state(bench, nursery);
    return nursery;
}

static int set_up_fork(struct spb_bench *bench)
{
    size_t bytes = spb_param(bench, "memory");
    if (!make_nursery(bench, start_fork, EXIT_CODE))
        return -1;
    return bytes && !spb_alloc_pages(bench, bytes, SPB_PAGES_SMALL) ? -1 : 0;
}

static int set_up_program(struct spb_bench *bench)
{
    int by_vfork = strcmp(spb_param_text(bench, "method"), "vfork-exec") == 0;
    return make_nursery(bench, by_vfork ? start_vfork : start_posix_spawn, 0) ? 0 : -1;
}

static void wait_for(struct nursery *nursery, pid_t child)
{
    int status = 0;
    pid_t ended;
    do
        ended = waitpid(child, &status, 0);
    while (ended < 0 && errno == EINTR);
    if (ended < 0)
        nursery->error = errno;
    else if (WIFEXITED(status) && WEXITSTATUS(status) == nursery->exit_code)
        nursery->ended++;
    else if (nursery->status == 0)
        nursery->status = status;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    struct nursery *nursery = thread->state;
    uint64_t before = spb_now_ns();

    for (uint64_t i = 0; i < iterations && nursery->error == 0; i++) {
        pid_t child = nursery->start();
        if (child < 0)
            nursery->error = -child;
        else
            wait_for(nursery, child);
        uint64_t now = spb_now_ns();
        spb_record_ns(thread, now - before);
        before = now;
    }
    nursery->wanted += iterations;
}

static int verify(struct spb_bench *bench)
{
    const struct nursery *nursery = spb_state(bench);
    if (nursery->error)
        return spb_fail(bench, "a process could not be started or waited for: %s", strerror(nursery->error));
    if (nursery->ended != nursery->wanted)
        return spb_fail(bench, "%llu of %llu processes ended as they should; one had the wait status %#x",
                        (unsigned long long)nursery->ended, (unsigned long long)nursery->wanted,
                        (unsigned)nursery->status);
    return 0;
}

static const char *no_program(void)
{
    return access(PROGRAM, X_OK) == 0 ? NULL : "there is no " PROGRAM " to execute";
}

static const struct spb_param_spec fork_params[] = {
    {.name = "memory",
     .summary = "bytes that the parent has touched, in small pages",
     .defaults = "0,64MiB",
     .kind = SPB_PARAM_BYTES},
    {0},
};

static const struct spb_param_spec program_params[] = {
    {.name = "method",
     .summary = "the C library's posix_spawn, or vfork and execve by hand",
     .defaults = "posix-spawn,vfork-exec",
     .choices = "posix-spawn,vfork-exec",
     .kind = SPB_PARAM_CHOICE},
    {0},
};

const struct spb_workload spb_thread_fork_exit = {
    SPB_WORKLOAD_HEADER,
    .name = "thread/fork-exit",
    .summary = "fork of a process that exits at once, and waitpid",
    .meaning = "cost of a copy of this process; it grows with the memory whose page tables are copied",
    .unit = "spawn",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .params = fork_params,
    .set_up = set_up_fork,
    .run = run,
    .verify = verify,
};

const struct spb_workload spb_thread_spawn_exec = {
    SPB_WORKLOAD_HEADER,
    .name = "thread/spawn-exec",
    .summary = "start of " PROGRAM " without a copy of the page tables, and waitpid",
    .meaning = "cost of another program: loading, dynamic linking, exit; what each step of a shell script pays",
    .unit = "spawn",
    .measure = SPB_TIME_PER_UNIT,
    .version = 1,
    .params = program_params,
    .unavailable = no_program,
    .set_up = set_up_program,
    .run = run,
    .verify = verify,
};
