/* SPDX-License-Identifier: MIT */
#include "pair.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const side_names[SPB_SIDES] = {[SPB_SIDE_BASE] = "base", [SPB_SIDE_NEW] = "new"};

void spb_pair_release(struct spb_pair *pair)
{
    free(pair->reason);
    free(pair->rounds);
    for (unsigned s = 0; s < SPB_SIDES; s++)
        spb_metrics_release(&pair->metrics[s]);
    *pair = (struct spb_pair){0};
}

void spb_paired_row_release(struct spb_paired_row *row)
{
    spb_row_release(&row->row);
    free(row->incomparable);
    for (size_t i = 0; i < row->pair_count; i++)
        spb_pair_release(&row->pairs[i]);
    free(row->pairs);
    *row = (struct spb_paired_row){0};
}

int spb_paired_row_add(struct spb_paired_row *row, struct spb_pair *pair)
{
    struct spb_pair *pairs = reallocarray(row->pairs, row->pair_count + 1, sizeof(*pairs));
    if (!pairs)
        return -ENOMEM;
    row->pairs = pairs;
    row->pairs[row->pair_count++] = *pair;
    *pair = (struct spb_pair){0};
    return 0;
}

double spb_round_time_ns(const struct spb_pair *pair, const struct spb_round *round, enum spb_side side)
{
    return spb_iteration_time_ns(2 * round->iterations, round->elapsed_ns[side], (double)pair->overhead_ns[side]);
}

const char *spb_side_name(enum spb_side side)
{
    return side_names[side];
}

int spb_side_parse(const char *name)
{
    for (int s = 0; s < SPB_SIDES; s++)
        if (strcmp(side_names[s], name) == 0)
            return s;
    return -1;
}
