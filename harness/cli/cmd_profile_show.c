/* SPDX-License-Identifier: MIT
 *
 * `spbench profile show`: a profile as tables, a tree, folded stacks, a picture.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "option_values.h"
#include "pprof_file.h"
#include "profile_head.h"
#include "profile_words.h"

enum { KEY_TOP = 0x200, KEY_TREE, KEY_LINES, KEY_FOLDED, KEY_FLAME, KEY_VALUE, KEY_FOCUS, KEY_THREAD, KEY_CUT };

enum view { VIEW_REPORT, VIEW_TREE, VIEW_LINES, VIEW_FOLDED };

struct show_options {
    struct spb_common common;
    enum spb_format format;
    enum view view;
    bool view_chosen; /* or a format: a report is wanted beside the picture */
    unsigned top;
    double cut_pct;
    const char *flame, *value, *focus, *thread, *path;
};

static const struct argp_option options[] = {
    {"top", KEY_TOP, "N", 0, "Rows of a table (20)", 1},
    {"tree", KEY_TREE, NULL, 0, "Who calls whom, indented, with the time of each", 1},
    {"cut", KEY_CUT, "PCT", 0, "Leave out branches of the tree below PCT per cent (1)", 1},
    {"lines", KEY_LINES, NULL, 0, "Source lines", 1},
    {"folded", KEY_FOLDED, NULL, 0, "A stack a line with its value, as flamegraph.pl and its kin read it", 1},
    {"flame", KEY_FLAME, "FILE", 0, "Write a flame graph, an SVG file that needs nothing else", 1},
    {"format", 'f', "FORMAT", 0, "table (default), json or csv", 1},
    {"value", KEY_VALUE, "NAME", 0, "The value that is shown, such as samples, cpu or off-cpu", 2},
    {"focus", KEY_FOCUS, "REGEX", 0, "Only stacks with a function whose name matches", 2},
    {"thread", KEY_THREAD, "NAME", 0, "Only threads with that name; * and ? stand for others", 2},
    {0},
};

static const char doc[] = "Shows a profile: that of 'spbench profile cpu', or any file in the format of pprof.\v"
                          "self is the time in a function itself, total includes what it calls; the sampling error is "
                          "that of the share, with 95 % "
                          "confidence. Inlined functions are functions like others.\n\n"
                          "Examples:\n"
                          "  spbench profile show sort.pb.gz\n"
                          "  spbench profile show sort.pb.gz --tree --focus '^compare' --cut 0.1\n"
                          "  spbench profile show sort.pb.gz --flame sort.svg\n"
                          "  spbench profile show sort.pb.gz --value off-cpu --tree\n"
                          "  spbench profile show sort.pb.gz --folded | flamegraph.pl >sort.svg\n"
                          "  go test -cpuprofile cpu.pb.gz && spbench profile show cpu.pb.gz\n";

static void choose_view(struct show_options *show, enum view view, struct argp_state *state)
{
    if (show->view != VIEW_REPORT && show->view != view)
        argp_error(state, "--tree, --lines and --folded are one view each; choose one");
    show->view = view;
    show->view_chosen = true;
}

static void check(const struct show_options *show, struct argp_state *state)
{
    if (!show->path)
        argp_error(state, "name a profile: 'spbench profile show FILE.pb.gz'");
    if (show->format == SPB_FORMAT_JSON && show->view != VIEW_REPORT)
        argp_error(state, "--format json holds everything; --tree, --lines and --folded are texts");
    if (show->format == SPB_FORMAT_CSV && (show->view == VIEW_TREE || show->view == VIEW_FOLDED))
        argp_error(state, "--format csv is for functions and --lines");
}

static error_t parse_view(int key, char *argument, struct argp_state *state)
{
    struct show_options *show = state->input;
    switch (key) {
    case KEY_TREE:
        choose_view(show, VIEW_TREE, state);
        return 0;
    case KEY_LINES:
        choose_view(show, VIEW_LINES, state);
        return 0;
    case KEY_FOLDED:
        choose_view(show, VIEW_FOLDED, state);
        return 0;
    case 'f':
        show->format =
            spb_parse_format(state, argument, 1u << SPB_FORMAT_TABLE | 1u << SPB_FORMAT_JSON | 1u << SPB_FORMAT_CSV);
        show->view_chosen = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct show_options *show = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &show->common;
        return 0;
    case KEY_TOP:
        show->top = spb_option_number(state, "top", argument, 1000000);
        return 0;
    case KEY_CUT:
        show->cut_pct = spb_option_percent(state, "cut", argument, 100);
        return 0;
    case KEY_FLAME:
        show->flame = argument;
        return 0;
    case KEY_VALUE:
        show->value = argument;
        return 0;
    case KEY_FOCUS:
        show->focus = argument;
        return 0;
    case KEY_THREAD:
        show->thread = argument;
        return 0;
    case ARGP_KEY_ARG:
        if (show->path)
            argp_error(state, "one profile at a time; 'spbench profile diff' compares two");
        show->path = argument;
        return 0;
    case ARGP_KEY_END:
        check(show, state);
        return 0;
    default:
        return parse_view(key, argument, state);
    }
}

static int format(const struct show_options *show, const struct spb_profile_report *report, struct spb_strbuf *out,
                  struct spb_error *err)
{
    if (show->format == SPB_FORMAT_JSON)
        return spb_profile_report_json(report, out, err);
    if (show->format == SPB_FORMAT_CSV)
        return spb_profile_report_csv(report, show->view == VIEW_LINES ? SPB_BY_LINE : SPB_BY_FUNCTION, out, err);
    switch (show->view) {
    case VIEW_TREE:
        return spb_profile_report_tree(report, out, err);
    case VIEW_LINES:
        return spb_profile_report_lines(report, out, err);
    case VIEW_FOLDED:
        return spb_profile_report_folded(report, out, err);
    case VIEW_REPORT:
        break;
    }
    return spb_profile_report_text(report, out, err);
}

static int show_profile(const struct show_options *show, const struct spb_profile *profile, struct spb_error *err)
{
    const char *command = spb_profile_fact_text(profile, "command");
    struct spb_profile_report report = {.profile = profile,
                                        .title = show->path,
                                        .filter = {.focus = show->focus, .thread = show->thread},
                                        .top = show->top,
                                        .cut_share = show->cut_pct / 100,
                                        .how = {spb_color_wanted(&show->common, stdout), spb_terminal_width(stdout)}};
    struct spb_strbuf out = {0};
    int code = spb_profile_choose_value(profile, show->value, &report.filter.type, err);
    if (code)
        return spb_error_prefix(err, code, "%s", show->path);
    if (!show->flame || show->view_chosen)
        code = format(show, &report, &out, err);
    if (code == 0)
        spb_print(&out);
    spb_strbuf_release(&out);
    if (code == 0 && show->flame) {
        report.title = command ? command : show->path;
        code = spb_profile_save_flame(&report, NULL, show->flame, err);
    }
    return code;
}

static int run_show(int argc, char **argv)
{
    static const struct argp_child children[] = {{&spb_common_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {options, parse, "FILE", doc, children, NULL, NULL};
    struct show_options show = {.cut_pct = 1};
    struct spb_profile *profile = NULL;
    struct spb_error err = {0};
    spb_parse_options(&argp, argc, argv, &show);
    int code = spb_pprof_load(show.path, &profile, &err);
    if (code == 0)
        code = show_profile(&show, profile, &err);
    spb_profile_destroy(profile);
    return code ? spb_complain(code, &err) : SPB_EXIT_OK;
}

const struct spb_profile_word spb_profile_word_show = {
    "show", "a profile as tables, call tree, lines, folded stacks, flame graph", run_show};
