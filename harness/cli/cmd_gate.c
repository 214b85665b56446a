/* SPDX-License-Identifier: MIT
 *
 * `spbench gate`: pass or fail, for a CI server and for the person who looks at it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "command.h"
#include "date.h"
#include "file.h"
#include "gate.h"
#include "gate_report.h"
#include "gate_self_test.h"
#include "gate_subject.h"
#include "option_values.h"
#include "self_test_report.h"

enum {
    KEY_AB = 0x200,
    KEY_POLICY,
    KEY_JUNIT,
    KEY_MARKDOWN,
    KEY_ANNOTATIONS,
    KEY_THRESHOLD,
    KEY_FORCE,
    KEY_TODAY,
    KEY_SELF_TEST
};

struct gate_options {
    struct spb_common common;
    struct spb_gate_subject_options subject;
    enum spb_format format;
    const char *junit_path;
    const char *markdown_path;
    bool annotations;
    bool force;
    bool self_test;
    unsigned today; /* 0: the machine's, UTC */
};

static const struct argp_option options[] = {
    {NULL, 0, NULL, 0, "What is judged, and how:", 1},
    {"ab", KEY_AB, "FILE", 0, "An experiment in pairs, as 'spbench ab --output' writes it, in place of BASE and NEW",
     1},
    {"force", KEY_FORCE, NULL, 0, "Judge results of different machines, kernels or compilers all the same", 1},
    {"policy", KEY_POLICY, "FILE", 0, "Thresholds by row, required rows, waivers (JSON)", 1},
    {"self-test", KEY_SELF_TEST, NULL, 0,
     "Inject slowdowns into these data: which turn this gate red? BASE alone will do", 1},
    {"threshold", KEY_THRESHOLD, "PCT", 0,
     "The slowdown to be caught where no pattern of the policy says another (what the policy says, or the experiment "
     "was made "
     "for; 10 for two results)",
     1},
    {"today", KEY_TODAY, "DATE", 0, "The day that waivers are held against, as 2026-12-31 (today, UTC)", 1},
    {NULL, 0, NULL, 0, "Output:", 2},
    {"annotations", KEY_ANNOTATIONS, "KIND", 0, "Mark the failing rows on the page of the change; KIND is github", 2},
    {"format", 'f', "FORMAT", 0, "table (default) or json", 2},
    {"junit", KEY_JUNIT, "FILE", 0, "Write a JUnit report, a test case a row", 2},
    {"markdown", KEY_MARKDOWN, "FILE", 0, "Write a summary for the page of a job", 2},
    {0},
};

static const char doc[] =
    "Decides whether a change may pass: an experiment in pairs, or two stored results, held against a policy.\v"
    "Exit codes: 0 pass; 1 a regression that is not waived, a row that failed or is missing, or nothing that was "
    "judged; 2 bad "
    "input; 3 undecided; 4 not comparable.\n\n"
    "With --self-test: 0 when every row turns red at twice its threshold at the latest and the gate is green without a "
    "slowdown, "
    "else 1.\n\n"
    "Examples:\n"
    "  spbench ab --base old.so --new new.so --output ab.json; spbench gate --ab ab.json\n"
    "  spbench gate --ab ab.json --policy results/policy.json --junit gate.xml --markdown gate.md\n"
    "  spbench gate before.json after.json --threshold 15\n"
    "  spbench gate --ab ab.json --annotations github        in GitHub Actions\n"
    "  spbench gate --ab ab.json --policy results/policy.json --today 2027-01-01\n"
    "  spbench gate --self-test --ab same-build-twice.json   would it see anything?\n";

/* ---- options ----------------------------------------------------------------------------------------------------- */

static unsigned parse_today(struct argp_state *state, const char *text)
{
    unsigned date = spb_date_parse(text);
    if (date == 0)
        argp_error(state, "--today=%s: not a day as 2026-12-31", text);
    return date;
}

static void take_files(struct gate_options *gate, struct argp_state *state)
{
    int count = state->argc - state->next;
    if (count > 2)
        argp_error(state, "two result files are judged, BASE and NEW; this is one too many: %s",
                   state->argv[state->next + 2]);
    gate->subject.base_path = state->argv[state->next];
    gate->subject.new_path = count > 1 ? state->argv[state->next + 1] : NULL;
}

/* What does not go together. */
static void check_options(const struct gate_options *gate, struct argp_state *state)
{
    const struct spb_gate_subject_options *subject = &gate->subject;
    if (subject->ab_path && subject->base_path)
        argp_error(state, "either --ab or result files, not both");
    if (!subject->ab_path && !subject->base_path)
        argp_error(state, "name what is to be judged: '--ab AB.json', or 'BASE.json NEW.json'");
    if (subject->base_path && !subject->new_path && !gate->self_test)
        argp_error(state, "name a second result file, NEW.json");
    if (subject->ab_path && gate->force)
        argp_error(state, "--force is for two result files; an experiment has one machine");
    if (gate->self_test && (gate->junit_path || gate->markdown_path || gate->annotations))
        argp_error(state, "--self-test judges made-up slowdowns; there is nothing to report of a change");
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct gate_options *gate = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &gate->common;
        return 0;
    case KEY_AB:
        gate->subject.ab_path = argument;
        return 0;
    case KEY_POLICY:
        gate->subject.policy_path = argument;
        return 0;
    case KEY_JUNIT:
        gate->junit_path = argument;
        return 0;
    case KEY_MARKDOWN:
        gate->markdown_path = argument;
        return 0;
    case KEY_ANNOTATIONS:
        if (strcmp(argument, "github") != 0)
            argp_error(state, "--annotations=%s: the kind is github", argument);
        gate->annotations = true;
        return 0;
    case KEY_THRESHOLD:
        gate->subject.threshold_pct = spb_option_percent(state, "threshold", argument);
        return 0;
    case KEY_FORCE:
        gate->force = true;
        return 0;
    case KEY_TODAY:
        gate->today = parse_today(state, argument);
        return 0;
    case KEY_SELF_TEST:
        gate->self_test = true;
        return 0;
    case 'f':
        gate->format = spb_parse_format(state, argument, 1u << SPB_FORMAT_TABLE | 1u << SPB_FORMAT_JSON);
        return 0;
    case ARGP_KEY_ARGS:
        take_files(gate, state);
        return 0;
    case ARGP_KEY_END:
        check_options(gate, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* ---- output ------------------------------------------------------------------------------------------------------ */

static struct spb_table_options table_options(const struct gate_options *gate)
{
    return (struct spb_table_options){.color = spb_color_wanted(&gate->common, stdout),
                                      .width = spb_terminal_width(stdout)};
}

static int write_file(const char *path, void (*make)(const struct spb_gate_report *, struct spb_strbuf *),
                      const struct spb_gate_report *report, struct spb_error *err)
{
    struct spb_strbuf text = {0};
    if (!path)
        return 0;
    make(report, &text);
    int code = text.failed ? spb_error_system(err, -ENOMEM, "%s", path)
                           : spb_file_replace(path, spb_strbuf_text(&text), text.length, err);
    spb_strbuf_release(&text);
    return code;
}

static void print(const struct gate_options *gate, const struct spb_gate_report *report)
{
    struct spb_table_options how = table_options(gate);
    struct spb_strbuf out = {0}, annotations = {0};
    if (gate->format == SPB_FORMAT_JSON)
        spb_gate_report_json(report, &out);
    else
        spb_gate_report_text(report, &how, &out);
    if (gate->annotations)
        spb_gate_report_annotations(report, &annotations);
    spb_print(&out);
    if (gate->format == SPB_FORMAT_JSON) /* the runner reads both streams, and a program reads this one */
        fputs(spb_strbuf_text(&annotations), stderr);
    else
        spb_print(&annotations);
    spb_strbuf_release(&out);
    spb_strbuf_release(&annotations);
}

/* Files first: whoever reads them may wait for the end of this program only. A gate that failed stays failed, whatever comes of
 * its files. */
static int report_all(const struct gate_options *gate, const struct spb_gate_report *report)
{
    struct spb_error err = {0};
    int exit_code = report->exit_code;
    int code = write_file(gate->junit_path, spb_gate_report_junit, report, &err);
    int junit_code = code ? spb_complain(code, &err) : 0;
    code = write_file(gate->markdown_path, spb_gate_report_markdown, report, &err);
    int markdown_code = code ? spb_complain(code, &err) : 0;
    print(gate, report);
    if (exit_code == SPB_EXIT_OK)
        exit_code = junit_code ? junit_code : markdown_code;
    return exit_code;
}

/* ---- the decision ------------------------------------------------------------------------------------------------ */

static int refuse(const struct spb_gate_subject *subject, struct spb_gate *decision)
{
    struct spb_strbuf why = {0};
    size_t facts = 0;
    for (size_t i = 0; i < subject->differences.length; i++)
        facts += subject->differences.text[i] == '\n';
    spb_strbuf_printf(&why, "%s differ in %zu fact%s about machine or build; --force judges them all the same",
                      subject->title, facts, facts == 1 ? "" : "s");
    int code =
        why.failed ? -ENOMEM : spb_gate_refuse(spb_strbuf_text(&why), spb_strbuf_text(&subject->differences), decision);
    spb_strbuf_release(&why);
    return code;
}

static int decide(const struct gate_options *gate, struct spb_gate_subject *subject, int64_t now_s,
                  struct spb_error *err)
{
    static const int exit_codes[SPB_GATE_OUTCOMES] = {[SPB_GATE_PASSED] = SPB_EXIT_OK,
                                                      [SPB_GATE_UNDECIDED] = SPB_EXIT_UNDECIDED,
                                                      [SPB_GATE_NOT_COMPARABLE] = SPB_EXIT_NOT_COMPARABLE,
                                                      [SPB_GATE_FAILED] = SPB_EXIT_FAILED};
    bool refused = spb_gate_subject_differs(subject) && !gate->force;
    struct spb_judgement judgement = {.row_count = 0};
    struct spb_gate decision;
    int code = refused ? 0 : spb_gate_subject_judge(subject, &judgement, err);
    if (code)
        return spb_complain(code, err);
    code = refused ? refuse(subject, &decision) : spb_gate_decide(&judgement, &subject->policy, gate->today, &decision);
    if (code == 0) {
        struct spb_gate_report report = {.gate = &decision,
                                         .judgement = refused ? NULL : &judgement,
                                         .subject = subject->title,
                                         .now_s = now_s,
                                         .today = gate->today,
                                         .exit_code = exit_codes[decision.outcome]};
        code = report_all(gate, &report);
        spb_gate_release(&decision);
    } else {
        spb_error_system(err, code, "the gate cannot decide");
        code = spb_complain(code, err);
    }
    spb_judgement_release(&judgement);
    return code;
}

/* ---- --self-test ------------------------------------------------------------------------------------------------- */

static int test_itself(const struct gate_options *gate, struct spb_gate_subject *subject, struct spb_error *err)
{
    bool against_itself = !subject->is_ab && !gate->subject.new_path;
    struct spb_compare_options how_to_compare = spb_gate_subject_compare_options(subject);
    struct spb_self_test_input input = {.ab = subject->is_ab ? &subject->ab : NULL,
                                        .base = &subject->base,
                                        .new_result = &subject->new_result,
                                        .policy = &subject->policy,
                                        .thresholds = how_to_compare.thresholds,
                                        .session_sd = how_to_compare.session_sd,
                                        .session_context = how_to_compare.context,
                                        .today = gate->today};
    struct spb_table_options how = table_options(gate);
    struct spb_strbuf out = {0};
    struct spb_self_test test;
    int code = 0;
    if (spb_gate_subject_differs(subject) && !gate->force)
        code = spb_error_set(err, -EXDEV, "%s differ in machine or build; --force tests with them all the same",
                             subject->title);
    if (code == 0)
        code = spb_self_test_run(&input, &test, err);
    if (code)
        return spb_complain(code, err);
    if (gate->format == SPB_FORMAT_JSON)
        spb_self_test_report_json(&test, against_itself, &out);
    else
        spb_self_test_report_text(&test, against_itself, &how, &out);
    spb_print(&out);
    spb_strbuf_release(&out);
    code = test.passed ? SPB_EXIT_OK : SPB_EXIT_FAILED;
    spb_self_test_release(&test);
    return code;
}

static int run_gate(const struct spb_cli *cli, int argc, char **argv)
{
    static const struct argp_child children[] = {{&spb_common_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {options, parse, "--ab AB\nBASE NEW", doc, children, NULL, NULL};
    struct gate_options gate = {.today = 0};
    struct spb_gate_subject subject;
    struct spb_error err = {0};
    int64_t now_s = time(NULL);
    (void)cli;
    spb_parse_options(&argp, argc, argv, &gate);
    if (gate.today == 0)
        gate.today = spb_date_of(now_s);
    int code = spb_gate_subject_load(&gate.subject, &subject, &err);
    if (code)
        return spb_complain(code, &err);
    int exit_code = gate.self_test ? test_itself(&gate, &subject, &err) : decide(&gate, &subject, now_s, &err);
    spb_gate_subject_release(&subject);
    return exit_code;
}

const struct spb_command spb_command_gate = {
    .name = "gate", .summary = "may a change pass? verdicts held against a policy, for CI", .run = run_gate};
