/* SPDX-License-Identifier: MIT */
#include "judgement_json.h"

#include "judgement_text.h"

#define SCHEMA_VERSION 1

static void write_effect(struct spb_json *json, const struct spb_row_judgement *row)
{
    spb_json_double(json, "change_pct", spb_percent_of_log(row->effect));
    spb_json_double(json, "effect_log", row->effect);
    if (row->confidence > 0) {
        spb_json_double(json, "low_pct", spb_percent_of_log(row->low));
        spb_json_double(json, "high_pct", spb_percent_of_log(row->high));
        spb_json_double(json, "low_log", row->low);
        spb_json_double(json, "high_log", row->high);
        spb_json_double(json, "confidence", row->confidence);
    }
    spb_json_double(json, "p_regression", row->p_regression);
    spb_json_double(json, "p_pass", row->p_pass);
    spb_json_uint(json, "base_count", row->base_count);
    spb_json_uint(json, "new_count", row->new_count);
    spb_json_double(json, "unit_sd_log", row->unit_sd);
    if (row->detectable_ratio > 0)
        spb_json_double(json, "detectable_pct", 100 * row->detectable_ratio);
}

static void write_diagnostics(struct spb_json *json, const struct spb_row_judgement *row)
{
    if (row->has_lag1)
        spb_json_double(json, "lag1", row->lag1);
    if (row->has_trend)
        spb_json_double(json, "trend_p", row->trend_p);
    if (row->has_modes)
        spb_json_double(json, "bimodality", row->bimodality);
}

static void write_row(struct spb_json *json, const struct spb_row_judgement *row)
{
    spb_json_object(json, NULL);
    spb_json_string(json, "row", row->key);
    spb_json_string(json, "verdict", spb_verdict_name(row->verdict));
    spb_json_bool(json, "equivalent", row->equivalent);
    if (row->reason)
        spb_json_string(json, "reason", row->reason);
    if (row->why)
        spb_json_string(json, "why", row->why);
    spb_json_string(json, "unit", row->unit);
    spb_json_string(json, "measure", spb_measure_name(row->measure));
    if (row->work_per_iteration > 0)
        spb_json_double(json, "work_per_iteration", row->work_per_iteration);
    spb_json_double(json, "threshold_pct", 100 * row->threshold_ratio);
    spb_json_double(json, "margin_pct", 100 * row->margin_ratio);
    if (row->has_times) {
        spb_json_double(json, "base_ns", row->base_ns);
        spb_json_double(json, "new_ns", row->new_ns);
    }
    if (row->has_effect)
        write_effect(json, row);
    write_diagnostics(json, row);
    spb_json_end(json);
}

static void write_summary(struct spb_json *json, const struct spb_judgement *judgement)
{
    size_t counts[SPB_VERDICT_COUNT] = {0}, equivalent = 0;
    for (size_t i = 0; i < judgement->row_count; i++) {
        counts[judgement->rows[i].verdict]++;
        equivalent += judgement->rows[i].equivalent;
    }
    spb_json_inline_object(json, "summary");
    spb_json_uint(json, "rows", judgement->row_count);
    for (int verdict = 0; verdict < SPB_VERDICT_COUNT; verdict++)
        spb_json_uint(json, spb_verdict_name((enum spb_verdict)verdict), counts[verdict]);
    spb_json_uint(json, "equivalent", equivalent);
    spb_json_end(json);
}

void spb_judgement_json_members(struct spb_json *json, const struct spb_judgement *judgement)
{
    write_summary(json, judgement);
    if (judgement->has_mean) {
        spb_json_inline_object(json, "mean");
        spb_json_double(json, "change_pct", spb_percent_of_log(judgement->mean_effect));
        spb_json_double(json, "low_pct", spb_percent_of_log(judgement->mean_low));
        spb_json_double(json, "high_pct", spb_percent_of_log(judgement->mean_high));
        spb_json_end(json);
    }
    spb_json_bool(json, "stored", judgement->stored);
    spb_json_bool(json, "of_source", judgement->of_source);
    spb_json_array(json, "rows");
    for (size_t i = 0; i < judgement->row_count; i++)
        write_row(json, &judgement->rows[i]);
    spb_json_end(json);
    spb_json_array(json, "notes");
    for (size_t i = 0; i < sizeof(judgement->notes) / sizeof(judgement->notes[0]) && judgement->notes[i]; i++)
        spb_json_string(json, NULL, judgement->notes[i]);
    spb_json_end(json);
}

void spb_judgement_json(const struct spb_judgement_set *set, struct spb_strbuf *out)
{
    struct spb_json json;
    spb_json_init(&json, out, true);
    spb_json_object(&json, NULL);
    spb_json_string(&json, "schema", "spbench-judgement");
    spb_json_uint(&json, "schema_version", SCHEMA_VERSION);
    if (set->base)
        spb_json_string(&json, "base", set->base);
    spb_json_array(&json, "comparisons");
    for (size_t i = 0; i < set->count; i++) {
        spb_json_object(&json, NULL);
        if (set->items[i].title)
            spb_json_string(&json, "new", set->items[i].title);
        spb_judgement_json_members(&json, set->items[i].judgement);
        spb_json_end(&json);
    }
    spb_json_end(&json);
    spb_json_end(&json);
    spb_strbuf_append_char(out, '\n');
}
