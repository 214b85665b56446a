/* SPDX-License-Identifier: MIT */
#include "json_reader.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "strbuf.h"
#include "utf8.h"

/* ---- before parsing: nesting and memory ------------------------------------------------------------------------- */

struct scan {
    size_t line;
    const char *line_start;
    size_t depth;
    size_t cost_bytes;
    bool in_string;
    bool escaped;
};

/* What jansson 2.14 with glibc's malloc takes for the value that this byte begins, a little more rather than less: an
 * empty object in a list was measured at 224 bytes, an empty array 130, a string 88, an integer 40 to 48. */
static size_t cost_of(char c)
{
    switch (c) {
    case '{':
        return 192;
    case '[':
        return 96;
    case ':':
        return 96;
    case '"':
        return 48;
    case ',':
        return 48;
    default:
        return 0;
    }
}

static void scan_byte(struct scan *scan, const char *next)
{
    char c = *next;
    if (c == '\n') {
        scan->line++;
        scan->line_start = next + 1;
    }
    if (scan->in_string) {
        scan->in_string = scan->escaped || c != '"';
        scan->escaped = !scan->escaped && c == '\\';
        scan->cost_bytes++;
        return;
    }
    scan->in_string = c == '"';
    scan->cost_bytes += cost_of(c);
    if (c == '{' || c == '[')
        scan->depth++;
    else if ((c == '}' || c == ']') && scan->depth)
        scan->depth--;
}

static void append_position(struct spb_strbuf *out, const struct spb_json_document *document)
{
    spb_strbuf_append(out, document->name);
    if (document->line)
        spb_strbuf_printf(out, ":%zu", document->line);
}

static int fail_at(const struct spb_json_document *document, size_t line, size_t column, const char *message)
{
    struct spb_strbuf text = {0};
    spb_utf8_append_printable(&text, message);
    spb_error_set(document->err, -EINVAL, "%s:%zu:%zu: %s", document->name, document->line ? document->line : line,
                  column, spb_strbuf_text(&text));
    spb_strbuf_release(&text);
    return -EINVAL;
}

static int check_limits(const struct spb_json_document *document, const char *text, size_t length)
{
    struct scan scan = {.line = 1, .line_start = text};
    if (length > SPB_JSON_BYTES_MAX)
        return spb_error_set(document->err, -EINVAL, "%s: larger than %zu MiB, which no result file is", document->name,
                             SPB_JSON_BYTES_MAX >> 20);
    for (const char *next = text; next < text + length; next++) {
        scan_byte(&scan, next);
        size_t column = (size_t)(next - scan.line_start) + 1;
        if (scan.depth > SPB_JSON_NESTING_MAX)
            return fail_at(document, scan.line, column, "nested too deeply for a result file");
        if (scan.cost_bytes > SPB_JSON_MEMORY_MAX)
            return fail_at(document, scan.line, column, "so many values that reading them would take more than 1 GiB");
    }
    return 0;
}

/* ---- document --------------------------------------------------------------------------------------------------- */

int spb_json_document_open(struct spb_json_document *document, const char *text, size_t length,
                           struct spb_json_node *root)
{
    int code = check_limits(document, text, length);
    if (code)
        return code;
    json_error_t error;
    document->tree = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
    if (!document->tree) {
        if (json_error_code(&error) == json_error_out_of_memory)
            return spb_error_set(document->err, -ENOMEM, "%s: not enough memory to read it", document->name);
        return fail_at(document, error.line > 0 ? (size_t)error.line : 1, error.column > 0 ? (size_t)error.column : 1,
                       error.text);
    }
    *root = (struct spb_json_node){.document = document, .value = document->tree};
    if (json_is_object(document->tree))
        return 0;
    code = spb_json_fail(root, "is not a JSON object");
    spb_json_document_close(document);
    return code;
}

void spb_json_document_close(struct spb_json_document *document)
{
    json_decref(document->tree);
    document->tree = NULL;
}

static void append_path(struct spb_strbuf *out, const struct spb_json_node *node)
{
    if (!node->parent)
        return;
    append_path(out, node->parent);
    if (!node->key) {
        spb_strbuf_printf(out, "[%zu]", node->index);
        return;
    }
    spb_strbuf_append(out, node->parent->parent ? "." : "");
    spb_utf8_append_printable(out, node->key);
}

int(spb_json_fail)(const struct spb_json_node *node, const char *format, ...)
{
    struct spb_strbuf where = {0};
    append_position(&where, node->document);
    spb_strbuf_append(&where, ": ");
    append_path(&where, node);
    char what[512];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    spb_error_set(node->document->err, -EINVAL, "%s%s%s", spb_strbuf_text(&where), node->parent ? " " : "", what);
    spb_strbuf_release(&where);
    return -EINVAL;
}

/* ---- members and items ------------------------------------------------------------------------------------------ */

static int check_kind(const struct spb_json_node *node, enum spb_json_kind kind)
{
    if (kind == SPB_JSON_OBJECT && !json_is_object(node->value))
        return spb_json_fail(node, "is not an object");
    if (kind == SPB_JSON_ARRAY && !json_is_array(node->value))
        return spb_json_fail(node, "is not an array");
    return 0;
}

static struct spb_json_node child_of(const struct spb_json_node *parent, const char *key, const json_t *value)
{
    return (struct spb_json_node){.document = parent->document, .parent = parent, .key = key, .value = value};
}

int spb_json_member(const struct spb_json_node *object, const char *key, enum spb_json_kind kind,
                    struct spb_json_node *child)
{
    *child = child_of(object, key, json_object_get(object->value, key));
    if (!child->value)
        return spb_json_fail(child, "is missing");
    return check_kind(child, kind);
}

int spb_json_check_object(const struct spb_json_node *node)
{
    return check_kind(node, SPB_JSON_OBJECT);
}

bool spb_json_find(const struct spb_json_node *object, const char *key, struct spb_json_node *child)
{
    *child = child_of(object, key, json_object_get(object->value, key));
    return child->value && !json_is_null(child->value);
}

bool spb_json_next(const struct spb_json_node *object, void **iterator, struct spb_json_node *child)
{
    json_t *value = (json_t *)object->value; /* jansson iterates over non-const objects only */
    *iterator = *iterator ? json_object_iter_next(value, *iterator) : json_object_iter(value);
    if (!*iterator)
        return false;
    *child = child_of(object, json_object_iter_key(*iterator), json_object_iter_value(*iterator));
    return true;
}

size_t spb_json_count(const struct spb_json_node *array)
{
    return json_array_size(array->value);
}

int spb_json_item(const struct spb_json_node *array, size_t index, enum spb_json_kind kind, struct spb_json_node *child)
{
    *child = child_of(array, NULL, json_array_get(array->value, index));
    child->index = index;
    return check_kind(child, kind);
}

int spb_json_check_items(const struct spb_json_node *array, enum spb_json_kind kind)
{
    struct spb_json_node item;
    for (size_t i = 0; i < spb_json_count(array); i++) {
        int code = spb_json_item(array, i, kind, &item);
        if (code)
            return code;
    }
    return 0;
}

/* ---- values ----------------------------------------------------------------------------------------------------- */

bool spb_json_is_number(const struct spb_json_node *node)
{
    return json_is_number(node->value);
}

bool spb_json_is_bool(const struct spb_json_node *node)
{
    return json_is_boolean(node->value);
}

bool spb_json_is_text(const struct spb_json_node *node)
{
    return json_is_string(node->value);
}

bool spb_json_peek_number(const struct spb_json_node *node, double *value)
{
    *value = json_number_value(node->value) + 0.0; /* jansson lets no infinity through */
    return json_is_number(node->value);
}

const char *spb_json_peek_text(const struct spb_json_node *node)
{
    return json_string_length(node->value) <= SPB_JSON_TEXT_MAX ? json_string_value(node->value) : NULL;
}

bool spb_json_is_kind(const struct spb_json_node *node, enum spb_json_kind kind)
{
    return kind == SPB_JSON_ANY || (kind == SPB_JSON_OBJECT ? json_is_object(node->value) : json_is_array(node->value));
}

int spb_json_read_raw_text(const struct spb_json_node *node, const char **text)
{
    if (!json_is_string(node->value))
        return spb_json_fail(node, "is not a string");
    if (json_string_length(node->value) > SPB_JSON_TEXT_MAX)
        return spb_json_fail(node, "is longer than %zu KiB", SPB_JSON_TEXT_MAX >> 10);
    *text = json_string_value(node->value);
    return 0;
}

int spb_json_read_text(const struct spb_json_node *node, const char **text)
{
    const char *value = NULL;
    int code = spb_json_read_raw_text(node, &value);
    if (code)
        return code;
    if (!spb_utf8_is_printable(value))
        return spb_json_fail(node, "holds control characters");
    *text = value;
    return 0;
}

int spb_json_copy_text(const struct spb_json_node *node, char **text)
{
    const char *value;
    int code = spb_json_read_text(node, &value);
    if (code)
        return code;
    char *copy = strdup(value);
    if (!copy)
        return -ENOMEM;
    *text = copy;
    return 0;
}

int spb_json_fill_text(const struct spb_json_node *node, char *text, size_t size)
{
    const char *value;
    int code = spb_json_read_text(node, &value);
    if (code)
        return code;
    size_t length = strlen(value);
    if (length >= size)
        return spb_json_fail(node, "is longer than %zu bytes", size - 1);
    memcpy(text, value, length + 1);
    return 0;
}

static bool parse_digits(const char *text, uint64_t *value)
{
    uint64_t sum = 0;
    if (!*text)
        return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9')
            return false;
        if (__builtin_mul_overflow(sum, 10u, &sum) || __builtin_add_overflow(sum, (uint64_t)(*text - '0'), &sum))
            return false;
    }
    *value = sum;
    return true;
}

int spb_json_read_uint(const struct spb_json_node *node, uint64_t min, uint64_t max, uint64_t *value)
{
    uint64_t number = 0;
    bool good = false;
    if (json_is_integer(node->value)) {
        json_int_t integer = json_integer_value(node->value);
        good = integer >= 0;
        number = good ? (uint64_t)integer : 0;
    } else if (json_is_string(node->value)) {
        good = parse_digits(json_string_value(node->value), &number);
    }
    if (!good || number < min || number > max)
        return spb_json_fail(node, "is not an integer from %" PRIu64 " to %" PRIu64, min, max);
    *value = number;
    return 0;
}

int spb_json_read_double(const struct spb_json_node *node, double min, double max, double *value)
{
    double number = json_number_value(node->value);
    if (!json_is_number(node->value) || !(number >= min && number <= max))
        return spb_json_fail(node, "is not a number from %g to %g", min, max);
    *value = number + 0.0; /* -0.0 becomes 0: it is written as "-0", which reads back as an integer */
    return 0;
}

int spb_json_read_bool(const struct spb_json_node *node, bool *value)
{
    if (!json_is_boolean(node->value))
        return spb_json_fail(node, "is neither true nor false");
    *value = json_is_true(node->value);
    return 0;
}

int spb_json_member_text(const struct spb_json_node *object, const char *key, struct spb_json_node *child,
                         const char **text)
{
    int code = spb_json_member(object, key, SPB_JSON_ANY, child);
    return code ? code : spb_json_read_text(child, text);
}

int spb_json_member_word(const struct spb_json_node *object, const char *key, int (*parse)(const char *), int *value)
{
    struct spb_json_node node;
    const char *text;
    int code = spb_json_member_text(object, key, &node, &text);
    if (code)
        return code;
    *value = parse(text);
    return *value < 0 ? spb_json_fail(&node, "is '%.40s', which this version does not know", text) : 0;
}
