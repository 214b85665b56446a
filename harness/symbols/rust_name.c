/* SPDX-License-Identifier: MIT
 *
 * A recursive descent over the grammar of RFC 2603. Back references could make a short name endless: depth and length of what comes out are
 * limited. What is not printed (the path of an impl, the crate of an instance) is parsed with `silent` set.
 */
#include "rust_name.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define DEPTH_MAX  200
#define LENGTH_MAX 16384

struct parser {
    const char *start; /* behind _R: what back references count from */
    const char *at;
    struct spb_strbuf out;
    unsigned depth;
    unsigned silent;
    uint64_t bound; /* lifetimes of the binders around */
    bool failed;
};

static void parse_path(struct parser *parser, bool in_value);
static void parse_type(struct parser *parser);
static void parse_const(struct parser *parser);

/* ---- small parts ------------------------------------------------------------------------------------------------ */

static void fail(struct parser *parser)
{
    parser->failed = true;
}

static void put(struct parser *parser, const char *text)
{
    if (!parser->silent)
        spb_strbuf_append(&parser->out, text);
    if (parser->out.length > LENGTH_MAX)
        fail(parser);
}

static bool take(struct parser *parser, char c)
{
    if (parser->failed || *parser->at != c)
        return false;
    parser->at++;
    return true;
}

static char next(struct parser *parser)
{
    if (parser->failed || !*parser->at) {
        fail(parser);
        return '\0';
    }
    return *parser->at++;
}

static bool enter(struct parser *parser)
{
    if (++parser->depth > DEPTH_MAX)
        fail(parser);
    return !parser->failed;
}

/* "_" is 0, "0_" is 1. */
static uint64_t base_62(struct parser *parser)
{
    uint64_t value = 0;
    if (take(parser, '_'))
        return 0;
    while (!parser->failed && *parser->at != '_') {
        char c = next(parser);
        unsigned digit = isdigit((unsigned char)c)   ? (unsigned)(c - '0')
                         : islower((unsigned char)c) ? (unsigned)(c - 'a') + 10
                         : isupper((unsigned char)c) ? (unsigned)(c - 'A') + 36
                                                     : 62;
        if (digit == 62 || value > (UINT64_MAX - digit) / 62 - 1)
            fail(parser);
        value = value * 62 + digit;
    }
    next(parser);
    return value + 1;
}

static uint64_t optional_base_62(struct parser *parser, char mark)
{
    return take(parser, mark) ? base_62(parser) + 1 : 0;
}

static size_t decimal(struct parser *parser)
{
    size_t value = 0;
    if (!isdigit((unsigned char)*parser->at))
        fail(parser);
    if (take(parser, '0'))
        return 0;
    while (!parser->failed && isdigit((unsigned char)*parser->at)) {
        value = value * 10 + (size_t)(next(parser) - '0');
        if (value > LENGTH_MAX)
            fail(parser);
    }
    return value;
}

struct identifier {
    const char *text;
    size_t length;
    bool punycode;
    uint64_t disambiguator;
};

static struct identifier undisambiguated(struct parser *parser)
{
    struct identifier found = {.punycode = take(parser, 'u')};
    found.length = decimal(parser);
    take(parser, '_');
    found.text = parser->at;
    if (parser->failed || strnlen(parser->at, found.length) < found.length) {
        fail(parser);
        found.length = 0;
    }
    parser->at += found.length;
    return found;
}

static struct identifier identifier(struct parser *parser)
{
    uint64_t disambiguator = optional_base_62(parser, 's');
    struct identifier found = undisambiguated(parser);
    found.disambiguator = disambiguator;
    return found;
}

/* Punycode is shown as it stands: names beyond ASCII are rare, and still recognised so. */
static void put_identifier(struct parser *parser, const struct identifier *found)
{
    if (found->punycode)
        put(parser, "punycode{");
    if (!parser->silent)
        spb_strbuf_append_bytes(&parser->out, found->text, found->length);
    if (found->punycode)
        put(parser, "}");
    put(parser, "");
}

/* Calls `parse` at the place that is referred to, which lies before the reference. */
static void back_reference(struct parser *parser, void (*parse)(struct parser *parser))
{
    const char *here = parser->at - 1;
    uint64_t place = base_62(parser);
    if (parser->failed || place >= (uint64_t)(here - parser->start)) {
        fail(parser);
        return;
    }
    const char *after = parser->at;
    parser->at = parser->start + place;
    if (!parser->silent && enter(parser))
        parse(parser);
    parser->depth -= !parser->silent;
    parser->at = after;
}

static void put_lifetime(struct parser *parser, uint64_t index)
{
    char text[24];
    if (index == 0) {
        put(parser, "'_");
        return;
    }
    if (index > parser->bound) {
        fail(parser);
        return;
    }
    uint64_t number = parser->bound - index;
    if (number < 26)
        snprintf(text, sizeof text, "'%c", (char)('a' + number));
    else
        snprintf(text, sizeof text, "'z%" PRIu64, number - 25);
    put(parser, text);
}

/* "for<'a, 'b> " */
static uint64_t binder(struct parser *parser)
{
    uint64_t count = optional_base_62(parser, 'G');
    if (count > 100) {
        fail(parser);
        return 0;
    }
    for (uint64_t i = 0; i < count; i++) {
        put(parser, i ? ", " : "for<");
        parser->bound++;
        put_lifetime(parser, 1);
    }
    if (count)
        put(parser, "> ");
    return count;
}

/* ---- paths ------------------------------------------------------------------------------------------------------ */

static void impl_path(struct parser *parser)
{
    optional_base_62(parser, 's');
    parser->silent++;
    parse_path(parser, false);
    parser->silent--;
}

static void generic_argument(struct parser *parser)
{
    if (take(parser, 'L'))
        put_lifetime(parser, base_62(parser));
    else if (take(parser, 'K'))
        parse_const(parser);
    else
        parse_type(parser);
}

static void list_until_end(struct parser *parser, void (*parse)(struct parser *parser))
{
    for (bool first = true; !parser->failed && !take(parser, 'E'); first = false) {
        put(parser, first ? "" : ", ");
        parse(parser);
    }
}

static void nested_path(struct parser *parser, bool in_value)
{
    char space = next(parser), text[48];
    parse_path(parser, in_value);
    struct identifier found = identifier(parser);
    if (isupper((unsigned char)space)) {
        put(parser, space == 'C' ? "::{closure" : space == 'S' ? "::{shim" : "::{");
        put(parser, found.length ? ":" : "");
        put_identifier(parser, &found);
        snprintf(text, sizeof text, "#%" PRIu64 "}", found.disambiguator);
        put(parser, text);
    } else if (islower((unsigned char)space)) {
        put(parser, found.length ? "::" : "");
        put_identifier(parser, &found);
    } else {
        fail(parser);
    }
}

static void parse_path_in_type(struct parser *parser)
{
    parse_path(parser, false);
}
static void parse_path_in_value(struct parser *parser)
{
    parse_path(parser, true);
}

static void parse_path(struct parser *parser, bool in_value)
{
    if (!enter(parser))
        return;
    char kind = next(parser);
    struct identifier crate;
    switch (kind) {
    case 'C':
        crate = identifier(parser);
        put_identifier(parser, &crate);
        break;
    case 'N':
        nested_path(parser, in_value);
        break;
    case 'M':
    case 'X':
    case 'Y':
        if (kind != 'Y')
            impl_path(parser);
        put(parser, "<");
        parse_type(parser);
        if (kind != 'M') {
            put(parser, " as ");
            parse_path(parser, false);
        }
        put(parser, ">");
        break;
    case 'I':
        parse_path(parser, in_value);
        put(parser, in_value ? "::<" : "<");
        list_until_end(parser, generic_argument);
        put(parser, ">");
        break;
    case 'B':
        back_reference(parser, in_value ? parse_path_in_value : parse_path_in_type);
        break;
    default:
        fail(parser);
    }
    parser->depth--;
}

/* ---- types ------------------------------------------------------------------------------------------------------ */

static const char *basic_type(char c)
{
    static const char *const names[26] = {"i8",    "bool", "char", "f64", "str",  "f32",  NULL,  "u8", "isize",
                                          "usize", NULL,   "i32",  "u32", "i128", "u128", "_",   NULL, NULL,
                                          "i16",   "u16",  "()",   "...", NULL,   "i64",  "u64", "!"};
    return c >= 'a' && c <= 'z' ? names[c - 'a'] : NULL;
}

static void function_type(struct parser *parser)
{
    uint64_t bound = binder(parser);
    put(parser, take(parser, 'U') ? "unsafe " : "");
    if (take(parser, 'K')) {
        struct identifier abi = {.text = "C", .length = 1};
        if (!take(parser, 'C'))
            abi = undisambiguated(parser);
        put(parser, "extern \"");
        put_identifier(parser, &abi);
        put(parser, "\" ");
    }
    put(parser, "fn(");
    list_until_end(parser, parse_type);
    put(parser, ")");
    if (!take(parser, 'u')) {
        put(parser, " -> ");
        parse_type(parser);
    }
    parser->bound -= bound;
}

static void dyn_trait(struct parser *parser)
{
    parse_path(parser, false);
    while (take(parser, 'p')) {
        struct identifier name = undisambiguated(parser);
        put(parser, " + ");
        put_identifier(parser, &name);
        put(parser, " = ");
        parse_type(parser);
    }
}

static void dyn_type(struct parser *parser)
{
    uint64_t bound = binder(parser);
    put(parser, "dyn ");
    for (bool first = true; !parser->failed && !take(parser, 'E'); first = false) {
        put(parser, first ? "" : " + ");
        dyn_trait(parser);
    }
    parser->bound -= bound;
    uint64_t lifetime = take(parser, 'L') ? base_62(parser) : 0;
    if (lifetime) {
        put(parser, " + ");
        put_lifetime(parser, lifetime);
    }
}

static void reference_type(struct parser *parser, bool is_mutable)
{
    uint64_t lifetime = take(parser, 'L') ? base_62(parser) : 0;
    put(parser, "&");
    if (lifetime) {
        put_lifetime(parser, lifetime);
        put(parser, " ");
    }
    put(parser, is_mutable ? "mut " : "");
    parse_type(parser);
}

static void tuple_type(struct parser *parser)
{
    put(parser, "(");
    unsigned count = 0;
    for (; !parser->failed && !take(parser, 'E'); count++) {
        put(parser, count ? ", " : "");
        parse_type(parser);
    }
    put(parser, count == 1 ? ",)" : ")");
}

static void array_type(struct parser *parser, bool has_length)
{
    put(parser, "[");
    parse_type(parser);
    if (has_length) {
        put(parser, "; ");
        parse_const(parser);
    }
    put(parser, "]");
}

static void parse_type(struct parser *parser)
{
    if (!enter(parser))
        return;
    const char *start = parser->at;
    char kind = next(parser);
    const char *basic = basic_type(kind);
    if (basic)
        put(parser, basic);
    else if (kind == 'A' || kind == 'S')
        array_type(parser, kind == 'A');
    else if (kind == 'T')
        tuple_type(parser);
    else if (kind == 'R' || kind == 'Q')
        reference_type(parser, kind == 'Q');
    else if (kind == 'P' || kind == 'O') {
        put(parser, kind == 'P' ? "*const " : "*mut ");
        parse_type(parser);
    } else if (kind == 'F')
        function_type(parser);
    else if (kind == 'D')
        dyn_type(parser);
    else if (kind == 'B')
        back_reference(parser, parse_type);
    else {
        parser->at = start;
        parse_path(parser, false);
    }
    parser->depth--;
}

static void parse_const(struct parser *parser)
{
    char text[40];
    uint64_t value = 0;
    if (take(parser, 'p')) {
        put(parser, "_");
        return;
    }
    if (take(parser, 'B')) {
        back_reference(parser, parse_const);
        return;
    }
    char type = next(parser);
    put(parser, take(parser, 'n') ? "-" : "");
    unsigned digits = 0;
    for (; !parser->failed && *parser->at != '_'; digits++) {
        char c = next(parser);
        if (!isxdigit((unsigned char)c) || isupper((unsigned char)c) || digits == 16)
            fail(parser);
        value = value << 4 | (unsigned)(isdigit((unsigned char)c) ? c - '0' : c - 'a' + 10);
    }
    next(parser);
    if (type == 'b')
        snprintf(text, sizeof text, "%s", value ? "true" : "false");
    else if (type == 'c' && value >= 0x20 && value < 0x7f)
        snprintf(text, sizeof text, "'%c'", (char)value);
    else
        snprintf(text, sizeof text, type == 'c' ? "'\\u{%" PRIx64 "}'" : "%" PRIu64, value);
    put(parser, text);
}

/* ---- the name --------------------------------------------------------------------------------------------------- */

bool spb_rust_name(const char *mangled, struct spb_strbuf *out)
{
    struct parser parser = {.start = mangled + 2, .at = mangled + 2};
    if (strncmp(mangled, "_R", 2) != 0 || isdigit((unsigned char)mangled[2]))
        return false;
    parse_path(&parser, true);
    if (!parser.failed && isupper((unsigned char)*parser.at)) {
        parser.silent++;
        parse_path(&parser, false); /* the crate that made this instance of it */
    }
    bool good = !parser.failed && !parser.out.failed && (!*parser.at || *parser.at == '.' || *parser.at == '$');
    if (good)
        spb_strbuf_append(out, spb_strbuf_text(&parser.out));
    spb_strbuf_release(&parser.out);
    return good;
}
