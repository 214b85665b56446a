/* SPDX-License-Identifier: MIT
 *
 * `spbench compare`: two or more stored results, the later ones against the first.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "calibration_state.h"
#include "command.h"
#include "judgement_json.h"
#include "judgement_report.h"
#include "option_values.h"
#include "result.h"
#include "stored_comparison.h"

enum { KEY_THRESHOLD = 0x200, KEY_FORCE };

struct compare_options {
    struct spb_common common;
    enum spb_format format;
    double threshold_pct;
    bool force;
    char **paths; /* base, then the others */
    size_t new_count;
};

/* All that is loaded and found; number i of judgements is paths[i + 1] against base. */
struct comparison {
    struct spb_result base;
    struct spb_calibration calibration; /* of base's machine */
    struct spb_judgement judgements[SPB_JUDGED_MAX];
    struct spb_judged judged[SPB_JUDGED_MAX];
};

static const struct argp_option options[] = {
    {"force", KEY_FORCE, NULL, 0, "Compare results of different machines, kernels or compilers all the same", 0},
    {"format", 'f', "FORMAT", 0, "table (default), json, csv or markdown", 0},
    {"threshold", KEY_THRESHOLD, "PCT", 0, "The slowdown to be caught, in per cent (10)", 0},
    {0},
};

static const char doc[] = "Says which rows of stored results got slower, against the first of them.\v"
                          "A row is a regression when it is slower by more than half of the threshold, beyond what its "
                          "processes and the sessions "
                          "of this machine differ by; it passes when that much can be ruled out; else it is undecided. "
                          "Stored results are the weak "
                          "answer: whatever changed on the machine in between counts as a change.\n\n"
                          "The exit code is 1 with a regression, 4 when machine, kernel or compiler differ (--force "
                          "compares nevertheless) or when no row "
                          "can be compared, else 0, also with undecided rows.\n\n"
                          "Examples:\n"
                          "  spbench compare results/before.json results/after.json\n"
                          "  spbench compare before.json after.json --threshold 20\n"
                          "  spbench compare v1.json v2.json v3.json --format markdown\n"
                          "  spbench compare old-kernel.json new-kernel.json --force\n";

static void take_files(struct compare_options *compare, struct argp_state *state)
{
    int count = state->argc - state->next;
    if (count < 2)
        argp_error(state, "name two result files: 'spbench compare BASE.json NEW.json'");
    if (count > SPB_JUDGED_MAX + 1)
        argp_error(state, "at most %d files are compared at a time", SPB_JUDGED_MAX + 1);
    compare->paths = state->argv + state->next;
    compare->new_count = (size_t)(count - 1);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct compare_options *compare = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &compare->common;
        return 0;
    case 'f':
        compare->format = spb_parse_format(state, argument, ~0u);
        return 0;
    case KEY_THRESHOLD:
        compare->threshold_pct = spb_option_percent(state, "threshold", argument, 1000);
        return 0;
    case KEY_FORCE:
        compare->force = true;
        return 0;
    case ARGP_KEY_ARGS:
        take_files(compare, state);
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "name two result files: 'spbench compare BASE.json NEW.json'");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* ---- one file against base -------------------------------------------------------------------------------------- */

/* -EXDEV: what differs has been said. */
static int judge_file(const struct compare_options *compare, struct comparison *all, size_t index,
                      struct spb_error *err)
{
    const char *path = compare->paths[index + 1];
    const struct spb_stored_comparison how = {.base_path = compare->paths[0],
                                              .base = &all->base,
                                              .calibration = &all->calibration,
                                              .threshold_pct = compare->threshold_pct,
                                              .force = compare->force};
    struct spb_result loaded = {0};
    int code = spb_result_load(path, &loaded, err);
    if (code == 0)
        code = spb_stored_compare(&how, path, &loaded, &all->judgements[index], err);
    all->judged[index] = (struct spb_judged){path, &all->judgements[index]};
    spb_result_release(&loaded);
    return code;
}

/* Every file is looked at, so that one run says all that is wrong with the stamps. */
static int judge_files(const struct compare_options *compare, struct comparison *all, struct spb_error *err)
{
    bool comparable = true;
    int code = spb_result_load(compare->paths[0], &all->base, err);
    if (code == 0)
        spb_calibration_state_load(&all->base.stamp, &all->calibration);
    for (size_t i = 0; i < compare->new_count && code == 0; i++) {
        code = judge_file(compare, all, i, err);
        comparable = comparable && code != -EXDEV;
        code = code == -EXDEV ? 0 : code;
    }
    if (code == 0 && !comparable)
        code = spb_error_set(err, -EXDEV, "--force compares them all the same, and says so");
    return code;
}

/* ---- output and exit code --------------------------------------------------------------------------------------- */

static void print(const struct compare_options *compare, const struct comparison *all)
{
    static const enum spb_table_format formats[] = {[SPB_FORMAT_TABLE] = SPB_TABLE_TEXT,
                                                    [SPB_FORMAT_CSV] = SPB_TABLE_CSV,
                                                    [SPB_FORMAT_MARKDOWN] = SPB_TABLE_MARKDOWN};
    const struct spb_judgement_set set = {compare->paths[0], all->judged, compare->new_count};
    struct spb_table_options how = {spb_color_wanted(&compare->common, stdout), spb_terminal_width(stdout)};
    struct spb_strbuf out = {0};
    if (compare->format == SPB_FORMAT_JSON)
        spb_judgement_json(&set, &out);
    else
        spb_judgement_report(&set, formats[compare->format], &how, &out);
    spb_print(&out);
    spb_strbuf_release(&out);
}

static int exit_code_of(const struct compare_options *compare, const struct comparison *all)
{
    bool regression = false, effect = false;
    for (size_t i = 0; i < compare->new_count; i++)
        for (size_t r = 0; r < all->judgements[i].row_count; r++) {
            const struct spb_row_judgement *row = &all->judgements[i].rows[r];
            regression = regression || row->verdict == SPB_VERDICT_REGRESSION;
            effect = effect || row->has_effect;
        }
    if (!effect)
        fprintf(stderr, "spbench: no row can be compared; the table says why\n");
    return regression ? SPB_EXIT_FAILED : effect ? SPB_EXIT_OK : SPB_EXIT_NOT_COMPARABLE;
}

static int run_compare(const struct spb_cli *cli, int argc, char **argv)
{
    static const struct argp_child children[] = {{&spb_common_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {options, parse, "BASE NEW...", doc, children, NULL, NULL};
    struct compare_options compare = {.threshold_pct = 10};
    struct comparison all = {.judged = {{0}}};
    struct spb_error err = {0};
    (void)cli;
    spb_parse_options(&argp, argc, argv, &compare);
    int code = judge_files(&compare, &all, &err);
    int exit_code = code ? spb_complain(code, &err) : exit_code_of(&compare, &all);
    if (code == 0)
        print(&compare, &all);
    for (size_t i = 0; i < compare.new_count; i++)
        spb_judgement_release(&all.judgements[i]);
    spb_calibration_release(&all.calibration);
    spb_result_release(&all.base);
    return exit_code;
}

const struct spb_command spb_command_compare = {
    .name = "compare", .summary = "hold stored results against each other: what got slower", .run = run_compare};
