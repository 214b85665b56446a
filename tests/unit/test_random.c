/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "near.h"
#include "random.h"

/* The published vectors of SplitMix64. */
static void sequence_is_splitmix64(void **state)
{
    (void)state;
    static const uint64_t expected[] = {6457827717110365317u, 3203168211198807973u, 9817491932198370423u,
                                        4593380528125082431u, 16408922859458223821u};
    struct spb_random random = {1234567};
    for (size_t i = 0; i < 5; i++)
        assert_true(spb_random_next(&random) == expected[i]);
    random.state = 0;
    assert_true(spb_random_next(&random) == 0xe220a8397b1dcdafu);
}

/* A bound of 3/4 of the range: without rejection every third value would come twice as often as the others. */
static void below_is_unbiased_for_large_bounds(void **state)
{
    (void)state;
    enum { DRAWS = 30000 };
    const uint64_t bound = UINT64_C(3) << 62;
    struct spb_random random = {1};
    unsigned counts[3] = {0};
    for (int i = 0; i < DRAWS; i++) {
        uint64_t value = spb_random_below(&random, bound);
        assert_true(value < bound);
        counts[value % 3]++;
    }
    for (int i = 0; i < 3; i++)
        assert_near(counts[i], DRAWS / 3.0, 0.05);
}

static void below_covers_small_bounds(void **state)
{
    (void)state;
    enum { DRAWS = 70000 };
    struct spb_random random = {2};
    unsigned counts[7] = {0};
    for (int i = 0; i < DRAWS; i++)
        counts[spb_random_below(&random, 7)]++;
    for (int i = 0; i < 7; i++)
        assert_near(counts[i], DRAWS / 7.0, 0.05);
    for (int i = 0; i < 100; i++)
        assert_int_equal(spb_random_below(&random, 1), 0);
}

static void unit_is_inside_its_interval(void **state)
{
    (void)state;
    struct spb_random random = {3};
    double sum = 0;
    for (int i = 0; i < 10000; i++) {
        double value = spb_random_unit(&random);
        assert_true(value >= 0 && value < 1);
        sum += value;
    }
    assert_near(sum / 10000, 0.5, 0.02);
}

static void shuffle_is_a_permutation(void **state)
{
    (void)state;
    enum { COUNT = 100 };
    size_t indices[COUNT];
    int seen[COUNT] = {0}, moved = 0;
    struct spb_random random = {4};
    for (size_t i = 0; i < COUNT; i++)
        indices[i] = i;
    spb_random_shuffle(&random, indices, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        assert_in_range(indices[i], 0, COUNT - 1);
        seen[indices[i]]++;
        moved += indices[i] != i;
    }
    for (size_t i = 0; i < COUNT; i++)
        assert_int_equal(seen[i], 1);
    assert_true(moved > COUNT / 2);
    spb_random_shuffle(&random, indices, 0);
    spb_random_shuffle(&random, indices, 1);
}

static void shuffle_makes_all_orders_alike(void **state)
{
    (void)state;
    enum { DRAWS = 60000 };
    struct spb_random random = {5};
    unsigned counts[9] = {0}; /* by first * 3 + second; six of them occur */
    for (int i = 0; i < DRAWS; i++) {
        size_t indices[] = {0, 1, 2};
        spb_random_shuffle(&random, indices, 3);
        counts[indices[0] * 3 + indices[1]]++;
    }
    for (size_t i = 0; i < 9; i++)
        assert_near(counts[i], i % 4 ? DRAWS / 6.0 : 0, 0.05);
}

static void parts_have_streams_of_their_own(void **state)
{
    (void)state;
    enum { PARTS = 500 };
    uint64_t seeds[PARTS];
    for (uint64_t i = 0; i < PARTS; i++) {
        seeds[i] = spb_random_derive(42, i);
        assert_true(seeds[i] == spb_random_derive(42, i));
        assert_true(seeds[i] != spb_random_derive(43, i));
        for (uint64_t j = 0; j < i; j++)
            assert_true(seeds[i] != seeds[j]);
    }
}

static void entropy_differs(void **state)
{
    (void)state;
    assert_true(spb_random_entropy() != spb_random_entropy());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sequence_is_splitmix64),          cmocka_unit_test(below_is_unbiased_for_large_bounds),
        cmocka_unit_test(below_covers_small_bounds),       cmocka_unit_test(unit_is_inside_its_interval),
        cmocka_unit_test(shuffle_is_a_permutation),        cmocka_unit_test(shuffle_makes_all_orders_alike),
        cmocka_unit_test(parts_have_streams_of_their_own), cmocka_unit_test(entropy_differs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
