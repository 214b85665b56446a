/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "date.h"
#include "gate_report_internal.h"
#include "json_writer.h"

/* Numbers that are not there are null. */
static void write_number(struct spb_json *json, const char *key, bool has, double value)
{
    if (has)
        spb_json_double(json, key, value);
    else
        spb_json_null(json, key);
}

static void write_effect(struct spb_json *json, const struct spb_row_judgement *row)
{
    bool interval = row->has_effect && row->confidence > 0;
    write_number(json, "effect_pct", row->has_effect, 100 * expm1(row->effect));
    write_number(json, "low_pct", interval, 100 * expm1(row->low));
    write_number(json, "high_pct", interval, 100 * expm1(row->high));
    write_number(json, "confidence", interval, row->confidence);
    write_number(json, "threshold_pct", row->threshold_ratio > 0, 100 * row->threshold_ratio);
    write_number(json, "margin_pct", row->margin_ratio > 0, 100 * row->margin_ratio);
    write_number(json, "p_regression", row->has_effect, row->p_regression);
    write_number(json, "p_pass", row->has_effect, row->p_pass);
    write_number(json, "detectable_pct", row->detectable_ratio > 0, 100 * row->detectable_ratio);
}

static void write_waiver(struct spb_json *json, const struct spb_policy_waiver *waiver)
{
    char date[SPB_DATE_TEXT_SIZE];
    if (!waiver) {
        spb_json_null(json, "waiver");
        return;
    }
    spb_json_object(json, "waiver");
    spb_json_string(json, "pattern", waiver->pattern);
    spb_json_string(json, "until", spb_date_format(date, waiver->until));
    spb_json_string(json, "reason", waiver->reason);
    spb_json_end(json);
}

static void write_row(struct spb_json *json, const struct spb_gate_row *row)
{
    const struct spb_row_judgement *judged = row->judged;
    spb_json_object(json, NULL);
    spb_json_string(json, "key", judged->key);
    spb_json_string(json, "status", spb_gate_status_name(row->status));
    spb_json_string(json, "verdict", spb_verdict_name(judged->verdict));
    spb_json_bool(json, "equivalent", judged->equivalent);
    spb_json_string(json, "sentence", row->sentence);
    spb_json_string(json, "reason", judged->reason);
    spb_json_string(json, "why", judged->why);
    write_waiver(json, row->waiver);
    write_number(json, "base_ns", judged->has_times, judged->base_ns);
    write_number(json, "new_ns", judged->has_times, judged->new_ns);
    write_effect(json, judged);
    spb_json_uint(json, "base_count", judged->base_count);
    spb_json_uint(json, "new_count", judged->new_count);
    spb_json_end(json);
}

static void write_texts(struct spb_json *json, const char *key, const struct spb_gate_texts *texts)
{
    spb_json_array(json, key);
    for (size_t i = 0; i < texts->count; i++)
        spb_json_string(json, NULL, texts->items[i]);
    spb_json_end(json);
}

static void write_judgement(struct spb_json *json, const struct spb_judgement *judgement)
{
    const char *note;
    write_number(json, "mean_effect_pct", judgement && judgement->has_mean,
                 judgement ? 100 * expm1(judgement->mean_effect) : 0);
    spb_json_array(json, "notes");
    for (size_t i = 0; (note = spb_gate_note(judgement, i)); i++)
        spb_json_string(json, NULL, note);
    spb_json_end(json);
}

void spb_gate_report_json(const struct spb_gate_report *report, struct spb_strbuf *out)
{
    const struct spb_gate *gate = report->gate;
    char date[SPB_DATE_TEXT_SIZE];
    struct spb_json json;
    spb_json_init(&json, out, true);
    spb_json_object(&json, NULL);
    spb_json_string(&json, "outcome", spb_gate_outcome_name(gate->outcome));
    spb_json_int(&json, "exit_code", report->exit_code);
    spb_json_string(&json, "headline", gate->headline);
    spb_json_string(&json, "subject", report->subject);
    spb_json_string(&json, "today", spb_date_format(date, report->today));
    spb_json_object(&json, "counts");
    for (int status = 0; status < SPB_GATE_STATUSES; status++)
        spb_json_uint(&json, spb_gate_status_name((enum spb_gate_status)status), gate->counts[status]);
    spb_json_end(&json);
    write_texts(&json, report->judgement ? "problems" : "differences", &gate->problems);
    write_texts(&json, "policy_notes", &gate->notes);
    write_judgement(&json, report->judgement);
    spb_json_array(&json, "rows");
    for (size_t i = 0; i < gate->row_count; i++)
        write_row(&json, &gate->rows[i]);
    spb_json_end(&json);
    spb_json_end(&json);
    spb_strbuf_append_char(out, '\n');
}
