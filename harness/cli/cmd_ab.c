/* SPDX-License-Identifier: MIT
 *
 * `spbench ab`: two sides against each other, now, in pairs of processes. The strong answer.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "experiment.h"
#include "judgement_json.h"
#include "judgement_report.h"
#include "option_values.h"

enum {
    KEY_BASE = 0x1000,
    KEY_NEW,
    KEY_BASE_ENV,
    KEY_NEW_ENV,
    KEY_BUDGET,
    KEY_THRESHOLD,
    KEY_PAIRS,
    KEY_SEED,
    KEY_TIMEOUT,
    KEY_COUNTERS,
    KEY_HUGE_PAGES,
    KEY_PRIVATE,
};

enum { PAIRS_MAX = 40 };

struct ab_options {
    struct spb_common common;
    struct spb_experiment_request request;
    enum spb_format format;
};

static const struct argp_option options[] = {
    {NULL, 0, NULL, 0, "The two sides:", 1},
    {"base", KEY_BASE, "SIDE", 0, "What the new side is held against (default: this program)", 1},
    {"new", KEY_NEW, "SIDE", 0, "What may have become slower (default: this program)", 1},
    {"base-env", KEY_BASE_ENV, "NAME=VALUE", 0, "Environment of the base side's processes; repeatable", 1},
    {"new-env", KEY_NEW_ENV, "NAME=VALUE", 0, "Environment of the new side's processes; repeatable", 1},
    {NULL, 0, NULL, 0, "How much is slower, and how long to look:", 2},
    {"threshold", KEY_THRESHOLD, "PCT", 0, "The slowdown to be caught, in per cent (default 3)", 2},
    {"budget", KEY_BUDGET, "SECONDS", 0, "At most so long (default 6 a row, at least 60)", 2},
    {"pairs", KEY_PAIRS, "N", 0, "At most N pairs a row (default 40)", 2},
    {"timeout", KEY_TIMEOUT, "SECONDS", 0, "A process that is waited for longer is killed (default 60; commands 1800)",
     2},
    {NULL, 0, NULL, 0, "How:", 3},
    {"counters", KEY_COUNTERS, "SELECTION", 0, "auto (default), off, require or EVENT,...", 3},
    {"huge-pages", KEY_HUGE_PAGES, NULL, 0, "Workload memory in transparent huge pages", 3},
    {"private-buffers", KEY_PRIVATE, NULL, 0, "The two processes of a pair share no memory", 3},
    {"seed", KEY_SEED, "N", 0, "Repeats the schedule, the layouts and the random data of an experiment", 3},
    {NULL, 0, NULL, 0, "Output:", 4},
    {"output", 'o', "FILE", 0, "The file of the experiment (default results/<UTC time>-<host>-ab.json)", 4},
    {"format", 'f', "FORMAT", 0, "On standard output: table (default), json, csv or markdown", 4},
    {"quiet", 'q', NULL, 0, "No progress on standard error", 4},
    {0},
};

static const char doc[] =
    "Runs two sides in pairs of processes and says what became slower.\v"
    "SIDE is a plug-in (./new.so), another spbench executable, or cmd:COMMAND; several builds of one source are "
    "separated by "
    "commas. A side that is left out is this program, so that two environments can be compared.\n\n"
    "Both processes of a pair live at the same time on the same CPU and take turns in slices of 5 ms; which side "
    "begins is "
    "drawn for each pair. The verdicts are those of exact tests on the pairs, for all rows together: a regression is "
    "reported "
    "wrongly in at most 1 % of the experiments, a pass is a statement of its own, and what the pairs cannot tell is "
    "undecided. Rows are dropped as soon as they are decided, at 10, 14, 20, 28 and 40 pairs.\n\n"
    "Examples:\n"
    "  spbench ab 'my/*' --base ./old.so --new ./new.so\n"
    "  spbench ab 'cpu/*' --base ../old/build/spbench\n"
    "  spbench ab 'memory/malloc-*' --new-env LD_PRELOAD=libjemalloc.so.2\n"
    "  spbench ab --base cmd:'sort big.txt' --new cmd:'sort -S1G big.txt' --threshold 10\n"
    "  spbench ab 'my/*' --base a1.so,a2.so,a3.so --new b1.so,b2.so,b3.so      # is the source slower?\n\n"
    "Exit codes: 0 nothing became slower, 1 a regression, or a side failed, 2 usage, 3 undecided, 4 not comparable, 5 "
    "not "
    "possible on this machine, 130 interrupted; the file then has what is complete, and 'spbench gate --ab' judges it.";

static void add_environment(struct ab_options *ab, struct argp_state *state, enum spb_side side, const char *text)
{
    struct spb_experiment_request *request = &ab->request;
    if (*text == '=' || !strchr(text, '='))
        argp_error(state, "--%s-env %s: write it as NAME=VALUE", spb_side_name(side), text);
    size_t count = request->environment_count[side];
    request->environment[side] =
        spb_option_grow(request->environment[side], count, sizeof(*request->environment[side]));
    request->environment[side][count] = text;
    request->environment_count[side]++;
}

static bool parse_sides(struct ab_options *ab, int key, char *argument, struct argp_state *state)
{
    switch (key) {
    case KEY_BASE:
        ab->request.sides[SPB_SIDE_BASE] = argument;
        return true;
    case KEY_NEW:
        ab->request.sides[SPB_SIDE_NEW] = argument;
        return true;
    case KEY_BASE_ENV:
        add_environment(ab, state, SPB_SIDE_BASE, argument);
        return true;
    case KEY_NEW_ENV:
        add_environment(ab, state, SPB_SIDE_NEW, argument);
        return true;
    default:
        return false;
    }
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct ab_options *ab = state->input;
    struct spb_experiment_request *request = &ab->request;
    if (parse_sides(ab, key, argument, state))
        return 0;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &ab->common;
        state->child_inputs[1] = &request->choice;
        return 0;
    case KEY_BUDGET:
        request->budget_ns = spb_option_seconds(state, "budget", argument);
        return 0;
    case KEY_THRESHOLD:
        request->threshold_pct = spb_option_percent(state, "threshold", argument, 1000);
        return 0;
    case KEY_PAIRS:
        request->pairs_max = spb_option_number(state, "pairs", argument, PAIRS_MAX);
        return 0;
    case KEY_SEED:
        request->seed = spb_option_seed(state, argument);
        request->seed_given = true;
        return 0;
    case KEY_TIMEOUT:
        request->timeout_ns = spb_option_seconds(state, "timeout", argument);
        return 0;
    case KEY_COUNTERS:
        request->counters = argument;
        return 0;
    case KEY_HUGE_PAGES:
        request->huge_pages = true;
        return 0;
    case KEY_PRIVATE:
        request->private_buffers = true;
        return 0;
    case 'o':
        request->output = argument;
        return 0;
    case 'f':
        ab->format = spb_parse_format(state, argument, ~0u);
        return 0;
    case 'q':
        request->quiet = true;
        return 0;
    case ARGP_KEY_ARGS:
        request->choice.patterns = state->argv + state->next;
        request->choice.pattern_count = (size_t)(state->argc - state->next);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* ---- what came out ----------------------------------------------------------------------------------------------- */

/* "./old.so with LD_PRELOAD=x" */
static char *describe_side(const struct spb_ab_side *side)
{
    struct spb_strbuf text = {0};
    spb_strbuf_append(&text, *side->text ? side->text : "this program");
    for (size_t i = 0; i < side->environment_count; i++)
        spb_strbuf_printf(&text, "%s%s", i ? " " : " with ", side->environment[i]);
    return spb_strbuf_detach(&text);
}

static bool sides_are_alike(const struct spb_ab *ab)
{
    const struct spb_ab_side *base = &ab->sides[SPB_SIDE_BASE], *new = &ab->sides[SPB_SIDE_NEW];
    bool alike = strcmp(base->text, new->text) == 0 && base->environment_count == new->environment_count;
    for (size_t i = 0; alike && i < base->environment_count; i++)
        alike = strcmp(base->environment[i], new->environment[i]) == 0;
    return alike;
}

static void add_notes(const struct spb_experiment *experiment, struct spb_judgement *judgement)
{
    if (sides_are_alike(&experiment->ab))
        spb_judgement_note(judgement, "Both sides are the same: whatever differs is noise.");
    if (experiment->result.end == SPB_PAIR_END_BUDGET)
        spb_judgement_note(judgement,
                           "The time budget of %.0f s ended the experiment after %u pairs; --budget gives more.",
                           experiment->ab.budget_s, experiment->result.pairs_done);
    struct spb_strbuf lacking = {0};
    for (size_t i = 0; i + 1 < experiment->lacking.length; i++)
        spb_strbuf_append_char(&lacking, experiment->lacking.text[i] == '\n' ? ';' : experiment->lacking.text[i]);
    if (lacking.length)
        spb_judgement_note(judgement, "Not in the experiment: %s.", spb_strbuf_text(&lacking));
    spb_strbuf_release(&lacking);
}

static void print(const struct ab_options *ab, const struct spb_ab *data, const struct spb_judgement *judgement)
{
    static const enum spb_table_format formats[] = {[SPB_FORMAT_TABLE] = SPB_TABLE_TEXT,
                                                    [SPB_FORMAT_CSV] = SPB_TABLE_CSV,
                                                    [SPB_FORMAT_MARKDOWN] = SPB_TABLE_MARKDOWN};
    char *base = describe_side(&data->sides[SPB_SIDE_BASE]), *new = describe_side(&data->sides[SPB_SIDE_NEW]);
    const struct spb_judged judged = {new, judgement};
    const struct spb_judgement_set set = {base, &judged, 1};
    struct spb_table_options how = {spb_color_wanted(&ab->common, stdout), spb_terminal_width(stdout)};
    struct spb_strbuf out = {0};
    if (ab->format == SPB_FORMAT_JSON)
        spb_judgement_json(&set, &out);
    else
        spb_judgement_report(&set, formats[ab->format], &how, &out);
    spb_print(&out);
    spb_strbuf_release(&out);
    free(base);
    free(new);
}

/* The worst of all rows. */
static int exit_code_of(const struct spb_judgement *judgement)
{
    size_t counts[SPB_VERDICT_COUNT] = {0};
    for (size_t i = 0; i < judgement->row_count; i++)
        counts[judgement->rows[i].verdict]++;
    if (counts[SPB_VERDICT_REGRESSION] || counts[SPB_VERDICT_ERROR])
        return SPB_EXIT_FAILED;
    if (counts[SPB_VERDICT_NOT_COMPARABLE])
        return SPB_EXIT_NOT_COMPARABLE;
    return counts[SPB_VERDICT_UNDECIDED] ? SPB_EXIT_UNDECIDED : SPB_EXIT_OK;
}

static int finish(const struct ab_options *ab, const struct spb_experiment *experiment, bool interrupted,
                  struct spb_error *err)
{
    struct spb_judgement judgement = {0};
    struct spb_ab_judge_options rule = spb_experiment_rule(experiment);
    int code = spb_ab_judge(experiment->ab.rows, experiment->ab.row_count, &rule, &judgement, err);
    if (code < 0)
        return spb_complain(code, err);
    add_notes(experiment, &judgement);
    print(ab, &experiment->ab, &judgement);
    fflush(stdout);
    if (experiment->path)
        fprintf(stderr, "spbench: %s%s\n",
                interrupted ? "interrupted; what is complete is in " : "the experiment is in ", experiment->path);
    code = interrupted ? SPB_EXIT_INTERRUPTED : exit_code_of(&judgement);
    spb_judgement_release(&judgement);
    return code;
}

static int run_ab(const struct spb_cli *cli, int argc, char **argv)
{
    static const struct argp_child children[] = {
        {&spb_common_argp, 0, NULL, 0}, {&spb_row_choice_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {options, parse, "[PATTERN...]", doc, children, NULL, NULL};
    struct ab_options ab = {
        .request = {.threshold_pct = 3, .arguments = argv + 1, .argument_count = (size_t)(argc - 1)}};
    struct spb_experiment experiment;
    struct spb_error err = {0};
    spb_parse_options(&argp, argc, argv, &ab);
    spb_experiment_init(&experiment, cli);
    int code = spb_experiment_plan(&experiment, &ab.request, &err);
    if (code == 0)
        code = spb_experiment_run(&experiment, &err);
    int status =
        code < 0 && code != -ECANCELED ? spb_complain(code, &err) : finish(&ab, &experiment, code == -ECANCELED, &err);
    spb_experiment_release(&experiment);
    spb_row_choice_release(&ab.request.choice);
    for (int s = 0; s < SPB_SIDES; s++)
        free(ab.request.environment[s]);
    return status;
}

const struct spb_command spb_command_ab = {
    .name = "ab", .summary = "run two sides against each other in pairs: what became slower", .run = run_ab};
