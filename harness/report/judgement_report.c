/* SPDX-License-Identifier: MIT */
#include "judgement_report.h"

#include <assert.h>
#include <math.h>

#include "judgement_columns.h"
#include "judgement_legend.h"
#include "judgement_text.h"
#include "row_stats.h"
#include "units.h"

/* A cell that may be empty; `text` is empty again afterwards. */
static void take_cell(struct spb_table *table, struct spb_strbuf *text, enum spb_tone tone)
{
    spb_table_cell(table, "%s", spb_strbuf_text(text));
    spb_table_tone(table, tone);
    table->failed |= text->failed;
    spb_strbuf_reset(text);
}

/* ---- one judgement ---------------------------------------------------------------------------------------------- */

static void add_verdict_cell(struct spb_table *table, const struct spb_row_judgement *row)
{
    struct spb_verdict_look look = spb_verdict_look(row);
    spb_table_cell(table, "%s %s", look.sign, look.word);
    spb_table_tone(table, look.tone);
}

static void add_change_cell(struct spb_table *table, const struct spb_row_judgement *row, struct spb_strbuf *text)
{
    bool matters = row->verdict == SPB_VERDICT_REGRESSION || row->verdict == SPB_VERDICT_IMPROVED;
    spb_change_format(row, text);
    take_cell(table, text, matters ? spb_verdict_look(row).tone : SPB_TONE_PLAIN);
}

static void add_row(struct spb_table *table, const struct spb_row_judgement *row)
{
    struct spb_strbuf text = {0};
    spb_table_cell(table, "%s", row->key);
    spb_judged_time_format(row, row->base_ns, &text);
    take_cell(table, &text, SPB_TONE_PLAIN);
    spb_judged_time_format(row, row->new_ns, &text);
    take_cell(table, &text, SPB_TONE_PLAIN);
    add_change_cell(table, row, &text);
    spb_change_interval_format(row, &text);
    take_cell(table, &text, SPB_TONE_PLAIN);
    add_verdict_cell(table, row);
    spb_why_format(row, &text);
    take_cell(table, &text, SPB_TONE_PLAIN);
    spb_strbuf_release(&text);
}

/* For narrow terminals: the rest goes below, and a pass needs none. */
static void add_narrow_row(struct spb_table *table, const struct spb_row_judgement *row)
{
    struct spb_strbuf text = {0};
    spb_table_cell(table, "%s", row->key);
    add_change_cell(table, row, &text);
    add_verdict_cell(table, row);
    if (row->verdict != SPB_VERDICT_PASS) {
        spb_judged_time_format(row, row->base_ns, &text);
        spb_strbuf_append(&text, text.length ? " -> " : "");
        spb_judged_time_format(row, row->new_ns, &text);
        spb_strbuf_append(&text, text.length && row->confidence > 0 ? ", " : "");
        spb_change_interval_format(row, &text);
        spb_strbuf_append(&text, text.length && (row->reason || row->why) ? "; " : "");
        spb_why_format(row, &text);
    }
    take_cell(table, &text, SPB_TONE_PLAIN);
    spb_strbuf_release(&text);
}

static void add_rows(struct spb_table *table, const struct spb_judgement *judgement,
                     void (*add)(struct spb_table *, const struct spb_row_judgement *))
{
    for (size_t i = 0; i < judgement->row_count; i++) {
        if (judgement->rows[i].verdict == SPB_VERDICT_MISSING)
            continue;
        if (i > 0 && judgement->rows[i].verdict != judgement->rows[i - 1].verdict)
            spb_table_group(table);
        add(table, &judgement->rows[i]);
    }
}

static void fill_table(struct spb_table *table, const struct spb_judgement *judgement)
{
    spb_table_column(table, "row", SPB_ALIGN_LEFT);
    spb_table_column(table, "base", SPB_ALIGN_RIGHT);
    spb_table_column(table, "new", SPB_ALIGN_RIGHT);
    spb_table_column(table, "change", SPB_ALIGN_RIGHT);
    spb_table_column(table, "95 % interval", SPB_ALIGN_LEFT);
    spb_table_column(table, "verdict", SPB_ALIGN_LEFT);
    spb_table_column(table, "why", SPB_ALIGN_LEFT);
    add_rows(table, judgement, add_row);
}

static void fill_narrow_table(struct spb_table *table, const struct spb_judgement *judgement)
{
    spb_table_column(table, "row", SPB_ALIGN_LEFT);
    spb_table_column(table, "change", SPB_ALIGN_RIGHT);
    spb_table_column(table, "verdict", SPB_ALIGN_LEFT);
    spb_table_column(table, "", SPB_ALIGN_LEFT);
    table->last_below = true;
    add_rows(table, judgement, add_narrow_row);
}

static void append_titles(const struct spb_judgement_set *set, enum spb_table_format format,
                          const struct spb_table_options *options, struct spb_strbuf *out)
{
    struct spb_strbuf text = {0};
    if (set->base && set->items[0].title) {
        spb_strbuf_printf(&text, "base %s, new %s", set->base, set->items[0].title);
        spb_report_line(spb_strbuf_text(&text), format, options, out);
    }
    out->failed |= text.failed;
    spb_strbuf_release(&text);
    spb_strbuf_append_char(out, '\n');
}

static void report_one(const struct spb_judgement_set *set, enum spb_table_format format,
                       const struct spb_table_options *options, struct spb_strbuf *out)
{
    const struct spb_judgement *judgement = set->items[0].judgement;
    struct spb_table table = {.failed = false};
    fill_table(&table, judgement);
    if (format == SPB_TABLE_TEXT && options && options->width && spb_table_width(&table) > options->width) {
        spb_table_release(&table);
        fill_narrow_table(&table, judgement);
    }
    spb_judgement_headline("", judgement, format, options, out);
    append_titles(set, format, options, out);
    if (table.cell_count > 0) {
        spb_table_render(&table, format, options, out);
        spb_strbuf_append_char(out, '\n');
    }
    spb_judgement_missing("", judgement, format, options, out);
    spb_judgement_legend(set, format, options, out);
    out->failed |= table.failed;
    spb_table_release(&table);
}

/* ---- CSV -------------------------------------------------------------------------------------------------------- */

static void add_number(struct spb_table *table, bool present, double value)
{
    char text[SPB_UNIT_TEXT_SIZE];
    spb_table_cell(table, "%s", present && isfinite(value) ? spb_format_double(text, value) : "");
}

static void add_count(struct spb_table *table, bool present, size_t count)
{
    if (present)
        spb_table_cell(table, "%zu", count);
    else
        spb_table_cell(table, "%s", "");
}

static double in_measure(const struct spb_row_judgement *row, double ns)
{
    struct spb_row shown = {.unit = row->unit, .measure = row->measure};
    shown.stats.work_per_iteration = row->work_per_iteration;
    return spb_row_headline(&shown, ns);
}

static void add_csv_times(struct spb_table *table, const struct spb_row_judgement *row)
{
    add_number(table, row->has_times, in_measure(row, row->base_ns));
    add_number(table, row->has_times, in_measure(row, row->new_ns));
    spb_table_cell(table, row->measure == SPB_UNITS_PER_SECOND ? "%s/s" : "ns/%s", row->unit);
    add_number(table, row->has_times, row->base_ns);
    add_number(table, row->has_times, row->new_ns);
    add_number(table, row->work_per_iteration > 0, row->work_per_iteration);
}

static void add_csv_effect(struct spb_table *table, const struct spb_row_judgement *row)
{
    bool interval = row->has_effect && row->confidence > 0;
    add_number(table, row->has_effect, spb_percent_of_log(row->effect));
    add_number(table, interval, spb_percent_of_log(row->low));
    add_number(table, interval, spb_percent_of_log(row->high));
    add_number(table, interval, row->confidence);
    add_number(table, true, 100 * row->threshold_ratio);
    add_number(table, true, 100 * row->margin_ratio);
    add_number(table, row->has_effect, row->p_regression);
    add_number(table, row->has_effect, row->p_pass);
    add_count(table, row->has_effect, row->base_count);
    add_count(table, row->has_effect, row->new_count);
    add_number(table, row->has_effect, row->unit_sd);
    add_number(table, row->detectable_ratio > 0, 100 * row->detectable_ratio);
    add_number(table, row->has_lag1, row->lag1);
    add_number(table, row->has_trend, row->trend_p);
    add_number(table, row->has_modes, row->bimodality);
}

static void add_csv_row(struct spb_table *table, const struct spb_judged *judged, const struct spb_row_judgement *row)
{
    spb_table_cell(table, "%s", judged->title ? judged->title : "");
    spb_table_cell(table, "%s", row->key);
    spb_table_cell(table, "%s", spb_verdict_name(row->verdict));
    spb_table_cell(table, "%s", row->equivalent ? "true" : "false");
    add_csv_times(table, row);
    add_csv_effect(table, row);
    spb_table_cell(table, "%s", row->reason ? row->reason : "");
    spb_table_cell(table, "%s", row->why ? row->why : "");
}

static void report_csv(const struct spb_judgement_set *set, struct spb_strbuf *out)
{
    static const char *const headers[] = {"new",
                                          "row",
                                          "verdict",
                                          "equivalent",
                                          "base_value",
                                          "new_value",
                                          "unit",
                                          "base_ns",
                                          "new_ns",
                                          "work_per_iteration",
                                          "change_pct",
                                          "low_pct",
                                          "high_pct",
                                          "confidence",
                                          "threshold_pct",
                                          "margin_pct",
                                          "p_regression",
                                          "p_pass",
                                          "base_count",
                                          "new_count",
                                          "unit_sd_log",
                                          "detectable_pct",
                                          "lag1",
                                          "trend_p",
                                          "bimodality",
                                          "reason",
                                          "why"};
    struct spb_table table = {.failed = false};
    for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
        spb_table_column(&table, headers[i], SPB_ALIGN_LEFT);
    for (size_t i = 0; i < set->count; i++)
        for (size_t r = 0; r < set->items[i].judgement->row_count; r++)
            add_csv_row(&table, &set->items[i], &set->items[i].judgement->rows[r]);
    spb_table_render(&table, SPB_TABLE_CSV, NULL, out);
    out->failed |= table.failed;
    spb_table_release(&table);
}

/* ---- whole ------------------------------------------------------------------------------------------------------ */

void spb_judgement_report(const struct spb_judgement_set *set, enum spb_table_format format,
                          const struct spb_table_options *options, struct spb_strbuf *out)
{
    assert(set->count > 0 && set->count <= SPB_JUDGED_MAX);
    if (format == SPB_TABLE_CSV)
        report_csv(set, out);
    else if (set->count == 1)
        report_one(set, format, options, out);
    else
        spb_judgement_columns(set, format, options, out);
}
