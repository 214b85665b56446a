/* SPDX-License-Identifier: MIT
 *
 * Every built-in rule with looks made by hand: it counts after its duration and not before, not for one odd look, ends with hysteresis, and
 * says why it knows nothing. SPB_HEALTH_RULES names a file of other rules, SPB_HEALTH_ONLY one rule, to see whether a change of it is noticed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "health_looks.h"

#define CHANGES_MAX 4
#define STEP_S      2.0
/* Smoothing needs some seconds to reach and to leave what is beyond a limit. */
#define SLACK_S 60

struct rule_case {
    const char *rule, *instance;
    enum spb_health_level level;
    unsigned for_s;
    struct changed bad[CHANGES_MAX];     /* beyond the limit; ends with reason "end" */
    struct changed between[CHANGES_MAX]; /* within it, not yet past the clearing value; none: there is no between */
    bool counts_at_once;                 /* events that the kernel counts */
};

#define END                                                                                                            \
    {                                                                                                                  \
        SPB_SERIES_COUNT, "", 0, NULL                                                                                  \
    }
#define ONE(series, instance, value)                                                                                   \
    {                                                                                                                  \
        {series, instance, value, NULL}, END                                                                           \
    }
#define TWO(series, instance, value, other, place, number)                                                             \
    {                                                                                                                  \
        {series, instance, value, NULL}, {other, place, number, NULL}, END                                             \
    }
#define NONE                                                                                                           \
    {                                                                                                                  \
        END                                                                                                            \
    }
#define WARN SPB_HEALTH_WARNING
#define CRIT SPB_HEALTH_CRITICAL

static const struct rule_case cases[] = {
    {"cpu-pressure", "cpu", WARN, 120, ONE(SPB_PRESSURE_SOME, "cpu", 60), ONE(SPB_PRESSURE_SOME, "cpu", 45), false},
    {"cpu-pressure", "cpu", CRIT, 600, ONE(SPB_PRESSURE_SOME, "cpu", 97), ONE(SPB_PRESSURE_SOME, "cpu", 85), false},
    {"cpu-busy", "", WARN, 600, TWO(SPB_CPU_BUSY, "", 99, SPB_PRESSURE_SOME, "cpu", 30),
     TWO(SPB_CPU_BUSY, "", 90, SPB_PRESSURE_SOME, "cpu", 15), false},
    {"load", "", WARN, 10, ONE(SPB_LOAD_5, "", 10), ONE(SPB_LOAD_5, "", 7), false},
    {"iowait", "", WARN, 120, TWO(SPB_CPU_IOWAIT, "", 45, SPB_TASKS_BLOCKED, "", 2),
     TWO(SPB_CPU_IOWAIT, "", 25, SPB_TASKS_BLOCKED, "", 2), false},
    {"steal", "", WARN, 120, ONE(SPB_CPU_STEAL, "", 15), ONE(SPB_CPU_STEAL, "", 8), false},
    {"steal", "", CRIT, 300, ONE(SPB_CPU_STEAL, "", 40), ONE(SPB_CPU_STEAL, "", 25), false},
    {"quota-throttled", "", WARN, 60, ONE(SPB_CGROUP_THROTTLED, "", 40), ONE(SPB_CGROUP_THROTTLED, "", 15), false},
    {"quota-throttled", "", CRIT, 300, ONE(SPB_CGROUP_THROTTLED, "", 90), ONE(SPB_CGROUP_THROTTLED, "", 60), false},
    {"quota-used", "", WARN, 600, ONE(SPB_CGROUP_CPU, "", 1.99), ONE(SPB_CGROUP_CPU, "", 1.8), false},
    {"cgroup-memory", "", WARN, 30, ONE(SPB_CGROUP_MEMORY_SHARE, "", 92), ONE(SPB_CGROUP_MEMORY_SHARE, "", 87), false},
    {"cgroup-memory", "", CRIT, 30, ONE(SPB_CGROUP_MEMORY_SHARE, "", 99), ONE(SPB_CGROUP_MEMORY_SHARE, "", 96), false},
    {"cgroup-oom-kills", "", WARN, 0, ONE(SPB_CGROUP_OOM_KILLS, "", 0.5), NONE, true},
    {"cgroup-threads", "", WARN, 30, ONE(SPB_CGROUP_PIDS, "", 850), ONE(SPB_CGROUP_PIDS, "", 770), false},
    {"cgroup-threads", "", CRIT, 30, ONE(SPB_CGROUP_PIDS, "", 990), ONE(SPB_CGROUP_PIDS, "", 930), false},
    {"memory-available", "", WARN, 30, ONE(SPB_MEMORY_AVAILABLE_SHARE, "", 8), ONE(SPB_MEMORY_AVAILABLE_SHARE, "", 11),
     false},
    {"memory-available", "", CRIT, 30, ONE(SPB_MEMORY_AVAILABLE_SHARE, "", 2), ONE(SPB_MEMORY_AVAILABLE_SHARE, "", 5),
     false},
    {"memory-pressure-some", "memory", WARN, 60, ONE(SPB_PRESSURE_SOME, "memory", 30),
     ONE(SPB_PRESSURE_SOME, "memory", 15), false},
    {"memory-pressure-full", "memory", WARN, 30, ONE(SPB_PRESSURE_FULL, "memory", 20),
     ONE(SPB_PRESSURE_FULL, "memory", 7), false},
    {"memory-pressure-full", "memory", CRIT, 30, ONE(SPB_PRESSURE_FULL, "memory", 60),
     ONE(SPB_PRESSURE_FULL, "memory", 30), false},
    {"swap-activity", "", WARN, 60, ONE(SPB_SWAP_IN, "", 2e6), ONE(SPB_SWAP_IN, "", 5e5), false},
    {"swap-activity", "", CRIT, 60, TWO(SPB_SWAP_IN, "", 2e7, SPB_SWAP_OUT, "", 2e7),
     TWO(SPB_SWAP_IN, "", 5e6, SPB_SWAP_OUT, "", 2e6), false},
    {"oom-kills", "", WARN, 0, ONE(SPB_OOM_KILLS, "", 0.5), NONE, true},
    {"io-pressure-some", "io", WARN, 120, ONE(SPB_PRESSURE_SOME, "io", 75), ONE(SPB_PRESSURE_SOME, "io", 50), false},
    {"io-pressure-full", "io", WARN, 120, ONE(SPB_PRESSURE_FULL, "io", 55), ONE(SPB_PRESSURE_FULL, "io", 30), false},
    {"io-pressure-full", "io", CRIT, 300, ONE(SPB_PRESSURE_FULL, "io", 95), ONE(SPB_PRESSURE_FULL, "io", 70), false},
    {"disk-saturated", "sda", WARN, 120, TWO(SPB_DISK_BUSY, "sda", 99.9, SPB_DISK_QUEUE, "sda", 20),
     TWO(SPB_DISK_BUSY, "sda", 90, SPB_DISK_QUEUE, "sda", 6), false},
    {"disk-slow-reads", "sda", WARN, 60, TWO(SPB_DISK_READ_TIME, "sda", 0.2, SPB_DISK_BUSY, "sda", 70),
     TWO(SPB_DISK_READ_TIME, "sda", 0.08, SPB_DISK_BUSY, "sda", 70), false},
    {"disk-slow-reads", "sda", CRIT, 60, TWO(SPB_DISK_READ_TIME, "sda", 2, SPB_DISK_BUSY, "sda", 70),
     TWO(SPB_DISK_READ_TIME, "sda", 0.5, SPB_DISK_BUSY, "sda", 70), false},
    {"disk-slow-writes", "sda", WARN, 60, TWO(SPB_DISK_WRITE_TIME, "sda", 0.7, SPB_DISK_BUSY, "sda", 70),
     TWO(SPB_DISK_WRITE_TIME, "sda", 0.3, SPB_DISK_BUSY, "sda", 70), false},
    {"disk-slow-writes", "sda", CRIT, 60, TWO(SPB_DISK_WRITE_TIME, "sda", 5, SPB_DISK_BUSY, "sda", 70),
     TWO(SPB_DISK_WRITE_TIME, "sda", 2, SPB_DISK_BUSY, "sda", 70), false},
    {"filesystem-space", "/", WARN, 30, TWO(SPB_FILESYSTEM_USED_SHARE, "/", 93, SPB_FILESYSTEM_AVAILABLE, "/", 7e9),
     TWO(SPB_FILESYSTEM_USED_SHARE, "/", 89, SPB_FILESYSTEM_AVAILABLE, "/", 11e9), false},
    {"filesystem-space", "/", CRIT, 30, TWO(SPB_FILESYSTEM_USED_SHARE, "/", 99, SPB_FILESYSTEM_AVAILABLE, "/", 1e9),
     TWO(SPB_FILESYSTEM_USED_SHARE, "/", 96, SPB_FILESYSTEM_AVAILABLE, "/", 2.5e9), false},
    {"filesystem-inodes", "/", WARN, 30, ONE(SPB_FILESYSTEM_INODES_USED_SHARE, "/", 93),
     ONE(SPB_FILESYSTEM_INODES_USED_SHARE, "/", 89), false},
    {"filesystem-inodes", "/", CRIT, 30, ONE(SPB_FILESYSTEM_INODES_USED_SHARE, "/", 99),
     ONE(SPB_FILESYSTEM_INODES_USED_SHARE, "/", 96), false},
    {"network-errors", "eth0", WARN, 60, ONE(SPB_NETWORK_ERRORS, "eth0", 20), ONE(SPB_NETWORK_ERRORS, "eth0", 1.5),
     false},
    {"network-errors", "eth0", CRIT, 60, ONE(SPB_NETWORK_ERRORS, "eth0", 200), ONE(SPB_NETWORK_ERRORS, "eth0", 60),
     false},
    {"network-drops", "eth0", WARN, 120, ONE(SPB_NETWORK_DROPS, "eth0", 40), ONE(SPB_NETWORK_DROPS, "eth0", 15), false},
    {"temperature", "cpu", WARN, 30, ONE(SPB_TEMPERATURE, "cpu", 92), ONE(SPB_TEMPERATURE, "cpu", 87), false},
    {"temperature", "cpu", CRIT, 30, ONE(SPB_TEMPERATURE, "cpu", 99), ONE(SPB_TEMPERATURE, "cpu", 95), false},
    {"thermal-throttling", "", WARN, 30, ONE(SPB_THERMAL_THROTTLES, "", 3), NONE, false},
    {"open-files", "", WARN, 30, ONE(SPB_FILES_OPEN, "", 8.5e5), ONE(SPB_FILES_OPEN, "", 7.7e5), false},
    {"open-files", "", CRIT, 30, ONE(SPB_FILES_OPEN, "", 9.9e5), ONE(SPB_FILES_OPEN, "", 9.3e5), false},
    {"threads", "", WARN, 30, ONE(SPB_TASKS_THREADS, "", 28000), ONE(SPB_TASKS_THREADS, "", 25500), false},
    {"threads", "", CRIT, 30, ONE(SPB_TASKS_THREADS, "", 32000), ONE(SPB_TASKS_THREADS, "", 30500), false},
    {"zombies", "", WARN, 300, ONE(SPB_TASKS_ZOMBIES, "", 40), ONE(SPB_TASKS_ZOMBIES, "", 20), false},
    {"zombies", "", CRIT, 300, ONE(SPB_TASKS_ZOMBIES, "", 2000), ONE(SPB_TASKS_ZOMBIES, "", 700), false},
    {"blocked-threads", "", WARN, 120, ONE(SPB_TASKS_BLOCKED, "", 12), ONE(SPB_TASKS_BLOCKED, "", 6), false},
    {"blocked-threads", "", CRIT, 300, ONE(SPB_TASKS_BLOCKED, "", 80), ONE(SPB_TASKS_BLOCKED, "", 30), false},
};
#define CASE_COUNT (sizeof(cases) / sizeof(cases[0]))

/* ---- driving --------------------------------------------------------------------------------------------------------- */

/* A look with these changes, `seconds` after the one before. */
static void step(struct watched *watched, const struct changed *changes, double seconds)
{
    look_well(watched, seconds);
    for (size_t i = 0; changes && changes[i].series != SPB_SERIES_COUNT; i++)
        put_changed(&watched->look, &changes[i]);
    assert_int_equal(spb_health_step(watched->health, &watched->look, NULL, 0), 0);
}

static void go(struct watched *watched, const struct changed *changes, double seconds)
{
    for (int n = 0; n < (int)(seconds / STEP_S); n++)
        step(watched, changes, STEP_S);
}

static enum spb_health_level level_of(struct watched *watched, const struct rule_case *rule)
{
    struct spb_health_finding found;
    if (!find(watched, rule->rule, rule->instance, &found))
        fail_msg("%s:%s is not there", rule->rule, rule->instance);
    return found.level;
}

#define ASSERT_LEVEL(watched, rule_case, expected, when)                                                               \
    do {                                                                                                               \
        enum spb_health_level level_ = level_of((watched), (rule_case));                                               \
        if (level_ != (expected))                                                                                      \
            fail_msg("%s %s: %s, not %s", (rule_case)->rule, (when), spb_health_level_name(level_),                    \
                     spb_health_level_name(expected));                                                                 \
    } while (0)

static enum spb_health_level below_it(const struct rule_case *rule)
{
    return rule->level == CRIT ? WARN : SPB_HEALTH_OK;
}

/* ---- each rule ------------------------------------------------------------------------------------------------------- */

/* Not before its duration, and a critical one may be a warning until then. */
static void test_counts_after_its_duration(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASE_COUNT; i++) {
        if (!is_asked(cases[i].rule))
            continue;
        struct watched watched;
        begin(&watched);
        go(&watched, NULL, 100);
        go(&watched, cases[i].bad, cases[i].for_s > 4 ? cases[i].for_s - 4 : 0);
        if (cases[i].for_s > 0 && level_of(&watched, &cases[i]) > below_it(&cases[i]))
            fail_msg("%s: %s too early", cases[i].rule, spb_health_level_name(cases[i].level));
        go(&watched, cases[i].bad, SLACK_S);
        if (cases[i].counts_at_once)
            assert_true(level_of(&watched, &cases[i]) >= cases[i].level);
        else
            ASSERT_LEVEL(&watched, &cases[i], cases[i].level, "after its duration");
        end(&watched);
    }
}

static void test_is_not_noticed_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASE_COUNT; i++) {
        if (!is_asked(cases[i].rule))
            continue;
        struct watched watched;
        size_t incidents;
        begin(&watched);
        for (int again = 0; again < 3; again++) {
            go(&watched, NULL, 100);
            step(&watched, cases[i].bad, STEP_S);
        }
        go(&watched, NULL, 100);
        spb_health_incidents(watched.health, &incidents);
        if (!cases[i].counts_at_once && incidents > 0)
            fail_msg("%s: one odd look was enough", cases[i].rule);
        if (cases[i].counts_at_once)
            assert_true(level_of(&watched, &cases[i]) >= WARN);
        end(&watched);
    }
}

/* Stays while it is between the limit and the clearing value; one odd good look ends nothing either; ends when it is well. */
static void test_ends_with_hysteresis(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASE_COUNT; i++) {
        if (!is_asked(cases[i].rule))
            continue;
        struct watched watched;
        begin(&watched);
        go(&watched, NULL, 20);
        go(&watched, cases[i].bad, cases[i].for_s + SLACK_S);
        if (cases[i].between[0].series != SPB_SERIES_COUNT) {
            go(&watched, cases[i].between, 600);
            ASSERT_LEVEL(&watched, &cases[i], cases[i].level, "between limit and clearing value");
        }
        if (!cases[i].counts_at_once) {
            step(&watched, NULL, STEP_S);
            ASSERT_LEVEL(&watched, &cases[i], cases[i].level, "after one good look");
        }
        go(&watched, NULL, cases[i].counts_at_once ? 3700 : 60 + 2 * SLACK_S);
        ASSERT_LEVEL(&watched, &cases[i], SPB_HEALTH_OK, "after all is well");
        end(&watched);
    }
}

static const char reason_of_absence[] = "the hypervisor hides it";

static void test_absent_is_unknown(void **state)
{
    static const char *const nothing_to_watch[] = {"disk-slow-reads", "disk-slow-writes"}; /* when nobody reads */
    (void)state;
    for (size_t i = 0; i < CASE_COUNT; i++) {
        struct changed absent[] = {{cases[i].bad[0].series, cases[i].bad[0].instance, 0, reason_of_absence}, END};
        struct watched watched;
        struct spb_assessment assessment;
        begin(&watched);
        for (int look = 0; look < 50; look++) {
            look_well(&watched, STEP_S);
            for (size_t k = 0; k < watched.look.count; k++) { /* of all its instances */
                struct changed every = absent[0];
                every.instance = watched.items[k].instance;
                put_changed(&watched.look, &every);
            }
            assert_int_equal(spb_health_step(watched.health, &watched.look, NULL, 0), 0);
        }
        bool is_ok = false;
        for (size_t k = 0; k < sizeof(nothing_to_watch) / sizeof(nothing_to_watch[0]); k++)
            is_ok |= strcmp(nothing_to_watch[k], cases[i].rule) == 0;
        assert_int_equal(spb_health_assess(watched.health, &assessment), 0);
        size_t seen = 0;
        for (size_t k = 0; k < assessment.count; k++)
            if (strcmp(assessment.findings[k].rule, cases[i].rule) == 0) {
                assert_int_equal(assessment.findings[k].level, is_ok ? SPB_HEALTH_OK : SPB_HEALTH_UNKNOWN);
                assert_string_equal(assessment.findings[k].evidence, reason_of_absence);
                seen++;
            }
        assert_int_equal(seen, 1);
        spb_assessment_release(&assessment);
        end(&watched);
    }
}

/* What the kernel counts is no sample: one is a warning at once, three within an hour are critical, and after that hour it is over. */
static void test_events_count_at_once(void **state)
{
    static const struct {
        const char *rule;
        enum spb_series series;
    } events[] = {{"oom-kills", SPB_OOM_KILLS}, {"cgroup-oom-kills", SPB_CGROUP_OOM_KILLS}};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        const struct changed kill[] = {{events[i].series, "", 1 / STEP_S, NULL}, END};
        struct watched watched;
        struct spb_health_finding found;
        begin(&watched);
        go(&watched, NULL, 100);
        for (int kills = 1; kills <= 3; kills++) {
            step(&watched, kill, STEP_S);
            assert_true(find(&watched, events[i].rule, "", &found));
            assert_int_equal(found.level, kills < 3 ? WARN : CRIT);
            assert_true(found.value > kills - 0.5 && found.value < kills + 0.5);
            go(&watched, NULL, 100);
        }
        go(&watched, NULL, 3300);
        assert_true(find(&watched, events[i].rule, "", &found));
        assert_int_equal(found.level, WARN); /* two are left */
        go(&watched, NULL, 400);
        assert_true(find(&watched, events[i].rule, "", &found));
        assert_int_equal(found.level, SPB_HEALTH_OK);
        end(&watched);
    }
}

/* Shares of limits that are not set. */
static void test_without_limits_all_is_ok(void **state)
{
    static const char *const rules[] = {"quota-throttled", "quota-used", "cgroup-memory", "cgroup-oom-kills",
                                        "cgroup-threads"};
    static const struct changed none[] = {{SPB_CGROUP_CPU_LIMIT, "", 0, "no limit is set"},
                                          {SPB_CGROUP_MEMORY_LIMIT, "", 0, "no limit is set"},
                                          {SPB_CGROUP_PIDS_LIMIT, "", 0, "no limit is set"},
                                          END};
    struct watched watched;
    struct spb_assessment assessment;
    (void)state;
    begin(&watched);
    go(&watched, none, 20);
    assert_int_equal(spb_health_assess(watched.health, &assessment), 0);
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
        for (size_t k = 0; k < assessment.count; k++)
            if (strcmp(assessment.findings[k].rule, rules[i]) == 0) {
                assert_int_equal(assessment.findings[k].level, SPB_HEALTH_OK);
                assert_string_equal(assessment.findings[k].evidence, "no limit is set");
            }
    spb_assessment_release(&assessment);
    end(&watched);
}

/* Reasons may go away with who gave the look. */
static void test_reasons_are_kept(void **state)
{
    char reason[] = "gone soon";
    struct changed absent[] = {{SPB_LOAD_5, "", 0, reason}, END};
    struct watched watched;
    struct spb_assessment assessment;
    (void)state;
    begin(&watched);
    step(&watched, absent, STEP_S);
    memset(reason, 'x', sizeof(reason) - 1);
    assert_int_equal(spb_health_assess(watched.health, &assessment), 0);
    for (size_t i = 0; i < assessment.count; i++)
        if (strcmp(assessment.findings[i].rule, "load") == 0)
            assert_string_equal(assessment.findings[i].evidence, "gone soon");
    spb_assessment_release(&assessment);
    end(&watched);
}

/* All default rules have a case, but for that of growth, which test_leak() has. */
static void test_no_rule_is_forgotten(void **state)
{
    struct watched watched;
    (void)state;
    begin(&watched);
    for (size_t r = 0; r < spb_health_rules_count(watched.rules); r++) {
        struct spb_health_rule_info info;
        bool found = false;
        spb_health_rules_describe(watched.rules, r, &info);
        for (size_t i = 0; i < CASE_COUNT; i++)
            found |= strcmp(cases[i].rule, info.name) == 0 && (cases[i].level == WARN || *info.critical);
        if (!found && strcmp(info.name, "leaking-process") != 0)
            fail_msg("%s has no case", info.name);
    }
    end(&watched);
}

/* ---- the whole ------------------------------------------------------------------------------------------------------- */

static void test_quiet_machine_is_ok(void **state)
{
    struct watched watched;
    struct spb_assessment assessment;
    size_t incidents;
    (void)state;
    begin(&watched);
    go(&watched, NULL, 4000);
    assert_int_equal(spb_health_assess(watched.health, &assessment), 0);
    assert_int_equal(assessment.level, SPB_HEALTH_OK);
    for (size_t i = 0; i < assessment.count; i++) {
        assert_int_equal(assessment.findings[i].level, strcmp(assessment.findings[i].rule, "leaking-process") == 0
                                                           ? SPB_HEALTH_UNKNOWN /* there are no processes */
                                                           : SPB_HEALTH_OK);
        assert_false(assessment.findings[i].is_pending);
    }
    spb_assessment_release(&assessment);
    spb_health_incidents(watched.health, &incidents);
    assert_int_equal(incidents, 0);
    end(&watched);
}

/* since: when it began, not when it was noticed; an interval is the time of a rate. */
static void test_since_and_incidents(void **state)
{
    static const struct changed full[] = {{SPB_FILESYSTEM_USED_SHARE, "/", 99, NULL},
                                          {SPB_FILESYSTEM_AVAILABLE, "/", 5e9, NULL},
                                          {SPB_SWAP_IN, "", 5e6, NULL},
                                          END};
    struct watched watched;
    struct spb_health_finding found;
    size_t count;
    (void)state;
    begin(&watched);
    go(&watched, NULL, 100);
    int64_t last_good_ns = watched.look.time_ns;
    go(&watched, full, 10);
    assert_true(find(&watched, "filesystem-space", "/", &found));
    assert_true(found.is_pending);
    assert_int_equal(found.pending_level, WARN);
    assert_int_equal(found.held_ns, 8 * HEALTH_SECOND);
    assert_int_equal(found.needed_ns, 30 * HEALTH_SECOND);
    go(&watched, full, 90);
    assert_true(find(&watched, "filesystem-space", "/", &found));
    assert_int_equal(found.level, WARN);
    assert_int_equal(found.since_ns, last_good_ns + (int64_t)(STEP_S * 1e9));
    assert_false(found.since_is_earlier);
    assert_true(find(&watched, "swap-activity", "", &found));
    assert_int_equal(found.since_ns, last_good_ns);
    go(&watched, NULL, 200);
    const struct spb_health_incident *incidents = spb_health_incidents(watched.health, &count);
    assert_int_equal(count, 2);
    assert_string_equal(incidents[0].rule, "filesystem-space");
    assert_string_equal(incidents[0].end, "ended");
    assert_true(incidents[0].ended_ns > incidents[0].began_ns + (int64_t)(100 * HEALTH_SECOND));
    assert_true(incidents[0].worst > 98.9 && incidents[0].worst < 99.1);
    end(&watched);
}

/* It held at the first look: nobody knows since when. */
static void test_since_before_the_first_look(void **state)
{
    static const struct changed bad[] = {{SPB_MEMORY_AVAILABLE_SHARE, "", 2, NULL}, END};
    struct watched watched;
    struct spb_health_finding found;
    (void)state;
    begin(&watched);
    go(&watched, bad, 60);
    assert_true(find(&watched, "memory-available", "", &found));
    assert_int_equal(found.level, CRIT);
    assert_true(found.since_is_earlier);
    assert_int_equal(found.since_ns, HEALTH_BEGIN_NS);
    end(&watched);
}

/* Suspended, or nobody recorded: what was before says nothing of now. */
static void test_gaps_start_anew(void **state)
{
    static const struct changed bad[] = {{SPB_MEMORY_AVAILABLE_SHARE, "", 2, NULL}, END};
    struct watched watched;
    struct spb_health_finding found;
    size_t count;
    (void)state;
    begin(&watched);
    go(&watched, bad, 20);
    step(&watched, bad, 3600);
    go(&watched, bad, 20);
    assert_true(find(&watched, "memory-available", "", &found));
    assert_int_equal(found.level, SPB_HEALTH_OK);
    assert_true(found.is_pending);
    go(&watched, bad, 20);
    assert_true(find(&watched, "memory-available", "", &found));
    assert_int_equal(found.level, CRIT);
    step(&watched, bad, 3600);
    assert_true(find(&watched, "memory-available", "", &found));
    assert_int_equal(found.level, SPB_HEALTH_OK);
    const struct spb_health_incident *incidents = spb_health_incidents(watched.health, &count);
    assert_int_equal(count, 1);
    assert_string_equal(incidents[0].end, "nothing is known of the time after");
    /* Another boot: the clock begins anew. */
    go(&watched, bad, 100);
    watched.passed_ns = 0;
    watched.started = false;
    step(&watched, bad, 0);
    assert_true(find(&watched, "memory-available", "", &found));
    assert_int_equal(found.level, SPB_HEALTH_OK);
    end(&watched);
}

static void test_vanished_instance_clears(void **state)
{
    static const struct changed bad[] = {{SPB_FILESYSTEM_INODES_USED_SHARE, "/", 99, NULL}, END};
    struct watched watched;
    struct spb_health_finding found;
    size_t count;
    (void)state;
    begin(&watched);
    go(&watched, bad, 60);
    assert_true(find(&watched, "filesystem-inodes", "/", &found));
    assert_int_equal(found.level, CRIT);
    look_well(&watched, STEP_S);
    for (size_t i = 0; i < watched.look.count; i++)
        if (watched.items[i].series == SPB_FILESYSTEM_INODES_USED_SHARE)
            strcpy(watched.items[i].instance, "/other");
    assert_int_equal(spb_health_step(watched.health, &watched.look, NULL, 0), 0);
    assert_false(find(&watched, "filesystem-inodes", "/", &found));
    const struct spb_health_incident *incidents = spb_health_incidents(watched.health, &count);
    assert_int_equal(count, 1);
    assert_string_equal(incidents[0].end, "it is not there any more");
    end(&watched);
}

/* One look without a value neither ends what counts nor hides it. */
static void test_one_absent_look(void **state)
{
    static const struct changed bad[] = {{SPB_CPU_STEAL, "", 50, NULL}, END};
    static const struct changed gone[] = {{SPB_CPU_STEAL, "", 0, reason_of_absence}, END};
    struct watched watched;
    struct spb_health_finding found;
    (void)state;
    begin(&watched);
    go(&watched, bad, 400);
    step(&watched, gone, STEP_S);
    assert_true(find(&watched, "steal", "", &found));
    assert_int_equal(found.level, CRIT);
    step(&watched, bad, STEP_S);
    assert_true(find(&watched, "steal", "", &found));
    assert_int_equal(found.level, CRIT);
    go(&watched, gone, 10);
    assert_true(find(&watched, "steal", "", &found));
    assert_int_equal(found.level, SPB_HEALTH_UNKNOWN);
    end(&watched);
}

/* Pressure is known at the first look, from the kernel's averages. */
static void test_averages_prime(void **state)
{
    static const struct changed first[] = {{SPB_PRESSURE_SOME, "cpu", 0, "first look"},
                                           {SPB_PRESSURE_FULL, "memory", 0, "first look"},
                                           {SPB_PRESSURE_SOME, "io", 0, "first look"},
                                           END};
    static const struct spb_health_average averages[] = {
        {SPB_PRESSURE_SOME, "cpu", 10 * HEALTH_SECOND, 70},   {SPB_PRESSURE_SOME, "cpu", 60 * HEALTH_SECOND, 60},
        {SPB_PRESSURE_SOME, "cpu", 300 * HEALTH_SECOND, 55},  {SPB_PRESSURE_FULL, "memory", 10 * HEALTH_SECOND, 30},
        {SPB_PRESSURE_FULL, "memory", 60 * HEALTH_SECOND, 2}, {SPB_PRESSURE_SOME, "io", 10 * HEALTH_SECOND, 1},
        {SPB_PRESSURE_SOME, "io", 60 * HEALTH_SECOND, 80},    {SPB_PRESSURE_SOME, "io", 300 * HEALTH_SECOND, 80}};
    struct watched watched;
    struct spb_health_finding found;
    (void)state;
    begin(&watched);
    step(&watched, first, 0);
    assert_int_equal(spb_health_prime(watched.health, averages, sizeof(averages) / sizeof(averages[0])), 0);
    assert_true(find(&watched, "cpu-pressure", "cpu", &found));
    assert_int_equal(found.level, WARN);
    assert_int_equal(found.since_ns, HEALTH_BEGIN_NS - (int64_t)(300 * HEALTH_SECOND));
    assert_true(find(&watched, "memory-pressure-full", "memory", &found));
    assert_int_equal(found.level, SPB_HEALTH_OK);
    assert_true(found.is_pending);
    assert_true(find(&watched, "io-pressure-some", "io", &found)); /* it was, and is over */
    assert_int_equal(found.level, SPB_HEALTH_OK);
    assert_false(found.is_pending);
    end(&watched);
}

/* A captured machine: what one look can say. */
static void test_single_look(void **state)
{
    static const struct changed bad[] = {
        {SPB_MEMORY_AVAILABLE_SHARE, "", 2, NULL}, {SPB_CPU_STEAL, "", 0, "first look"}, END};
    static const struct spb_health_options options = {.single_look = true};
    struct watched watched;
    struct spb_health_finding found;
    (void)state;
    begin(&watched);
    spb_health_destroy(watched.health);
    assert_int_equal(spb_health_create(watched.rules, &options, &watched.health), 0);
    step(&watched, bad, 0);
    assert_true(find(&watched, "memory-available", "", &found));
    assert_int_equal(found.level, CRIT);
    assert_true(find(&watched, "steal", "", &found));
    assert_int_equal(found.level, SPB_HEALTH_UNKNOWN);
    end(&watched);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts_after_its_duration),
        cmocka_unit_test(test_is_not_noticed_once),
        cmocka_unit_test(test_ends_with_hysteresis),
        cmocka_unit_test(test_absent_is_unknown),
        cmocka_unit_test(test_no_rule_is_forgotten),
        cmocka_unit_test(test_events_count_at_once),
        cmocka_unit_test(test_reasons_are_kept),
        cmocka_unit_test(test_without_limits_all_is_ok),
        cmocka_unit_test(test_quiet_machine_is_ok),
        cmocka_unit_test(test_since_and_incidents),
        cmocka_unit_test(test_since_before_the_first_look),
        cmocka_unit_test(test_gaps_start_anew),
        cmocka_unit_test(test_vanished_instance_clears),
        cmocka_unit_test(test_one_absent_look),
        cmocka_unit_test(test_averages_prime),
        cmocka_unit_test(test_single_look),

    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
