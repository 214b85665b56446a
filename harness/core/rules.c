/* SPDX-License-Identifier: MIT */
#include "rules.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "units.h"

const char *spb_level_name(enum spb_level level)
{
    static const char *const names[] = {
        [SPB_LEVEL_OK] = "ok", [SPB_LEVEL_UNKNOWN] = "unknown", [SPB_LEVEL_WARN] = "warn", [SPB_LEVEL_BAD] = "bad"};
    return names[level];
}

static struct spb_fact_value operand_of(const struct spb_condition *condition, const struct spb_fact_source *facts)
{
    if (condition->other)
        return facts->find(facts->context, condition->other);
    if (condition->text)
        return (struct spb_fact_value){.kind = SPB_VALUE_TEXT, .text = condition->text};
    return (struct spb_fact_value){.kind = SPB_VALUE_NUMBER, .number = condition->number};
}

static bool compare_texts(enum spb_rule_operator op, const char *value, const char *operand)
{
    if (op == SPB_RULE_CONTAINS)
        return strstr(value, operand) != NULL;
    if (op == SPB_RULE_ABOVE || op == SPB_RULE_BELOW)
        return false;
    return (strcmp(value, operand) == 0) == (op == SPB_RULE_EQUALS);
}

static bool compare_numbers(enum spb_rule_operator op, double value, double operand)
{
    bool equal = !(value < operand) && !(value > operand);
    if (op == SPB_RULE_ABOVE)
        return value > operand;
    if (op == SPB_RULE_BELOW)
        return value < operand;
    return op != SPB_RULE_CONTAINS && equal == (op == SPB_RULE_EQUALS);
}

bool spb_condition_holds(const struct spb_condition *condition, const struct spb_fact_source *facts)
{
    struct spb_fact_value value = facts->find(facts->context, condition->fact);
    if (condition->op == SPB_RULE_ABSENT || condition->op == SPB_RULE_PRESENT)
        return (value.kind == SPB_VALUE_ABSENT) == (condition->op == SPB_RULE_ABSENT);
    struct spb_fact_value operand = operand_of(condition, facts);
    if (value.kind == SPB_VALUE_ABSENT || value.kind != operand.kind)
        return false;
    if (value.kind == SPB_VALUE_TEXT)
        return compare_texts(condition->op, value.text, operand.text);
    return compare_numbers(condition->op, value.number, operand.number);
}

const struct spb_rule *spb_rules_find(const struct spb_rule *rules, size_t count, const struct spb_fact_source *facts)
{
    for (size_t i = 0; i < count; i++) {
        size_t held = 0;
        while (held < SPB_RULE_CONDITIONS_MAX && rules[i].when[held].op &&
               spb_condition_holds(&rules[i].when[held], facts))
            held++;
        if (held == SPB_RULE_CONDITIONS_MAX || !rules[i].when[held].op)
            return &rules[i];
    }
    return NULL;
}

void spb_fact_value_format(const struct spb_fact_value *value, struct spb_strbuf *out)
{
    char text[SPB_UNIT_TEXT_SIZE];
    const char *unit = value->unit ? value->unit : "";
    if (value->kind != SPB_VALUE_NUMBER) {
        spb_strbuf_append(out, value->kind == SPB_VALUE_TEXT ? value->text : "?");
    } else if (strcmp(unit, "bytes") == 0 && value->number >= 0 && value->number < 0x1p63) {
        spb_strbuf_append(out, spb_format_bytes(text, (uint64_t)value->number));
    } else if (strcmp(unit, "ns") == 0) {
        spb_strbuf_append(out, spb_format_duration(text, value->number));
    } else if (strcmp(unit, "Hz") == 0) {
        spb_strbuf_append(out, spb_format_si(text, value->number, unit));
    } else {
        bool is_pct = strcmp(unit, "pct") == 0;
        snprintf(text, sizeof(text), is_pct ? "%.3g" : "%.6g", value->number);
        spb_strbuf_printf(out, "%s%s%s", text, *unit ? " " : "", is_pct ? "%" : unit);
    }
}

void spb_rule_format(const char *template, const struct spb_fact_source *facts, struct spb_strbuf *out)
{
    for (const char *at = template; *at;) {
        const char *open = strchr(at, '{');
        const char *close = open ? strchr(open, '}') : NULL;
        char name[64];
        if (!close || (size_t)(close - open) > sizeof(name)) {
            spb_strbuf_append(out, at);
            return;
        }
        spb_strbuf_append_bytes(out, at, (size_t)(open - at));
        snprintf(name, sizeof(name), "%.*s", (int)(close - open - 1), open + 1);
        struct spb_fact_value value = facts->find(facts->context, name);
        spb_fact_value_format(&value, out);
        at = close + 1;
    }
}
