/* SPDX-License-Identifier: MIT */
#include "keyed.h"

#include <errno.h>

#include "span.h"

static struct spb_reading parse_amount(struct spb_span rest)
{
    struct spb_reading reading = {.code = -EINVAL};
    struct spb_span word;
    if (!spb_span_take_word(&rest, &word))
        return reading;
    reading.code = spb_span_parse_u64(word, &reading.value);
    if (reading.code || !spb_span_take_word(&rest, &word))
        return reading;
    if (!spb_span_equals(word, "kB"))
        reading.code = -EINVAL;
    else if (__builtin_mul_overflow(reading.value, 1024u, &reading.value))
        reading.code = -ERANGE;
    return reading;
}

/* "MemTotal:       16374260 kB" or "oom_kill 0" */
void spb_keyed_parse(const char *text, size_t length, const char *const *keys, size_t count,
                     struct spb_reading *readings)
{
    struct spb_span rest = {text, length}, line, key;
    for (size_t i = 0; i < count; i++)
        readings[i] = (struct spb_reading){.code = -ENOENT};
    while (spb_span_take_line(&rest, &line)) {
        if (!spb_span_take_word(&line, &key))
            continue;
        if (key.text[key.length - 1] == ':')
            key.length--;
        for (size_t i = 0; i < count; i++)
            if (keys[i] && readings[i].code == -ENOENT && spb_span_equals(key, keys[i]))
                readings[i] = parse_amount(line);
    }
}
