/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>

#include "ab_internal.h"
#include "result_internal.h"

/* ---- pairs ------------------------------------------------------------------------------------------------------ */

/* What each side has of its own: [base, new], later versions may append. */
static int check_both_sides(const struct spb_json_node *array)
{
    return spb_json_count(array) < SPB_SIDES ? spb_json_fail(array, "is not [base, new]") : 0;
}

static int read_item_uint(const struct spb_json_node *array, size_t index, uint64_t min, uint64_t max, uint64_t *value)
{
    struct spb_json_node item;
    int code = spb_json_item(array, index, SPB_JSON_ANY, &item);
    return code ? code : spb_json_read_uint(&item, min, max, value);
}

/* [iterations, base ns, new ns, base marks, new marks, outer] */
static int read_round(const struct spb_json_node *node, struct spb_round *round)
{
    uint64_t marks[SPB_SIDES] = {0}, outer = 0;
    if (spb_json_count(node) < 6)
        return spb_json_fail(node, "is not [iterations, base ns, new ns, base marks, new marks, outer]");
    int code = read_item_uint(node, 0, 1, INT64_MAX, &round->iterations);
    for (unsigned s = 0; s < SPB_SIDES && code == 0; s++)
        code = read_item_uint(node, 1 + s, 1, INT64_MAX, &round->elapsed_ns[s]);
    for (unsigned s = 0; s < SPB_SIDES && code == 0; s++)
        code = read_item_uint(node, 3 + s, 0, UINT32_MAX, &marks[s]);
    if (code == 0)
        code = read_item_uint(node, 5, 0, SPB_SIDES - 1, &outer);
    for (unsigned s = 0; s < SPB_SIDES; s++)
        round->marks[s] = (uint32_t)marks[s];
    round->outer = (enum spb_side)outer;
    return code;
}

static int read_rounds(const struct spb_json_node *object, struct spb_pair *pair)
{
    struct spb_json_node array;
    struct spb_json_node node;
    int code = spb_json_member(object, "rounds", SPB_JSON_ARRAY, &array);
    if (code == 0)
        code = spb_json_check_items(&array, SPB_JSON_ARRAY);
    if (code || spb_json_count(&array) == 0)
        return code;
    pair->rounds = calloc(spb_json_count(&array), sizeof(*pair->rounds));
    if (!pair->rounds)
        return -ENOMEM;
    pair->round_count = spb_json_count(&array);
    for (size_t i = 0; code == 0 && i < pair->round_count; i++) {
        code = spb_json_item(&array, i, SPB_JSON_ARRAY, &node);
        if (code == 0)
            code = read_round(&node, &pair->rounds[i]);
    }
    return code;
}

static int read_work(const struct spb_json_node *object, struct spb_pair *pair)
{
    struct spb_json_node array;
    struct spb_json_node item;
    int code = spb_json_member(object, "work_per_iteration", SPB_JSON_ARRAY, &array);
    if (code == 0)
        code = check_both_sides(&array);
    for (unsigned s = 0; s < SPB_SIDES && code == 0; s++) {
        code = spb_json_item(&array, s, SPB_JSON_ANY, &item);
        if (code == 0)
            code = spb_json_read_double(&item, 0, SPB_AB_WORK_MAX, &pair->work_per_iteration[s]);
    }
    return code;
}

/* Only pairs that have one say so. */
static int read_overhead(const struct spb_json_node *object, struct spb_pair *pair)
{
    struct spb_json_node array;
    if (!spb_json_find(object, "overhead_ns", &array))
        return 0;
    int code = spb_json_member(object, "overhead_ns", SPB_JSON_ARRAY, &array);
    if (code == 0)
        code = check_both_sides(&array);
    for (unsigned s = 0; s < SPB_SIDES && code == 0; s++)
        code = read_item_uint(&array, s, 0, INT64_MAX, &pair->overhead_ns[s]);
    return code;
}

/* A side that is no file, or a single one, has the build 0. */
static int read_builds(const struct spb_json_node *object, const struct spb_ab_side *sides, struct spb_pair *pair)
{
    struct spb_json_node array;
    int code = spb_json_member(object, "build", SPB_JSON_ARRAY, &array);
    if (code == 0)
        code = check_both_sides(&array);
    for (unsigned s = 0; s < SPB_SIDES && code == 0; s++) {
        uint64_t build = 0;
        code = read_item_uint(&array, s, 0, sides[s].build_count ? sides[s].build_count - 1 : 0, &build);
        pair->build[s] = (unsigned)build;
    }
    return code;
}

static int read_side_name(const struct spb_json_node *object, const char *key, enum spb_side *side)
{
    int value = 0;
    int code = spb_json_member_word(object, key, spb_side_parse, &value);
    if (code == 0)
        *side = (enum spb_side)value;
    return code;
}

static int read_pair_metrics(const struct spb_json_node *object, struct spb_pair *pair)
{
    struct spb_json_node metrics;
    int code = spb_json_member(object, "metrics", SPB_JSON_OBJECT, &metrics);
    for (unsigned s = 0; s < SPB_SIDES && code == 0; s++)
        code = spb_result_read_metrics(&metrics, spb_side_name((enum spb_side)s), &pair->metrics[s]);
    return code;
}

static int read_pair_outcome(const struct spb_json_node *node, struct spb_pair *pair)
{
    int code = spb_result_read_outcome(node, &pair->outcome, &pair->reason);
    if (code == 0 && pair->outcome == SPB_OUTCOME_UNAVAILABLE)
        return spb_json_fail(node, "is unavailable, which only a row can be");
    return code || pair->outcome != SPB_OUTCOME_FAILED ? code : read_side_name(node, "failed_side", &pair->failed_side);
}

static int read_pair(const struct spb_json_node *node, const struct spb_ab_side *sides, struct spb_pair *pair)
{
    int code = read_pair_outcome(node, pair);
    if (code == 0)
        code = spb_json_fields_read(node, spb_pair_fields, pair);
    if (code == 0)
        code = read_side_name(node, "x", &pair->x);
    if (code == 0)
        code = read_builds(node, sides, pair);
    if (code == 0)
        code = read_work(node, pair);
    if (code == 0)
        code = read_overhead(node, pair);
    if (code == 0)
        code = read_pair_metrics(node, pair);
    return code ? code : read_rounds(node, pair);
}

/* Pairs of all rows are matched by their index: the rows of a pair have the same flip. */
static int check_order(const struct spb_json_node *node, const struct spb_paired_row *row, const struct spb_pair *pair)
{
    if (row->pair_count && pair->index <= row->pairs[row->pair_count - 1].index)
        return spb_json_fail(node, "has the index %u, not above that of the one before", pair->index);
    return 0;
}

static int read_pairs(const struct spb_json_node *object, const struct spb_ab_side *sides, struct spb_paired_row *row)
{
    struct spb_json_node array;
    int code = spb_json_member(object, "pairs", SPB_JSON_ARRAY, &array);
    for (size_t i = 0; code == 0 && i < spb_json_count(&array); i++) {
        struct spb_json_node node;
        struct spb_pair pair = {.index = 0};
        code = spb_json_item(&array, i, SPB_JSON_OBJECT, &node);
        if (code == 0)
            code = read_pair(&node, sides, &pair);
        if (code == 0)
            code = check_order(&node, row, &pair);
        if (code == 0)
            code = spb_paired_row_add(row, &pair);
        spb_pair_release(&pair);
    }
    return code;
}

/* ---- rows ------------------------------------------------------------------------------------------------------- */

static int read_row(const struct spb_json_node *node, const struct spb_ab_side *sides, struct spb_paired_row *row)
{
    struct spb_json_node reason;
    int code = spb_result_read_row_head(node, &row->row);
    if (code == 0 && spb_json_find(node, "incomparable", &reason))
        code = spb_json_copy_text(&reason, &row->incomparable);
    if (code == 0)
        code = spb_result_read_metrics(node, "metrics", &row->row.metrics);
    return code ? code : read_pairs(node, sides, row);
}

static int read_rows(const struct spb_json_node *root, struct spb_ab *ab)
{
    struct spb_json_node array;
    struct spb_json_node node;
    int code = spb_json_member(root, "rows", SPB_JSON_ARRAY, &array);
    if (code == 0)
        code = spb_json_check_items(&array, SPB_JSON_OBJECT);
    if (code || spb_json_count(&array) == 0)
        return code;
    ab->rows = calloc(spb_json_count(&array), sizeof(*ab->rows));
    if (!ab->rows)
        return -ENOMEM;
    for (size_t i = 0; code == 0 && i < spb_json_count(&array); i++) {
        ab->row_count = i + 1;
        code = spb_json_item(&array, i, SPB_JSON_OBJECT, &node);
        if (code == 0)
            code = read_row(&node, ab->sides, &ab->rows[i]);
    }
    return code ? code : spb_result_check_rows_differ(&array, &ab->rows->row, ab->row_count, sizeof(*ab->rows));
}

/* ---- the file --------------------------------------------------------------------------------------------------- */

static int read_side(const struct spb_json_node *sides, const char *key, struct spb_ab_side *side)
{
    struct spb_json_node node;
    struct spb_json_node text;
    int kind = 0;
    int code = spb_json_member(sides, key, SPB_JSON_OBJECT, &node);
    if (code == 0)
        code = spb_json_member_word(&node, "kind", spb_side_kind_parse, &kind);
    side->kind = (enum spb_side_kind)kind;
    if (code == 0)
        code = spb_json_member(&node, "text", SPB_JSON_ANY, &text);
    if (code == 0)
        code = spb_json_copy_text(&text, &side->text);
    if (code == 0)
        code = spb_result_read_plugin_files(&node, "builds", &side->builds, &side->build_count);
    return code ? code : spb_result_read_texts(&node, "environment", &side->environment, &side->environment_count);
}

static int read_sides(const struct spb_json_node *root, struct spb_ab *ab)
{
    struct spb_json_node sides;
    int code = spb_json_member(root, "sides", SPB_JSON_OBJECT, &sides);
    for (unsigned s = 0; s < SPB_SIDES && code == 0; s++)
        code = read_side(&sides, spb_side_name((enum spb_side)s), &ab->sides[s]);
    return code;
}

static int read_options(const struct spb_json_node *root, struct spb_ab *ab)
{
    struct spb_json_node node;
    int code = spb_json_member(root, "options", SPB_JSON_OBJECT, &node);
    if (code == 0)
        code = spb_result_read_texts(&node, "arguments", &ab->arguments, &ab->argument_count);
    return code ? code : spb_json_fields_read(&node, spb_ab_options_fields, ab);
}

static int read_members(const struct spb_json_node *root, struct spb_ab *ab)
{
    struct spb_json_node node;
    int code = spb_json_member(root, "complete", SPB_JSON_ANY, &node);
    if (code == 0)
        code = spb_json_read_bool(&node, &ab->complete);
    if (code == 0)
        code = spb_result_read_time(root, "created", &ab->created_s);
    if (code == 0 && spb_json_find(root, "finished", &node))
        code = spb_result_read_time(root, "finished", &ab->finished_s);
    if (code == 0)
        code = spb_result_read_stamp(root, &ab->stamp);
    if (code == 0)
        code = spb_result_read_load(root, "load_before", &ab->load_before);
    if (code == 0)
        code = spb_result_read_load(root, "load_after", &ab->load_after);
    if (code == 0)
        code = read_options(root, ab);
    if (code == 0)
        code = read_sides(root, ab);
    return code ? code : read_rows(root, ab);
}

int spb_ab_parse(const char *name, const char *text, size_t length, struct spb_ab *ab, struct spb_error *err)
{
    struct spb_json_document document = {.name = name, .err = err};
    struct spb_json_node root;
    *ab = (struct spb_ab){0};
    int code = spb_json_document_open(&document, text, length, &root);
    if (code)
        return code;
    code = spb_result_check_version(&root, SPB_AB_SCHEMA, SPB_AB_SCHEMA_VERSION);
    if (code == 0)
        code = read_members(&root, ab);
    if (code == -ENOMEM)
        spb_error_set(err, code, "%s: not enough memory to read it", name);
    spb_json_document_close(&document);
    if (code)
        spb_ab_release(ab);
    return code;
}
