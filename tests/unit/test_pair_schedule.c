/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "pair_schedule.h"

static const size_t one_build[SPB_SIDES] = {1, 1};

static struct spb_pair_draw draw(uint64_t seed, const char *key, unsigned pair)
{
    return spb_pair_draw(seed, key, pair, one_build);
}

static void the_seed_repeats_it(void **state)
{
    (void)state;
    for (unsigned pair = 0; pair < 50; pair++) {
        struct spb_pair_draw first = draw(7, "cpu/x n=1", pair), again = draw(7, "cpu/x n=1", pair);
        assert_true(first.x == again.x && first.seed == again.seed && first.shared_address == again.shared_address);
        assert_true(first.environment_bytes == again.environment_bytes);
        assert_true(first.stack_offset_bytes == again.stack_offset_bytes);
        assert_true(first.heap_offset_bytes == again.heap_offset_bytes);
        assert_true(first.schedule.state == again.schedule.state);
        assert_true(first.seed != draw(8, "cpu/x n=1", pair).seed);
        assert_true(first.seed != draw(7, "cpu/x n=2", pair).seed);
        assert_true(first.seed != draw(7, "cpu/x n=1", pair + 1).seed);
    }
}

static void layouts_stay_within_their_bounds(void **state)
{
    (void)state;
    unsigned largest = 0;
    uint64_t deepest = 0;
    for (unsigned pair = 0; pair < 2000; pair++) {
        struct spb_pair_draw d = draw(1, "cpu/x", pair);
        assert_true(d.environment_bytes < 4096 && d.stack_offset_bytes < 4096 && d.heap_offset_bytes < 4096);
        assert_int_equal(d.stack_offset_bytes % 16, 0);
        assert_int_equal(d.heap_offset_bytes % 16, 0);
        assert_int_equal(d.shared_address % (2 << 20), 0);
        assert_true(d.shared_address > 0 && d.shared_address < UINT64_C(1) << 38);
        largest = d.environment_bytes > largest ? d.environment_bytes : largest;
        deepest = d.stack_offset_bytes > deepest ? d.stack_offset_bytes : deepest;
    }
    assert_true(largest > 4000 && deepest > 4000); /* holds for this seed */
}

/* Within 4 standard deviations of what a fair coin gives, and no more often together than two of them. */
static void coins_are_fair_and_independent(void **state)
{
    (void)state;
    enum { PAIRS = 4000 };
    int new_first = 0, outside = 0, both = 0, repeated = 0;
    enum spb_side last = SPB_SIDE_BASE;
    for (unsigned pair = 0; pair < PAIRS; pair++) {
        struct spb_pair_draw d = draw(3, "cpu/x", pair);
        uint64_t iterations;
        bool x_outside = spb_pair_draw_round(&d.schedule, 1000, &iterations);
        new_first += d.x == SPB_SIDE_NEW;
        outside += x_outside;
        both += d.x == SPB_SIDE_NEW && x_outside;
        repeated += d.x == last;
        last = d.x;
    }
    double limit = 4 * sqrt(PAIRS) / 2;
    assert_true(fabs(new_first - PAIRS / 2.0) < limit);
    assert_true(fabs(outside - PAIRS / 2.0) < limit);
    assert_true(fabs(both - PAIRS / 4.0) < limit);
    assert_true(fabs(repeated - PAIRS / 2.0) < limit);
}

static void slices_are_jittered_by_a_fifth(void **state)
{
    (void)state;
    struct spb_pair_draw d = draw(1, "cpu/x", 0);
    uint64_t least = UINT64_MAX, most = 0;
    for (int i = 0; i < 1000; i++) {
        uint64_t iterations;
        spb_pair_draw_round(&d.schedule, 1000, &iterations);
        least = iterations < least ? iterations : least;
        most = iterations > most ? iterations : most;
    }
    assert_true(least >= 1000 && most < 1200 && least < 1010 && most > 1190);
    for (int i = 0; i < 20; i++) {
        uint64_t iterations;
        spb_pair_draw_round(&d.schedule, 1, &iterations);
        assert_int_equal(iterations, 1);
    }
}

static void builds_take_turns(void **state)
{
    (void)state;
    const size_t builds[SPB_SIDES] = {3, 2};
    unsigned orders = 0;
    unsigned last[3] = {9, 9, 9};
    for (unsigned block = 0; block < 50; block++) {
        unsigned seen[SPB_SIDES][3] = {{0}}, order[3] = {0};
        for (unsigned i = 0; i < 6; i++) {
            struct spb_pair_draw d = spb_pair_draw(5, "cpu/x", block * 6 + i, builds);
            assert_true(d.build[SPB_SIDE_BASE] < 3 && d.build[SPB_SIDE_NEW] < 2);
            seen[SPB_SIDE_BASE][d.build[SPB_SIDE_BASE]]++;
            seen[SPB_SIDE_NEW][d.build[SPB_SIDE_NEW]]++;
            if (i < 3)
                order[i] = d.build[SPB_SIDE_BASE];
        }
        for (unsigned b = 0; b < 3; b++)
            assert_int_equal(seen[SPB_SIDE_BASE][b], 2);
        assert_int_equal(seen[SPB_SIDE_NEW][0], 3);
        orders += memcmp(order, last, sizeof(order)) != 0;
        memcpy(last, order, sizeof(last));
    }
    assert_true(orders > 20);
}

static void every_row_has_its_place(void **state)
{
    (void)state;
    size_t order[10], other[10];
    unsigned first[10] = {0};
    for (unsigned pair = 0; pair < 1000; pair++) {
        bool seen[10] = {false};
        spb_pair_order(9, pair, order, 10);
        for (size_t i = 0; i < 10; i++) {
            assert_false(seen[order[i]]);
            seen[order[i]] = true;
        }
        first[order[0]]++;
    }
    for (size_t i = 0; i < 10; i++)
        assert_in_range(first[i], 60, 140);
    spb_pair_order(9, 999, other, 10);
    assert_memory_equal(order, other, sizeof(order));
    spb_pair_order(9, 0, order, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_seed_repeats_it),
        cmocka_unit_test(layouts_stay_within_their_bounds),
        cmocka_unit_test(coins_are_fair_and_independent),
        cmocka_unit_test(slices_are_jittered_by_a_fifth),
        cmocka_unit_test(builds_take_turns),
        cmocka_unit_test(every_row_has_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
