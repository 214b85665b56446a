/* SPDX-License-Identifier: MIT
 *
 * A made-up judgement with one of each verdict, for the tests of what shows one.
 */
#ifndef SPB_SAMPLE_JUDGEMENT_H
#define SPB_SAMPLE_JUDGEMENT_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "judgement.h"

static struct spb_row_judgement *sample_judged_row(struct spb_judgement *judgement, const char *key,
                                                   enum spb_verdict verdict)
{
    struct spb_row_judgement *row = &judgement->rows[judgement->row_count++];
    *row = (struct spb_row_judgement){.key = strdup(key),
                                      .unit = strdup("operation"),
                                      .work_per_iteration = 1,
                                      .verdict = verdict,
                                      .threshold_ratio = 0.10,
                                      .margin_ratio = 0.05,
                                      .p_regression = 1,
                                      .p_pass = 1};
    return row;
}

/* Changes in per cent. */
static void sample_judged_effect(struct spb_row_judgement *row, double change, double low, double high)
{
    row->has_times = true;
    row->base_ns = 100;
    row->new_ns = 100 + change;
    row->has_effect = true;
    row->effect = log1p(change / 100);
    row->low = log1p(low / 100);
    row->high = log1p(high / 100);
    row->confidence = 0.957;
    row->base_count = 10;
    row->new_count = 9;
    row->unit_sd = 0.01;
    row->detectable_ratio = 0.25;
}

static void sample_judged_undecided(struct spb_judgement *judgement)
{
    struct spb_row_judgement *row = sample_judged_row(judgement, "cpu/noisy size=4K", SPB_VERDICT_UNDECIDED);
    sample_judged_effect(row, 3, -4, 10);
    row->reason = strdup("its processes spread by 9.0 %");
    row->confidence = 0.7142;
    free(row->unit);
    row->unit = strdup("byte");
    row->measure = SPB_UNITS_PER_SECOND;
    row->work_per_iteration = 100;
    row->has_lag1 = row->has_modes = true;
    row->lag1 = 0.7;
    row->bimodality = 0.6;
}

/* In the order in which a judgement has them. */
static struct spb_judgement sample_judgement(void)
{
    struct spb_judgement judgement = {.rows = calloc(8, sizeof(*judgement.rows)), .stored = true};
    struct spb_row_judgement *row = sample_judged_row(&judgement, "cpu/slow", SPB_VERDICT_REGRESSION);
    sample_judged_effect(row, 20, 18, 22);
    row->p_regression = 0.0001;
    row->why = strdup("instructions +19.0 %: other code");
    row->has_trend = true;
    row->trend_p = 0.001;
    sample_judged_row(&judgement, "cpu/broken", SPB_VERDICT_ERROR)->reason = strdup("failed in new: killed by SIGSEGV");
    sample_judged_row(&judgement, "cpu/changed", SPB_VERDICT_NOT_COMPARABLE)->reason =
        strdup("version 1 / 2 of the workload");
    sample_judged_row(&judgement, "cpu/gone", SPB_VERDICT_MISSING)->reason = strdup("only in base");
    sample_judged_undecided(&judgement);
    sample_judged_effect(sample_judged_row(&judgement, "cpu/fast", SPB_VERDICT_IMPROVED), -20, -22, -18);
    row = sample_judged_row(&judgement, "cpu/same", SPB_VERDICT_PASS);
    sample_judged_effect(row, 0, -0.5, 0.5);
    row->equivalent = true;
    row->why = strdup("nobody asks");
    row = sample_judged_row(&judgement, "cpu/single", SPB_VERDICT_PASS);
    sample_judged_effect(row, 1, 1, 1);
    row->confidence = 0;
    judgement.has_mean = true;
    judgement.mean_effect = log(1.01);
    judgement.mean_low = log(0.98);
    judgement.mean_high = log(1.04);
    spb_judgement_note(&judgement, "A note with a number: %d.", 7);
    return judgement;
}

#endif
