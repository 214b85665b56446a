/* SPDX-License-Identifier: MIT
 *
 * Looks at a machine of four CPUs that is well, in which single numbers are changed. */
#ifndef SPB_HEALTH_LOOKS_H
#define SPB_HEALTH_LOOKS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "health.h"

#define HEALTH_BEGIN_NS INT64_C(1794960000000000000)
#define HEALTH_BOOT_NS  UINT64_C(5000000000000)
#define HEALTH_SECOND   UINT64_C(1000000000)

/* A number that is put into a look; absent where there is a reason. */
struct changed {
    enum spb_series series;
    const char *instance;
    double value;
    const char *reason;
};

static const struct changed well[] = {
    {SPB_CPU_BUSY, "", 12, NULL},
    {SPB_CPU_BUSY, "cpu0", 40, NULL},
    {SPB_CPU_IOWAIT, "", 0.5, NULL},
    {SPB_CPU_STEAL, "", 0.1, NULL},
    {SPB_CPU_ALLOWED, "", 4, NULL},
    {SPB_LOAD_5, "", 0.7, NULL},
    {SPB_TASKS_BLOCKED, "", 0, NULL},
    {SPB_TASKS_THREADS, "", 400, NULL},
    {SPB_TASKS_THREADS_LIMIT, "", 32768, NULL},
    {SPB_TASKS_ZOMBIES, "", 1, NULL},
    {SPB_FILES_OPEN, "", 3000, NULL},
    {SPB_FILES_LIMIT, "", 1e6, NULL},
    {SPB_MEMORY_TOTAL, "", 16e9, NULL},
    {SPB_MEMORY_AVAILABLE, "", 9e9, NULL},
    {SPB_MEMORY_AVAILABLE_SHARE, "", 56, NULL},
    {SPB_SWAP_USED, "", 4e9, NULL}, /* that lies there harms nobody */
    {SPB_SWAP_IN, "", 0, NULL},
    {SPB_SWAP_OUT, "", 0, NULL},
    {SPB_OOM_KILLS, "", 0, NULL},
    {SPB_PRESSURE_SOME, "cpu", 4, NULL},
    {SPB_PRESSURE_SOME, "memory", 0, NULL},
    {SPB_PRESSURE_SOME, "io", 1, NULL},
    {SPB_PRESSURE_FULL, "cpu", 0, NULL},
    {SPB_PRESSURE_FULL, "memory", 0, NULL},
    {SPB_PRESSURE_FULL, "io", 0.5, NULL},
    {SPB_DISK_BUSY, "sda", 3, NULL},
    {SPB_DISK_QUEUE, "sda", 0.1, NULL},
    {SPB_DISK_READ_TIME, "sda", 0.004, NULL},
    {SPB_DISK_WRITE_TIME, "sda", 0.008, NULL},
    {SPB_FILESYSTEM_SIZE, "/", 100e9, NULL},
    {SPB_FILESYSTEM_AVAILABLE, "/", 60e9, NULL},
    {SPB_FILESYSTEM_USED_SHARE, "/", 40, NULL},
    {SPB_FILESYSTEM_INODES_USED_SHARE, "/", 10, NULL},
    {SPB_NETWORK_PACKETS_RECEIVED, "eth0", 2000, NULL},
    {SPB_NETWORK_ERRORS, "eth0", 0, NULL},
    {SPB_NETWORK_DROPS, "eth0", 0.1, NULL},
    {SPB_TEMPERATURE, "cpu", 55, NULL},
    {SPB_TEMPERATURE_LIMIT, "cpu", 100, NULL},
    {SPB_THERMAL_THROTTLES, "", 0, NULL},
    {SPB_CGROUP_CPU, "", 0.5, NULL},
    {SPB_CGROUP_CPU_LIMIT, "", 2, NULL},
    {SPB_CGROUP_THROTTLED, "", 1, NULL},
    {SPB_CGROUP_MEMORY, "", 1e9, NULL},
    {SPB_CGROUP_MEMORY_LIMIT, "", 4e9, NULL},
    {SPB_CGROUP_MEMORY_SHARE, "", 25, NULL},
    {SPB_CGROUP_OOM_KILLS, "", 0, NULL},
    {SPB_CGROUP_PIDS, "", 100, NULL},
    {SPB_CGROUP_PIDS_LIMIT, "", 1000, NULL},
};
#define WELL_COUNT (sizeof(well) / sizeof(well[0]))

/* Time goes on from look to look. */
struct watched {
    struct spb_health_rules *rules;
    struct spb_health *health;
    struct spb_observation items[WELL_COUNT];
    struct spb_look look;
    uint64_t passed_ns; /* since the first look */
    bool started;
};

static inline void put_changed(struct spb_look *look, const struct changed *changed)
{
    for (size_t i = 0; i < look->count; i++) {
        struct spb_observation *item = &look->items[i];
        if (item->series != changed->series || strcmp(item->instance, changed->instance) != 0)
            continue;
        item->has_value = !changed->reason;
        item->value = changed->value;
        item->reason = changed->reason;
    }
}

static inline void look_well(struct watched *watched, double seconds)
{
    watched->passed_ns += watched->started ? (uint64_t)(seconds * 1e9) : 0;
    watched->look = (struct spb_look){.time_ns = HEALTH_BEGIN_NS + (int64_t)watched->passed_ns,
                                      .boot_ns = HEALTH_BOOT_NS + watched->passed_ns,
                                      .interval_ns = watched->started ? (uint64_t)(seconds * 1e9) : 0,
                                      .items = watched->items,
                                      .count = WELL_COUNT,
                                      .capacity = WELL_COUNT};
    for (size_t i = 0; i < WELL_COUNT; i++) {
        watched->items[i] = (struct spb_observation){.series = well[i].series};
        snprintf(watched->items[i].instance, SPB_INSTANCE_SIZE, "%s", well[i].instance);
        put_changed(&watched->look, &well[i]);
    }
    watched->started = true;
}

/* ---- driving: with cmocka.h included before ---- */

static inline void begin(struct watched *watched)
{
    static const struct spb_health_options options;
    struct spb_error err = {{0}};
    memset(watched, 0, sizeof(*watched));
    if (spb_health_rules_load(getenv("SPB_HEALTH_RULES"), &watched->rules, &err) < 0)
        fail_msg("%s", err.text);
    assert_int_equal(spb_health_create(watched->rules, &options, &watched->health), 0);
}

static inline void end(struct watched *watched)
{
    spb_health_destroy(watched->health);
    spb_health_rules_destroy(watched->rules);
}

/* The finding of a rule and instance, or NULL; its texts are gone. */
static inline bool find(struct watched *watched, const char *rule, const char *instance,
                        struct spb_health_finding *found)
{
    struct spb_assessment assessment;
    bool is_there = false;
    assert_int_equal(spb_health_assess(watched->health, &assessment), 0);
    for (size_t i = 0; i < assessment.count && !is_there; i++)
        if (strcmp(assessment.findings[i].rule, rule) == 0 &&
            (!instance || strcmp(assessment.findings[i].instance, instance) == 0)) {
            *found = assessment.findings[i];
            is_there = true;
            assert_non_null(found->evidence);
            assert_null(strchr(found->evidence, '{'));
            assert_null(strchr(found->evidence, '?'));
            assert_int_equal(found->advice != NULL, found->level >= SPB_HEALTH_WARNING || found->is_pending);
        }
    spb_assessment_release(&assessment);
    return is_there;
}

/* SPB_HEALTH_ONLY names one rule; without it all are. */
static inline bool is_asked(const char *rule)
{
    const char *only = getenv("SPB_HEALTH_ONLY");
    return !only || strcmp(only, rule) == 0;
}

#endif
