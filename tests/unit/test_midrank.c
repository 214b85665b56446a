/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "midrank.h"
#include "near.h"

static void check(const double *values, size_t count, const uint64_t *expected, double expected_cubes)
{
    uint64_t ranks[8];
    double cubes = -1;
    assert_int_equal(spb_doubled_midranks(values, count, ranks, &cubes), 0);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(ranks[i], expected[i]);
    assert_near(cubes, expected_cubes, 0);
}

static void alike_share_their_mean_rank(void **state)
{
    (void)state;
    check((const double[]){3, 1, 2}, 3, (const uint64_t[]){6, 2, 4}, 0);
    check((const double[]){5, 1, 5, 9, 5, 1}, 6, (const uint64_t[]){8, 3, 8, 12, 8, 3}, 24 + 6);
    check((const double[]){4, 4, 4, 4}, 4, (const uint64_t[]){5, 5, 5, 5}, 60);
    check((const double[]){-0.0, 0.0, (double)-INFINITY, (double)INFINITY}, 4, (const uint64_t[]){5, 5, 2, 8}, 6);
    check((const double[]){7}, 1, (const uint64_t[]){2}, 0);
    check(NULL, 0, NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(alike_share_their_mean_rank)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
