/* SPDX-License-Identifier: MIT */
#include "message.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Length that stands for "no text". */
#define NO_TEXT UINT64_MAX

void spb_message_put_u64(struct spb_strbuf *buf, uint64_t value)
{
    spb_strbuf_append_bytes(buf, &value, sizeof(value));
}

void spb_message_put_double(struct spb_strbuf *buf, double value)
{
    spb_strbuf_append_bytes(buf, &value, sizeof(value));
}

void spb_message_put_text(struct spb_strbuf *buf, const char *text)
{
    size_t length = text ? strlen(text) : 0;
    spb_message_put_u64(buf, text ? length : NO_TEXT);
    spb_strbuf_append_bytes(buf, text, length);
}

static bool take(struct spb_message_reader *reader, void *bytes, size_t length)
{
    if (reader->failed || (size_t)(reader->end - reader->next) < length) {
        reader->failed = true;
        return false;
    }
    if (length)
        memcpy(bytes, reader->next, length);
    reader->next += length;
    return true;
}

uint64_t spb_message_get_u64(struct spb_message_reader *reader)
{
    uint64_t value = 0;
    take(reader, &value, sizeof(value));
    return value;
}

uint64_t spb_message_get_bounded(struct spb_message_reader *reader, uint64_t maximum)
{
    uint64_t value = spb_message_get_u64(reader);
    if (value <= maximum)
        return value;
    reader->failed = true;
    return 0;
}

double spb_message_get_double(struct spb_message_reader *reader)
{
    double value = 0;
    take(reader, &value, sizeof(value));
    if (isfinite(value))
        return value;
    reader->failed = true;
    return 0;
}

char *spb_message_get_text(struct spb_message_reader *reader)
{
    uint64_t length = spb_message_get_u64(reader);
    if (reader->failed || length == NO_TEXT)
        return NULL;
    if (length > (uint64_t)(reader->end - reader->next)) {
        reader->failed = true;
        return NULL;
    }
    char *text = malloc((size_t)length + 1);
    if (!text) {
        reader->failed = true;
        return NULL;
    }
    take(reader, text, (size_t)length);
    text[length] = '\0';
    return text;
}

uint64_t spb_message_room(const struct spb_message_reader *reader, size_t item_bytes)
{
    return reader->failed ? 0 : (uint64_t)(reader->end - reader->next) / item_bytes;
}
