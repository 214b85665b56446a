/* SPDX-License-Identifier: MIT
 *
 * Is this machine healthy? Rules as data over the monitor's series: each holds a condition, the time it must last before it counts, and the lower
 * (or higher) value at which it ends, so that no single odd look raises or clears an alarm.
 *
 *     spb_health_create(&rules, &health);
 *     for each look: spb_health_step(health, look, processes);
 *     spb_health_assess(health, &assessment);
 */
#ifndef SPB_HEALTH_H
#define SPB_HEALTH_H

#include "error.h"
#include "process_table.h"
#include "series.h"

enum spb_health_level { SPB_HEALTH_OK, SPB_HEALTH_UNKNOWN, SPB_HEALTH_WARNING, SPB_HEALTH_CRITICAL };
const char *spb_health_level_name(enum spb_health_level level);

/* The rules: built in, or a file (JSON, results/health_rules.json is the built-in set and results/health_schema.json its reference). */
struct spb_health_rules;
int spb_health_rules_load(const char *path, struct spb_health_rules **rules,
                          struct spb_error *err); /* path NULL: the built-in ones */
int spb_health_rules_parse(const char *name, const char *text, size_t length, struct spb_health_rules **rules,
                           struct spb_error *err);
void spb_health_rules_destroy(struct spb_health_rules *rules);

struct spb_health;
int spb_health_create(const struct spb_health_rules *rules, struct spb_health **health);
void spb_health_destroy(struct spb_health *health);

/* Takes a look in, with the processes of the same moment (NULL: rules over processes have none). In order of time. 0 or -ENOMEM. */
int spb_health_step(struct spb_health *health, const struct spb_look *look, const struct spb_process_look *processes,
                    size_t process_count);

/* What came out, one a rule and instance that has something to say, and one (OK) for each rule that holds nowhere. */
struct spb_health_finding {
    const char *rule;      /* constant as long as the rules */
    const char *subsystem; /* "cpu", "memory", "pressure", "disk", "network", "limits", "processes", "temperature" */
    char instance[SPB_INSTANCE_SIZE];
    enum spb_health_level level; /* UNKNOWN: its series has no value; the evidence says why */
    char *evidence;              /* "some tasks waited for memory 31 % of the last 60 s (limit 10 %)" */
    char *advice;                /* what to do about it; NULL when OK */
    int64_t since_ns;            /* when it began (not when it was noticed); 0: OK or not known */
};
struct spb_assessment {
    struct spb_health_finding *findings; /* worst first */
    size_t count;
    enum spb_health_level level; /* the worst one; UNKNOWN does not count when anything else is known */
};
int spb_health_assess(const struct spb_health *health, struct spb_assessment *assessment);
void spb_assessment_release(struct spb_assessment *assessment);

#endif
