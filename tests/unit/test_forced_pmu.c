/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>

#include "counter_event.h"

/* A program of its own: libpfm4 chooses its PMUs once a process. Each build of it has the tables of one architecture.
 */
#if defined(__aarch64__)
#define FORCED_PMU "arm_ac57"
#define EVENT      "INST_RETIRED"
#define QUALIFIED  "arm_ac57::INST_RETIRED"
#define CODE       0x08
#else
#define FORCED_PMU "skx"
#define EVENT      "INST_RETIRED"
#define QUALIFIED  "skx::INST_RETIRED:ANY_P"
#define CODE       0xc0
#endif

static void names_of_a_pmu_that_is_not_here_are_encoded(void **state)
{
    (void)state;
    static const char *const names[] = {EVENT, "inst_retired", QUALIFIED};
    for (size_t i = 0; i < 3; i++) {
        struct spb_counter_event event;
        assert_int_equal(spb_counter_event_parse(names[i], &event, NULL), 0);
        assert_string_equal(event.name, names[i]);
        assert_int_equal(event.type, PERF_TYPE_RAW);
        assert_int_equal(event.config, CODE);
        assert_false(event.software);
    }
}

static void its_names_are_proposed_as_it_writes_them(void **state)
{
    (void)state;
    struct spb_counter_event event;
    struct spb_error err = {0};
    assert_int_equal(spb_counter_event_parse("inst_retird", &event, &err), -EINVAL);
    assert_non_null(strstr(err.text, "INST_RETIRED"));
}

#if defined(__x86_64__)
static void unit_masks_are_proposed(void **state)
{
    (void)state;
    struct spb_counter_event event;
    struct spb_error err = {0};
    assert_int_equal(spb_counter_event_parse("skx::MEM_LOAD_RETIRED:L1_MIST", &event, &err), -EINVAL);
    assert_non_null(strstr(err.text, "L1_MISS"));
    assert_int_equal(spb_counter_event_parse("MEM_LOAD_RETIRED", &event, &err), -EINVAL);
    assert_non_null(strstr(err.text, "L1_MISS"));
    assert_int_equal(spb_counter_event_parse("MEM_LOAD_RETIRED:L1_MISS:u", &event, &err), 0);
    assert_int_equal(event.config, 0x8d1);
    assert_true(event.exclude_kernel);
    assert_true(event.mode_in_name);
}
#endif

int main(void)
{
    setenv("LIBPFM_FORCE_PMU", FORCED_PMU, 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_a_pmu_that_is_not_here_are_encoded),
        cmocka_unit_test(its_names_are_proposed_as_it_writes_them),
#if defined(__x86_64__)
        cmocka_unit_test(unit_masks_are_proposed),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
