/* SPDX-License-Identifier: MIT
 *
 * `spbench plot`: results as pictures.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "command.h"
#include "file.h"
#include "gnuplot.h"
#include "nearest.h"
#include "option_values.h"
#include "picture_input.h"
#include "plot_kind.h"

enum { KEY_KIND = 0x200, KEY_THEME, KEY_ROWS, KEY_THRESHOLD, KEY_FORCE };

#define KINDS_MAX 32
/* What an --output ends in for the data alone. */
#define DATA_END "tsv"

struct plot_options {
    struct spb_common common;
    const struct spb_plot_kind *kind; /* NULL: the one that fits */
    enum spb_theme theme;
    const char *output; /* NULL: in plots/ */
    int picture;        /* enum spb_picture, or -1 for the data alone */
    struct spb_picture_options files;
};

static const struct argp_option options[] = {
    {"force", KEY_FORCE, NULL, 0, "Judge results of different machines, kernels or compilers all the same", 0},
    {"kind", KEY_KIND, "KIND", 0, "What to draw; without it, what fits the files best", 0},
    {"output", 'o', "FILE", 0,
     "FILE.png, .svg or .pdf, or FILE.tsv for the data alone (default plots/<first file>-<kind>.png)", 0},
    {"rows", KEY_ROWS, "PATTERN", 0, "Only rows that the glob matches, by their names or those of their workloads", 0},
    {"theme", KEY_THEME, "THEME", 0, "light (default) or dark", 0},
    {"threshold", KEY_THRESHOLD, "PCT", 0,
     "The slowdown to be caught, where changes are judged (10; an experiment's own)", 0},
    {0},
};

static const char doc[] =
    "Draws results as a picture.\v"
    "RESULT is a result file, or one file of 'spbench ab'. Drawing is done by gnuplot, which gets the numbers as data; "
    "the data alone "
    "(--output FILE.tsv) can be drawn by hand with the templates in plots/.\n\n"
    "Examples:\n"
    "  spbench plot results/20260101T120000Z-host.json\n"
    "  spbench plot result.json --kind bars --rows 'memory/*' --output memory.svg\n"
    "  spbench plot before.json after.json --kind change --theme dark\n"
    "  spbench plot ab.json --output change.pdf\n"
    "  spbench plot result.json --output bars.tsv; gnuplot -c plots/bars.gp bars.tsv bars.png\n";

/* ---- options ---------------------------------------------------------------------------------------------------- */

static void append_kinds(const char *before, const char *between, struct spb_strbuf *out)
{
    for (const struct spb_plot_kind *const *kind = spb_plot_kinds; *kind; kind++)
        spb_strbuf_printf(out, "%s%s", kind == spb_plot_kinds ? before : between, (*kind)->name);
}

static const struct spb_plot_kind *parse_kind(struct argp_state *state, const char *name)
{
    const struct spb_plot_kind *kind = spb_plot_kind_find(name);
    const char *names[KINDS_MAX];
    size_t count = 0, found[1];
    struct spb_strbuf hint = {0};
    if (kind)
        return kind;
    for (; count < KINDS_MAX && spb_plot_kinds[count]; count++)
        names[count] = spb_plot_kinds[count]->name;
    if (spb_nearest(name, names, count, found, 1))
        spb_strbuf_printf(&hint, "did you mean '%s'?", names[found[0]]);
    else
        append_kinds("the kinds are ", ", ", &hint);
    argp_error(state, "--kind=%s: there is none of that name; %s", name, spb_strbuf_text(&hint));
    spb_strbuf_release(&hint);
    return NULL;
}

static enum spb_theme parse_theme(struct argp_state *state, const char *name)
{
    if (strcmp(name, "dark") == 0)
        return SPB_THEME_DARK;
    if (strcmp(name, "light") != 0)
        argp_error(state, "--theme=%s: the themes are light and dark", name);
    return SPB_THEME_LIGHT;
}

static void parse_output(struct plot_options *plot, struct argp_state *state, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *end = strrchr(slash ? slash : path, '.');
    bool data = end && strcmp(end + 1, DATA_END) == 0;
    plot->output = path;
    plot->picture = end && !data ? spb_picture_parse(end + 1) : -1;
    if (plot->picture < 0 && !data)
        argp_error(state, "--output=%s: the name must end in .png, .svg, .pdf, or .tsv for the data alone", path);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct plot_options *plot = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &plot->common;
        return 0;
    case KEY_KIND:
        plot->kind = parse_kind(state, argument);
        return 0;
    case 'o':
        parse_output(plot, state, argument);
        return 0;
    case KEY_THEME:
        plot->theme = parse_theme(state, argument);
        return 0;
    case KEY_ROWS:
        plot->files.pattern = argument;
        return 0;
    case KEY_THRESHOLD:
        plot->files.threshold_pct = spb_option_percent(state, "threshold", argument, 1000);
        return 0;
    case KEY_FORCE:
        plot->files.force = true;
        return 0;
    case ARGP_KEY_ARGS:
        plot->files.paths = state->argv + state->next;
        plot->files.count = (size_t)(state->argc - state->next);
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "name a result file: 'spbench plot results/FILE.json'");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* The kinds stand in front of the text that follows the options. */
static char *add_kinds(int key, const char *text, void *input)
{
    struct spb_strbuf out = {0};
    (void)input;
    if (key != ARGP_KEY_HELP_POST_DOC || !text)
        return (char *)text;
    spb_strbuf_append(&out, "Kinds:\n");
    for (const struct spb_plot_kind *const *kind = spb_plot_kinds; *kind; kind++)
        spb_strbuf_printf(&out, "  %-12s  %s\n", (*kind)->name, (*kind)->summary);
    spb_strbuf_printf(&out, "\n%s", text);
    return spb_strbuf_detach(&out);
}

/* ---- files ------------------------------------------------------------------------------------------------------ */

/* Whatever its name is: a picture in place of a result would be a loss. */
static int check_output(const struct plot_options *plot, const char *output, struct spb_error *err)
{
    struct stat there, input;
    if (stat(output, &there) < 0)
        return 0;
    for (size_t i = 0; i < plot->files.count; i++)
        if (stat(plot->files.paths[i], &input) == 0 && input.st_dev == there.st_dev && input.st_ino == there.st_ino)
            return spb_error_set(err, -EINVAL, "--output=%s is the input %s; it would be overwritten", output,
                                 plot->files.paths[i]);
    return 0;
}

/* "plots/before-change.png"; freed by the caller. NULL when memory ran out. */
static char *output_path(const struct plot_options *plot, const char *kind)
{
    struct spb_strbuf path = {0};
    const char *first = plot->files.paths[0];
    const char *slash = strrchr(first, '/');
    const char *name = slash ? slash + 1 : first;
    const char *end = strrchr(name, '.');
    if (plot->output)
        return strdup(plot->output);
    spb_strbuf_printf(&path, "plots/%.*s-%s.%s", (int)(end && end > name ? (size_t)(end - name) : strlen(name)), name,
                      kind, spb_picture_name((enum spb_picture)plot->picture));
    return spb_strbuf_detach(&path);
}

/* ---- drawing ---------------------------------------------------------------------------------------------------- */

static int check_count(const struct plot_options *plot, const struct spb_plot_kind *kind, struct spb_error *err)
{
    if (plot->files.count <= SPB_PLOT_FILES_MAX || (kind && kind->many_files))
        return 0;
    return spb_error_set(err, -EINVAL, "%zu files are too many%s%s: at most %d are told apart by their colours",
                         plot->files.count, kind ? " for " : "", kind ? kind->name : "", SPB_PLOT_FILES_MAX);
}

static int draw_picture(const struct plot_options *plot, const struct spb_plot_kind *kind,
                        const struct spb_plot_data *data, const char *path, struct spb_error *err)
{
    struct spb_strbuf picture = {0};
    char template_name[64];
    snprintf(template_name, sizeof(template_name), "%s.gp", kind->name);
    int code = spb_gnuplot_draw(template_name, data, (enum spb_picture)plot->picture, plot->theme, &picture, err);
    if (code == 0)
        code = spb_file_make_parents(path, err);
    if (code == 0)
        code = spb_file_replace(path, picture.text, picture.length, err);
    spb_strbuf_release(&picture);
    return code;
}

static int write_output(const struct plot_options *plot, const struct spb_plot_kind *kind,
                        const struct spb_plot_data *data, struct spb_error *err)
{
    char *path = output_path(plot, kind->name);
    int code = path ? check_output(plot, path, err) : spb_error_system(err, -ENOMEM, "the name of the picture");
    if (code == 0 && plot->picture >= 0)
        code = draw_picture(plot, kind, data, path, err);
    else if (code == 0)
        code = spb_file_replace(path, data->text.text, data->text.length, err);
    if (code == 0 && !plot->kind)
        fprintf(stderr, "spbench: drawing '%s', which fits best (--kind for another): the %s is %s\n", kind->name,
                plot->picture < 0 ? "data file" : "picture", path);
    else if (code == 0)
        fprintf(stderr, "spbench: the %s is %s\n", plot->picture < 0 ? "data file" : "picture", path);
    free(path);
    return code;
}

static int draw(const struct plot_options *plot, const struct spb_plot_input *input, struct spb_error *err)
{
    const struct spb_plot_kind *kind = plot->kind ? plot->kind : spb_plot_kind_choose(input);
    struct spb_plot_data data = {0};
    int code = check_count(plot, kind, err);
    if (code)
        return code;
    if (!kind)
        return spb_error_set(err, -EINVAL, "%s: no row has a value that could be drawn", plot->files.paths[0]);
    code = kind->build(input, &data, err);
    if (code == 0)
        code = write_output(plot, kind, &data, err);
    spb_plot_data_release(&data);
    return code;
}

static enum spb_judging judging_for(const struct spb_plot_kind *kind)
{
    return !kind ? SPB_JUDGING_IF_COMPARABLE : kind->judged ? SPB_JUDGING_NEEDED : SPB_JUDGING_NEVER;
}

static int run_plot(const struct spb_cli *cli, int argc, char **argv)
{
    static const struct argp_child children[] = {{&spb_common_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {options, parse, "RESULT...", doc, children, add_kinds, NULL};
    struct plot_options plot = {.picture = SPB_PICTURE_PNG};
    struct spb_picture_input input = {.count = 0};
    struct spb_error err = {0};
    (void)cli;
    spb_parse_options(&argp, argc, argv, &plot);
    plot.files.judging = judging_for(plot.kind);
    int code = plot.kind ? check_count(&plot, plot.kind, &err) : 0;
    if (code == 0 && plot.output)
        code = check_output(&plot, plot.output, &err);
    if (code == 0)
        code = spb_picture_input_load(&plot.files, &input, &err);
    if (code == 0)
        code = draw(&plot, &input.view, &err);
    spb_picture_input_release(&input);
    return code ? spb_complain(code, &err) : SPB_EXIT_OK;
}

const struct spb_command spb_command_plot = {.name = "plot", .summary = "draw results as pictures", .run = run_plot};
