/* SPDX-License-Identifier: MIT */
#include "pass_spending.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "ab_looks.h"
#include "midrank.h"
#include "random.h"

#define DRAWS 19999
/* One bit of a 64-bit number is the sign of a pair. */
#define VALUES_MAX 64

/* A look that is gone through, with the values that it sees. */
struct stage {
    const struct spb_look *look;
    size_t count;
    uint64_t ranks[VALUES_MAX]; /* doubled midranks of the |values|; 0 for a 0 */
    int64_t limit;              /* a sum of the positive ranks up to it passes; below 0: none does */
};

/* ---- stages ------------------------------------------------------------------------------------------------------ */

static int rank_stage(struct stage *stage, const double *values, const unsigned *indices, size_t count)
{
    double sizes[VALUES_MAX] = {0};
    while (stage->count < count && indices[stage->count] < stage->look->pairs) {
        sizes[stage->count] = fabs(values[stage->count]);
        stage->count++;
    }
    int code = spb_doubled_midranks(sizes, stage->count, stage->ranks, NULL);
    for (size_t i = 0; i < stage->count; i++)
        if (values[i] == 0)
            stage->ranks[i] = 0;
    return code;
}

/* The largest sum that the exact test of these ranks rejects at the level: the same that the look itself held its p against. The
 * probabilities of the sums, halved with each rank. */
static int find_exact_limit(struct stage *stage)
{
    size_t largest = 0;
    for (size_t i = 0; i < stage->count; i++)
        largest += stage->ranks[i];
    double *chances = calloc(largest + 1, sizeof(*chances));
    if (!chances)
        return -ENOMEM;
    chances[0] = 1;
    for (size_t i = 0; i < stage->count; i++)
        for (size_t sum = largest + 1; sum-- > 0 && stage->ranks[i] > 0;)
            chances[sum] = 0.5 * (chances[sum] + (sum >= stage->ranks[i] ? chances[sum - stage->ranks[i]] : 0));
    double below = 0;
    stage->limit = -1;
    for (size_t sum = 0; sum <= largest && (below += chances[sum]) <= stage->look->alpha_pass; sum++)
        stage->limit = (int64_t)sum;
    free(chances);
    return 0;
}

static int64_t sum_of(const struct stage *stage, uint64_t signs)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < stage->count; i++)
        sum += stage->ranks[i] & (0 - (signs >> i & 1));
    return (int64_t)sum;
}

/* ---- draws ------------------------------------------------------------------------------------------------------- */

/* Of each choice of signs with which none of the stages before passes the sum at `stage`; *passed counts the others. The same seed
 * gives the same choices, whatever the stage. */
static size_t draw_sums(const struct stage *stages, size_t stage, uint64_t seed, int64_t *sums, size_t *passed)
{
    struct spb_random random = {seed};
    size_t left = 0;
    *passed = 0;
    for (size_t n = 0; n < DRAWS; n++) {
        uint64_t signs = spb_random_next(&random);
        bool passes = false;
        for (size_t k = 0; k < stage && !passes; k++)
            passes = sum_of(&stages[k], signs) <= stages[k].limit;
        *passed += passes;
        if (!passes)
            sums[left++] = sum_of(&stages[stage], signs);
    }
    return left;
}

static double share_up_to(const int64_t *sums, size_t count, int64_t limit, size_t passed)
{
    size_t found = passed;
    for (size_t i = 0; i < count; i++)
        found += sums[i] <= limit;
    return (1 + (double)found) / (1 + (double)DRAWS);
}

static int compare_sums(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The largest sum of which the share, with what passed before, is at most the look's level. */
static void find_drawn_limit(struct stage *stage, int64_t *sums, size_t count, size_t passed)
{
    qsort(sums, count, sizeof(*sums), compare_sums);
    stage->limit = -1;
    for (size_t end = 0, i = 0; i < count; i = end) {
        while (end < count && sums[end] == sums[i])
            end++;
        if ((1 + (double)(passed + end)) / (1 + (double)DRAWS) > stage->look->alpha_pass)
            break;
        stage->limit = sums[i];
    }
}

static int fill_stages(struct stage *stages, const double *values, const unsigned *indices, size_t count, unsigned look,
                       uint64_t seed, int64_t *sums)
{
    int code = 0;
    for (unsigned k = 0; k <= look && code == 0; k++) {
        stages[k].look = &spb_ab_looks[k];
        code = rank_stage(&stages[k], values, indices, count);
        if (code || k == look)
            break;
        if (!spb_ab_looks[k].with_earlier) {
            code = find_exact_limit(&stages[k]);
            continue;
        }
        size_t passed, left = draw_sums(stages, k, seed, sums, &passed);
        find_drawn_limit(&stages[k], sums, left, passed);
    }
    return code;
}

int spb_pass_spending(const double *values, const unsigned *indices, size_t count, unsigned look, uint64_t seed,
                      double *p)
{
    *p = 1;
    if (count == 0 || count > VALUES_MAX)
        return 0;
    struct stage *stages = calloc(SPB_AB_LOOKS, sizeof(*stages));
    int64_t *sums = calloc(DRAWS, sizeof(*sums));
    int code = stages && sums ? fill_stages(stages, values, indices, count, look, seed, sums) : -ENOMEM;
    if (code == 0) {
        uint64_t signs = 0;
        size_t passed, left = draw_sums(stages, look, seed, sums, &passed);
        for (size_t i = 0; i < count; i++)
            signs |= (uint64_t)(values[i] > 0) << i;
        *p = share_up_to(sums, left, sum_of(&stages[look], signs), passed);
    }
    free(stages);
    free(sums);
    return code;
}
