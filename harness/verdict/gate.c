/* SPDX-License-Identifier: MIT */
#include "gate.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "date.h"
#include "gate_internal.h"

/* So many rows and problems are named in the headline, and so much of a name. */
#define NAMED_MAX      3
#define NAME_MAX_BYTES 120

const char *spb_gate_outcome_name(enum spb_gate_outcome outcome)
{
    static const char *const names[SPB_GATE_OUTCOMES] = {[SPB_GATE_PASSED] = "pass",
                                                         [SPB_GATE_UNDECIDED] = "undecided",
                                                         [SPB_GATE_NOT_COMPARABLE] = "not-comparable",
                                                         [SPB_GATE_FAILED] = "fail"};
    return names[outcome];
}

const char *spb_gate_status_name(enum spb_gate_status status)
{
    static const char *const names[SPB_GATE_STATUSES] = {[SPB_GATE_ROW_PASS] = "pass",
                                                         [SPB_GATE_ROW_WARNED] = "warn",
                                                         [SPB_GATE_ROW_WAIVED] = "waived",
                                                         [SPB_GATE_ROW_UNDECIDED] = "undecided",
                                                         [SPB_GATE_ROW_NOT_COMPARABLE] = "not-comparable",
                                                         [SPB_GATE_ROW_FAIL] = "fail"};
    return names[status];
}

/* ---- texts ------------------------------------------------------------------------------------------------------ */

static void release_texts(struct spb_gate_texts *texts)
{
    for (size_t i = 0; i < texts->count; i++)
        free(texts->items[i]);
    free(texts->items);
}

void spb_gate_release(struct spb_gate *gate)
{
    for (size_t i = 0; i < gate->row_count; i++)
        free(gate->rows[i].sentence);
    free(gate->rows);
    free(gate->headline);
    release_texts(&gate->problems);
    release_texts(&gate->notes);
    *gate = (struct spb_gate){.row_count = 0};
}

static int add_text(struct spb_gate_texts *texts, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int add_text(struct spb_gate_texts *texts, const char *format, ...)
{
    char **items = realloc(texts->items, (texts->count + 1) * sizeof(*items));
    if (!items)
        return -ENOMEM;
    texts->items = items;
    va_list args;
    va_start(args, format);
    int length = vasprintf(&items[texts->count], format, args);
    va_end(args);
    if (length < 0)
        return -ENOMEM;
    texts->count++;
    return 0;
}

static void append_percent(double ratio, int decimals, const char *sign, struct spb_strbuf *out)
{
    double percent = 100 * ratio;
    if (fabs(percent) < 1000)
        spb_strbuf_printf(out, *sign ? "%+.*f" : "%.*f", decimals, percent);
    else
        spb_strbuf_printf(out, *sign ? "%+.3g" : "%.3g", percent);
}

void spb_gate_append_effect(const struct spb_row_judgement *row, struct spb_strbuf *out)
{
    if (!row->has_effect)
        return;
    int decimals = row->high - row->low < 0.01 ? 2 : 1; /* of what the interval allows to tell */
    append_percent(expm1(row->effect), decimals, "+", out);
    spb_strbuf_append(out, " %");
    if (!(row->confidence > 0)) /* of a single pair or process: no interval */
        return;
    spb_strbuf_append(out, " [");
    append_percent(expm1(row->low), decimals, "", out);
    spb_strbuf_append(out, ", ");
    append_percent(expm1(row->high), decimals, "", out);
    spb_strbuf_append(out, "]");
}

/* ---- a row ------------------------------------------------------------------------------------------------------ */

/* The first that matches and has not expired; without one, the first that matches and has. */
static const struct spb_policy_waiver *find_waiver(const struct spb_policy *policy, const char *key, unsigned today)
{
    const struct spb_policy_waiver *expired = NULL;
    for (size_t i = 0; i < policy->waiver_count; i++) {
        const struct spb_policy_waiver *waiver = &policy->waivers[i];
        if (!spb_row_matches(waiver->pattern, key))
            continue;
        if (today <= waiver->until)
            return waiver;
        expired = expired ? expired : waiver;
    }
    return expired;
}

/* What the base has and the new side lacks. A new row has nothing that it could be held against, and one that this machine cannot
 * run has nothing on either side; that is no fault of the change. */
static bool is_lost(const struct spb_row_judgement *row)
{
    return row->verdict == SPB_VERDICT_MISSING && row->base_count > 0;
}

static enum spb_gate_status by_action(enum spb_policy_action action, enum spb_gate_status on_fail)
{
    switch (action) {
    case SPB_POLICY_WARN:
        return SPB_GATE_ROW_WARNED;
    case SPB_POLICY_PASS:
        return SPB_GATE_ROW_PASS;
    case SPB_POLICY_FAIL:
        break;
    }
    return on_fail;
}

/* Before waivers. */
static enum spb_gate_status status_of(const struct spb_row_judgement *row, const struct spb_policy *policy)
{
    switch (row->verdict) {
    case SPB_VERDICT_PASS:
    case SPB_VERDICT_IMPROVED:
        return SPB_GATE_ROW_PASS;
    case SPB_VERDICT_UNDECIDED:
        return by_action(policy->undecided, SPB_GATE_ROW_UNDECIDED);
    case SPB_VERDICT_NOT_COMPARABLE:
        return SPB_GATE_ROW_NOT_COMPARABLE;
    case SPB_VERDICT_MISSING:
        return is_lost(row) ? by_action(policy->missing, SPB_GATE_ROW_FAIL) : SPB_GATE_ROW_WARNED;
    case SPB_VERDICT_REGRESSION:
    case SPB_VERDICT_ERROR:
        break;
    }
    return SPB_GATE_ROW_FAIL;
}

/* A waiver is about how fast a row is, not about whether it runs. */
static bool may_be_waived(const struct spb_row_judgement *row, enum spb_gate_status status)
{
    return (row->verdict == SPB_VERDICT_REGRESSION || row->verdict == SPB_VERDICT_UNDECIDED) &&
           status != SPB_GATE_ROW_PASS;
}

static const char *what_is(const struct spb_row_judgement *row)
{
    static const char *const texts[SPB_VERDICT_COUNT] = {
        [SPB_VERDICT_UNDECIDED] = "undecided",
        [SPB_VERDICT_PASS] = "",
        [SPB_VERDICT_IMPROVED] = "improved",
        [SPB_VERDICT_REGRESSION] = "regression",
        [SPB_VERDICT_NOT_COMPARABLE] = "not comparable",
        [SPB_VERDICT_ERROR] = "failed to run",
        [SPB_VERDICT_MISSING] = "missing",
    };
    if (row->verdict == SPB_VERDICT_MISSING && !is_lost(row))
        return row->new_count > 0 ? "new" : "not run";
    return row->equivalent ? "equivalent" : texts[row->verdict];
}

static void begin_part(struct spb_strbuf *out, const char *separator)
{
    if (out->length)
        spb_strbuf_append(out, separator);
}

static void append_waiver(const struct spb_policy_waiver *waiver, unsigned today, struct spb_strbuf *out)
{
    char date[SPB_DATE_TEXT_SIZE];
    spb_date_format(date, waiver->until);
    begin_part(out, "; ");
    if (today <= waiver->until)
        spb_strbuf_printf(out, "waived until %s: %s", date, waiver->reason);
    else
        spb_strbuf_printf(out, "its waiver expired on %s: %s", date, waiver->reason);
}

/* "+3.1 % [2.4, 3.8], threshold 3 %, regression; instructions +3.0 %: other code" */
static char *make_sentence(const struct spb_row_judgement *row, const struct spb_policy_waiver *waiver, unsigned today)
{
    struct spb_strbuf out = {0};
    const char *what = what_is(row);
    spb_gate_append_effect(row, &out);
    if (row->has_effect)
        spb_strbuf_printf(&out, ", threshold %.3g %%", 100 * row->threshold_ratio);
    if (*what) {
        begin_part(&out, ", ");
        spb_strbuf_append(&out, what);
    }
    if (row->reason)
        spb_strbuf_printf(&out, ": %s", row->reason);
    if (row->verdict == SPB_VERDICT_UNDECIDED && !row->reason && row->detectable_ratio > 0)
        spb_strbuf_printf(&out, "; a slowdown of %.3g %% would have been seen", 100 * row->detectable_ratio);
    if (row->why)
        spb_strbuf_printf(&out, "; %s", row->why);
    if (waiver)
        append_waiver(waiver, today, &out);
    spb_strbuf_append(&out, ""); /* a text, even where there is nothing to say */
    return spb_strbuf_detach(&out);
}

static int decide_row(const struct spb_row_judgement *judged, const struct spb_policy *policy, unsigned today,
                      struct spb_gate_row *row)
{
    row->judged = judged;
    row->status = status_of(judged, policy);
    const struct spb_policy_waiver *waiver = NULL;
    if (may_be_waived(judged, row->status))
        waiver = find_waiver(policy, judged->key, today);
    if (waiver && today <= waiver->until) {
        row->status = SPB_GATE_ROW_WAIVED;
        row->waiver = waiver;
    }
    row->sentence = make_sentence(judged, waiver, today);
    return row->sentence ? 0 : -ENOMEM;
}

/* ---- the policy as a whole --------------------------------------------------------------------------------------- */

static bool is_judged(const struct spb_row_judgement *row)
{
    return row->verdict == SPB_VERDICT_PASS || row->verdict == SPB_VERDICT_IMPROVED ||
           row->verdict == SPB_VERDICT_REGRESSION || row->verdict == SPB_VERDICT_UNDECIDED;
}

static size_t count_judged(const struct spb_judgement *judgement, const char *pattern)
{
    size_t count = 0;
    for (size_t i = 0; i < judgement->row_count; i++)
        count += is_judged(&judgement->rows[i]) && spb_row_matches(pattern, judgement->rows[i].key);
    return count;
}

static bool matches_any(const struct spb_judgement *judgement, const char *pattern)
{
    for (size_t i = 0; i < judgement->row_count; i++)
        if (spb_row_matches(pattern, judgement->rows[i].key))
            return true;
    return false;
}

static int find_problems(const struct spb_judgement *judgement, const struct spb_policy *policy, struct spb_gate *gate)
{
    int code = 0;
    if (judgement->row_count == 0)
        code = add_text(&gate->problems, "there is no row, so nothing was checked");
    else if (count_judged(judgement, "*") == 0)
        code = add_text(&gate->problems, "none of the %zu rows could be judged, so nothing was checked",
                        judgement->row_count);
    for (size_t i = 0; code == 0 && i < policy->required_count; i++) {
        const char *pattern = policy->required[i];
        if (count_judged(judgement, pattern) == 0)
            code = add_text(&gate->problems, "the policy requires '%s', %s", pattern,
                            matches_any(judgement, pattern) ? "of which no row could be judged" : "and no row matches");
    }
    return code;
}

static bool is_in_use(const struct spb_gate *gate, const struct spb_policy_waiver *waiver)
{
    for (size_t i = 0; i < gate->row_count; i++)
        if (gate->rows[i].waiver == waiver)
            return true;
    return false;
}

static int note_waiver(const struct spb_judgement *judgement, const struct spb_policy_waiver *waiver, unsigned today,
                       struct spb_gate *gate)
{
    char date[SPB_DATE_TEXT_SIZE];
    spb_date_format(date, waiver->until);
    if (today > waiver->until)
        return add_text(&gate->notes, "the waiver of '%s' expired on %s and waives nothing (%s)", waiver->pattern, date,
                        waiver->reason);
    if (!matches_any(judgement, waiver->pattern))
        return add_text(&gate->notes, "the waiver of '%s' matches no row", waiver->pattern);
    if (!is_in_use(gate, waiver))
        return add_text(&gate->notes, "the waiver of '%s' was not needed", waiver->pattern);
    return 0;
}

static int find_notes(const struct spb_judgement *judgement, const struct spb_policy *policy, unsigned today,
                      struct spb_gate *gate)
{
    int code = 0;
    for (size_t i = 0; code == 0 && i < policy->waiver_count; i++)
        code = note_waiver(judgement, &policy->waivers[i], today, gate);
    for (size_t i = 0; code == 0 && i < policy->threshold_count; i++)
        if (!matches_any(judgement, policy->thresholds[i].pattern))
            code = add_text(&gate->notes, "the threshold of '%s' matches no row", policy->thresholds[i].pattern);
    return code;
}

/* ---- the decision ------------------------------------------------------------------------------------------------ */

static enum spb_gate_outcome outcome_of(const struct spb_gate *gate)
{
    if (gate->problems.count || gate->counts[SPB_GATE_ROW_FAIL])
        return SPB_GATE_FAILED;
    if (gate->counts[SPB_GATE_ROW_NOT_COMPARABLE])
        return SPB_GATE_NOT_COMPARABLE;
    return gate->counts[SPB_GATE_ROW_UNDECIDED] ? SPB_GATE_UNDECIDED : SPB_GATE_PASSED;
}

/* Stable: rows of one status keep the judgement's order. */
static void sort_rows(struct spb_gate_row *rows, size_t count, struct spb_gate_row *sorted)
{
    size_t next = 0;
    for (int status = SPB_GATE_STATUSES - 1; status >= 0; status--)
        for (size_t i = 0; i < count; i++)
            if (rows[i].status == (enum spb_gate_status)status)
                sorted[next++] = rows[i];
}

static int decide_rows(const struct spb_judgement *judgement, const struct spb_policy *policy, unsigned today,
                       struct spb_gate *gate)
{
    if (judgement->row_count == 0)
        return 0;
    struct spb_gate_row *rows = calloc(judgement->row_count, sizeof(*rows));
    struct spb_gate_row *sorted = calloc(judgement->row_count, sizeof(*sorted));
    int code = rows && sorted ? 0 : -ENOMEM;
    size_t count = 0;
    while (code == 0 && count < judgement->row_count) {
        code = decide_row(&judgement->rows[count], policy, today, &rows[count]);
        gate->counts[rows[count].status]++;
        count++;
    }
    if (code == 0)
        sort_rows(rows, count, sorted);
    gate->rows = code == 0 ? sorted : rows;
    gate->row_count = count;
    free(code == 0 ? rows : sorted);
    return code;
}

int spb_gate_decide(const struct spb_judgement *judgement, const struct spb_policy *policy, unsigned today,
                    struct spb_gate *gate)
{
    *gate = (struct spb_gate){.row_count = 0};
    int code = decide_rows(judgement, policy, today, gate);
    if (code == 0)
        code = find_problems(judgement, policy, gate);
    if (code == 0)
        code = find_notes(judgement, policy, today, gate);
    if (code == 0) {
        gate->outcome = outcome_of(gate);
        gate->headline = spb_gate_headline(gate);
        code = gate->headline ? 0 : -ENOMEM;
    }
    if (code)
        spb_gate_release(gate);
    return code;
}

int spb_gate_refuse(const char *why, const char *differences, struct spb_gate *gate)
{
    *gate = (struct spb_gate){.outcome = SPB_GATE_NOT_COMPARABLE};
    int code = asprintf(&gate->headline, "NOT COMPARABLE - %s", why) < 0 ? -ENOMEM : 0;
    if (code)
        gate->headline = NULL;
    while (code == 0 && *differences) {
        size_t length = strcspn(differences, "\n");
        if (length)
            code = add_text(&gate->problems, "%.*s", (int)length, differences);
        differences += length + (differences[length] == '\n');
    }
    if (code)
        spb_gate_release(gate);
    return code;
}
