/* SPDX-License-Identifier: MIT */
#include "health_watch.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "history_looks.h"
#include "interrupt.h"
#include "load_average.h"
#include "machine_sampler.h"

#define SECOND_NS    UINT64_C(1000000000)
#define DAY_NS       INT64_C(86400000000000)
#define AVERAGES_MAX 18 /* three resources, two lines, three windows */

/* ---- this machine, or a captured one -------------------------------------------------------------------------------- */

static size_t add_line(struct spb_health_average *averages, size_t count, enum spb_series series, const char *resource,
                       const struct spb_pressure_line *line)
{
    const double values[] = {line->avg10_pct, line->avg60_pct, line->avg300_pct};
    static const uint64_t windows_s[] = {10, 60, 300};
    for (size_t i = 0; line->code == 0 && i < 3; i++)
        averages[count++] = (struct spb_health_average){series, resource, windows_s[i] * SECOND_NS, values[i]};
    return count;
}

/* The kernel has watched the pressure for five minutes already. */
static int prime(struct spb_health *health, const char *root)
{
    static const char *const resources[] = {"cpu", "memory", "io"};
    struct spb_health_average averages[AVERAGES_MAX];
    size_t count = 0;
    for (size_t i = 0; i < 3; i++) {
        struct spb_pressure pressure;
        if (spb_pressure_read(root, resources[i], &pressure) < 0)
            continue;
        count = add_line(averages, count, SPB_PRESSURE_SOME, resources[i], &pressure.some);
        count = add_line(averages, count, SPB_PRESSURE_FULL, resources[i], &pressure.full);
    }
    return spb_health_prime(health, averages, count);
}

struct watching {
    struct spb_health *health;
    const struct spb_health_watch *watch;
    struct spb_machine_sampler *sampler;
    struct spb_look look;
    struct spb_interrupt interrupt;
};

static int take_look(struct watching *watching, struct spb_error *err)
{
    size_t count = 0;
    int code = spb_machine_sampler_look(watching->sampler, &watching->look, err);
    if (code)
        return code;
    const struct spb_process_look *processes =
        spb_process_table_items(spb_machine_sampler_processes(watching->sampler), &count);
    code = spb_health_step(watching->health, &watching->look, processes, count);
    return code ? spb_error_set(err, code, "out of memory") : 0;
}

/* True: interrupted. */
static bool wait_until(struct watching *watching, uint64_t due_ns)
{
    for (;;) {
        uint64_t now_ns = spb_clock_now_ns();
        if (now_ns >= due_ns)
            return false;
        struct pollfd wait = {.fd = watching->interrupt.fd, .events = POLLIN};
        struct timespec left = {(time_t)((due_ns - now_ns) / SECOND_NS), (long)((due_ns - now_ns) % SECOND_NS)};
        if (ppoll(&wait, 1, &left, NULL) > 0 && spb_interrupt_take(&watching->interrupt) > 0)
            return true;
    }
}

static void show_progress(const struct spb_health_watch *watch, uint64_t passed_ns)
{
    if (watch->with_progress)
        fprintf(stderr, "\r\033[Kwatching the machine: %.0f of %.0f s (Ctrl-C: judge now)", (double)passed_ns / 1e9,
                (double)watch->duration_ns / 1e9);
}

static int go_on(struct watching *watching, struct spb_error *err)
{
    const struct spb_health_watch *watch = watching->watch;
    uint64_t start_ns = spb_clock_now_ns(), passed_ns = 0;
    int code = 0;
    while (code == 0 && passed_ns < watch->duration_ns) {
        show_progress(watch, passed_ns);
        passed_ns += watch->interval_ns;
        if (wait_until(watching, start_ns + passed_ns))
            code = spb_error_set(err, -ECANCELED, "interrupted: judged by what was seen until then");
        else
            code = take_look(watching, err);
    }
    if (watch->with_progress)
        fputs("\r\033[K", stderr);
    return code;
}

int spb_health_watch(struct spb_health *health, const struct spb_health_watch *watch, struct spb_error *err)
{
    struct watching watching = {.health = health, .watch = watch, .interrupt = {.fd = -1}};
    const struct spb_sampler_options options = {.root = watch->root, .with_processes = true};
    int code = spb_machine_sampler_create(&options, &watching.sampler, err);
    if (code)
        return code;
    spb_interrupt_open(&watching.interrupt);
    code = take_look(&watching, err);
    if (code == 0 && prime(health, watch->root) < 0)
        code = spb_error_set(err, -ENOMEM, "out of memory");
    if (code == 0 && !watch->root)
        code = go_on(&watching, err);
    spb_interrupt_close(&watching.interrupt);
    spb_look_release(&watching.look);
    spb_machine_sampler_destroy(watching.sampler);
    return code;
}

/* ---- a history ------------------------------------------------------------------------------------------------------- */

struct feeding {
    struct spb_health *health;
    uint64_t looks;
};

static int feed(void *context, const struct spb_look *look, const struct spb_process_look *processes, size_t count,
                struct spb_error *err)
{
    struct feeding *feeding = context;
    feeding->looks++;
    int code = spb_health_step(feeding->health, look, processes, count);
    return code ? spb_error_set(err, code, "out of memory") : 0;
}

/* A moment long after the last look is none that the history knows of. */
static int check_near(struct spb_history *history, int64_t at_ns, const struct spb_history_extent *extent,
                      struct spb_error *err)
{
    struct spb_history_moment moment;
    if (at_ns == extent->last_ns)
        return 0;
    int code = spb_history_at(history, at_ns, &moment, err);
    if (code == 0)
        spb_history_moment_release(&moment);
    return code == -ENODATA ? spb_error_prefix(err, -EINVAL, "--at") : code;
}

int spb_health_read_history(struct spb_health *health, const struct spb_health_recorded *recorded,
                            struct spb_error *err)
{
    struct spb_history *history = NULL;
    struct spb_history_extent extent;
    struct feeding feeding = {.health = health};
    int code = spb_history_open(recorded->path, &history, err);
    if (code == 0)
        code = spb_history_extent(history, &extent, err);
    if (code == 0 && extent.first_ns == 0)
        code = spb_error_set(err, -EINVAL, "%s: nothing is recorded in it yet", recorded->path);
    int64_t at_ns = code ? 0 : recorded->at_ns ? recorded->at_ns : extent.last_ns;
    int64_t since_ns = recorded->since_ns ? recorded->since_ns : at_ns - DAY_NS;
    if (code == 0 && since_ns >= at_ns)
        code = spb_error_set(err, -EINVAL, "--since is not before the moment that is asked about");
    if (code == 0)
        code = check_near(history, at_ns, &extent, err);
    if (code == 0)
        code = spb_history_each_look(history, &(struct spb_history_looks){since_ns, at_ns + 1000, feed, &feeding}, err);
    if (code == 0 && feeding.looks == 0)
        code =
            spb_error_set(err, -EINVAL, "%s: no look of that time is kept, only its minutes and hours", recorded->path);
    spb_history_close(history);
    return code;
}
