/* SPDX-License-Identifier: MIT
 *
 * `spbench report`: results as one HTML page that needs nothing else.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "build_info.h"
#include "calibration.h"
#include "calibration_state.h"
#include "command.h"
#include "file.h"
#include "html_report.h"
#include "option_values.h"
#include "report_figures.h"
#include "stored_judge.h"

enum { KEY_COMPARE = 0x200, KEY_FORCE, KEY_THRESHOLD };

#define FILES_MAX SPB_PLOT_FILES_MAX

struct report_options {
    struct spb_common common;
    const char *base; /* NULL: nothing is compared */
    bool force;
    double threshold_pct;
    const char *output;
    char **paths;
    size_t count;
};

/* The base first, where there is one, then the results in the order of the command line. */
struct report_files {
    struct spb_result results[FILES_MAX];
    const char *names[FILES_MAX];
    size_t count;
    struct spb_judgement judgements[FILES_MAX];
    struct spb_calibration calibration; /* of base's machine */
};

static const struct argp_option options[] = {
    {"compare", KEY_COMPARE, "BASE", 0, "Hold each result against this one, as 'spbench compare' does", 0},
    {"force", KEY_FORCE, NULL, 0, "Compare results of different machines, kernels or compilers all the same", 0},
    {"output", 'o', "FILE", 0, "The page (report.html)", 0},
    {"threshold", KEY_THRESHOLD, "PCT", 0, "The slowdown to be caught, in per cent (10)", 0},
    {0},
};

static const char doc[] =
    "Writes results as one HTML page: what came out, the machine and what makes it noisy, pictures, every row with its "
    "samples, "
    "distribution and counters, and how it was measured.\v"
    "The page is one file that fetches nothing; it can be mailed, kept and printed. Several results stand beside each "
    "other, row by "
    "row. The pictures are drawn by gnuplot; without it they are left out.\n\n"
    "The exit code is 4 when machine, kernel or compiler differ from those of BASE (--force compares nevertheless).\n\n"
    "Examples:\n"
    "  spbench report results/20260101T120000Z-host.json\n"
    "  spbench report after.json --compare before.json --output change.html\n"
    "  spbench report v1.json v2.json v3.json\n";

static void take_files(struct report_options *report, struct argp_state *state)
{
    report->paths = state->argv + state->next;
    report->count = (size_t)(state->argc - state->next);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct report_options *report = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &report->common;
        return 0;
    case KEY_COMPARE:
        report->base = argument;
        return 0;
    case KEY_FORCE:
        report->force = true;
        return 0;
    case KEY_THRESHOLD:
        report->threshold_pct = spb_option_percent(state, "threshold", argument, 1000);
        return 0;
    case 'o':
        report->output = argument;
        return 0;
    case ARGP_KEY_ARGS:
        take_files(report, state);
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "name a result file: 'spbench report results/FILE.json'");
        return 0;
    case ARGP_KEY_END:
        if (report->count + (report->base ? 1 : 0) > FILES_MAX)
            argp_error(state, "at most %d files stand in a report, the base among them", FILES_MAX);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* ---- the page's file -------------------------------------------------------------------------------------------- */

/* Only what is a page may be replaced: a slip of the hand must not cost a measurement. */
static int check_output(const struct report_options *report, struct spb_error *err)
{
    static const char begin[] = "<!DOCTYPE html>";
    struct stat status;
    char first[sizeof(begin) - 1] = "";
    if (stat(report->output, &status) < 0 || !S_ISREG(status.st_mode) || status.st_size == 0)
        return 0;
    FILE *file = fopen(report->output, "re");
    size_t length = file ? fread(first, 1, sizeof(first), file) : 0;
    if (file)
        fclose(file);
    if (length == sizeof(first) && memcmp(first, begin, length) == 0)
        return 0;
    return spb_error_set(err, -EEXIST, "%s is there and no HTML page; it stays: name another file with --output",
                         report->output);
}

/* ---- results ---------------------------------------------------------------------------------------------------- */

static int load_file(struct report_files *files, const char *path, struct spb_error *err)
{
    int code = spb_result_load(path, &files->results[files->count], err);
    if (code == 0)
        files->names[files->count++] = path;
    return code;
}

static int load_files(const struct report_options *report, struct report_files *files, struct spb_error *err)
{
    int code = report->base ? load_file(files, report->base, err) : 0;
    for (size_t i = 0; i < report->count && code == 0; i++)
        code = load_file(files, report->paths[i], err);
    return code;
}

/* Every file is looked at, so that one run says all that is wrong with the stamps. */
static int judge_files(const struct report_options *report, struct report_files *files, struct spb_error *err)
{
    const struct spb_stored base = {report->base, &files->results[0]};
    const struct spb_compare_options how = {.thresholds = {.ratio = report->threshold_pct / 100},
                                            .session_sd = spb_calibration_session_sd,
                                            .context = &files->calibration};
    bool comparable = true;
    int code = 0;
    spb_calibration_state_load(&files->results[0].stamp, &files->calibration);
    for (size_t i = 1; i < files->count && code == 0; i++) {
        const struct spb_stored other = {files->names[i], &files->results[i]};
        code = spb_stored_judge(&base, &other, &how, report->force, &files->judgements[i - 1], err);
        comparable = comparable && code != -EXDEV;
        code = code == -EXDEV ? 0 : code;
    }
    if (code == 0 && !comparable)
        code = spb_error_set(err, -EXDEV, "--force compares them all the same, and says so");
    return code;
}

/* ---- the page --------------------------------------------------------------------------------------------------- */

static void draw(const struct report_files *files, bool judged, struct spb_report_figures *figures)
{
    const struct spb_plot_input input = {.results = files->results,
                                         .names = files->names,
                                         .count = files->count,
                                         .judgements = judged ? files->judgements : NULL,
                                         .judgement_names = judged ? files->names + 1 : NULL,
                                         .judgement_count = judged ? files->count - 1 : 0};
    spb_report_figures_draw(&input, figures);
    if (figures->without_gnuplot)
        fprintf(stderr, "spbench: the report has no pictures: %s\n", figures->without_gnuplot);
    for (size_t i = 0; i < figures->count; i++)
        if (!figures->items[i].svg)
            fprintf(stderr, "spbench: the report has no picture of kind '%s': %s\n", figures->items[i].kind,
                    figures->items[i].reason);
}

static int write_page(const struct report_options *report, const struct report_files *files, struct spb_error *err)
{
    struct spb_report_figures figures = {.count = 0};
    struct spb_strbuf page = {0};
    size_t first = report->base ? 1 : 0;
    draw(files, report->base, &figures);
    const struct spb_html_input input = {.results = files->results + first,
                                         .names = files->names + first,
                                         .count = files->count - first,
                                         .base = report->base ? files->results : NULL,
                                         .base_name = report->base,
                                         .judgements = report->base ? files->judgements : NULL,
                                         .figures = figures.items,
                                         .figure_count = figures.count,
                                         .no_figures = figures.without_gnuplot,
                                         .program_version = SPB_VERSION};
    int code = spb_html_report(&input, &page);
    if (code < 0)
        code = spb_error_system(err, code, "the page");
    if (code == 0)
        code = spb_file_replace(report->output, page.text, page.length, err);
    if (code == 0)
        fprintf(stderr, "spbench: the report is %s\n", report->output);
    spb_strbuf_release(&page);
    spb_report_figures_release(&figures);
    return code;
}

static int run_report(const struct spb_cli *cli, int argc, char **argv)
{
    static const struct argp_child children[] = {{&spb_common_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {options, parse, "RESULT...", doc, children, NULL, NULL};
    struct report_options report = {.output = "report.html", .threshold_pct = SPB_STORED_THRESHOLD_PCT};
    struct report_files files = {.count = 0};
    struct spb_error err = {0};
    (void)cli;
    spb_parse_options(&argp, argc, argv, &report);
    int code = check_output(&report, &err);
    if (code == 0)
        code = load_files(&report, &files, &err);
    if (code == 0 && report.base)
        code = judge_files(&report, &files, &err);
    if (code == 0)
        code = write_page(&report, &files, &err);
    for (size_t i = 0; i < files.count; i++) {
        spb_judgement_release(&files.judgements[i]);
        spb_result_release(&files.results[i]);
    }
    spb_calibration_release(&files.calibration);
    return code ? spb_complain(code, &err) : SPB_EXIT_OK;
}

const struct spb_command spb_command_report = {
    .name = "report", .summary = "write results as one HTML page", .run = run_report};
