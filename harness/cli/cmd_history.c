/* SPDX-License-Identifier: MIT
 *
 * `spbench history`: what the monitor recorded.
 */
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "command.h"
#include "file.h"
#include "gnuplot.h"
#include "history.h"
#include "history_report.h"
#include "history_trend.h"
#include "nearest.h"
#include "option_values.h"
#include "plot_metrics.h"
#include "time_text.h"

enum { KEY_SINCE = 0x200, KEY_UNTIL, KEY_STEP, KEY_PLOT, KEY_AT, KEY_TREND, KEY_EVENTS, KEY_UTC, KEY_THEME };

struct history_options {
    struct spb_common common;
    enum spb_format format;
    const char *path;
    const char *since, *until, *at; /* as typed: --utc may stand behind them */
    const char **metrics;
    size_t metric_count;
    uint64_t step_ns;
    const char *plot;
    enum spb_theme theme;
    bool trend, events, utc;
};

/* All that is read and shown. */
struct showing {
    const struct history_options *options;
    struct spb_history *history;
    struct spb_history_extent extent;
    struct spb_history_report report;
    struct spb_history_gap *gaps;
    struct spb_history_key *keys;      /* all of the file, then only those that are wanted */
    struct spb_history_points *points; /* of each key */
    struct spb_history_trend *trends;
    int64_t since_ns, until_ns, at_ns; /* 0: not given */
};

static const struct argp_option options[] = {
    {"since", KEY_SINCE, "TIME", 0, "From that time on", 1},
    {"until", KEY_UNTIL, "TIME", 0, "Up to that time", 1},
    {"metric", 'm', "NAME", 0,
     "Only this series: a name, with an instance behind a colon, with * and ?; may be repeated", 1},
    {"step", KEY_STEP, "TIME", 0, "One line for so long a time (about 100 lines)", 1},
    {"at", KEY_AT, "TIME", 0, "The machine at that moment, with its processes", 2},
    {"trend", KEY_TREND, NULL, 0, "Where each series is going, when memory and disks are full, sudden steps", 2},
    {"events", KEY_EVENTS, NULL, 0, "Starts and ends of processes and of recording, boots, steps of the clock", 2},
    {"plot", KEY_PLOT, "FILE", 0, "A picture: FILE.svg, .png, .pdf, or .tsv for its data", 2},
    {"theme", KEY_THEME, "THEME", 0, "Of the picture: light (default) or dark", 3},
    {"format", 'f', "FORMAT", 0, "table (default), json or csv", 3},
    {"utc", KEY_UTC, NULL, 0, "Times are read and shown in UTC, not in the time zone of this machine", 3},
    {0},
};

static const char doc[] =
    "Shows what `spbench monitor --record FILE.db` recorded, also while it records.\v"
    "TIME is '2026-11-24 03:12', '03:12' (the last one that was), 'yesterday 03:12', '2026-11-24T03:12:00Z', or '2h' "
    "(ago). Tables show "
    "the time zone of this machine and say which it is (--utc: UTC); JSON and CSV are always in UTC. Steps in which "
    "nothing was recorded are "
    "left out and marked.\n\n"
    "Numbers are kept as they were seen for 30 days, to 1 part in 8000, whole ones exactly; then as minutes and hours "
    "with minimum, mean and "
    "maximum.\n\n"
    "Examples:\n"
    "  spbench history machine.db                            a summary\n"
    "  spbench history machine.db --at 'yesterday 03:12'     the machine at that moment\n"
    "  spbench history machine.db --since 2d --metric memory.available --metric 'disk.*:sda'\n"
    "  spbench history machine.db --since 30d --trend        where is it going, when is the disk full?\n"
    "  spbench history machine.db --since 6h --metric 'cpu.*' --plot cpu.svg\n"
    "  spbench history machine.db --since 10m --events";

/* ---- options ------------------------------------------------------------------------------------------------------ */

static void take_theme(struct history_options *history, struct argp_state *state, const char *text)
{
    if (strcmp(text, "light") != 0 && strcmp(text, "dark") != 0)
        argp_error(state, "--theme=%s: the themes are light and dark", text);
    history->theme = strcmp(text, "dark") == 0 ? SPB_THEME_DARK : SPB_THEME_LIGHT;
}

static void add_metric(struct history_options *history, const char *name)
{
    history->metrics = spb_option_grow(history->metrics, history->metric_count, sizeof(*history->metrics));
    history->metrics[history->metric_count++] = name;
}

static void check_options(const struct history_options *history, struct argp_state *state)
{
    if (!history->path)
        argp_error(state, "name a history: 'spbench history FILE.db'");
    if (!!history->at + history->trend + history->events + !!history->plot > 1)
        argp_error(state, "--at, --trend, --events and --plot are asked one at a time");
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct history_options *history = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &history->common;
        return 0;
    case KEY_SINCE:
        history->since = argument;
        return 0;
    case KEY_UNTIL:
        history->until = argument;
        return 0;
    case KEY_AT:
        history->at = argument;
        return 0;
    case 'm':
        add_metric(history, argument);
        return 0;
    case KEY_STEP:
        history->step_ns = spb_option_seconds(state, "step", argument);
        return 0;
    case KEY_PLOT:
        history->plot = argument;
        return 0;
    case KEY_THEME:
        take_theme(history, state, argument);
        return 0;
    case KEY_TREND:
        history->trend = true;
        return 0;
    case KEY_EVENTS:
        history->events = true;
        return 0;
    case KEY_UTC:
        history->utc = true;
        return 0;
    case 'f':
        history->format = spb_parse_format(state, argument, ~(1u << SPB_FORMAT_MARKDOWN));
        return 0;
    case ARGP_KEY_ARG:
        if (history->path)
            argp_error(state, "one history at a time");
        history->path = argument;
        return 0;
    case ARGP_KEY_END:
        check_options(history, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int read_times(const struct history_options *history, struct showing *showing, struct spb_error *err)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    const struct spb_time_zone zone = {(int64_t)now.tv_sec * 1000000000 + now.tv_nsec, history->utc};
    const struct {
        const char *name, *text;
        int64_t *time_ns;
    } times[] = {{"since", history->since, &showing->since_ns},
                 {"until", history->until, &showing->until_ns},
                 {"at", history->at, &showing->at_ns}};
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
        if (times[i].text && spb_time_parse(times[i].text, &zone, times[i].time_ns, err) < 0)
            return spb_error_prefix(err, -EINVAL, "--%s", times[i].name);
    if (showing->since_ns && showing->until_ns && showing->since_ns >= showing->until_ns)
        return spb_error_set(err, -EINVAL, "--since is not before --until");
    return 0;
}

/* ---- which series ------------------------------------------------------------------------------------------------- */

/* Of all machines the series that say most; shown where none was named. */
static const enum spb_series main_series[] = {SPB_CPU_BUSY,
                                              SPB_CPU_IOWAIT,
                                              SPB_CPU_STEAL,
                                              SPB_LOAD_1,
                                              SPB_MEMORY_AVAILABLE_SHARE,
                                              SPB_SWAP_USED,
                                              SPB_PRESSURE_SOME,
                                              SPB_DISK_BUSY,
                                              SPB_FILESYSTEM_USED_SHARE,
                                              SPB_NETWORK_RECEIVED,
                                              SPB_NETWORK_SENT,
                                              SPB_TEMPERATURE,
                                              SPB_TASKS_PROCESSES};
/* What runs out is asked of the amounts. */
static const enum spb_series trend_series[] = {
    SPB_MEMORY_AVAILABLE, SPB_FILESYSTEM_AVAILABLE, SPB_SWAP_USED,       SPB_CPU_BUSY,
    SPB_LOAD_1,           SPB_MEMORY_ANONYMOUS,     SPB_MEMORY_SLAB,     SPB_FILES_OPEN,
    SPB_TASKS_PROCESSES,  SPB_TASKS_THREADS,        SPB_CONTEXT_SWITCHES};
static const enum spb_series plot_series[] = {SPB_CPU_BUSY,  SPB_LOAD_1,           SPB_MEMORY_AVAILABLE,
                                              SPB_DISK_BUSY, SPB_NETWORK_RECEIVED, SPB_NETWORK_SENT};

static bool is_among(enum spb_series series, const enum spb_series *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == series)
            return true;
    return false;
}

#define IS_AMONG(series, list) is_among((series), (list), sizeof(list) / sizeof((list)[0]))

static bool is_main(const struct history_options *history, const struct spb_history_key *key)
{
    if (strncmp(spb_series_info(key->series)->name, "cpu.", 4) == 0 && *key->instance)
        return false; /* of all CPUs together */
    if (history->trend)
        return IS_AMONG(key->series, trend_series);
    return history->plot ? IS_AMONG(key->series, plot_series) : IS_AMONG(key->series, main_series);
}

/* "disk.read" is every disk; with a colon only that one. */
static bool is_named(const struct spb_history_key *key, const char *pattern)
{
    const char *name = spb_series_info(key->series)->name, *colon = strchr(pattern, ':');
    if (!colon)
        return fnmatch(pattern, name, 0) == 0;
    char *series = strndup(pattern, (size_t)(colon - pattern));
    bool matches = series && fnmatch(series, name, 0) == 0 && fnmatch(colon + 1, key->instance, 0) == 0;
    free(series);
    return matches;
}

/* What was meant: a name of the catalogue that is near, or whether it is one that was never recorded. */
static int explain_unknown(const char *pattern, struct spb_error *err)
{
    const char *names[SPB_SERIES_COUNT];
    size_t found[1];
    char series[64];
    snprintf(series, sizeof(series), "%.*s", (int)strcspn(pattern, ":"), pattern);
    for (size_t i = 0; i < SPB_SERIES_COUNT; i++)
        names[i] = spb_series_info((enum spb_series)i)->name;
    if (spb_series_find(series) >= 0)
        return spb_error_set(err, -EINVAL, "--metric=%s: the file has no such series; --metric '*' shows all", pattern);
    if (spb_nearest(series, names, SPB_SERIES_COUNT, found, 1))
        return spb_error_set(err, -EINVAL, "--metric=%s: there is no such series; did you mean '%s'?", pattern,
                             names[found[0]]);
    return spb_error_set(err, -EINVAL, "--metric=%s: there is no such series; --metric '*' shows all", pattern);
}

static int choose_keys(struct showing *showing, size_t *count, struct spb_error *err)
{
    const struct history_options *history = showing->options;
    bool *used = calloc(history->metric_count + 1, sizeof(*used));
    size_t kept = 0;
    if (!used)
        return spb_error_system(err, -ENOMEM, "%s", history->path);
    for (size_t i = 0; i < *count; i++) {
        bool wanted = history->metric_count == 0 && is_main(history, &showing->keys[i]);
        for (size_t m = 0; m < history->metric_count; m++)
            if (is_named(&showing->keys[i], history->metrics[m]))
                wanted = used[m] = true;
        if (wanted)
            showing->keys[kept++] = showing->keys[i];
    }
    int code = 0;
    for (size_t m = 0; m < history->metric_count && code == 0; m++)
        if (!used[m])
            code = explain_unknown(history->metrics[m], err);
    free(used);
    *count = kept;
    return code;
}

/* ---- reading ------------------------------------------------------------------------------------------------------ */

static int read_trends(struct showing *showing, struct spb_error *err)
{
    struct spb_history_report *report = &showing->report;
    int code = 0;
    showing->trends = calloc(report->key_count + 1, sizeof(*showing->trends));
    if (!showing->trends)
        return spb_error_system(err, -ENOMEM, "%s", report->path);
    for (size_t i = 0; i < report->key_count && code == 0; i++)
        code = spb_history_trend_find(&showing->points[i], &showing->trends[i]);
    report->trends = showing->trends;
    return code ? spb_error_system(err, code, "%s", report->path) : 0;
}

static int read_series(struct showing *showing, struct spb_error *err)
{
    const struct history_options *history = showing->options;
    struct spb_history_report *report = &showing->report;
    struct spb_history_query query = {
        .since_ns = showing->since_ns, .until_ns = showing->until_ns, .step_ns = history->step_ns};
    size_t count = 0;
    int code = spb_history_keys(showing->history, &showing->keys, &count, err);
    if (code)
        return code;
    report->all_key_count = count;
    code = choose_keys(showing, &count, err);
    if (code)
        return code;
    showing->points = calloc(count + 1, sizeof(*showing->points));
    if (!showing->points)
        return spb_error_system(err, -ENOMEM, "%s", history->path);
    code = spb_history_read_many(showing->history, &query, showing->keys, count, showing->points, err);
    report->keys = showing->keys;
    report->points = showing->points;
    report->key_count = code ? 0 : count;
    return code ? code : history->trend ? read_trends(showing, err) : 0;
}

static int open_history(struct showing *showing, struct spb_error *err)
{
    const struct history_options *history = showing->options;
    struct spb_history_report *report = &showing->report;
    int code = read_times(history, showing, err);
    if (code == 0)
        code = spb_history_open(history->path, &showing->history, err);
    if (code == 0)
        code = spb_history_extent(showing->history, &showing->extent, err);
    if (code == 0 && showing->extent.first_ns == 0)
        code = spb_error_set(err, -EINVAL, "%s: nothing is recorded in it yet", history->path);
    if (code == 0)
        code = spb_history_gaps(showing->history, &showing->gaps, &report->gap_count, err);
    report->path = history->path;
    report->extent = &showing->extent;
    report->gaps = showing->gaps;
    report->utc = history->utc;
    report->since_ns = showing->since_ns ? showing->since_ns : showing->extent.first_ns;
    report->until_ns = showing->until_ns ? showing->until_ns : showing->extent.last_ns + 1;
    report->how = (struct spb_table_options){spb_color_wanted(&history->common, stdout), spb_terminal_width(stdout)};
    return code;
}

/* ---- showing ------------------------------------------------------------------------------------------------------ */

static void show_series(const struct showing *showing, struct spb_strbuf *out)
{
    const struct history_options *history = showing->options;
    const struct spb_history_report *report = &showing->report;
    if (history->format == SPB_FORMAT_JSON)
        spb_history_series_json(report, out);
    else if (history->trend)
        spb_history_trends(report, history->format == SPB_FORMAT_CSV ? SPB_TABLE_CSV : SPB_TABLE_TEXT, out);
    else if (history->format == SPB_FORMAT_CSV)
        spb_history_series_csv(report, out);
    else if (history->metric_count == 0)
        spb_history_summary(report, out);
    else
        spb_history_series_text(report, out);
}

static int show_moment(struct showing *showing, struct spb_strbuf *out, struct spb_error *err)
{
    struct spb_history_moment moment;
    int code = spb_history_at(showing->history, showing->at_ns, &moment, err);
    if (code)
        return code == -ENODATA ? spb_error_prefix(err, -EINVAL, "--at=%s", showing->options->at) : code;
    if (showing->options->format == SPB_FORMAT_JSON)
        spb_history_moment_json(&showing->report, &moment, out);
    else if (showing->options->format == SPB_FORMAT_CSV)
        spb_history_moment_csv(&moment, out);
    else
        spb_history_moment_text(&showing->report, &moment, out);
    spb_history_moment_release(&moment);
    return 0;
}

static int show_events(struct showing *showing, struct spb_strbuf *out, struct spb_error *err)
{
    enum spb_format format = showing->options->format;
    struct spb_history_event *events = NULL;
    size_t count = 0;
    int code = spb_history_events(showing->history, showing->since_ns, showing->until_ns, &events, &count, err);
    if (code)
        return code;
    if (format == SPB_FORMAT_JSON)
        spb_history_events_json(&showing->report, events, count, out);
    else
        spb_history_events_table(&showing->report, events, count,
                                 format == SPB_FORMAT_CSV ? SPB_TABLE_CSV : SPB_TABLE_TEXT, out);
    free(events);
    return 0;
}

/* Seconds that the zone of the reader is ahead of UTC; one for the whole picture. */
static int64_t zone_offset_s(const struct showing *showing)
{
    time_t seconds = (time_t)(showing->report.until_ns / 1000000000);
    struct tm when;
    return !showing->options->utc && localtime_r(&seconds, &when) ? when.tm_gmtoff : 0;
}

static void build_picture(const struct showing *showing, struct spb_plot_data *data)
{
    const struct spb_history_report *report = &showing->report;
    char from[SPB_TIME_TEXT_SIZE], to[SPB_TIME_TEXT_SIZE], zone[SPB_TIME_TEXT_SIZE], subtitle[256], title[128];
    spb_time_zone_name(zone, report->until_ns, report->utc);
    snprintf(title, sizeof(title), "%s", showing->extent.host);
    snprintf(subtitle, sizeof(subtitle), "%s to %s; line: mean, band: minimum to maximum of each step",
             spb_time_format(from, report->since_ns, report->utc), spb_time_format(to, report->until_ns, report->utc));
    spb_plot_metrics_build(&(struct spb_plot_metrics){.title = title,
                                                      .subtitle = subtitle,
                                                      .zone = zone,
                                                      .keys = report->keys,
                                                      .points = report->points,
                                                      .count = report->key_count,
                                                      .since_ns = report->since_ns,
                                                      .until_ns = report->until_ns,
                                                      .zone_offset_s = zone_offset_s(showing)},
                           data);
}

static int draw(const struct showing *showing, struct spb_error *err)
{
    const struct history_options *history = showing->options;
    const char *end = strrchr(history->plot, '.');
    bool only_data = end && strcmp(end, ".tsv") == 0;
    int picture = end ? spb_picture_parse(end + 1) : -1;
    struct spb_plot_data data = {0};
    struct spb_strbuf drawn = {0};
    if (picture < 0 && !only_data)
        return spb_error_set(err, -EINVAL, "--plot=%s: the name must end in .svg, .png, .pdf or .tsv", history->plot);
    if (showing->report.key_count == 0 || showing->report.key_count > SPB_PLOT_METRICS_MAX)
        return spb_error_set(err, -EINVAL, "--plot: %zu series, and a picture shows 1 to %d; name them with --metric",
                             showing->report.key_count, SPB_PLOT_METRICS_MAX);
    build_picture(showing, &data);
    int code = data.text.failed ? spb_error_system(err, -ENOMEM, "%s", history->plot) : 0;
    if (code == 0 && only_data)
        code = spb_file_replace(history->plot, data.text.text, data.text.length, err);
    else if (code == 0)
        code = spb_gnuplot_draw("metrics.gp", &data, (enum spb_picture)picture, history->theme, &drawn, err);
    if (code == 0 && !only_data)
        code = spb_file_replace(history->plot, drawn.text, drawn.length, err);
    spb_strbuf_release(&drawn);
    spb_plot_data_release(&data);
    return code;
}

static int show(struct showing *showing, struct spb_error *err)
{
    const struct history_options *history = showing->options;
    struct spb_strbuf out = {0};
    int code = open_history(showing, err);
    if (code == 0 && history->at)
        code = show_moment(showing, &out, err);
    else if (code == 0 && history->events)
        code = show_events(showing, &out, err);
    else if (code == 0)
        code = read_series(showing, err);
    if (code == 0 && history->plot)
        code = draw(showing, err);
    else if (code == 0 && !history->at && !history->events)
        show_series(showing, &out);
    if (code == 0)
        spb_print(&out);
    spb_strbuf_release(&out);
    return code;
}

static int run_history(const struct spb_cli *cli, int argc, char **argv)
{
    static const struct argp_child children[] = {{&spb_common_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {options, parse, "FILE.db", doc, children, NULL, NULL};
    struct history_options history = {.metrics = NULL};
    struct showing showing = {.options = &history};
    struct spb_error err = {0};
    (void)cli;
    spb_parse_options(&argp, argc, argv, &history);
    int code = show(&showing, &err);
    for (size_t i = 0; i < showing.report.key_count; i++)
        free(showing.points[i].items);
    free(showing.points);
    free(showing.trends);
    free(showing.keys);
    free(showing.gaps);
    spb_history_close(showing.history);
    free(history.metrics);
    return code ? spb_complain(code, &err) : SPB_EXIT_OK;
}

const struct spb_command spb_command_history = {
    .name = "history", .summary = "what the monitor recorded: summary, series, a moment, trends", .run = run_history};
