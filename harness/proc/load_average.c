/* SPDX-License-Identifier: MIT */
#include "load_average.h"

#include <errno.h>
#include <stdio.h>

#include "file.h"
#include "span.h"

/* "0.20 0.18 0.12 1/80 11206" */
int spb_load_average_parse(const char *text, size_t length, struct spb_load_average *load)
{
    struct spb_span rest = {text, length}, word, part;
    double *const averages[] = {&load->one, &load->five, &load->fifteen};
    for (size_t i = 0; i < 3; i++) {
        int code = spb_span_take_word(&rest, &word) ? spb_span_parse_decimal(word, averages[i]) : -EINVAL;
        if (code)
            return code;
    }
    if (!spb_span_take_word(&rest, &word) || !spb_span_take_until(&word, '/', &part))
        return -EINVAL;
    int code = spb_span_parse_u64(part, &load->running);
    return code ? code : spb_span_parse_u64(word, &load->threads);
}

int spb_load_average_read(const char *root, struct spb_load_average *load)
{
    struct spb_strbuf text = {0};
    int code = spb_file_read(root, "/proc/loadavg", 0, &text);
    if (code == 0)
        code = spb_load_average_parse(spb_strbuf_text(&text), text.length, load);
    spb_strbuf_release(&text);
    return code;
}

static int take_value(struct spb_span *line, const char *key, struct spb_span *value)
{
    struct spb_span name;
    if (!spb_span_take_word(line, value) || !spb_span_take_until(value, '=', &name) || !spb_span_equals(name, key))
        return -EINVAL;
    return 0;
}

/* "some avg10=5.39 avg60=2.68 avg300=0.78 total=10197498", total in microseconds */
static int parse_pressure_line(struct spb_span line, struct spb_pressure_line *into)
{
    static const char *const keys[] = {"avg10", "avg60", "avg300"};
    double *const averages[] = {&into->avg10_pct, &into->avg60_pct, &into->avg300_pct};
    struct spb_span value;
    for (size_t i = 0; i < 3; i++) {
        int code = take_value(&line, keys[i], &value);
        if (code || (code = spb_span_parse_decimal(value, averages[i])))
            return code;
    }
    int code = take_value(&line, "total", &value);
    if (code || (code = spb_span_parse_u64(value, &into->total_ns)))
        return code;
    return __builtin_mul_overflow(into->total_ns, 1000u, &into->total_ns) ? -ERANGE : 0;
}

int spb_pressure_parse(const char *text, size_t length, struct spb_pressure *pressure)
{
    struct spb_span rest = {text, length}, line, word;
    *pressure = (struct spb_pressure){.some.code = -ENOENT, .full.code = -ENOENT};
    while (spb_span_take_line(&rest, &line)) {
        spb_span_take_word(&line, &word);
        if (spb_span_equals(word, "some"))
            pressure->some.code = parse_pressure_line(line, &pressure->some);
        else if (spb_span_equals(word, "full"))
            pressure->full.code = parse_pressure_line(line, &pressure->full);
    }
    return pressure->some.code;
}

int spb_pressure_read(const char *root, const char *resource, struct spb_pressure *pressure)
{
    char path[64];
    struct spb_strbuf text = {0};
    snprintf(path, sizeof(path), "/proc/pressure/%s", resource);
    int code = spb_file_read(root, path, 0, &text);
    if (code == 0)
        code = spb_pressure_parse(spb_strbuf_text(&text), text.length, pressure);
    spb_strbuf_release(&text);
    return code;
}
