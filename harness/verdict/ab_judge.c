/* SPDX-License-Identifier: MIT */
#include "ab_judge.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ab_looks.h"
#include "build_effects.h"
#include "change_cause.h"
#include "detectable.h"
#include "distribution.h"
#include "modes.h"
#include "pair_effects.h"
#include "serial.h"
#include "signed_rank.h"
#include "summary.h"
#include "trend.h"
#include "verdict_reason.h"

#define CONFIDENCE 0.95

int spb_ab_decide(const struct spb_paired_row *rows, size_t row_count, unsigned pairs,
                  const struct spb_ab_judge_options *options, enum spb_verdict *decided)
{
    struct spb_row_state *states = calloc(row_count + 1, sizeof(*states));
    if (!states)
        return -ENOMEM;
    int code = spb_ab_follow(rows, row_count, pairs, options, states);
    for (size_t r = 0; r < row_count && code == 0; r++)
        decided[r] = states[r].verdict;
    free(states);
    return code;
}

/* ---- numbers of a row -------------------------------------------------------------------------------------------- */

/* The d of the pairs that the verdict rests on: `values`, with their indices, and room for as many again. */
struct figures {
    const struct spb_pair_effects *effects;
    double *values;
    double *indices;
    double *scratch;
};

/* Each side's own estimate: Hodges-Lehmann over the pairs, as of the processes of a run. */
static int fill_side(const struct figures *figures, enum spb_side side, double *ns)
{
    struct spb_interval interval;
    for (size_t i = 0; i < figures->effects->count; i++)
        figures->scratch[i] = figures->effects->items[i].log_ns[side];
    int code = spb_hodges_lehmann(figures->scratch, figures->effects->count, CONFIDENCE, &interval);
    if (code == 0)
        *ns = exp(interval.estimate);
    return code;
}

static int fill_estimate(const struct figures *figures, struct spb_row_judgement *out)
{
    struct spb_interval interval;
    int code = spb_hodges_lehmann(figures->values, figures->effects->count, CONFIDENCE, &interval);
    if (code)
        return code;
    out->has_effect = true;
    out->effect = interval.estimate;
    out->low = interval.low;
    out->high = interval.high;
    out->confidence = interval.confidence;
    return 0;
}

/* Student's interval over the builds takes the place of the exact one. */
static void fill_builds(const struct spb_build_effects *builds, struct spb_row_judgement *out)
{
    double half = spb_student_quantile(0.5 + CONFIDENCE / 2, builds->degrees) * builds->standard_error;
    out->effect = builds->mean;
    out->low = builds->mean - half;
    out->high = builds->mean + half;
    out->confidence = CONFIDENCE;
}

static void fill_diagnostics(const struct figures *figures, struct spb_row_judgement *out)
{
    struct spb_trend trend;
    size_t count = figures->effects->count;
    out->has_lag1 = spb_lag1_autocorrelation(figures->values, count, &out->lag1) == 0;
    out->has_modes = spb_bimodality(figures->values, count, &out->bimodality) == 0;
    out->has_trend = spb_trend(figures->indices, figures->values, count, &trend) == 0;
    if (out->has_trend)
        out->trend_p = trend.p;
}

/* At the level that the last look left to each row. */
static void fill_detectable(const struct spb_row_state *state, const struct spb_build_effects *builds,
                            struct spb_row_judgement *out)
{
    if (!state->tested || state->rows == 0)
        return;
    double level = spb_ab_looks[state->look].alpha_regression / (double)state->rows;
    double above = builds ? spb_detectable_by_t(builds->standard_error, builds->degrees, level)
                          : spb_detectable_by_ranks(out->base_count, out->unit_sd, level);
    if (above > 0 || (out->unit_sd == 0 && out->base_count > 1))
        out->detectable_ratio = expm1(log1p(out->margin_ratio) + above);
}

static int fill_spread(const struct figures *figures, struct spb_row_judgement *out)
{
    struct spb_summary summary;
    int code = spb_summary_compute(figures->values, figures->effects->count, &summary);
    if (code == 0)
        out->unit_sd = summary.sd;
    return code;
}

static int fill_figures(const struct figures *figures, bool of_source, const struct spb_row_state *state,
                        struct spb_row_judgement *out)
{
    struct spb_build_effects builds;
    out->base_count = out->new_count = figures->effects->count;
    int code = fill_side(figures, SPB_SIDE_BASE, &out->base_ns);
    if (code == 0)
        code = fill_side(figures, SPB_SIDE_NEW, &out->new_ns);
    if (code == 0)
        code = fill_estimate(figures, out);
    if (code == 0)
        code = fill_spread(figures, out);
    if (code)
        return code;
    out->has_times = true;
    fill_diagnostics(figures, out);
    code = of_source ? spb_build_effects_compute(figures->effects, &builds) : 0;
    if (code == -ENOMEM)
        return code;
    if (of_source && code == 0)
        fill_builds(&builds, out);
    /* Too few pairs for so many builds: the exact interval stands, and what could be caught is not known. */
    if (code == 0)
        fill_detectable(state, of_source ? &builds : NULL, out);
    return 0;
}

static int fill_numbers(const struct spb_pair_effects *effects, bool of_source, const struct spb_row_state *state,
                        struct spb_row_judgement *out)
{
    if (effects->count == 0)
        return 0;
    struct figures figures = {.effects = effects, .values = calloc(3 * effects->count, sizeof(double))};
    if (!figures.values)
        return -ENOMEM;
    figures.indices = figures.values + effects->count;
    figures.scratch = figures.indices + effects->count;
    spb_pair_effects_copy(effects, figures.values);
    for (size_t i = 0; i < effects->count; i++)
        figures.indices[i] = effects->items[i].index;
    int code = fill_figures(&figures, of_source, state, out);
    free(figures.values);
    return code;
}

/* ---- rows -------------------------------------------------------------------------------------------------------- */

/* Units of work in an iteration, where all pairs agree. */
static double work_of(const struct spb_paired_row *row)
{
    double work = 0;
    for (size_t i = 0; i < row->pair_count; i++) {
        double of_pair = row->pairs[i].work_per_iteration[SPB_SIDE_BASE];
        if (row->pairs[i].outcome == SPB_OUTCOME_FAILED)
            continue;
        if (work > 0 && of_pair != work)
            return 0;
        work = of_pair;
    }
    return work;
}

static int fill_identity(const struct spb_paired_row *row, const struct spb_ab_judge_options *options,
                         const struct spb_row_state *state, struct spb_row_judgement *out)
{
    out->key = spb_row_key(&row->row);
    out->unit = strdup(row->row.unit ? row->row.unit : "");
    if (!out->key || !out->unit)
        return -ENOMEM;
    out->measure = row->row.measure;
    out->work_per_iteration = work_of(row);
    out->verdict = state->verdict;
    out->equivalent = state->equivalent;
    out->p_regression = state->p_regression;
    out->p_pass = state->p_pass;
    out->threshold_ratio = spb_threshold(&options->thresholds, out->key);
    out->margin_ratio = out->threshold_ratio / 2;
    return 0;
}

static bool is_decided(enum spb_verdict verdict)
{
    return verdict == SPB_VERDICT_REGRESSION || verdict == SPB_VERDICT_IMPROVED || verdict == SPB_VERDICT_PASS;
}

static bool is_judged(enum spb_verdict verdict)
{
    return is_decided(verdict) || verdict == SPB_VERDICT_UNDECIDED;
}

static int fill_texts(const struct spb_paired_row *row, unsigned pairs, const struct spb_row_state *state,
                      const struct spb_pair_effects *effects, struct spb_row_judgement *out)
{
    int code = spb_verdict_reason(row, state, effects, &out->reason);
    bool changed = state->verdict == SPB_VERDICT_REGRESSION || state->verdict == SPB_VERDICT_IMPROVED;
    return code == 0 && changed && out->has_effect ? spb_change_cause(row, pairs, out->effect, &out->why) : code;
}

/* A decided row rests on the pairs of its look; of one that is not, all that is known is shown. */
static int judge_row(const struct spb_paired_row *row, const struct spb_ab_judge_options *options, bool of_source,
                     const struct spb_row_state *state, struct spb_row_judgement *out)
{
    struct spb_pair_effects effects;
    unsigned pairs = is_decided(state->verdict) ? spb_ab_looks[state->look].pairs : SPB_AB_ALL_PAIRS;
    int code = spb_pair_effects_compute(row, pairs, &effects);
    if (code)
        return code;
    code = fill_identity(row, options, state, out);
    if (code == 0 && is_judged(state->verdict))
        code = fill_numbers(&effects, of_source, state, out);
    if (code == 0)
        code = fill_texts(row, pairs, state, &effects, out);
    spb_pair_effects_release(&effects);
    return code;
}

/* ---- notes ------------------------------------------------------------------------------------------------------- */

static int note_question(struct spb_judgement *judgement)
{
    if (judgement->of_source)
        return spb_judgement_note(judgement,
                                  "Question answered: is this source slower? Several builds ran, and their differences "
                                  "are part of the interval.");
    return spb_judgement_note(judgement,
                              "Question answered: is this binary slower? Another build of the same source may differ "
                              "by its layout alone; several builds a side answer for the source.");
}

static int note_failures(struct spb_judgement *judgement, const struct spb_paired_row *rows, size_t row_count,
                         const struct spb_row_state *states)
{
    size_t count = 0;
    for (size_t r = 0; r < row_count; r++)
        for (size_t i = 0; is_judged(states[r].verdict) && i < rows[r].pair_count; i++)
            count += rows[r].pairs[i].outcome == SPB_OUTCOME_FAILED;
    return count == 0 ? 0
                      : spb_judgement_note(judgement, "%zu %s failed and %s not count.", count,
                                           count == 1 ? "pair" : "pairs", count == 1 ? "does" : "do");
}

/* ---- the experiment ---------------------------------------------------------------------------------------------- */

/* Says which row it is that cannot be judged. */
static int find_fault(const struct spb_paired_row *rows, size_t row_count, const struct spb_ab_judge_options *options,
                      int code, struct spb_error *err)
{
    for (size_t r = 0; code == -EINVAL && r < row_count; r++) {
        double ratio = 0;
        char *key = spb_row_key(&rows[r].row);
        const char *name = key ? key : "a row";
        bool wrong = spb_ab_threshold(&rows[r], options, &ratio) == -EINVAL;
        if (wrong)
            spb_error_set(err, code, "%s: a threshold of %g %% cannot be tested; give one above 0", name, 100 * ratio);
        free(key);
        if (wrong)
            return code;
    }
    if (code == -EINVAL)
        return spb_error_set(err, code, "the pairs hold rounds that are no measurement (no time, or no iterations)");
    return spb_error_system(err, code, "the pairs cannot be judged");
}

static int judge_rows(const struct spb_paired_row *rows, size_t row_count, const struct spb_ab_judge_options *options,
                      const struct spb_row_state *states, struct spb_judgement *judgement)
{
    int code = 0;
    for (size_t r = 0; r < row_count; r++)
        judgement->of_source |= spb_has_builds(&rows[r]);
    for (size_t r = 0; r < row_count && code == 0; r++) {
        judgement->row_count = r + 1;
        code = judge_row(&rows[r], options, judgement->of_source, &states[r], &judgement->rows[r]);
    }
    if (code == 0)
        code = note_question(judgement);
    if (code == 0)
        code = note_failures(judgement, rows, row_count, states);
    return code ? code : spb_judgement_finish(judgement);
}

int spb_ab_judge(const struct spb_paired_row *rows, size_t row_count, const struct spb_ab_judge_options *options,
                 struct spb_judgement *judgement, struct spb_error *err)
{
    *judgement = (struct spb_judgement){0};
    struct spb_row_state *states = calloc(row_count + 1, sizeof(*states));
    judgement->rows = calloc(row_count + 1, sizeof(*judgement->rows));
    int code = states && judgement->rows ? spb_ab_follow(rows, row_count, SPB_AB_ALL_PAIRS, options, states) : -ENOMEM;
    if (code == 0)
        code = judge_rows(rows, row_count, options, states, judgement);
    free(states);
    if (code) {
        spb_judgement_release(judgement);
        find_fault(rows, row_count, options, code, err);
    }
    return code;
}
