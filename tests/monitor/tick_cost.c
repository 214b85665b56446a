/* SPDX-License-Identifier: MIT
 *
 *     tick_cost [--processes N] [--ticks N] [--interval-ms N] [--bare] [--io] [--commands]
 *
 * What a look costs: makes N sleeping children, looks at the machine again and again and prints the time that a look takes, the CPU time
 * of all of them, and the memory of this process. --bare looks at no processes. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <signal.h>

#include "clock.h"
#include "machine_sampler.h"

enum { TICKS_MAX = 10000 };

struct wish {
    unsigned processes, ticks, interval_ms;
    bool bare, io, commands;
};

static unsigned number_of(const char *text)
{
    return text ? (unsigned)strtoul(text, NULL, 10) : 0;
}

static struct wish parse(char **arguments)
{
    struct wish wish = {.ticks = 20, .interval_ms = 200};
    for (char **at = arguments + 1; *at; at++) {
        unsigned *number = strcmp(*at, "--processes") == 0     ? &wish.processes
                           : strcmp(*at, "--ticks") == 0       ? &wish.ticks
                           : strcmp(*at, "--interval-ms") == 0 ? &wish.interval_ms
                                                               : NULL;
        if (number && at[1])
            *number = number_of(*++at);
        wish.bare = wish.bare || strcmp(*at, "--bare") == 0;
        wish.io = wish.io || strcmp(*at, "--io") == 0;
        wish.commands = wish.commands || strcmp(*at, "--commands") == 0;
    }
    if (wish.ticks < 2 || wish.ticks > TICKS_MAX)
        wish.ticks = TICKS_MAX;
    return wish;
}

/* Each child ends when this program does. */
static unsigned make_sleepers(unsigned count, pid_t *children)
{
    unsigned made = 0;
    while (made < count) {
        pid_t child = fork();
        if (child < 0)
            break;
        if (child == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            for (;;)
                pause();
        }
        children[made++] = child;
    }
    return made;
}

static void end_sleepers(const pid_t *children, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        kill(children[i], SIGKILL);
    while (wait(NULL) > 0)
        continue;
}

static int compare(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

static double cpu_ms(void)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec * 1e3 + (double)used.tv_nsec / 1e6;
}

static void sleep_ms(unsigned ms)
{
    struct timespec pause_time = {ms / 1000, (long)(ms % 1000) * 1000000};
    nanosleep(&pause_time, NULL);
}

static int run(const struct wish *wish, unsigned made)
{
    static uint64_t took_ns[TICKS_MAX];
    struct spb_sampler_options options = {.with_processes = !wish->bare,
                                          .processes = {.with_io = wish->io, .with_commands = wish->commands}};
    struct spb_machine_sampler *sampler;
    struct spb_look look = {0};
    struct spb_error err = {{0}};
    double first_ms = 0, cpu_start_ms = 0;
    if (spb_machine_sampler_create(&options, &sampler, &err) < 0)
        return fprintf(stderr, "%s\n", err.text), 1;
    for (unsigned i = 0; i <= wish->ticks; i++) { /* the first one opens everything */
        uint64_t start_ns = spb_clock_now_ns();
        if (spb_machine_sampler_look(sampler, &look, &err) < 0)
            return fprintf(stderr, "%s\n", err.text), 1;
        if (i == 0) {
            first_ms = (double)(spb_clock_now_ns() - start_ns) / 1e6;
            cpu_start_ms = cpu_ms();
        } else {
            took_ns[i - 1] = spb_clock_now_ns() - start_ns;
        }
        sleep_ms(wish->interval_ms);
    }
    double cpu = (cpu_ms() - cpu_start_ms) / wish->ticks;
    qsort(took_ns, wish->ticks, sizeof(*took_ns), compare);
    size_t middle = wish->ticks / 2;
    double median_ms = (double)took_ns[middle] / 1e6;
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%u children: first look %.2f ms; then median %.3f ms, highest %.3f ms, CPU %.3f ms a look; %zu numbers, "
           "%.1f MB at most\n",
           made, first_ms, median_ms, (double)took_ns[wish->ticks - 1] / 1e6, cpu, look.count,
           (double)usage.ru_maxrss / 1024);
    spb_look_release(&look);
    spb_machine_sampler_destroy(sampler);
    return 0;
}

int main(int argc, char **argv)
{
    struct wish wish = parse(argv);
    struct rlimit limit;
    (void)argc;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    pid_t *children = calloc(wish.processes + 1, sizeof(*children));
    if (!children)
        return 1;
    unsigned made = make_sleepers(wish.processes, children);
    sleep_ms(500);
    int code = run(&wish, made);
    end_sleepers(children, made);
    free(children);
    return code;
}
