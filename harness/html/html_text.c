/* SPDX-License-Identifier: MIT */
#include "html_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "utf8.h"

static const char *reference_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void spb_html_append(struct spb_strbuf *out, const char *text)
{
    struct spb_strbuf printable = {0};
    spb_utf8_append_printable(&printable, text ? text : "");
    for (const char *at = spb_strbuf_text(&printable); *at;) {
        size_t plain = strcspn(at, "&<>\"'");
        spb_strbuf_append_bytes(out, at, plain);
        at += plain;
        if (*at)
            spb_strbuf_append(out, reference_of(*at++));
    }
    out->failed |= printable.failed;
    spb_strbuf_release(&printable);
}

void spb_html_printf(struct spb_strbuf *out, const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    if (vasprintf(&text, format, args) < 0) {
        out->failed = true;
        text = NULL;
    }
    va_end(args);
    spb_html_append(out, text);
    free(text);
}

void spb_html_take(struct spb_strbuf *out, struct spb_strbuf *text)
{
    spb_html_append(out, spb_strbuf_text(text));
    out->failed |= text->failed;
    spb_strbuf_reset(text);
}

void spb_html_append_id(struct spb_strbuf *out, const char *name)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/=_-";
    for (; *name; name++)
        if (strchr(plain, *name))
            spb_strbuf_append_char(out, *name);
        else if (*name == ' ')
            spb_strbuf_append_char(out, '~');
        else
            spb_strbuf_printf(out, ".%02x", (unsigned char)*name);
}
