/* SPDX-License-Identifier: MIT */
#include "json_writer.h"

#include <assert.h>
#include <inttypes.h>
#include <stddef.h>

#include "units.h"
#include "utf8.h"

void spb_json_init(struct spb_json *json, struct spb_strbuf *out, bool indent)
{
    *json = (struct spb_json){.out = out, .indent = indent};
}

static void newline(struct spb_json *json, unsigned depth)
{
    if (!json->indent || json->inline_depth)
        return;
    spb_strbuf_append_char(json->out, '\n');
    spb_strbuf_append_repeated(json->out, ' ', (size_t)depth * 2);
}

static void write_escaped(struct spb_strbuf *out, unsigned char c)
{
    switch (c) {
    case '"':
        spb_strbuf_append(out, "\\\"");
        break;
    case '\\':
        spb_strbuf_append(out, "\\\\");
        break;
    case '\n':
        spb_strbuf_append(out, "\\n");
        break;
    case '\t':
        spb_strbuf_append(out, "\\t");
        break;
    default:
        spb_strbuf_printf(out, "\\u%04x", c);
    }
}

static void write_string(struct spb_strbuf *out, const char *value)
{
    spb_strbuf_append_char(out, '"');
    for (const char *s = value; *s;) {
        unsigned char c = (unsigned char)*s;
        size_t length = spb_utf8_length(s);
        if (length == 0) {
            spb_strbuf_append(out, "\xef\xbf\xbd");
            length = 1;
        } else if (length == 1 && (c < 0x20 || c == '"' || c == '\\' || c == 0x7f)) {
            write_escaped(out, c);
        } else {
            spb_strbuf_append_bytes(out, s, length);
        }
        s += length;
    }
    spb_strbuf_append_char(out, '"');
}

/* Comma, line and key before a value. */
static void begin_value(struct spb_json *json, const char *key)
{
    if (json->depth == 0)
        return;
    bool is_array = json->stack[json->depth - 1].is_array;
    assert(is_array == (key == NULL));
    if (json->stack[json->depth - 1].has_member) {
        spb_strbuf_append_char(json->out, ',');
        if (json->indent && json->inline_depth)
            spb_strbuf_append_char(json->out, ' ');
    }
    json->stack[json->depth - 1].has_member = true;
    newline(json, json->depth);
    if (!is_array) {
        write_string(json->out, key);
        spb_strbuf_append(json->out, json->indent ? ": " : ":");
    }
}

static void begin_container(struct spb_json *json, const char *key, bool is_array, bool is_inline)
{
    begin_value(json, key);
    assert(json->depth < SPB_JSON_DEPTH);
    spb_strbuf_append_char(json->out, is_array ? '[' : '{');
    json->stack[json->depth].is_array = is_array;
    json->stack[json->depth].has_member = false;
    json->depth++;
    if (is_inline && !json->inline_depth)
        json->inline_depth = json->depth;
}

void spb_json_object(struct spb_json *json, const char *key)
{
    begin_container(json, key, false, false);
}

void spb_json_array(struct spb_json *json, const char *key)
{
    begin_container(json, key, true, false);
}

void spb_json_inline_object(struct spb_json *json, const char *key)
{
    begin_container(json, key, false, true);
}

void spb_json_inline_array(struct spb_json *json, const char *key)
{
    begin_container(json, key, true, true);
}

void spb_json_end(struct spb_json *json)
{
    assert(json->depth > 0);
    json->depth--;
    if (json->stack[json->depth].has_member)
        newline(json, json->depth);
    spb_strbuf_append_char(json->out, json->stack[json->depth].is_array ? ']' : '}');
    if (json->inline_depth > json->depth)
        json->inline_depth = 0;
}

void spb_json_string(struct spb_json *json, const char *key, const char *value)
{
    begin_value(json, key);
    if (value)
        write_string(json->out, value);
    else
        spb_strbuf_append(json->out, "null");
}

void spb_json_uint(struct spb_json *json, const char *key, uint64_t value)
{
    begin_value(json, key);
    spb_strbuf_printf(json->out, "%" PRIu64, value);
}

void spb_json_int(struct spb_json *json, const char *key, int64_t value)
{
    begin_value(json, key);
    spb_strbuf_printf(json->out, "%" PRId64, value);
}

void spb_json_double(struct spb_json *json, const char *key, double value)
{
    char text[SPB_UNIT_TEXT_SIZE];
    begin_value(json, key);
    spb_strbuf_append(json->out, spb_format_double(text, value));
}

void spb_json_bool(struct spb_json *json, const char *key, bool value)
{
    begin_value(json, key);
    spb_strbuf_append(json->out, value ? "true" : "false");
}

void spb_json_null(struct spb_json *json, const char *key)
{
    begin_value(json, key);
    spb_strbuf_append(json->out, "null");
}
