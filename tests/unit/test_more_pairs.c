/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "more_pairs.h"
#include "sample_ab.h"

static bool same_rounds(const struct spb_pair *a, const struct spb_pair *b)
{
    return a->round_count == b->round_count && memcmp(a->rounds, b->rounds, a->round_count * sizeof(*a->rounds)) == 0;
}

static void pairs_are_drawn_from_the_row(void **state)
{
    struct spb_ab ab = sample_ab();
    struct spb_paired_row *row = &ab.rows[0];
    size_t seen[10] = {0}, different = 0;
    (void)state;
    assert_int_equal(row->pair_count, 10);
    assert_int_equal(spb_more_pairs(row, 40, 1), 0);
    assert_int_equal(row->pair_count, 40);
    for (size_t i = 10; i < 40; i++) {
        size_t from = 0;
        while (from < 10 && !same_rounds(&row->pairs[i], &row->pairs[from]))
            from++;
        assert_true(from < 10);
        assert_int_equal(row->pairs[i].index, i);
        assert_true(row->pairs[i].rounds != row->pairs[from].rounds);
        assert_int_equal(row->pairs[i].metrics[SPB_SIDE_NEW].count, 0);
        different += seen[from]++ == 0;
    }
    assert_true(different >= 7); /* at random, not one over and over */
    spb_fewer_pairs(row, 10);
    assert_int_equal(row->pair_count, 10);
    spb_ab_release(&ab);
}

static void the_same_seed_draws_the_same(void **state)
{
    struct spb_ab a = sample_ab(), b = sample_ab();
    (void)state;
    assert_int_equal(spb_more_pairs(&a.rows[0], 20, 5), 0);
    assert_int_equal(spb_more_pairs(&b.rows[0], 20, 5), 0);
    for (size_t i = 10; i < 20; i++)
        assert_true(same_rounds(&a.rows[0].pairs[i], &b.rows[0].pairs[i]));
    spb_ab_release(&a);
    spb_ab_release(&b);
}

static void too_few_stay_as_they_are(void **state)
{
    struct spb_ab ab = sample_ab();
    struct spb_paired_row empty = {0};
    (void)state;
    assert_int_equal(spb_more_pairs(&ab.rows[1], 20, 1), 0); /* two pairs that ended well */
    assert_int_equal(ab.rows[1].pair_count, 3);
    assert_int_equal(spb_more_pairs(&ab.rows[0], 5, 1), 0); /* has more already */
    assert_int_equal(ab.rows[0].pair_count, 10);
    assert_int_equal(spb_more_pairs(&empty, 20, 1), 0);
    assert_int_equal(empty.pair_count, 0);
    spb_ab_release(&ab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_are_drawn_from_the_row),
        cmocka_unit_test(the_same_seed_draws_the_same),
        cmocka_unit_test(too_few_stay_as_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
