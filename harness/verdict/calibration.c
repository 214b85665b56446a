/* SPDX-License-Identifier: MIT */
#include "calibration.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ab_judge.h"
#include "compare.h"
#include "detectable.h"
#include "distribution.h"
#include "summary.h"

/* The assumption about sessions weighs as much as so many of them. */
#define ASSUMED_SESSIONS 3
/* The look that `ab` is described by, and its share of the error rate of a regression. */
#define AB_PAIRS 20
#define AB_LEVEL 0.0025
/* A row of a stored result, and the levels of compare. */
#define STORED_PROCESSES 10
#define STORED_LEVEL     0.01
#define POWER            0.9
/* Of the A/A judgement itself: that of `ab`, where the user says nothing. */
#define ALARM_THRESHOLD 0.03

/* ---- from an experiment to a session ----------------------------------------------------------------------------- */

static double log_time(const struct spb_pair *pair, const struct spb_round *round)
{
    return 0.5 *
           (log(spb_round_time_ns(pair, round, SPB_SIDE_BASE)) + log(spb_round_time_ns(pair, round, SPB_SIDE_NEW)));
}

/* Geometric mean of both sides' times: median over the pairs of the medians over their rounds. 0 without a round. */
static int estimate(const struct spb_paired_row *row, double *estimate_ns)
{
    size_t rounds_max = 1, count = 0;
    for (size_t p = 0; p < row->pair_count; p++)
        rounds_max = row->pairs[p].round_count > rounds_max ? row->pairs[p].round_count : rounds_max;
    double *logs = calloc(row->pair_count + 1, sizeof(*logs)), *rounds = calloc(rounds_max, sizeof(*rounds));
    if (!logs || !rounds) {
        free(logs);
        free(rounds);
        return -ENOMEM;
    }
    for (size_t p = 0; p < row->pair_count; p++) {
        const struct spb_pair *pair = &row->pairs[p];
        if (pair->outcome != SPB_OUTCOME_OK || pair->round_count == 0)
            continue;
        for (size_t j = 0; j < pair->round_count; j++)
            rounds[j] = log_time(pair, &pair->rounds[j]);
        logs[count++] = spb_median_in_place(rounds, pair->round_count);
    }
    *estimate_ns = count ? exp(spb_median_in_place(logs, count)) : 0;
    free(rounds);
    free(logs);
    return 0;
}

static const struct spb_paired_row *find_row(const struct spb_ab *ab, const char *key)
{
    for (size_t i = 0; i < ab->row_count; i++) {
        char *own = spb_row_key(&ab->rows[i].row);
        bool same = own && strcmp(own, key) == 0;
        free(own);
        if (same)
            return &ab->rows[i];
    }
    return NULL;
}

static int add_row(const struct spb_ab *ab, const struct spb_row_judgement *judged,
                   struct spb_calibration_session *session)
{
    const struct spb_paired_row *row = find_row(ab, judged->key);
    double estimate_ns = 0;
    if (!row || !judged->has_effect || judged->base_count < SPB_CALIBRATION_PAIRS_MIN)
        return 0;
    int code = estimate(row, &estimate_ns);
    if (code < 0 || !(estimate_ns > 0) || !(judged->unit_sd >= 0))
        return code;
    struct spb_calibration_row *added = &session->rows[session->row_count];
    *added = (struct spb_calibration_row){.key = strdup(judged->key),
                                          .workload_version = row->row.workload_version,
                                          .pairs = (unsigned)judged->base_count,
                                          .estimate_ns = estimate_ns,
                                          .pair_sd = judged->unit_sd,
                                          .alarm = judged->verdict == SPB_VERDICT_REGRESSION};
    if (!added->key)
        return -ENOMEM;
    session->row_count++;
    return 0;
}

int spb_calibration_session_of(const struct spb_ab *ab, struct spb_calibration_session *session)
{
    const struct spb_ab_judge_options rule = {.thresholds = {.ratio = ALARM_THRESHOLD}, .seed = ab->seed};
    struct spb_judgement judgement = {0};
    *session = (struct spb_calibration_session){.created_s = (uint64_t)ab->created_s, .seed = ab->seed};
    int code = spb_ab_judge(ab->rows, ab->row_count, &rule, &judgement, NULL);
    if (code == 0) {
        session->rows = calloc(judgement.row_count + 1, sizeof(*session->rows));
        code = session->rows ? 0 : -ENOMEM;
    }
    for (size_t i = 0; code == 0 && i < judgement.row_count; i++)
        code = add_row(ab, &judgement.rows[i], session);
    spb_judgement_release(&judgement);
    if (code < 0)
        spb_calibration_session_release(session);
    return code;
}

/* ---- what sessions say together ---------------------------------------------------------------------------------- */

static const struct spb_calibration_row *find_in_session(const struct spb_calibration_session *session, const char *key)
{
    for (size_t i = 0; i < session->row_count; i++)
        if (strcmp(session->rows[i].key, key) == 0)
            return &session->rows[i];
    return NULL;
}

/* A threshold is held when a slowdown of that size lies so far above its margin, which is half of it:
 * (1 + t) / (1 + t / 2) = exp(above). 0: from 2 times on, no threshold does. */
static double threshold_of(double above)
{
    double factor = exp(above);
    return factor < 2 ? (factor - 1) / (1 - factor / 2) : 0;
}

/* Spread of the estimates about their mean, with the assumption as a prior of so many sessions. */
static double session_sd(const double *logs, size_t count)
{
    double mean = spb_mean(logs, count);
    double sum = ASSUMED_SESSIONS * SPB_SESSION_SD_ASSUMED * SPB_SESSION_SD_ASSUMED;
    for (size_t i = 0; i < count; i++)
        sum += (logs[i] - mean) * (logs[i] - mean);
    return sqrt(sum / (double)(ASSUMED_SESSIONS + count - 1));
}

static void fill_summary(double *sds, double *logs, struct spb_calibration_summary *summary)
{
    size_t count = summary->session_count;
    summary->pair_sd = spb_median_in_place(sds, count);
    summary->session_sd = session_sd(logs, count);
    summary->ab_ratio = threshold_of(spb_detectable_by_ranks(AB_PAIRS, summary->pair_sd, AB_LEVEL));
    double process_variance = summary->pair_sd * summary->pair_sd / 2 / STORED_PROCESSES;
    double error = sqrt(2 * (process_variance + summary->session_sd * summary->session_sd));
    summary->stored_ratio = threshold_of((spb_normal_quantile(1 - STORED_LEVEL) + spb_normal_quantile(POWER)) * error);
}

int spb_calibration_summarise(const struct spb_calibration *calibration, const char *key,
                              struct spb_calibration_summary *summary)
{
    double *sds = calloc(calibration->session_count + 1, sizeof(*sds));
    double *logs = calloc(calibration->session_count + 1, sizeof(*logs));
    const struct spb_calibration_row *newest = NULL;
    *summary = (struct spb_calibration_summary){0};
    for (size_t i = calibration->session_count; sds && logs && i > 0; i--) {
        const struct spb_calibration_row *row = find_in_session(&calibration->sessions[i - 1], key);
        newest = newest ? newest : row;
        if (!row || row->workload_version != newest->workload_version || !(row->estimate_ns > 0))
            continue;
        sds[summary->session_count] = row->pair_sd;
        logs[summary->session_count++] = log(row->estimate_ns);
        summary->alarm_count += row->alarm;
    }
    int code = sds && logs ? 0 : -ENOMEM;
    if (code == 0 && summary->session_count)
        fill_summary(sds, logs, summary);
    free(sds);
    free(logs);
    return code;
}

double spb_calibration_session_sd(const void *calibration, const char *key)
{
    struct spb_calibration_summary summary;
    if (spb_calibration_summarise(calibration, key, &summary) < 0 || summary.session_count == 0)
        return -1;
    return summary.session_sd;
}

/* ---- false alarms ------------------------------------------------------------------------------------------------ */

/* P(Bin(n, p) <= k) */
static double binomial_cdf(size_t n, size_t k, double p)
{
    double sum = 0, size = (double)n;
    for (size_t i = 0; i <= k && i <= n; i++) {
        double taken = (double)i;
        sum += exp(lgamma(size + 1) - lgamma(taken + 1) - lgamma(size - taken + 1) + taken * log(p) +
                   (size - taken) * log1p(-p));
    }
    return sum;
}

struct spb_calibration_alarms spb_calibration_alarms(const struct spb_calibration *calibration)
{
    struct spb_calibration_alarms alarms = {.experiment_count = calibration->session_count, .upper_ratio = 1};
    for (size_t i = 0; i < calibration->session_count; i++) {
        bool any = false;
        for (size_t r = 0; r < calibration->sessions[i].row_count; r++)
            any = any || calibration->sessions[i].rows[r].alarm;
        alarms.alarm_count += any;
    }
    double low = 0, high = 1;
    for (int step = 0; step < 60 && alarms.alarm_count < alarms.experiment_count; step++) {
        double middle = 0.5 * (low + high);
        if (binomial_cdf(alarms.experiment_count, alarms.alarm_count, middle) > 0.05)
            low = middle;
        else
            high = middle;
        alarms.upper_ratio = high;
    }
    return alarms;
}
