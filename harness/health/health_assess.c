/* SPDX-License-Identifier: MIT
 *
 * What the states amount to. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "health_internal.h"
#include "units.h"

struct builder {
    const struct spb_health *health;
    struct spb_assessment *assessment;
    size_t capacity;
    bool failed;
};

void spb_assessment_release(struct spb_assessment *assessment)
{
    for (size_t i = 0; i < assessment->count; i++) {
        free(assessment->findings[i].evidence);
        free(assessment->findings[i].advice);
    }
    free(assessment->findings);
    *assessment = (struct spb_assessment){0};
}

static struct spb_health_finding *add_finding(struct builder *builder, const struct spb_health_rule *rule)
{
    struct spb_assessment *assessment = builder->assessment;
    if (assessment->count == builder->capacity) {
        size_t wanted = builder->capacity ? builder->capacity * 2 : 64;
        struct spb_health_finding *grown = reallocarray(assessment->findings, wanted, sizeof(*grown));
        if (!grown) {
            builder->failed = true;
            return NULL;
        }
        assessment->findings = grown;
        builder->capacity = wanted;
    }
    struct spb_health_finding *finding = &assessment->findings[assessment->count++];
    *finding =
        (struct spb_health_finding){.rule = rule->name, .subsystem = rule->subsystem, .unit = spb_rule_unit(rule)};
    return finding;
}

/* How far the value is on its way from nothing to the limit; 1 and more: it is there. */
static double nearness(const struct spb_rule_bound *bound, double value)
{
    if (bound->below)
        return value > 0 ? bound->at / value : 1;
    if (bound->at > 0)
        return value > 0 ? value / bound->at : 0;
    return value > bound->at ? 1 : bound->at < 0 && value < 0 ? bound->at / value : 0;
}

/* The worst level that counts, or the worst that will if it goes on; -1: none. */
static int limit_that_speaks(const struct spb_health_rule *rule, const struct spb_health_state *state)
{
    for (int i = SPB_LIMITS - 1; i >= 0; i--)
        if (rule->limits[i].is_set && state->holds[i].is_raised)
            return i;
    for (int i = SPB_LIMITS - 1; i >= 0; i--)
        if (rule->limits[i].is_set && state->holds[i].looks > 0)
            return i;
    return -1;
}

static void fill_times(const struct spb_health *health, const struct spb_rule_limit *limit, const struct spb_hold *hold,
                       struct spb_health_finding *finding)
{
    finding->since_ns = hold->begin_time_ns;
    finding->since_is_earlier = hold->begin_boot_ns <= health->first_boot_ns;
    finding->held_ns = spb_hold_held_ns(hold, health->last.boot_ns);
    finding->needed_ns = limit->times.for_ns;
}

static uint64_t watched_ns(const struct spb_health *health)
{
    return health->last.boot_ns - health->first_boot_ns;
}

/* Evidence with its limit, and what to do where something is to be done. */
static void say(struct builder *builder, const struct spb_health_rule *rule, const struct spb_health_state *state,
                struct spb_health_finding *finding)
{
    struct spb_strbuf text = {0};
    char limit[SPB_UNIT_TEXT_SIZE];
    const struct spb_rule_values values = {rule, state->instance, state->value, finding->limit, &builder->health->last};
    bool critical = finding->level == SPB_HEALTH_CRITICAL || finding->pending_level == SPB_HEALTH_CRITICAL ||
                    !rule->limits[SPB_LIMIT_WARNING].is_set;
    spb_rule_say(rule->message, &values, &text);
    spb_strbuf_printf(&text, " (%s %s %s)", critical ? "critical" : "warning",
                      spb_rule_first_limit(rule)->bound.below ? "below" : "above",
                      spb_health_value_format(limit, finding->unit, finding->limit));
    if (rule->measure == SPB_MEASURE_COUNT && watched_ns(builder->health) < rule->within_ns)
        spb_strbuf_printf(&text, ", of which %s are known",
                          spb_health_duration_format(limit, watched_ns(builder->health)));
    finding->evidence = spb_strbuf_detach(&text);
    builder->failed |= !finding->evidence;
    if (finding->level == SPB_HEALTH_OK && !finding->is_pending)
        return;
    spb_rule_say(rule->advice, &values, &text);
    finding->advice = spb_strbuf_detach(&text);
    builder->failed |= !finding->advice;
}

static void add_state(struct builder *builder, const struct spb_health_rule *rule, const struct spb_health_state *state)
{
    int speaks = limit_that_speaks(rule, state);
    const struct spb_rule_limit *limit = speaks < 0 ? spb_rule_first_limit(rule) : &rule->limits[speaks];
    struct spb_health_finding *finding = add_finding(builder, rule);
    if (!finding)
        return;
    memcpy(finding->instance, state->instance, sizeof(finding->instance));
    finding->level = spb_health_state_level(state);
    finding->has_value = true;
    finding->value = state->value;
    finding->limit = limit->bound.at;
    finding->nearness = nearness(&spb_rule_first_limit(rule)->bound, state->value);
    if (speaks >= 0)
        fill_times(builder->health, limit, &state->holds[speaks], finding);
    if (speaks >= 0 && finding->level == SPB_HEALTH_OK) {
        finding->is_pending = true;
        finding->pending_level = speaks == SPB_LIMIT_CRITICAL ? SPB_HEALTH_CRITICAL : SPB_HEALTH_WARNING;
    }
    say(builder, rule, state, finding);
}

/* Why a rule has no number, and whether that is well. */
static bool explain_none(const struct builder *builder, const struct spb_health_rule *rule,
                         const struct spb_rule_states *states, struct spb_strbuf *text)
{
    const struct spb_health *health = builder->health;
    char needed[SPB_UNIT_TEXT_SIZE], watched[SPB_UNIT_TEXT_SIZE];
    uint64_t needed_ns = spb_rule_first_limit(rule)->times.for_ns;
    bool is_process = rule->series == SPB_SERIES_COUNT;
    const char *nothing = spb_health_needs(rule, &health->last);
    if (nothing) {
        spb_strbuf_append(text, nothing);
        return spb_look_find(&health->last, rule->needs, "") != NULL;
    }
    if (is_process && !health->has_processes) {
        spb_strbuf_append(text, "no processes were looked at");
        return false;
    }
    if (rule->measure == SPB_MEASURE_GROWTH && watched_ns(health) <= needed_ns) {
        spb_strbuf_printf(text, "growth takes %s to be told, and this was %s",
                          spb_health_duration_format(needed, needed_ns),
                          spb_health_duration_format(watched, watched_ns(health)));
        return false;
    }
    if (rule->measure == SPB_MEASURE_GROWTH)
        spb_strbuf_printf(text, "nothing was there for %s", spb_health_duration_format(needed, needed_ns));
    else if (states->count)
        spb_strbuf_append(text, states->items[0].reason);
    else
        spb_strbuf_append(text, "nothing was seen of it");
    return rule->measure == SPB_MEASURE_GROWTH || (rule->absent_is_ok && states->count && *states->items[0].instance);
}

/* Of what nobody knows anything, and of what there is nothing to watch. */
static void add_without_value(struct builder *builder, const struct spb_health_rule *rule,
                              const struct spb_rule_states *states)
{
    struct spb_strbuf text = {0};
    struct spb_health_finding *finding = add_finding(builder, rule);
    if (!finding)
        return;
    finding->level = explain_none(builder, rule, states, &text) ? SPB_HEALTH_OK : SPB_HEALTH_UNKNOWN;
    finding->evidence = spb_strbuf_detach(&text);
    builder->failed |= !finding->evidence;
}

/* What has not been watched for long enough has no growth yet. */
static bool has_number(const struct spb_health_rule *rule, const struct spb_health_state *state)
{
    return !state->reason && (rule->measure != SPB_MEASURE_GROWTH ||
                              spb_growth_watched_ns(&state->growth) >= spb_rule_first_limit(rule)->times.for_ns);
}

static void add_rule(struct builder *builder, size_t index)
{
    const struct spb_health_rule *rule = &builder->health->rules->items[index];
    const struct spb_rule_states *states = &builder->health->states[index];
    const struct spb_health_state *nearest = NULL;
    const struct spb_rule_bound *bound = &spb_rule_first_limit(rule)->bound;
    size_t said = 0;
    for (size_t i = 0; i < states->count; i++) {
        const struct spb_health_state *state = &states->items[i];
        if (limit_that_speaks(rule, state) >= 0) {
            add_state(builder, rule, state);
            said++;
        } else if (has_number(rule, state) &&
                   (!nearest || nearness(bound, state->value) > nearness(bound, nearest->value))) {
            nearest = state;
        }
    }
    if (said == 0 && nearest)
        add_state(builder, rule, nearest);
    else if (said == 0)
        add_without_value(builder, rule, states);
}

/* Critical, warning, pending, unknown, ok. */
static int rank_of(const struct spb_health_finding *finding)
{
    if (finding->level >= SPB_HEALTH_WARNING)
        return (int)finding->level + 1;
    if (finding->is_pending)
        return (int)SPB_HEALTH_WARNING;
    return (int)finding->level;
}

/* Stable: in the order of the rules where nothing else tells them apart. */
static void sort_findings(struct spb_assessment *assessment)
{
    for (size_t i = 1; i < assessment->count; i++) {
        struct spb_health_finding moved = assessment->findings[i];
        size_t k = i;
        while (k > 0 && rank_of(&assessment->findings[k - 1]) < rank_of(&moved)) {
            assessment->findings[k] = assessment->findings[k - 1];
            k--;
        }
        assessment->findings[k] = moved;
    }
}

static enum spb_health_level worst_level(const struct spb_assessment *assessment)
{
    enum spb_health_level level = SPB_HEALTH_UNKNOWN;
    for (size_t i = 0; i < assessment->count; i++) {
        enum spb_health_level one = assessment->findings[i].level;
        if (one >= SPB_HEALTH_WARNING && one > level)
            level = one;
        else if (one == SPB_HEALTH_OK && level == SPB_HEALTH_UNKNOWN)
            level = SPB_HEALTH_OK;
    }
    return level;
}

int spb_health_assess(const struct spb_health *health, struct spb_assessment *assessment)
{
    struct builder builder = {.health = health, .assessment = assessment};
    *assessment = (struct spb_assessment){.first_ns = health->first_ns,
                                          .last_ns = health->last.time_ns,
                                          .watched_ns = watched_ns(health),
                                          .look_count = health->looks_since_gap};
    for (size_t r = 0; r < health->rules->count && !builder.failed; r++)
        add_rule(&builder, r);
    if (builder.failed) {
        spb_assessment_release(assessment);
        return -ENOMEM;
    }
    sort_findings(assessment);
    assessment->level = worst_level(assessment);
    return 0;
}
