/* SPDX-License-Identifier: MIT */
#include "policy_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "date.h"
#include "file.h"
#include "json_reader.h"
#include "nearest.h"
#include "row.h"

#define POLICY_BYTES_MAX ((size_t)1 << 20)
/* In percent: below, no machine can tell; above, nothing is left to be gated. */
#define THRESHOLD_MIN_PCT 0.01
#define THRESHOLD_MAX_PCT 1000
/* In bytes; no name of a row is as long. */
#define PATTERN_MAX 1000

static const char *const action_names[] = {
    [SPB_POLICY_FAIL] = "fail", [SPB_POLICY_WARN] = "warn", [SPB_POLICY_PASS] = "pass"};

const char *spb_policy_action_name(enum spb_policy_action action)
{
    return action_names[action];
}

int spb_policy_action_parse(const char *name)
{
    for (int i = 0; i < (int)(sizeof(action_names) / sizeof(action_names[0])); i++)
        if (strcmp(action_names[i], name) == 0)
            return i;
    return -1;
}

void spb_policy_release(struct spb_policy *policy)
{
    for (size_t i = 0; i < policy->threshold_count; i++)
        free(policy->thresholds[i].pattern);
    for (size_t i = 0; i < policy->required_count; i++)
        free(policy->required[i]);
    for (size_t i = 0; i < policy->waiver_count; i++) {
        free(policy->waivers[i].pattern);
        free(policy->waivers[i].reason);
    }
    free(policy->thresholds);
    free(policy->required);
    free(policy->waivers);
    *policy = (struct spb_policy){.ratio = 0};
}

/* ---- what the policy says of a row ------------------------------------------------------------------------------ */

double spb_policy_threshold(const void *context, const char *key)
{
    const struct spb_policy_thresholds *thresholds = context;
    const struct spb_policy *policy = thresholds->policy;
    for (size_t i = 0; i < policy->threshold_count; i++)
        if (spb_row_matches(policy->thresholds[i].pattern, key))
            return policy->thresholds[i].ratio;
    return policy->ratio > 0 ? policy->ratio : thresholds->otherwise;
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

static int fail_unknown(const struct spb_json_node *member, const char *const *known, size_t count)
{
    size_t found[1];
    if (spb_nearest(member->key, known, count, found, 1))
        return spb_json_fail(member, "is no member of a policy; did you mean '%s'?", known[found[0]]);
    return spb_json_fail(member, "is no member of a policy; results/policy_schema.json lists them");
}

static bool is_known(const char *key, const char *const *known, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(known[i], key) == 0)
            return true;
    return false;
}

/* Text that is not looked at. */
static bool is_for_people(const char *key)
{
    return strcmp(key, "comment") == 0 || strcmp(key, "$schema") == 0;
}

/* Only these, and none of them null, which would say nothing where something was meant. */
static int check_members(const struct spb_json_node *object, const char *const *known, size_t count)
{
    struct spb_json_node member;
    struct spb_json_node value;
    const char *text;
    for (void *next = NULL; spb_json_next(object, &next, &member);) {
        if (!is_known(member.key, known, count))
            return fail_unknown(&member, known, count);
        if (!spb_json_find(object, member.key, &value))
            return spb_json_fail(&member, "is null; leave it out to say nothing");
        int code = is_for_people(member.key) ? spb_json_read_text(&value, &text) : 0;
        if (code)
            return code;
    }
    return 0;
}

#define CHECK_MEMBERS(object, known) check_members((object), (known), sizeof(known) / sizeof((known)[0]))

static int read_pattern(const struct spb_json_node *node, char **pattern)
{
    const char *text;
    int code = spb_json_read_text(node, &text);
    if (code)
        return code;
    if (!*text || strlen(text) > PATTERN_MAX)
        return spb_json_fail(node, *text ? "is longer than any row's name" : "is empty and matches nothing");
    *pattern = strdup(text);
    return *pattern ? 0 : -ENOMEM;
}

static int read_member_pattern(const struct spb_json_node *object, char **pattern)
{
    struct spb_json_node node;
    int code = spb_json_member(object, "pattern", SPB_JSON_ANY, &node);
    return code ? code : read_pattern(&node, pattern);
}

static int read_ratio(const struct spb_json_node *object, double *ratio)
{
    struct spb_json_node node;
    double percent = 0;
    int code = spb_json_member(object, "threshold_pct", SPB_JSON_ANY, &node);
    if (code == 0)
        code = spb_json_read_double(&node, THRESHOLD_MIN_PCT, THRESHOLD_MAX_PCT, &percent);
    if (code == 0)
        *ratio = percent / 100;
    return code;
}

/* The first one counts, so the second would never be looked at. */
static int check_new_pattern(const struct spb_json_node *node, const char *pattern, const char *earlier, size_t index)
{
    if (strcmp(pattern, earlier) == 0)
        return spb_json_fail(node, "has the pattern of [%zu], which comes first and counts alone: '%.100s'", index,
                             pattern);
    return 0;
}

static int read_threshold(const struct spb_json_node *node, struct spb_policy *policy)
{
    static const char *const known[] = {"pattern", "threshold_pct", "comment"};
    struct spb_policy_threshold *threshold = &policy->thresholds[policy->threshold_count++];
    int code = CHECK_MEMBERS(node, known);
    if (code == 0)
        code = read_member_pattern(node, &threshold->pattern);
    for (size_t i = 0; code == 0 && i + 1 < policy->threshold_count; i++)
        code = check_new_pattern(node, threshold->pattern, policy->thresholds[i].pattern, i);
    return code ? code : read_ratio(node, &threshold->ratio);
}

static int read_until(const struct spb_json_node *object, unsigned *until)
{
    struct spb_json_node node;
    const char *text;
    int code = spb_json_member_text(object, "until", &node, &text);
    if (code)
        return code;
    *until = spb_date_parse(text);
    return *until ? 0 : spb_json_fail(&node, "is '%.40s', not a day as 2026-12-31", text);
}

static int read_reason(const struct spb_json_node *object, char **reason)
{
    struct spb_json_node node;
    const char *text;
    int code = spb_json_member_text(object, "reason", &node, &text);
    if (code)
        return code;
    if (text[strspn(text, " ")] == '\0')
        return spb_json_fail(&node, "is empty; say why the rows may be slower");
    return spb_json_copy_text(&node, reason);
}

static int read_waiver(const struct spb_json_node *node, struct spb_policy *policy)
{
    static const char *const known[] = {"pattern", "until", "reason", "comment"};
    struct spb_policy_waiver *waiver = &policy->waivers[policy->waiver_count++];
    int code = CHECK_MEMBERS(node, known);
    if (code == 0)
        code = read_member_pattern(node, &waiver->pattern);
    for (size_t i = 0; code == 0 && i + 1 < policy->waiver_count; i++)
        code = check_new_pattern(node, waiver->pattern, policy->waivers[i].pattern, i);
    if (code == 0)
        code = read_until(node, &waiver->until);
    return code ? code : read_reason(node, &waiver->reason);
}

static int read_required(const struct spb_json_node *node, struct spb_policy *policy)
{
    return read_pattern(node, &policy->required[policy->required_count++]);
}

/* An array that may be missing, which counts as empty. */
static int find_list(const struct spb_json_node *root, const char *key, enum spb_json_kind kind,
                     struct spb_json_node *array, size_t *count)
{
    *count = 0;
    if (!spb_json_find(root, key, array))
        return 0;
    int code = spb_json_member(root, key, SPB_JSON_ARRAY, array);
    if (code == 0)
        code = spb_json_check_items(array, kind);
    if (code == 0)
        *count = spb_json_count(array);
    return code;
}

static int read_items(const struct spb_json_node *array, size_t count, struct spb_policy *policy,
                      int (*read_item)(const struct spb_json_node *, struct spb_policy *))
{
    int code = 0;
    for (size_t i = 0; code == 0 && i < count; i++) {
        struct spb_json_node node;
        code = spb_json_item(array, i, SPB_JSON_ANY, &node);
        if (code == 0)
            code = read_item(&node, policy);
    }
    return code;
}

static int read_thresholds(const struct spb_json_node *root, struct spb_policy *policy)
{
    struct spb_json_node array;
    size_t count;
    int code = find_list(root, "thresholds", SPB_JSON_OBJECT, &array, &count);
    if (code || count == 0)
        return code;
    policy->thresholds = calloc(count, sizeof(*policy->thresholds));
    return policy->thresholds ? read_items(&array, count, policy, read_threshold) : -ENOMEM;
}

static int read_all_required(const struct spb_json_node *root, struct spb_policy *policy)
{
    struct spb_json_node array;
    size_t count;
    int code = find_list(root, "required", SPB_JSON_ANY, &array, &count);
    if (code || count == 0)
        return code;
    policy->required = calloc(count, sizeof(*policy->required));
    return policy->required ? read_items(&array, count, policy, read_required) : -ENOMEM;
}

static int read_waivers(const struct spb_json_node *root, struct spb_policy *policy)
{
    struct spb_json_node array;
    size_t count;
    int code = find_list(root, "waivers", SPB_JSON_OBJECT, &array, &count);
    if (code || count == 0)
        return code;
    policy->waivers = calloc(count, sizeof(*policy->waivers));
    return policy->waivers ? read_items(&array, count, policy, read_waiver) : -ENOMEM;
}

static int read_action(const struct spb_json_node *root, const char *key, enum spb_policy_action *action)
{
    struct spb_json_node node;
    const char *text;
    if (!spb_json_find(root, key, &node))
        return 0;
    int code = spb_json_read_text(&node, &text);
    if (code)
        return code;
    int found = spb_policy_action_parse(text);
    if (found < 0)
        return spb_json_fail(&node, "is '%.40s'; it may be fail, warn or pass", text);
    *action = (enum spb_policy_action)found;
    return 0;
}

static int read_head(const struct spb_json_node *root)
{
    static const char *const known[] = {"$schema",    "schema",   "schema_version", "comment",   "threshold_pct",
                                        "thresholds", "required", "waivers",        "undecided", "missing"};
    struct spb_json_node node;
    const char *schema;
    uint64_t version;
    int code = spb_json_member_text(root, "schema", &node, &schema);
    if (code == 0 && strcmp(schema, "spbench-policy") != 0)
        code = spb_json_fail(&node, "is '%.40s', not 'spbench-policy': this is no policy of a gate", schema);
    if (code == 0)
        code = spb_json_member(root, "schema_version", SPB_JSON_ANY, &node);
    if (code == 0)
        code = spb_json_read_uint(&node, 1, SPB_POLICY_SCHEMA_VERSION, &version);
    return code ? code : CHECK_MEMBERS(root, known);
}

static int read_policy(const struct spb_json_node *root, struct spb_policy *policy)
{
    struct spb_json_node node;
    int code = read_head(root);
    if (code == 0 && spb_json_find(root, "threshold_pct", &node))
        code = read_ratio(root, &policy->ratio);
    if (code == 0)
        code = read_thresholds(root, policy);
    if (code == 0)
        code = read_all_required(root, policy);
    if (code == 0)
        code = read_waivers(root, policy);
    if (code == 0)
        code = read_action(root, "undecided", &policy->undecided);
    return code ? code : read_action(root, "missing", &policy->missing);
}

int spb_policy_parse(const char *name, const char *text, size_t length, struct spb_policy *policy,
                     struct spb_error *err)
{
    struct spb_json_document document = {.name = name, .err = err};
    struct spb_json_node root;
    *policy = (struct spb_policy){.ratio = 0};
    int code = spb_json_document_open(&document, text, length, &root);
    if (code)
        return code;
    code = read_policy(&root, policy);
    spb_json_document_close(&document);
    if (code == -ENOMEM)
        spb_error_set(err, code, "%s: not enough memory to read it", name);
    if (code)
        spb_policy_release(policy);
    return code;
}

int spb_policy_load(const char *path, struct spb_policy *policy, struct spb_error *err)
{
    struct spb_strbuf text = {0};
    *policy = (struct spb_policy){.ratio = 0};
    int code = spb_file_read(NULL, path, POLICY_BYTES_MAX, &text);
    if (code == -EFBIG)
        code = spb_error_set(err, -EINVAL, "%s: larger than %zu MiB, which no policy is", path, POLICY_BYTES_MAX >> 20);
    else if (code)
        code = spb_error_system(err, code, "%s: cannot be read", path);
    else
        code = spb_policy_parse(path, spb_strbuf_text(&text), text.length, policy, err);
    spb_strbuf_release(&text);
    return code;
}
