/* SPDX-License-Identifier: MIT */
#include "utf8.h"

#include <locale.h>
#include <string.h>
#include <wchar.h>

#define REPLACEMENT 0xfffdu

size_t spb_utf8_length(const char *text)
{
    const unsigned char *s = (const unsigned char *)text;
    if (s[0] < 0x80)
        return 1;
    if (s[0] < 0xc2 || s[0] > 0xf4)
        return 0;
    size_t length = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
    for (size_t i = 1; i < length; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) || (s[0] == 0xf0 && s[1] < 0x90) ||
        (s[0] == 0xf4 && s[1] > 0x8f))
        return 0;
    return length;
}

uint32_t spb_utf8_decode(const char *text, size_t *length)
{
    static const unsigned char first_byte_mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    size_t bytes = spb_utf8_length(text);
    if (bytes == 0) {
        *length = 1;
        return REPLACEMENT;
    }
    uint32_t code = (unsigned char)text[0] & first_byte_mask[bytes];
    for (size_t i = 1; i < bytes; i++)
        code = code << 6 | ((unsigned char)text[i] & 0x3fu);
    *length = bytes;
    return code;
}

static bool is_ascii(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] >= 0x80)
            return false;
    return true;
}

size_t spb_utf8_columns(const char *text, size_t length)
{
    if (is_ascii(text, length))
        return length;
    /* wcwidth goes by the locale; this one holds for the calling thread, and only here. */
    locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    locale_t before = utf8 ? uselocale(utf8) : (locale_t)0;
    size_t columns = 0;
    for (size_t i = 0, bytes; i < length; i += bytes) {
        int width = wcwidth((wchar_t)spb_utf8_decode(text + i, &bytes));
        columns += width < 0 ? 1 : (size_t)width;
    }
    if (utf8) {
        uselocale(before);
        freelocale(utf8);
    }
    return columns;
}

static bool is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 || code == 0x2029;
}

static bool turns_direction(uint32_t code)
{
    return code == 0x200e || code == 0x200f || (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

/* Bytes of the printable character at `text`, 0 if there is none. */
static size_t printable_length(const char *text)
{
    size_t length = spb_utf8_length(text);
    size_t ignored;
    uint32_t code = spb_utf8_decode(text, &ignored);
    return is_control(code) || turns_direction(code) ? 0 : length;
}

bool spb_utf8_is_printable(const char *text)
{
    for (size_t length; *text; text += length) {
        length = printable_length(text);
        if (length == 0)
            return false;
    }
    return true;
}

void spb_utf8_append_printable(struct spb_strbuf *out, const char *text)
{
    while (*text) {
        size_t length = printable_length(text);
        if (length) {
            spb_strbuf_append_bytes(out, text, length);
        } else {
            spb_strbuf_append(out, "\xef\xbf\xbd");
            spb_utf8_decode(text, &length);
        }
        text += length;
    }
}

/* Bytes at the front of `text` that must go before the rest takes at most `columns`. */
static size_t bytes_before_last(const char *text, size_t columns)
{
    size_t all = strlen(text), start = 0, bytes;
    for (size_t left = spb_utf8_columns(text, all); left > columns; start += bytes) {
        spb_utf8_decode(text + start, &bytes);
        left -= spb_utf8_columns(text + start, bytes);
    }
    return start;
}

/* Bytes of the first `columns`, and not one more. */
static size_t bytes_of_first(const char *text, size_t columns)
{
    size_t end = 0, bytes = 0;
    for (size_t taken = 0; text[end]; end += bytes) {
        spb_utf8_decode(text + end, &bytes);
        taken += spb_utf8_columns(text + end, bytes);
        if (taken > columns)
            break;
    }
    return end;
}

void spb_utf8_append_cut(struct spb_strbuf *out, const char *text, size_t columns)
{
    if (spb_utf8_columns(text, strlen(text)) <= columns) {
        spb_strbuf_append(out, text);
        return;
    }
    size_t last = (columns - 1) / 2;
    spb_strbuf_append_bytes(out, text, bytes_of_first(text, columns - 1 - last));
    spb_strbuf_append(out, "\xe2\x80\xa6");
    spb_strbuf_append(out, text + bytes_before_last(text, last));
}
