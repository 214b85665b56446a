/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "doctor.h"
#include "doctor_internal.h"
#include "machines.h"
#include "stamp_lookup.h"

static const struct spb_build_info build = {"", "", "", "", ""};

static int counting_fails(void *context, char *reason, size_t size)
{
    (void)context;
    snprintf(reason, size, "perf_event_open: Permission denied");
    return -EACCES;
}

static void examine(const char *name, int (*try_counting)(void *, char *, size_t), struct spb_diagnosis *diagnosis)
{
    struct spb_stamp stamp;
    assert_int_equal(spb_stamp_take(name ? machine(name) : NULL, NULL, &build, &stamp, NULL), 0);
    struct spb_doctor_options options = {.root = name ? machine(name) : NULL,
                                         .facts = {spb_stamp_lookup, &stamp},
                                         .interval_ms = 20,
                                         .try_counting = try_counting};
    assert_int_equal(spb_doctor_examine(&options, diagnosis, NULL), 0);
    spb_stamp_release(&stamp);
}

static const struct spb_finding *find(const struct spb_diagnosis *diagnosis, const char *check)
{
    for (size_t i = 0; i < diagnosis->count; i++)
        if (strcmp(diagnosis->findings[i].check, check) == 0)
            return &diagnosis->findings[i];
    fail_msg("no check %s", check);
    return NULL;
}

/* "warn powersave" */
static void assert_seen(const struct spb_diagnosis *diagnosis, const char *check, const char *level, const char *value)
{
    const struct spb_finding *finding = find(diagnosis, check);
    assert_string_equal(spb_level_name(finding->level), level);
    assert_string_equal(finding->value, value);
}

static void a_desktop_is_noisy(void **state)
{
    (void)state;
    struct spb_diagnosis diagnosis;
    examine("metal-intel", NULL, &diagnosis);
    assert_seen(&diagnosis, "virtualization", "ok", "none");
    assert_seen(&diagnosis, "governor", "warn", "powersave");
    assert_seen(&diagnosis, "turbo", "warn", "on");
    assert_string_equal(find(&diagnosis, "turbo")->mend,
                        "echo 1 | sudo tee /sys/devices/system/cpu/intel_pstate/no_turbo");
    assert_seen(&diagnosis, "huge-pages", "warn", "always");
    assert_seen(&diagnosis, "perf-paranoid", "warn", "3");
    assert_seen(&diagnosis, "pmu", "ok", "cpu");
    assert_seen(&diagnosis, "cpu-quota", "ok", "none");
    assert_int_equal(diagnosis.level_counts[SPB_LEVEL_BAD], 0);
    assert_int_equal(diagnosis.level_counts[SPB_LEVEL_WARN], 6);
    spb_diagnosis_release(&diagnosis);
}

static void a_misconfigured_server_is_bad(void **state)
{
    (void)state;
    struct spb_diagnosis diagnosis;
    examine("metal-amd", NULL, &diagnosis);
    assert_seen(&diagnosis, "governor", "ok", "performance");
    assert_string_equal(find(&diagnosis, "turbo")->mend, "echo 0 | sudo tee /sys/devices/system/cpu/cpufreq/boost");
    assert_seen(&diagnosis, "smt", "ok", "off");
    assert_seen(&diagnosis, "clock", "bad", "hpet");
    assert_null(find(&diagnosis, "clock")->mend);
    assert_non_null(find(&diagnosis, "clock")->obstacle);
    assert_seen(&diagnosis, "aslr", "warn", "0");
    assert_seen(&diagnosis, "numa-balancing", "warn", "1");
    assert_seen(&diagnosis, "swap", "warn", "1.91 GiB");
    assert_seen(&diagnosis, "perf-paranoid", "ok", "2");
    assert_seen(&diagnosis, "isolation", "ok", "8-15");
    spb_diagnosis_release(&diagnosis);
}

static void a_quota_is_bad(void **state)
{
    (void)state;
    struct spb_diagnosis diagnosis;
    examine("container-v2", NULL, &diagnosis);
    assert_seen(&diagnosis, "cpu-quota", "bad", "1.5 CPU");
    assert_null(find(&diagnosis, "cpu-quota")->mend);
    assert_seen(&diagnosis, "cpuset", "ok", "2-3");
    assert_seen(&diagnosis, "steal", "warn", "");
    assert_seen(&diagnosis, "pressure", "warn", "42.5 %");
    assert_seen(&diagnosis, "load", "warn", "9.5");
    assert_string_equal(find(&diagnosis, "clock")->mend,
                        "echo tsc | sudo tee /sys/devices/system/clocksource/clocksource0/current_clocksource");
    spb_diagnosis_release(&diagnosis);
    examine("nested-v2", NULL, &diagnosis);
    assert_seen(&diagnosis, "cpu-quota", "bad", "0.5 CPU");
    assert_string_equal(find(&diagnosis, "cpu-quota")->mend, "echo max | sudo tee /sys/fs/cgroup/a/b/cpu.max");
    spb_diagnosis_release(&diagnosis);
}

static void a_vm_hides_its_clock_rate(void **state)
{
    (void)state;
    struct spb_diagnosis diagnosis;
    examine("vm-firecracker", NULL, &diagnosis);
    assert_seen(&diagnosis, "virtualization", "warn", "vm");
    assert_seen(&diagnosis, "governor", "unknown", "");
    assert_non_null(find(&diagnosis, "governor")->obstacle);
    assert_seen(&diagnosis, "pmu", "warn", "");
    spb_diagnosis_release(&diagnosis);
}

static void nothing_known_is_unknown_not_ok(void **state)
{
    (void)state;
    struct spb_diagnosis diagnosis;
    examine("garbage", NULL, &diagnosis);
    static const char *const unknown[] = {"virtualization", "steal", "busy", "load",       "pressure", "cpu-quota",
                                          "cpuset",         "clock", "aslr", "huge-pages", "memory",   "swap",
                                          "governor",       "turbo", "smt",  "isolation"};
    for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
        const struct spb_finding *finding = find(&diagnosis, unknown[i]);
        assert_int_equal(finding->level, SPB_LEVEL_UNKNOWN);
        assert_string_equal(finding->value, "");
        assert_string_not_equal(finding->message, "");
    }
    spb_diagnosis_release(&diagnosis);
    examine("old-kernel", NULL, &diagnosis);
    assert_string_equal(find(&diagnosis, "steal")->message, "this kernel's /proc/stat has no steal column");
    assert_seen(&diagnosis, "swap", "ok", "0 B");
    spb_diagnosis_release(&diagnosis);
}

static void what_cannot_be_counted_says_why(void **state)
{
    (void)state;
    struct spb_diagnosis diagnosis;
    examine("metal-intel", counting_fails, &diagnosis);
    assert_seen(&diagnosis, "pmu", "warn", "");
    assert_string_equal(find(&diagnosis, "pmu")->message, "no hardware events: perf_event_open: Permission denied");
    spb_diagnosis_release(&diagnosis);
}

static void the_live_machine_can_be_examined(void **state)
{
    (void)state;
    struct spb_diagnosis diagnosis;
    size_t checks, sum = 0;
    spb_doctor_checks(&checks);
    examine(NULL, NULL, &diagnosis);
    assert_int_equal(diagnosis.count, checks);
    for (int level = 0; level <= SPB_LEVEL_BAD; level++)
        sum += diagnosis.level_counts[level];
    assert_int_equal(sum, checks);
    spb_diagnosis_release(&diagnosis);
}

/* A concern without a way out is of no use. */
static void every_concern_has_a_mend_or_an_obstacle(void **state)
{
    (void)state;
    size_t count;
    const struct spb_check *checks = spb_doctor_checks(&count);
    for (size_t i = 0; i < count; i++) {
        assert_non_null(checks[i].why);
        for (size_t r = 0; r < SPB_CHECK_RULES_MAX && checks[i].rules[r].message; r++) {
            const struct spb_rule *rule = &checks[i].rules[r];
            assert_true(rule->level < SPB_LEVEL_WARN || rule->mend || rule->obstacle);
            assert_false(rule->mend && rule->obstacle);
        }
    }
}

/* A name that neither the stamp nor the doctor has would make a check unknown for ever. */
static void every_fact_of_the_table_exists(void **state)
{
    (void)state;
    struct spb_stamp stamp;
    struct spb_doctor_facts *facts;
    assert_int_equal(spb_stamp_take(machine("metal-intel"), NULL, &build, &stamp, NULL), 0);
    struct spb_doctor_options options = {.root = machine("metal-intel"), .facts = {spb_stamp_lookup, &stamp}};
    assert_int_equal(spb_doctor_facts_create(&options, &facts), 0);
    size_t count;
    const struct spb_check *checks = spb_doctor_checks(&count);
    for (size_t i = 0; i < count; i++)
        for (size_t r = 0; r < SPB_CHECK_RULES_MAX && checks[i].rules[r].message; r++)
            for (size_t c = 0; c < SPB_RULE_CONDITIONS_MAX && checks[i].rules[r].when[c].op; c++) {
                struct spb_fact_value value = spb_doctor_lookup(facts, checks[i].rules[r].when[c].fact);
                if (value.kind == SPB_VALUE_ABSENT)
                    assert_string_not_equal(value.text, "the stamp does not hold it");
            }
    spb_doctor_facts_destroy(facts);
    spb_stamp_release(&stamp);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_desktop_is_noisy),
        cmocka_unit_test(a_misconfigured_server_is_bad),
        cmocka_unit_test(a_quota_is_bad),
        cmocka_unit_test(a_vm_hides_its_clock_rate),
        cmocka_unit_test(nothing_known_is_unknown_not_ok),
        cmocka_unit_test(what_cannot_be_counted_says_why),
        cmocka_unit_test(the_live_machine_can_be_examined),
        cmocka_unit_test(every_concern_has_a_mend_or_an_obstacle),
        cmocka_unit_test(every_fact_of_the_table_exists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
