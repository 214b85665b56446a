/* SPDX-License-Identifier: MIT */
#include "flip_test.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "midrank.h"
#include "random.h"
#include "summary.h"

#define PAIRS_ENUMERATED_MAX 30
/* Of the sum of the weights: what two sums that are equal in truth may differ by. README.md says why no two that are not
 * come so near with ranks. */
#define TIE_TOLERANCE 1e-12

/* One row that has something to tell. */
struct row {
    size_t index;     /* in the caller's array */
    double statistic; /* T */
    double inverse;   /* 1 / sqrt(sum w^2) */
    double limit;     /* T less the tolerance */
    double *scores;   /* sgn(x) w of each pair; integers, so that every sum of them is exact */
};

/* All rows together, in ascending order of T: a successive maximum then runs from the front. Sums and scores lie in the order
 * of use. */
struct flips {
    size_t rows, pairs;
    struct row *row;
    double *scores; /* [pair * rows + place] */
    double *sums;   /* sum of the scores under the flip that is looked at, [place] */
    uint64_t *single, *joint;
    uint64_t total; /* flips looked at */
};

/* ---- scores ------------------------------------------------------------------------------------------------------- */

static bool is_absent(const bool *absent, size_t pair)
{
    return absent && absent[pair];
}

static bool row_is_finite(const double *values, const bool *absent, size_t pairs)
{
    for (size_t i = 0; i < pairs; i++)
        if (!is_absent(absent, i) && !isfinite(values[i]))
            return false;
    return true;
}

/* Doubled midranks of the |x| that are there; that of a zero is taken away afterwards (Pratt 1959). */
static int rank_weights(const double *values, const bool *absent, size_t pairs, double *weights)
{
    size_t present = 0;
    uint64_t *ranks = calloc(pairs, sizeof(*ranks));
    if (!ranks)
        return -ENOMEM;
    for (size_t i = 0; i < pairs; i++)
        if (!is_absent(absent, i))
            weights[present++] = fabs(values[i]);
    int code = spb_doubled_midranks(weights, present, ranks, NULL);
    for (size_t i = pairs; code == 0 && i > 0; i--) {
        bool counts = !is_absent(absent, i - 1);
        present -= counts;
        weights[i - 1] = counts && values[i - 1] != 0 ? (double)ranks[present] : 0;
    }
    free(ranks);
    return code;
}

/* |x| in units of which the sum of all stays below 2^52: integers too. Only a power of two is taken out, so numbers of few digits
 * are as they were. */
static void value_weights(const double *values, const bool *absent, size_t pairs, double *weights)
{
    double largest = 0;
    int room = 0, exponent = 0;
    for (size_t i = 0; i < pairs; i++)
        if (!is_absent(absent, i))
            largest = fmax(largest, fabs(values[i]));
    frexp((double)pairs, &room);
    frexp(largest, &exponent);
    for (size_t i = 0; i < pairs; i++)
        weights[i] = is_absent(absent, i) ? 0 : rint(ldexp(fabs(values[i]), 52 - room - exponent));
}

/* *tells: something in the row differs from 0. */
static int fill_row(struct row *row, const double *values, const bool *absent, size_t pairs,
                    enum spb_flip_weights weights, bool *tells)
{
    int code = 0;
    if (weights == SPB_FLIP_RANKS)
        code = rank_weights(values, absent, pairs, row->scores);
    else
        value_weights(values, absent, pairs, row->scores);
    double sum = 0, weight = 0, squares = 0;
    for (size_t i = 0; code == 0 && i < pairs; i++) {
        weight += row->scores[i];
        squares += row->scores[i] * row->scores[i];
        if (row->scores[i] != 0 && values[i] < 0)
            row->scores[i] = -row->scores[i];
        sum += row->scores[i];
    }
    *tells = squares > 0;
    if (*tells) {
        row->inverse = 1 / sqrt(squares);
        row->statistic = sum * row->inverse;
        row->limit = row->statistic - TIE_TOLERANCE * weight * row->inverse;
    }
    return code;
}

/* ---- rows in order ------------------------------------------------------------------------------------------------- */

static int compare_rows(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    if (x->statistic != y->statistic)
        return x->statistic < y->statistic ? -1 : 1;
    return x->index < y->index ? -1 : 1;
}

static void release(struct flips *flips)
{
    for (size_t i = 0; flips->row && i < flips->rows; i++)
        free(flips->row[i].scores);
    free(flips->row);
    free(flips->scores);
    free(flips->sums);
    free(flips->single);
    free(flips->joint);
}

/* Takes in the rows that have something to tell. */
static int read_rows(struct flips *flips, const double *values, const bool *absent, size_t row_count,
                     enum spb_flip_weights weights)
{
    size_t pairs = flips->pairs;
    int code = 0;
    flips->row = calloc(row_count, sizeof(*flips->row));
    if (!flips->row)
        return -ENOMEM;
    for (size_t r = 0; code == 0 && r < row_count; r++) {
        struct row row = {.index = r, .scores = calloc(pairs, sizeof(*row.scores))};
        bool tells = false;
        code = -ENOMEM;
        if (row.scores)
            code = fill_row(&row, values + r * pairs, absent ? absent + r * pairs : NULL, pairs, weights, &tells);
        if (tells)
            flips->row[flips->rows++] = row;
        else
            free(row.scores);
    }
    qsort(flips->row, flips->rows, sizeof(*flips->row), compare_rows);
    return code;
}

static int lay_out(struct flips *flips)
{
    if (flips->rows == 0)
        return 0;
    flips->scores = calloc(flips->rows * flips->pairs, sizeof(*flips->scores));
    flips->sums = calloc(flips->rows, sizeof(*flips->sums));
    flips->single = calloc(flips->rows, sizeof(*flips->single));
    flips->joint = calloc(flips->rows, sizeof(*flips->joint));
    if (!flips->scores || !flips->sums || !flips->single || !flips->joint)
        return -ENOMEM;
    for (size_t i = 0; i < flips->rows; i++)
        for (size_t pair = 0; pair < flips->pairs; pair++)
            flips->scores[pair * flips->rows + i] = flips->row[i].scores[pair];
    return 0;
}

/* ---- flips ----------------------------------------------------------------------------------------------------------- */

/* sums += factor * the scores of a pair. */
static void add_pair(struct flips *flips, size_t pair, double factor)
{
    const double *scores = flips->scores + pair * flips->rows;
    for (size_t i = 0; i < flips->rows; i++)
        flips->sums[i] += factor * scores[i];
}

/* Counts the flip of which the sums are, and, for sign -1, its opposite. */
static void count_flip(struct flips *flips, double sign)
{
    double highest = (double)-INFINITY;
    for (size_t i = 0; i < flips->rows; i++) {
        double t = sign * flips->sums[i] * flips->row[i].inverse, limit = flips->row[i].limit;
        if (t > highest)
            highest = t;
        flips->single[i] += t >= limit;
        flips->joint[i] += highest >= limit;
    }
    flips->total++;
}

/* All of them: in the order of the Gray code each differs from the one before in one pair. The last pair is never flipped, as
 * the opposite of each flip, with -T, is counted along with it. */
static void enumerate(struct flips *flips)
{
    uint64_t steps = UINT64_C(1) << (flips->pairs - 1), negative = 0;
    for (size_t pair = 0; pair < flips->pairs; pair++)
        add_pair(flips, pair, 1);
    for (uint64_t step = 1;; step++) {
        count_flip(flips, 1);
        count_flip(flips, -1);
        if (step == steps)
            break;
        int pair = __builtin_ctzll(step);
        negative ^= UINT64_C(1) << pair;
        add_pair(flips, (size_t)pair, negative >> pair & 1 ? -2 : 2);
    }
}

static void draw(struct flips *flips, size_t count, uint64_t seed)
{
    struct spb_random random = {seed};
    for (size_t n = 0; n < count; n++) {
        uint64_t bits = 0;
        for (size_t i = 0; i < flips->rows; i++)
            flips->sums[i] = 0;
        for (size_t pair = 0; pair < flips->pairs; pair++, bits >>= 1) {
            if (pair % 64 == 0)
                bits = spb_random_next(&random);
            add_pair(flips, pair, bits & 1 ? -1 : 1);
        }
        count_flip(flips, 1);
    }
}

/* ---- results --------------------------------------------------------------------------------------------------------- */

/* `known`: 1 for random flips, as the flip that was seen is one of them. An adjusted p is at least that of any row with a larger
 * statistic. */
static void fill_results(const struct flips *flips, unsigned known, struct spb_flip_result *results)
{
    double total = (double)(flips->total + known), largest = 0;
    for (size_t i = flips->rows; i > 0; i--) {
        largest = fmax(largest, (double)(flips->joint[i - 1] + known) / total);
        results[flips->row[i - 1].index] = (struct spb_flip_result){
            .statistic = flips->row[i - 1].statistic,
            .p = (double)(flips->single[i - 1] + known) / total,
            .p_adjusted = largest,
        };
    }
}

static int check_input(const double *values, const bool *absent, size_t row_count, size_t pair_count, bool all)
{
    for (size_t r = 0; r < row_count; r++)
        if (!row_is_finite(values + r * pair_count, absent ? absent + r * pair_count : NULL, pair_count))
            return -EINVAL;
    return all && pair_count > PAIRS_ENUMERATED_MAX ? -E2BIG : 0;
}

int spb_flip_test(const double *values, const bool *absent, size_t row_count, size_t pair_count,
                  const struct spb_flip_options *options, struct spb_flip_result *results)
{
    if (row_count == 0 || pair_count == 0)
        return -EINVAL;
    bool all = pair_count <= (options->enumerate_max ? options->enumerate_max : 20);
    struct flips flips = {.pairs = pair_count};
    int code = check_input(values, absent, row_count, pair_count, all);
    if (code == 0)
        code = read_rows(&flips, values, absent, row_count, options->weights);
    if (code == 0)
        code = lay_out(&flips);
    if (code == 0) {
        for (size_t r = 0; r < row_count; r++)
            results[r] = (struct spb_flip_result){0, 1, 1};
        if (flips.rows > 0 && all)
            enumerate(&flips);
        else if (flips.rows > 0)
            draw(&flips, options->random_count ? options->random_count : 99999, options->seed);
        fill_results(&flips, !all, results);
    }
    release(&flips);
    return code;
}
