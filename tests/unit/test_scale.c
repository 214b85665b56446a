/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scale.h"

static void one_thread_all_the_time_is_exact(void **state)
{
    (void)state;
    const struct spb_reading readings[] = {{123456789, 5000, 5000}, {1, 7, 7}};
    struct spb_scaled scaled = spb_scale(readings, 2);
    assert_int_equal(scaled.state, SPB_SCALE_EXACT);
    assert_true(scaled.value == 123456790);
    assert_true(scaled.share == 1);
    assert_int_equal(scaled.enabled_ns, 5007);
}

static void each_thread_is_scaled_by_its_own_share(void **state)
{
    (void)state;
    /* 100 in a quarter of the time, 300 in half of it: 400 + 600. One factor for both sums would give 1,066. */
    const struct spb_reading readings[] = {{100, 4000, 1000}, {300, 4000, 2000}};
    struct spb_scaled scaled = spb_scale(readings, 2);
    assert_int_equal(scaled.state, SPB_SCALE_SCALED);
    assert_true(scaled.value == 1000);
    assert_true(scaled.share == 0.375);
}

static void a_thread_never_seen_ran_like_the_others(void **state)
{
    (void)state;
    const struct spb_reading readings[] = {{100, 1000, 1000}, {0, 500, 0}};
    struct spb_scaled scaled = spb_scale(readings, 2);
    assert_int_equal(scaled.state, SPB_SCALE_SCALED);
    assert_true(scaled.value == 150);
}

static void a_thread_that_never_ran_at_all_changes_nothing(void **state)
{
    (void)state;
    const struct spb_reading readings[] = {{100, 1000, 1000}, {0, 0, 0}};
    struct spb_scaled scaled = spb_scale(readings, 2);
    assert_int_equal(scaled.state, SPB_SCALE_EXACT);
    assert_true(scaled.value == 100);
}

static void what_was_never_seen_has_no_value(void **state)
{
    (void)state;
    const struct spb_reading never_running[] = {{0, 500, 0}, {0, 100, 0}};
    const struct spb_reading never_enabled[] = {{0, 0, 0}};
    assert_int_equal(spb_scale(never_running, 2).state, SPB_SCALE_NEVER_RUNNING);
    assert_int_equal(spb_scale(never_enabled, 1).state, SPB_SCALE_NEVER_ENABLED);
    assert_int_equal(spb_scale(NULL, 0).state, SPB_SCALE_NEVER_ENABLED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_thread_all_the_time_is_exact),
        cmocka_unit_test(each_thread_is_scaled_by_its_own_share),
        cmocka_unit_test(a_thread_never_seen_ran_like_the_others),
        cmocka_unit_test(a_thread_that_never_ran_at_all_changes_nothing),
        cmocka_unit_test(what_was_never_seen_has_no_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
