/* SPDX-License-Identifier: MIT
 *
 * `spbench calibrate`: this program against itself. What differs is the machine's noise, and decides what can be seen above it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "calibration.h"
#include "calibration_state.h"
#include "command.h"
#include "experiment.h"
#include "json_writer.h"
#include "option_values.h"
#include "table.h"

enum { KEY_BUDGET = 0x1000, KEY_SEED, PAIRS = 20 };

struct calibrate_options {
    struct spb_common common;
    struct spb_experiment_request request;
    enum spb_format format;
};

static const struct argp_option options[] = {
    {"budget", KEY_BUDGET, "SECONDS", 0, "At most so long (default 6 a row, at least 60)", 1},
    {"seed", KEY_SEED, "N", 0, "Repeats the schedule, the layouts and the random data of a session", 1},
    {"format", 'f', "FORMAT", 0, "table (default), json, csv or markdown", 1},
    {"quiet", 'q', NULL, 0, "No progress on standard error", 1},
    {0},
};

static const char doc[] =
    "Measures the noise of this machine: runs the program against itself in 20 pairs of processes.\v"
    "What it learns is kept, a session each time, in $XDG_STATE_HOME/spbench (~/.local/state/spbench), by machine. "
    "'spbench "
    "compare' and 'spbench gate' take from it how far two sessions of a row differ without a change; without it 2.5 % "
    "are "
    "assumed. Call it on several days: what differs between sessions shows only then.\n\n"
    "Examples:\n"
    "  spbench calibrate\n"
    "  spbench calibrate 'cpu/*' 'memory/malloc-*' --budget 120\n\n"
    "Exit codes: 0 fine, 2 usage, 5 not possible on this machine, 130 interrupted.";

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct calibrate_options *calibrate = state->input;
    struct spb_experiment_request *request = &calibrate->request;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &calibrate->common;
        state->child_inputs[1] = &request->choice;
        return 0;
    case KEY_BUDGET:
        request->budget_ns = spb_option_seconds(state, "budget", argument);
        return 0;
    case KEY_SEED:
        request->seed = spb_option_seed(state, argument);
        request->seed_given = true;
        return 0;
    case 'f':
        calibrate->format = spb_parse_format(state, argument, ~0u);
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

/* ---- output ------------------------------------------------------------------------------------------------------ */

static void add_percent(struct spb_table *table, double ratio)
{
    if (ratio > 0)
        spb_table_cell(table, "%.2g %%", 100 * ratio);
    else
        spb_table_cell(table, "-");
}

static void fill_table(const struct spb_calibration *calibration, const struct spb_calibration_session *session,
                       struct spb_table *table)
{
    spb_table_column(table, "row", SPB_ALIGN_LEFT);
    spb_table_column(table, "noise of a pair", SPB_ALIGN_RIGHT);
    spb_table_column(table, "ab sees from", SPB_ALIGN_RIGHT);
    spb_table_column(table, "between sessions", SPB_ALIGN_RIGHT);
    spb_table_column(table, "compare sees from", SPB_ALIGN_RIGHT);
    spb_table_column(table, "sessions", SPB_ALIGN_RIGHT);
    spb_table_column(table, "false alarms", SPB_ALIGN_RIGHT);
    for (size_t i = 0; i < session->row_count; i++) {
        struct spb_calibration_summary summary;
        if (spb_calibration_summarise(calibration, session->rows[i].key, &summary) < 0) {
            table->failed = true;
            return;
        }
        spb_table_cell(table, "%s", session->rows[i].key);
        add_percent(table, summary.pair_sd);
        add_percent(table, summary.ab_ratio);
        add_percent(table, summary.session_sd);
        add_percent(table, summary.stored_ratio);
        spb_table_cell(table, "%zu", summary.session_count);
        spb_table_cell(table, "%zu", summary.alarm_count);
    }
}

static void append_legend(const struct spb_calibration *calibration, size_t width, struct spb_strbuf *out)
{
    struct spb_calibration_alarms alarms = spb_calibration_alarms(calibration);
    char text[256];
    spb_strbuf_append_char(out, '\n');
    snprintf(text, sizeof(text),
             "false alarms: %zu of %zu sessions called a row slower although nothing had changed; the rate is at most "
             "%.2g %% "
             "with 95 %% confidence",
             alarms.alarm_count, alarms.experiment_count, 100 * alarms.upper_ratio);
    spb_wrap_text(text, width, out);
    spb_wrap_text(
        "noise of a pair: standard deviation, from one pair of processes to the next, of the ratio of their times",
        width, out);
    spb_wrap_text(
        "ab sees from, compare sees from: the smallest --threshold at which a slowdown of that size is caught 9 times "
        "of 10, with 20 pairs, and with two files of 10 processes a row; -: none",
        width, out);
    spb_wrap_text(
        "between sessions: standard deviation of a row's result from one session to the next; until there are many, "
        "2.5 % stand for three sessions",
        width, out);
}

/* null: there is none that would do. */
static void write_threshold(struct spb_json *json, const char *key, double ratio)
{
    if (ratio > 0)
        spb_json_double(json, key, 100 * ratio);
    else
        spb_json_null(json, key);
}

static void write_json(const struct spb_calibration *calibration, const struct spb_calibration_session *session,
                       struct spb_strbuf *out)
{
    struct spb_calibration_alarms alarms = spb_calibration_alarms(calibration);
    struct spb_json json;
    spb_json_init(&json, out, true);
    spb_json_object(&json, NULL);
    spb_json_string(&json, "machine", calibration->machine);
    spb_json_uint(&json, "sessions", alarms.experiment_count);
    spb_json_uint(&json, "sessions_with_false_alarm", alarms.alarm_count);
    spb_json_double(&json, "false_alarm_rate_upper_pct", 100 * alarms.upper_ratio);
    spb_json_array(&json, "rows");
    for (size_t i = 0; i < session->row_count; i++) {
        struct spb_calibration_summary summary;
        if (spb_calibration_summarise(calibration, session->rows[i].key, &summary) < 0) {
            out->failed = true;
            break;
        }
        spb_json_inline_object(&json, NULL);
        spb_json_string(&json, "key", session->rows[i].key);
        spb_json_uint(&json, "sessions", summary.session_count);
        spb_json_double(&json, "pair_sd_pct", 100 * summary.pair_sd);
        write_threshold(&json, "ab_threshold_pct", summary.ab_ratio);
        spb_json_double(&json, "session_sd_pct", 100 * summary.session_sd);
        write_threshold(&json, "compare_threshold_pct", summary.stored_ratio);
        spb_json_uint(&json, "false_alarms", summary.alarm_count);
        spb_json_end(&json);
    }
    spb_json_end(&json);
    spb_json_end(&json);
    spb_strbuf_append_char(out, '\n');
}

static void print(const struct calibrate_options *calibrate, const struct spb_calibration *calibration)
{
    static const enum spb_table_format formats[] = {[SPB_FORMAT_TABLE] = SPB_TABLE_TEXT,
                                                    [SPB_FORMAT_CSV] = SPB_TABLE_CSV,
                                                    [SPB_FORMAT_MARKDOWN] = SPB_TABLE_MARKDOWN};
    const struct spb_calibration_session *session = &calibration->sessions[calibration->session_count - 1];
    struct spb_table_options how = {spb_color_wanted(&calibrate->common, stdout), spb_terminal_width(stdout)};
    struct spb_table table = {0};
    struct spb_strbuf out = {0};
    if (calibrate->format == SPB_FORMAT_JSON) {
        write_json(calibration, session, &out);
    } else {
        fill_table(calibration, session, &table);
        spb_table_render(&table, formats[calibrate->format], &how, &out);
        out.failed |= table.failed;
    }
    if (calibrate->format == SPB_FORMAT_TABLE)
        append_legend(calibration, how.width, &out);
    spb_print(&out);
    spb_table_release(&table);
    spb_strbuf_release(&out);
    fflush(stdout);
}

/* ---- the command ------------------------------------------------------------------------------------------------- */

static int keep(const struct calibrate_options *calibrate, const struct spb_experiment *experiment,
                struct spb_error *err)
{
    struct spb_calibration_session session;
    struct spb_calibration calibration = {0};
    char *path = NULL;
    int code = spb_calibration_session_of(&experiment->ab, &session);
    if (code < 0)
        return spb_error_system(err, code, "the session cannot be evaluated");
    if (session.row_count == 0)
        code = spb_error_set(
            err, -ENOTSUP,
            "no row had %d pairs that could be used within %.0f s: other work takes the CPU, or there are too "
            "many rows for the time; wait until the machine is quiet, name fewer rows, or give more --budget",
            SPB_CALIBRATION_PAIRS_MIN, experiment->ab.budget_s);
    if (code == 0)
        code = spb_calibration_state_add(&experiment->ab.stamp, &session, &calibration, &path, err);
    if (code == 0) {
        print(calibrate, &calibration);
        fprintf(stderr, "spbench: kept in %s\n", path);
    }
    spb_calibration_session_release(&session);
    spb_calibration_release(&calibration);
    free(path);
    return code;
}

static int run_calibrate(const struct spb_cli *cli, int argc, char **argv)
{
    static const struct argp_child children[] = {
        {&spb_common_argp, 0, NULL, 0}, {&spb_row_choice_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {options, parse, "[PATTERN...]", doc, children, NULL, NULL};
    struct calibrate_options calibrate = {.request = {.threshold_pct = 3,
                                                      .output = "",
                                                      .pairs_max = PAIRS,
                                                      .all_pairs = true,
                                                      .arguments = argv + 1,
                                                      .argument_count = (size_t)(argc - 1)}};
    struct spb_experiment experiment;
    struct spb_error err = {0};
    spb_parse_options(&argp, argc, argv, &calibrate);
    spb_experiment_init(&experiment, cli);
    int code = spb_experiment_plan(&experiment, &calibrate.request, &err);
    if (code == 0)
        code = spb_calibration_state_check(&experiment.ab.stamp, &err);
    if (code == 0)
        code = spb_experiment_run(&experiment, &err);
    bool interrupted = code == -ECANCELED;
    if (code == 0 || interrupted)
        code = keep(&calibrate, &experiment, &err);
    int status = code < 0 ? spb_complain(code, &err) : SPB_EXIT_OK;
    spb_experiment_release(&experiment);
    spb_row_choice_release(&calibrate.request.choice);
    return interrupted ? SPB_EXIT_INTERRUPTED : status;
}

const struct spb_command spb_command_calibrate = {.name = "calibrate",
                                                  .summary =
                                                      "learn the noise of this machine, and what can be seen above it",
                                                  .run = run_calibrate};
