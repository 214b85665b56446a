/* SPDX-License-Identifier: MIT
 *
 * What comes out of judging: a verdict a row, with the numbers that it rests on. `ab_judge.h` makes one from an experiment in
 * pairs, `compare.h` from two stored results; `gate.h` turns it into pass or fail; report shows it.
 *
 * Effects are natural logarithms of time(new) / time(base): above 0 is slower, whatever the row's own measure.
 */
#ifndef SPB_JUDGEMENT_H
#define SPB_JUDGEMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "row.h"

enum spb_verdict {
    SPB_VERDICT_UNDECIDED,      /* neither a regression nor a pass can be stated */
    SPB_VERDICT_PASS,           /* not slower by the margin or more: a statement, with its error rate */
    SPB_VERDICT_IMPROVED,       /* faster by the margin at least; it also passes */
    SPB_VERDICT_REGRESSION,     /* slower by more than the margin */
    SPB_VERDICT_NOT_COMPARABLE, /* other units, workload version or work per iteration */
    SPB_VERDICT_ERROR,          /* a side failed */
    SPB_VERDICT_MISSING,        /* only one side has the row, or the machine cannot run it */
};
#define SPB_VERDICT_COUNT 7

struct spb_row_judgement {
    char *key; /* spb_row_key() */
    char *unit;
    enum spb_measure measure;
    double work_per_iteration; /* units in an iteration; 0: not known */
    enum spb_verdict verdict;
    bool equivalent; /* PASS: within the margin on both sides */
    char *reason;    /* of UNDECIDED, NOT_COMPARABLE, ERROR and MISSING; else NULL */
    char *why;       /* what counters and marks say about the change: "instructions +3.0 %: other code"; or NULL */

    bool has_times; /* of one iteration, in ns: each side's own estimate */
    double base_ns;
    double new_ns;

    bool has_effect;
    double effect;
    double low;
    double high;
    double confidence;      /* of the interval */
    double threshold_ratio; /* the slowdown to be caught: 0.03 */
    double margin_ratio;    /* half of it */
    double p_regression;    /* adjusted for all rows */
    double p_pass;
    size_t base_count; /* units of analysis: pairs, or processes */
    size_t new_count;
    double unit_sd;          /* standard deviation between them: of d_p, or of the processes' logs (pooled) */
    double detectable_ratio; /* smallest slowdown that would have been caught 9 times of 10; 0: not known */

    /* Diagnostics, never gating (README.md, section 7). */
    bool has_lag1, has_trend, has_modes;
    double lag1;
    double trend_p;
    double bimodality;
};

struct spb_judgement {
    struct spb_row_judgement *rows; /* what matters first: regressions, errors, undecided, improvements, passes */
    size_t row_count;
    bool has_mean;      /* two rows with an effect, or more */
    double mean_effect; /* geometric mean of the rows with an effect, as a logarithm, and its 95 % interval over rows */
    double mean_low;
    double mean_high;
    bool stored;    /* from stored files: the weak answer */
    bool of_source; /* several builds a side: the answer is about the source, not about one binary */
    char *notes[8]; /* sentences that belong under the table, NULL after the last */
};

void spb_judgement_release(struct spb_judgement *judgement);
void spb_row_judgement_release(struct spb_row_judgement *row);
/* Appends a sentence; owned by the judgement. 0 or -ENOMEM; more than there is room for are dropped. */
int spb_judgement_note(struct spb_judgement *judgement, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Orders the rows by what matters first (of regressions and improvements the largest), and computes the mean. 0 or a negative
 * errno. */
int spb_judgement_finish(struct spb_judgement *judgement);

const char *
spb_verdict_name(enum spb_verdict verdict); /* "undecided", "pass", "improved", "regression", "not-comparable", ... */
int spb_verdict_parse(const char *name);    /* or -1 */
int spb_verdict_rank(enum spb_verdict verdict); /* what matters first: 0 is a regression */

/* Which slowdown is to be caught in a row; 0.03 is 3 %. */
struct spb_thresholds {
    double (*find)(const void *context, const char *key); /* NULL: `ratio` for all */
    const void *context;
    double ratio;
};
double spb_threshold(const struct spb_thresholds *thresholds, const char *key);

#endif
