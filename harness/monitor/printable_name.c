/* SPDX-License-Identifier: MIT */
#include "printable_name.h"

#include <string.h>

#include "utf8.h"

static size_t plain_length(const char *text, size_t length)
{
    size_t plain = 0;
    while (plain < length && text[plain] >= ' ' && text[plain] <= '~')
        plain++;
    return plain;
}

/* Cuts at `size` - 1 bytes, but not inside of a character. */
static void copy_cut(const char *text, size_t length, char *name, size_t size)
{
    size_t end = length < size ? length : size - 1;
    while (end < length && end && ((unsigned char)text[end] & 0xc0) == 0x80)
        end--;
    memcpy(name, text, end);
    name[end] = '\0';
}

/* A NUL ends a text for utf8.h; between the others it is a control character like them. */
void spb_printable_name(const char *text, size_t length, char *name, size_t size)
{
    struct spb_strbuf raw = {0}, safe = {0};
    if (plain_length(text, length) == length) {
        copy_cut(text, length, name, size);
        return;
    }
    for (size_t i = 0; i < length; i++)
        spb_strbuf_append_char(&raw, text[i] ? text[i] : '\1');
    spb_utf8_append_printable(&safe, spb_strbuf_text(&raw));
    copy_cut(spb_strbuf_text(&safe), safe.length, name, size);
    spb_strbuf_release(&raw);
    spb_strbuf_release(&safe);
}
