/* SPDX-License-Identifier: MIT
 *
 * Is this machine healthy? Rules as data over the monitor's series: each holds a condition, the time it must last before it counts,
 * and the lower (or higher) value at which it ends, so that no single odd look raises or clears an alarm. README.md of this room has the
 * method.
 *
 *     spb_health_create(rules, &options, &health);
 *     for each look: spb_health_step(health, look, processes, process_count);
 *     spb_health_assess(health, &assessment);
 *
 * Nothing here reads a clock or a file: what is said follows from the looks alone.
 */
#ifndef SPB_HEALTH_H
#define SPB_HEALTH_H

#include "error.h"
#include "process_table.h"
#include "series.h"

enum spb_health_level { SPB_HEALTH_OK, SPB_HEALTH_UNKNOWN, SPB_HEALTH_WARNING, SPB_HEALTH_CRITICAL };
const char *spb_health_level_name(enum spb_health_level level); /* "ok", "unknown", "warning", "critical" */

/* "12 %", "1.5 GiB/h"; "30 s", "10 min", "6 h": `text` holds SPB_UNIT_TEXT_SIZE of units.h; returns it. */
const char *spb_health_value_format(char *text, const char *unit, double value);
const char *spb_health_duration_format(char *text, uint64_t ns);

/* ---- rules ------------------------------------------------------------------------------------------------------- */

/* Built in, or a file (JSON; results/health_rules.json is the built-in set and results/health_schema.json its reference). */
struct spb_health_rules;
int spb_health_rules_load(const char *path, struct spb_health_rules **rules,
                          struct spb_error *err); /* path NULL: the built-in ones */
int spb_health_rules_parse(const char *name, const char *text, size_t length, struct spb_health_rules **rules,
                           struct spb_error *err);
void spb_health_rules_destroy(struct spb_health_rules *rules);

/* A rule in words; the texts are the rules'. */
struct spb_health_rule_info {
    const char *name, *subsystem, *why;
    char condition[160];              /* "pressure.full:memory above" */
    char warning[160], critical[160]; /* "10 % for 30 s, ends at 5 %"; "": it has no such level */
    uint64_t longest_ns;              /* of its durations */
    enum spb_series series;           /* SPB_SERIES_COUNT: the memory of processes */
};
size_t spb_health_rules_count(const struct spb_health_rules *rules);
void spb_health_rules_describe(const struct spb_health_rules *rules, size_t index, struct spb_health_rule_info *info);

/* ---- looks ------------------------------------------------------------------------------------------------------- */

struct spb_health_options {
    bool single_look; /* there is one look and no more: gauges are judged without their durations */
};

struct spb_health;
/* The rules must stay. -ENOMEM. */
int spb_health_create(const struct spb_health_rules *rules, const struct spb_health_options *options,
                      struct spb_health **health);
void spb_health_destroy(struct spb_health *health);

/* Takes a look in, with the processes of the same moment (NULL: rules over processes have none). In order of time; a gap in time
 * (suspend, a recorder that stood still, a boot) starts everything anew. 0 or -ENOMEM. */
int spb_health_step(struct spb_health *health, const struct spb_look *look, const struct spb_process_look *processes,
                    size_t process_count);

/* What somebody (the kernel) has averaged over the time that ended at the last look, so that a first look can tell more. */
struct spb_health_average {
    enum spb_series series;
    const char *instance;
    uint64_t window_ns;
    double value;
};
/* After the first step; ordered by window. The condition is taken to have held for the longest time over which it held in all shorter
 * ones too. */
int spb_health_prime(struct spb_health *health, const struct spb_health_average *averages, size_t count);

/* ---- what came out ------------------------------------------------------------------------------------------------ */

#define SPB_HEALTH_INSTANCE_SIZE 88 /* "name (pid)" of a process, or an instance of a series */

/* One a rule and instance that has something to say, and one for each rule that holds nowhere, of the instance that is nearest to its
 * limit. */
struct spb_health_finding {
    const char *rule; /* these two are the rules' */
    const char *
        subsystem; /* "cpu", "memory", "disk", "filesystem", "network", "temperature", "cgroup", "limits", "processes" */
    char instance[SPB_HEALTH_INSTANCE_SIZE];
    enum spb_health_level level;         /* UNKNOWN: its series has no value; the evidence says why */
    char *evidence;                      /* "all tasks waited for memory 31 % of the time (warning above 10 %)" */
    char *advice;                        /* what to do about it; NULL when OK or unknown */
    int64_t since_ns;                    /* when it began (not when it was noticed); 0: OK or not known */
    bool since_is_earlier;               /* it held at the first look already: it began then or earlier */
    bool is_pending;                     /* OK so far: it holds, but not yet for as long as it takes */
    enum spb_health_level pending_level; /* what it becomes then */
    uint64_t held_ns, needed_ns;         /* how long it holds and how long it must */
    bool has_value;
    double value, limit; /* of the level, or of the first one where there is none */
    const char *unit;
    double nearness; /* how much of the way to its first limit: 1 is there; for ordering */
};
struct spb_assessment {
    struct spb_health_finding *findings; /* worst first, then in the order of the rules */
    size_t count;
    enum spb_health_level level; /* the worst one; UNKNOWN only where nothing else is known */
    int64_t first_ns, last_ns;   /* times of the looks since the last gap */
    uint64_t watched_ns;         /* between them, by the clock that never steps */
    size_t look_count;
};
int spb_health_assess(const struct spb_health *health, struct spb_assessment *assessment);
void spb_assessment_release(struct spb_assessment *assessment);

/* From when to when something was wrong. */
struct spb_health_incident {
    const char *rule, *subsystem; /* the rules' */
    char instance[SPB_HEALTH_INSTANCE_SIZE];
    enum spb_health_level level; /* the worst one of its time */
    int64_t began_ns, ended_ns;  /* ended 0: it goes on */
    const char *end;             /* how it ended: constant text */
    double worst;
    const char *unit;
};
/* In order of their ends, those that go on last; valid until the next step. */
const struct spb_health_incident *spb_health_incidents(const struct spb_health *health, size_t *count);

#endif
