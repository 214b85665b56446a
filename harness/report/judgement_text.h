/* SPDX-License-Identifier: MIT
 *
 * What a judgement says, in words: the pieces that its tables are made of, and the answer in one line. Changes are in per cent of
 * time: +3.2 % is slower by 3.2 %, also where the row's own measure is a rate.
 */
#ifndef SPB_JUDGEMENT_TEXT_H
#define SPB_JUDGEMENT_TEXT_H

#include "judgement.h"
#include "strbuf.h"
#include "table.h"

struct spb_verdict_look {
    const char *sign; /* one column wide: also the whole story where there is no room for the word */
    const char *word; /* "regression", "not comparable", "equivalent" */
    enum spb_tone tone;
};

/* Of a pass that is within the margin on both sides, that of "equivalent". */
struct spb_verdict_look spb_verdict_look(const struct spb_row_judgement *row);

/* "2 regressions, 1 undecided, 57 pass (40 equivalent) of 60 rows; suite +0.30 % [-0.10, +0.82]"; no newline. */
void spb_judgement_summary(const struct spb_judgement *judgement, struct spb_strbuf *out);
/* Bad with a regression or an error, warn when something is open, else good. */
enum spb_tone spb_judgement_tone(const struct spb_judgement *judgement);

/* "+3.2 %". All numbers of a row have the digits of its widest. */
void spb_change_format(const struct spb_row_judgement *row, struct spb_strbuf *out);
/* "[+1.1, +5.4] %", with " (87 %)" where it has less than 95; nothing where there is none. */
void spb_change_interval_format(const struct spb_row_judgement *row, struct spb_strbuf *out);
/* `ns` of an iteration in the row's own measure: "0.312 ns/operation". */
void spb_judged_time_format(const struct spb_row_judgement *row, double ns, struct spb_strbuf *out);
/* Reason, counters and diagnostics: "instructions +3.0 %: other code; two modes". */
void spb_why_format(const struct spb_row_judgement *row, struct spb_strbuf *out);

/* 100 (exp(log) - 1). */
double spb_percent_of_log(double log);

#endif
