/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "result_internal.h"

/* ---- stamp ------------------------------------------------------------------------------------------------------ */

/* "model", "numa.nodes": names are compared and shown, so they are kept plain. */
static bool is_fact_name(const char *name)
{
    static const char *const allowed = "abcdefghijklmnopqrstuvwxyz0123456789_-.";
    size_t length = strlen(name);
    return length > 0 && length < 64 && strspn(name, allowed) == length;
}

static int read_number_fact(const struct spb_json_node *fact, const char *name, const struct spb_json_node *value,
                            struct spb_stamp *stamp)
{
    struct spb_json_node node;
    const char *unit = "";
    double number;
    int code = spb_json_read_double(value, -SPB_RESULT_NUMBER_MAX, SPB_RESULT_NUMBER_MAX, &number);
    if (code == 0 && spb_json_find(fact, "unit", &node))
        code = spb_json_read_text(&node, &unit);
    return code ? code : spb_stamp_add_number(stamp, name, number, unit);
}

static int read_fact(const struct spb_json_node *fact, const char *name, struct spb_stamp *stamp)
{
    struct spb_json_node node;
    const char *text;
    bool flag;
    int code;
    if (spb_json_find(fact, "absent", &node)) {
        code = spb_json_read_text(&node, &text);
        return code ? code : spb_stamp_add_absent(stamp, name, "%s", text);
    }
    code = spb_json_member(fact, "value", SPB_JSON_ANY, &node);
    if (code)
        return code;
    if (spb_json_is_number(&node))
        return read_number_fact(fact, name, &node, stamp);
    if (spb_json_is_bool(&node)) {
        code = spb_json_read_bool(&node, &flag);
        return code ? code : spb_stamp_add_bool(stamp, name, flag);
    }
    code = spb_json_read_text(&node, &text);
    return code ? code : spb_stamp_add_text(stamp, name, text);
}

static int read_group(const struct spb_json_node *group, struct spb_stamp *stamp)
{
    struct spb_json_node fact;
    if (!is_fact_name(group->key) || strchr(group->key, '.'))
        return spb_json_fail(group, "is not the name of a group of facts");
    for (void *iterator = NULL; spb_json_next(group, &iterator, &fact);) {
        if (!is_fact_name(fact.key))
            return spb_json_fail(&fact, "is not the name of a fact");
        char name[160];
        snprintf(name, sizeof(name), "%s.%s", group->key, fact.key);
        int code = spb_json_check_object(&fact);
        if (code == 0)
            code = read_fact(&fact, name, stamp);
        if (code)
            return code;
    }
    return 0;
}

int spb_result_read_stamp(const struct spb_json_node *root, struct spb_stamp *stamp)
{
    struct spb_json_node groups;
    struct spb_json_node group;
    int code = spb_json_member(root, "stamp", SPB_JSON_OBJECT, &groups);
    for (void *iterator = NULL; code == 0 && spb_json_next(&groups, &iterator, &group);) {
        code = spb_json_check_object(&group);
        if (code == 0)
            code = read_group(&group, stamp);
    }
    return code;
}

/* ---- the run ---------------------------------------------------------------------------------------------------- */

int spb_result_read_time(const struct spb_json_node *object, const char *key, int64_t *seconds)
{
    struct spb_json_node node;
    const char *text;
    int code = spb_json_member_text(object, key, &node, &text);
    if (code)
        return code;
    struct tm utc = {0};
    const char *end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    if (!end || *end || strlen(text) != strlen("2024-12-31T23:59:59Z"))
        return spb_json_fail(&node, "is not a time such as 2024-12-31T23:59:59Z");
    *seconds = timegm(&utc);
    return 0;
}

int spb_result_read_load(const struct spb_json_node *root, const char *key, struct spb_load *load)
{
    struct spb_json_node node;
    struct spb_json_node absent;
    int code = spb_json_member(root, key, SPB_JSON_OBJECT, &node);
    if (code || spb_json_find(&node, "absent", &absent))
        return code;
    load->valid = true;
    return spb_json_fields_read(&node, spb_load_fields, load);
}

int spb_result_read_texts(const struct spb_json_node *object, const char *key, char ***texts, size_t *count)
{
    struct spb_json_node array;
    struct spb_json_node item;
    int code = spb_json_member(object, key, SPB_JSON_ARRAY, &array);
    if (code || spb_json_count(&array) == 0)
        return code;
    *texts = calloc(spb_json_count(&array), sizeof(**texts));
    if (!*texts)
        return -ENOMEM;
    for (size_t i = 0; i < spb_json_count(&array); i++) {
        code = spb_json_item(&array, i, SPB_JSON_ANY, &item);
        if (code == 0)
            code = spb_json_copy_text(&item, &(*texts)[i]);
        if (code)
            return code;
        *count = i + 1;
    }
    return 0;
}

int spb_result_read_plugin_files(const struct spb_json_node *object, const char *key, struct spb_plugin_file **files,
                                 size_t *count)
{
    struct spb_json_node array;
    struct spb_json_node item;
    int code = spb_json_member(object, key, SPB_JSON_ARRAY, &array);
    if (code == 0)
        code = spb_json_check_items(&array, SPB_JSON_OBJECT);
    if (code || spb_json_count(&array) == 0)
        return code;
    *files = calloc(spb_json_count(&array), sizeof(**files));
    if (!*files)
        return -ENOMEM;
    for (size_t i = 0; i < spb_json_count(&array) && code == 0; i++) {
        *count = i + 1;
        code = spb_json_item(&array, i, SPB_JSON_OBJECT, &item);
        if (code == 0)
            code = spb_json_fields_read(&item, spb_plugin_file_fields, &(*files)[i]);
    }
    return code;
}

static int read_options(const struct spb_json_node *root, struct spb_run_options *options)
{
    struct spb_json_node node;
    struct spb_json_node plugins;
    int code = spb_json_member(root, "options", SPB_JSON_OBJECT, &node);
    if (code == 0)
        code = spb_result_read_texts(&node, "arguments", &options->arguments, &options->argument_count);
    /* Missing where there were none. */
    if (code == 0 && spb_json_find(&node, "plugins", &plugins))
        code = spb_result_read_plugin_files(&node, "plugins", &options->plugins, &options->plugin_count);
    return code ? code : spb_json_fields_read(&node, spb_run_options_fields, options);
}

/* ---- the file --------------------------------------------------------------------------------------------------- */

int spb_result_check_version(const struct spb_json_node *root, const char *schema, unsigned expected)
{
    struct spb_json_node node;
    const char *text;
    uint64_t version;
    int code = spb_json_member_text(root, "schema", &node, &text);
    if (code)
        return code;
    if (strcmp(text, schema) != 0)
        return spb_json_fail(&node, "is '%.40s' instead of '%s'", text, schema);
    code = spb_json_member(root, "schema_version", SPB_JSON_ANY, &node);
    if (code == 0)
        code = spb_json_read_uint(&node, 0, UINT64_MAX, &version);
    if (code == 0 && version != expected)
        return spb_json_fail(&node, "is %llu; this program reads version %u", (unsigned long long)version, expected);
    return code;
}

static int check_kind(const struct spb_json_node *root)
{
    struct spb_json_node node;
    const char *text;
    int code = spb_json_member_text(root, "kind", &node, &text);
    if (code)
        return code;
    return strcmp(text, "run") == 0 ? 0 : spb_json_fail(&node, "is '%.40s'; the result of a run is needed", text);
}

int spb_result_read_members(const struct spb_json_node *root, struct spb_result *result)
{
    struct spb_json_node node;
    int code = check_kind(root);
    if (code == 0)
        code = spb_json_member(root, "complete", SPB_JSON_ANY, &node);
    if (code == 0)
        code = spb_json_read_bool(&node, &result->complete);
    if (code == 0)
        code = spb_result_read_time(root, "created", &result->created_s);
    if (code == 0 && spb_json_find(root, "finished", &node))
        code = spb_result_read_time(root, "finished", &result->finished_s);
    if (code == 0)
        code = spb_result_read_stamp(root, &result->stamp);
    if (code == 0)
        code = spb_result_read_load(root, "load_before", &result->load_before);
    if (code == 0)
        code = spb_result_read_load(root, "load_after", &result->load_after);
    if (code == 0)
        code = read_options(root, &result->options);
    return code ? code : spb_result_read_rows(root, result);
}

int spb_result_parse(const char *name, const char *text, size_t length, struct spb_result *result,
                     struct spb_error *err)
{
    struct spb_json_document document = {.name = name, .err = err};
    struct spb_json_node root;
    *result = (struct spb_result){0};
    int code = spb_json_document_open(&document, text, length, &root);
    if (code)
        return code;
    code = spb_result_check_version(&root, SPB_RESULT_SCHEMA, SPB_RESULT_SCHEMA_VERSION);
    if (code == 0)
        code = spb_result_read_members(&root, result);
    if (code == 0)
        code = spb_result_compute(result, name, err);
    if (code == -ENOMEM)
        spb_error_set(err, code, "%s: not enough memory to read it", name);
    spb_json_document_close(&document);
    if (code)
        spb_result_release(result);
    return code;
}
