/* SPDX-License-Identifier: MIT */
#include "doctor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "doctor_internal.h"

static size_t count_rules(const struct spb_check *check)
{
    size_t count = 0;
    while (count < SPB_CHECK_RULES_MAX && check->rules[count].message)
        count++;
    return count;
}

static char *finish(struct spb_strbuf *text, int *code)
{
    char *whole = spb_strbuf_detach(text);
    if (!whole)
        *code = -ENOMEM;
    return whole;
}

/* NULL stays NULL. */
static char *fill(const char *template, const struct spb_fact_source *facts, int *code)
{
    struct spb_strbuf text = {0};
    if (!template)
        return NULL;
    spb_rule_format(template, facts, &text);
    return finish(&text, code);
}

static char *show_value(const struct spb_fact_value *value, int *code)
{
    struct spb_strbuf text = {0};
    if (value->kind == SPB_VALUE_TEXT && !*value->text)
        spb_strbuf_append(&text, "none");
    else if (value->kind != SPB_VALUE_ABSENT)
        spb_fact_value_format(value, &text);
    return finish(&text, code);
}

static char *show_reason(const struct spb_fact_value *value, int *code)
{
    struct spb_strbuf text = {0};
    if (value->kind == SPB_VALUE_ABSENT)
        spb_strbuf_append(&text, value->text);
    return finish(&text, code);
}

static int examine_one(const struct spb_check *check, const struct spb_fact_source *facts, struct spb_finding *finding)
{
    static const struct spb_rule unknown = {.level = SPB_LEVEL_UNKNOWN}, fine = {.level = SPB_LEVEL_OK};
    int code = 0;
    struct spb_fact_value value = facts->find(facts->context, check->fact);
    const struct spb_rule *rule = spb_rules_find(check->rules, count_rules(check), facts);
    if (!rule)
        rule = value.kind == SPB_VALUE_ABSENT ? &unknown : &fine;
    *finding = (struct spb_finding){.check = check->name, .why = check->why, .level = rule->level};
    finding->value = show_value(&value, &code);
    finding->message = rule->message ? fill(rule->message, facts, &code) : show_reason(&value, &code);
    finding->mend = fill(rule->mend, facts, &code);
    finding->obstacle = fill(rule->obstacle, facts, &code);
    return code;
}

/* `wanted`: NULL for every check. */
static int examine_all(const struct spb_fact_source *facts,
                       bool (*wanted)(const struct spb_check *, const struct spb_fact_source *),
                       struct spb_diagnosis *diagnosis)
{
    size_t count;
    const struct spb_check *checks = spb_doctor_checks(&count);
    diagnosis->findings = calloc(count, sizeof(*diagnosis->findings));
    int code = diagnosis->findings ? 0 : -ENOMEM;
    for (size_t i = 0; code == 0 && i < count; i++) {
        if (wanted && !wanted(&checks[i], facts))
            continue;
        struct spb_finding *finding = &diagnosis->findings[diagnosis->count++];
        code = examine_one(&checks[i], facts, finding);
        diagnosis->level_counts[finding->level]++;
    }
    return code;
}

int spb_doctor_examine(const struct spb_doctor_options *options, struct spb_diagnosis *diagnosis, struct spb_error *err)
{
    struct spb_doctor_facts *facts;
    *diagnosis = (struct spb_diagnosis){0};
    int code = spb_doctor_facts_create(options, &facts);
    if (code == 0)
        code = examine_all(&(struct spb_fact_source){spb_doctor_lookup, facts}, NULL, diagnosis);
    spb_doctor_facts_destroy(facts);
    if (code == 0)
        return 0;
    spb_diagnosis_release(diagnosis);
    return spb_error_set(err, code, "out of memory while examining the machine");
}

static bool is_known(const struct spb_check *check, const struct spb_fact_source *facts)
{
    struct spb_fact_value value = facts->find(facts->context, check->fact);
    return value.kind != SPB_VALUE_ABSENT || value.text;
}

int spb_doctor_judge(const struct spb_fact_source *facts, struct spb_diagnosis *diagnosis)
{
    *diagnosis = (struct spb_diagnosis){0};
    int code = examine_all(facts, is_known, diagnosis);
    if (code)
        spb_diagnosis_release(diagnosis);
    return code;
}

void spb_diagnosis_release(struct spb_diagnosis *diagnosis)
{
    for (size_t i = 0; i < diagnosis->count; i++) {
        free(diagnosis->findings[i].value);
        free(diagnosis->findings[i].message);
        free(diagnosis->findings[i].mend);
        free(diagnosis->findings[i].obstacle);
    }
    free(diagnosis->findings);
    *diagnosis = (struct spb_diagnosis){0};
}
