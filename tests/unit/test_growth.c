/* SPDX-License-Identifier: MIT
 *
 * Processes that leak, and those that only look as if they did, through the built-in rule. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "health_looks.h"

#define STEP_S 2.0

#define PROCESSES 50

enum behaviour { STEADY, LEAKS, LEAKS_SLOWLY, FILLS_AND_STAYS, NOISY, SLOW };

static double noise(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(*seed >> 33) / 2147483648.0 - 0.5;
}

static uint64_t rss(enum behaviour behaviour, double age_s, uint64_t *seed)
{
    switch (behaviour) {
    case LEAKS:
        return (uint64_t)(100e6 + 1e6 * age_s + 5e6 * noise(seed));
    case LEAKS_SLOWLY:
        return (uint64_t)(100e6 + 6e4 * age_s);
    case FILLS_AND_STAYS:
        return (uint64_t)(100e6 + (age_s < 300 ? 2e6 * age_s : 600e6) + 1e6 * noise(seed));
    case NOISY:
        return (uint64_t)(500e6 + 200e6 * noise(seed));
    case SLOW:
        return (uint64_t)(100e6 + 1e3 * age_s);
    case STEADY:
    default:
        return 50000000;
    }
}

/* Number 7 behaves so, all others are noise. */
static enum spb_health_level watch_processes(enum behaviour behaviour, double seconds, struct spb_health_finding *found)
{
    static struct spb_process_look processes[PROCESSES];
    struct watched watched;
    uint64_t seed = 5;
    begin(&watched);
    for (int n = 0; n < (int)(seconds / STEP_S); n++) {
        look_well(&watched, STEP_S);
        for (int i = 0; i < PROCESSES; i++) {
            processes[i] = (struct spb_process_look){.pid = 100 + i,
                                                     .start_ns = HEALTH_SECOND,
                                                     .rss_bytes = rss(i == 7 ? behaviour : NOISY, n * STEP_S, &seed)};
            snprintf(processes[i].name, sizeof(processes[i].name), "worker-%d", i);
        }
        assert_int_equal(spb_health_step(watched.health, &watched.look, processes, PROCESSES), 0);
    }
    enum spb_health_level level =
        find(&watched, "leaking-process", "worker-7 (107)", found) ? found->level : SPB_HEALTH_OK;
    size_t incidents;
    spb_health_incidents(watched.health, &incidents);
    assert_int_equal(incidents, level >= SPB_HEALTH_WARNING);
    end(&watched);
    return level;
}

static void test_leak(void **state)
{
    struct spb_health_finding found;
    (void)state;
    if (!is_asked("leaking-process"))
        skip();
    assert_int_equal(watch_processes(LEAKS, 500, &found), SPB_HEALTH_OK);       /* too short to say */
    assert_int_equal(watch_processes(LEAKS, 900, &found), SPB_HEALTH_CRITICAL); /* 3.4 GiB/h */
    assert_true(found.value > 3.4e9 && found.value < 3.8e9);
    assert_int_equal(watch_processes(LEAKS_SLOWLY, 900, &found), SPB_HEALTH_WARNING); /* 206 MiB/h */
    assert_int_equal(watch_processes(FILLS_AND_STAYS, 1500, &found), SPB_HEALTH_OK);
    assert_int_equal(watch_processes(NOISY, 7200, &found), SPB_HEALTH_OK);
    assert_int_equal(watch_processes(SLOW, 3600, &found), SPB_HEALTH_OK);
    assert_int_equal(watch_processes(STEADY, 1500, &found), SPB_HEALTH_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_leak)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
