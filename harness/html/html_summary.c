/* SPDX-License-Identifier: MIT
 *
 * The answer first: what came out, what stands out, and which runs it is from. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "date.h"
#include "html_internal.h"
#include "judgement_legend.h"
#include "judgement_text.h"
#include "probe.h"
#include "row_report.h"
#include "units.h"

#define STANDING_OUT_MAX 8

const char *spb_html_tone(enum spb_tone tone)
{
    static const char *const names[] = {[SPB_TONE_PLAIN] = "plain",
                                        [SPB_TONE_GOOD] = "good",
                                        [SPB_TONE_WARN] = "warn",
                                        [SPB_TONE_BAD] = "bad",
                                        [SPB_TONE_DIM] = "dim"};
    return names[tone];
}

void spb_html_verdict(const struct spb_row_judgement *judgement, struct spb_strbuf *out)
{
    struct spb_verdict_look look = spb_verdict_look(judgement);
    spb_strbuf_printf(out, "<span class=\"verdict %s\"><span aria-hidden=\"true\">%s</span> %s</span>",
                      spb_html_tone(look.tone), look.sign, look.word);
}

const char *spb_html_file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

void spb_html_fact(const char *name, struct spb_strbuf *text, struct spb_strbuf *out)
{
    if (text->length) {
        spb_strbuf_printf(out, "<div><dt>%s</dt><dd>", name);
        spb_html_take(out, text);
        spb_strbuf_append(out, "</dd></div>");
    }
    out->failed |= text->failed;
}

static void append_link(const char *key, struct spb_strbuf *out)
{
    spb_strbuf_append(out, "<a href=\"#row-");
    spb_html_append_id(out, key);
    spb_strbuf_append(out, "\">");
    spb_html_append(out, key);
    spb_strbuf_append(out, "</a>");
}

/* ---- the answer ------------------------------------------------------------------------------------------------- */

/* For those who see no colour. */
static const char *sign_of(enum spb_tone tone)
{
    return tone == SPB_TONE_BAD ? "\xe2\x9c\x97" : tone == SPB_TONE_WARN ? "?" : "\xe2\x9c\x93";
}

static void append_sign(enum spb_tone tone, struct spb_strbuf *out)
{
    spb_strbuf_printf(out, "<span class=\"%s\" aria-hidden=\"true\">%s</span> ", spb_html_tone(tone), sign_of(tone));
}

static void append_answers(const struct spb_html_input *input, struct spb_strbuf *out)
{
    struct spb_strbuf text = {0};
    spb_strbuf_append(out, "<ul class=\"answers\">");
    for (size_t i = 0; i < input->count; i++) {
        spb_strbuf_append(out, "<li>");
        if (input->judgements)
            append_sign(spb_judgement_tone(&input->judgements[i]), out);
        spb_html_printf(out, "%s: ", spb_html_file_name(input->names[i]));
        if (input->judgements)
            spb_judgement_summary(&input->judgements[i], &text);
        else
            spb_row_summary(&input->results[i], &text);
        spb_html_take(out, &text);
        spb_strbuf_append(out, "</li>");
    }
    spb_strbuf_append(out, "</ul>");
    spb_strbuf_release(&text);
}

/* The headline: the judgement of one result, the outcomes of one, or how much there is of several. */
static void append_answer(const struct spb_html_page *page, struct spb_strbuf *out)
{
    const struct spb_html_input *input = page->input;
    struct spb_strbuf text = {0};
    spb_strbuf_append(out, "<h1>");
    if (input->count == 1 && input->judgements) {
        append_sign(spb_judgement_tone(&input->judgements[0]), out);
        spb_judgement_summary(&input->judgements[0], &text);
    } else if (input->count == 1) {
        spb_row_summary(&input->results[0], &text);
    } else {
        spb_strbuf_printf(&text, "%zu results%s, %zu rows", input->count, input->base ? " against a base" : "",
                          page->line_count);
    }
    spb_html_take(out, &text);
    spb_strbuf_append(out, "</h1>");
    if (input->count > 1)
        append_answers(input, out);
    spb_strbuf_release(&text);
}

/* ---- what stands out -------------------------------------------------------------------------------------------- */

static bool stands_out(const struct spb_row_judgement *row)
{
    return row && (row->verdict == SPB_VERDICT_REGRESSION || row->verdict == SPB_VERDICT_ERROR ||
                   row->verdict == SPB_VERDICT_IMPROVED);
}

static void append_change(const struct spb_html_page *page, const struct spb_html_line *line, size_t i,
                          struct spb_strbuf *out)
{
    const struct spb_row_judgement *row = line->judgements[i];
    struct spb_strbuf text = {0};
    spb_strbuf_append(out, "<li>");
    spb_html_verdict(row, out);
    spb_change_format(row, &text);
    spb_strbuf_append(out, "<div><b>");
    spb_html_take(out, &text);
    spb_strbuf_append(out, "</b> ");
    append_link(line->key, out);
    if (page->input->count > 1)
        spb_html_printf(out, " in %s", spb_html_file_name(page->input->names[i]));
    spb_why_format(row, &text);
    if (text.length) {
        spb_strbuf_append(out, "<span class=\"why\">");
        spb_html_take(out, &text);
        spb_strbuf_append(out, "</span>");
    }
    spb_strbuf_append(out, "</div></li>");
    spb_strbuf_release(&text);
}

static void append_changes(const struct spb_html_page *page, struct spb_strbuf *out)
{
    size_t found = 0;
    spb_strbuf_append(out, "<h2>What stands out</h2><ul class=\"changes\">");
    for (size_t l = 0; l < page->line_count; l++)
        for (size_t i = 0; i < page->input->count; i++)
            if (stands_out(page->lines[l].judgements[i]) && found++ < STANDING_OUT_MAX)
                append_change(page, &page->lines[l], i, out);
    if (found > STANDING_OUT_MAX)
        spb_strbuf_printf(out, "<li>and %zu more, in the <a href=\"#rows\">table</a></li>", found - STANDING_OUT_MAX);
    if (found == 0)
        spb_strbuf_append(out, "<li class=\"dim\">no row became surely slower or faster, none failed</li>");
    spb_strbuf_append(out, "</ul>");
}

/* Rows of one result that did not come to a number. */
static void append_failures(const struct spb_html_page *page, struct spb_strbuf *out)
{
    size_t found = 0;
    for (size_t l = 0; l < page->line_count; l++) {
        const struct spb_row *row = spb_html_line_row(page, &page->lines[l]);
        if (row->outcome == SPB_OUTCOME_OK || row->outcome == SPB_OUTCOME_INTERRUPTED)
            continue;
        if (found++ == 0)
            spb_strbuf_append(out, "<h2>Without a result</h2><ul class=\"changes\">");
        if (found > STANDING_OUT_MAX)
            continue;
        bool bad = row->outcome == SPB_OUTCOME_FAILED;
        spb_strbuf_printf(out, "<li><span class=\"verdict %s\"><span aria-hidden=\"true\">%s</span> %s</span><div>",
                          bad ? "bad" : "dim", bad ? "!" : "-", spb_outcome_name(row->outcome));
        append_link(page->lines[l].key, out);
        spb_strbuf_append(out, "<span class=\"why\">");
        spb_html_append(out, row->reason);
        spb_strbuf_append(out, "</span></div></li>");
    }
    if (found > STANDING_OUT_MAX)
        spb_strbuf_printf(out, "<li>and %zu more, in the <a href=\"#rows\">table</a></li>", found - STANDING_OUT_MAX);
    if (found)
        spb_strbuf_append(out, "</ul>");
}

/* ---- the runs --------------------------------------------------------------------------------------------------- */

struct totals {
    size_t samples;
    size_t marked[4]; /* steal, waited, preempted, migrated */
    size_t processes;
    size_t unsettled;
    size_t measured; /* rows with an interval */
    size_t precise;  /* of these, as narrow as was asked for */
};

static const uint32_t mark_columns[] = {SPB_MARK_STEAL, SPB_MARK_WAITED, SPB_MARK_PREEMPTED, SPB_MARK_MIGRATED};

static void add_process(struct totals *totals, const struct spb_process *process)
{
    if (process->sample_count == 0)
        return;
    totals->processes++;
    totals->unsettled += !process->settled;
    totals->samples += process->sample_count;
    for (size_t i = 0; i < process->sample_count; i++)
        for (size_t m = 0; m < 4; m++)
            totals->marked[m] += (process->samples[i].marks & mark_columns[m]) != 0;
}

static struct totals sum_up(const struct spb_result *result)
{
    struct totals totals = {.samples = 0};
    for (size_t r = 0; r < result->row_count; r++) {
        const struct spb_row *row = &result->rows[r];
        bool measured = row->stats.valid && row->stats.has_interval;
        totals.measured += measured;
        totals.precise += measured && 100 * row->stats.half_width_ratio <= result->options.precision_pct;
        for (size_t p = 0; p < row->process_count; p++)
            add_process(&totals, &row->processes[p]);
    }
    return totals;
}

static void append_cell(const char *class_name, struct spb_strbuf *text, struct spb_strbuf *out)
{
    spb_strbuf_printf(out, *class_name ? "<td class=\"%s\">" : "<td%s>", class_name);
    spb_html_take(out, text);
    spb_strbuf_append(out, "</td>");
}

static void append_share(size_t part, size_t whole, struct spb_strbuf *out)
{
    struct spb_strbuf text = {0};
    if (part)
        spb_percent_format((double)part / (double)whole, &text);
    else
        spb_strbuf_append(&text, whole ? "none" : "");
    append_cell("number", &text, out);
    spb_strbuf_release(&text);
}

static void append_run_times(const struct spb_result *result, struct spb_strbuf *out)
{
    char text[SPB_UNIT_TEXT_SIZE], date[SPB_DATE_TEXT_SIZE];
    struct spb_strbuf cell = {0};
    spb_strbuf_append(&cell, spb_date_format_time(date, result->created_s));
    if (cell.length > 16) { /* "2026-12-31 23:59" */
        cell.text[10] = ' ';
        cell.text[cell.length = 16] = '\0';
    }
    append_cell("", &cell, out);
    if (result->finished_s > result->created_s)
        spb_strbuf_append(&cell, spb_format_duration(text, 1e9 * (double)(result->finished_s - result->created_s)));
    append_cell("number", &cell, out);
    if (result->load_before.valid)
        spb_strbuf_printf(&cell, "%.2f", result->load_before.one);
    if (result->load_after.valid)
        spb_strbuf_printf(&cell, " \xe2\x86\x92 %.2f", result->load_after.one);
    append_cell("number", &cell, out);
    spb_strbuf_release(&cell);
}

static void append_run(const char *path, const char *role, const struct spb_result *result, struct spb_strbuf *out)
{
    struct totals totals = sum_up(result);
    const struct spb_fact *host = spb_stamp_find(&result->stamp, "host.name");
    struct spb_strbuf cell = {0};
    spb_strbuf_append(out, "<tr><th scope=\"row\">");
    spb_html_printf(out, "%s%s", role, spb_html_file_name(path));
    spb_strbuf_append(out, "</th>");
    spb_strbuf_append(&cell, host && host->kind == SPB_FACT_TEXT ? host->text : "");
    append_cell("", &cell, out);
    append_run_times(result, out);
    spb_strbuf_printf(&cell, "%zu of %zu", totals.precise, totals.measured);
    append_cell("number", &cell, out);
    spb_strbuf_printf(&cell, "%zu", totals.samples);
    append_cell("number", &cell, out);
    for (size_t m = 0; m < 4; m++)
        append_share(totals.marked[m], totals.samples, out);
    append_share(totals.unsettled, totals.processes, out);
    spb_strbuf_append(out, "</tr>");
    spb_strbuf_release(&cell);
}

static void append_runs(const struct spb_html_input *input, struct spb_strbuf *out)
{
    spb_strbuf_append(
        out,
        "<div class=\"scroll\" role=\"region\" aria-label=\"Runs\" tabindex=\"0\"><table class=\"runs\">"
        "<thead><tr><th scope=\"col\">Run</th><th scope=\"col\">Host</th><th scope=\"col\">Begun (UTC)</th>"
        "<th scope=\"col\">Took</th><th scope=\"col\" title=\"average of the last minute, before and after\">Load</th>"
        "<th scope=\"col\" title=\"whose interval is as narrow as was asked for\">Precise rows</th><th "
        "scope=\"col\">Samples</th>"
        "<th scope=\"col\">Steal</th><th scope=\"col\">Waited</th><th scope=\"col\">Preempted</th>"
        "<th scope=\"col\">Migrated</th><th scope=\"col\">Unsettled</th></tr></thead><tbody>");
    if (input->base)
        append_run(input->base_name, "base: ", input->base, out);
    for (size_t i = 0; i < input->count; i++)
        append_run(input->names[i], input->base ? "new: " : "", &input->results[i], out);
    spb_strbuf_append(out, "</tbody></table></div>");
}

void spb_html_summary(const struct spb_html_page *page, struct spb_strbuf *out)
{
    spb_strbuf_append(out, "<section class=\"summary\" aria-label=\"Summary\">");
    append_answer(page, out);
    append_runs(page->input, out);
    if (page->input->judgements)
        append_changes(page, out);
    else
        append_failures(page, out);
    spb_strbuf_append(out, "</section>\n");
}
