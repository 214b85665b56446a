/* SPDX-License-Identifier: MIT
 *
 * Rules from JSON; results/health_schema.json says the same. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "embedded.h"
#include "file.h"
#include "health_internal.h"
#include "json_reader.h"
#include "nearest.h"
#include "units.h"

#define RULES_BYTES_MAX ((size_t)1 << 20)
#define TEXT_MAX        1000
#define NUMBER_MAX      1e18
#define SECOND_NS       UINT64_C(1000000000)
#define DURATION_MAX_NS (UINT64_C(30) * 86400 * SECOND_NS)
#define CLEAR_MAX_NS    (60 * SECOND_NS) /* unless it is said */
#define P_MAX           0.01             /* unless it is said */

extern const struct spb_embedded spb_health_files[];

const char *spb_rule_unit(const struct spb_health_rule *rule)
{
    bool is_bytes = rule->series == SPB_SERIES_COUNT || strcmp(spb_series_info(rule->series)->unit, "bytes") == 0;
    if (rule->measure == SPB_MEASURE_COUNT)
        return "";
    if (rule->measure == SPB_MEASURE_GROWTH)
        return is_bytes ? "bytes/h" : "/h";
    if (rule->relation == SPB_RELATION_SHARE)
        return "%";
    return rule->relation == SPB_RELATION_RATIO ? "" : spb_series_info(rule->series)->unit;
}

const struct spb_rule_limit *spb_rule_first_limit(const struct spb_health_rule *rule)
{
    return &rule->limits[rule->limits[SPB_LIMIT_WARNING].is_set ? SPB_LIMIT_WARNING : SPB_LIMIT_CRITICAL];
}

/* ---- life ---------------------------------------------------------------------------------------------------------- */

static void release_rule(struct spb_health_rule *rule)
{
    free(rule->name);
    free(rule->subsystem);
    free(rule->message);
    free(rule->advice);
    free(rule->why);
    free(rule->instances);
    for (int i = 0; i < SPB_LIMITS; i++)
        for (size_t k = 0; k < rule->limits[i].also_count; k++)
            free(rule->limits[i].also[k].instance);
}

void spb_health_rules_destroy(struct spb_health_rules *rules)
{
    for (size_t i = 0; rules && i < rules->count; i++)
        release_rule(&rules->items[i]);
    if (rules)
        free(rules->items);
    free(rules);
}

/* ---- members ------------------------------------------------------------------------------------------------------- */

/* Of the same kind everywhere: only these, none of them null. */
static int check_members(const struct spb_json_node *object, const char *const *known, size_t count)
{
    struct spb_json_node member, value;
    for (void *next = NULL; spb_json_next(object, &next, &member);) {
        size_t i = 0, found[1];
        while (i < count && strcmp(known[i], member.key) != 0)
            i++;
        if (i < count && spb_json_find(object, member.key, &value))
            continue;
        if (i < count)
            return spb_json_fail(&member, "is null; leave it out to say nothing");
        if (spb_nearest(member.key, known, count, found, 1))
            return spb_json_fail(&member, "is no member here; did you mean '%s'?", known[found[0]]);
        return spb_json_fail(&member, "is no member here; results/health_schema.json lists them");
    }
    return 0;
}

#define CHECK_MEMBERS(object, known) check_members((object), (known), sizeof(known) / sizeof((known)[0]))

static int read_text(const struct spb_json_node *object, const char *key, char **text)
{
    struct spb_json_node node;
    const char *value;
    int code = spb_json_member_text(object, key, &node, &value);
    if (code)
        return code;
    if (value[strspn(value, " ")] == '\0')
        return spb_json_fail(&node, "is empty");
    if (strlen(value) > TEXT_MAX)
        return spb_json_fail(&node, "is longer than %d bytes", TEXT_MAX);
    return spb_json_copy_text(&node, text);
}

/* A glob or a name, which may be "": what has no instances has that one. */
static int read_instances(const struct spb_json_node *object, const char *key, char **text)
{
    struct spb_json_node node;
    const char *value;
    if (!spb_json_find(object, key, &node))
        return 0;
    int code = spb_json_read_text(&node, &value);
    if (code == 0 && strlen(value) > TEXT_MAX)
        code = spb_json_fail(&node, "is longer than %d bytes", TEXT_MAX);
    return code ? code : spb_json_copy_text(&node, text);
}

/* "30s", "10m", "6h" */
static int parse_time(const char *text, uint64_t *ns, struct spb_error *err)
{
    size_t length = strlen(text);
    char minutes[32];
    if (length == 0 || length >= sizeof(minutes) || text[length - 1] != 'h')
        return spb_parse_duration(text, SECOND_NS, ns, err);
    snprintf(minutes, sizeof(minutes), "%.*sm", (int)length - 1, text);
    int code = spb_parse_duration(minutes, SECOND_NS, ns, err);
    return code ? code : __builtin_mul_overflow(*ns, UINT64_C(60), ns) ? -ERANGE : 0;
}

/* Stays as it is where the member is missing. */
static int read_time(const struct spb_json_node *object, const char *key, uint64_t *ns)
{
    struct spb_json_node node;
    struct spb_error why = {{0}};
    const char *text;
    if (!spb_json_find(object, key, &node))
        return 0;
    int code = spb_json_read_text(&node, &text);
    if (code)
        return code;
    if (parse_time(text, ns, &why) < 0 || *ns > DURATION_MAX_NS)
        return spb_json_fail(&node, "is '%.40s', not a time such as \"30s\", \"10m\" or \"6h\", up to 720h", text);
    return 0;
}

static int read_series(const struct spb_json_node *object, const char *key, enum spb_series *series)
{
    const char *names[SPB_SERIES_COUNT], *text;
    struct spb_json_node node;
    size_t near[1];
    int code = spb_json_member_text(object, key, &node, &text);
    if (code)
        return code;
    int found = spb_series_find(text);
    if (found >= 0) {
        *series = (enum spb_series)found;
        return 0;
    }
    for (size_t i = 0; i < SPB_SERIES_COUNT; i++)
        names[i] = spb_series_info((enum spb_series)i)->name;
    if (spb_nearest(text, names, SPB_SERIES_COUNT, near, 1))
        return spb_json_fail(&node, "is '%.60s', which is no series; did you mean '%s'?", text, names[near[0]]);
    return spb_json_fail(&node, "is '%.60s', which is no series; 'spbench monitor --count 1 --format json' shows them",
                         text);
}

/* ---- bounds and limits --------------------------------------------------------------------------------------------- */

/* A number, or an amount of bytes with its unit. */
static int read_number(const struct spb_json_node *node, double *value)
{
    struct spb_error why = {{0}};
    uint64_t bytes;
    const char *text;
    if (!spb_json_is_text(node))
        return spb_json_read_double(node, -NUMBER_MAX, NUMBER_MAX, value);
    int code = spb_json_read_text(node, &text);
    if (code == 0 && spb_parse_bytes(text, &bytes, &why) < 0)
        code = spb_json_fail(node, "is '%.40s', neither a number nor bytes such as \"64MiB\"", text);
    if (code == 0)
        *value = (double)bytes;
    return code;
}

/* "above" or "below", and "clear", which is the same where it is not said. */
static int read_bound(const struct spb_json_node *object, struct spb_rule_bound *bound)
{
    struct spb_json_node above, below, clear;
    bool has_above = spb_json_find(object, "above", &above), has_below = spb_json_find(object, "below", &below);
    if (has_above == has_below)
        return spb_json_fail(object, "needs one of 'above' and 'below'");
    bound->below = has_below;
    int code = read_number(has_below ? &below : &above, &bound->at);
    bound->clear = bound->at;
    if (code == 0 && spb_json_find(object, "clear", &clear)) {
        code = read_number(&clear, &bound->clear);
        if (code == 0 && (bound->below ? bound->clear < bound->at : bound->clear > bound->at))
            code = spb_json_fail(&clear, "lies beyond the limit: it would end before it begins");
    }
    return code;
}

static int read_also(const struct spb_json_node *node, struct spb_rule_limit *limit)
{
    static const char *const known[] = {"series", "instance", "above", "below", "clear"};
    struct spb_rule_also *also = &limit->also[limit->also_count++];
    int code = CHECK_MEMBERS(node, known);
    if (code == 0)
        code = read_series(node, "series", &also->series);
    if (code == 0)
        code = read_instances(node, "instance", &also->instance);
    return code ? code : read_bound(node, &also->bound);
}

static int read_all_also(const struct spb_json_node *object, struct spb_rule_limit *limit)
{
    struct spb_json_node array, item;
    if (!spb_json_find(object, "also", &array))
        return 0;
    int code = spb_json_member(object, "also", SPB_JSON_ARRAY, &array);
    if (code == 0 && spb_json_count(&array) > SPB_ALSO_MAX)
        code = spb_json_fail(&array, "has more than %d conditions", SPB_ALSO_MAX);
    for (size_t i = 0; code == 0 && i < spb_json_count(&array); i++) {
        code = spb_json_item(&array, i, SPB_JSON_OBJECT, &item);
        if (code == 0)
            code = read_also(&item, limit);
    }
    return code;
}

static int read_limit(const struct spb_json_node *rule, const char *key, struct spb_rule_limit *limit)
{
    static const char *const known[] = {"above", "below", "clear", "for", "clear_for", "also"};
    struct spb_json_node node;
    if (!spb_json_find(rule, key, &node))
        return 0;
    limit->is_set = true;
    int code = spb_json_member(rule, key, SPB_JSON_OBJECT, &node);
    if (code == 0)
        code = CHECK_MEMBERS(&node, known);
    if (code == 0)
        code = read_bound(&node, &limit->bound);
    struct spb_json_node duration;
    if (code == 0)
        code = spb_json_member(&node, "for", SPB_JSON_ANY, &duration);
    if (code == 0)
        code = read_time(&node, "for", &limit->times.for_ns);
    limit->times.clear_ns = limit->times.for_ns < CLEAR_MAX_NS ? limit->times.for_ns : CLEAR_MAX_NS;
    if (code == 0)
        code = read_time(&node, "clear_for", &limit->times.clear_ns);
    return code ? code : read_all_also(&node, limit);
}

/* Critical is what is worse than a warning, in the same direction. */
static int read_limits(const struct spb_json_node *node, struct spb_health_rule *rule)
{
    const struct spb_rule_limit *warning = &rule->limits[SPB_LIMIT_WARNING],
                                *critical = &rule->limits[SPB_LIMIT_CRITICAL];
    int code = read_limit(node, "warning", &rule->limits[SPB_LIMIT_WARNING]);
    if (code == 0)
        code = read_limit(node, "critical", &rule->limits[SPB_LIMIT_CRITICAL]);
    if (code)
        return code;
    if (!warning->is_set && !critical->is_set)
        return spb_json_fail(node, "needs 'warning' or 'critical'");
    if (!warning->is_set || !critical->is_set)
        return 0;
    if (warning->bound.below != critical->bound.below)
        return spb_json_fail(node, "is above in one level and below in the other");
    if (warning->bound.below ? critical->bound.at > warning->bound.at : critical->bound.at < warning->bound.at)
        return spb_json_fail(node, "is critical before it is a warning");
    return 0;
}

/* ---- a rule -------------------------------------------------------------------------------------------------------- */

static int read_subject(const struct spb_json_node *node, struct spb_health_rule *rule)
{
    struct spb_json_node series;
    const char *text;
    int code = spb_json_member_text(node, "series", &series, &text);
    if (code)
        return code;
    rule->series = SPB_SERIES_COUNT;
    if (strcmp(text, SPB_PROCESS_RSS) != 0)
        code = read_series(node, "series", &rule->series);
    return code ? code : read_instances(node, "instances", &rule->instances);
}

static int read_relation(const struct spb_json_node *node, struct spb_health_rule *rule)
{
    static const struct {
        const char *key;
        enum spb_rule_relation relation;
    } relations[] = {{"share_of", SPB_RELATION_SHARE}, {"per", SPB_RELATION_RATIO}, {"minus", SPB_RELATION_DIFFERENCE}};
    struct spb_json_node member;
    for (size_t i = 0; i < sizeof(relations) / sizeof(relations[0]); i++) {
        if (!spb_json_find(node, relations[i].key, &member))
            continue;
        if (rule->relation)
            return spb_json_fail(&member, "stands beside another: one of share_of, per and minus");
        rule->relation = relations[i].relation;
        int code = read_series(node, relations[i].key, &rule->other);
        if (code)
            return code;
    }
    return 0;
}

static int read_measure(const struct spb_json_node *node, struct spb_health_rule *rule)
{
    struct spb_json_node measure;
    const char *text = "value";
    int code = spb_json_find(node, "measure", &measure) ? spb_json_read_text(&measure, &text) : 0;
    if (code)
        return code;
    if (strcmp(text, "count") == 0)
        rule->measure = SPB_MEASURE_COUNT;
    else if (strcmp(text, "growth") == 0)
        rule->measure = SPB_MEASURE_GROWTH;
    else if (strcmp(text, "value") != 0)
        return spb_json_fail(&measure, "is '%.40s'; it may be value, count or growth", text);
    code = read_time(node, "smooth", &rule->smooth_ns);
    return code ? code : read_time(node, "within", &rule->within_ns);
}

/* What makes no sense together. */
static int check_measure(const struct spb_json_node *node, const struct spb_health_rule *rule)
{
    bool is_process = rule->series == SPB_SERIES_COUNT;
    if (is_process && rule->measure != SPB_MEASURE_GROWTH)
        return spb_json_fail(node, "is about %s, which is asked for its growth alone", SPB_PROCESS_RSS);
    if (rule->measure == SPB_MEASURE_COUNT && spb_series_info(rule->series)->kind != SPB_SERIES_RATE)
        return spb_json_fail(node, "counts events, and %s is no rate", spb_series_info(rule->series)->name);
    if ((rule->measure == SPB_MEASURE_COUNT) != (rule->within_ns > 0))
        return spb_json_fail(node, "needs 'measure': 'count' and 'within' together");
    if (rule->measure != SPB_MEASURE_VALUE && (rule->relation || rule->smooth_ns))
        return spb_json_fail(node, "may not have share_of, per, minus or smooth beside a count or growth");
    return 0;
}

static int read_numbers(const struct spb_json_node *node, struct spb_health_rule *rule)
{
    struct spb_json_node member;
    const char *text = "unknown";
    int code = 0;
    rule->p_max = P_MAX;
    if (spb_json_find(node, "p", &member))
        code = rule->measure == SPB_MEASURE_GROWTH ? spb_json_read_double(&member, 1e-12, 0.1, &rule->p_max)
                                                   : spb_json_fail(&member, "belongs to 'measure': 'growth'");
    if (code == 0 && spb_json_find(node, "absent", &member))
        code = spb_json_read_text(&member, &text);
    if (code == 0 && strcmp(text, "ok") != 0 && strcmp(text, "unknown") != 0)
        code = spb_json_fail(&member, "is '%.40s'; it may be ok or unknown", text);
    rule->absent_is_ok = strcmp(text, "ok") == 0;
    rule->has_needs = spb_json_find(node, "needs", &member);
    return code == 0 && rule->has_needs ? read_series(node, "needs", &rule->needs) : code;
}

static int read_template(const struct spb_json_node *node, const char *key, char **text)
{
    struct spb_json_node member;
    char place[64];
    int code = read_text(node, key, text);
    if (code || !spb_rule_unknown_place(*text, place))
        return code;
    spb_json_find(node, key, &member);
    return spb_json_fail(&member, "names {%s}; there are {value}, {limit}, {instance} and the names of series", place);
}

static int read_rule(const struct spb_json_node *node, struct spb_health_rule *rule)
{
    static const char *const known[] = {
        "name", "subsystem", "series", "instances", "measure",  "share_of", "per",    "minus", "smooth", "within",
        "p",    "absent",    "needs",  "warning",   "critical", "message",  "advice", "why",   "comment"};
    int code = CHECK_MEMBERS(node, known);
    if (code == 0)
        code = read_text(node, "name", &rule->name);
    if (code == 0)
        code = read_text(node, "subsystem", &rule->subsystem);
    if (code == 0)
        code = read_subject(node, rule);
    if (code == 0)
        code = read_relation(node, rule);
    if (code == 0)
        code = read_measure(node, rule);
    if (code == 0)
        code = check_measure(node, rule);
    if (code == 0)
        code = read_numbers(node, rule);
    if (code == 0)
        code = read_limits(node, rule);
    if (code == 0)
        code = read_template(node, "message", &rule->message);
    if (code == 0)
        code = read_template(node, "advice", &rule->advice);
    return code ? code : read_text(node, "why", &rule->why);
}

/* ---- the file ------------------------------------------------------------------------------------------------------ */

static int check_name(const struct spb_json_node *node, const struct spb_health_rules *rules)
{
    const char *name = rules->items[rules->count - 1].name;
    for (size_t i = 0; i + 1 < rules->count; i++)
        if (strcmp(rules->items[i].name, name) == 0)
            return spb_json_fail(node, "has the name of [%zu]: '%.60s'", i, name);
    return 0;
}

static int read_rules(const struct spb_json_node *root, struct spb_health_rules *rules)
{
    struct spb_json_node array, item;
    int code = spb_json_member(root, "rules", SPB_JSON_ARRAY, &array);
    size_t count = code ? 0 : spb_json_count(&array);
    if (code == 0 && (count == 0 || count > SPB_RULES_MAX))
        code = spb_json_fail(&array, "has %zu rules; there must be 1 to %d", count, SPB_RULES_MAX);
    if (code)
        return code;
    rules->items = calloc(count, sizeof(*rules->items));
    if (!rules->items)
        return -ENOMEM;
    for (size_t i = 0; code == 0 && i < count; i++) {
        code = spb_json_item(&array, i, SPB_JSON_OBJECT, &item);
        if (code == 0)
            code = read_rule(&item, &rules->items[rules->count++]);
        if (code == 0)
            code = check_name(&item, rules);
    }
    return code;
}

static int read_file(const struct spb_json_node *root, struct spb_health_rules *rules)
{
    static const char *const known[] = {"$schema", "schema", "schema_version", "comment", "rules"};
    struct spb_json_node node;
    const char *schema;
    uint64_t version;
    int code = spb_json_member_text(root, "schema", &node, &schema);
    if (code == 0 && strcmp(schema, "spbench-health-rules") != 0)
        code = spb_json_fail(&node, "is '%.40s', not 'spbench-health-rules': these are no rules of health", schema);
    if (code == 0)
        code = spb_json_member(root, "schema_version", SPB_JSON_ANY, &node);
    if (code == 0)
        code = spb_json_read_uint(&node, 1, 1, &version);
    if (code == 0)
        code = CHECK_MEMBERS(root, known);
    return code ? code : read_rules(root, rules);
}

int spb_health_rules_parse(const char *name, const char *text, size_t length, struct spb_health_rules **rules,
                           struct spb_error *err)
{
    struct spb_json_document document = {.name = name, .err = err};
    struct spb_json_node root;
    struct spb_health_rules *made = calloc(1, sizeof(*made));
    *rules = NULL;
    int code = made ? spb_json_document_open(&document, text, length, &root) : -ENOMEM;
    if (code == 0) {
        code = read_file(&root, made);
        spb_json_document_close(&document);
    }
    if (code == -ENOMEM)
        spb_error_set(err, code, "%s: not enough memory to read it", name);
    if (code)
        spb_health_rules_destroy(made);
    else
        *rules = made;
    return code;
}

int spb_health_rules_load(const char *path, struct spb_health_rules **rules, struct spb_error *err)
{
    struct spb_strbuf text = {0};
    *rules = NULL;
    if (!path)
        return spb_health_rules_parse(spb_health_files[0].name, spb_health_files[0].text, spb_health_files[0].length,
                                      rules, err);
    int code = spb_file_read(NULL, path, RULES_BYTES_MAX, &text);
    if (code == -EFBIG)
        code = spb_error_set(err, -EINVAL, "%s: larger than %zu MiB, which no rules are", path, RULES_BYTES_MAX >> 20);
    else if (code)
        code = spb_error_system(err, code, "%s: cannot be read", path);
    else
        code = spb_health_rules_parse(path, spb_strbuf_text(&text), text.length, rules, err);
    spb_strbuf_release(&text);
    return code;
}
