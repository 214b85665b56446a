/* SPDX-License-Identifier: MIT */
#include "build_effects.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "distribution.h"
#include "summary.h"

/* What is left of a column after the others have been taken out of it; below this share of it there is nothing left. */
#define DEPENDENT_MAX 1e-9

/* The builds that ran, numbered from 0 on each side. */
struct design {
    const struct spb_pair_effects *effects;
    size_t pairs;
    size_t level_count[SPB_SIDES];
    unsigned levels[SPB_SIDES][SPB_BUILDS_MAX];
    double *basis; /* orthonormal columns of `pairs` numbers: the constant, then what builds add to it */
    size_t basis_count;
};

bool spb_has_builds(const struct spb_paired_row *row)
{
    for (size_t i = 1; i < row->pair_count; i++)
        for (unsigned s = 0; s < SPB_SIDES; s++)
            if (row->pairs[i].build[s] != row->pairs[0].build[s])
                return true;
    return false;
}

static int add_level(struct design *design, unsigned side, unsigned build)
{
    for (size_t i = 0; i < design->level_count[side]; i++)
        if (design->levels[side][i] == build)
            return 0;
    if (design->level_count[side] == SPB_BUILDS_MAX)
        return -EINVAL;
    design->levels[side][design->level_count[side]++] = build;
    return 0;
}

static double dot(const double *a, const double *b, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += a[i] * b[i];
    return sum;
}

/* Gram and Schmidt, twice, which is enough (Giraud and others 2005). A column that depends on the others is left out. */
static void add_column(struct design *design, double *column)
{
    double before = dot(column, column, design->pairs);
    for (size_t turn = 0; turn < 2; turn++)
        for (size_t i = 0; i < design->basis_count; i++) {
            const double *q = design->basis + i * design->pairs;
            double share = dot(q, column, design->pairs);
            for (size_t p = 0; p < design->pairs; p++)
                column[p] -= share * q[p];
        }
    double left = dot(column, column, design->pairs);
    if (!(left > DEPENDENT_MAX * before))
        return;
    double *q = design->basis + design->basis_count++ * design->pairs;
    for (size_t p = 0; p < design->pairs; p++)
        q[p] = column[p] / sqrt(left);
}

/* 1 where the pair ran that build. */
static void fill_indicator(const struct design *design, unsigned side, size_t level, double *column)
{
    for (size_t p = 0; p < design->pairs; p++)
        column[p] = design->effects->items[p].build[side] == design->levels[side][level];
}

static void add_columns(struct design *design, double *column)
{
    for (size_t p = 0; p < design->pairs; p++)
        column[p] = 1;
    add_column(design, column);
    for (unsigned s = 0; s < SPB_SIDES; s++)
        for (size_t i = 0; i < design->level_count[s] && design->basis_count < design->pairs; i++) {
            fill_indicator(design, s, i, column);
            add_column(design, column);
        }
}

/* What one unit of variance between builds adds to the sum of squares of the builds (`sum`), and to the variance of the mean
 * (`mean`): (1 / L_A + 1 / L_B) where all builds ran equally often. */
static void find_shares(const struct design *design, double *column, double *sum, double *mean)
{
    *sum = *mean = 0;
    for (unsigned s = 0; s < SPB_SIDES; s++)
        for (size_t i = 0; i < design->level_count[s]; i++) {
            fill_indicator(design, s, i, column);
            double share = dot(column, column, design->pairs) / (double)design->pairs;
            *mean += share * share;
            for (size_t q = 1; q < design->basis_count; q++) {
                double part = dot(design->basis + q * design->pairs, column, design->pairs);
                *sum += part * part;
            }
        }
}

/* Method of moments (Henderson's third), standard error and degrees of freedom: README.md. */
static void estimate(const struct design *design, const double *values, double *column,
                     struct spb_build_effects *builds)
{
    double pairs = (double)design->pairs, rank = (double)(design->basis_count - 1), rest = pairs - 1 - rank;
    double between = 0, total = 0, in_sum, in_mean;
    for (size_t q = 1; q < design->basis_count; q++) {
        double part = dot(design->basis + q * design->pairs, values, design->pairs);
        between += part * part;
    }
    for (size_t p = 0; p < design->pairs; p++)
        total += (values[p] - builds->mean) * (values[p] - builds->mean);
    find_shares(design, column, &in_sum, &in_mean);
    builds->variance = fmax(0, total - between) / rest;
    builds->variance_builds = fmax(0, (between - rank * builds->variance) / in_sum);
    /* SE^2 = c MS_builds + (1 / K - c) s^2; a negative share of s^2 is not taken off. */
    double c = in_mean * rank / in_sum;
    double of_builds = c * between / rank, of_pairs = fmax(0, 1 / pairs - c) * builds->variance;
    double squared = of_builds + of_pairs;
    builds->standard_error = sqrt(squared);
    builds->degrees =
        squared > 0 ? squared * squared / (of_builds * of_builds / rank + of_pairs * of_pairs / rest) : rank;
}

static int fill_design(struct design *design, const struct spb_pair_effects *effects, struct spb_build_effects *builds)
{
    for (size_t p = 0; p < effects->count; p++)
        for (unsigned s = 0; s < SPB_SIDES; s++) {
            int code = add_level(design, s, effects->items[p].build[s]);
            if (code)
                return code;
        }
    for (unsigned s = 0; s < SPB_SIDES; s++)
        builds->build_count[s] = design->level_count[s];
    return 0;
}

static int compute(struct design *design, double *values, double *column, struct spb_build_effects *builds)
{
    int code = fill_design(design, design->effects, builds);
    if (code)
        return code;
    spb_pair_effects_copy(design->effects, values);
    builds->mean = spb_mean(values, design->pairs);
    add_columns(design, column);
    /* A number is needed for each build, and one more to know the pairs' own variance. */
    if (design->basis_count < 2 || design->basis_count + 1 > design->pairs)
        return -EINVAL;
    estimate(design, values, column, builds);
    return 0;
}

int spb_build_effects_compute(const struct spb_pair_effects *effects, struct spb_build_effects *builds)
{
    *builds = (struct spb_build_effects){0};
    if (effects->count == 0)
        return -EINVAL;
    struct design *design = calloc(1, sizeof(*design));
    double *values = calloc(2 * effects->count, sizeof(*values));
    int code = design && values ? 0 : -ENOMEM;
    if (code == 0) {
        size_t columns = effects->count < 2 * SPB_BUILDS_MAX + 1 ? effects->count : 2 * SPB_BUILDS_MAX + 1;
        *design = (struct design){.effects = effects, .pairs = effects->count};
        design->basis = calloc(columns * effects->count, sizeof(*design->basis));
        code = design->basis ? compute(design, values, values + effects->count, builds) : -ENOMEM;
        free(design->basis);
    }
    free(design);
    free(values);
    return code;
}

/* All pairs alike: no variance, and no doubt on which side of the limit they lie. */
static double tail(double distance, const struct spb_build_effects *builds)
{
    if (!(builds->degrees > 0))
        return 1;
    if (!(builds->standard_error > 0))
        return distance > 0 ? 0 : 1;
    return spb_student_tail(distance / builds->standard_error, builds->degrees);
}

double spb_build_effects_above(const struct spb_build_effects *builds, double limit)
{
    return tail(builds->mean - limit, builds);
}

double spb_build_effects_below(const struct spb_build_effects *builds, double limit)
{
    return tail(limit - builds->mean, builds);
}
