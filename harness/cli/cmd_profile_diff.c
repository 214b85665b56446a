/* SPDX-License-Identifier: MIT
 *
 * `spbench profile diff`: what takes another share of the time than before.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "option_values.h"
#include "pprof_file.h"
#include "profile_diff_report.h"
#include "profile_words.h"

enum { KEY_TOP = 0x200, KEY_FLAME, KEY_VALUE, KEY_FOCUS, KEY_THREAD, KEY_FAIL_ON };

struct diff_options {
    struct spb_common common;
    enum spb_format format;
    unsigned top;
    double fail_on_pct; /* 0: never */
    const char *flame, *value, *focus, *thread;
    const char *paths[2]; /* base, new */
};

static const struct argp_option options[] = {
    {"fail-on", KEY_FAIL_ON, "PCT", 0,
     "Exit with 1 when a function's share of the time grew by more than PCT percentage points, beyond chance", 1},
    {"flame", KEY_FLAME, "FILE", 0, "Write a flame graph of NEW, red where it is more than before and blue where less",
     1},
    {"format", 'f', "FORMAT", 0, "table (default), json or csv", 1},
    {"top", KEY_TOP, "N", 0, "Rows of the table (20)", 1},
    {"value", KEY_VALUE, "NAME", 0, "The value that is compared, such as samples, cpu or off-cpu", 2},
    {"focus", KEY_FOCUS, "REGEX", 0, "Only stacks with a function whose name matches", 2},
    {"thread", KEY_THREAD, "NAME", 0, "Only threads with that name; * and ? stand for others", 2},
    {0},
};

static const char doc[] =
    "Compares two profiles by function: the share of the time that each takes itself.\v"
    "Functions are the same when their names are. A difference counts when chance makes it in fewer than 1 of 20 such "
    "comparisons, all "
    "functions taken together (Holm); only those can fail. Shares say nothing about the whole: whether the program got "
    "slower is for 'spbench ab' to say.\n\n"
    "Examples:\n"
    "  spbench profile diff before.pb.gz after.pb.gz\n"
    "  spbench profile diff before.pb.gz after.pb.gz --flame diff.svg --fail-on 5\n";

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct diff_options *diff = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &diff->common;
        return 0;
    case KEY_FAIL_ON:
        diff->fail_on_pct = spb_option_percent(state, "fail-on", argument, 100);
        return 0;
    case KEY_FLAME:
        diff->flame = argument;
        return 0;
    case 'f':
        diff->format =
            spb_parse_format(state, argument, 1u << SPB_FORMAT_TABLE | 1u << SPB_FORMAT_JSON | 1u << SPB_FORMAT_CSV);
        return 0;
    case KEY_TOP:
        diff->top = spb_option_number(state, "top", argument, 1000000);
        return 0;
    case KEY_VALUE:
        diff->value = argument;
        return 0;
    case KEY_FOCUS:
        diff->focus = argument;
        return 0;
    case KEY_THREAD:
        diff->thread = argument;
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num >= 2)
            argp_error(state, "two profiles are compared at a time");
        diff->paths[state->arg_num] = argument;
        return 0;
    case ARGP_KEY_END:
        if (!diff->paths[1])
            argp_error(state, "name two profiles: 'spbench profile diff BASE.pb.gz NEW.pb.gz'");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* The value of that name or the base's own choice, which must be at the same place in both. */
static int choose_value(const struct diff_options *diff, struct spb_profile *const profiles[2], unsigned *type,
                        struct spb_error *err)
{
    unsigned other;
    int code = spb_profile_choose_value(profiles[0], diff->value, type, err);
    if (code)
        return spb_error_prefix(err, code, "%s", diff->paths[0]);
    const char *name = spb_profile_text(profiles[0], profiles[0]->types[*type].name);
    code = spb_profile_find_value(profiles[1], name, &other, err);
    if (code)
        return spb_error_prefix(err, -EXDEV, "%s", diff->paths[1]);
    if (other != *type || strcmp(spb_profile_text(profiles[0], profiles[0]->types[*type].unit),
                                 spb_profile_text(profiles[1], profiles[1]->types[other].unit)) != 0)
        return spb_error_set(err, -EXDEV, "%s and %s hold '%s' in different ways: they are of different profilers",
                             diff->paths[0], diff->paths[1], name);
    return 0;
}

static void print(const struct diff_options *diff, const struct spb_profile_diff_report *report)
{
    struct spb_strbuf out = {0};
    if (diff->format == SPB_FORMAT_JSON)
        spb_profile_diff_json(report, &out);
    else if (diff->format == SPB_FORMAT_CSV)
        spb_profile_diff_csv(report, &out);
    else
        spb_profile_diff_text(report, &out);
    spb_print(&out);
    spb_strbuf_release(&out);
}

static int exit_code_of(const struct diff_options *diff, const struct spb_profile_diff_report *report)
{
    const struct spb_profile_change *worst = NULL;
    size_t count = 0;
    for (size_t i = 0; i < report->diff->count; i++)
        if (spb_profile_change_fails(report, &report->diff->changes[i])) {
            worst = worst ? worst : &report->diff->changes[i]; /* they are in the order of size */
            count++;
        }
    if (!worst)
        return SPB_EXIT_OK;
    fprintf(stderr, "spbench: %zu function%s grew by more than %g percentage points, most of all %s (%+.1f)\n", count,
            count == 1 ? "" : "s", diff->fail_on_pct, worst->name, 100 * worst->difference);
    return SPB_EXIT_FAILED;
}

static int save_flame(const struct diff_options *diff, const struct spb_profile_diff_report *report,
                      const struct spb_profile_filter *filter, struct spb_error *err)
{
    struct spb_strbuf title = {0};
    spb_strbuf_printf(&title, "%s against %s", diff->paths[1], diff->paths[0]);
    const struct spb_profile_report picture = {
        .profile = report->new_profile, .title = spb_strbuf_text(&title), .filter = *filter};
    int code = spb_profile_save_flame(&picture, report->diff, diff->flame, err);
    spb_strbuf_release(&title);
    return code;
}

static int compare(const struct diff_options *diff, struct spb_profile *const profiles[2], int *exit_code,
                   struct spb_error *err)
{
    struct spb_profile_filter filter = {.focus = diff->focus, .thread = diff->thread};
    struct spb_profile_diff changes = {0};
    struct spb_profile_diff_report report = {
        .diff = &changes,
        .base = profiles[0],
        .new_profile = profiles[1],
        .base_name = diff->paths[0],
        .new_name = diff->paths[1],
        .fail_share = diff->fail_on_pct / 100,
        .top = diff->top,
        .how = {spb_color_wanted(&diff->common, stdout), spb_terminal_width(stdout)}};
    int code = choose_value(diff, profiles, &filter.type, err);
    if (code == 0)
        code = spb_profile_head(profiles[0], &filter, &report.base_head, err);
    if (code == 0)
        code = spb_profile_head(profiles[1], &filter, &report.new_head, err);
    if (code == 0 && (!report.base_head.quality.samples || !report.new_head.quality.samples))
        code = spb_error_set(err, -EXDEV, "%s has no sample to compare",
                             diff->paths[report.base_head.quality.samples ? 1 : 0]);
    if (code == 0)
        code = spb_profile_diff(profiles[0], profiles[1], &filter, &changes, err);
    if (code == 0) {
        print(diff, &report);
        *exit_code = exit_code_of(diff, &report);
    }
    if (code == 0 && diff->flame)
        code = save_flame(diff, &report, &filter, err);
    spb_profile_diff_release(&changes);
    return code;
}

static int run_diff(int argc, char **argv)
{
    static const struct argp_child children[] = {{&spb_common_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {options, parse, "BASE NEW", doc, children, NULL, NULL};
    struct diff_options diff = {.format = SPB_FORMAT_TABLE};
    struct spb_profile *profiles[2] = {NULL, NULL};
    struct spb_error err = {0};
    int exit_code = SPB_EXIT_OK;
    spb_parse_options(&argp, argc, argv, &diff);
    int code = spb_pprof_load(diff.paths[0], &profiles[0], &err);
    if (code == 0)
        code = spb_pprof_load(diff.paths[1], &profiles[1], &err);
    if (code == 0)
        code = compare(&diff, profiles, &exit_code, &err);
    spb_profile_destroy(profiles[0]);
    spb_profile_destroy(profiles[1]);
    return code ? spb_complain(code, &err) : exit_code;
}

const struct spb_profile_word spb_profile_word_diff = {"diff", "what takes another share of the time than before",
                                                       run_diff};
