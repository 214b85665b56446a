/* SPDX-License-Identifier: MIT
 *
 * Rows of pairs made from what d_p is to be, for the tests of verdicts.
 */
#ifndef SPB_PAIRED_ROWS_H
#define SPB_PAIRED_ROWS_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pair.h"
#include "probe.h"

/* 1 ns is 1e-9 of it. */
#define ROUND_NS 1000000000.0

static inline struct spb_round made_round(double effect)
{
    return (struct spb_round){
        .iterations = 1000,
        .elapsed_ns = {(uint64_t)ROUND_NS, (uint64_t)(ROUND_NS * exp(effect) + 0.5)},
    };
}

/* A pair of `rounds` rounds that all say the same. */
static inline struct spb_pair made_pair(unsigned index, double effect, size_t rounds)
{
    struct spb_pair pair = {.index = index,
                            .work_per_iteration = {1, 1},
                            .round_count = rounds,
                            .rounds = calloc(rounds + 1, sizeof(struct spb_round))};
    for (size_t i = 0; i < rounds; i++)
        pair.rounds[i] = made_round(effect);
    return pair;
}

static inline void add_pair(struct spb_paired_row *row, double effect)
{
    unsigned index = row->pair_count ? row->pairs[row->pair_count - 1].index + 1 : 0;
    struct spb_pair pair = made_pair(index, effect, 4);
    spb_paired_row_add(row, &pair);
}

static inline struct spb_paired_row made_row(const char *workload, const double *effects, size_t count)
{
    struct spb_paired_row row = {.row = {.workload = strdup(workload), .unit = strdup("operation"), .threads = 1}};
    for (size_t i = 0; i < count; i++)
        add_pair(&row, effects[i]);
    return row;
}

/* Effects around a centre, that have no ties and no pattern: sd is about `spread`. */
static inline void fill_effects(double *effects, size_t count, double centre, double spread)
{
    for (size_t i = 0; i < count; i++)
        effects[i] = centre + spread * 1.7 * sin(1.0 + 2.399963 * (double)i * (double)(i + 3));
}

static inline struct spb_paired_row spread_row(const char *workload, size_t count, double centre, double spread)
{
    double effects[64];
    fill_effects(effects, count, centre, spread);
    return made_row(workload, effects, count);
}

static inline void mark_round(struct spb_paired_row *row, size_t pair, size_t round, enum spb_side side, uint32_t marks)
{
    row->pairs[pair].rounds[round].marks[side] |= marks;
}

#endif
