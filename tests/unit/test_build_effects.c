/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "build_effects.h"
#include "near.h"

#define PAIRS 12

static const double ds[PAIRS] = {.011, .023, -.004, .031, .019, .002, .017, .044, .013, .008, .027, -.009};

static struct spb_build_effects computed(struct spb_pair_effect *items, size_t count)
{
    struct spb_pair_effects effects = {.items = items, .count = count};
    struct spb_build_effects builds;
    assert_int_equal(spb_build_effects_compute(&effects, &builds), 0);
    return builds;
}

/* R, with the projection on the builds from qr(), and the variance within from lm(d ~ a + b). */
static void builds_that_cross(void **state)
{
    (void)state;
    static const unsigned new_builds[PAIRS] = {0, 0, 0, 1, 1, 1, 2, 2, 2, 1, 2, 0};
    struct spb_pair_effect items[PAIRS];
    for (unsigned i = 0; i < PAIRS; i++)
        items[i] = (struct spb_pair_effect){.index = i, .effect = ds[i], .build = {i % 3, new_builds[i]}};
    struct spb_build_effects builds = computed(items, PAIRS);
    assert_int_equal(builds.build_count[SPB_SIDE_BASE], 3);
    assert_int_equal(builds.build_count[SPB_SIDE_NEW], 3);
    assert_near(builds.mean, 1.51666666666667e-02, 1e-12);
    assert_near(builds.variance, 8.26380952380952e-05, 1e-12);
    assert_near(builds.variance_builds, 9.94154761904762e-05, 1e-12);
    assert_near(builds.standard_error, 8.94706655837543e-03, 1e-12);
    assert_near(builds.degrees, 4, 1e-9);
}

/* Build i of one side always meets build i of the other: the test is that of the four means. R: t.test(tapply(d, build, mean),
 * mu = 0.005). */
static void builds_that_go_together_are_a_t_test_of_their_means(void **state)
{
    (void)state;
    struct spb_pair_effect items[PAIRS];
    for (unsigned i = 0; i < PAIRS; i++)
        items[i] = (struct spb_pair_effect){.index = i, .effect = ds[i], .build = {i % 4, i % 4}};
    struct spb_build_effects builds = computed(items, PAIRS);
    assert_near(builds.degrees, 3, 1e-12);
    assert_near(builds.standard_error, 0.00238242018248795, 1e-12);
    assert_near(spb_build_effects_above(&builds, 0.005), 0.01180694758956124, 1e-9);
    assert_near(spb_build_effects_below(&builds, 0.005), 1 - 0.01180694758956124, 1e-9);
}

static void too_few_pairs_say_nothing(void **state)
{
    (void)state;
    struct spb_pair_effect items[4];
    struct spb_pair_effects effects = {.items = items, .count = 4};
    struct spb_build_effects builds;
    for (unsigned i = 0; i < 4; i++)
        items[i] = (struct spb_pair_effect){.index = i, .effect = ds[i], .build = {i, 0}};
    assert_int_equal(spb_build_effects_compute(&effects, &builds), -EINVAL);
    assert_true(spb_build_effects_above(&builds, -1) == 1);
    assert_true(spb_build_effects_below(&builds, 1) == 1);
    effects.count = 0;
    assert_int_equal(spb_build_effects_compute(&effects, &builds), -EINVAL);
    /* One build only: what another one would do is not known. */
    effects.count = 4;
    for (unsigned i = 0; i < 4; i++)
        items[i].build[SPB_SIDE_BASE] = 0;
    assert_int_equal(spb_build_effects_compute(&effects, &builds), -EINVAL);
}

static void pairs_that_are_all_alike_are_no_division_by_zero(void **state)
{
    (void)state;
    struct spb_pair_effect items[8];
    for (unsigned i = 0; i < 8; i++)
        items[i] = (struct spb_pair_effect){.index = i, .effect = 0, .build = {i % 2, i / 2 % 2}};
    struct spb_build_effects builds = computed(items, 8);
    assert_true(builds.standard_error == 0 && builds.variance == 0 && builds.variance_builds == 0);
    assert_true(builds.degrees > 0);
    assert_true(spb_build_effects_above(&builds, -0.01) == 0);
    assert_true(spb_build_effects_above(&builds, 0.01) == 1);
    assert_true(spb_build_effects_above(&builds, 0) == 1);
}

static void several_builds_are_seen(void **state)
{
    (void)state;
    struct spb_pair pairs[2] = {{.build = {3, 0}}, {.build = {3, 0}}};
    struct spb_paired_row row = {.pairs = pairs, .pair_count = 2};
    assert_false(spb_has_builds(&row));
    pairs[1].build[SPB_SIDE_NEW] = 1;
    assert_true(spb_has_builds(&row));
    row.pair_count = 0;
    assert_false(spb_has_builds(&row));
}

static void more_builds_than_anyone_has_are_refused(void **state)
{
    (void)state;
    static struct spb_pair_effect items[SPB_BUILDS_MAX + 1];
    struct spb_pair_effects effects = {.items = items, .count = SPB_BUILDS_MAX + 1};
    struct spb_build_effects builds;
    for (unsigned i = 0; i <= SPB_BUILDS_MAX; i++)
        items[i] = (struct spb_pair_effect){.index = i, .effect = i, .build = {4000000000u - i, 0}};
    assert_int_equal(spb_build_effects_compute(&effects, &builds), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(builds_that_cross),
        cmocka_unit_test(builds_that_go_together_are_a_t_test_of_their_means),
        cmocka_unit_test(too_few_pairs_say_nothing),
        cmocka_unit_test(pairs_that_are_all_alike_are_no_division_by_zero),
        cmocka_unit_test(several_builds_are_seen),
        cmocka_unit_test(more_builds_than_anyone_has_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
