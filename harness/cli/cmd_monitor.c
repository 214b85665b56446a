/* SPDX-License-Identifier: MIT
 *
 * `spbench monitor`: the machine while it works, for a person, a program, Prometheus or a history; or one command.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "clock.h"
#include "command.h"
#include "monitor_loop.h"
#include "monitor_options.h"
#include "monitor_session.h"

enum { EXIT_NOT_EXECUTABLE = 126, EXIT_NOT_FOUND = 127 }; /* as shells say it */

static double own_cpu_ms(void)
{
    struct rusage usage = {0};
    getrusage(RUSAGE_SELF, &usage);
    return 1e3 * (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           1e-3 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

/* What somebody who ends it by hand may want to know. */
static void say_what_was_done(const struct spb_monitor *monitor, double start_cpu_ms)
{
    double seconds = (double)(spb_clock_now_ns() - monitor->start_ns) / 1e9;
    fprintf(stderr, "spbench: ended after %" PRIu64 " interval%s in %.1f s", monitor->looks,
            monitor->looks == 1 ? "" : "s", seconds);
    if (monitor->looks_late)
        fprintf(stderr, ", %" PRIu64 " looks came too late and are left out", monitor->looks_late);
    if (monitor->looks)
        fprintf(stderr, "; each took %.2f ms of CPU time", (own_cpu_ms() - start_cpu_ms) / (double)monitor->looks);
    if (monitor->options->record)
        fprintf(stderr, "; the history is %s", monitor->options->record);
    fputc('\n', stderr);
}

/* Another recorder is a mistake of the user's. */
static int complain(int code, const struct spb_error *err)
{
    int exit_code = spb_complain(code, err);
    return code == -EBUSY ? SPB_EXIT_USAGE : exit_code;
}

/* ---- ways to end ------------------------------------------------------------------------------------------------ */

/* `start_cpu_ms`: what this program had taken before the first interval. */
static int end_plain(const struct spb_monitor *monitor, enum spb_monitor_end end, double start_cpu_ms,
                     const struct spb_error *err)
{
    switch (end) {
    case SPB_MONITOR_FAILED:
        return complain(monitor->code, err);
    case SPB_MONITOR_INTERRUPTED:
        say_what_was_done(monitor, start_cpu_ms);
        return SPB_EXIT_INTERRUPTED;
    case SPB_MONITOR_TERMINATED:
        say_what_was_done(monitor, start_cpu_ms);
        break;
    case SPB_MONITOR_GOES_ON:
    case SPB_MONITOR_DONE:
    case SPB_MONITOR_READER_LEFT:
        break;
    }
    return SPB_EXIT_OK;
}

static int end_command(struct spb_monitor *monitor, enum spb_monitor_end end, const struct spb_error *err)
{
    struct spb_follow_summary summary;
    struct spb_strbuf text = {0};
    if (end == SPB_MONITOR_FAILED) {
        fprintf(stderr, "spbench: %s\n", err->text);
        return monitor->code == -ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE;
    }
    spb_follow_summarise(monitor->follow, &summary);
    spb_follow_summary(&summary, &text);
    fputs(spb_strbuf_text(&text), stderr);
    spb_strbuf_release(&text);
    return spb_follow_exit_code(monitor->follow);
}

/* ---- ways to go ------------------------------------------------------------------------------------------------- */

static enum spb_monitor_end run_screen(struct spb_monitor *monitor, struct spb_error *err)
{
    const struct spb_monitor_options *options = monitor->options;
    char host[64] = "";
    gethostname(host, sizeof(host) - 1);
    const struct spb_screen_options how = {.sort = options->sort,
                                           .filter = options->process_count ? options->processes[0] : NULL,
                                           .interval_ns = options->interval_ns,
                                           .no_color = !spb_color_wanted(&options->common, stdout),
                                           .host = host,
                                           .wake_fd = monitor->interrupt.fd > 0 ? monitor->interrupt.fd : 0};
    monitor->code = spb_screen_open(&how, &monitor->screen, err);
    if (monitor->code < 0)
        return SPB_MONITOR_FAILED;
    enum spb_monitor_end end = spb_monitor_run_screen(monitor, err);
    spb_screen_close(monitor->screen);
    monitor->screen = NULL;
    return end;
}

static int run(struct spb_monitor *monitor, struct spb_error *err)
{
    const struct spb_monitor_options *options = monitor->options;
    if (options->root) {
        fprintf(stderr, "spbench: note: a captured machine is a single moment: what needs two looks has no value\n");
        return SPB_EXIT_OK;
    }
    if (monitor->follow)
        return end_command(monitor, spb_monitor_run_command(monitor, err), err);
    double start_cpu_ms = own_cpu_ms();
    enum spb_monitor_end end =
        options->format == SPB_MONITOR_TUI ? run_screen(monitor, err) : spb_monitor_run(monitor, err);
    return end_plain(monitor, end, start_cpu_ms, err);
}

static int run_monitor(const struct spb_cli *cli, int argc, char **argv)
{
    struct spb_monitor_options options;
    struct spb_monitor monitor = {.interrupt = {.fd = -1}};
    struct spb_error err = {0};
    int code = 0, exit_code;
    (void)cli;
    spb_monitor_options_parse(argc, argv, &options);
    if (options.command)
        code = spb_follow_start(options.command, &monitor.follow, &err);
    else
        spb_interrupt_open(&monitor.interrupt);
    signal(SIGPIPE, SIG_IGN); /* a reader that leaves must not cost the history its end */
    if (code == 0)
        code = spb_monitor_open(&monitor, &options, &err);
    exit_code = code == -EPIPE ? SPB_EXIT_OK : code < 0 ? complain(code, &err) : run(&monitor, &err);
    spb_monitor_close(&monitor);
    spb_follow_destroy(monitor.follow);
    spb_interrupt_close(&monitor.interrupt);
    spb_monitor_options_release(&options);
    return exit_code;
}

const struct spb_command spb_command_monitor = {
    .name = "monitor", .summary = "watch the machine, or one command, while it works", .run = run_monitor};
