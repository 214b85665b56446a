/* SPDX-License-Identifier: MIT */
#include "run_options.h"

#include <stdlib.h>
#include <string.h>

#include "option_values.h"
#include "runner.h"

enum {
    KEY_QUICK = 0x1000,
    KEY_BUDGET,
    KEY_PRECISION,
    KEY_PROCESSES,
    KEY_COUNTERS,
    KEY_EXCLUDE_KERNEL,
    KEY_HUGE_PAGES,
    KEY_SEED,
    KEY_RESUME,
    KEY_PLUGIN,
    KEY_TIMEOUT,
    KEY_COMMAND,
    KEY_NO_SHELL,
    KEY_IGNORE_FAILURE,
};

/* The suite of 2 cores stays below 4 minutes, and below 30 seconds with --quick, with time to start and to write. */
#define BUDGET_NS       200000000000u
#define QUICK_BUDGET_NS 22000000000u
enum { PROCESSES = 10, QUICK_PROCESSES = SPB_PROCESSES_MIN, PROCESSES_MAX = 1000 };

static const struct argp_option options[] = {
    {NULL, 0, NULL, 0, "How long, how exactly:", 1},
    {"quick", KEY_QUICK, NULL, 0, "The whole suite within 30 seconds; wider intervals", 1},
    {"budget", KEY_BUDGET, "SECONDS", 0, "For the whole run (default 200); each row runs at least once", 1},
    {"precision", KEY_PRECISION, "PCT", 0,
     "A row is done when the half-width of its 95 % interval is below PCT percent (default 1)", 1},
    {"processes", KEY_PROCESSES, "N", 0, "At most N processes a row (default 10; 6 with --quick)", 1},
    {"timeout", KEY_TIMEOUT, "SECONDS", 0,
     "A process that takes longer is killed and its row fails (default 60; 1800 where it runs a command)", 1},
    {NULL, 0, NULL, 0, "What and where:", 2},
    {"plugin", KEY_PLUGIN, "FILE", 0, "Workloads of a shared object as well; repeatable. Name what to run of it", 2},
    {"huge-pages", KEY_HUGE_PAGES, NULL, 0, "Workload memory in transparent huge pages", 2},
    {"seed", KEY_SEED, "N", 0, "Repeats the order and the random data of a run", 2},
    {NULL, 0, NULL, 0, "Commands:", 3},
    {"command", KEY_COMMAND, "CMD", 0,
     "Measure a whole run of CMD by /bin/sh, less the shell's own start; may be given several times, without or beside "
     "patterns",
     3},
    {"no-shell", KEY_NO_SHELL, NULL, 0, "Start commands directly: words and quotes, nothing else", 3},
    {"ignore-failure", KEY_IGNORE_FAILURE, NULL, 0, "A command may end with any exit code, or by a signal", 3},
    {NULL, 0, NULL, 0, "Counters:", 4},
    {"counters", KEY_COUNTERS, "SELECTION", 0,
     "auto (default), off, require (exit 5 where hardware cannot be counted) or EVENT,...", 4},
    {"exclude-kernel", KEY_EXCLUDE_KERNEL, NULL, 0, "Hardware events count user mode only", 4},
    {NULL, 0, NULL, 0, "Output:", 5},
    {"output", 'o', "FILE", 0, "The result file (default results/<UTC time>-<host>.json)", 5},
    {"resume", KEY_RESUME, "FILE", 0, "Go on with an interrupted run, with the options it had", 5},
    {"format", 'f', "FORMAT", 0, "On standard output: table (default), json, csv or markdown", 5},
    {"quiet", 'q', NULL, 0, "No progress on standard error", 5},
    {0},
};

static const char doc[] =
    "Measures workloads and writes a result file.\v"
    "PATTERN is a glob over names ('cpu/*', 'memory/stream-*'); 'spbench list' shows the names.\n\n"
    "Every row runs in several fresh processes, spread over the run in random order; each is pinned, warmed up and "
    "sampled. "
    "The result is the Hodges-Lehmann estimate over the processes with its exact 95 % interval. Ctrl-C ends the "
    "run, keeps what is complete and exits with 130; --resume goes on from there, and after a crash.\n\n"
    "Examples:\n"
    "  spbench run all\n"
    "  spbench run 'cpu/*' --quick --format csv\n"
    "  spbench run memory/latency --param size=32KiB,1MiB,64MiB --pin cpus=1\n"
    "  spbench run --plugin ./my.so 'my/*'\n"
    "  spbench run memory/stream-triad --threads 1,2 --output triad.json\n"
    "  spbench run --command 'sort big.txt' --command 'sort -S1G big.txt'\n"
    "  spbench run --resume results/20260101T120000Z-host.json\n\n"
    "Exit codes: 0 all rows measured, 1 a row failed, 2 usage, 4 the file to resume is of another machine, 5 not "
    "possible "
    "on this machine, 130 interrupted.";

/* Options about the measurement, which a resumed run takes from its file. False: not one of them. */
static bool parse_measurement(struct spb_run_request *request, int key, char *argument, struct argp_state *state)
{
    switch (key) {
    case KEY_QUICK:
        request->quick = true;
        break;
    case KEY_PRECISION:
        request->precision_pct = spb_option_percent(state, "precision", argument);
        break;
    case KEY_PROCESSES:
        request->processes = spb_option_number(state, "processes", argument, PROCESSES_MAX);
        break;
    case KEY_PLUGIN:
        request->plugins = spb_option_grow(request->plugins, request->plugin_count, sizeof(*request->plugins));
        request->plugins[request->plugin_count++] = argument;
        break;
    case KEY_COMMAND:
        request->commands = spb_option_grow(request->commands, request->command_count, sizeof(*request->commands));
        request->commands[request->command_count++] = argument;
        break;
    case KEY_NO_SHELL:
        request->no_shell = true;
        break;
    case KEY_IGNORE_FAILURE:
        request->ignore_failure = true;
        break;
    case KEY_COUNTERS:
        request->counters = argument;
        break;
    case KEY_EXCLUDE_KERNEL:
        request->exclude_kernel = true;
        break;
    case KEY_HUGE_PAGES:
        request->huge_pages = true;
        break;
    case KEY_SEED:
        request->seed = spb_option_seed(state, argument);
        request->seed_given = true;
        break;
    case 'o':
        request->output = argument;
        break;
    default:
        return false;
    }
    request->restrains_resume = true;
    return true;
}

static void check(struct spb_run_request *request, struct argp_state *state)
{
    if (request->resume && (request->choice.pattern_count || request->choice.given || request->restrains_resume))
        argp_error(state,
                   "--resume goes on with what the file says; beside it only --budget, --timeout, --format, --quiet "
                   "and --no-color can be given");
    if (!request->resume && !request->choice.pattern_count && !request->command_count)
        argp_error(state, "say what to run: 'spbench run all', names from 'spbench list', or --command");
    if (!request->command_count && (request->no_shell || request->ignore_failure))
        argp_error(state, "--no-shell and --ignore-failure are for what --command runs, and there is none");
    if (!request->processes)
        request->processes = request->quick ? QUICK_PROCESSES : PROCESSES;
    if (!request->budget_ns)
        request->budget_ns = request->quick ? QUICK_BUDGET_NS : BUDGET_NS;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct spb_run_request *request = state->input;
    if (parse_measurement(request, key, argument, state))
        return 0;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &request->common;
        state->child_inputs[1] = &request->choice;
        return 0;
    case KEY_BUDGET:
        request->budget_ns = spb_option_seconds(state, "budget", argument);
        request->budget_given = true;
        return 0;
    case KEY_TIMEOUT:
        request->timeout_ns = spb_option_seconds(state, "timeout", argument);
        return 0;
    case KEY_RESUME:
        request->resume = argument;
        return 0;
    case 'f':
        request->format = spb_parse_format(state, argument, ~0u);
        return 0;
    case 'q':
        request->quiet = true;
        return 0;
    case ARGP_KEY_ARGS:
        request->choice.patterns = state->argv + state->next;
        request->choice.pattern_count = (size_t)(state->argc - state->next);
        return 0;
    case ARGP_KEY_END:
        check(request, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

void spb_run_request_parse(struct spb_run_request *request, int argc, char **argv)
{
    static const struct argp_child children[] = {
        {&spb_common_argp, 0, NULL, 0}, {&spb_row_choice_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {options, parse, "[all|PATTERN...]", doc, children, NULL, NULL};
    *request = (struct spb_run_request){
        .precision_pct = 1, .counters = "auto", .arguments = argv + 1, .argument_count = (size_t)(argc - 1)};
    spb_parse_options(&argp, argc, argv, request);
}

void spb_run_request_release(struct spb_run_request *request)
{
    spb_row_choice_release(&request->choice);
    free(request->commands);
    free(request->plugins);
    *request = (struct spb_run_request){0};
}
