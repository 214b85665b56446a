/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "advice.h"
#include "date.h"
#include "json_writer.h"
#include "profile_head.h"
#include "profile_report.h"
#include "profile_trust.h"
#include "units.h"

/* ---- JSON -------------------------------------------------------------------------------------------------------- */

static void write_known(struct spb_json *json, const char *key, const char *text)
{
    if (text)
        spb_json_string(json, key, text);
}

static void write_positive(struct spb_json *json, const char *key, double value)
{
    if (value > 0)
        spb_json_double(json, key, value);
}

static void write_head(struct spb_json *json, const struct spb_profile_report *report,
                       const struct spb_profile_head *head)
{
    char time[SPB_DATE_TEXT_SIZE];
    write_known(json, "source", report->title);
    write_known(json, "command", head->command);
    if (report->profile->time_ns > 0) {
        char began[SPB_DATE_TEXT_SIZE + 2];
        snprintf(began, sizeof began, "%sZ", spb_date_format_time(time, report->profile->time_ns / 1000000000));
        spb_json_string(json, "began", began);
    }
    write_positive(json, "duration_ns", head->duration_ns);
    if (head->has_cpu)
        spb_json_double(json, "cpu_ns", head->cpu_ns);
    write_positive(json, "cpus", spb_profile_cpus(head));
    write_known(json, "engine", head->engine);
    write_known(json, "event", head->event);
    write_known(json, "call_graph", head->call_graph);
    write_positive(json, "frequency_hz", head->frequency_hz);
    spb_json_inline_object(json, "value");
    spb_json_string(json, "name", head->value_name);
    spb_json_string(json, "unit", head->value_unit);
    spb_json_double(json, "sum", head->value_sum);
    spb_json_end(json);
    spb_json_int(json, "samples", head->quality.samples);
    spb_json_inline_object(json, "filter");
    write_known(json, "focus", report->filter.focus);
    write_known(json, "thread", report->filter.thread);
    spb_json_end(json);
}

static double share(double part, double all)
{
    return all > 0 ? part / all : 0;
}

static void write_measures(struct spb_json *json, const struct spb_profile_entry *entry,
                           const struct spb_profile_top *top, bool has_total)
{
    spb_json_int(json, "self", entry->self);
    spb_json_double(json, "self_share", share((double)entry->self, (double)top->sum));
    spb_json_double(json, "self_share_error", share(entry->self_error, (double)top->sum));
    if (has_total) {
        spb_json_int(json, "total", entry->total);
        spb_json_double(json, "total_share", share((double)entry->total, (double)top->sum));
    }
    spb_json_int(json, "samples", entry->samples);
}

static void write_place(struct spb_json *json, const struct spb_profile *profile, uint32_t function, uint32_t line)
{
    const struct spb_profile_function *of = &profile->functions[function];
    spb_json_string(json, "function", spb_profile_text(profile, of->name));
    if (of->module != SPB_PROFILE_NONE)
        spb_json_string(json, "module", spb_profile_text(profile, profile->modules[of->module].path));
    if (of->file)
        spb_json_string(json, "file", spb_profile_text(profile, of->file));
    if (line)
        spb_json_uint(json, "line", line);
}

/* `name_key`: of the thread's name; NULL for its process alone. */
static void write_thread(struct spb_json *json, const struct spb_profile *profile, uint32_t number,
                         const char *name_key)
{
    const struct spb_profile_thread *thread = &profile->threads[number];
    spb_json_int(json, "pid", thread->pid);
    if (name_key) {
        spb_json_int(json, "tid", thread->tid);
        spb_json_string(json, name_key, spb_profile_text(profile, thread->name));
    }
    spb_json_string(json, "process", spb_profile_text(profile, thread->process));
}

static int write_entries(struct spb_json *json, const struct spb_profile_report *report, const char *key,
                         enum spb_profile_by by, struct spb_error *err)
{
    const struct spb_profile *profile = report->profile;
    struct spb_profile_top top;
    int code = spb_profile_top(profile, &report->filter, by, &top, err);
    if (code)
        return code;
    spb_json_array(json, key);
    for (size_t i = 0; i < top.count && (!report->top || i < report->top); i++) {
        const struct spb_profile_entry *entry = &top.entries[i];
        spb_json_inline_object(json, NULL);
        if (by == SPB_BY_THREAD || by == SPB_BY_PROCESS)
            write_thread(json, profile, entry->key, by == SPB_BY_THREAD ? "name" : NULL);
        else if (by == SPB_BY_MODULE)
            spb_json_string(json, "module", entry->name);
        else
            write_place(json, profile, by == SPB_BY_LINE ? profile->frames[entry->key].function : entry->key,
                        by == SPB_BY_LINE ? profile->frames[entry->key].line : 0);
        write_measures(json, entry, &top, by != SPB_BY_THREAD && by != SPB_BY_PROCESS);
        spb_json_end(json);
    }
    spb_json_end(json);
    spb_profile_top_release(&top);
    return 0;
}

static void write_timelines(struct spb_json *json, const struct spb_profile *profile)
{
    spb_json_array(json, "timelines");
    for (size_t i = 0; i < profile->timeline_count; i++) {
        const struct spb_profile_timeline *line = &profile->timelines[i];
        spb_json_object(json, NULL);
        spb_json_string(json, "name", spb_profile_text(profile, line->name));
        if (line->thread < profile->thread_count)
            write_thread(json, profile, line->thread, "thread");
        spb_json_uint(json, "step_ns", line->step_ns);
        spb_json_inline_array(json, "values");
        for (size_t step = 0; step < line->count; step++)
            spb_json_int(json, NULL, line->values[step]);
        spb_json_end(json);
        spb_json_end(json);
    }
    spb_json_end(json);
}

static void write_quality(struct spb_json *json, const struct spb_profile *profile, const struct spb_profile_head *head)
{
    const struct spb_profile_quality *quality = &head->quality;
    struct spb_profile_trust trust;
    spb_profile_trust(profile, head, &trust);
    spb_json_object(json, "quality");
    if (quality->kernel_known)
        spb_json_double(json, "kernel_share", quality->kernel);
    spb_json_double(json, "unnamed_share", quality->unnamed);
    spb_json_double(json, "without_caller_share", quality->blind);
    spb_json_double(json, "without_stack_share", quality->empty);
    spb_json_double(json, "line_known_share", quality->lines);
    spb_json_array(json, "facts");
    for (size_t i = 0; i < profile->fact_count; i++) {
        const struct spb_profile_fact *fact = &profile->facts[i];
        spb_json_inline_object(json, NULL);
        spb_json_string(json, "name", spb_profile_text(profile, fact->name));
        if (fact->text)
            spb_json_string(json, "text", spb_profile_text(profile, fact->text));
        else {
            spb_json_double(json, "value", fact->value);
            spb_json_string(json, "unit", spb_profile_text(profile, fact->unit));
        }
        spb_json_end(json);
    }
    spb_json_end(json);
    spb_json_array(json, "notes");
    for (size_t i = 0; i < trust.count; i++) {
        spb_json_inline_object(json, NULL);
        spb_json_string(json, "level",
                        trust.notes[i].tone == SPB_TONE_BAD    ? "bad"
                        : trust.notes[i].tone == SPB_TONE_WARN ? "warning"
                                                               : "ok");
        spb_json_string(json, "text", trust.notes[i].text);
        spb_json_end(json);
    }
    spb_json_end(json);
    spb_json_end(json);
}

static int write_advice(struct spb_json *json, const struct spb_profile *profile, struct spb_error *err)
{
    struct spb_advice_list list;
    if (spb_advice_cpu(profile, &list) < 0)
        return spb_error_system(err, -ENOMEM, "the profile");
    spb_json_array(json, "advice");
    for (size_t i = 0; i < list.count; i++) {
        spb_json_object(json, NULL);
        spb_json_string(json, "rule", list.items[i].rule);
        spb_json_string(json, "finding", list.items[i].finding);
        spb_json_string(json, "evidence", list.items[i].evidence);
        spb_json_string(json, "action", list.items[i].action);
        spb_json_double(json, "gain_low", list.items[i].gain_low);
        spb_json_double(json, "gain_high", list.items[i].gain_high);
        spb_json_end(json);
    }
    spb_json_end(json);
    spb_advice_list_release(&list);
    return 0;
}

int spb_profile_report_json(const struct spb_profile_report *report, struct spb_strbuf *out, struct spb_error *err)
{
    static const struct {
        const char *key;
        enum spb_profile_by by;
    } parts[] = {{"functions", SPB_BY_FUNCTION},
                 {"lines", SPB_BY_LINE},
                 {"modules", SPB_BY_MODULE},
                 {"processes", SPB_BY_PROCESS},
                 {"threads", SPB_BY_THREAD}};
    struct spb_profile_head head;
    struct spb_json json;
    int code = spb_profile_head(report->profile, &report->filter, &head, err);
    if (code)
        return code;
    spb_json_init(&json, out, true);
    spb_json_object(&json, NULL);
    spb_json_string(&json, "schema", "spbench-profile");
    spb_json_uint(&json, "schema_version", 1);
    write_head(&json, report, &head);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0] && code == 0; i++)
        code = write_entries(&json, report, parts[i].key, parts[i].by, err);
    if (code)
        return code;
    write_timelines(&json, report->profile);
    write_quality(&json, report->profile, &head);
    code = write_advice(&json, report->profile, err);
    if (code)
        return code;
    spb_json_end(&json);
    spb_strbuf_append_char(out, '\n');
    return 0;
}

/* ---- CSV -------------------------------------------------------------------------------------------------------- */

static void number_cell(struct spb_table *table, double value)
{
    char text[SPB_UNIT_TEXT_SIZE];
    spb_table_cell(table, "%s", spb_format_double(text, value));
}

static void csv_row(struct spb_table *table, const struct spb_profile *profile, enum spb_profile_by by,
                    const struct spb_profile_top *top, const struct spb_profile_entry *entry)
{
    uint32_t number = by == SPB_BY_LINE ? profile->frames[entry->key].function : entry->key;
    uint32_t line = by == SPB_BY_LINE ? profile->frames[entry->key].line : 0;
    const struct spb_profile_function *function = &profile->functions[number];
    spb_table_cell(table, "%s", spb_profile_text(profile, function->name));
    spb_table_cell(
        table, "%s",
        function->module == SPB_PROFILE_NONE ? "" : spb_profile_text(profile, profile->modules[function->module].path));
    spb_table_cell(table, "%s", spb_profile_text(profile, function->file));
    if (line)
        spb_table_cell(table, "%" PRIu32, line);
    else
        spb_table_cell(table, "%s", "");
    spb_table_cell(table, "%" PRId64, entry->self);
    number_cell(table, share((double)entry->self, (double)top->sum));
    number_cell(table, share(entry->self_error, (double)top->sum));
    spb_table_cell(table, "%" PRId64, entry->total);
    number_cell(table, share((double)entry->total, (double)top->sum));
    spb_table_cell(table, "%" PRId64, entry->samples);
}

int spb_profile_report_csv(const struct spb_profile_report *report, enum spb_profile_by by, struct spb_strbuf *out,
                           struct spb_error *err)
{
    static const char *const headers[] = {"function",   "module",           "file",  "line",        "self",
                                          "self_share", "self_share_error", "total", "total_share", "samples"};
    struct spb_table table = {.failed = false};
    struct spb_profile_top top;
    int code = spb_profile_top(report->profile, &report->filter, by, &top, err);
    if (code)
        return code;
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
        spb_table_column(&table, headers[i], SPB_ALIGN_LEFT);
    for (size_t i = 0; i < top.count && (!report->top || i < report->top); i++)
        csv_row(&table, report->profile, by, &top, &top.entries[i]);
    spb_table_render(&table, SPB_TABLE_CSV, NULL, out);
    spb_table_release(&table);
    spb_profile_top_release(&top);
    return 0;
}
