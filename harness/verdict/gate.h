/* SPDX-License-Identifier: MIT
 *
 * The gate: what a policy makes of the verdicts. Pure; the day comes from the caller.
 *
 *     struct spb_gate gate;
 *     if (spb_gate_decide(&judgement, &policy, spb_date_of(time(NULL)), &gate) == 0)
 *         return exit_codes[gate.outcome];
 *
 * The outcome is the worst there is, in this order: failed, not comparable, undecided, passed. Fails: a regression that is not
 * waived, a row of which a side failed, a row that the base has and the new side lacks, a required row that was not judged, and a gate without any
 * judged row. A waiver excuses a regression or an undecided row, nothing else, and never hides it.
 */
#ifndef SPB_GATE_H
#define SPB_GATE_H

#include "judgement.h"
#include "policy_file.h"
#include "strbuf.h"

enum spb_gate_outcome { SPB_GATE_PASSED, SPB_GATE_UNDECIDED, SPB_GATE_NOT_COMPARABLE, SPB_GATE_FAILED };
#define SPB_GATE_OUTCOMES 4

enum spb_gate_status {
    SPB_GATE_ROW_PASS,
    SPB_GATE_ROW_WARNED, /* the policy lets it pass, but not in silence */
    SPB_GATE_ROW_WAIVED,
    SPB_GATE_ROW_UNDECIDED,
    SPB_GATE_ROW_NOT_COMPARABLE,
    SPB_GATE_ROW_FAIL,
};
#define SPB_GATE_STATUSES 6

struct spb_gate_row {
    const struct spb_row_judgement *judged; /* of the judgement, which must stay */
    enum spb_gate_status status;
    const struct spb_policy_waiver *waiver; /* of the policy, when WAIVED; else NULL */
    char *sentence;                         /* "+3.1 % [2.4, 3.8], threshold 3 %" */
};

struct spb_gate_texts {
    char **items;
    size_t count;
};

struct spb_gate {
    enum spb_gate_outcome outcome;
    char *headline;            /* "FAIL - 1 regression in 10 rows: cpu/hash +3.1 % [2.4, 3.8]" */
    struct spb_gate_row *rows; /* worst first, otherwise in the judgement's order */
    size_t row_count;
    size_t counts[SPB_GATE_STATUSES];
    struct spb_gate_texts problems; /* what fails and is no row's: nothing judged, a required row that is not there */
    struct spb_gate_texts notes; /* what should be known of the policy: waivers that expired, patterns without a row */
};

void spb_gate_release(struct spb_gate *gate);
/* 0 or -ENOMEM. */
int spb_gate_decide(const struct spb_judgement *judgement, const struct spb_policy *policy, unsigned today,
                    struct spb_gate *gate);
/* There is no judgement, because the two sides cannot be compared: `why` in a sentence, and what differs, a line each. 0 or
 * -ENOMEM. */
int spb_gate_refuse(const char *why, const char *differences, struct spb_gate *gate);

const char *spb_gate_outcome_name(enum spb_gate_outcome outcome); /* "pass", "undecided", "not-comparable", "fail" */
const char *spb_gate_status_name(enum spb_gate_status status); /* "pass", "warn", "waived", "undecided", ... "fail" */

/* "+3.1 % [2.4, 3.8]"; nothing for a row without an effect. */
void spb_gate_append_effect(const struct spb_row_judgement *row, struct spb_strbuf *out);

#endif
