/* SPDX-License-Identifier: MIT */
#include "monitor_session.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "clock.h"
#include "process_choice.h"

#define BUSIEST_SHOWN 10

void spb_monitor_say(struct spb_monitor *monitor, const char *format, ...)
{
    struct spb_error text = {0};
    va_list args;
    va_start(args, format);
    vsnprintf(text.text, sizeof(text.text), format, args);
    va_end(args);
    if (monitor->screen)
        spb_strbuf_printf(&monitor->postponed, "spbench: %s\n", text.text);
    else
        fprintf(stderr, "spbench: %s\n", text.text);
}

/* ---- a look ----------------------------------------------------------------------------------------------------- */

/* Fills in the processes; the caller frees them. */
static int choose(struct spb_monitor *monitor, struct spb_look_view *view, struct spb_process_look **chosen)
{
    const struct spb_monitor_options *options = monitor->options;
    const struct spb_process_choice choice = {.sort = options->sort,
                                              .wanted = options->processes,
                                              .wanted_count = options->process_count,
                                              .without = monitor->follow ? getpid() : 0,
                                              .most = options->process_count ? 0 : BUSIEST_SHOWN};
    const struct spb_process_table *table = spb_machine_sampler_processes(monitor->sampler);
    size_t count;
    *chosen = NULL;
    if (!table || !spb_monitor_shows_processes(options))
        return 0;
    const struct spb_process_look *items = spb_process_table_items(table, &count);
    int code = spb_process_choose(&choice, items, count, chosen, &view->process_count);
    view->processes = *chosen;
    view->with_processes = true;
    return code;
}

static int record(struct spb_monitor *monitor, struct spb_error *err)
{
    struct spb_error notice = {0};
    int code = spb_monitor_record_add(&monitor->record, &monitor->look, spb_machine_sampler_processes(monitor->sampler),
                                      &notice, err);
    if (*notice.text)
        spb_monitor_say(monitor, "%s", notice.text);
    return code;
}

static int hand_over(struct spb_monitor *monitor, bool print, struct spb_error *err)
{
    struct spb_look_view view = {.look = &monitor->look};
    struct spb_process_look *chosen;
    int code = choose(monitor, &view, &chosen);
    if (code == 0 && monitor->server)
        code = spb_metrics_server_publish(monitor->server, &view);
    if (code < 0)
        spb_error_system(err, code, "the processes");
    if (code == 0)
        code = record(monitor, err);
    if (code == 0 && print)
        code = spb_monitor_output_look(&monitor->output, &view, err);
    free(chosen);
    return code;
}

int spb_monitor_look(struct spb_monitor *monitor, struct spb_error *err)
{
    int code = spb_machine_sampler_look(monitor->sampler, &monitor->look, err);
    if (code < 0)
        return code;
    monitor->looks++;
    return hand_over(monitor, true, err);
}

/* ---- set-up ----------------------------------------------------------------------------------------------------- */

/* The sampler keeps a file of each process open, which is half the cost of a look. The command that is followed has its own limit from
 * before. */
static void raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static int open_sampler(struct spb_monitor *monitor, struct spb_error *err)
{
    const struct spb_monitor_options *options = monitor->options;
    bool shown = spb_monitor_shows_processes(options), screen = options->format == SPB_MONITOR_TUI;
    const struct spb_sampler_options how = {
        .root = options->root,
        .with_processes = shown || screen || options->record,
        .processes = {.with_io = true,
                      .with_commands = screen,
                      .root = monitor->follow && shown ? getpid() : 0}}; /* to which lost descendants come */
    raise_descriptor_limit();
    return spb_machine_sampler_create(&how, &monitor->sampler, err);
}

/* Said once there is something to be served. */
static void say_what_is_served(struct spb_monitor *monitor)
{
    const char *url = spb_metrics_server_url(monitor->server);
    if (!spb_metrics_server_is_local(monitor->server))
        spb_monitor_say(monitor, "warning: whoever reaches this machine can read what it does: %s", url);
    spb_monitor_say(monitor, "serving %s", url);
}

int spb_monitor_open(struct spb_monitor *monitor, const struct spb_monitor_options *options, struct spb_error *err)
{
    monitor->options = options;
    int code = open_sampler(monitor, err);
    if (code == 0)
        code = spb_monitor_output_open(options, &monitor->output, err);
    if (code == 0)
        code = spb_monitor_record_open(options->record, &monitor->record, err);
    if (code == 0 && options->listen)
        code = spb_metrics_server_open(options->listen, &monitor->server, err);
    if (code == 0)
        code = spb_machine_sampler_look(monitor->sampler, &monitor->look, err);
    monitor->start_ns = spb_clock_now_ns();
    if (code == 0)
        code = hand_over(monitor, options->root != NULL, err);
    if (code == 0 && monitor->server)
        say_what_is_served(monitor);
    return code;
}

void spb_monitor_close(struct spb_monitor *monitor)
{
    spb_metrics_server_close(monitor->server);
    spb_monitor_record_close(&monitor->record);
    spb_monitor_output_close(&monitor->output);
    spb_machine_sampler_destroy(monitor->sampler);
    spb_look_release(&monitor->look);
    fputs(spb_strbuf_text(&monitor->postponed), stderr);
    spb_strbuf_release(&monitor->postponed);
}
