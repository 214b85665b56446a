/* SPDX-License-Identifier: MIT
 *
 * Rules and values in words. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "health_internal.h"
#include "rules.h"
#include "units.h"

const char *spb_health_level_name(enum spb_health_level level)
{
    static const char *const names[] = {[SPB_HEALTH_OK] = "ok",
                                        [SPB_HEALTH_UNKNOWN] = "unknown",
                                        [SPB_HEALTH_WARNING] = "warning",
                                        [SPB_HEALTH_CRITICAL] = "critical"};
    return names[level];
}

const char *spb_health_value_format(char *text, const char *unit, double value)
{
    size_t length = strlen(unit);
    bool is_bytes = strncmp(unit, "bytes", 5) == 0;
    if (is_bytes)
        spb_format_bytes(text, value > 0 && value < 0x1p63 ? (uint64_t)(value + 0.5) : 0);
    else if (strcmp(unit, "s") == 0)
        spb_format_duration(text, value * 1e9);
    else if (strcmp(unit, "Hz") == 0)
        spb_format_si(text, value, unit);
    else
        snprintf(text, SPB_UNIT_TEXT_SIZE, fabs(value) >= 1000 ? "%.0f%s%s" : "%.3g%s%s", value,
                 length && *unit != '/' ? " " : "", unit);
    if (is_bytes)
        strncat(text, unit + 5, SPB_UNIT_TEXT_SIZE - strlen(text) - 1);
    return text;
}

/* ---- messages ------------------------------------------------------------------------------------------------------ */

struct places {
    const struct spb_rule_values *values;
    char *text; /* of SPB_UNIT_TEXT_SIZE */
};

static struct spb_fact_value in_words(const struct places *places, const char *unit, double value)
{
    return (struct spb_fact_value){.kind = SPB_VALUE_TEXT, .text = spb_health_value_format(places->text, unit, value)};
}

static const struct spb_observation *find_of(const struct spb_look *look, enum spb_series series, const char *instance)
{
    const struct spb_observation *item = look ? spb_look_find(look, series, instance) : NULL;
    return item || !look ? item : spb_look_find(look, series, "");
}

static struct spb_fact_value find_place(const void *context, const char *name)
{
    const struct places *places = context;
    const struct spb_rule_values *values = places->values;
    const char *unit = spb_rule_unit(values->rule);
    int series = spb_series_find(name);
    if (strcmp(name, "value") == 0)
        return in_words(places, unit, values->value);
    if (strcmp(name, "limit") == 0)
        return in_words(places, unit, values->limit);
    if (strcmp(name, "instance") == 0)
        return (struct spb_fact_value){.kind = SPB_VALUE_TEXT, .text = values->instance};
    const struct spb_observation *item =
        series < 0 ? NULL : find_of(values->look, (enum spb_series)series, values->instance);
    if (item && item->has_value)
        return in_words(places, spb_series_info(item->series)->unit, item->value);
    return (struct spb_fact_value){.kind = SPB_VALUE_ABSENT};
}

void spb_rule_say(const char *template, const struct spb_rule_values *values, struct spb_strbuf *out)
{
    char text[SPB_UNIT_TEXT_SIZE];
    const struct places places = {values, text};
    spb_rule_format(template, &(struct spb_fact_source){find_place, &places}, out);
}

const char *spb_rule_unknown_place(const char *template, char *name)
{
    for (const char *open = strchr(template, '{'); open; open = strchr(open + 1, '{')) {
        const char *close = strchr(open, '}');
        snprintf(name, 64, "%.*s", close ? (int)(close - open - 1) : 63, open + 1);
        if (!close || (strcmp(name, "value") != 0 && strcmp(name, "limit") != 0 && strcmp(name, "instance") != 0 &&
                       spb_series_find(name) < 0))
            return name;
    }
    return NULL;
}

/* ---- a rule in words ------------------------------------------------------------------------------------------------ */

size_t spb_health_rules_count(const struct spb_health_rules *rules)
{
    return rules->count;
}

const char *spb_health_duration_format(char *text, uint64_t ns)
{
    double s = (double)ns / 1e9;
    if (s < 120)
        snprintf(text, SPB_UNIT_TEXT_SIZE, s < 1 ? "%.2g s" : "%.0f s", s);
    else if (s < 7200)
        snprintf(text, SPB_UNIT_TEXT_SIZE, "%.3g min", s / 60);
    else
        snprintf(text, SPB_UNIT_TEXT_SIZE, "%.3g h", s / 3600);
    return text;
}

static void describe_limit(const struct spb_health_rule *rule, const struct spb_rule_limit *limit, char *out,
                           size_t size)
{
    char at[SPB_UNIT_TEXT_SIZE], clear[SPB_UNIT_TEXT_SIZE], time[SPB_UNIT_TEXT_SIZE];
    const char *unit = spb_rule_unit(rule);
    *out = '\0';
    if (!limit->is_set)
        return;
    spb_health_value_format(at, unit, limit->bound.at);
    spb_health_value_format(clear, unit, limit->bound.clear);
    size_t used = (size_t)snprintf(out, size, "%s", at);
    for (size_t i = 0; i < limit->also_count && used < size; i++) {
        const struct spb_rule_also *also = &limit->also[i];
        const struct spb_series_info *info = spb_series_info(also->series);
        char bound[SPB_UNIT_TEXT_SIZE];
        used += (size_t)snprintf(out + used, size - used, ", %s%s%s %s %s", info->name, also->instance ? ":" : "",
                                 also->instance ? also->instance : "", also->bound.below ? "<" : ">",
                                 spb_health_value_format(bound, info->unit, also->bound.at));
    }
    if (used < size && limit->times.for_ns)
        used += (size_t)snprintf(out + used, size - used, ", for %s",
                                 spb_health_duration_format(time, limit->times.for_ns));
    if (used < size && limit->bound.clear != limit->bound.at)
        snprintf(out + used, size - used, "; ends at %s", clear);
}

static void describe_condition(const struct spb_health_rule *rule, char *out, size_t size)
{
    static const char *const relations[] = {[SPB_RELATION_NONE] = "",
                                            [SPB_RELATION_SHARE] = " of ",
                                            [SPB_RELATION_RATIO] = " per ",
                                            [SPB_RELATION_DIFFERENCE] = " less "};
    char time[SPB_UNIT_TEXT_SIZE];
    bool is_process = rule->series == SPB_SERIES_COUNT;
    size_t used =
        (size_t)snprintf(out, size, "%s%s%s%s%s", is_process ? SPB_PROCESS_RSS : spb_series_info(rule->series)->name,
                         rule->instances && *rule->instances ? ":" : "", rule->instances ? rule->instances : "",
                         relations[rule->relation], rule->relation ? spb_series_info(rule->other)->name : "");
    if (used < size && rule->measure == SPB_MEASURE_COUNT)
        used += (size_t)snprintf(out + used, size - used, ", count in %s",
                                 spb_health_duration_format(time, rule->within_ns));
    if (used < size && rule->measure == SPB_MEASURE_GROWTH)
        used += (size_t)snprintf(out + used, size - used, ", growth (p < %g)", rule->p_max);
    if (used < size && rule->smooth_ns)
        used += (size_t)snprintf(out + used, size - used, ", mean of %s",
                                 spb_health_duration_format(time, rule->smooth_ns));
    if (used < size)
        snprintf(out + used, size - used, " %s", spb_rule_first_limit(rule)->bound.below ? "below" : "above");
}

void spb_health_rules_describe(const struct spb_health_rules *rules, size_t index, struct spb_health_rule_info *info)
{
    const struct spb_health_rule *rule = &rules->items[index];
    *info = (struct spb_health_rule_info){
        .name = rule->name, .subsystem = rule->subsystem, .why = rule->why, .series = rule->series};
    describe_condition(rule, info->condition, sizeof(info->condition));
    describe_limit(rule, &rule->limits[SPB_LIMIT_WARNING], info->warning, sizeof(info->warning));
    describe_limit(rule, &rule->limits[SPB_LIMIT_CRITICAL], info->critical, sizeof(info->critical));
    for (int i = 0; i < SPB_LIMITS; i++)
        if (rule->limits[i].is_set && rule->limits[i].times.for_ns > info->longest_ns)
            info->longest_ns = rule->limits[i].times.for_ns;
}
