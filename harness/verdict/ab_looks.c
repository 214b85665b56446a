/* SPDX-License-Identifier: MIT */
#include "ab_looks.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "build_effects.h"
#include "flip_test.h"
#include "multiplicity.h"
#include "pair_effects.h"
#include "pass_spending.h"
#include "random.h"
#include "signed_rank.h"

/* 1 % of all runs may raise a false alarm in any row, 5 % of slowdowns of the margin may pass; README.md says how it is shared out. */
const struct spb_look spb_ab_looks[SPB_AB_LOOKS] = {
    {10, 0.0010, 0.010, false}, {14, 0.0015, 0.015, false}, {20, 0.0025, 0.025, false},
    {28, 0.0025, 0.043, true},  {40, 0.0025, 0.050, true},
};
const unsigned spb_ab_look_pairs[SPB_AB_LOOKS] = {10, 14, 20, 28, 40};

/* A row of which so many pairs failed ends; one may be an accident. */
#define FAILED_PAIRS_MAX 1
/* Of the work of the other side: what the sum of two doubles may lose. */
#define WORK_TOLERANCE 1e-9

/* ---- rows that cannot be judged --------------------------------------------------------------------------------- */

static bool other_work(const struct spb_pair *pair)
{
    const double *work = pair->work_per_iteration;
    return pair->outcome == SPB_OUTCOME_OK &&
           fabs(work[SPB_SIDE_BASE] - work[SPB_SIDE_NEW]) > WORK_TOLERANCE * fabs(work[SPB_SIDE_BASE]);
}

enum spb_verdict spb_row_trouble(const struct spb_paired_row *row, unsigned pairs)
{
    size_t failed = 0;
    if (row->incomparable)
        return SPB_VERDICT_NOT_COMPARABLE;
    if (row->row.outcome == SPB_OUTCOME_UNAVAILABLE)
        return SPB_VERDICT_MISSING;
    for (size_t i = 0; i < row->pair_count && row->pairs[i].index < pairs; i++) {
        if (other_work(&row->pairs[i]))
            return SPB_VERDICT_NOT_COMPARABLE;
        failed += row->pairs[i].outcome == SPB_OUTCOME_FAILED;
    }
    bool ended = pairs == SPB_AB_ALL_PAIRS && row->row.outcome == SPB_OUTCOME_FAILED;
    return ended || failed > FAILED_PAIRS_MAX ? SPB_VERDICT_ERROR : SPB_VERDICT_UNDECIDED;
}

int spb_ab_threshold(const struct spb_paired_row *row, const struct spb_ab_judge_options *options, double *ratio)
{
    char *key = spb_row_key(&row->row);
    if (!key)
        return -ENOMEM;
    *ratio = spb_threshold(&options->thresholds, key);
    free(key);
    return *ratio > 0 && isfinite(*ratio) ? 0 : -EINVAL;
}

/* ---- one look ---------------------------------------------------------------------------------------------------- */

/* The rows that are still open, with what their pairs below the look's number say. */
struct view {
    const struct spb_look *look;
    uint64_t seed;
    bool of_source;
    size_t count;
    size_t *rows;
    double *margins;
    struct spb_pair_effects *effects;
    struct spb_build_effects *builds; /* of_source only */
    double *p_regression;             /* first raw, then adjusted */
    double *p_pass;
    double *scratch;   /* a number for each pair of a row */
    unsigned *indices; /* the same */
};

static void release_view(struct view *view)
{
    for (size_t i = 0; view->effects && i < view->count; i++)
        spb_pair_effects_release(&view->effects[i]);
    free(view->rows);
    free(view->margins);
    free(view->effects);
    free(view->builds);
    free(view->p_regression);
    free(view->p_pass);
    free(view->scratch);
    free(view->indices);
}

static int allocate_view(struct view *view, size_t row_count)
{
    view->rows = calloc(row_count, sizeof(*view->rows));
    view->margins = calloc(row_count, sizeof(*view->margins));
    view->effects = calloc(row_count, sizeof(*view->effects));
    view->builds = calloc(row_count, sizeof(*view->builds));
    view->p_regression = calloc(row_count, sizeof(*view->p_regression));
    view->p_pass = calloc(row_count, sizeof(*view->p_pass));
    view->scratch = calloc(view->look->pairs, sizeof(*view->scratch));
    view->indices = calloc(view->look->pairs, sizeof(*view->indices));
    return view->rows && view->margins && view->effects && view->builds && view->p_regression && view->p_pass &&
                   view->scratch && view->indices
               ? 0
               : -ENOMEM;
}

static int fill_view(struct view *view, const struct spb_paired_row *rows, size_t row_count,
                     const struct spb_row_state *states, const double *margins)
{
    int code = allocate_view(view, row_count);
    for (size_t r = 0; r < row_count && code == 0; r++) {
        if (states[r].verdict != SPB_VERDICT_UNDECIDED)
            continue;
        view->rows[view->count] = r;
        view->margins[view->count] = margins[r];
        code = spb_pair_effects_compute(&rows[r], view->look->pairs, &view->effects[view->count]);
        view->count += code == 0;
    }
    return code;
}

/* ---- tests of single rows ---------------------------------------------------------------------------------------- */

/* Exact signed-rank test of theta against a limit. A row without a pair says nothing: every p is 1. */
static int test_against(const struct view *view, size_t i, double limit, struct spb_signed_rank *test)
{
    size_t count = view->effects[i].count;
    *test = (struct spb_signed_rank){0, 1, 1};
    if (count == 0)
        return 0;
    spb_pair_effects_copy(&view->effects[i], view->scratch);
    for (size_t p = 0; p < count; p++)
        view->scratch[p] -= limit;
    return spb_signed_rank_test(view->scratch, count, test);
}

/* The same for looks that share their level with those before: that sign * d_p is below `limit`. */
static int test_with_earlier(const struct view *view, size_t i, double sign, double limit, double *p)
{
    const struct spb_pair_effects *effects = &view->effects[i];
    for (size_t k = 0; k < effects->count; k++) {
        view->scratch[k] = sign * effects->items[k].effect - limit;
        view->indices[k] = effects->items[k].index;
    }
    uint64_t seed = spb_random_derive(view->seed, view->rows[i]);
    return spb_pass_spending(view->scratch, view->indices, effects->count, (unsigned)(view->look - spb_ab_looks), seed,
                             p);
}

static int test_row(struct view *view, size_t i)
{
    struct spb_signed_rank test;
    int code = test_against(view, i, view->margins[i], &test);
    view->p_regression[i] = test.p_greater;
    view->p_pass[i] = test.p_less;
    return code == 0 && view->look->with_earlier ? test_with_earlier(view, i, 1, view->margins[i], &view->p_pass[i])
                                                 : code;
}

static int test_builds(struct view *view, size_t i)
{
    int code = spb_build_effects_compute(&view->effects[i], &view->builds[i]);
    if (code == -ENOMEM)
        return code;
    view->p_pass[i] = spb_build_effects_below(&view->builds[i], view->margins[i]);
    view->p_regression[i] = spb_build_effects_above(&view->builds[i], view->margins[i]);
    return 0;
}

/* That theta is below -margin, and that it is above. */
static int test_lower_margin(const struct view *view, size_t i, double *below, double *above)
{
    struct spb_signed_rank test;
    double limit = -view->margins[i];
    if (view->of_source) {
        *below = spb_build_effects_below(&view->builds[i], limit);
        *above = spb_build_effects_above(&view->builds[i], limit);
        return 0;
    }
    if (view->look->with_earlier) {
        int code = test_with_earlier(view, i, 1, limit, below);
        return code ? code : test_with_earlier(view, i, -1, -limit, above);
    }
    int code = test_against(view, i, limit, &test);
    *below = test.p_less;
    *above = test.p_greater;
    return code;
}

/* ---- all rows together ------------------------------------------------------------------------------------------- */

/* x_pb = d_pb - margin, in the layout of spb_flip_test(): the pairs of an experiment are the columns, so that all rows have the same
 * flips. */
static void fill_matrix(const struct view *view, double *values, bool *absent)
{
    size_t columns = view->look->pairs;
    for (size_t i = 0; i < view->count * columns; i++)
        absent[i] = true;
    for (size_t i = 0; i < view->count; i++)
        for (size_t p = 0; p < view->effects[i].count; p++) {
            size_t at = i * columns + view->effects[i].items[p].index;
            values[at] = view->effects[i].items[p].effect - view->margins[i];
            absent[at] = false;
        }
}

static int adjust_by_flips(struct view *view)
{
    size_t cells = view->count * view->look->pairs;
    double *values = calloc(cells, sizeof(*values));
    bool *absent = calloc(cells, sizeof(*absent));
    struct spb_flip_result *results = calloc(view->count, sizeof(*results));
    struct spb_flip_options options = {.weights = SPB_FLIP_RANKS,
                                       .seed = spb_random_derive(view->seed, view->look->pairs)};
    int code = values && absent && results ? 0 : -ENOMEM;
    if (code == 0) {
        fill_matrix(view, values, absent);
        code = spb_flip_test(values, absent, view->count, view->look->pairs, &options, results);
    }
    for (size_t i = 0; i < view->count && code == 0; i++)
        view->p_regression[i] = results[i].p_adjusted;
    free(values);
    free(absent);
    free(results);
    return code;
}

static int adjust_by_holm(struct view *view, size_t family)
{
    double *adjusted = calloc(view->count, sizeof(*adjusted));
    int code = adjusted ? spb_holm(view->p_regression, view->count, family, adjusted) : -ENOMEM;
    for (size_t i = 0; i < view->count && code == 0; i++)
        view->p_regression[i] = adjusted[i];
    free(adjusted);
    return code;
}

/* The flips hold for the rows that are there. Once an earlier look has taken some of them out by what they showed, the rest
 * is a selection, and only a bound that holds for any is left. Student's t has no flips. */
static int test_rows(struct view *view, size_t family)
{
    int code = 0;
    for (size_t i = 0; i < view->count && code == 0; i++)
        code = view->of_source ? test_builds(view, i) : test_row(view, i);
    if (code)
        return code;
    return view->of_source || view->count < family ? adjust_by_holm(view, family) : adjust_by_flips(view);
}

/* ---- verdicts ---------------------------------------------------------------------------------------------------- */

static int decide_pass(const struct view *view, size_t i, struct spb_row_state *state)
{
    double alpha = view->look->alpha_pass, p_below = 1, p_above = 1;
    /* Student's t has no signs to draw: of its 5 % the first three looks have used all. */
    if (view->p_pass[i] > alpha || (view->of_source && view->look->with_earlier))
        return 0;
    int code = test_lower_margin(view, i, &p_below, &p_above);
    state->verdict = p_below <= alpha ? SPB_VERDICT_IMPROVED : SPB_VERDICT_PASS;
    state->equivalent = p_above <= alpha;
    return code;
}

static int decide_row(const struct view *view, size_t i, struct spb_row_state *state)
{
    state->tested = true;
    state->look = (unsigned)(view->look - spb_ab_looks);
    state->p_regression = view->p_regression[i];
    state->p_pass = view->p_pass[i];
    state->noisy = spb_pair_effects_noisy(&view->effects[i]);
    if (state->noisy)
        return 0;
    if (view->p_regression[i] <= view->look->alpha_regression) {
        state->verdict = SPB_VERDICT_REGRESSION;
        return 0;
    }
    return decide_pass(view, i, state);
}

/* ---- the looks --------------------------------------------------------------------------------------------------- */

struct follow {
    const struct spb_paired_row *rows;
    size_t row_count;
    unsigned pairs;
    uint64_t seed;
    bool of_source;
    double *margins;
    size_t family; /* rows open at the first look */
    struct spb_row_state *states;
};

static int take_look(struct follow *follow, const struct spb_look *look)
{
    struct view view = {.look = look, .seed = follow->seed, .of_source = follow->of_source};
    int code = fill_view(&view, follow->rows, follow->row_count, follow->states, follow->margins);
    if (look == spb_ab_looks)
        follow->family = view.count;
    if (code == 0 && view.count > 0)
        code = test_rows(&view, follow->family);
    for (size_t i = 0; i < view.count && code == 0; i++)
        code = decide_row(&view, i, &follow->states[view.rows[i]]);
    release_view(&view);
    return code;
}

/* Sets the rows aside that cannot be judged, by what was known with so many pairs. */
static void find_trouble(struct follow *follow, unsigned pairs)
{
    for (size_t r = 0; r < follow->row_count; r++)
        if (follow->states[r].verdict == SPB_VERDICT_UNDECIDED)
            follow->states[r].verdict = spb_row_trouble(&follow->rows[r], pairs);
}

/* Number of the last pair that ended, from 1; 0: none. */
static uint64_t last_pair(const struct spb_paired_row *row)
{
    for (size_t i = row->pair_count; i > 0; i--)
        if (row->pairs[i - 1].outcome != SPB_OUTCOME_INTERRUPTED)
            return (uint64_t)row->pairs[i - 1].index + 1;
    return 0;
}

/* Every row that was still measured has its pair, or has one beyond: then all had theirs. Rows that the end came over without a
 * single pair say nothing about it. */
static bool reached(const struct follow *follow, unsigned pairs)
{
    bool all = true, beyond = false, any = false;
    if (follow->pairs != SPB_AB_ALL_PAIRS)
        return pairs <= follow->pairs;
    for (size_t r = 0; r < follow->row_count; r++) {
        const struct spb_paired_row *row = &follow->rows[r];
        if (follow->states[r].verdict != SPB_VERDICT_UNDECIDED || row->pair_count == 0)
            continue;
        any = true;
        beyond |= last_pair(row) > pairs;
        all &= last_pair(row) >= pairs || row->row.outcome == SPB_OUTCOME_FAILED;
    }
    return any && (all || beyond);
}

static int follow_looks(struct follow *follow)
{
    int code = 0;
    for (size_t k = 0; k < SPB_AB_LOOKS && code == 0; k++) {
        find_trouble(follow, spb_ab_looks[k].pairs);
        if (!reached(follow, spb_ab_looks[k].pairs))
            break;
        code = take_look(follow, &spb_ab_looks[k]);
    }
    find_trouble(follow, follow->pairs);
    for (size_t r = 0; r < follow->row_count; r++)
        follow->states[r].rows = follow->family;
    return code;
}

int spb_ab_follow(const struct spb_paired_row *rows, size_t row_count, unsigned pairs,
                  const struct spb_ab_judge_options *options, struct spb_row_state *states)
{
    struct follow follow = {
        .rows = rows, .row_count = row_count, .pairs = pairs, .seed = options->seed, .states = states};
    int code = 0;
    if (row_count == 0)
        return 0;
    follow.margins = calloc(row_count, sizeof(*follow.margins));
    if (!follow.margins)
        return -ENOMEM;
    for (size_t r = 0; r < row_count && code == 0; r++) {
        double ratio = 0;
        states[r] = (struct spb_row_state){.p_regression = 1, .p_pass = 1};
        code = spb_ab_threshold(&rows[r], options, &ratio);
        follow.margins[r] = log1p(ratio / 2);
        follow.of_source |= spb_has_builds(&rows[r]);
    }
    if (code == 0)
        code = follow_looks(&follow);
    free(follow.margins);
    return code;
}
