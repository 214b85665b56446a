/* SPDX-License-Identifier: MIT */
#include "plot_text.h"

#include <string.h>

#include "utf8.h"

#define COLUMN_PX 7.6
#define ELLIPSIS  "\xe2\x80\xa6"

/* Where the sequence ends that makes `columns` of them full, from the beginning. */
static size_t bytes_of(const char *text, size_t length, size_t columns)
{
    size_t at = 0, next;
    for (; at < length; at += next) {
        spb_utf8_decode(text + at, &next);
        if (spb_utf8_columns(text, at + next) > columns)
            break;
    }
    return at;
}

/* Where the last `columns` of them begin. */
static size_t start_of_end(const char *text, size_t length, size_t columns)
{
    size_t at = 0, next;
    for (; at < length && spb_utf8_columns(text + at, length - at) > columns; at += next)
        spb_utf8_decode(text + at, &next);
    return at;
}

void spb_plot_text_clip(const char *text, size_t columns, struct spb_strbuf *out)
{
    struct spb_strbuf whole = {0};
    spb_utf8_append_printable(&whole, text);
    const char *shown = spb_strbuf_text(&whole);
    if (spb_utf8_columns(shown, whole.length) <= columns) {
        spb_strbuf_append(out, shown);
    } else {
        size_t end = (columns - 1) / 2, start = columns - 1 - end;
        spb_strbuf_append_bytes(out, shown, bytes_of(shown, whole.length, start));
        spb_strbuf_append(out, ELLIPSIS);
        spb_strbuf_append(out, shown + start_of_end(shown, whole.length, end));
    }
    out->failed |= whole.failed;
    spb_strbuf_release(&whole);
}

void spb_plot_text_wrap(const char *text, size_t columns, struct spb_strbuf *out)
{
    size_t used = 0;
    for (const char *at = text; *at;) {
        size_t length = strcspn(at, " \n"), wide = spb_utf8_columns(at, length);
        if (used > 0 && used + 1 + wide > columns) {
            spb_strbuf_append_char(out, '\n');
            used = 0;
        } else if (used > 0) {
            spb_strbuf_append_char(out, ' ');
            used++;
        }
        spb_strbuf_append_bytes(out, at, length);
        used += wide;
        at += length;
        if (*at == '\n') {
            spb_strbuf_append_char(out, '\n');
            used = 0;
        }
        at += *at != '\0';
    }
}

double spb_plot_text_width_px(size_t columns)
{
    return COLUMN_PX * (double)columns;
}

size_t spb_plot_text_lines(const char *text)
{
    size_t lines = *text != '\0';
    for (; *text; text++)
        lines += *text == '\n' && text[1] != '\0';
    return lines;
}
