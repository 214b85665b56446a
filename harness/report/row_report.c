/* SPDX-License-Identifier: MIT */
#include "row_report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe.h"
#include "units.h"
#include "utf8.h"

#define PLUS_MINUS "\xc2\xb1"
/* As counters name them. */
#define METRIC_IPC "instructions-per-cycle"
#define METRIC_GHZ "effective-frequency"
/* Marked samples are worth a note from this share on. */
#define MARKED_NOTE_RATIO 0.01
/* A result below this share of the overhead that was taken off is worth one, too. */
#define SMALL_BESIDE_OVERHEAD 0.2

/* ---- pieces of text --------------------------------------------------------------------------------------------- */

/* "21.4 GB/s", but "152 k spawn/s". */
const char *spb_unit_symbol(const char *unit)
{
    if (strcmp(unit, "byte") == 0)
        return "B";
    return strcmp(unit, "FLOP") == 0 || strcmp(unit, "bit") == 0 ? unit : NULL;
}

void spb_rate_format(double per_second, const char *unit, struct spb_strbuf *out)
{
    char number[SPB_UNIT_TEXT_SIZE];
    const char *symbol = spb_unit_symbol(unit);
    if (per_second < 1)
        spb_strbuf_printf(out, "%.3g %s/s", per_second, symbol ? symbol : unit);
    else
        spb_strbuf_printf(out, "%s%s%s/s", spb_format_si(number, per_second, ""),
                          symbol && per_second >= 999.5 ? "" : " ", symbol ? symbol : unit);
}

void spb_row_headline_format(const struct spb_row *row, double ns, struct spb_strbuf *out)
{
    char number[SPB_UNIT_TEXT_SIZE];
    double value = spb_row_headline(row, ns);
    if (!isfinite(value))
        spb_strbuf_printf(out, "%s/iteration", spb_format_duration(number, ns));
    else if (row->measure == SPB_UNITS_PER_SECOND)
        spb_rate_format(value, row->unit, out);
    else
        spb_strbuf_printf(out, "%s/%s", spb_format_duration(number, value), row->unit);
}

void spb_percent_format(double ratio, struct spb_strbuf *out)
{
    double percent = ratio * 100;
    if (percent < 0.005)
        spb_strbuf_append(out, "<0.01 %");
    else
        spb_strbuf_printf(out, "%.*f %%", percent >= 9.95 ? 0 : percent >= 0.995 ? 1 : 2, percent);
}

void spb_half_width_format(const struct spb_row_stats *stats, struct spb_strbuf *out)
{
    spb_strbuf_append(out, PLUS_MINUS);
    spb_percent_format(stats->half_width_ratio, out);
    if (stats->confidence < 0.95)
        spb_strbuf_printf(out, " (%.0f %%)", floor(stats->confidence * 100));
}

void spb_row_spread_format(const struct spb_row_stats *stats, struct spb_strbuf *out)
{
    spb_strbuf_append(out, "+");
    spb_percent_format((stats->p99_ns - stats->p50_ns) / stats->p50_ns, out);
}

static void format_name(const struct spb_row *row, struct spb_strbuf *out)
{
    spb_strbuf_append(out, row->workload);
    for (size_t i = 0; i < row->param_count; i++)
        spb_strbuf_printf(out, " %s=%s", row->params[i].name, row->params[i].text);
}

/* ---- notes ------------------------------------------------------------------------------------------------------ */

static void begin_note(struct spb_strbuf *out)
{
    if (out->length)
        spb_strbuf_append(out, ", ");
}

static void note_failures(const struct spb_row *row, struct spb_strbuf *out)
{
    size_t failed = 0;
    const char *reason = NULL;
    for (size_t i = 0; i < row->process_count; i++) {
        if (row->processes[i].outcome != SPB_OUTCOME_FAILED)
            continue;
        failed++;
        reason = reason ? reason : row->processes[i].reason;
    }
    if (failed == 0 || row->outcome == SPB_OUTCOME_FAILED)
        return;
    begin_note(out);
    spb_strbuf_printf(out, "%zu of %zu processes failed: %s", failed, row->process_count, reason ? reason : "");
}

/* What stays of so little is mostly the scatter of what was taken off. */
static void note_overhead(const struct spb_row *row, struct spb_strbuf *out)
{
    if (row->stats.estimate_ns >= SMALL_BESIDE_OVERHEAD * row->stats.overhead_ns)
        return;
    begin_note(out);
    spb_strbuf_append(out, "hardly longer than the shell's own start, see --no-shell");
}

static void note_unsettled(const struct spb_row *row, struct spb_strbuf *out)
{
    size_t unsettled = 0;
    for (size_t i = 0; i < row->process_count; i++)
        unsettled += row->processes[i].sample_count > 0 && !row->processes[i].settled;
    if (unsettled == 0)
        return;
    begin_note(out);
    spb_strbuf_printf(out, "unsettled %zu/%zu", unsettled, row->stats.process_count);
}

static size_t count_marked(const struct spb_row *row, uint32_t mark)
{
    size_t count = 0;
    for (size_t p = 0; p < row->process_count; p++)
        for (size_t i = 0; i < row->processes[p].sample_count; i++)
            count += (row->processes[p].samples[i].marks & mark) != 0;
    return count;
}

static void note_marks(const struct spb_row *row, struct spb_strbuf *out)
{
    static const struct {
        uint32_t mark;
        const char *text;
    } marks[] = {{SPB_MARK_STEAL, "steal"}, {SPB_MARK_PREEMPTED, "preempted"}, {SPB_MARK_MIGRATED, "migrated"}};
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        double ratio = (double)count_marked(row, marks[i].mark) / (double)row->stats.sample_count;
        if (ratio < MARKED_NOTE_RATIO)
            continue;
        begin_note(out);
        spb_strbuf_printf(out, "%s ", marks[i].text);
        spb_percent_format(ratio, out);
    }
}

/* Of single operations, where the workload records them. */
static void note_latency(const struct spb_row *row, struct spb_strbuf *out)
{
    static const char *const quantiles[] = {"p50", "p99", "p99.9"};
    char name[32], number[SPB_UNIT_TEXT_SIZE];
    for (size_t i = 0; i < sizeof(quantiles) / sizeof(quantiles[0]); i++) {
        snprintf(name, sizeof(name), "latency-%s", quantiles[i]);
        const struct spb_metric *metric = spb_metrics_find(&row->metrics, name);
        if (!metric || !spb_metric_has_value(metric))
            return;
        begin_note(out);
        spb_strbuf_printf(out, "%s %s", quantiles[i], spb_format_duration(number, metric->value));
    }
}

static void format_outcome(const struct spb_row *row, struct spb_strbuf *out)
{
    spb_strbuf_append(out, spb_outcome_name(row->outcome));
    if (row->reason)
        spb_strbuf_printf(out, ": %s", row->reason);
}

void spb_row_notes_format(const struct spb_row *row, struct spb_strbuf *out)
{
    if (row->outcome != SPB_OUTCOME_OK)
        format_outcome(row, out);
    note_failures(row, out);
    if (!row->stats.valid)
        return;
    if (!isfinite(spb_row_headline(row, row->stats.estimate_ns))) {
        begin_note(out);
        spb_strbuf_append(out, "the processes disagree about the work of one iteration");
    }
    note_latency(row, out);
    note_overhead(row, out);
    note_unsettled(row, out);
    note_marks(row, out);
}

/* ---- table for people ------------------------------------------------------------------------------------------- */

static enum spb_tone tone_of(const struct spb_row *row)
{
    switch (row->outcome) {
    case SPB_OUTCOME_OK:
        return SPB_TONE_PLAIN;
    case SPB_OUTCOME_FAILED:
        return SPB_TONE_BAD;
    case SPB_OUTCOME_UNAVAILABLE:
        return SPB_TONE_DIM;
    case SPB_OUTCOME_INTERRUPTED:
        return SPB_TONE_WARN;
    }
    return SPB_TONE_PLAIN;
}

static const struct spb_metric *value_of(const struct spb_row *row, const char *name)
{
    const struct spb_metric *metric = spb_metrics_find(&row->metrics, name);
    return metric && spb_metric_has_value(metric) ? metric : NULL;
}

static bool any_has_value(const struct spb_result *result, const char *name)
{
    for (size_t i = 0; i < result->row_count; i++)
        if (value_of(&result->rows[i], name))
            return true;
    return false;
}

/* A cell that may be empty; `text` is empty again afterwards. */
static void take_cell(struct spb_table *table, struct spb_strbuf *text, enum spb_tone tone)
{
    spb_table_cell(table, "%s", spb_strbuf_text(text));
    spb_table_tone(table, tone);
    table->failed |= text->failed;
    spb_strbuf_reset(text);
}

static void add_stats_cells(struct spb_table *table, const struct spb_row *row, double precision_ratio)
{
    const struct spb_row_stats *stats = &row->stats;
    struct spb_strbuf text = {0};
    if (stats->valid)
        spb_row_headline_format(row, stats->estimate_ns, &text);
    take_cell(table, &text, SPB_TONE_PLAIN);
    if (stats->valid && stats->has_interval)
        spb_half_width_format(stats, &text);
    take_cell(table, &text, stats->half_width_ratio > precision_ratio ? SPB_TONE_WARN : SPB_TONE_PLAIN);
    if (stats->valid)
        spb_row_spread_format(stats, &text);
    take_cell(table, &text, SPB_TONE_PLAIN);
    if (stats->valid)
        spb_strbuf_printf(&text, "%zu", stats->process_count);
    take_cell(table, &text, SPB_TONE_PLAIN);
    spb_strbuf_release(&text);
}

static void add_metric_cell(struct spb_table *table, const struct spb_row *row, const char *name)
{
    const struct spb_metric *metric = value_of(row, name);
    if (metric)
        spb_table_cell(table, "%.2f", metric->value);
    else
        spb_table_cell(table, "%s", row->stats.valid ? "-" : "");
    spb_table_tone(table, metric ? SPB_TONE_PLAIN : SPB_TONE_DIM);
}

static void add_row(struct spb_table *table, const struct spb_result *result, const struct spb_row *row,
                    bool with_counters)
{
    struct spb_strbuf text = {0};
    enum spb_tone tone = tone_of(row);
    format_name(row, &text);
    take_cell(table, &text, tone == SPB_TONE_DIM ? tone : SPB_TONE_PLAIN);
    spb_table_cell(table, "%u", row->threads);
    spb_table_tone(table, tone == SPB_TONE_DIM ? tone : SPB_TONE_PLAIN);
    add_stats_cells(table, row, result->options.precision_pct / 100);
    if (with_counters) {
        add_metric_cell(table, row, METRIC_IPC);
        add_metric_cell(table, row, METRIC_GHZ);
    }
    spb_row_notes_format(row, &text);
    take_cell(table, &text, tone);
    spb_strbuf_release(&text);
}

static void fill_table(struct spb_table *table, const struct spb_result *result)
{
    bool with_counters = any_has_value(result, METRIC_IPC) || any_has_value(result, METRIC_GHZ);
    spb_table_column(table, "row", SPB_ALIGN_LEFT);
    spb_table_column(table, "threads", SPB_ALIGN_RIGHT);
    spb_table_column(table, "result", SPB_ALIGN_RIGHT);
    spb_table_column(table, PLUS_MINUS " 95 %", SPB_ALIGN_RIGHT);
    spb_table_column(table, "spread", SPB_ALIGN_RIGHT);
    spb_table_column(table, "processes", SPB_ALIGN_RIGHT);
    if (with_counters) {
        spb_table_column(table, "IPC", SPB_ALIGN_RIGHT);
        spb_table_column(table, "GHz", SPB_ALIGN_RIGHT);
    }
    spb_table_column(table, "notes", SPB_ALIGN_LEFT);
    for (size_t i = 0; i < result->row_count; i++) {
        if (i > 0 && !spb_same_family(result->rows[i - 1].workload, result->rows[i].workload))
            spb_table_group(table);
        add_row(table, result, &result->rows[i], with_counters);
    }
}

/* ---- below the table -------------------------------------------------------------------------------------------- */

void spb_row_summary(const struct spb_result *result, struct spb_strbuf *out)
{
    size_t counts[SPB_OUTCOME_INTERRUPTED + 1] = {0};
    for (size_t i = 0; i < result->row_count; i++)
        counts[result->rows[i].outcome]++;
    spb_strbuf_printf(out, "%zu row%s: %zu ok", result->row_count, result->row_count == 1 ? "" : "s",
                      counts[SPB_OUTCOME_OK]);
    for (int outcome = SPB_OUTCOME_FAILED; outcome <= SPB_OUTCOME_INTERRUPTED; outcome++)
        if (counts[outcome])
            spb_strbuf_printf(out, ", %zu %s", counts[outcome], spb_outcome_name((enum spb_outcome)outcome));
    if (!result->complete)
        spb_strbuf_append(out, "; the run is not complete");
}

static const char *why_no_counters(const struct spb_result *result)
{
    for (size_t i = 0; i < result->row_count; i++) {
        const struct spb_metrics *metrics = &result->rows[i].metrics;
        for (size_t m = 0; m < metrics->count; m++)
            if (metrics->items[m].state == SPB_METRIC_NO_PMU || metrics->items[m].state == SPB_METRIC_NO_PERMISSION)
                return metrics->items[m].reason;
        const struct spb_metric *ipc = spb_metrics_find(metrics, METRIC_IPC);
        if (ipc && !spb_metric_has_value(ipc))
            return ipc->reason;
    }
    return NULL;
}

/* Explains the notes that are there. */
static void append_notes_legend(const struct spb_result *result, size_t width, struct spb_strbuf *out)
{
    bool unsettled = false, marked = false;
    for (size_t i = 0; i < result->row_count; i++) {
        const struct spb_row *row = &result->rows[i];
        marked = marked || (row->stats.valid &&
                            (double)row->stats.marked_count >= MARKED_NOTE_RATIO * (double)row->stats.sample_count);
        for (size_t p = 0; p < row->process_count; p++)
            unsettled = unsettled || (row->processes[p].sample_count > 0 && !row->processes[p].settled);
    }
    if (unsettled)
        spb_wrap_text("unsettled: processes whose time was still changing when warm-up reached its limit", width, out);
    if (marked)
        spb_strbuf_append(out,
                          "steal, preempted, migrated: samples during which the hypervisor took time, another task "
                          "had the CPU, a thread moved\n");
}

static void append_reason(const char *reason, size_t width, struct spb_strbuf *out)
{
    struct spb_strbuf text = {0};
    spb_strbuf_append(&text, "no hardware counters: ");
    spb_utf8_append_printable(&text, reason);
    spb_wrap_text(spb_strbuf_text(&text), width, out);
    out->failed |= text.failed;
    spb_strbuf_release(&text);
}

void spb_row_legend(const struct spb_result *result, size_t width, struct spb_strbuf *out)
{
    const char *reason = any_has_value(result, METRIC_IPC) ? NULL : why_no_counters(result);
    spb_wrap_text(PLUS_MINUS
                  " 95 %: half the confidence interval of the result; in brackets, what so few processes allow",
                  width, out);
    spb_wrap_text("spread: how far the slowest 1 % of single samples lie above their median", width, out);
    append_notes_legend(result, width, out);
    if (reason)
        append_reason(reason, width, out);
}

/* `width`: columns of the terminal, 0: no limit. */
static void append_footer(const struct spb_result *result, size_t width, struct spb_strbuf *out)
{
    spb_strbuf_append_char(out, '\n');
    spb_row_legend(result, width, out);
    spb_row_summary(result, out);
    spb_strbuf_append_char(out, '\n');
}

/* ---- CSV -------------------------------------------------------------------------------------------------------- */

static void add_number(struct spb_table *table, bool present, double value)
{
    char text[SPB_UNIT_TEXT_SIZE];
    spb_table_cell(table, "%s", present && isfinite(value) ? spb_format_double(text, value) : "");
}

static void add_csv_headline(struct spb_table *table, const struct spb_row *row)
{
    const struct spb_row_stats *stats = &row->stats;
    bool is_rate = row->measure == SPB_UNITS_PER_SECOND;
    bool interval = stats->valid && stats->has_interval;
    add_number(table, stats->valid, spb_row_headline(row, stats->estimate_ns));
    spb_table_cell(table, is_rate ? "%s/s" : "ns/%s", row->unit);
    spb_table_cell(table, "%s", is_rate ? "higher" : "lower");
    add_number(table, interval, spb_row_headline(row, is_rate ? stats->high_ns : stats->low_ns));
    add_number(table, interval, spb_row_headline(row, is_rate ? stats->low_ns : stats->high_ns));
    add_number(table, interval, stats->confidence);
    add_number(table, interval, stats->half_width_ratio * 100);
}

static void add_csv_statistics(struct spb_table *table, const struct spb_row_stats *stats)
{
    const double times_ns[] = {stats->estimate_ns, stats->min_ns, stats->median_ns,
                               stats->p90_ns,      stats->p99_ns, stats->max_ns};
    for (size_t i = 0; i < sizeof(times_ns) / sizeof(times_ns[0]); i++)
        add_number(table, stats->valid, times_ns[i]);
    spb_table_cell(table, "%zu", stats->valid ? stats->process_count : 0);
    spb_table_cell(table, "%zu", stats->valid ? stats->sample_count : 0);
    spb_table_cell(table, "%zu", stats->valid ? stats->marked_count : 0);
}

static void add_csv_row(struct spb_table *table, const struct spb_row *row)
{
    char *key = spb_row_key(row);
    const struct spb_metric *ipc = value_of(row, METRIC_IPC);
    const struct spb_metric *ghz = value_of(row, METRIC_GHZ);
    table->failed |= !key;
    spb_table_cell(table, "%s", key ? key : "");
    spb_table_cell(table, "%s", row->workload);
    spb_table_cell(table, "%u", row->threads);
    spb_table_cell(table, "%s", spb_outcome_name(row->outcome));
    add_csv_headline(table, row);
    add_csv_statistics(table, &row->stats);
    add_number(table, ipc, ipc ? ipc->value : 0);
    add_number(table, ghz, ghz ? ghz->value : 0);
    struct spb_strbuf notes = {0};
    spb_row_notes_format(row, &notes);
    take_cell(table, &notes, SPB_TONE_PLAIN);
    spb_strbuf_release(&notes);
    free(key);
}

static void fill_csv(struct spb_table *table, const struct spb_result *result)
{
    static const char *const headers[] = {"row",
                                          "workload",
                                          "threads",
                                          "outcome",
                                          "value",
                                          "unit",
                                          "better",
                                          "low",
                                          "high",
                                          "confidence",
                                          "half_width_pct",
                                          "estimate_ns_per_iteration",
                                          "min_ns",
                                          "median_ns",
                                          "p90_ns",
                                          "p99_ns",
                                          "max_ns",
                                          "processes",
                                          "samples",
                                          "marked_samples",
                                          "instructions_per_cycle",
                                          "effective_ghz",
                                          "notes"};
    for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
        spb_table_column(table, headers[i], SPB_ALIGN_LEFT);
    for (size_t i = 0; i < result->row_count; i++)
        add_csv_row(table, &result->rows[i]);
}

/* ---- whole ------------------------------------------------------------------------------------------------------ */

void spb_row_report(const struct spb_result *result, enum spb_table_format format,
                    const struct spb_table_options *options, struct spb_strbuf *out)
{
    struct spb_table table = {.failed = false};
    if (format == SPB_TABLE_CSV)
        fill_csv(&table, result);
    else
        fill_table(&table, result);
    spb_table_render(&table, format, options, out);
    if (format != SPB_TABLE_CSV)
        append_footer(result, options ? options->width : 0, out);
    spb_table_release(&table);
}

void spb_row_progress_line(const struct spb_row *row, struct spb_strbuf *out)
{
    struct spb_strbuf line = {0};
    format_name(row, &line);
    if (row->threads > 1)
        spb_strbuf_printf(&line, " threads=%u", row->threads);
    spb_strbuf_append(&line, "  ");
    if (row->stats.valid)
        spb_row_headline_format(row, row->stats.estimate_ns, &line);
    if (row->stats.valid && row->stats.has_interval) {
        spb_strbuf_append(&line, "  ");
        spb_half_width_format(&row->stats, &line);
    }
    if (row->outcome != SPB_OUTCOME_OK) {
        spb_strbuf_append(&line, row->stats.valid ? "  " : "");
        format_outcome(row, &line);
    }
    spb_utf8_append_printable(out, spb_strbuf_text(&line));
    out->failed |= line.failed;
    spb_strbuf_release(&line);
}
