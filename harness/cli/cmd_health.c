/* SPDX-License-Identifier: MIT
 *
 * `spbench health`: is this machine healthy, or was it?
 */
#include <errno.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "health_report.h"
#include "health_watch.h"
#include "option_values.h"
#include "time_text.h"

#define SECOND_NS UINT64_C(1000000000)
/* So that what must hold for half a minute can be decided. */
#define DURATION_NS (31 * SECOND_NS)

enum {
    KEY_DB = 0x200,
    KEY_RULES,
    KEY_ROOT,
    KEY_DURATION,
    KEY_INTERVAL,
    KEY_AT,
    KEY_SINCE,
    KEY_EVENTS,
    KEY_LIST,
    KEY_UTC
};

struct health_options {
    struct spb_common common;
    enum spb_format format;
    const char *db, *rules, *root;
    const char *at, *since; /* as typed: --utc may stand behind them */
    uint64_t duration_ns, interval_ns;
    bool events, list, utc;
};

static const struct argp_option options[] = {
    {"duration", KEY_DURATION, "TIME", 0, "Watch this machine for so long (31s)", 1},
    {"interval", KEY_INTERVAL, "TIME", 0, "Look at it so often (1s)", 1},
    {"db", KEY_DB, "FILE.db", 0, "Judge what 'spbench monitor --record FILE.db' recorded, up to its end", 2},
    {"at", KEY_AT, "TIME", 0, "... up to that time: was it healthy then?", 2},
    {"since", KEY_SINCE, "TIME", 0, "... from that time on (a day before)", 2},
    {"events", KEY_EVENTS, NULL, 0, "Also when each finding began and ended", 2},
    {"root", KEY_ROOT, "DIR", 0, "A captured machine: /proc and /sys are read below DIR, once", 3},
    {"rules", KEY_RULES, "FILE", 0, "Other rules than the built-in ones (JSON)", 4},
    {"list-rules", KEY_LIST, NULL, 0, "Show the rules with their reasons and end", 4},
    {"format", 'f', "FORMAT", 0, "table (default) or json", 5},
    {"utc", KEY_UTC, NULL, 0, "Times are read and shown in UTC, not in the time zone of this machine", 5},
    {0},
};

static const char doc[] =
    "Says whether this machine is healthy: ok, warning or critical for each subsystem, with the evidence, since when, "
    "and what to do.\v"
    "Each rule has a limit, a time for which it must be passed at every look, and another value at which that ends: no "
    "single odd look raises or clears an alarm. Without --db the machine is watched for half a minute; rules that ask "
    "for more are named, and judged ok where their condition does not hold now. Of pressure stalls the kernel's own "
    "averages of up to 5 minutes are taken into account, so that these are known at once. What is not known is "
    "unknown, with its reason.\n\n"
    "TIME of --at and --since is written as for `spbench history`: '03:12', 'yesterday 03:12', '2h'.\n\n"
    "Exit code 0 when nothing is critical (ok, warning, unknown), 1 when something is.\n\n"
    "Examples:\n"
    "  spbench health\n"
    "  spbench health --duration 15m                        so that nearly all rules can decide\n"
    "  spbench health --db machine.db                       what was recorded, and since when\n"
    "  spbench health --db machine.db --at 'yesterday 03:12'\n"
    "  spbench health --db machine.db --since 7d --events   everything of the last week\n"
    "  spbench health --list-rules\n"
    "  spbench health --format json | jq -r .level";

/* ---- options ---------------------------------------------------------------------------------------------------------- */

static void check_options(const struct health_options *health, struct argp_state *state)
{
    if ((health->at || health->since) && !health->db)
        argp_error(state, "--at and --since are about a history: name it with --db");
    if (health->db && health->root)
        argp_error(state, "--db and --root are asked one at a time");
    if ((health->duration_ns || health->interval_ns) && (health->db || health->root))
        argp_error(state, "--duration and --interval are about watching this machine");
    if (health->interval_ns > health->duration_ns && health->duration_ns)
        argp_error(state, "--interval is longer than --duration");
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct health_options *health = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &health->common;
        return 0;
    case KEY_DB:
        health->db = argument;
        return 0;
    case KEY_RULES:
        health->rules = argument;
        return 0;
    case KEY_ROOT:
        health->root = argument;
        return 0;
    case KEY_DURATION:
        health->duration_ns = spb_option_seconds(state, "duration", argument);
        return 0;
    case KEY_INTERVAL:
        health->interval_ns = spb_option_seconds(state, "interval", argument);
        return 0;
    case KEY_AT:
        health->at = argument;
        return 0;
    case KEY_SINCE:
        health->since = argument;
        return 0;
    case KEY_EVENTS:
        health->events = true;
        return 0;
    case KEY_LIST:
        health->list = true;
        return 0;
    case KEY_UTC:
        health->utc = true;
        return 0;
    case 'f':
        health->format = spb_parse_format(state, argument, 1u << SPB_FORMAT_TABLE | 1u << SPB_FORMAT_JSON);
        return 0;
    case ARGP_KEY_END:
        check_options(health, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int read_time(const struct health_options *health, const char *option, const char *text, int64_t *time_ns,
                     struct spb_error *err)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    const struct spb_time_zone zone = {(int64_t)now.tv_sec * (int64_t)SECOND_NS + now.tv_nsec, health->utc};
    *time_ns = 0;
    if (text && spb_time_parse(text, &zone, time_ns, err) < 0)
        return spb_error_prefix(err, -EINVAL, "--%s", option);
    return 0;
}

static int check_root(const char *root, struct spb_error *err)
{
    struct stat status;
    if (stat(root, &status) < 0)
        return spb_error_system(err, -errno, "--root=%s", root);
    return S_ISDIR(status.st_mode) ? 0 : spb_error_system(err, -ENOTDIR, "--root=%s", root);
}

/* ---- judging ---------------------------------------------------------------------------------------------------------- */

static int look(const struct health_options *asked, struct spb_health *health, struct spb_error *err)
{
    struct spb_health_recorded recorded = {.path = asked->db};
    if (!asked->db) {
        const struct spb_health_watch watch = {.root = asked->root,
                                               .interval_ns = asked->interval_ns ? asked->interval_ns : SECOND_NS,
                                               .duration_ns = asked->duration_ns ? asked->duration_ns : DURATION_NS,
                                               .with_progress = isatty(STDERR_FILENO) && !asked->root};
        int code = asked->root ? check_root(asked->root, err) : 0;
        return code ? code : spb_health_watch(health, &watch, err);
    }
    int code = read_time(asked, "at", asked->at, &recorded.at_ns, err);
    if (code == 0)
        code = read_time(asked, "since", asked->since, &recorded.since_ns, err);
    return code ? code : spb_health_read_history(health, &recorded, err);
}

static int show(const struct health_options *asked, const struct spb_health_rules *rules,
                const struct spb_health *health, enum spb_health_level *level)
{
    struct spb_assessment assessment;
    struct spb_strbuf out = {0};
    int code = spb_health_assess(health, &assessment);
    if (code)
        return code;
    struct spb_health_report report = {
        .path = asked->db ? asked->db : asked->root,
        .rules_path = asked->rules,
        .rules = rules,
        .assessment = &assessment,
        .with_incidents = asked->events,
        .utc = asked->utc,
        .how = {.color = spb_color_wanted(&asked->common, stdout), .width = spb_terminal_width(stdout)}};
    report.source = asked->db ? SPB_HEALTH_RECORDED : asked->root ? SPB_HEALTH_CAPTURED : SPB_HEALTH_LIVE;
    report.incidents = spb_health_incidents(health, &report.incident_count);
    if (asked->format == SPB_FORMAT_JSON)
        spb_health_json(&report, &out);
    else
        spb_health_text(&report, &out);
    *level = assessment.level;
    spb_print(&out);
    spb_strbuf_release(&out);
    spb_assessment_release(&assessment);
    return 0;
}

/* An interrupted watch is judged all the same. */
static int judge(const struct health_options *asked, const struct spb_health_rules *rules, enum spb_health_level *level,
                 struct spb_error *err)
{
    const struct spb_health_options how = {.single_look = asked->root != NULL};
    struct spb_health *health = NULL;
    int code = spb_health_create(rules, &how, &health);
    if (code)
        return spb_error_set(err, code, "out of memory");
    code = look(asked, health, err);
    if ((code == 0 || code == -ECANCELED) && show(asked, rules, health, level) < 0)
        code = spb_error_set(err, -ENOMEM, "out of memory");
    spb_health_destroy(health);
    return code;
}

static void list_rules(const struct health_options *asked, const struct spb_health_rules *rules)
{
    struct spb_strbuf out = {0};
    const struct spb_table_options how = {.color = spb_color_wanted(&asked->common, stdout),
                                          .width = spb_terminal_width(stdout)};
    if (asked->format == SPB_FORMAT_JSON)
        spb_health_rules_json(rules, &out);
    else
        spb_health_rules_table(rules, &how, &out);
    spb_print(&out);
    spb_strbuf_release(&out);
}

static int run_health(const struct spb_cli *cli, int argc, char **argv)
{
    static const struct argp_child children[] = {{&spb_common_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {options, parse, NULL, doc, children, NULL, NULL};
    struct health_options health = {.format = SPB_FORMAT_TABLE};
    struct spb_health_rules *rules = NULL;
    enum spb_health_level level = SPB_HEALTH_OK;
    struct spb_error err = {0};
    (void)cli;
    spb_parse_options(&argp, argc, argv, &health);
    int code = spb_health_rules_load(health.rules, &rules, &err);
    if (code == 0 && health.list)
        list_rules(&health, rules);
    else if (code == 0)
        code = judge(&health, rules, &level, &err);
    spb_health_rules_destroy(rules);
    if (code)
        return spb_complain(code, &err);
    return level == SPB_HEALTH_CRITICAL ? SPB_EXIT_FAILED : SPB_EXIT_OK;
}

const struct spb_command spb_command_health = {
    .name = "health",
    .summary = "is this machine healthy, or was it: rules with durations, over now or a history",
    .run = run_health};
