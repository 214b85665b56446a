/* SPDX-License-Identifier: MIT */
#include "judgement.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "distribution.h"
#include "summary.h"

static const double confidence = 0.95; /* of the mean's interval */
#define NOTES_MAX (sizeof(((struct spb_judgement *)0)->notes) / sizeof(char *))

static const char *const verdict_names[SPB_VERDICT_COUNT] = {
    [SPB_VERDICT_UNDECIDED] = "undecided",
    [SPB_VERDICT_PASS] = "pass",
    [SPB_VERDICT_IMPROVED] = "improved",
    [SPB_VERDICT_REGRESSION] = "regression",
    [SPB_VERDICT_NOT_COMPARABLE] = "not-comparable",
    [SPB_VERDICT_ERROR] = "error",
    [SPB_VERDICT_MISSING] = "missing",
};

const char *spb_verdict_name(enum spb_verdict verdict)
{
    return verdict_names[verdict];
}

int spb_verdict_parse(const char *name)
{
    for (int i = 0; i < SPB_VERDICT_COUNT; i++)
        if (strcmp(verdict_names[i], name) == 0)
            return i;
    return -1;
}

double spb_threshold(const struct spb_thresholds *thresholds, const char *key)
{
    return thresholds->find ? thresholds->find(thresholds->context, key) : thresholds->ratio;
}

/* ---- storage ---------------------------------------------------------------------------------------------------- */

void spb_row_judgement_release(struct spb_row_judgement *row)
{
    free(row->key);
    free(row->unit);
    free(row->reason);
    free(row->why);
    *row = (struct spb_row_judgement){0};
}

void spb_judgement_release(struct spb_judgement *judgement)
{
    for (size_t i = 0; i < judgement->row_count; i++)
        spb_row_judgement_release(&judgement->rows[i]);
    free(judgement->rows);
    for (size_t i = 0; i < NOTES_MAX; i++)
        free(judgement->notes[i]);
    *judgement = (struct spb_judgement){0};
}

int spb_judgement_note(struct spb_judgement *judgement, const char *format, ...)
{
    size_t count = 0;
    while (count < NOTES_MAX && judgement->notes[count])
        count++;
    if (count == NOTES_MAX)
        return 0;
    char *text = NULL;
    va_list args;
    va_start(args, format);
    int length = vasprintf(&text, format, args);
    va_end(args);
    if (length < 0)
        return -ENOMEM;
    judgement->notes[count] = text;
    return 0;
}

/* ---- what matters first, and the mean --------------------------------------------------------------------------- */

int spb_verdict_rank(enum spb_verdict verdict)
{
    static const int ranks[SPB_VERDICT_COUNT] = {
        [SPB_VERDICT_REGRESSION] = 0, [SPB_VERDICT_ERROR] = 1,    [SPB_VERDICT_NOT_COMPARABLE] = 2,
        [SPB_VERDICT_UNDECIDED] = 3,  [SPB_VERDICT_IMPROVED] = 4, [SPB_VERDICT_PASS] = 5,
        [SPB_VERDICT_MISSING] = 6,
    };
    return ranks[verdict];
}

/* Slowest first, but improvements fastest first. Rows that are alike in this are ordered by name, so that the same numbers always
 * give the same table. */
static int compare_rows(const void *a, const void *b)
{
    const struct spb_row_judgement *first = a, *second = b;
    int ranks = spb_verdict_rank(first->verdict) - spb_verdict_rank(second->verdict);
    if (ranks)
        return ranks;
    double sign = first->verdict == SPB_VERDICT_IMPROVED ? -1 : 1;
    double effects = sign * ((second->has_effect ? second->effect : 0) - (first->has_effect ? first->effect : 0));
    if (effects != 0)
        return effects > 0 ? 1 : -1;
    return strcmp(first->key, second->key);
}

/* Student's interval of the rows' mean. Of one row its own. */
static void fill_interval(struct spb_judgement *judgement, size_t count, double sd)
{
    double half = spb_student_quantile((1 + confidence) / 2, (double)count - 1) * sd / sqrt((double)count);
    judgement->mean_low = judgement->mean_effect - half;
    judgement->mean_high = judgement->mean_effect + half;
}

static int fill_mean(struct spb_judgement *judgement)
{
    double *effects = calloc(judgement->row_count, sizeof(*effects));
    size_t count = 0;
    struct spb_summary summary;
    if (!effects)
        return -ENOMEM;
    for (size_t i = 0; i < judgement->row_count; i++) {
        const struct spb_row_judgement *row = &judgement->rows[i];
        if (!row->has_effect)
            continue;
        effects[count++] = row->effect;
        judgement->mean_low = row->low;
        judgement->mean_high = row->high;
    }
    int code = count ? spb_summary_compute(effects, count, &summary) : 0;
    judgement->has_mean = count && code == 0;
    if (judgement->has_mean)
        judgement->mean_effect = summary.mean;
    if (judgement->has_mean && count > 1)
        fill_interval(judgement, count, summary.sd);
    free(effects);
    return code;
}

int spb_judgement_finish(struct spb_judgement *judgement)
{
    if (judgement->row_count == 0)
        return 0;
    qsort(judgement->rows, judgement->row_count, sizeof(*judgement->rows), compare_rows);
    return fill_mean(judgement);
}
