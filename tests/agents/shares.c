/* SPDX-License-Identifier: MIT
 *
 *     shares KIND [MILLISECONDS]
 *
 * Functions that take 70, 20 and 10 % of the CPU time, in one of the ways in which programs are made. It says at its end what came out ("fine", and what was counted).
 */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <threads.h>
#include <unistd.h>

#include "busy.h"

#define KEPT __attribute__((noinline))

static _Atomic uint64_t seventy_ns, twenty_ns, ten_ns;

KEPT void busy_seventy(uint64_t ns)
{
    seventy_ns += BUSY_SPIN(ns);
}

KEPT void busy_twenty(uint64_t ns)
{
    twenty_ns += BUSY_SPIN(ns);
}

KEPT void busy_ten(uint64_t ns)
{
    ten_ns += BUSY_SPIN(ns);
}

static void write_truth(void)
{
    busy_truth("busy_seventy", seventy_ns);
    busy_truth("busy_twenty", twenty_ns);
    busy_truth("busy_ten", ten_ns);
    seventy_ns = twenty_ns = ten_ns = 0;
}

/* In turns, so that no function has one time of the run to itself. */
KEPT static void work(uint64_t total_ns)
{
    for (unsigned i = 0; i < 10; i++) {
        busy_seventy(total_ns / 100 * 7);
        busy_twenty(total_ns / 100 * 2);
        busy_ten(total_ns / 100);
    }
}

/* ---- threads ---------------------------------------------------------------------------------------------------- */

KEPT static void *thread_work(void *total_ns)
{
    work(*(uint64_t *)total_ns);
    return NULL;
}

KEPT static int c11_work(void *total_ns)
{
    work(*(uint64_t *)total_ns);
    return 3;
}

static int with_threads(uint64_t total_ns)
{
    pthread_t threads[4];
    thrd_t c11;
    int result = 0;
    uint64_t each_ns = total_ns / 5;
    for (unsigned i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, thread_work, &each_ns);
    thrd_create(&c11, c11_work, &each_ns);
    for (unsigned i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    thrd_join(c11, &result);
    return result == 3 ? 0 : 1;
}

/* Each lives for half a millisecond, an eighth of a tick. */
KEPT static void *short_work(void *function)
{
    void (*run)(uint64_t);
    memcpy(&run, function, sizeof run);
    run(500000);
    pthread_exit(NULL);
}

static int with_short_threads(uint64_t total_ns)
{
    void (*functions[])(uint64_t) = {busy_seventy, busy_seventy, busy_twenty, busy_seventy, busy_seventy,
                                     busy_ten,     busy_seventy, busy_twenty, busy_seventy, busy_seventy};
    for (uint64_t i = 0; i < total_ns / 500000; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, short_work, &functions[i % 10]))
            return 1;
        pthread_join(thread, NULL);
    }
    return 0;
}

/* ---- processes -------------------------------------------------------------------------------------------------- */

static int wait_for(pid_t child)
{
    int status;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return 1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int with_forks(uint64_t total_ns)
{
    int failed = 0;
    for (unsigned i = 0; i < 4; i++) {
        pid_t child = fork();
        if (child == 0) {
            work(total_ns / 4);
            write_truth();
            _exit(0);
        }
        failed |= wait_for(child);
    }
    return failed;
}

/* All descriptors are closed before, as careful programs do. */
static int with_exec(const char *program, uint64_t total_ns)
{
    char milliseconds[32];
    int failed = 0;
    snprintf(milliseconds, sizeof milliseconds, "%llu", (unsigned long long)total_ns / 4000000);
    for (unsigned i = 0; i < 4; i++) {
        pid_t child = i % 2 ? fork() : vfork();
        if (child == 0) {
            if (i % 2)
                close_range(3, ~0u, 0);
            execl(program, program, "plain", milliseconds, (char *)NULL);
            _exit(127);
        }
        failed |= wait_for(child);
    }
    return failed;
}

/* ---- loaded code ------------------------------------------------------------------------------------------------- */

static int with_plugin(const char *program, uint64_t total_ns)
{
    char path[4096];
    snprintf(path, sizeof path, "%s", program);
    snprintf(strrchr(path, '/') + 1, 32, "libshares_plugin.so");
    for (unsigned i = 0; i < 10; i++) {
        void *plugin = dlopen(path, RTLD_NOW);
        void *symbol = plugin ? dlsym(plugin, "plugin_seventy") : NULL;
        uint64_t (*plugin_seventy)(uint64_t);
        if (!symbol)
            return 1;
        memcpy(&plugin_seventy, &symbol, sizeof symbol);
        busy_truth("plugin_seventy", plugin_seventy(total_ns / 100 * 7));
        busy_twenty(total_ns / 100 * 2);
        busy_ten(total_ns / 100);
        dlclose(plugin);
    }
    return 0;
}

/* ---- signals ---------------------------------------------------------------------------------------------------- */

static volatile sig_atomic_t alarms, foreign;

static void on_alarm(int signal_number)
{
    (void)signal_number;
    alarms++;
}

static void on_foreign(int signal_number)
{
    (void)signal_number;
    foreign++;
}

/* Handlers for every number, all of them blocked, a wait for one: nothing of it may meet a signal that the program has not sent. */
static int with_signals(uint64_t total_ns)
{
    struct sigaction action = {.sa_handler = on_foreign};
    static char alternative[65536];
    sigset_t all, before;
    int got = 0;
    sigaltstack(&(stack_t){.ss_sp = alternative, .ss_size = sizeof alternative}, NULL);
    action.sa_flags = SA_ONSTACK;
    for (int i = 1; i <= 64; i++)
        if (i != SIGCHLD)
            sigaction(i, &action, NULL);
    signal(SIGALRM, on_alarm);
    for (unsigned i = 0; i < 10; i++) {
        ualarm(1000, 0);
        work(total_ns / 20);
    }
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    work(total_ns / 2);
    kill(getpid(), SIGUSR1);
    sigwait(&all, &got);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    for (int i = 1; i <= 64; i++)
        signal(i, SIG_DFL);
    work(total_ns / 10);
    printf("%d alarms, signal %d, %d foreign\n", (int)alarms, got, (int)foreign);
    return got == SIGUSR1 && foreign == 0 ? 0 : 1;
}

/* ---- depth ------------------------------------------------------------------------------------------------------ */

KEPT static uint64_t dive(unsigned depth, uint64_t total_ns)
{
    if (depth == 0)
        work(total_ns);
    else
        total_ns += dive(depth - 1, total_ns) & 1;
    return total_ns;
}

static int killed(uint64_t total_ns, int signal_number)
{
    work(total_ns);
    write_truth();
    fflush(stdout);
    kill(getpid(), signal_number);
    return 1;
}

/* An amount of work, not of time: for the cost of being sampled. */
KEPT static int fixed_work(void)
{
    uint64_t begin_ns = busy_now_ns();
    for (unsigned round = 0; round < 10; round++)
        for (volatile unsigned i = 0; i < 1000000000; i++)
            ;
    busy_truth("fixed", busy_now_ns() - begin_ns);
    return 0;
}

static int run(const char *program, const char *kind, uint64_t total_ns)
{
    if (strcmp(kind, "plain") == 0)
        return work(total_ns), 0;
    if (strcmp(kind, "fixed") == 0)
        return fixed_work();
    if (strcmp(kind, "threads") == 0)
        return with_threads(total_ns);
    if (strcmp(kind, "short") == 0)
        return with_short_threads(total_ns);
    if (strcmp(kind, "fork") == 0)
        return with_forks(total_ns);
    if (strcmp(kind, "exec") == 0)
        return with_exec(program, total_ns);
    if (strcmp(kind, "dlopen") == 0)
        return with_plugin(program, total_ns);
    if (strcmp(kind, "signals") == 0)
        return with_signals(total_ns);
    if (strcmp(kind, "deep") == 0)
        return dive(10000, total_ns) == 0;
    if (strcmp(kind, "kill") == 0)
        return killed(total_ns, SIGKILL);
    if (strcmp(kind, "abort") == 0)
        return killed(total_ns, SIGABRT);
    return 2;
}

int main(int argc, char **argv)
{
    const char *kind = argc > 1 ? argv[1] : "plain";
    uint64_t total_ns = (argc > 2 ? strtoull(argv[2], NULL, 10) : 1000) * 1000000u;
    int code = run(argv[0], kind, total_ns);
    write_truth();
    printf("%s %s\n", kind, code ? "failed" : "fine");
    return code;
}
