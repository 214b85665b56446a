/* SPDX-License-Identifier: MIT
 *
 * Looks in, states of each rule and instance kept. */
#include "health.h"

#include <errno.h>
#include <fnmatch.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "health_internal.h"

#define SECOND_NS UINT64_C(1000000000)
/* So much longer than the interval before is no interval; shorter ones never are a gap. */
#define GAP_INTERVALS 3
#define GAP_LEAST_NS  (10 * SECOND_NS)
/* A process younger than that is not followed: most do not become as old. */
#define PROCESS_AGE_NS (30 * SECOND_NS)
/* A recorder leaves out who is not busy: unseen for so long it is gone. */
#define PROCESS_UNSEEN_NS (300 * SECOND_NS)

/* ---- life ---------------------------------------------------------------------------------------------------------- */

int spb_health_create(const struct spb_health_rules *rules, const struct spb_health_options *options,
                      struct spb_health **health)
{
    struct spb_health *made = calloc(1, sizeof(*made));
    *health = NULL;
    if (!made)
        return -ENOMEM;
    made->rules = rules;
    made->options = *options;
    made->states = calloc(rules->count, sizeof(*made->states));
    if (!made->states) {
        free(made);
        return -ENOMEM;
    }
    *health = made;
    return 0;
}

void spb_health_destroy(struct spb_health *health)
{
    for (size_t r = 0; health && r < health->rules->count; r++) {
        for (size_t i = 0; i < health->states[r].count; i++)
            spb_growth_release(&health->states[r].items[i].growth);
        free(health->states[r].items);
    }
    if (health) {
        free(health->states);
        free(health->incidents);
        spb_look_release(&health->last);
        for (size_t i = 0; i < health->reason_count; i++)
            free(health->reasons[i]);
        free(health->reasons);
    }
    free(health);
}

enum spb_health_level spb_health_state_level(const struct spb_health_state *state)
{
    if (state->holds[SPB_LIMIT_CRITICAL].is_raised)
        return SPB_HEALTH_CRITICAL;
    return state->holds[SPB_LIMIT_WARNING].is_raised ? SPB_HEALTH_WARNING : SPB_HEALTH_OK;
}

/* ---- incidents ------------------------------------------------------------------------------------------------------ */

/* One rule and instance at one look. */
struct turn {
    struct spb_health *health;
    const struct spb_health_rule *rule;
    struct spb_health_state *state;
    struct spb_hold_moment moment;
};

static int open_incident(const struct turn *turn, int64_t began_ns)
{
    struct spb_health *health = turn->health;
    if (health->incident_count == health->incident_capacity) {
        size_t wanted = health->incident_capacity ? health->incident_capacity * 2 : 16;
        struct spb_health_incident *grown = reallocarray(health->incidents, wanted, sizeof(*grown));
        if (!grown)
            return -ENOMEM;
        health->incidents = grown;
        health->incident_capacity = wanted;
    }
    struct spb_health_incident *incident = &health->incidents[health->incident_count++];
    *incident = (struct spb_health_incident){.rule = turn->rule->name,
                                             .subsystem = turn->rule->subsystem,
                                             .began_ns = began_ns,
                                             .worst = turn->state->value,
                                             .unit = spb_rule_unit(turn->rule)};
    memcpy(incident->instance, turn->state->instance, sizeof(incident->instance));
    turn->state->incident = health->incident_count;
    return 0;
}

static void close_incident(struct spb_health *health, struct spb_health_state *state, int64_t ended_ns, const char *end)
{
    if (!state->incident)
        return;
    health->incidents[state->incident - 1].ended_ns = ended_ns;
    health->incidents[state->incident - 1].end = end;
    state->incident = 0;
}

static void note_worst(const struct turn *turn)
{
    const struct spb_health_state *state = turn->state;
    struct spb_health_incident *incident = &turn->health->incidents[state->incident - 1];
    bool below = spb_rule_first_limit(turn->rule)->bound.below;
    enum spb_health_level level = spb_health_state_level(state);
    if (below ? state->value < incident->worst : state->value > incident->worst)
        incident->worst = state->value;
    if (level > incident->level)
        incident->level = level;
}

/* Begins with the earliest of its levels, ends with the last one. */
static int keep_incident(const struct turn *turn)
{
    struct spb_health_state *state = turn->state;
    if (spb_health_state_level(state) == SPB_HEALTH_OK) {
        close_incident(turn->health, state, turn->moment.time_ns, "ended");
        return 0;
    }
    int64_t began_ns = INT64_MAX;
    for (int i = 0; i < SPB_LIMITS; i++)
        if (state->holds[i].is_raised && state->holds[i].begin_time_ns < began_ns)
            began_ns = state->holds[i].begin_time_ns;
    int code = state->incident ? 0 : open_incident(turn, began_ns);
    if (code == 0)
        note_worst(turn);
    return code;
}

const struct spb_health_incident *spb_health_incidents(const struct spb_health *health, size_t *count)
{
    *count = health->incident_count;
    return health->incidents;
}

/* ---- states --------------------------------------------------------------------------------------------------------- */

/* The state of an instance; `hint` is where it may stand. A new one where there is none; NULL: no memory. */
static struct spb_health_state *find_state(struct spb_rule_states *states, size_t hint, const char *instance,
                                           uint64_t identity)
{
    for (size_t i = 0; i < states->count; i++) {
        struct spb_health_state *state = &states->items[(hint + i) % states->count];
        if (state->identity == identity && strcmp(state->instance, instance) == 0)
            return state;
    }
    if (states->count == states->capacity) {
        size_t wanted = states->capacity ? states->capacity * 2 : 4;
        struct spb_health_state *grown = reallocarray(states->items, wanted, sizeof(*grown));
        if (!grown)
            return NULL;
        states->items = grown;
        states->capacity = wanted;
    }
    struct spb_health_state *state = &states->items[states->count++];
    *state = (struct spb_health_state){.identity = identity};
    snprintf(state->instance, sizeof(state->instance), "%s", instance);
    return state;
}

static void drop_states(struct spb_health *health, struct spb_rule_states *states, uint64_t seen_since, const char *end)
{
    size_t kept = 0;
    for (size_t i = 0; i < states->count; i++) {
        struct spb_health_state *state = &states->items[i];
        if (state->seen >= seen_since) {
            if (kept != i)
                states->items[kept] = *state;
            kept++;
            continue;
        }
        close_incident(health, state, health->last.time_ns, end);
        spb_growth_release(&state->growth);
    }
    states->count = kept;
}

/* ---- what a number is ----------------------------------------------------------------------------------------------- */

static const struct spb_observation *find_beside(const struct spb_look *look, enum spb_series series,
                                                 const char *instance)
{
    const struct spb_observation *item = spb_look_find(look, series, instance);
    return item || !*instance ? item : spb_look_find(look, series, "");
}

const char *spb_health_needs(const struct spb_health_rule *rule, const struct spb_look *look)
{
    const struct spb_observation *item = rule->has_needs ? spb_look_find(look, rule->needs, "") : NULL;
    if (!rule->has_needs || (item && item->has_value))
        return NULL;
    return item && item->reason ? item->reason : "nothing was seen of what it needs";
}

const char *spb_health_relate(const struct spb_health_rule *rule, const struct spb_look *look,
                              const struct spb_observation *item, double *value)
{
    *value = item->value;
    if (!item->has_value)
        return item->reason ? item->reason : "it has no value";
    if (rule->relation == SPB_RELATION_NONE)
        return NULL;
    const struct spb_observation *other = find_beside(look, rule->other, item->instance);
    if (!other)
        return "what it is held against is not known";
    if (!other->has_value)
        return other->reason ? other->reason : "what it is held against has no value";
    if (rule->relation == SPB_RELATION_DIFFERENCE) {
        *value = item->value - other->value;
        return NULL;
    }
    if (item->value == 0)
        return NULL; /* 0 of 0 too */
    if (!(other->value > 0))
        return "what it is held against is 0";
    *value = (rule->relation == SPB_RELATION_SHARE ? 100 : 1) * item->value / other->value;
    return NULL;
}

/* As the kernel averages: what is older counts less, by e in each `smooth_ns`. */
static double smooth(struct spb_health_state *state, uint64_t smooth_ns, uint64_t span_ns, double value)
{
    double keep = state->is_smooth ? exp(-(double)span_ns / (double)smooth_ns) : 0;
    state->smoothed = keep * state->smoothed + (1 - keep) * value;
    state->is_smooth = true;
    return state->smoothed;
}

static double count_events(struct spb_health_state *state, uint64_t within_ns, const struct spb_hold_moment *moment,
                           double added)
{
    double sum = 0;
    size_t old = 0;
    while (old < state->event_count && moment->boot_ns - state->events[old].boot_ns > within_ns)
        old++;
    memmove(state->events, state->events + old, (state->event_count - old) * sizeof(*state->events));
    state->event_count -= old;
    if (added > 0 && state->event_count == SPB_EVENT_TIMES) { /* the last two as one, as late as the later */
        added += state->events[--state->event_count].count;
    }
    if (added > 0)
        state->events[state->event_count++] = (struct spb_event_time){moment->boot_ns, added};
    for (size_t i = 0; i < state->event_count; i++)
        sum += state->events[i].count;
    return round(sum);
}

/* ---- conditions ------------------------------------------------------------------------------------------------------ */

static bool is_beyond(const struct spb_rule_bound *bound, double value)
{
    return bound->below ? value < bound->at : value > bound->at;
}

static bool is_eased(const struct spb_rule_bound *bound, double value)
{
    return bound->below ? value >= bound->clear : value <= bound->clear;
}

/* Everything else that a level asks for. What has no value does not hold. */
static void ask_others(const struct turn *turn, const struct spb_rule_limit *limit, bool *beyond, bool *eased)
{
    for (size_t i = 0; i < limit->also_count; i++) {
        const struct spb_rule_also *also = &limit->also[i];
        const struct spb_observation *item =
            find_beside(&turn->health->last, also->series, also->instance ? also->instance : turn->state->instance);
        bool known = item && item->has_value;
        *beyond &= known && is_beyond(&also->bound, item->value);
        *eased |= !known || is_eased(&also->bound, item->value);
    }
}

/* A gauge of a single look is all that there will be. */
static struct spb_hold_times times_of(const struct turn *turn, const struct spb_rule_limit *limit)
{
    bool waives = turn->health->options.single_look && turn->rule->measure == SPB_MEASURE_VALUE &&
                  spb_series_info(turn->rule->series)->kind == SPB_SERIES_GAUGE;
    struct spb_hold_times at_once = {0};
    return waives ? at_once : limit->times;
}

static int judge(const struct turn *turn)
{
    for (int i = 0; i < SPB_LIMITS; i++) {
        const struct spb_rule_limit *limit = &turn->rule->limits[i];
        if (!limit->is_set)
            continue;
        struct spb_hold_times times = times_of(turn, limit);
        bool beyond = is_beyond(&limit->bound, turn->state->value);
        bool eased = is_eased(&limit->bound, turn->state->value);
        ask_others(turn, limit, &beyond, &eased);
        spb_hold_step(&turn->state->holds[i], &times, beyond, eased && !beyond, &turn->moment);
    }
    return keep_incident(turn);
}

/* One odd look without a value ends nothing; more of them do. */
static int judge_absent(const struct turn *turn, const char *reason)
{
    struct spb_health_state *state = turn->state;
    state->reason = reason;
    state->absent_looks++;
    for (int i = 0; i < SPB_LIMITS; i++) {
        spb_hold_skip(&state->holds[i]);
        if (state->absent_looks >= SPB_HOLD_LOOKS)
            state->holds[i] = (struct spb_hold){0};
    }
    if (spb_health_state_level(state) == SPB_HEALTH_OK)
        close_incident(turn->health, state, turn->moment.time_ns, "no value any more");
    return 0;
}

/* ---- growth ---------------------------------------------------------------------------------------------------------- */

/* The condition began where the record of the number begins. */
static int judge_growth(struct turn *turn, double now, size_t family)
{
    struct spb_health_state *state = turn->state;
    bool completed = false;
    int code = spb_growth_add(&state->growth, turn->moment.boot_ns, now, &completed);
    if (code || !completed)
        return code;
    code = spb_growth_find(&state->growth, turn->rule->p_max, family, &state->value);
    if (code)
        return code;
    turn->moment.span_ns = spb_growth_watched_ns(&state->growth);
    return judge(turn);
}

/* ---- series ---------------------------------------------------------------------------------------------------------- */

static int step_item(struct turn *turn, const struct spb_observation *item)
{
    struct spb_health *health = turn->health;
    const struct spb_health_rule *rule = turn->rule;
    bool is_gauge = spb_series_info(rule->series)->kind == SPB_SERIES_GAUGE;
    double value;
    const char *reason = spb_health_needs(rule, &health->last);
    if (!reason)
        reason = spb_health_relate(rule, &health->last, item, &value);
    uint64_t passed_ns = turn->moment.span_ns;
    turn->state->seen = health->look_number;
    if (reason)
        return judge_absent(turn, reason);
    turn->state->reason = NULL;
    turn->state->absent_looks = 0;
    if (rule->measure == SPB_MEASURE_GROWTH)
        return judge_growth(turn, value, 1);
    turn->moment.span_ns = is_gauge || rule->measure == SPB_MEASURE_COUNT ? 0 : passed_ns;
    if (rule->measure == SPB_MEASURE_COUNT)
        value = count_events(turn->state, rule->within_ns, &turn->moment,
                             value * (double)health->last.interval_ns / (double)SECOND_NS);
    else if (rule->smooth_ns)
        value = smooth(turn->state, rule->smooth_ns, passed_ns, value);
    turn->state->value = value;
    return judge(turn);
}

/* `passed_ns` since the look before; 0: there is none. */
static int step_series(struct spb_health *health, size_t index, uint64_t passed_ns)
{
    const struct spb_health_rule *rule = &health->rules->items[index];
    struct spb_rule_states *states = &health->states[index];
    const struct spb_look *look = &health->last;
    size_t hint = 0;
    int code = 0;
    for (size_t i = 0; i < look->count && code == 0; i++) {
        const struct spb_observation *item = &look->items[i];
        if (item->series != rule->series || (rule->instances && fnmatch(rule->instances, item->instance, 0) != 0))
            continue;
        struct turn turn = {
            health, rule, find_state(states, hint++, item->instance, 0), {look->time_ns, look->boot_ns, passed_ns}};
        code = turn.state ? step_item(&turn, item) : -ENOMEM;
    }
    drop_states(health, states, health->look_number, "it is not there any more");
    return code;
}

/* ---- processes ------------------------------------------------------------------------------------------------------- */

static bool is_followed(const struct spb_health_rule *rule, const struct spb_process_look *process, uint64_t boot_ns)
{
    return !process->is_kernel && process->rss_bytes > 0 && boot_ns > process->start_ns &&
           boot_ns - process->start_ns >= PROCESS_AGE_NS &&
           (!rule->instances || fnmatch(rule->instances, process->name, 0) == 0);
}

static int step_process(struct spb_health *health, size_t index, size_t hint, const struct spb_process_look *process)
{
    const struct spb_look *look = &health->last;
    char instance[SPB_HEALTH_INSTANCE_SIZE];
    snprintf(instance, sizeof(instance), "%s (%d)", process->name, (int)process->pid);
    struct turn turn = {health,
                        &health->rules->items[index],
                        find_state(&health->states[index], hint, instance, process->start_ns),
                        {look->time_ns, look->boot_ns, 0}};
    if (!turn.state)
        return -ENOMEM;
    turn.state->seen = health->look_number;
    return judge_growth(&turn, (double)process->rss_bytes, health->states[index].count);
}

static int step_processes(struct spb_health *health, size_t index, const struct spb_process_look *processes,
                          size_t count)
{
    size_t hint = 0;
    int code = 0;
    uint64_t interval_ns = health->usual_ns ? health->usual_ns : SECOND_NS;
    uint64_t unseen = PROCESS_UNSEEN_NS / interval_ns + SPB_HOLD_LOOKS;
    for (size_t i = 0; i < count && code == 0; i++)
        if (is_followed(&health->rules->items[index], &processes[i], health->last.boot_ns))
            code = step_process(health, index, hint++, &processes[i]);
    drop_states(health, &health->states[index], health->look_number > unseen ? health->look_number - unseen : 0,
                "the process is gone");
    return code;
}

/* ---- a look ---------------------------------------------------------------------------------------------------------- */

/* Who gave the look may be gone when it is asked why. There are few reasons, and each is kept once. */
static const char *keep_reason(struct spb_health *health, const char *reason)
{
    for (size_t i = 0; i < health->reason_count; i++)
        if (strcmp(health->reasons[i], reason) == 0)
            return health->reasons[i];
    if (health->reason_count == health->reason_capacity) {
        size_t wanted = health->reason_capacity ? health->reason_capacity * 2 : 16;
        char **grown = reallocarray(health->reasons, wanted, sizeof(*grown));
        if (!grown)
            return NULL;
        health->reasons = grown;
        health->reason_capacity = wanted;
    }
    char *copy = strdup(reason);
    if (copy)
        health->reasons[health->reason_count++] = copy;
    return copy;
}

static int copy_look(struct spb_health *health, const struct spb_look *look)
{
    struct spb_look *last = &health->last;
    if (look->count > last->capacity) {
        struct spb_observation *items = reallocarray(last->items, look->count, sizeof(*items));
        if (!items)
            return -ENOMEM;
        last->items = items;
        last->capacity = look->count;
    }
    if (look->count)
        memcpy(last->items, look->items, look->count * sizeof(*look->items));
    last->count = look->count;
    last->time_ns = look->time_ns;
    last->boot_ns = look->boot_ns;
    last->interval_ns = look->interval_ns;
    for (size_t i = 0; i < last->count; i++) {
        struct spb_observation *item = &last->items[i];
        if (item->has_value || !item->reason)
            continue;
        item->reason = keep_reason(health, item->reason);
        if (!item->reason)
            return -ENOMEM;
    }
    return 0;
}

static bool is_gap(const struct spb_health *health, const struct spb_look *look)
{
    if (look->boot_ns <= health->last.boot_ns || look->interval_ns == 0)
        return true; /* another boot; the first look of another recorder */
    uint64_t passed_ns = look->boot_ns - health->last.boot_ns;
    return passed_ns > GAP_LEAST_NS && health->usual_ns && passed_ns > GAP_INTERVALS * health->usual_ns;
}

/* Time since the look before, 0 for the first one after a gap. */
static uint64_t pass_time(struct spb_health *health, const struct spb_look *look)
{
    uint64_t passed_ns = 0;
    if (health->looks_since_gap > 0 && is_gap(health, look)) {
        for (size_t r = 0; r < health->rules->count; r++)
            drop_states(health, &health->states[r], UINT64_MAX, "nothing is known of the time after");
        health->looks_since_gap = 0;
        health->usual_ns = 0;
    }
    if (health->looks_since_gap > 0)
        health->usual_ns = passed_ns = look->boot_ns - health->last.boot_ns;
    else {
        health->first_ns = look->time_ns;
        health->first_boot_ns = look->boot_ns;
    }
    health->looks_since_gap++;
    health->look_number++;
    return passed_ns;
}

int spb_health_step(struct spb_health *health, const struct spb_look *look, const struct spb_process_look *processes,
                    size_t process_count)
{
    uint64_t passed_ns = pass_time(health, look);
    int code = copy_look(health, look);
    health->has_processes = processes != NULL;
    for (size_t r = 0; r < health->rules->count && code == 0; r++)
        code = health->rules->items[r].series == SPB_SERIES_COUNT
                   ? step_processes(health, r, processes, processes ? process_count : 0)
                   : step_series(health, r, passed_ns);
    return code;
}

/* ---- averages -------------------------------------------------------------------------------------------------------- */

/* The longest window in which it held, and in all shorter ones; 0: not even in the shortest. */
static uint64_t held_in_averages(const struct spb_rule_bound *bound, const struct spb_health_rule *rule,
                                 const char *instance, const struct spb_health_average *averages, size_t count)
{
    uint64_t held_ns = 0;
    for (size_t i = 0; i < count; i++) {
        if (averages[i].series != rule->series || strcmp(averages[i].instance, instance) != 0)
            continue;
        if (!is_beyond(bound, averages[i].value))
            break;
        held_ns = averages[i].window_ns;
    }
    return held_ns;
}

static int prime_state(struct turn *turn, const struct spb_health_average *averages, size_t count)
{
    struct spb_health_state *state = turn->state;
    const struct spb_health_rule *rule = turn->rule;
    for (int i = 0; i < SPB_LIMITS; i++) {
        const struct spb_rule_limit *limit = &rule->limits[i];
        uint64_t held_ns = 0;
        if (limit->is_set && limit->also_count == 0)
            held_ns = held_in_averages(&limit->bound, rule, state->instance, averages, count);
        if (held_ns == 0 || held_ns > turn->moment.boot_ns)
            continue;
        state->holds[i] = (struct spb_hold){.is_raised = held_ns >= limit->times.for_ns,
                                            .looks = SPB_HOLD_LOOKS,
                                            .begin_time_ns = turn->moment.time_ns - (int64_t)held_ns,
                                            .begin_boot_ns = turn->moment.boot_ns - held_ns};
    }
    return keep_incident(turn);
}

int spb_health_prime(struct spb_health *health, const struct spb_health_average *averages, size_t count)
{
    int code = 0;
    for (size_t r = 0; r < health->rules->count; r++) {
        const struct spb_health_rule *rule = &health->rules->items[r];
        bool fits = rule->measure == SPB_MEASURE_VALUE && rule->relation == SPB_RELATION_NONE;
        for (size_t s = 0; fits && s < health->states[r].count && code == 0; s++) {
            struct spb_health_state *state = &health->states[r].items[s];
            struct turn turn = {health, rule, state, {health->last.time_ns, health->last.boot_ns, 0}};
            size_t i = 0;
            while (i < count &&
                   (averages[i].series != rule->series || strcmp(averages[i].instance, state->instance) != 0))
                i++;
            if (i == count || !state->reason)
                continue; /* nothing is averaged, or it has a value of its own */
            state->reason = NULL;
            state->absent_looks = 0;
            state->value = state->smoothed = averages[i].value;
            state->is_smooth = rule->smooth_ns > 0;
            code = prime_state(&turn, averages, count);
        }
    }
    return code;
}
