/* SPDX-License-Identifier: MIT
 *
 * What unfolds below a row: the judgement of it, then of each result its samples as a picture, its statistics, metrics and processes. */
#include <math.h>
#include <stdio.h>

#include "html_internal.h"
#include "judgement_text.h"
#include "number_list.h"
#include "probe.h"
#include "row_details.h"
#include "row_report.h"
#include "row_sketch.h"
#include "units.h"

/* ---- judgement -------------------------------------------------------------------------------------------------- */

static void append_p_values(const struct spb_row_judgement *judged, struct spb_strbuf *out)
{
    struct spb_strbuf text = {0};
    if (judged->has_effect) {
        spb_strbuf_printf(&text, "%.3g", judged->p_regression);
        spb_html_fact("p of a regression", &text, out);
        spb_strbuf_printf(&text, "%.3g", judged->p_pass);
        spb_html_fact("p of a pass", &text, out);
        spb_strbuf_printf(&text, "%zu and %zu processes", judged->base_count, judged->new_count);
        spb_html_fact("Rests on", &text, out);
    }
    if (judged->detectable_ratio > 0) {
        spb_percent_format(judged->detectable_ratio, &text);
        spb_html_fact("Would be seen from", &text, out);
    }
    spb_strbuf_release(&text);
}

static void append_judgement(const struct spb_row_judgement *judged, struct spb_strbuf *out)
{
    struct spb_strbuf text = {0};
    spb_strbuf_append(out, "<div class=\"judged\"><p>");
    spb_html_verdict(judged, out);
    spb_change_format(judged, &text);
    spb_strbuf_append(out, " <b>");
    spb_html_take(out, &text);
    spb_strbuf_append(out, "</b> ");
    spb_change_interval_format(judged, &text);
    spb_html_take(out, &text);
    spb_why_format(judged, &text);
    if (text.length) {
        spb_strbuf_append(out, "<span class=\"why\">");
        spb_html_take(out, &text);
        spb_strbuf_append(out, "</span>");
    }
    spb_strbuf_append(out, "</p><dl class=\"facts\">");
    spb_judged_time_format(judged, judged->base_ns, &text);
    spb_html_fact("Base", &text, out);
    spb_judged_time_format(judged, judged->new_ns, &text);
    spb_html_fact("New", &text, out);
    spb_percent_format(judged->margin_ratio, &text);
    spb_html_fact("Margin", &text, out);
    append_p_values(judged, out);
    spb_strbuf_append(out, "</dl></div>");
    spb_strbuf_release(&text);
}

/* ---- samples ---------------------------------------------------------------------------------------------------- */

/* "240 samples: 200 undisturbed, ▲ 12 steal, × 28 waited" */
static void append_legend(const struct spb_row *row, size_t each, struct spb_strbuf *out)
{
    static const struct {
        unsigned mark;
        const char *sign;
        const char *name;
    } marks[] = {{0, "\xe2\x97\x8f", "undisturbed"},
                 {SPB_MARK_STEAL, "\xe2\x96\xb2", "steal"},
                 {SPB_MARK_MIGRATED, "\xe2\x97\x86", "migrated"},
                 {SPB_MARK_WAITED, "\xc3\x97", "waited"},
                 {SPB_MARK_PREEMPTED, "+", "preempted"}};
    spb_strbuf_printf(out, "%zu samples:", row->stats.sample_count);
    for (size_t m = 0; m < sizeof(marks) / sizeof(marks[0]); m++) {
        size_t count = 0;
        for (size_t p = 0; p < row->process_count; p++)
            for (size_t i = 0; i < row->processes[p].sample_count; i++)
                count += spb_sketch_mark(row->processes[p].samples[i].marks) == marks[m].mark;
        if (count)
            spb_strbuf_printf(out, " <span class=\"key%s\">%s %zu %s</span>", marks[m].mark ? " marked" : "",
                              marks[m].sign, count, marks[m].name);
    }
    spb_strbuf_append(out, "<br>Thick lines: medians of the processes; band: the interval of the result.");
    if (each > 1)
        spb_strbuf_printf(out, " Of each %zu samples in a row the least, the middle and the largest are drawn.", each);
}

static void append_sketch(const struct spb_html_page *page, const struct spb_row *row, const char *title,
                          struct spb_strbuf *out)
{
    const struct spb_row_sketch how = {.points_max = page->points_max, .title = title};
    if (!row->stats.valid) {
        spb_strbuf_append(out, "<p class=\"absent\">");
        spb_html_printf(out, "%s%s%s", spb_outcome_name(row->outcome), row->reason ? ": " : "",
                        row->reason ? row->reason : "");
        spb_strbuf_append(out, "</p>");
        return;
    }
    spb_strbuf_append(out, "<figure class=\"samples\"><div class=\"scroll\">");
    size_t each = spb_row_sketch(row, &how, out);
    spb_strbuf_append(out, "</div><figcaption>");
    append_legend(row, each, out);
    spb_strbuf_append(out, "</figcaption></figure>");
}

/* ---- numbers ---------------------------------------------------------------------------------------------------- */

static void append_distribution(const struct spb_row *row, struct spb_strbuf *out)
{
    const struct spb_row_stats *stats = &row->stats;
    const struct {
        const char *name;
        double ns;
    } times[] = {{"Fastest", stats->min_ns},      {"Median", stats->median_ns},   {"Mean", stats->mean_ns},
                 {"Slowest 10 %", stats->p90_ns}, {"Slowest 1 %", stats->p99_ns}, {"Slowest", stats->max_ns}};
    struct spb_strbuf text = {0};
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        spb_row_headline_format(row, times[i].ns, &text);
        spb_html_fact(times[i].name, &text, out);
    }
    spb_percent_format(stats->sd_ns / stats->mean_ns, &text);
    spb_strbuf_append(&text, ", median absolute ");
    spb_percent_format(stats->mad_ns / stats->median_ns, &text);
    spb_html_fact("Deviation", &text, out);
    spb_strbuf_printf(&text, "%zu mild, %zu severe", stats->outliers_mild, stats->outliers_severe);
    spb_html_fact("Outliers", &text, out);
    if (stats->has_lag1)
        spb_strbuf_printf(&text, "%.2f", stats->lag1);
    spb_html_fact("Autocorrelation", &text, out);
    spb_strbuf_release(&text);
}

static void append_result(const struct spb_row *row, struct spb_strbuf *out)
{
    const struct spb_row_stats *stats = &row->stats;
    struct spb_strbuf text = {0};
    spb_row_headline_format(row, stats->estimate_ns, &text);
    if (stats->has_interval) {
        spb_strbuf_append(&text, " ");
        spb_half_width_format(stats, &text);
    }
    spb_html_fact("Result", &text, out);
    if (stats->has_interval) {
        bool is_rate = row->measure == SPB_UNITS_PER_SECOND;
        spb_row_headline_format(row, is_rate ? stats->high_ns : stats->low_ns, &text);
        spb_strbuf_append(&text, " to ");
        spb_row_headline_format(row, is_rate ? stats->low_ns : stats->high_ns, &text);
    }
    spb_html_fact("Interval", &text, out);
    spb_row_notes_format(row, &text);
    spb_html_fact("Notes", &text, out);
    spb_strbuf_release(&text);
}

static void append_set_up(const struct spb_row *row, struct spb_strbuf *out)
{
    struct spb_strbuf text = {0};
    if (row->pinned && row->cpus) {
        for (unsigned i = 0; i < row->threads; i++)
            spb_strbuf_printf(&text, "%s%u", i ? "," : "", row->cpus[i].os_index);
        if (row->memory_bound)
            spb_strbuf_printf(&text, ", memory of node %u", row->numa_node);
    } else {
        spb_strbuf_append(&text, "not pinned");
    }
    spb_html_fact("CPUs", &text, out);
    spb_strbuf_printf(&text, "%u", row->workload_version);
    spb_html_fact("Version", &text, out);
    spb_strbuf_append(&text, row->plugin ? row->plugin : "");
    spb_html_fact("Plug-in", &text, out);
    spb_strbuf_release(&text);
}

static void append_metrics(const struct spb_row *row, struct spb_strbuf *out)
{
    struct spb_strbuf text = {0};
    if (row->metrics.count == 0)
        return;
    spb_strbuf_append(out, "<details><summary>Counters, resources and latencies</summary><dl class=\"facts\">");
    for (size_t i = 0; i < row->metrics.count; i++) {
        if (!spb_metric_has_value(&row->metrics.items[i]))
            continue;
        spb_strbuf_append(out, "<div><dt>");
        spb_html_append(out, row->metrics.items[i].name);
        spb_strbuf_append(out, "</dt><dd>");
        spb_metric_format(&row->metrics.items[i], &text);
        spb_html_take(out, &text);
        spb_strbuf_append(out, "</dd></div>");
    }
    for (size_t i = 0; i < row->metrics.count; i++) {
        if (spb_metric_has_value(&row->metrics.items[i]) || !spb_metric_absence_format(&row->metrics, i, &text))
            continue;
        spb_strbuf_printf(out, "<div><dt>%s</dt><dd class=\"absent\">",
                          spb_metric_state_name(row->metrics.items[i].state));
        spb_html_take(out, &text);
        spb_strbuf_append(out, "</dd></div>");
    }
    spb_strbuf_append(out, "</dl></details>");
    spb_strbuf_release(&text);
}

/* ---- processes -------------------------------------------------------------------------------------------------- */

static void append_process(const struct spb_row *row, const struct spb_process *process, struct spb_strbuf *out)
{
    char warm_up[SPB_UNIT_TEXT_SIZE];
    struct spb_strbuf text = {0};
    size_t marked = 0, settled = 0;
    uint64_t iterations = 0, elapsed_ns = 0;
    for (size_t i = 0; i < process->sample_count; i++) {
        marked += process->samples[i].marks != 0;
        iterations += process->samples[i].iterations;
        elapsed_ns += process->samples[i].elapsed_ns;
    }
    settled = process->settled;
    spb_strbuf_printf(out, "<tr><th scope=\"row\">%u</th><td>%u</td><td>%zu</td><td>%zu</td><td>", process->index,
                      process->order, process->sample_count, marked);
    if (iterations && row->stats.valid)
        spb_row_headline_format(row, spb_iteration_time_ns(iterations, elapsed_ns, (double)process->overhead_ns),
                                &text);
    spb_html_take(out, &text);
    spb_strbuf_printf(out, "</td><td>%s%s</td><td class=\"text\">",
                      spb_format_duration(warm_up, (double)process->warm_up_ns), settled ? "" : ", unsettled");
    spb_html_printf(out, "%s%s%s", process->outcome == SPB_OUTCOME_OK ? "" : spb_outcome_name(process->outcome),
                    process->reason ? ": " : "", process->reason ? process->reason : "");
    spb_strbuf_append(out, "</td></tr>");
    spb_strbuf_release(&text);
}

static void append_processes(const struct spb_row *row, struct spb_strbuf *out)
{
    if (row->process_count == 0)
        return;
    spb_strbuf_printf(out,
                      "<details><summary>%zu process%s</summary><div class=\"scroll\"><table class=\"processes\">"
                      "<thead><tr><th scope=\"col\">Process</th><th scope=\"col\">Started as</th>"
                      "<th scope=\"col\">Samples</th><th scope=\"col\">Marked</th><th scope=\"col\">Mean</th>"
                      "<th scope=\"col\">Warm-up</th><th scope=\"col\">Outcome</th></tr></thead><tbody>",
                      row->process_count, row->process_count == 1 ? "" : "es");
    for (size_t p = 0; p < row->process_count; p++)
        append_process(row, &row->processes[p], out);
    spb_strbuf_append(out, "</tbody></table></div></details>");
}

/* ---- whole ------------------------------------------------------------------------------------------------------ */

static void append_side(const struct spb_html_page *page, const struct spb_row *row, const char *key, const char *side,
                        struct spb_strbuf *out)
{
    struct spb_strbuf title = {0};
    spb_strbuf_printf(&title, "Samples of %s%s%s", key, *side ? ", " : "", side);
    spb_strbuf_append(out, "<div class=\"side\">");
    if (*side) {
        spb_strbuf_append(out, "<h3>");
        spb_html_append(out, side);
        spb_strbuf_append(out, "</h3>");
    }
    spb_strbuf_append(out, "<div class=\"numbers\">");
    append_sketch(page, row, spb_strbuf_text(&title), out);
    append_metrics(row, out);
    append_processes(row, out);
    spb_strbuf_append(out, "</div><dl class=\"facts\">");
    if (row->stats.valid) {
        append_result(row, out);
        append_distribution(row, out);
    }
    append_set_up(row, out);
    spb_strbuf_append(out, "</dl></div>");
    out->failed |= title.failed;
    spb_strbuf_release(&title);
}

void spb_html_row(const struct spb_html_page *page, const struct spb_html_line *line, struct spb_strbuf *out)
{
    const struct spb_html_input *input = page->input;
    bool named = input->count > 1 || input->base;
    for (size_t i = 0; i < input->count; i++)
        if (line->judgements[i])
            append_judgement(line->judgements[i], out);
    if (line->base)
        append_side(page, line->base, line->key, spb_html_file_name(input->base_name), out);
    for (size_t i = 0; i < input->count; i++)
        if (line->rows[i])
            append_side(page, line->rows[i], line->key, named ? spb_html_file_name(input->names[i]) : "", out);
}
