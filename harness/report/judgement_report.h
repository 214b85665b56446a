/* SPDX-License-Identifier: MIT
 *
 * A judgement for people and for spreadsheets, the same for compare, ab and gate: the answer in a line, then a row each with what
 * matters first, then what the words mean. JSON: judgement_json.h.
 *
 *     struct spb_judged judged = {"new.json", &judgement};
 *     spb_judgement_report(&(struct spb_judgement_set){"base.json", &judged, 1}, SPB_TABLE_TEXT, &options, &out);
 */
#ifndef SPB_JUDGEMENT_REPORT_H
#define SPB_JUDGEMENT_REPORT_H

#include "judgement.h"
#include "table.h"

#define SPB_JUDGED_MAX 20 /* judgements beside each other */

struct spb_judged {
    const char *title; /* what the new side is: a file, a program; NULL: not said */
    const struct spb_judgement *judgement;
};

struct spb_judgement_set {
    const char *base; /* the side that all are held against; NULL: not said */
    const struct spb_judged *items;
    size_t count; /* 1 to SPB_JUDGED_MAX */
};

/* One judgement: a table with both times, the change, its interval, the verdict and why. Where the terminal is too narrow the
 * times and the reasons go below their row. Several: a column each. CSV: one column a number, one line for each row of each
 * judgement. */
void spb_judgement_report(const struct spb_judgement_set *set, enum spb_table_format format,
                          const struct spb_table_options *options, struct spb_strbuf *out);

#endif
