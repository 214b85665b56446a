/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "near.h"
#include "rank_sums.h"

static void subsets_are_counted(void **state)
{
    (void)state;
    /* Two of 1, 2, 2, 5: 3 twice, 4, 6, 7 twice. */
    static const uint64_t scores[] = {5, 2, 1, 2};
    static const double expected[] = {0, 0, 0, 2, 1, 0, 1, 2};
    double *counts;
    size_t largest = 0;
    assert_int_equal(spb_rank_sums(scores, 4, 2, &counts, &largest), 0);
    assert_int_equal(largest, 7);
    for (size_t w = 0; w <= largest; w++)
        assert_near(counts[w], expected[w], 0);
    free(counts);
    assert_int_equal(spb_rank_sums(scores, 4, 4, &counts, &largest), 0);
    assert_int_equal(largest, 10);
    for (size_t w = 0; w <= largest; w++)
        assert_near(counts[w], w == 10, 0);
    free(counts);
}

static void subsets_of_many(void **state)
{
    (void)state;
    uint64_t scores[100];
    double *counts, total = 0;
    size_t largest = 0;
    for (size_t i = 0; i < 100; i++)
        scores[i] = i;
    assert_int_equal(spb_rank_sums(scores, 100, 50, &counts, &largest), 0);
    for (size_t w = 0; w <= largest; w++) {
        total += counts[w];
        if (w >= 49 * 25) /* the lowest sum; symmetric from there on */
            assert_near(counts[w], counts[99 * 50 - w], 1e-12);
        else
            assert_near(counts[w], 0, 0);
    }
    assert_near(total / 100891344545564193334812497256.0, 1, 1e-12); /* 50 out of 100 */
    free(counts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(subsets_are_counted),
        cmocka_unit_test(subsets_of_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
