/* SPDX-License-Identifier: MIT */
#include "parameter.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "units.h"

enum { VALUES_MAX = 256 };

void spb_param_value_release(struct spb_param_value *value)
{
    free(value->name);
    free(value->text);
    *value = (struct spb_param_value){0};
}

void spb_param_values_release(struct spb_param_values *values)
{
    for (size_t i = 0; i < values->count; i++)
        spb_param_value_release(&values->items[i]);
    free(values->items);
    *values = (struct spb_param_values){0};
}

int spb_param_value_copy(const struct spb_param_value *from, struct spb_param_value *to)
{
    *to = *from;
    to->name = strdup(from->name);
    to->text = strdup(from->text);
    if (to->name && to->text)
        return 0;
    spb_param_value_release(to);
    return -ENOMEM;
}

static bool is_choice(const char *choices, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = choices; at && *at; at += strcspn(at, ",") + (at[strcspn(at, ",")] == ','))
        if (strcspn(at, ",") == length && strncmp(at, word, length) == 0)
            return true;
    return false;
}

static int parse_number(const struct spb_param_spec *spec, const char *text, uint64_t *value, struct spb_error *err)
{
    switch (spec->kind) {
    case SPB_PARAM_BYTES:
        return spb_parse_bytes(text, value, err);
    case SPB_PARAM_DURATION:
        return spb_parse_duration(text, 1, value, err);
    case SPB_PARAM_COUNT:
    case SPB_PARAM_CHOICE:
    case SPB_PARAM_CPU_PAIR:
        break;
    }
    return spb_parse_count(text, value, err);
}

/* The bound as the user would write it. */
static const char *bound_text(const struct spb_param_spec *spec, uint64_t value, char *text)
{
    if (spec->kind == SPB_PARAM_BYTES)
        return spb_format_bytes(text, value);
    if (spec->kind == SPB_PARAM_DURATION)
        return spb_format_duration(text, (double)value);
    snprintf(text, SPB_UNIT_TEXT_SIZE, "%llu", (unsigned long long)value);
    return text;
}

static int parse_value(const struct spb_param_spec *spec, const char *text, uint64_t *value, struct spb_error *err)
{
    char low[SPB_UNIT_TEXT_SIZE], high[SPB_UNIT_TEXT_SIZE];
    *value = 0;
    if (spec->kind == SPB_PARAM_CHOICE)
        return is_choice(spec->choices, text)
                   ? 0
                   : spb_error_set(err, -EINVAL, "parameter %s: '%s' is none of %s", spec->name, text, spec->choices);
    int code = parse_number(spec, text, value, err);
    if (code < 0)
        return spb_error_prefix(err, code, "parameter %s", spec->name);
    if (*value < spec->minimum)
        return spb_error_set(err, -EINVAL, "parameter %s: '%s' is below the smallest value, %s", spec->name, text,
                             bound_text(spec, spec->minimum, low));
    if (spec->maximum && *value > spec->maximum)
        return spb_error_set(err, -EINVAL, "parameter %s: '%s' is above the largest value, %s", spec->name, text,
                             bound_text(spec, spec->maximum, high));
    return 0;
}

static bool is_repeated(const struct spb_param_values *values, const struct spb_param_spec *spec, const char *text,
                        uint64_t value)
{
    for (size_t i = 0; i < values->count; i++)
        if (spec->kind == SPB_PARAM_CHOICE ? strcmp(values->items[i].text, text) == 0 : values->items[i].value == value)
            return true;
    return false;
}

static int add_value(const struct spb_param_spec *spec, const char *text, struct spb_param_values *values,
                     struct spb_error *err)
{
    uint64_t value;
    int code = parse_value(spec, text, &value, err);
    if (code < 0)
        return code;
    if (is_repeated(values, spec, text, value))
        return spb_error_set(err, -EINVAL, "parameter %s: '%s' is there twice", spec->name, text);
    if (values->count == VALUES_MAX)
        return spb_error_set(err, -EINVAL, "parameter %s: more than %d values", spec->name, VALUES_MAX);
    struct spb_param_value *items = reallocarray(values->items, values->count + 1, sizeof(*items));
    if (!items)
        return spb_error_set(err, -ENOMEM, "out of memory");
    values->items = items;
    struct spb_param_value from = {
        .name = (char *)(uintptr_t)spec->name, .text = (char *)(uintptr_t)text, .value = value, .kind = spec->kind};
    code = spb_param_value_copy(&from, &items[values->count]);
    if (code == 0)
        values->count++;
    return code == 0 ? 0 : spb_error_set(err, code, "out of memory");
}

int spb_param_values_parse(const struct spb_param_spec *spec, const char *text, struct spb_param_values *values,
                           struct spb_error *err)
{
    *values = (struct spb_param_values){0};
    char *copy = strdup(text);
    if (!copy)
        return spb_error_set(err, -ENOMEM, "out of memory");
    int code = 0;
    for (char *rest = copy, *word; code == 0 && (word = strsep(&rest, ",")) != NULL;)
        code = add_value(spec, word, values, err);
    free(copy);
    if (code < 0)
        spb_param_values_release(values);
    return code;
}
