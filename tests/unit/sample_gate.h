/* SPDX-License-Identifier: MIT
 *
 * Made-up judgements, for the tests of what decides by them and what shows them. Everything is constant and needs no release.
 */
#ifndef SPB_SAMPLE_GATE_H
#define SPB_SAMPLE_GATE_H

#include <math.h>

#include "judgement.h"

/* A row as it comes from judging with 3 % to be caught: effect and interval in percent. */
static inline struct spb_row_judgement judged(const char *key, enum spb_verdict verdict, double effect, double low,
                                              double high)
{
    return (struct spb_row_judgement){
        .key = (char *)key,
        .unit = (char *)"operation",
        .work_per_iteration = 1,
        .verdict = verdict,
        .has_times = true,
        .base_ns = 100,
        .new_ns = 100 * (1 + effect / 100),
        .has_effect = true,
        .effect = log1p(effect / 100),
        .low = log1p(low / 100),
        .high = log1p(high / 100),
        .confidence = 0.95,
        .threshold_ratio = 0.03,
        .margin_ratio = 0.015,
        .p_regression = verdict == SPB_VERDICT_REGRESSION ? 0.002 : 0.8,
        .p_pass = verdict == SPB_VERDICT_PASS ? 0.01 : 0.7,
        .base_count = 20,
        .new_count = 20,
        .unit_sd = 0.005,
        .detectable_ratio = 0.021,
    };
}

/* A row without numbers. */
static inline struct spb_row_judgement not_judged(const char *key, enum spb_verdict verdict, const char *reason,
                                                  size_t base_count, size_t new_count)
{
    return (struct spb_row_judgement){
        .key = (char *)key,
        .unit = (char *)"operation",
        .verdict = verdict,
        .reason = (char *)reason,
        .base_count = base_count,
        .new_count = new_count,
        .threshold_ratio = 0.03,
    };
}

/* One of every verdict. `text` goes where names and reasons from files do. */
static inline size_t sample_judged_rows(struct spb_row_judgement *rows, const char *text)
{
    size_t count = 0;
    rows[count] = judged(text, SPB_VERDICT_REGRESSION, 3.1, 2.4, 3.8);
    rows[count++].why = (char *)text;
    rows[count++] = not_judged("cpu/crashed", SPB_VERDICT_ERROR, text, 0, 0);
    rows[count++] = not_judged("cpu/other-unit", SPB_VERDICT_NOT_COMPARABLE, text, 0, 0);
    rows[count] = judged("memory/latency size=64MiB", SPB_VERDICT_UNDECIDED, 1.2, -2, 4.5);
    rows[count++].reason = (char *)text;
    rows[count++] = judged("cpu/faster threads=2", SPB_VERDICT_IMPROVED, -20.04, -21.5, -18.5);
    rows[count++] = judged("cpu/int-chain", SPB_VERDICT_PASS, 0.02, -0.11, 0.13);
    rows[count++] = not_judged("cpu/gone", SPB_VERDICT_MISSING, "only the base has it", 10, 0);
    rows[count++] = not_judged("cpu/added", SPB_VERDICT_MISSING, "only the new side has it", 0, 10);
    return count;
}
#define SAMPLE_JUDGED_ROWS 8

#endif
