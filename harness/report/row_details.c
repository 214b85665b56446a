/* SPDX-License-Identifier: MIT */
#include "row_details.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "row_report.h"
#include "units.h"

/* "ns/spawn" -> "/spawn"; NULL when it is no time. */
static const char *after_ns(const char *unit)
{
    return strncmp(unit, "ns", 2) == 0 && (unit[2] == '\0' || unit[2] == '/') ? unit + 2 : NULL;
}

/* Sizes as 4.2 MiB, times as 3.1 us, rates with a prefix; all else as a number and its unit. */
void spb_metric_format(const struct spb_metric *metric, struct spb_strbuf *out)
{
    char text[SPB_UNIT_TEXT_SIZE], rated[sizeof(metric->unit)];
    size_t length = strlen(metric->unit);
    bool is_size = strcmp(metric->unit, "bytes") == 0 || strcmp(metric->unit, "byte") == 0;
    if (is_size && metric->value >= 0 && metric->value < 1e18) {
        spb_strbuf_append(out, spb_format_bytes(text, (uint64_t)metric->value));
    } else if (after_ns(metric->unit)) {
        spb_strbuf_printf(out, "%s%s", spb_format_duration(text, metric->value), after_ns(metric->unit));
    } else if (length > 2 && strcmp(metric->unit + length - 2, "/s") == 0) {
        snprintf(rated, sizeof(rated), "%.*s", (int)length - 2, metric->unit);
        spb_rate_format(metric->value, rated, out);
    } else {
        spb_strbuf_printf(out, "%.4g%s%s", metric->value, *metric->unit ? " " : "", metric->unit);
    }
    if (metric->state == SPB_METRIC_MULTIPLEXED)
        spb_strbuf_printf(out, " (scaled up, counted %.0f %% of the time)", metric->share * 100);
}

static void add_line(struct spb_table *table, const char *name, const char *value, enum spb_tone tone)
{
    spb_table_cell(table, "  %s", name);
    spb_table_tone(table, tone);
    spb_table_cell(table, "%s", value);
    spb_table_tone(table, tone);
}

static void add_metric(struct spb_table *table, const struct spb_metric *metric)
{
    struct spb_strbuf value = {0};
    spb_metric_format(metric, &value);
    add_line(table, metric->name, spb_strbuf_text(&value), SPB_TONE_PLAIN);
    table->failed |= value.failed;
    spb_strbuf_release(&value);
}

/* A derived metric gives the reason of another one behind that one's name. */
static bool same_reason(const struct spb_metric *of, const struct spb_metric *metric)
{
    return !spb_metric_has_value(of) && !spb_metric_has_value(metric) && of->state == metric->state &&
           strstr(metric->reason, of->reason);
}

bool spb_metric_absence_format(const struct spb_metrics *metrics, size_t first, struct spb_strbuf *out)
{
    const struct spb_metric *of = &metrics->items[first];
    for (size_t i = 0; i < first; i++)
        if (same_reason(&metrics->items[i], of))
            return false;
    spb_strbuf_printf(out, "%s: ", of->reason);
    for (size_t i = first; i < metrics->count; i++)
        if (same_reason(of, &metrics->items[i]))
            spb_strbuf_printf(out, "%s%s", i == first ? "" : ", ", metrics->items[i].name);
    return true;
}

static void add_absent(struct spb_table *table, const struct spb_metrics *metrics, size_t first)
{
    struct spb_strbuf text = {0};
    const char *state = spb_metric_state_name(metrics->items[first].state);
    if (spb_metric_absence_format(metrics, first, &text))
        add_line(table, state, spb_strbuf_text(&text), SPB_TONE_DIM);
    table->failed |= text.failed;
    spb_strbuf_release(&text);
}

/* What one unit of work took over all single samples, whatever the row's own measure is. */
static void add_operation(struct spb_table *table, const struct spb_row *row)
{
    const struct spb_row_stats *stats = &row->stats;
    double work = stats->work_per_iteration;
    char mean[SPB_UNIT_TEXT_SIZE], least[SPB_UNIT_TEXT_SIZE], most[SPB_UNIT_TEXT_SIZE];
    struct spb_strbuf text = {0};
    if (!stats->valid || !(work > 0))
        return;
    spb_rate_format(work * 1e9 / stats->estimate_ns, row->unit, &text);
    spb_strbuf_printf(&text, "; mean %s, least %s, most %s", spb_format_duration(mean, stats->mean_ns / work),
                      spb_format_duration(least, stats->min_ns / work),
                      spb_format_duration(most, stats->max_ns / work));
    add_line(table, row->unit, spb_strbuf_text(&text), SPB_TONE_PLAIN);
    table->failed |= text.failed;
    spb_strbuf_release(&text);
}

static void append_row(const struct spb_row *row, const struct spb_table_options *options, struct spb_strbuf *out)
{
    struct spb_table table = {0};
    char *key = spb_row_key(row);
    spb_table_column(&table, key ? key : "", SPB_ALIGN_LEFT);
    spb_table_column(&table, "", SPB_ALIGN_LEFT);
    struct spb_strbuf headline = {0};
    if (row->stats.valid)
        spb_row_headline_format(row, row->stats.estimate_ns, &headline);
    else
        spb_strbuf_printf(&headline, "%s%s%s", spb_outcome_name(row->outcome), row->reason ? ": " : "",
                          row->reason ? row->reason : "");
    add_line(&table, "result", spb_strbuf_text(&headline), SPB_TONE_GOOD);
    add_operation(&table, row);
    for (size_t i = 0; i < row->metrics.count; i++)
        if (spb_metric_has_value(&row->metrics.items[i]))
            add_metric(&table, &row->metrics.items[i]);
    for (size_t i = 0; i < row->metrics.count; i++)
        if (!spb_metric_has_value(&row->metrics.items[i]))
            add_absent(&table, &row->metrics, i);
    out->failed |= !key || headline.failed;
    spb_table_render(&table, SPB_TABLE_TEXT, options, out);
    spb_table_release(&table);
    spb_strbuf_release(&headline);
    free(key);
}

void spb_row_details(const struct spb_result *result, const struct spb_table_options *options, struct spb_strbuf *out)
{
    for (size_t i = 0; i < result->row_count; i++) {
        if (i > 0)
            spb_strbuf_append_char(out, '\n');
        append_row(&result->rows[i], options, out);
    }
}
