/* SPDX-License-Identifier: MIT
 *
 * The screen alone, without a command around it: screen_driver [INTERVAL_MS [CPUS]]. With a number of CPUs the looks are made up: as many CPUs, and all that a
 * machine can have. SIGUSR1 makes it crash, for the test of what is left of the terminal then (SIGABRT: sanitizers leave that one alone).
 */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "clock.h"
#include "screen.h"

static void crash(int number)
{
    (void)number;
    raise(SIGABRT);
}

static struct spb_observation *add(struct spb_look *look, enum spb_series series, const char *instance, double value)
{
    if (look->count == look->capacity) {
        look->capacity = look->capacity ? look->capacity * 2 : 1024;
        look->items = reallocarray(look->items, look->capacity, sizeof(*look->items));
        if (!look->items)
            exit(1);
    }
    struct spb_observation *item = &look->items[look->count++];
    *item = (struct spb_observation){.series = series, .has_value = true, .value = value};
    snprintf(item->instance, sizeof(item->instance), "%s", instance);
    return item;
}

static double wave(double phase)
{
    return 50 + 45 * sin(phase);
}

static void add_cpus(struct spb_look *look, unsigned cpus, double phase)
{
    add(look, SPB_CPU_BUSY, "", wave(phase / 9));
    for (unsigned i = 0; i < cpus; i++) {
        char name[16];
        snprintf(name, sizeof(name), "cpu%u", i);
        add(look, SPB_CPU_BUSY, name, wave(phase / 4 + i / 11.0));
    }
    add(look, SPB_CPU_FREQUENCY, "", 3.2e9);
    add(look, SPB_CPU_ONLINE, "", cpus);
    add(look, SPB_CPU_ALLOWED, "", cpus / 2.0);
}

static void add_devices(struct spb_look *look, double phase)
{
    static const char *const sensors[] = {"coretemp Package id 0", "nvme Composite", "acpitz"};
    for (int i = 0; i < 3; i++)
        add(look, SPB_TEMPERATURE, sensors[i], 40 + 10 * i + wave(phase) / 4);
    add(look, SPB_TEMPERATURE_LIMIT, sensors[0], 80);
    add(look, SPB_CGROUP_CPU, "", 1.5);
    add(look, SPB_CGROUP_CPU_LIMIT, "", 2);
    add(look, SPB_CGROUP_THROTTLED, "", 12);
    add(look, SPB_CGROUP_MEMORY, "", 1.5e9);
    add(look, SPB_CGROUP_MEMORY_LIMIT, "", 2e9);
    add(look, SPB_CGROUP_MEMORY_SHARE, "", 75);
}

/* What is made up comes after what the machine said: the last value of a series counts. */
static void make_up(struct spb_look *look, unsigned cpus)
{
    size_t kept = 0;
    for (size_t i = 0; i < look->count; i++)
        if (look->items[i].series != SPB_CPU_BUSY && look->items[i].series != SPB_CPU_ALLOWED)
            look->items[kept++] = look->items[i];
    look->count = kept;
    add_cpus(look, cpus, (double)look->boot_ns / 1e9);
    add_devices(look, (double)look->boot_ns / 1e9);
}

static int take_signals(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

static bool is_over(int signal_fd)
{
    struct signalfd_siginfo info;
    return read(signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info);
}

static int run(struct spb_machine_sampler *sampler, struct spb_screen *screen, int signal_fd, unsigned cpus)
{
    struct spb_look look = {0};
    struct spb_error err;
    bool goes_on = true;
    while (goes_on && spb_machine_sampler_look(sampler, &look, &err) == 0) {
        uint64_t next_ns = spb_clock_now_ns() + spb_screen_interval_ns(screen), now_ns;
        if (cpus)
            make_up(&look, cpus);
        spb_screen_show(screen, sampler, &look);
        while (goes_on && (now_ns = spb_clock_now_ns()) < next_ns)
            goes_on = spb_screen_wait(screen, (int)((next_ns - now_ns) / 1000000) + 1) == 0 && !is_over(signal_fd);
    }
    spb_look_release(&look);
    return 0;
}

int main(int argc, char **argv)
{
    struct spb_sampler_options options = {.with_processes = true,
                                          .processes = {.with_io = true, .with_commands = true}};
    uint64_t interval_ms = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000;
    struct spb_machine_sampler *sampler = NULL;
    struct spb_screen *screen = NULL;
    struct spb_error err = {0};
    int signal_fd = take_signals();
    struct spb_screen_options how = {.interval_ns = interval_ms * 1000000,
                                     .host = "machine",
                                     .no_color = getenv("NO_COLOR") != NULL,
                                     .wake_fd = signal_fd};
    signal(SIGUSR1, crash);
    int code = spb_machine_sampler_create(&options, &sampler, &err);
    if (code == 0)
        code = spb_screen_open(&how, &screen, &err);
    if (code == 0)
        code = run(sampler, screen, signal_fd, argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 0);
    else
        fprintf(stderr, "%s\n", err.text);
    spb_screen_close(screen);
    spb_machine_sampler_destroy(sampler);
    return code ? 5 : 0;
}
