/* SPDX-License-Identifier: MIT
 *
 * The reader of rules of health. What it refuses it refuses with a word; what it accepts can be described, and judges looks. */
#include <stdlib.h>

#include "fuzz_target.h"
#include "health.h"

static void judge(const struct spb_health_rules *rules)
{
    static const struct spb_health_options options;
    struct spb_observation items[SPB_SERIES_COUNT] = {0};
    struct spb_look look = {.items = items, .count = SPB_SERIES_COUNT};
    const struct spb_process_look process = {.pid = 1, .start_ns = 1, .rss_bytes = 4096, .name = "init"};
    struct spb_health *health;
    struct spb_assessment assessment;
    if (spb_health_create(rules, &options, &health) < 0)
        return;
    for (uint64_t n = 0; n < 20; n++) {
        look.time_ns = (int64_t)(look.boot_ns = (n + 100) * 1000000000);
        look.interval_ns = n ? 1000000000 : 0;
        for (int series = 0; series < SPB_SERIES_COUNT; series++)
            items[series] = (struct spb_observation){.series = (enum spb_series)series,
                                                     .has_value = (n + (uint64_t)series) % 5 != 0,
                                                     .value = n < 10 ? 1e9 : 0,
                                                     .reason = "so"};
        if (spb_health_step(health, &look, &process, 1) < 0)
            break;
    }
    if (spb_health_assess(health, &assessment) == 0) {
        if (assessment.count < spb_health_rules_count(rules))
            abort();
        spb_assessment_release(&assessment);
    }
    spb_health_destroy(health);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct spb_health_rules *rules;
    struct spb_health_rule_info info;
    struct spb_error err = {{0}};
    if (spb_health_rules_parse("fuzz", (const char *)bytes, length, &rules, &err) < 0) {
        if (!*err.text || rules)
            abort();
        return 0;
    }
    for (size_t i = 0; i < spb_health_rules_count(rules); i++)
        spb_health_rules_describe(rules, i, &info);
    judge(rules);
    spb_health_rules_destroy(rules);
    return 0;
}
