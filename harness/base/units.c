/* SPDX-License-Identifier: MIT */
#include "units.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct scale {
    const char *suffix;
    double factor;
};

/* Digits after the point that leave three significant ones. */
static int decimals(double value)
{
    value = fabs(value);
    return value >= 99.95 ? 0 : value >= 9.995 ? 1 : value >= 0.9995 || value == 0 ? 2 : 3;
}

const char *spb_format_duration(char *text, double ns)
{
    static const struct scale scales[] = {{"s", 1e9}, {"ms", 1e6}, {"us", 1e3}, {"ns", 1}};
    size_t i = 0;
    while (i < 3 && fabs(ns) < scales[i].factor * 0.9995)
        i++;
    double value = ns / scales[i].factor;
    snprintf(text, SPB_UNIT_TEXT_SIZE, "%.*f %s", decimals(value), value, scales[i].suffix);
    return text;
}

const char *spb_format_bytes(char *text, uint64_t bytes)
{
    static const char *const suffixes[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    double value = (double)bytes;
    size_t i = 0;
    while (value >= 1024 && i < 6) {
        value /= 1024;
        i++;
    }
    snprintf(text, SPB_UNIT_TEXT_SIZE, "%.*f %s", value == floor(value) ? 0 : decimals(value), value, suffixes[i]);
    return text;
}

const char *spb_format_si(char *text, double value, const char *unit)
{
    static const struct scale scales[] = {{"E", 1e18}, {"P", 1e15}, {"T", 1e12}, {"G", 1e9},  {"M", 1e6},
                                          {"k", 1e3},  {"", 1},     {"m", 1e-3}, {"u", 1e-6}, {"n", 1e-9}};
    size_t i = 0;
    while (i + 1 < sizeof(scales) / sizeof(scales[0]) && fabs(value) < scales[i].factor * 0.9995)
        i++;
    if (value == 0)
        i = 6;
    double scaled = value / scales[i].factor;
    snprintf(text, SPB_UNIT_TEXT_SIZE, "%.*f %s%s", decimals(scaled), scaled, scales[i].suffix, unit);
    size_t length = strlen(text);
    if (length && text[length - 1] == ' ')
        text[length - 1] = '\0';
    return text;
}

const char *spb_format_double(char *text, double value)
{
    if (!isfinite(value)) {
        strcpy(text, "null");
        return text;
    }
    if (value == floor(value) && fabs(value) < 1e15) {
        snprintf(text, SPB_UNIT_TEXT_SIZE, "%.0f", value); /* 272629760, not 2.7262976e+08 */
        return text;
    }
    for (int digits = 6; digits <= 17; digits++) {
        snprintf(text, SPB_UNIT_TEXT_SIZE, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    return text;
}

static const struct scale *find_scale(const struct scale *scales, const char *suffix)
{
    for (; scales->suffix; scales++)
        if (strcmp(scales->suffix, suffix) == 0)
            return scales;
    return NULL;
}

/* NUMBER SUFFIX -> whole units, rounded. An integer without suffix is exact over all of uint64_t. */
static int parse_scaled(const char *text, const struct scale *scales, const char *example, uint64_t *value,
                        struct spb_error *err)
{
    if (!isdigit((unsigned char)text[0]))
        return spb_error_set(err, -EINVAL, "'%s' is not a number such as %s", text, example);
    errno = 0;
    char *end;
    unsigned long long whole = strtoull(text, &end, 10);
    if (*end == '\0' && errno == 0 && scales[0].factor == 1) {
        *value = whole;
        return 0;
    }
    if (*end == 'x' || *end == 'X') /* strtod would read 0x10 as 16 */
        return spb_error_set(err, -EINVAL, "'%s' is not a decimal number such as %s", text, example);
    double number = strtod(text, &end);
    while (*end == ' ')
        end++;
    const struct scale *scale = find_scale(scales, end);
    if (!scale)
        return spb_error_set(err, -EINVAL, "'%s' has the unknown unit '%s'; write it like %s", text, end, example);
    double scaled = round(number * scale->factor);
    if (!(scaled < 18446744073709551615.0))
        return spb_error_set(err, -ERANGE, "'%s' is too large", text);
    *value = (uint64_t)scaled;
    return 0;
}

int spb_parse_count(const char *text, uint64_t *value, struct spb_error *err)
{
    static const struct scale scales[] = {{"", 1}, {"k", 1e3}, {"M", 1e6}, {"G", 1e9}, {NULL, 0}};
    return parse_scaled(text, scales, "100 or 20k", value, err);
}

int spb_parse_bytes(const char *text, uint64_t *bytes, struct spb_error *err)
{
    static const struct scale scales[] = {
        {"", 1},       {"B", 1},        {"K", 1024},     {"KiB", 1024},   {"k", 1024}, {"M", 0x1p20}, {"MiB", 0x1p20},
        {"G", 0x1p30}, {"GiB", 0x1p30}, {"T", 0x1p40},   {"TiB", 0x1p40}, {"kB", 1e3}, {"KB", 1e3},   {"MB", 1e6},
        {"GB", 1e9},   {"TB", 1e12},    {"PiB", 0x1p50}, {"EiB", 0x1p60}, {NULL, 0}};
    return parse_scaled(text, scales, "4096, 64KiB or 1MiB", bytes, err);
}

int spb_parse_duration(const char *text, uint64_t default_unit_ns, uint64_t *ns, struct spb_error *err)
{
    const struct scale scales[] = {{"", (double)default_unit_ns},
                                   {"ns", 1},
                                   {"us", 1e3},
                                   {"ms", 1e6},
                                   {"s", 1e9},
                                   {"m", 60e9},
                                   {"min", 60e9},
                                   {"h", 3600e9},
                                   {NULL, 0}};
    return parse_scaled(text, scales, "500ns, 10us or 1.5s", ns, err);
}

int spb_parse_double(const char *text, double *value, struct spb_error *err)
{
    char *end;
    double number = strtod(text, &end);
    if (end == text || *end != '\0' || strpbrk(text, "xX") || !isfinite(number) || isspace((unsigned char)text[0]))
        return spb_error_set(err, -EINVAL, "'%s' is not a number such as 1.5", text);
    *value = number;
    return 0;
}
