/* SPDX-License-Identifier: MIT */
#include "monitor_options.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "option_values.h"

#define INTERVAL_DEFAULT_NS UINT64_C(1000000000)
#define INTERVAL_MIN_NS     UINT64_C(10000000)

enum {
    KEY_INTERVAL = 'i',
    KEY_COUNT = 'n',
    KEY_FORMAT = 'f',
    KEY_OUTPUT = 'o',
    KEY_DURATION = 0x400,
    KEY_RECORD,
    KEY_SORT,
    KEY_PROCESS,
    KEY_ROOT,
    KEY_LISTEN,
};

static const struct argp_option options[] = {
    {0, 0, 0, 0, "When:", 1},
    {"interval", KEY_INTERVAL, "TIME", 0, "Time between two looks (1s)", 1},
    {"count", KEY_COUNT, "N", 0, "End after N intervals", 1},
    {"duration", KEY_DURATION, "TIME", 0, "End after this time", 1},
    {0, 0, 0, 0, "What:", 2},
    {"process", KEY_PROCESS, "PID|NAME", 0, "Show these processes; * and ? stand for any text; may be repeated", 2},
    {"sort", KEY_SORT, "KEY", 0, "Show the ten busiest processes by cpu, memory, io or threads", 2},
    {"root", KEY_ROOT, "DIR", 0, "A captured machine: /proc and /sys are read below DIR, once", 2},
    {0, 0, 0, 0, "Where to:", 3},
    {"format", KEY_FORMAT, "FORMAT", 0, "tui (default on a terminal), table, json (default else), csv or openmetrics",
     3},
    {"output", KEY_OUTPUT, "FILE", 0, "In place of the standard output", 3},
    {"record", KEY_RECORD, "FILE.db", 0, "Keep a history, for 'spbench history'; goes on with a file that is there", 3},
    {"listen", KEY_LISTEN, "ADDRESS:PORT", 0, "Serve /metrics to Prometheus; a port alone is one of 127.0.0.1", 3},
    {0},
};

static const char doc[] =
    "Watches the machine: CPUs, memory, pressure, disks, network, sensors, limits, processes.\v"
    "On a terminal it is a live screen, else one line of JSON for each interval. The first look only begins the first "
    "interval: --count 3 prints three, after one, two and three intervals. Looks are made at fixed times; one that "
    "comes "
    "too late is left out.\n\n"
    "Behind -- stands a command to follow: it and all its descendants, to its end, when a summary goes to the standard "
    "error; its exit code becomes that of spbench. It keeps its input and its outputs; with --format the looks go to "
    "the "
    "standard error, or to --output.\n\n"
    "Exit code 0 at the end of --count or --duration, at q, at SIGTERM and when the reader of a pipe has left, 130 at "
    "Ctrl-C, 2 for bad input and for a history that another recorder writes, 5 where something is not possible.\n\n"
    "Examples:\n"
    "  spbench monitor\n"
    "  spbench monitor --format table --interval 5s --sort memory\n"
    "  spbench monitor --count 60 --format csv >minute.csv\n"
    "  spbench monitor | jq '.series[\"cpu.busy\"][\"\"]'\n"
    "  spbench monitor --record machine.db    for months; 'spbench history' reads it\n"
    "  spbench monitor --listen 9464          at http://127.0.0.1:9464/metrics\n"
    "  spbench monitor -- make -j8            what did that take?\n"
    "  spbench monitor --format csv --output make.csv -- make -j8";

static enum spb_monitor_format parse_format(struct argp_state *state, const char *text)
{
    static const char *const names[] = {[SPB_MONITOR_TUI] = "tui",
                                        [SPB_MONITOR_TABLE] = "table",
                                        [SPB_MONITOR_JSON] = "json",
                                        [SPB_MONITOR_CSV] = "csv",
                                        [SPB_MONITOR_OPENMETRICS] = "openmetrics"};
    for (int i = SPB_MONITOR_TUI; i <= SPB_MONITOR_OPENMETRICS; i++)
        if (strcmp(text, names[i]) == 0)
            return (enum spb_monitor_format)i;
    argp_error(state, "--format=%s: the formats are tui, table, json, csv, openmetrics", text);
    return SPB_MONITOR_JSON;
}

static void add_process(struct spb_monitor_options *monitor, struct argp_state *state, const char *text)
{
    if (!*text)
        argp_error(state, "--process: name a process, by number or by name");
    monitor->processes = spb_option_grow(monitor->processes, monitor->process_count, sizeof(*monitor->processes));
    monitor->processes[monitor->process_count++] = text;
}

/* ---- what goes together ----------------------------------------------------------------------------------------- */

static void check_captured(const struct spb_monitor_options *monitor, struct argp_state *state)
{
    if (monitor->has_interval || monitor->count || monitor->duration_ns)
        argp_error(state,
                   "--root is a captured machine, a single moment: leave out --interval, --count and --duration");
    if (monitor->record || monitor->listen)
        argp_error(state, "--root is a captured machine, a single moment: leave out --record and --listen");
    if (monitor->command)
        argp_error(state, "--root is a captured machine, on which no command can be followed");
    if (monitor->format == SPB_MONITOR_TUI)
        argp_error(state, "--root is a captured machine, a single moment: --format table shows it");
}

static void check_command(const struct spb_monitor_options *monitor, struct argp_state *state)
{
    if (!*monitor->command)
        argp_error(state, "name the command behind --: 'spbench monitor -- make'");
    if (monitor->count || monitor->duration_ns)
        argp_error(state, "the command says when it is over: leave out --count and --duration ('timeout 10 COMMAND' "
                          "ends it)");
    if (monitor->process_count)
        argp_error(state, "the processes are those of the command: leave out --process; --sort shows the busiest");
    if (monitor->format == SPB_MONITOR_TUI)
        argp_error(state,
                   "the command and the screen cannot share the terminal: --format table, or 'spbench monitor' in "
                   "another terminal");
}

static void check_screen(const struct spb_monitor_options *monitor, struct argp_state *state)
{
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        argp_error(state, "--format tui needs a terminal; --format table is for reading, json for programs");
    if (monitor->output)
        argp_error(state, "--format tui needs the terminal: leave out --output, or choose --format json");
    if (monitor->process_count > 1)
        argp_error(state, "the screen filters by one name: a single --process, or --format table");
}

static void check_times(const struct spb_monitor_options *monitor, struct argp_state *state)
{
    if (monitor->interval_ns < INTERVAL_MIN_NS)
        argp_error(state, "--interval: at least 10ms");
    if (monitor->count && monitor->duration_ns)
        argp_error(state, "--count and --duration both say when to end: leave out one of them");
    if (monitor->duration_ns && monitor->duration_ns < monitor->interval_ns)
        argp_error(state, "--duration is shorter than an interval: say --interval too, such as --interval 100ms");
}

/* Where nothing was asked for: a screen for a person, nothing where it does something else, else JSON. */
static enum spb_monitor_format default_format(const struct spb_monitor_options *monitor)
{
    bool terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    if (monitor->output)
        return SPB_MONITOR_JSON;
    if (monitor->command)
        return monitor->has_sort ? SPB_MONITOR_TABLE : SPB_MONITOR_QUIET;
    if (terminal && !monitor->root && monitor->process_count <= 1)
        return SPB_MONITOR_TUI;
    if (isatty(STDOUT_FILENO))
        return SPB_MONITOR_TABLE;
    return monitor->record || monitor->listen ? SPB_MONITOR_QUIET : SPB_MONITOR_JSON;
}

static void check(struct spb_monitor_options *monitor, struct argp_state *state)
{
    if (monitor->root)
        check_captured(monitor, state);
    if (monitor->command)
        check_command(monitor, state);
    check_times(monitor, state);
    if (!monitor->has_format)
        monitor->format = default_format(monitor);
    if (monitor->format == SPB_MONITOR_TUI)
        check_screen(monitor, state);
    if (monitor->format == SPB_MONITOR_QUIET && !monitor->listen && spb_monitor_shows_processes(monitor))
        argp_error(state, "with --record nothing is printed, no process either: say --format too");
}

/* ----------------------------------------------------------------------------------------------------------------- */

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct spb_monitor_options *monitor = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &monitor->common;
        return 0;
    case KEY_INTERVAL:
        monitor->interval_ns = spb_option_seconds(state, "interval", argument);
        monitor->has_interval = true;
        return 0;
    case KEY_COUNT:
        monitor->count = spb_option_number(state, "count", argument, UINT_MAX);
        return 0;
    case KEY_DURATION:
        monitor->duration_ns = spb_option_seconds(state, "duration", argument);
        return 0;
    case KEY_FORMAT:
        monitor->format = parse_format(state, argument);
        monitor->has_format = true;
        return 0;
    case KEY_OUTPUT:
        monitor->output = argument;
        return 0;
    case KEY_RECORD:
        monitor->record = argument;
        return 0;
    case KEY_LISTEN:
        monitor->listen = argument;
        return 0;
    case KEY_ROOT:
        monitor->root = argument;
        return 0;
    case KEY_SORT:
        if (spb_process_sort_parse(argument, &monitor->sort) < 0)
            argp_error(state, "--sort=%s: by cpu, memory, io or threads", argument);
        monitor->has_sort = true;
        return 0;
    case KEY_PROCESS:
        add_process(monitor, state, argument);
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "'%s' is no option; a command to follow stands behind --: 'spbench monitor -- %s'", argument,
                   argument);
        return 0;
    case ARGP_KEY_END:
        check(monitor, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* The words behind the first "--", which argp shall not see: it would take "a -- b" for "-- a b". */
static int cut_command(int argc, char **argv, char ***command)
{
    *command = NULL;
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--") == 0) {
            *command = argv + i + 1;
            argv[i] = NULL;
            return i;
        }
    return argc;
}

void spb_monitor_options_parse(int argc, char **argv, struct spb_monitor_options *monitor)
{
    static const struct argp_child children[] = {{&spb_common_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {options, parse, "[-- COMMAND [ARGUMENT...]]", doc, children, NULL, NULL};
    *monitor = (struct spb_monitor_options){.interval_ns = INTERVAL_DEFAULT_NS};
    argc = cut_command(argc, argv, &monitor->command);
    spb_parse_options(&argp, argc, argv, monitor);
}

void spb_monitor_options_release(struct spb_monitor_options *monitor)
{
    free((void *)monitor->processes);
    *monitor = (struct spb_monitor_options){0};
}

bool spb_monitor_shows_processes(const struct spb_monitor_options *monitor)
{
    return monitor->has_sort || monitor->process_count > 0;
}
