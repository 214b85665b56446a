/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "ab_internal.h"
#include "result_internal.h"

static void write_side(struct spb_json *json, const char *key, const struct spb_ab_side *side)
{
    spb_json_object(json, key);
    spb_json_string(json, "kind", spb_side_kind_name(side->kind));
    spb_json_write_text(json, "text", side->text);
    spb_result_write_plugin_files(json, "builds", side->builds, side->build_count);
    spb_result_write_texts(json, "environment", side->environment, side->environment_count);
    spb_json_end(json);
}

static void write_options(struct spb_json *json, const struct spb_ab *ab)
{
    spb_json_object(json, "options");
    spb_result_write_texts(json, "arguments", ab->arguments, ab->argument_count);
    spb_json_fields_write(json, spb_ab_options_fields, ab);
    spb_json_end(json);
}

/* [iterations, base ns, new ns, base marks, new marks, outer]: a line with names would be four times as long. */
static void write_round(struct spb_json *json, const struct spb_round *round)
{
    spb_json_array(json, NULL);
    spb_json_write_uint64(json, NULL, round->iterations);
    for (unsigned s = 0; s < SPB_SIDES; s++)
        spb_json_write_uint64(json, NULL, round->elapsed_ns[s]);
    for (unsigned s = 0; s < SPB_SIDES; s++)
        spb_json_uint(json, NULL, round->marks[s]);
    spb_json_uint(json, NULL, round->outer);
    spb_json_end(json);
}

static void write_rounds(struct spb_json *json, const struct spb_pair *pair)
{
    spb_json_array(json, "rounds");
    for (size_t i = 0; i < pair->round_count; i++)
        write_round(json, &pair->rounds[i]);
    spb_json_end(json);
}

static void write_pair_metrics(struct spb_json *json, const struct spb_pair *pair,
                               const struct spb_metrics *row_metrics)
{
    spb_json_object(json, "metrics");
    for (unsigned s = 0; s < SPB_SIDES; s++)
        spb_result_write_metrics(json, spb_side_name((enum spb_side)s), &pair->metrics[s], row_metrics);
    spb_json_end(json);
}

/* What each side has of its own: [base, new]. */
static void write_both_sides(struct spb_json *json, const struct spb_pair *pair)
{
    spb_json_array(json, "build");
    for (unsigned s = 0; s < SPB_SIDES; s++)
        spb_json_uint(json, NULL, pair->build[s]);
    spb_json_end(json);
    spb_json_array(json, "work_per_iteration");
    for (unsigned s = 0; s < SPB_SIDES; s++)
        spb_json_double(json, NULL, pair->work_per_iteration[s]);
    spb_json_end(json);
    if (!pair->overhead_ns[SPB_SIDE_BASE] && !pair->overhead_ns[SPB_SIDE_NEW])
        return;
    spb_json_array(json, "overhead_ns");
    for (unsigned s = 0; s < SPB_SIDES; s++)
        spb_json_write_uint64(json, NULL, pair->overhead_ns[s]);
    spb_json_end(json);
}

static void write_pair(struct spb_json *json, const struct spb_pair *pair, const struct spb_metrics *row_metrics)
{
    spb_json_inline_object(json, NULL);
    spb_result_write_outcome(json, pair->outcome, pair->reason);
    if (pair->outcome == SPB_OUTCOME_FAILED)
        spb_json_string(json, "failed_side", spb_side_name(pair->failed_side));
    spb_json_fields_write(json, spb_pair_fields, pair);
    spb_json_string(json, "x", spb_side_name(pair->x));
    write_both_sides(json, pair);
    write_pair_metrics(json, pair, row_metrics);
    write_rounds(json, pair);
    spb_json_end(json);
}

static void write_row(struct spb_json *json, const struct spb_paired_row *row)
{
    spb_json_object(json, NULL);
    spb_result_write_row_head(json, &row->row);
    if (row->incomparable)
        spb_json_write_text(json, "incomparable", row->incomparable);
    spb_result_write_metrics(json, "metrics", &row->row.metrics, NULL);
    spb_json_array(json, "pairs");
    for (size_t i = 0; i < row->pair_count; i++)
        write_pair(json, &row->pairs[i], &row->row.metrics);
    spb_json_end(json);
    spb_json_end(json);
}

static void write_members(struct spb_json *json, const struct spb_ab *ab)
{
    spb_json_bool(json, "complete", ab->complete);
    spb_result_write_time(json, "created", ab->created_s);
    if (ab->finished_s)
        spb_result_write_time(json, "finished", ab->finished_s);
    spb_result_write_stamp(json, &ab->stamp);
    spb_result_write_load(json, "load_before", &ab->load_before);
    spb_result_write_load(json, "load_after", &ab->load_after);
    write_options(json, ab);
    spb_json_object(json, "sides");
    for (unsigned s = 0; s < SPB_SIDES; s++)
        write_side(json, spb_side_name((enum spb_side)s), &ab->sides[s]);
    spb_json_end(json);
    spb_json_array(json, "rows");
    for (size_t i = 0; i < ab->row_count; i++)
        write_row(json, &ab->rows[i]);
    spb_json_end(json);
}

int spb_ab_write(const struct spb_ab *ab, struct spb_strbuf *out)
{
    struct spb_json json;
    spb_json_init(&json, out, true);
    spb_json_object(&json, NULL);
    spb_json_string(&json, "schema", SPB_AB_SCHEMA);
    spb_json_uint(&json, "schema_version", SPB_AB_SCHEMA_VERSION);
    write_members(&json, ab);
    spb_json_end(&json);
    spb_strbuf_append_char(out, '\n');
    return out->failed ? -ENOMEM : 0;
}
