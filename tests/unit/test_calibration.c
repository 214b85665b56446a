/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "calibration.h"
#include "near.h"

static void add_session(struct spb_calibration *calibration, unsigned version, double estimate_ns, double pair_sd,
                        bool alarm)
{
    struct spb_calibration_session session = {.created_s = calibration->session_count + 1,
                                              .rows = calloc(1, sizeof(*session.rows))};
    session.rows[session.row_count++] = (struct spb_calibration_row){.key = strdup("cpu/hash"),
                                                                     .workload_version = version,
                                                                     .pairs = 20,
                                                                     .estimate_ns = estimate_ns,
                                                                     .pair_sd = pair_sd,
                                                                     .alarm = alarm};
    assert_int_equal(spb_calibration_add(calibration, &session), 0);
}

static void sessions_are_weighed_against_the_assumption(void **state)
{
    struct spb_calibration calibration = {0};
    struct spb_calibration_summary summary;
    (void)state;
    add_session(&calibration, 1, 100, 0.004, false);
    assert_int_equal(spb_calibration_summarise(&calibration, "cpu/hash", &summary), 0);
    assert_int_equal(summary.session_count, 1);
    /* One says nothing of what differs between them: what is assumed stands. */
    assert_near(summary.session_sd, 0.025, 1e-12);
    assert_near(summary.pair_sd, 0.004, 1e-15);
    add_session(&calibration, 1, 100 * exp(0.01), 0.006, false);
    add_session(&calibration, 1, 100 * exp(-0.01), 0.005, true);
    assert_int_equal(spb_calibration_summarise(&calibration, "cpu/hash", &summary), 0);
    /* Logs 0, .01, -.01 about their mean: 2e-4 of 2 degrees, and 3 times .025^2: sqrt((2e-4 + 1.875e-3) / 5). */
    assert_near(summary.session_sd, 0.020371548787463363, 1e-12);
    assert_near(summary.pair_sd, 0.005, 1e-15);
    assert_int_equal(summary.alarm_count, 1);
    assert_near(spb_calibration_session_sd(&calibration, "cpu/hash"), summary.session_sd, 1e-15);
    spb_calibration_release(&calibration);
}

static void many_alike_sessions_outweigh_it(void **state)
{
    struct spb_calibration calibration = {0};
    (void)state;
    for (int i = 0; i < 100; i++)
        add_session(&calibration, 1, 100 * exp(i % 2 ? 0.002 : -0.002), 0.004, false);
    double sd = spb_calibration_session_sd(&calibration, "cpu/hash");
    assert_true(sd > 0.002 && sd < 0.005);
    spb_calibration_release(&calibration);
}

static void only_the_newest_version_counts(void **state)
{
    struct spb_calibration calibration = {0};
    struct spb_calibration_summary summary;
    (void)state;
    add_session(&calibration, 1, 500, 0.09, true);
    add_session(&calibration, 2, 100, 0.004, false);
    add_session(&calibration, 2, 101, 0.004, false);
    assert_int_equal(spb_calibration_summarise(&calibration, "cpu/hash", &summary), 0);
    assert_int_equal(summary.session_count, 2);
    assert_int_equal(summary.alarm_count, 0);
    assert_near(summary.pair_sd, 0.004, 1e-15);
    spb_calibration_release(&calibration);
}

static void what_is_seen_grows_with_the_noise(void **state)
{
    (void)state;
    double before_ab = 0, before_stored = 0;
    for (int step = 0; step < 6; step++) {
        double sd = ldexp(0.001, step);
        struct spb_calibration calibration = {0};
        struct spb_calibration_summary summary;
        add_session(&calibration, 1, 100, sd, false);
        assert_int_equal(spb_calibration_summarise(&calibration, "cpu/hash", &summary), 0);
        assert_true(summary.ab_ratio > before_ab && summary.stored_ratio > before_stored);
        /* Half of the threshold is the margin; what is seen lies above it. */
        assert_true(summary.ab_ratio > sd);
        before_ab = summary.ab_ratio;
        before_stored = summary.stored_ratio;
        spb_calibration_release(&calibration);
    }
    /* 2.5 % between sessions: (2.3263 + 1.2816) sqrt(2 .025^2) = 12.76 % above the margin: exp of it is 1.13605,
     * and (.13605) / (1 - .56803) the threshold. */
    struct spb_calibration calibration = {0};
    struct spb_calibration_summary summary;
    add_session(&calibration, 1, 100, 0, false);
    assert_int_equal(spb_calibration_summarise(&calibration, "cpu/hash", &summary), 0);
    assert_near(summary.stored_ratio, 0.31495235718340, 1e-9);
    assert_near(summary.ab_ratio, 0, 1e-12);
    spb_calibration_release(&calibration);
}

static void a_row_that_was_never_calibrated_is_not_known(void **state)
{
    struct spb_calibration calibration = {0};
    (void)state;
    assert_true(spb_calibration_session_sd(&calibration, "cpu/hash") < 0);
    add_session(&calibration, 1, 100, 0.004, false);
    assert_true(spb_calibration_session_sd(&calibration, "cpu/other") < 0);
    spb_calibration_release(&calibration);
}

/* R: binom.test(k, n, alternative = "less")$conf.int[2] */
static void the_bound_of_false_alarms_is_the_exact_one(void **state)
{
    struct spb_calibration calibration = {0};
    (void)state;
    assert_near(spb_calibration_alarms(&calibration).upper_ratio, 1, 1e-12);
    for (int i = 0; i < 10; i++)
        add_session(&calibration, 1, 100, 0.004, false);
    assert_near(spb_calibration_alarms(&calibration).upper_ratio, 0.258865550893, 1e-9);
    add_session(&calibration, 1, 100, 0.004, true);
    struct spb_calibration_alarms alarms = spb_calibration_alarms(&calibration);
    assert_int_equal(alarms.alarm_count, 1);
    assert_int_equal(alarms.experiment_count, 11);
    assert_near(alarms.upper_ratio, 0.364359489247, 1e-9);
    spb_calibration_release(&calibration);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sessions_are_weighed_against_the_assumption),
        cmocka_unit_test(many_alike_sessions_outweigh_it),
        cmocka_unit_test(only_the_newest_version_counts),
        cmocka_unit_test(what_is_seen_grows_with_the_noise),
        cmocka_unit_test(a_row_that_was_never_calibrated_is_not_known),
        cmocka_unit_test(the_bound_of_false_alarms_is_the_exact_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
