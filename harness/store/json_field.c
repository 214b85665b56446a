/* SPDX-License-Identifier: MIT */
#include "json_field.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>

#include "utf8.h"

/* The largest integer that a double, and with it JavaScript or jq, holds exactly. */
#define SAFE_INTEGER_MAX ((1ull << 53) - 1)
/* No quantity here comes near it; far from it, no arithmetic on what was read overflows. */
#define DOUBLE_MAX 1e30

static void write_digits(struct spb_json *json, const char *key, uint64_t value)
{
    char digits[24];
    snprintf(digits, sizeof(digits), "%" PRIu64, value);
    spb_json_string(json, key, digits);
}

void spb_json_write_uint64(struct spb_json *json, const char *key, uint64_t value)
{
    if (value <= SAFE_INTEGER_MAX)
        spb_json_uint(json, key, value);
    else
        write_digits(json, key, value);
}

void spb_json_write_text(struct spb_json *json, const char *key, const char *text)
{
    if (!text || spb_utf8_is_printable(text)) {
        spb_json_string(json, key, text ? text : "");
        return;
    }
    struct spb_strbuf safe = {0};
    spb_utf8_append_printable(&safe, text);
    spb_json_string(json, key, spb_strbuf_text(&safe));
    json->out->failed |= safe.failed;
    spb_strbuf_release(&safe);
}

static void write_field(struct spb_json *json, const struct spb_json_field *field, const void *member)
{
    switch (field->kind) {
    case SPB_JSON_FIELD_UNSIGNED:
        spb_json_uint(json, field->key, *(const unsigned *)member);
        break;
    case SPB_JSON_FIELD_UINT64:
        spb_json_write_uint64(json, field->key, *(const uint64_t *)member);
        break;
    case SPB_JSON_FIELD_SEED:
        write_digits(json, field->key, *(const uint64_t *)member);
        break;
    case SPB_JSON_FIELD_DOUBLE:
        spb_json_double(json, field->key, *(const double *)member);
        break;
    case SPB_JSON_FIELD_BOOL:
        spb_json_bool(json, field->key, *(const bool *)member);
        break;
    case SPB_JSON_FIELD_TEXT:
        spb_json_write_text(json, field->key, *(char *const *)member);
        break;
    }
}

void spb_json_fields_write(struct spb_json *json, const struct spb_json_field *fields, const void *structure)
{
    for (; fields->key; fields++)
        write_field(json, fields, (const char *)structure + fields->offset);
}

static int read_integer(const struct spb_json_node *node, const struct spb_json_field *field, void *member)
{
    uint64_t type_max = field->kind == SPB_JSON_FIELD_UNSIGNED ? UINT_MAX : UINT64_MAX;
    uint64_t value;
    int code = spb_json_read_uint(node, field->min, field->max ? field->max : type_max, &value);
    if (code)
        return code;
    if (field->kind == SPB_JSON_FIELD_UNSIGNED)
        *(unsigned *)member = (unsigned)value;
    else
        *(uint64_t *)member = value;
    return 0;
}

static int read_field(const struct spb_json_node *node, const struct spb_json_field *field, void *member)
{
    switch (field->kind) {
    case SPB_JSON_FIELD_UNSIGNED:
    case SPB_JSON_FIELD_UINT64:
    case SPB_JSON_FIELD_SEED:
        return read_integer(node, field, member);
    case SPB_JSON_FIELD_DOUBLE:
        return spb_json_read_double(node, 0, DOUBLE_MAX, member);
    case SPB_JSON_FIELD_BOOL:
        return spb_json_read_bool(node, member);
    case SPB_JSON_FIELD_TEXT:
        return spb_json_copy_text(node, member);
    }
    return 0;
}

int spb_json_fields_read(const struct spb_json_node *object, const struct spb_json_field *fields, void *structure)
{
    for (; fields->key; fields++) {
        struct spb_json_node node;
        int code = spb_json_member(object, fields->key, SPB_JSON_ANY, &node);
        if (code == 0)
            code = read_field(&node, fields, (char *)structure + fields->offset);
        if (code)
            return code;
    }
    return 0;
}
