/* SPDX-License-Identifier: MIT */
#include "parameter.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "units.h"

enum { VALUES_MAX = 65536 };

static const char *const param_kind_names[] = {
    [SPB_PARAM_COUNT] = "count",   [SPB_PARAM_BYTES] = "bytes",       [SPB_PARAM_DURATION] = "duration",
    [SPB_PARAM_CHOICE] = "choice", [SPB_PARAM_CPU_PAIR] = "cpu-pair",
};

const char *spb_param_kind_name(enum spb_param_kind kind)
{
    return param_kind_names[kind];
}

int spb_param_kind_parse(const char *name)
{
    for (int i = 0; i < (int)(sizeof(param_kind_names) / sizeof(param_kind_names[0])); i++)
        if (strcmp(param_kind_names[i], name) == 0)
            return i;
    return -1;
}

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

struct spb_cpu_pair spb_param_pair(uint64_t value)
{
    return (struct spb_cpu_pair){{(unsigned)(value >> 32)}, {(unsigned)(value & UINT32_MAX)}};
}

/* ---- one word ---------------------------------------------------------------------------------------------------- */

/* What is being read, and what for. */
struct reader {
    const struct spb_param_spec *spec;
    struct spb_param_machine machine;
    struct spb_param_values *values;
    struct spb_error *err;
};

/* "0-1": two different CPUs. */
static int parse_pair(const char *text, uint64_t *value, struct spb_error *err)
{
    uint64_t first, second;
    char word[32];
    const char *dash = strchr(text, '-');
    if (dash && (size_t)(dash - text) < sizeof(word)) {
        memcpy(word, text, (size_t)(dash - text));
        word[dash - text] = '\0';
        if (spb_parse_count(word, &first, NULL) == 0 && spb_parse_count(dash + 1, &second, NULL) == 0 &&
            first <= INT32_MAX && second <= INT32_MAX && first != second) {
            *value = first << 32 | second;
            return 0;
        }
    }
    return spb_error_set(err, -EINVAL, "'%s' is no pair of CPUs; write it as 0-1, or auto, or all", text);
}

static int parse_number(const struct spb_param_spec *spec, const char *text, uint64_t *value, struct spb_error *err)
{
    switch (spec->kind) {
    case SPB_PARAM_BYTES:
        return spb_parse_bytes(text, value, err);
    case SPB_PARAM_DURATION:
        return spb_parse_duration(text, 1, value, err);
    case SPB_PARAM_CPU_PAIR:
        return parse_pair(text, value, err);
    case SPB_PARAM_COUNT:
    case SPB_PARAM_CHOICE:
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

static int check_range(const struct spb_param_spec *spec, const char *text, uint64_t value, struct spb_error *err)
{
    char bound[SPB_UNIT_TEXT_SIZE];
    if (value < spec->minimum)
        return spb_error_set(err, -EINVAL, "parameter %s: '%s' is below the smallest value, %s", spec->name, text,
                             bound_text(spec, spec->minimum, bound));
    if (spec->maximum && value > spec->maximum)
        return spb_error_set(err, -EINVAL, "parameter %s: '%s' is above the largest value, %s", spec->name, text,
                             bound_text(spec, spec->maximum, bound));
    return 0;
}

static bool follows_machine(const struct spb_param_spec *spec, const char *text)
{
    return spec->kind == SPB_PARAM_BYTES && spb_cache_size_is(text);
}

/* A size by the caches is brought into the range, since nobody can know it beforehand; others must lie in it. */
static int parse_value(const struct reader *reader, const char *text, uint64_t *value)
{
    const struct spb_param_spec *spec = reader->spec;
    bool relative = follows_machine(spec, text);
    int code = relative ? spb_cache_size_parse(text, &reader->machine.caches, value, reader->err)
                        : parse_number(spec, text, value, reader->err);
    if (code < 0)
        return spb_error_prefix(reader->err, code, "parameter %s", spec->name);
    if (!relative)
        return check_range(spec, text, *value, reader->err);
    if (*value < spec->minimum)
        *value = spec->minimum;
    if (spec->maximum && *value > spec->maximum)
        *value = spec->maximum;
    return 0;
}

/* ---- the list ---------------------------------------------------------------------------------------------------- */

static bool is_repeated(const struct reader *reader, const char *text, uint64_t value)
{
    const struct spb_param_values *values = reader->values;
    for (size_t i = 0; i < values->count; i++)
        if (reader->spec->kind == SPB_PARAM_CHOICE ? strcmp(values->items[i].text, text) == 0
                                                   : values->items[i].value == value)
            return true;
    return false;
}

static int append(const struct reader *reader, const char *text, uint64_t value)
{
    struct spb_param_values *values = reader->values;
    const struct spb_param_spec *spec = reader->spec;
    if (values->count == VALUES_MAX)
        return spb_error_set(reader->err, -EINVAL, "parameter %s: more than %d values", spec->name, VALUES_MAX);
    struct spb_param_value *items = reallocarray(values->items, values->count + 1, sizeof(*items));
    if (!items)
        return spb_error_set(reader->err, -ENOMEM, "out of memory");
    values->items = items;
    struct spb_param_value from = {
        .name = (char *)(uintptr_t)spec->name, .text = (char *)(uintptr_t)text, .value = value, .kind = spec->kind};
    int code = spb_param_value_copy(&from, &items[values->count]);
    if (code == 0)
        values->count++;
    return code == 0 ? 0 : spb_error_set(reader->err, code, "out of memory");
}

/* A value that was not typed, as it would be typed: exact, in the largest unit. Those that are there already are left out. */
static int append_computed(const struct reader *reader, uint64_t value)
{
    static const char *const units[] = {"", "KiB", "MiB", "GiB", "TiB"};
    char text[SPB_UNIT_TEXT_SIZE];
    uint64_t number = value;
    size_t unit = 0;
    if (is_repeated(reader, "", value))
        return 0;
    for (; reader->spec->kind == SPB_PARAM_BYTES && number && number % 1024 == 0 && unit < 4; unit++)
        number /= 1024;
    snprintf(text, sizeof(text), "%llu%s", (unsigned long long)number, units[unit]);
    return append(reader, text, value);
}

/* "4KiB..1MiB": the first, its doublings, the last. `word` is cut in two. */
static int add_range(const struct reader *reader, char *word, char *dots)
{
    uint64_t low = 0, high = 0;
    *dots = '\0';
    int code = parse_value(reader, word, &low);
    if (code == 0)
        code = parse_value(reader, dots + 2, &high);
    if (code < 0)
        return code;
    if (low > high || low == 0)
        return spb_error_set(reader->err, -EINVAL,
                             "parameter %s: the range %s..%s must begin above 0 and not end lower", reader->spec->name,
                             word, dots + 2);
    for (uint64_t value = low; code == 0 && value < high; value *= 2) {
        code = append_computed(reader, value);
        if (value > high / 2)
            break;
    }
    return code == 0 ? append_computed(reader, high) : code;
}

static int add_pairs(const struct reader *reader, enum spb_cpu_pairs which)
{
    struct spb_cpu_pair *pairs;
    size_t count;
    char text[SPB_UNIT_TEXT_SIZE];
    int code = spb_cpu_pairs_make(reader->machine.topology, reader->machine.pin, which, &pairs, &count, reader->err);
    for (size_t i = 0; i < count && code == 0; i++) {
        unsigned first = pairs[i].first.os_index, second = pairs[i].second.os_index;
        snprintf(text, sizeof(text), "%u-%u", first, second);
        code = append(reader, text, (uint64_t)first << 32 | second);
    }
    free(pairs);
    return code;
}

static int add_word(const struct reader *reader, char *word)
{
    const struct spb_param_spec *spec = reader->spec;
    uint64_t value = 0;
    char *dots = strstr(word, "..");
    if (spec->kind == SPB_PARAM_CHOICE && !is_choice(spec->choices, word))
        return spb_error_set(reader->err, -EINVAL, "parameter %s: '%s' is none of %s", spec->name, word, spec->choices);
    if ((spec->kind == SPB_PARAM_BYTES || spec->kind == SPB_PARAM_COUNT) && dots)
        return add_range(reader, word, dots);
    if (spec->kind == SPB_PARAM_CPU_PAIR && (strcmp(word, "auto") == 0 || strcmp(word, "all") == 0))
        return reader->machine.topology
                   ? add_pairs(reader, word[1] == 'l' ? SPB_CPU_PAIRS_ALL : SPB_CPU_PAIRS_DISTANCES)
                   : 0;
    int code = spec->kind == SPB_PARAM_CHOICE ? 0 : parse_value(reader, word, &value);
    if (code < 0)
        return code;
    if (follows_machine(spec, word))
        return append_computed(reader, value);
    if (is_repeated(reader, word, value))
        return spb_error_set(reader->err, -EINVAL, "parameter %s: '%s' is there twice", spec->name, word);
    return append(reader, word, value);
}

int spb_param_values_parse(const struct spb_param_spec *spec, const char *text, const struct spb_param_machine *machine,
                           struct spb_param_values *values, struct spb_error *err)
{
    struct reader reader = {.spec = spec, .values = values, .err = err};
    *values = (struct spb_param_values){0};
    if (machine)
        reader.machine = *machine;
    else
        reader.machine.caches = spb_cache_sizes_of(NULL, 0);
    char *copy = strdup(text);
    if (!copy)
        return spb_error_set(err, -ENOMEM, "out of memory");
    int code = 0;
    for (char *rest = copy, *word; code == 0 && (word = strsep(&rest, ",")) != NULL;)
        code = add_word(&reader, word);
    free(copy);
    if (code < 0)
        spb_param_values_release(values);
    return code;
}
