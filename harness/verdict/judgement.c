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

#define MEAN_CONFIDENCE 0.95
#define NOTES_MAX       (sizeof(((struct spb_judgement *)0)->notes) / sizeof(char *))

static const char *const verdict_names[SPB_VERDICT_COUNT] = {
    [SPB_VERDICT_UNDECIDED] = "undecided",
    [SPB_VERDICT_PASS] = "pass",
    [SPB_VERDICT_IMPROVED] = "improved",
    [SPB_VERDICT_REGRESSION] = "regression",
    [SPB_VERDICT_NOT_COMPARABLE] = "not-comparable",
    [SPB_VERDICT_ERROR] = "error",
    [SPB_VERDICT_MISSING] = "missing",
};

/* What matters first comes first. */
static const int urgency[SPB_VERDICT_COUNT] = {
    [SPB_VERDICT_REGRESSION] = 0, [SPB_VERDICT_ERROR] = 1,     [SPB_VERDICT_NOT_COMPARABLE] = 2,
    [SPB_VERDICT_MISSING] = 3,    [SPB_VERDICT_UNDECIDED] = 4, [SPB_VERDICT_IMPROVED] = 5,
    [SPB_VERDICT_PASS] = 6,
};

int spb_verdict_rank(enum spb_verdict verdict)
{
    return urgency[verdict];
}

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
    /* The last place stays NULL: it ends the list. */
    if (count + 1 >= NOTES_MAX)
        return 0;
    char *note = NULL;
    va_list args;
    va_start(args, format);
    int length = vasprintf(&note, format, args);
    va_end(args);
    if (length < 0)
        return -ENOMEM;
    judgement->notes[count] = note;
    return 0;
}

/* ---- order ------------------------------------------------------------------------------------------------------ */

struct place {
    struct spb_row_judgement row;
    size_t index; /* as listed; qsort is not stable */
};

static double size_of_change(const struct spb_row_judgement *row)
{
    bool changed = row->verdict == SPB_VERDICT_REGRESSION || row->verdict == SPB_VERDICT_IMPROVED;
    return changed && row->has_effect ? fabs(row->effect) : 0;
}

/* The largest changes first; all else as listed. */
static int compare_places(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    int difference = urgency[x->row.verdict] - urgency[y->row.verdict];
    if (difference)
        return difference;
    double larger = size_of_change(&y->row) - size_of_change(&x->row);
    if (larger > 0 || larger < 0)
        return larger > 0 ? 1 : -1;
    return x->index < y->index ? -1 : 1;
}

static int order_rows(struct spb_judgement *judgement)
{
    size_t count = judgement->row_count;
    if (count < 2)
        return 0;
    struct place *places = calloc(count, sizeof(*places));
    if (!places)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++)
        places[i] = (struct place){judgement->rows[i], i};
    qsort(places, count, sizeof(*places), compare_places);
    for (size_t i = 0; i < count; i++)
        judgement->rows[i] = places[i].row;
    free(places);
    return 0;
}

/* ---- mean ------------------------------------------------------------------------------------------------------- */

/* Over the logarithms of the ratios, so that exp of it is their geometric mean; Student's interval over the rows. */
static int fill_mean(struct spb_judgement *judgement, const double *effects, size_t count)
{
    struct spb_summary summary;
    int code = spb_summary_compute(effects, count, &summary);
    if (code)
        return code;
    double half =
        spb_student_quantile(0.5 + MEAN_CONFIDENCE / 2, (double)(count - 1)) * summary.sd / sqrt((double)count);
    judgement->has_mean = true;
    judgement->mean_effect = summary.mean;
    judgement->mean_low = summary.mean - half;
    judgement->mean_high = summary.mean + half;
    return 0;
}

/* One row is its own mean and has no interval over rows: none is given. */
static int compute_mean(struct spb_judgement *judgement)
{
    size_t count = 0;
    judgement->has_mean = false;
    if (judgement->row_count < 2)
        return 0;
    double *effects = calloc(judgement->row_count, sizeof(*effects));
    if (!effects)
        return -ENOMEM;
    for (size_t i = 0; i < judgement->row_count; i++)
        if (judgement->rows[i].has_effect)
            effects[count++] = judgement->rows[i].effect;
    int code = count < 2 ? 0 : fill_mean(judgement, effects, count);
    free(effects);
    return code;
}

int spb_judgement_finish(struct spb_judgement *judgement)
{
    int code = compute_mean(judgement);
    return code ? code : order_rows(judgement);
}

/* ---- words ------------------------------------------------------------------------------------------------------ */

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
