/* SPDX-License-Identifier: MIT */
#include "strbuf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void spb_strbuf_release(struct spb_strbuf *buf)
{
    free(buf->text);
    *buf = (struct spb_strbuf){0};
}

void spb_strbuf_reset(struct spb_strbuf *buf)
{
    buf->length = 0;
    buf->failed = false;
    if (buf->text)
        buf->text[0] = '\0';
}

/* Makes room for `extra` more bytes and the terminator. */
static bool reserve(struct spb_strbuf *buf, size_t extra)
{
    if (buf->failed)
        return false;
    if (extra < buf->capacity && buf->length < buf->capacity - extra)
        return true;
    if (extra > SIZE_MAX / 4 - buf->length) {
        buf->failed = true;
        return false;
    }
    size_t capacity = buf->capacity ? buf->capacity : 64;
    while (capacity - 1 < buf->length + extra)
        capacity *= 2;
    char *text = realloc(buf->text, capacity);
    if (!text) {
        buf->failed = true;
        return false;
    }
    buf->text = text;
    buf->capacity = capacity;
    return true;
}

void spb_strbuf_append_bytes(struct spb_strbuf *buf, const void *bytes, size_t length)
{
    if (!reserve(buf, length))
        return;
    if (length)
        memcpy(buf->text + buf->length, bytes, length);
    buf->length += length;
    buf->text[buf->length] = '\0';
}

void spb_strbuf_append(struct spb_strbuf *buf, const char *text)
{
    spb_strbuf_append_bytes(buf, text, strlen(text));
}

void spb_strbuf_append_char(struct spb_strbuf *buf, char c)
{
    spb_strbuf_append_bytes(buf, &c, 1);
}

void spb_strbuf_append_repeated(struct spb_strbuf *buf, char c, size_t count)
{
    if (!reserve(buf, count))
        return;
    memset(buf->text + buf->length, c, count);
    buf->length += count;
    buf->text[buf->length] = '\0';
}

void spb_strbuf_printf(struct spb_strbuf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (length < 0 || !reserve(buf, (size_t)length)) {
        buf->failed = true;
        return;
    }
    va_start(args, format);
    vsnprintf(buf->text + buf->length, (size_t)length + 1, format, args);
    va_end(args);
    buf->length += (size_t)length;
}

const char *spb_strbuf_text(const struct spb_strbuf *buf)
{
    return buf->text ? buf->text : "";
}

char *spb_strbuf_detach(struct spb_strbuf *buf)
{
    spb_strbuf_append_bytes(buf, "", 0);
    char *text = buf->failed ? NULL : buf->text;
    if (buf->failed)
        free(buf->text);
    *buf = (struct spb_strbuf){0};
    return text;
}
