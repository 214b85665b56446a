/* SPDX-License-Identifier: MIT */
#include "span.h"

#include <errno.h>
#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\0';
}

static void drop(struct spb_span *span, size_t count)
{
    span->text += count;
    span->length -= count;
}

bool spb_span_take_until(struct spb_span *rest, char separator, struct spb_span *part)
{
    const char *end = rest->length ? memchr(rest->text, separator, rest->length) : NULL;
    if (!end)
        return false;
    *part = (struct spb_span){rest->text, (size_t)(end - rest->text)};
    drop(rest, part->length + 1);
    return true;
}

bool spb_span_take_line(struct spb_span *rest, struct spb_span *line)
{
    if (rest->length == 0)
        return false;
    if (!spb_span_take_until(rest, '\n', line)) {
        *line = *rest;
        drop(rest, rest->length);
    }
    return true;
}

bool spb_span_take_word(struct spb_span *rest, struct spb_span *word)
{
    while (rest->length && is_blank(*rest->text))
        drop(rest, 1);
    *word = (struct spb_span){rest->text, 0};
    while (rest->length && !is_blank(*rest->text)) {
        word->length++;
        drop(rest, 1);
    }
    return word->length > 0;
}

struct spb_span spb_span_trim(struct spb_span span)
{
    while (span.length && is_blank(*span.text))
        drop(&span, 1);
    while (span.length && is_blank(span.text[span.length - 1]))
        span.length--;
    return span;
}

bool spb_span_equals(struct spb_span span, const char *text)
{
    return span.length == strlen(text) && memcmp(span.text, text, span.length) == 0;
}

bool spb_span_starts_with(struct spb_span span, const char *text)
{
    size_t length = strlen(text);
    return span.length >= length && memcmp(span.text, text, length) == 0;
}

bool spb_span_has_word(struct spb_span span, const char *word)
{
    struct spb_span found;
    while (spb_span_take_word(&span, &found))
        if (spb_span_equals(found, word))
            return true;
    return false;
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return 16;
}

static int parse_digits(struct spb_span span, unsigned base, uint64_t *value)
{
    uint64_t sum = 0;
    if (span.length == 0)
        return -EINVAL;
    for (size_t i = 0; i < span.length; i++) {
        unsigned digit = (unsigned)digit_of(span.text[i]);
        if (digit >= base)
            return -EINVAL;
        if (__builtin_mul_overflow(sum, base, &sum) || __builtin_add_overflow(sum, digit, &sum))
            return -ERANGE;
    }
    *value = sum;
    return 0;
}

int spb_span_parse_hex(struct spb_span span, uint64_t *value)
{
    if (spb_span_starts_with(span, "0x"))
        drop(&span, 2);
    return parse_digits(span, 16, value);
}

int spb_span_parse_u64(struct spb_span span, uint64_t *value)
{
    return spb_span_starts_with(span, "0x") ? spb_span_parse_hex(span, value) : parse_digits(span, 10, value);
}

int spb_span_parse_i64(struct spb_span span, int64_t *value)
{
    bool negative = spb_span_starts_with(span, "-");
    uint64_t size;
    if (negative)
        drop(&span, 1);
    int code = parse_digits(span, 10, &size);
    if (code)
        return code;
    if (size > (uint64_t)INT64_MAX)
        return -ERANGE;
    *value = negative ? -(int64_t)size : (int64_t)size;
    return 0;
}

int spb_span_parse_decimal(struct spb_span span, double *value)
{
    struct spb_span whole;
    uint64_t integer, fraction = 0;
    double scale = 1;
    if (!spb_span_take_until(&span, '.', &whole)) {
        whole = span;
        span.length = 0;
    } else if (span.length == 0 || span.length > 15) {
        return -EINVAL;
    }
    int code = parse_digits(whole, 10, &integer);
    if (code == 0 && span.length)
        code = parse_digits(span, 10, &fraction);
    if (code)
        return code;
    for (size_t i = 0; i < span.length; i++)
        scale *= 10;
    *value = (double)integer + (double)fraction / scale;
    return 0;
}

void spb_span_copy(struct spb_span span, char *text, size_t size)
{
    size_t length = span.length < size ? span.length : size - 1;
    if (length)
        memcpy(text, span.text, length);
    text[length] = '\0';
}
