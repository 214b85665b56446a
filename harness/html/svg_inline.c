/* SPDX-License-Identifier: MIT
 *
 *     <g fill="none" stroke="rgb( 89,  99, 110)"><use xlink:href='#gpPt6' transform='translate(184.88,499.50)'/></g>
 *
 * A reader of the part of XML that gnuplot uses. What it does not know it refuses; nothing is copied that was not looked at. */
#include "svg_inline.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "html_text.h"
#include "span.h"
#include "svg_inline_internal.h"

#define DEPTH_MAX      64
#define ATTRIBUTES_MAX 32
#define TEXT_MAX       4096

struct attribute {
    struct spb_span name;
    struct spb_span value;
};

struct open_element {
    const struct spb_svg_element *element;
    size_t start;   /* in `out`, where its tag begins */
    size_t content; /* in `out`, behind its tag */
};

struct reader {
    const char *text;
    struct spb_span rest;
    const struct spb_svg_inline *how;
    struct spb_strbuf *out;
    struct spb_error *err;
    struct open_element open[DEPTH_MAX];
    size_t depth;
    size_t dropped; /* depth from which on nothing is written; 0: all is */
    bool done;      /* the root has ended */
};

static int refuse(struct reader *reader, const char *what, struct spb_span about)
{
    int shown = about.length > 60 ? 60 : (int)about.length;
    return spb_error_set(reader->err, -EINVAL, "the picture holds %s at byte %zu: %.*s", what,
                         (size_t)(reader->rest.text - reader->text), shown, about.length ? about.text : "");
}

/* ---- values ----------------------------------------------------------------------------------------------------- */

static bool only(struct spb_span value, const char *allowed)
{
    for (size_t i = 0; i < value.length; i++)
        if (!value.text[i] || (!isalnum((unsigned char)value.text[i]) && !strchr(allowed, value.text[i])))
            return false;
    return true;
}

static bool is_name(struct spb_span value)
{
    return value.length > 0 && value.length < 64 && only(value, "_-");
}

static bool is_shape(struct spb_span value)
{
    return only(value, " \t\n.,+-");
}

static void write_raw(struct reader *reader, const char *name, struct spb_span value)
{
    spb_strbuf_printf(reader->out, " %s=\"", name);
    spb_strbuf_append_bytes(reader->out, value.text, value.length);
    spb_strbuf_append_char(reader->out, '"');
}

/* "#name" -> "name", of a reference inside the picture. */
static bool take_reference(struct spb_span value, struct spb_span *name)
{
    if (value.length < 2 || value.text[0] != '#')
        return false;
    *name = (struct spb_span){value.text + 1, value.length - 1};
    return is_name(*name);
}

static bool write_color(struct reader *reader, const char *name, struct spb_span value)
{
    char color[SPB_SVG_COLOR_SIZE];
    struct spb_span target = {NULL, 0};
    if (spb_span_starts_with(value, "url(") && value.text[value.length - 1] == ')' &&
        take_reference((struct spb_span){value.text + 4, value.length - 5}, &target)) {
        spb_strbuf_printf(reader->out, " %s=\"url(#%s-%.*s)\"", name, reader->how->prefix, (int)target.length,
                          target.text);
        return true;
    }
    if (!spb_svg_color(value, color))
        return false;
    spb_strbuf_printf(reader->out, " %s=\"%s\"", name, color);
    return true;
}

/* false: the value is not of the attribute's form. */
static bool write_attribute(struct reader *reader, const struct spb_svg_attribute *known, struct spb_span value)
{
    struct spb_span target;
    switch (known->form) {
    case SPB_SVG_DROPPED:
        return true;
    case SPB_SVG_COLOR:
        return write_color(reader, known->name, value);
    case SPB_SVG_ID:
        if (!is_name(value))
            return false;
        spb_strbuf_printf(reader->out, " id=\"%s-%.*s\"", reader->how->prefix, (int)value.length, value.text);
        return true;
    case SPB_SVG_REFERENCE:
        if (!take_reference(value, &target))
            return false;
        spb_strbuf_printf(reader->out, " href=\"#%s-%.*s\"", reader->how->prefix, (int)target.length, target.text);
        return true;
    case SPB_SVG_TRANSFORM:
        if (!only(value, " \t\n.,+-()"))
            return false;
        break;
    case SPB_SVG_SHAPE:
        if (!is_shape(value))
            return false;
        break;
    case SPB_SVG_WORD:
        if (!only(value, " -"))
            return false;
        break;
    }
    write_raw(reader, known->name, value);
    return true;
}

/* ---- tags ------------------------------------------------------------------------------------------------------- */

static void skip_spaces(struct spb_span *rest)
{
    while (rest->length && isspace((unsigned char)*rest->text)) {
        rest->text++;
        rest->length--;
    }
}

static bool skip_char(struct spb_span *rest, char c)
{
    if (!rest->length || *rest->text != c)
        return false;
    rest->text++;
    rest->length--;
    return true;
}

static struct spb_span take_name(struct spb_span *rest)
{
    struct spb_span name = {rest->text, 0};
    while (rest->length && (isalnum((unsigned char)*rest->text) || strchr(":-_", *rest->text)) && *rest->text) {
        rest->text++;
        rest->length--;
        name.length++;
    }
    return name;
}

/* name='value' or name="value"; no reference is needed in what gnuplot writes there. */
static bool take_attribute(struct spb_span *rest, struct attribute *attribute)
{
    attribute->name = take_name(rest);
    skip_spaces(rest);
    if (!attribute->name.length || !skip_char(rest, '='))
        return false;
    skip_spaces(rest);
    char quote = rest->length ? *rest->text : '\0';
    if (quote != '"' && quote != '\'')
        return false;
    skip_char(rest, quote);
    return spb_span_take_until(rest, quote, &attribute->value);
}

/* Behind the name of a tag, up to its ">". The count, or a negative errno. */
static int take_attributes(struct reader *reader, struct attribute *attributes, bool *closed)
{
    int count = 0;
    for (;;) {
        skip_spaces(&reader->rest);
        *closed = skip_char(&reader->rest, '/');
        if (skip_char(&reader->rest, '>'))
            return count;
        if (*closed || count == ATTRIBUTES_MAX || !take_attribute(&reader->rest, &attributes[count]))
            return refuse(reader, "a tag that is none", reader->rest);
        for (int i = 0; i < count; i++)
            if (attributes[i].name.length == attributes[count].name.length &&
                memcmp(attributes[i].name.text, attributes[count].name.text, attributes[i].name.length) == 0)
                return refuse(reader, "an attribute twice", attributes[count].name);
        count++;
    }
}

/* The picture scales: its size in pixels becomes a viewBox. */
static int write_root(struct reader *reader, const struct attribute *attributes, int count)
{
    struct spb_span box = {NULL, 0}, width = {NULL, 0}, height = {NULL, 0};
    for (int i = 0; i < count; i++) {
        if (spb_span_equals(attributes[i].name, "viewBox"))
            box = attributes[i].value;
        else if (spb_span_equals(attributes[i].name, "width"))
            width = attributes[i].value;
        else if (spb_span_equals(attributes[i].name, "height"))
            height = attributes[i].value;
        else if (!spb_span_starts_with(attributes[i].name, "xmlns") && !spb_span_equals(attributes[i].name, "version"))
            return refuse(reader, "an attribute that is not known", attributes[i].name);
    }
    double number;
    spb_strbuf_append(reader->out, "<svg class=\"picture\" role=\"img\" viewBox=\"");
    if (box.length && is_shape(box))
        spb_strbuf_append_bytes(reader->out, box.text, box.length);
    else if (spb_span_parse_decimal(width, &number) == 0 && spb_span_parse_decimal(height, &number) == 0)
        spb_strbuf_printf(reader->out, "0 0 %.*s %.*s", (int)width.length, width.text, (int)height.length, height.text);
    else
        return refuse(reader, "no size", (struct spb_span){NULL, 0});
    spb_strbuf_printf(reader->out, "\" aria-labelledby=\"%s-title\"><title id=\"%s-title\">", reader->how->prefix,
                      reader->how->prefix);
    spb_html_append(reader->out, reader->how->title);
    spb_strbuf_append(reader->out, "</title>");
    return 0;
}

static int write_tag(struct reader *reader, const struct spb_svg_element *element, const struct attribute *attributes,
                     int count)
{
    spb_strbuf_printf(reader->out, "<%s", element->name);
    for (int i = 0; i < count; i++) {
        const struct spb_svg_attribute *known = spb_svg_attribute_find(attributes[i].name);
        if (!known)
            return refuse(reader, "an attribute that is not known", attributes[i].name);
        if (!write_attribute(reader, known, attributes[i].value))
            return refuse(reader, "an attribute whose value may not be", attributes[i].value);
    }
    spb_strbuf_append_char(reader->out, '>');
    return 0;
}

static void write_end(struct reader *reader, const struct open_element *open)
{
    bool empty = reader->out->length == open->content;
    if (reader->dropped)
        return;
    if (empty && open->element->is_group && !reader->out->failed) {
        reader->out->length = open->start;
        reader->out->text[open->start] = '\0';
    } else if (empty && !reader->out->failed && reader->depth > 0) {
        reader->out->text[reader->out->length - 1] = '/';
        spb_strbuf_append_char(reader->out, '>');
    } else {
        spb_strbuf_printf(reader->out, "</%s>", open->element->name);
    }
}

static void close_innermost(struct reader *reader)
{
    struct open_element *open = &reader->open[--reader->depth];
    write_end(reader, open);
    if (reader->dropped > reader->depth)
        reader->dropped = 0;
    reader->done = reader->depth == 0;
}

static int read_end_tag(struct reader *reader)
{
    struct spb_span name = take_name(&reader->rest);
    skip_spaces(&reader->rest);
    if (!skip_char(&reader->rest, '>') || reader->depth == 0 ||
        !spb_span_equals(name, reader->open[reader->depth - 1].element->name))
        return refuse(reader, "an end without its beginning", name);
    close_innermost(reader);
    return 0;
}

static int read_tag(struct reader *reader)
{
    struct attribute attributes[ATTRIBUTES_MAX];
    bool closed;
    struct spb_span name = take_name(&reader->rest);
    const struct spb_svg_element *element = spb_svg_element_find(name);
    if (!element || element->is_root != (reader->depth == 0) || reader->done)
        return refuse(reader, "an element that may not be there", name);
    if (reader->depth == DEPTH_MAX)
        return refuse(reader, "elements too deep in each other", name);
    int count = take_attributes(reader, attributes, &closed), code = 0;
    if (count < 0)
        return count;
    size_t start = reader->out->length;
    if (element->is_dropped && !reader->dropped)
        reader->dropped = reader->depth + 1;
    if (element->is_root)
        code = write_root(reader, attributes, count);
    else if (!reader->dropped)
        code = write_tag(reader, element, attributes, count);
    reader->open[reader->depth++] = (struct open_element){element, start, reader->out->length};
    if (code == 0 && closed)
        close_innermost(reader);
    return code;
}

/* ---- text ------------------------------------------------------------------------------------------------------- */

/* "lt;" behind an ampersand. */
static bool take_entity(struct spb_span *rest, char *c)
{
    static const struct {
        const char *name;
        char c;
    } entities[] = {{"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}};
    struct spb_span name;
    if (!spb_span_take_until(rest, ';', &name))
        return false;
    for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++)
        if (spb_span_equals(name, entities[i].name)) {
            *c = entities[i].c;
            return true;
        }
    return false;
}

static int write_text(struct reader *reader, struct spb_span text)
{
    char plain[TEXT_MAX];
    size_t length = 0;
    while (text.length) {
        char c = *text.text;
        if (length == sizeof(plain) - 1)
            return refuse(reader, "a text that is too long", (struct spb_span){NULL, 0});
        skip_char(&text, c);
        if (c == '&' && !take_entity(&text, &c))
            return refuse(reader, "an entity that is not known", text);
        if (!c)
            return refuse(reader, "a NUL", text);
        plain[length++] = c;
    }
    plain[length] = '\0';
    spb_html_append(reader->out, plain);
    return 0;
}

static int read_text(struct reader *reader)
{
    const char *end = memchr(reader->rest.text, '<', reader->rest.length);
    struct spb_span text = {reader->rest.text, end ? (size_t)(end - reader->rest.text) : reader->rest.length};
    reader->rest.text += text.length;
    reader->rest.length -= text.length;
    if (reader->dropped || spb_span_trim(text).length == 0)
        return 0;
    if (reader->depth == 0 || !reader->open[reader->depth - 1].element->has_text)
        return refuse(reader, "text where none may be", spb_span_trim(text));
    return write_text(reader, text);
}

/* "<!-- ... -->" and "<?xml ... ?>"; `end` is what it ends with. */
static int skip_to(struct reader *reader, const char *end)
{
    const char *found = memmem(reader->rest.text, reader->rest.length, end, strlen(end));
    if (!found)
        return refuse(reader, "a comment without its end", (struct spb_span){NULL, 0});
    size_t skipped = (size_t)(found - reader->rest.text) + strlen(end);
    reader->rest.text += skipped;
    reader->rest.length -= skipped;
    return 0;
}

static int read_markup(struct reader *reader)
{
    if (spb_span_starts_with(reader->rest, "!--"))
        return skip_to(reader, "-->");
    if (spb_span_starts_with(reader->rest, "?xml "))
        return skip_to(reader, "?>");
    if (skip_char(&reader->rest, '/'))
        return read_end_tag(reader);
    return read_tag(reader);
}

int spb_svg_inline(const char *svg, size_t length, const struct spb_svg_inline *how, struct spb_strbuf *out,
                   struct spb_error *err)
{
    struct reader reader = {.text = svg, .rest = {svg, length}, .how = how, .out = out, .err = err};
    size_t before = out->length;
    int code = 0;
    while (code == 0 && reader.rest.length)
        code = skip_char(&reader.rest, '<') ? read_markup(&reader) : read_text(&reader);
    if (code == 0 && !reader.done)
        code = refuse(&reader, "no end", (struct spb_span){NULL, 0});
    if (out->failed)
        code = spb_error_system(err, -ENOMEM, "the picture");
    if (code && !out->failed && out->text) {
        out->length = before;
        out->text[before] = '\0';
    }
    return code;
}
