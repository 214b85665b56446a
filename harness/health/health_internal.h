/* SPDX-License-Identifier: MIT
 *
 * Between the files of this room: health_rules.c (reading rules), rule_text.c (rules and findings in words), health.c (looks),
 * health_assess.c (what came out).
 */
#ifndef SPB_HEALTH_INTERNAL_H
#define SPB_HEALTH_INTERNAL_H

#include "growth.h"
#include "health.h"
#include "health_hold.h"
#include "strbuf.h"

#define SPB_RULES_MAX 200
#define SPB_ALSO_MAX  3
/* The name under which rules ask for the memory of processes; in `series` it is SPB_SERIES_COUNT. */
#define SPB_PROCESS_RSS "process.rss"

/* What is made of a number before it is held against a limit. */
enum spb_rule_measure {
    SPB_MEASURE_VALUE,
    SPB_MEASURE_COUNT,  /* events of a rate within the last `within_ns` */
    SPB_MEASURE_GROWTH, /* per hour, along a significant trend */
};
enum spb_rule_relation { SPB_RELATION_NONE, SPB_RELATION_SHARE, SPB_RELATION_RATIO, SPB_RELATION_DIFFERENCE };

/* A number that is passed, and the one at which that ends. */
struct spb_rule_bound {
    bool below;
    double at, clear;
};

/* Must hold too. */
struct spb_rule_also {
    enum spb_series series;
    char *instance; /* NULL: the same one, or "" */
    struct spb_rule_bound bound;
};

struct spb_rule_limit {
    bool is_set;
    struct spb_rule_bound bound;
    struct spb_hold_times times;
    struct spb_rule_also also[SPB_ALSO_MAX];
    size_t also_count;
};

enum { SPB_LIMIT_WARNING, SPB_LIMIT_CRITICAL, SPB_LIMITS };

struct spb_health_rule {
    char *name, *subsystem, *message, *advice, *why;
    enum spb_series series; /* SPB_SERIES_COUNT: resident memory of processes */
    char *instances;        /* a glob; NULL: all of them */
    enum spb_rule_measure measure;
    enum spb_rule_relation relation;
    enum spb_series other;
    uint64_t smooth_ns; /* exponential mean, as the kernel's own; 0: none */
    uint64_t within_ns; /* of COUNT */
    double p_max;       /* of GROWTH */
    bool absent_is_ok;  /* an instance that is there and has no value has nothing to watch */
    bool has_needs;     /* there is nothing to watch where `needs` has no value */
    enum spb_series needs;
    struct spb_rule_limit limits[SPB_LIMITS];
};

struct spb_health_rules {
    struct spb_health_rule *items;
    size_t count;
};

/* Of its value, as it is shown. */
const char *spb_rule_unit(const struct spb_health_rule *rule);
/* The first limit that is set. */
const struct spb_rule_limit *spb_rule_first_limit(const struct spb_health_rule *rule);

/* ---- rule_text.c --------------------------------------------------------------------------------------------------- */

/* What a template (message, advice) may name. */
struct spb_rule_values {
    const struct spb_health_rule *rule;
    const char *instance;
    double value;
    double limit;
    const struct spb_look *look;
};
void spb_rule_say(const char *template, const struct spb_rule_values *values, struct spb_strbuf *out);
/* The first name between braces that is none; NULL: all are known. `name` holds 64. */
const char *spb_rule_unknown_place(const char *template, char *name);

/* ---- health.c ------------------------------------------------------------------------------------------------------ */

#define SPB_EVENT_TIMES 16

/* One instance of one rule. */
struct spb_health_state {
    char instance[SPB_HEALTH_INSTANCE_SIZE];
    uint64_t identity;     /* of a process: its start */
    uint64_t seen;         /* number of the last look that had it */
    const char *reason;    /* why there is no value; NULL: there is */
    uint64_t absent_looks; /* in a row */
    double value;
    double smoothed;
    bool is_smooth;
    struct spb_event_time {
        uint64_t boot_ns;
        double count;
    } events[SPB_EVENT_TIMES]; /* of COUNT: oldest first; what is more goes into the last one */
    size_t event_count;
    struct spb_growth growth;
    struct spb_hold holds[SPB_LIMITS];
    size_t incident; /* the open one's number + 1; 0: none */
};

struct spb_rule_states {
    struct spb_health_state *items;
    size_t count, capacity;
};

struct spb_health {
    const struct spb_health_rules *rules;
    struct spb_health_options options;
    struct spb_rule_states *states; /* of each rule */
    uint64_t look_number;           /* since the beginning */
    uint64_t looks_since_gap;
    int64_t first_ns;
    uint64_t first_boot_ns, usual_ns; /* since the gap; the last interval */
    struct spb_look last;             /* a copy, whose reasons are these: */
    char **reasons;
    size_t reason_count, reason_capacity;
    bool has_processes;
    struct spb_health_incident *incidents;
    size_t incident_count, incident_capacity;
};

enum spb_health_level spb_health_state_level(const struct spb_health_state *state);
/* Why there is nothing to watch; NULL: there may be. */
const char *spb_health_needs(const struct spb_health_rule *rule, const struct spb_look *look);
/* Where the value of an observation stands in relation to a rule: a reason, or NULL and the value. */
const char *spb_health_relate(const struct spb_health_rule *rule, const struct spb_look *look,
                              const struct spb_observation *item, double *value);

#endif
