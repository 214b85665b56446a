/* SPDX-License-Identifier: MIT */
#include "more_pairs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "random.h"

static bool is_good(const struct spb_pair *pair)
{
    return pair->outcome == SPB_OUTCOME_OK && pair->round_count > 0;
}

static size_t find_good(const struct spb_paired_row *row, size_t *indices)
{
    size_t count = 0;
    for (size_t i = 0; i < row->pair_count; i++)
        if (is_good(&row->pairs[i]))
            indices[count++] = i;
    return count;
}

static int add_copy(struct spb_paired_row *row, size_t from, unsigned index)
{
    struct spb_pair copy = row->pairs[from];
    copy.index = index;
    copy.reason = NULL;
    memset(copy.metrics, 0, sizeof(copy.metrics));
    copy.rounds = calloc(copy.round_count, sizeof(*copy.rounds));
    if (!copy.rounds)
        return -ENOMEM;
    memcpy(copy.rounds, row->pairs[from].rounds, copy.round_count * sizeof(*copy.rounds));
    int code = spb_paired_row_add(row, &copy);
    if (code)
        spb_pair_release(&copy);
    return code;
}

int spb_more_pairs(struct spb_paired_row *row, size_t count, uint64_t seed)
{
    struct spb_random random = {.state = seed};
    int code = 0;
    size_t *good = row->pair_count ? calloc(row->pair_count, sizeof(*good)) : NULL;
    if (row->pair_count && !good)
        return -ENOMEM;
    size_t good_count = find_good(row, good);
    unsigned next = row->pair_count ? row->pairs[row->pair_count - 1].index + 1 : 0;
    for (; code == 0 && good_count >= SPB_MORE_PAIRS_FROM && next < count; next++)
        code = add_copy(row, good[spb_random_below(&random, good_count)], next);
    free(good);
    return code;
}

void spb_fewer_pairs(struct spb_paired_row *row, size_t count)
{
    while (row->pair_count > count)
        spb_pair_release(&row->pairs[--row->pair_count]);
}
