/* SPDX-License-Identifier: MIT
 *
 * `spbench plot`: results as pictures.
 */
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "compare.h"
#include "file.h"
#include "gnuplot.h"
#include "plot_kind.h"
#include "result.h"

enum { KEY_KIND = 0x200, KEY_THEME, KEY_ROWS };

struct plot_options {
    struct spb_common common;
    const struct spb_plot_kind *kind; /* NULL: the one that fits */
    enum spb_theme theme;
    const char *pattern;
    const char *output;
    char **paths;
    size_t count;
};

static const struct argp_option options[] = {
    {"kind", KEY_KIND, "KIND", 0, "bars", 0},
    {"output", 'o', "FILE", 0, "FILE.png, .svg, .pdf, or .tsv for the data alone", 0},
    {"theme", KEY_THEME, "THEME", 0, "light (default) or dark", 0},
    {"rows", KEY_ROWS, "PATTERN", 0, "Only rows that the pattern matches", 0},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct plot_options *plot = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &plot->common;
        return 0;
    case KEY_KIND:
        plot->kind = spb_plot_kind_find(argument);
        if (!plot->kind)
            argp_error(state, "there is no kind '%s'", argument);
        return 0;
    case 'o':
        plot->output = argument;
        return 0;
    case KEY_THEME:
        plot->theme = strcmp(argument, "dark") == 0 ? SPB_THEME_DARK : SPB_THEME_LIGHT;
        return 0;
    case KEY_ROWS:
        plot->pattern = argument;
        return 0;
    case ARGP_KEY_ARGS:
        plot->paths = state->argv + state->next;
        plot->count = (size_t)(state->argc - state->next);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void keep_matching(struct spb_result *result, const char *pattern)
{
    size_t kept = 0;
    for (size_t i = 0; i < result->row_count; i++) {
        char *key = spb_row_key(&result->rows[i]);
        if (key && (fnmatch(pattern, key, 0) == 0 || fnmatch(pattern, result->rows[i].workload, 0) == 0))
            result->rows[kept++] = result->rows[i];
        else
            spb_row_release(&result->rows[i]);
        free(key);
    }
    result->row_count = kept;
}

static int draw(const struct plot_options *plot, const struct spb_plot_input *input, struct spb_error *err)
{
    const struct spb_plot_kind *kind = plot->kind ? plot->kind : spb_plot_kind_choose(input);
    struct spb_plot_data data = {0};
    struct spb_strbuf picture = {0};
    char template_name[64];
    const char *end = strrchr(plot->output, '.');
    if (!kind)
        return spb_error_set(err, -EINVAL, "nothing to draw");
    snprintf(template_name, sizeof template_name, "%s.gp", kind->name);
    int code = kind->build(input, &data, err);
    if (code == 0 && end && strcmp(end, ".tsv") == 0)
        code = spb_file_replace(plot->output, data.text.text, data.text.length, err);
    else if (code == 0) {
        int format = end ? spb_picture_parse(end + 1) : -1;
        code = format < 0 ? spb_error_set(err, -EINVAL, "%s: no .png, .svg, .pdf or .tsv", plot->output)
                          : spb_gnuplot_draw(template_name, &data, (enum spb_picture)format, plot->theme, &picture, err);
        if (code == 0)
            code = spb_file_replace(plot->output, picture.text, picture.length, err);
    }
    spb_strbuf_release(&picture);
    spb_plot_data_release(&data);
    return code;
}

static int run_plot(const struct spb_cli *cli, int argc, char **argv)
{
    static const struct argp_child children[] = {{&spb_common_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {options, parse, "RESULT...", "Draws results.", children, NULL, NULL};
    struct plot_options plot = {.output = "plot.png"};
    struct spb_error err = {0};
    (void)cli;
    spb_parse_options(&argp, argc, argv, &plot);
    struct spb_result *results = calloc(plot.count + 1, sizeof *results);
    struct spb_judgement *judgements = calloc(plot.count + 1, sizeof *judgements);
    const struct spb_compare_options how = {.thresholds = {.ratio = 0.1}};
    int code = 0;
    for (size_t i = 0; i < plot.count && code == 0; i++) {
        code = spb_result_load(plot.paths[i], &results[i], &err);
        if (code == 0 && plot.pattern)
            keep_matching(&results[i], plot.pattern);
        if (code == 0 && i > 0)
            code = spb_compare_results(&results[0], &results[i], &how, &judgements[i - 1], &err);
    }
    const struct spb_plot_input input = {.results = results,
                                         .names = (const char *const *)plot.paths,
                                         .count = plot.count,
                                         .judgements = judgements,
                                         .judgement_names = (const char *const *)plot.paths + 1,
                                         .judgement_count = plot.count ? plot.count - 1 : 0,
                                         .pattern = plot.pattern};
    if (code == 0)
        code = draw(&plot, &input, &err);
    for (size_t i = 0; i < plot.count; i++) {
        spb_result_release(&results[i]);
        spb_judgement_release(&judgements[i]);
    }
    free(results);
    free(judgements);
    return code ? spb_complain(code, &err) : SPB_EXIT_OK;
}

const struct spb_command spb_command_plot = {.name = "plot", .summary = "draw results as pictures", .run = run_plot};
