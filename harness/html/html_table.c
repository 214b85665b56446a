/* SPDX-License-Identifier: MIT
 *
 * The table of rows. Each is a <tbody> of its own, so that a row and what unfolds below it stay together when they are sorted, with
 * what it is filtered by in its data-* attributes. A cell that is sorted by a number holds it in data-v; numbers of different units,
 * in data-u, are sorted unit by unit. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "html_internal.h"
#include "judgement_text.h"
#include "row_report.h"
#include "units.h"

#define METRIC_IPC "instructions-per-cycle"

/* ---- cells ------------------------------------------------------------------------------------------------------ */

/* A cell that is sorted by `value` (NaN: empty, always last) within `unit` (NULL: all alike). */
static void number_cell(double value, const char *unit, const char *tone, struct spb_strbuf *text,
                        struct spb_strbuf *out)
{
    char number[SPB_UNIT_TEXT_SIZE];
    spb_strbuf_append(out, "<td class=\"number");
    if (*tone)
        spb_strbuf_printf(out, " %s", tone);
    spb_strbuf_append_char(out, '"');
    if (isfinite(value))
        spb_strbuf_printf(out, " data-v=\"%s\"", spb_format_double(number, value));
    if (unit) {
        spb_strbuf_append(out, " data-u=\"");
        spb_html_append(out, unit);
        spb_strbuf_append_char(out, '"');
    }
    spb_strbuf_append_char(out, '>');
    spb_html_take(out, text);
    spb_strbuf_append(out, "</td>");
}

static void text_cell(const char *class_name, struct spb_strbuf *text, struct spb_strbuf *out)
{
    spb_strbuf_printf(out, "<td class=\"%s\">", class_name);
    spb_html_take(out, text);
    spb_strbuf_append(out, "</td>");
}

static void result_cell(const struct spb_row *row, struct spb_strbuf *out)
{
    struct spb_strbuf text = {0};
    bool valid = row && row->stats.valid;
    double value = valid ? spb_row_headline(row, row->stats.estimate_ns) : (double)NAN;
    if (valid)
        spb_row_headline_format(row, row->stats.estimate_ns, &text);
    else if (row)
        spb_strbuf_append(&text, spb_outcome_name(row->outcome));
    number_cell(valid && !isfinite(value) ? row->stats.estimate_ns : value, row ? row->unit : NULL,
                valid ? "value" : "dim", &text, out);
    spb_strbuf_release(&text);
}

static void width_cell(const struct spb_row *row, const struct spb_result *result, struct spb_strbuf *out)
{
    struct spb_strbuf text = {0};
    bool has = row && row->stats.valid && row->stats.has_interval;
    double ratio = has ? row->stats.half_width_ratio : (double)NAN;
    if (has)
        spb_half_width_format(&row->stats, &text);
    number_cell(ratio, NULL, has && 100 * ratio > result->options.precision_pct ? "wide" : "", &text, out);
    spb_strbuf_release(&text);
}

static void spread_cells(const struct spb_row *row, struct spb_strbuf *out)
{
    struct spb_strbuf text = {0};
    bool valid = row->stats.valid;
    if (valid)
        spb_row_spread_format(&row->stats, &text);
    number_cell(valid ? row->stats.p99_ns / row->stats.p50_ns : (double)NAN, NULL, "", &text, out);
    if (valid)
        spb_strbuf_printf(&text, "%zu", row->stats.process_count);
    number_cell(valid ? (double)row->stats.process_count : (double)NAN, NULL, "", &text, out);
    spb_strbuf_release(&text);
}

static void counter_cell(const struct spb_row *row, struct spb_strbuf *out)
{
    struct spb_strbuf text = {0};
    const struct spb_metric *metric = spb_metrics_find(&row->metrics, METRIC_IPC);
    bool has = metric && spb_metric_has_value(metric);
    if (has)
        spb_strbuf_printf(&text, "%.2f", metric->value);
    number_cell(has ? metric->value : (double)NAN, NULL, "", &text, out);
    spb_strbuf_release(&text);
}

static void time_cell(const struct spb_row_judgement *judged, double ns, struct spb_strbuf *out)
{
    struct spb_strbuf text = {0};
    if (judged)
        spb_judged_time_format(judged, ns, &text);
    number_cell(judged && judged->has_times ? ns / (judged->work_per_iteration > 0 ? judged->work_per_iteration : 1)
                                            : (double)NAN,
                judged ? judged->unit : NULL, "value", &text, out);
    spb_strbuf_release(&text);
}

static void verdict_cell(const struct spb_row_judgement *judged, struct spb_strbuf *out)
{
    spb_strbuf_printf(out, "<td data-v=\"%d\">", spb_verdict_rank(judged->verdict));
    spb_html_verdict(judged, out);
    spb_strbuf_append(out, "</td>");
}

static void change_cells(const struct spb_row_judgement *judged, bool with_interval, struct spb_strbuf *out)
{
    struct spb_strbuf text = {0};
    if (!judged) {
        spb_strbuf_append(out, with_interval ? "<td class=\"number\"></td><td class=\"number\"></td><td></td>"
                                             : "<td class=\"number\"></td><td></td>");
        return;
    }
    bool strong = judged->verdict == SPB_VERDICT_REGRESSION || judged->verdict == SPB_VERDICT_IMPROVED;
    spb_change_format(judged, &text);
    number_cell(text.length ? judged->effect : (double)NAN, NULL,
                strong ? spb_html_tone(spb_verdict_look(judged).tone) : "", &text, out);
    if (with_interval) {
        spb_change_interval_format(judged, &text);
        number_cell(text.length ? judged->high - judged->low : (double)NAN, NULL, "interval", &text, out);
    }
    verdict_cell(judged, out);
    spb_strbuf_release(&text);
}

/* ---- a row ------------------------------------------------------------------------------------------------------ */

static void append_name(const char *key, size_t number, struct spb_strbuf *out)
{
    size_t name = strcspn(key, " ");
    struct spb_strbuf part = {0};
    spb_strbuf_append_bytes(&part, key, name);
    spb_strbuf_printf(out,
                      "<th scope=\"row\"><button type=\"button\" class=\"fold\" aria-expanded=\"true\" "
                      "aria-controls=\"more-%zu\"><span class=\"name\">",
                      number);
    spb_html_take(out, &part);
    spb_strbuf_append(out, "</span>");
    spb_html_append(out, key + name);
    spb_strbuf_append(out, "</button></th>");
    spb_strbuf_release(&part);
}

static void append_notes(const struct spb_row *row, const struct spb_row_judgement *judged, struct spb_strbuf *out)
{
    struct spb_strbuf text = {0};
    if (judged)
        spb_why_format(judged, &text);
    else if (row)
        spb_row_notes_format(row, &text);
    text_cell("notes", &text, out);
    spb_strbuf_release(&text);
}

static void append_one(const struct spb_html_page *page, const struct spb_html_line *line, struct spb_strbuf *out)
{
    const struct spb_row *row = spb_html_line_row(page, line);
    result_cell(row, out);
    width_cell(row, &page->input->results[0], out);
    spread_cells(row, out);
    if (page->with_counters)
        counter_cell(row, out);
    append_notes(row, NULL, out);
}

static void append_compared(const struct spb_html_line *line, struct spb_strbuf *out)
{
    const struct spb_row_judgement *judged = line->judgements[0];
    time_cell(judged, judged ? judged->base_ns : 0, out);
    time_cell(judged, judged ? judged->new_ns : 0, out);
    change_cells(judged, true, out);
    append_notes(NULL, judged, out);
}

static void append_several(const struct spb_html_page *page, const struct spb_html_line *line, struct spb_strbuf *out)
{
    if (page->input->base)
        result_cell(line->base, out);
    for (size_t i = 0; i < page->input->count; i++) {
        result_cell(line->rows[i], out);
        width_cell(line->rows[i], &page->input->results[i], out);
        if (page->input->judgements)
            change_cells(line->judgements[i], false, out);
    }
}

static size_t count_columns(const struct spb_html_page *page)
{
    const struct spb_html_input *input = page->input;
    if (input->count == 1)
        return input->judgements ? 7 : page->with_counters ? 7 : 6;
    return (input->base ? 2u : 1u) + input->count * (input->judgements ? 4u : 2u);
}

static void append_filter_data(const struct spb_html_page *page, const struct spb_html_line *line,
                               struct spb_strbuf *out)
{
    const struct spb_row *row = spb_html_line_row(page, line);
    struct spb_strbuf text = {0};
    const char *separator = "";
    spb_strbuf_append(out, " data-family=\"");
    spb_strbuf_append_bytes(&text, row->workload, strcspn(row->workload, "/"));
    spb_html_take(out, &text);
    spb_strbuf_append(out, "\" data-state=\"");
    for (size_t i = 0; i < page->input->count; i++) {
        const char *state = line->judgements[i] ? spb_verdict_look(line->judgements[i]).word
                            : line->rows[i]     ? spb_outcome_name(line->rows[i]->outcome)
                                                : NULL;
        if (state)
            spb_strbuf_printf(out, "%s%s", separator, state);
        separator = state ? "|" : separator;
    }
    spb_strbuf_append_char(out, '"');
    spb_strbuf_release(&text);
}

static void append_line(const struct spb_html_page *page, size_t number, struct spb_strbuf *out)
{
    const struct spb_html_line *line = &page->lines[number];
    spb_strbuf_append(out, "<tbody id=\"row-");
    spb_html_append_id(out, line->key);
    spb_strbuf_append_char(out, '"');
    append_filter_data(page, line, out);
    spb_strbuf_append(out, "><tr>");
    append_name(line->key, number, out);
    if (page->input->count > 1)
        append_several(page, line, out);
    else if (page->input->judgements)
        append_compared(line, out);
    else
        append_one(page, line, out);
    spb_strbuf_printf(out, "</tr><tr class=\"more\" id=\"more-%zu\"><td colspan=\"%zu\">", number, count_columns(page));
    spb_html_row(page, line, out);
    spb_strbuf_append(out, "</td></tr></tbody>\n");
}

/* ---- head ------------------------------------------------------------------------------------------------------- */

/* Without scripts the words are headings and nothing more. */
static void head(const char *name, const char *class_name, const char *title, struct spb_strbuf *out)
{
    spb_strbuf_printf(out, "<th scope=\"col\" class=\"%s\" aria-sort=\"none\"><button type=\"button\" class=\"sort\"",
                      class_name);
    if (title) {
        spb_strbuf_append(out, " title=\"");
        spb_html_append(out, title);
        spb_strbuf_append_char(out, '"');
    }
    spb_strbuf_printf(out, ">%s</button></th>", name);
}

static void append_groups(const struct spb_html_input *input, struct spb_strbuf *out)
{
    spb_strbuf_append(out, "<tr><td></td>");
    if (input->base)
        spb_strbuf_append(out, "<td></td>");
    for (size_t i = 0; i < input->count; i++) {
        spb_strbuf_printf(out, "<th scope=\"colgroup\" colspan=\"%d\" class=\"group\">", input->judgements ? 4 : 2);
        spb_html_append(out, spb_html_file_name(input->names[i]));
        spb_strbuf_append(out, "</th>");
    }
    spb_strbuf_append(out, "</tr>");
}

static void append_change_heads(bool with_interval, struct spb_strbuf *out)
{
    head("Change", "number", "of the time an iteration takes: + is slower", out);
    if (with_interval)
        head("95 % interval", "number", "of the change", out);
    head("Verdict", "text", NULL, out);
}

static void append_head(const struct spb_html_page *page, struct spb_strbuf *out)
{
    const struct spb_html_input *input = page->input;
    bool several = input->count > 1;
    spb_strbuf_append(out, "<thead>");
    if (several)
        append_groups(input, out);
    spb_strbuf_append(out, "<tr>");
    head("Row", "text", NULL, out);
    if (input->base)
        head("Base", "number", input->base_name, out);
    for (size_t i = 0; i < input->count; i++) {
        head(input->base && !several ? "New" : "Result", "number", input->names[i], out);
        if (several || !input->judgements)
            head("\xc2\xb1 95 %", "number", "half the confidence interval of the result", out);
        if (input->judgements)
            append_change_heads(!several, out);
    }
    if (!several && !input->judgements) {
        head("Spread", "number", "how far the slowest 1 % of single samples lie above their median", out);
        head("Processes", "number", "fresh processes that the row ran in", out);
        if (page->with_counters)
            head("IPC", "number", "instructions per cycle", out);
    }
    if (!several)
        head(input->judgements ? "Why" : "Notes", "text", NULL, out);
    spb_strbuf_append(out, "</tr></thead>\n");
}

void spb_html_table(const struct spb_html_page *page, struct spb_strbuf *out)
{
    spb_strbuf_printf(
        out,
        "<section aria-labelledby=\"rows\"><h2 id=\"rows\">Rows</h2>"
        "<form class=\"controls\" role=\"search\" aria-label=\"Rows\">"
        "<label>Name or note <input type=\"search\" name=\"text\" autocomplete=\"off\"></label>"
        "<label>%s <select name=\"state\"><option value=\"\">all</option></select></label>"
        "<label>Family <select name=\"family\"><option value=\"\">all</option></select></label>"
        "<button type=\"button\" name=\"unfold\" aria-pressed=\"false\">Unfold all</button>"
        "<output aria-live=\"polite\">%zu row%s</output></form>"
        "<p class=\"nothing\" hidden>No row matches. <button type=\"button\">Show all rows</button></p>"
        "<div class=\"scroll\" role=\"region\" aria-label=\"Table of rows\" tabindex=\"0\"><table class=\"rows\">",
        page->input->judgements ? "Verdict" : "Outcome", page->line_count, page->line_count == 1 ? "" : "s");
    append_head(page, out);
    for (size_t i = 0; i < page->line_count; i++)
        append_line(page, i, out);
    if (page->line_count == 0)
        spb_strbuf_printf(out, "<tbody><tr><td colspan=\"%zu\">The file has no rows.</td></tr></tbody>",
                          count_columns(page));
    spb_strbuf_append(out, "</table></div></section>\n");
}
