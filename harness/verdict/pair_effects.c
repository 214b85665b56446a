/* SPDX-License-Identifier: MIT */
#include "pair_effects.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "probe.h"
#include "summary.h"

static bool counts(const struct spb_pair *pair)
{
    return pair->outcome == SPB_OUTCOME_OK || pair->outcome == SPB_OUTCOME_INTERRUPTED;
}

static bool is_measurement(const struct spb_round *round)
{
    return round->iterations > 0 && round->elapsed_ns[SPB_SIDE_BASE] > 0 && round->elapsed_ns[SPB_SIDE_NEW] > 0;
}

/* What takes so much of a slice that its time is not the side's own. A context switch by itself does not. */
static const uint32_t losing_marks = SPB_MARK_STEAL | SPB_MARK_WAITED | SPB_MARK_MIGRATED;

/* Is the round left out? If so, it is counted under each of its causes. */
static bool lose(const struct spb_round *round, struct spb_pair_effects *effects)
{
    uint32_t marks = (round->marks[SPB_SIDE_BASE] | round->marks[SPB_SIDE_NEW]) & losing_marks;
    effects->round_count++;
    effects->lost_count += marks != 0;
    effects->lost_steal += (marks & SPB_MARK_STEAL) != 0;
    effects->lost_waited += (marks & SPB_MARK_WAITED) != 0;
    effects->lost_migrated += (marks & SPB_MARK_MIGRATED) != 0;
    return marks != 0;
}

/* `room` holds three numbers a round. A pair with no round left adds nothing: it is absent in this row. */
static int add_pair(const struct spb_pair *pair, double *room, struct spb_pair_effects *effects)
{
    double *ratios = room, *base = room + pair->round_count, *new_side = base + pair->round_count;
    size_t kept = 0;
    for (size_t i = 0; i < pair->round_count; i++) {
        const struct spb_round *round = &pair->rounds[i];
        if (!is_measurement(round))
            return -EINVAL;
        if (lose(round, effects))
            continue;
        base[kept] = log(spb_round_time_ns(pair, round, SPB_SIDE_BASE));
        new_side[kept] = log(spb_round_time_ns(pair, round, SPB_SIDE_NEW));
        ratios[kept] = new_side[kept] - base[kept];
        kept++;
    }
    if (kept == 0)
        return 0;
    effects->items[effects->count++] = (struct spb_pair_effect){
        .index = pair->index,
        .effect = spb_median_in_place(ratios, kept),
        .log_ns = {spb_median_in_place(base, kept), spb_median_in_place(new_side, kept)},
        .build = {pair->build[SPB_SIDE_BASE], pair->build[SPB_SIDE_NEW]},
    };
    return 0;
}

static size_t most_rounds(const struct spb_paired_row *row)
{
    size_t most = 0;
    for (size_t i = 0; i < row->pair_count; i++)
        if (row->pairs[i].round_count > most)
            most = row->pairs[i].round_count;
    return most;
}

int spb_pair_effects_compute(const struct spb_paired_row *row, unsigned pairs, struct spb_pair_effects *effects)
{
    *effects = (struct spb_pair_effects){0};
    effects->items = calloc(row->pair_count + 1, sizeof(*effects->items));
    double *room = calloc(3 * most_rounds(row) + 1, sizeof(*room));
    int code = effects->items && room ? 0 : -ENOMEM;
    for (size_t i = 0; i < row->pair_count && code == 0; i++) {
        const struct spb_pair *pair = &row->pairs[i];
        if (i > 0 && pair->index <= row->pairs[i - 1].index)
            code = -EINVAL;
        if (pair->index >= pairs || code)
            continue;
        effects->failed_count += pair->outcome == SPB_OUTCOME_FAILED;
        if (counts(pair))
            code = add_pair(pair, room, effects);
    }
    free(room);
    if (code)
        spb_pair_effects_release(effects);
    return code;
}

void spb_pair_effects_release(struct spb_pair_effects *effects)
{
    free(effects->items);
    *effects = (struct spb_pair_effects){0};
}

bool spb_pair_effects_noisy(const struct spb_pair_effects *effects)
{
    return (double)effects->lost_count > SPB_ROUNDS_LOST_MAX * (double)effects->round_count;
}

void spb_pair_effects_copy(const struct spb_pair_effects *effects, double *values)
{
    for (size_t i = 0; i < effects->count; i++)
        values[i] = effects->items[i].effect;
}
