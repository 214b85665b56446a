/* SPDX-License-Identifier: MIT */
#include "profile_report.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advice.h"
#include "flame_graph.h"
#include "profile_head.h"
#include "profile_tables.h"
#include "profile_trust.h"
#include "sparkline.h"
#include "units.h"
#include "utf8.h"

#define MODULES_SHOWN 5
#define USAGE_COLUMNS 100
#define BLOCK_INDENT  2
#define STEPS_MAX     100000

static void wrapped(const struct spb_profile_report *report, struct spb_strbuf *text, struct spb_strbuf *out)
{
    spb_wrap_text(spb_strbuf_text(text), report->how.width, out);
    out->failed = out->failed || text->failed;
    spb_strbuf_reset(text);
}

/* ---- head ------------------------------------------------------------------------------------------------------- */

static void append_filter(const struct spb_profile_report *report, const struct spb_profile_head *head,
                          struct spb_strbuf *out)
{
    const struct spb_profile_filter *filter = &report->filter;
    struct spb_strbuf text = {0};
    char value[SPB_UNIT_TEXT_SIZE];
    if (filter->focus)
        spb_strbuf_printf(&text, "only stacks with a function that matches '%s'", filter->focus);
    if (filter->thread)
        spb_strbuf_printf(&text, "%s threads '%s'", text.length ? "; only" : "only", filter->thread);
    if (text.length)
        spb_strbuf_append(&text, ": ");
    if (text.length || filter->type != report->profile->default_type)
        spb_strbuf_printf(&text, "%s of %s, of which all shares below are",
                          spb_profile_value_format(value, head->value_sum, head->value_unit), head->value_name);
    if (text.length)
        wrapped(report, &text, out);
    spb_strbuf_release(&text);
}

static void append_modules(const struct spb_profile_top *modules, struct spb_strbuf *out)
{
    unsigned shown = 0;
    for (size_t i = 0; i < modules->count && shown < MODULES_SHOWN; i++) {
        double share = modules->sum > 0 ? (double)modules->entries[i].self / (double)modules->sum : 0;
        if (share < 0.005)
            break;
        spb_strbuf_printf(out, "%s%s %.1f %%", shown++ ? ", " : "; ", modules->entries[i].name, 100 * share);
    }
}

static int append_split(const struct spb_profile_report *report, const struct spb_profile_head *head,
                        struct spb_strbuf *out, struct spb_error *err)
{
    struct spb_profile_top modules;
    struct spb_strbuf text = {0};
    double kernel = head->quality.kernel, error = spb_profile_share_error(kernel, head->quality.samples);
    int code = spb_profile_top(report->profile, &report->filter, SPB_BY_MODULE, &modules, err);
    if (code || !head->quality.samples)
        goto out;
    if (head->quality.kernel_known)
        spb_strbuf_printf(&text, "user %.1f %%, kernel %.1f %% (\xc2\xb1%.1f %%)", 100 * (1 - kernel), 100 * kernel,
                          196 * error);
    else
        spb_strbuf_append(&text, "user 100 %, no sample in the kernel");
    append_modules(&modules, &text);
    wrapped(report, &text, out);
out:
    if (code == 0)
        spb_profile_top_release(&modules);
    spb_strbuf_release(&text);
    return code;
}

static void append_head(const struct spb_profile_report *report, const struct spb_profile_head *head,
                        const struct spb_profile_trust *trust, struct spb_strbuf *out)
{
    struct spb_strbuf text = {0}, line = {0};
    spb_utf8_append_printable(&text, head->command ? head->command : report->title ? report->title : "profile");
    spb_strbuf_append(&text, ": ");
    spb_profile_amount_format(head, &text);
    wrapped(report, &text, out);
    spb_profile_method_format(report->profile, head, &text);
    wrapped(report, &text, out);
    append_filter(report, head, out);
    for (size_t i = 0; i < trust->count && trust->notes[i].tone == SPB_TONE_BAD; i++) {
        spb_strbuf_printf(&text, "Warning: %s", trust->notes[i].text);
        wrapped(report, &text, &line);
        spb_toned_text(SPB_TONE_BAD, report->how.color, spb_strbuf_text(&line), out);
        spb_strbuf_reset(&line);
    }
    spb_strbuf_release(&line);
    spb_strbuf_release(&text);
}

/* ---- CPU usage over time ---------------------------------------------------------------------------------------- */

/* Steps up to the end of the profile: the last ones may have no CPU time. */
static size_t steps_of(const struct spb_profile *profile, const struct spb_profile_timeline *line)
{
    double whole = ceil((double)profile->duration_ns / (double)line->step_ns);
    size_t steps = whole < STEPS_MAX ? (size_t)whole : STEPS_MAX;
    return line->count > steps ? line->count : steps;
}

static int append_usage(const struct spb_profile_report *report, struct spb_strbuf *out, struct spb_error *err)
{
    const struct spb_profile_timeline *line = spb_profile_cpu_timeline(report->profile, SPB_PROFILE_NONE);
    char width[SPB_UNIT_TEXT_SIZE], heading[160];
    size_t steps = line ? steps_of(report->profile, line) : 0;
    size_t columns = report->how.width > BLOCK_INDENT && report->how.width < USAGE_COLUMNS + BLOCK_INDENT
                         ? report->how.width - BLOCK_INDENT
                         : USAGE_COLUMNS;
    double *cpus = calloc(steps + 1, sizeof *cpus), top = 1;
    if (!cpus)
        return spb_error_system(err, -ENOMEM, "the profile");
    for (size_t i = 0; i < steps && i < line->count; i++) {
        cpus[i] = (double)line->values[i] / (double)line->step_ns;
        top = fmax(top, ceil(cpus[i] - 0.1));
    }
    if (steps > 1) {
        columns = columns < steps ? columns : steps;
        spb_format_duration(width, (double)line->step_ns * (double)steps / (double)columns);
        snprintf(heading, sizeof heading, "CPU usage over time (full height: %.0f CPU%s; a column: %s)", top,
                 top > 1 ? "s" : "", width);
        spb_profile_heading(report, heading, out);
        spb_strbuf_append_repeated(out, ' ', BLOCK_INDENT);
        spb_sparkline(cpus, steps, top, columns, out);
        while (out->length && out->text[out->length - 1] == ' ')
            out->text[--out->length] = '\0';
        spb_strbuf_append(out, "\n\n");
    }
    free(cpus);
    return 0;
}

/* ---- quality, advice -------------------------------------------------------------------------------------------- */

static void append_trust(const struct spb_profile_report *report, const struct spb_profile_trust *trust,
                         struct spb_strbuf *out)
{
    struct spb_table table = {.failed = false};
    spb_table_column(&table, "Quality", SPB_ALIGN_LEFT);
    spb_table_column(&table, "", SPB_ALIGN_LEFT);
    for (size_t i = 0; i < trust->count; i++) {
        enum spb_tone tone = trust->notes[i].tone;
        spb_table_cell(&table, "%s", tone == SPB_TONE_BAD ? "bad" : tone == SPB_TONE_WARN ? "warning" : "");
        spb_table_tone(&table, tone);
        spb_table_cell(&table, "%s", trust->notes[i].text);
    }
    spb_table_render(&table, SPB_TABLE_TEXT, &report->how, out);
    spb_table_release(&table);
}

static void append_gain(const struct spb_advice *advice, struct spb_strbuf *out)
{
    if (advice->gain_high <= 0)
        spb_strbuf_append(out, "none by itself, but the profile can then be trusted");
    else if (advice->gain_low < 0.005)
        spb_strbuf_printf(out, "up to %.0f %% of the time", 100 * advice->gain_high);
    else
        spb_strbuf_printf(out, "%.0f to %.0f %% of the time", 100 * advice->gain_low, 100 * advice->gain_high);
}

static void add_advice(struct spb_table *table, const struct spb_advice *advice)
{
    struct spb_strbuf gain = {0};
    append_gain(advice, &gain);
    spb_table_group(table);
    spb_table_cell(table, "%s", advice->rule);
    spb_table_tone(table, SPB_TONE_WARN);
    spb_table_cell(table, "%s", advice->finding);
    spb_table_cell(table, "  evidence");
    spb_table_tone(table, SPB_TONE_DIM);
    spb_table_cell(table, "%s", advice->evidence);
    spb_table_cell(table, "  to do");
    spb_table_tone(table, SPB_TONE_DIM);
    spb_table_cell(table, "%s", advice->action);
    spb_table_cell(table, "  gain");
    spb_table_tone(table, SPB_TONE_DIM);
    spb_table_cell(table, "%s", spb_strbuf_text(&gain));
    table->failed = table->failed || gain.failed;
    spb_strbuf_release(&gain);
}

static int append_advice(const struct spb_profile_report *report, struct spb_strbuf *out, struct spb_error *err)
{
    struct spb_advice_list list;
    struct spb_table table = {.failed = false};
    if (spb_advice_cpu(report->profile, &list) < 0)
        return spb_error_system(err, -ENOMEM, "the profile");
    spb_table_column(&table, "Advice", SPB_ALIGN_LEFT);
    spb_table_column(&table, "", SPB_ALIGN_LEFT);
    for (size_t i = 0; i < list.count; i++)
        add_advice(&table, &list.items[i]);
    if (list.count) {
        spb_table_render(&table, SPB_TABLE_TEXT, &report->how, out);
        spb_strbuf_append_char(out, '\n');
    }
    spb_table_release(&table);
    spb_advice_list_release(&list);
    return 0;
}

/* ---- the whole -------------------------------------------------------------------------------------------------- */

static int append_tables(const struct spb_profile_report *report, const struct spb_profile_head *head,
                         struct spb_strbuf *out, struct spb_error *err)
{
    struct spb_profile_report shorter = *report;
    shorter.top = report->top ? report->top : 10;
    int code = spb_profile_function_table(report, head, out, err);
    if (code == 0)
        code = spb_profile_line_table(&shorter, head, out, err);
    if (code == 0)
        code = spb_profile_thread_table(&shorter, head, SPB_BY_PROCESS, out, err);
    if (code == 0)
        code = spb_profile_thread_table(&shorter, head, SPB_BY_THREAD, out, err);
    if (code == 0)
        code = append_usage(report, out, err);
    return code ? code : spb_profile_wait_table(&shorter, out, err);
}

int spb_profile_report_text(const struct spb_profile_report *report, struct spb_strbuf *out, struct spb_error *err)
{
    struct spb_profile_head head;
    struct spb_profile_trust trust;
    int code = spb_profile_head(report->profile, &report->filter, &head, err);
    if (code)
        return code;
    spb_profile_trust(report->profile, &head, &trust);
    append_head(report, &head, &trust, out);
    code = append_split(report, &head, out, err);
    spb_strbuf_append_char(out, '\n');
    if (code == 0)
        code = append_tables(report, &head, out, err);
    if (code == 0)
        code = append_advice(report, out, err);
    if (code == 0)
        append_trust(report, &trust, out);
    return code;
}

int spb_profile_report_lines(const struct spb_profile_report *report, struct spb_strbuf *out, struct spb_error *err)
{
    struct spb_profile_head head;
    int code = spb_profile_head(report->profile, &report->filter, &head, err);
    if (code == 0)
        code = spb_profile_line_table(report, &head, out, err);
    if (code == 0 && !out->length)
        spb_strbuf_append(out, "No source line is known: build with -g, or install the debug symbols.\n");
    return code;
}
