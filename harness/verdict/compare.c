/* SPDX-License-Identifier: MIT */
#include "compare.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cause.h"
#include "distribution.h"
#include "multiplicity.h"
#include "probe.h"
#include "shift_test.h"
#include "strbuf.h"

static const double default_threshold = 0.10;
static const double level_regression = 0.01; /* over all rows together */
static const double level_pass = 0.05;       /* of each row */

/* A row with its name, so that the two results can be walked through side by side in the order of the names. */
struct keyed_row {
    char *key;
    const struct spb_row *row;
};

struct keyed_rows {
    struct keyed_row *items;
    size_t count;
};

/* The rows that are in work; tests[i] belongs to judgement->rows[i]. */
struct comparison {
    const struct spb_compare_options *options;
    struct spb_judgement *judgement;
    struct spb_shift_test *tests;
    bool *tested;
    size_t assumed_count;      /* rows whose spread between sessions is not known */
    size_t nowhere_count;      /* rows that can run on neither side */
    struct spb_strbuf nowhere; /* their names */
};

/* ---- rows by name ----------------------------------------------------------------------------------------------- */

static int compare_keys(const void *a, const void *b)
{
    const struct keyed_row *first = a, *second = b;
    return strcmp(first->key, second->key);
}

static void release_keys(struct keyed_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        free(rows->items[i].key);
    free(rows->items);
}

static int collect_keys(const struct spb_result *result, struct keyed_rows *rows)
{
    rows->items = calloc(result->row_count ? result->row_count : 1, sizeof(*rows->items));
    if (!rows->items)
        return -ENOMEM;
    for (; rows->count < result->row_count; rows->count++) {
        char *key = spb_row_key(&result->rows[rows->count]);
        if (!key)
            return -ENOMEM;
        rows->items[rows->count] = (struct keyed_row){key, &result->rows[rows->count]};
    }
    qsort(rows->items, rows->count, sizeof(*rows->items), compare_keys);
    return 0;
}

/* ---- what needs no statistics ----------------------------------------------------------------------------------- */

/* Sets verdict and reason; -ENOMEM, or 1: this row is done. */
__attribute__((format(printf, 3, 4))) static int settle(struct spb_row_judgement *row, enum spb_verdict verdict,
                                                        const char *format, ...)
{
    va_list args;
    va_start(args, format);
    row->verdict = verdict;
    int length = vasprintf(&row->reason, format, args);
    va_end(args);
    if (length < 0)
        row->reason = NULL;
    return row->reason ? 1 : -ENOMEM;
}

/* "killed by SIGSEGV" where it is known. */
static const char *reason_of(const struct spb_row *row)
{
    return row->reason && *row->reason ? row->reason : "no reason is given";
}

static int settle_failure(const char *side, const struct spb_row *row, struct spb_row_judgement *judged)
{
    if (row->outcome == SPB_OUTCOME_FAILED)
        return settle(judged, SPB_VERDICT_ERROR, "failed in %s: %s", side, reason_of(row));
    if (row->outcome == SPB_OUTCOME_UNAVAILABLE)
        return settle(judged, SPB_VERDICT_MISSING, "unavailable in %s: %s", side, reason_of(row));
    if (!row->stats.valid && row->outcome == SPB_OUTCOME_INTERRUPTED)
        return settle(judged, SPB_VERDICT_MISSING, "%s was interrupted before this row", side);
    if (!row->stats.valid)
        return settle(judged, SPB_VERDICT_ERROR, "%s holds no sample of it", side);
    return 0;
}

static int settle_difference(const struct spb_row *base, const struct spb_row *new_row,
                             struct spb_row_judgement *judged)
{
    const enum spb_verdict verdict = SPB_VERDICT_NOT_COMPARABLE;
    double work = base->stats.work_per_iteration, new_work = new_row->stats.work_per_iteration;
    if (strcmp(base->unit, new_row->unit) != 0)
        return settle(judged, verdict, "counted in %s / %s", base->unit, new_row->unit);
    if (base->measure != new_row->measure)
        return settle(judged, verdict, "measured as %s / %s", spb_measure_name(base->measure),
                      spb_measure_name(new_row->measure));
    if (base->workload_version != new_row->workload_version)
        return settle(judged, verdict, "version %u / %u of the workload", base->workload_version,
                      new_row->workload_version);
    if (!(work > 0) || !(new_work > 0))
        return settle(judged, verdict, "the processes of %s disagree about the work of an iteration",
                      work > 0 ? "new" : "base");
    if (work != new_work)
        return settle(judged, verdict, "an iteration is %.6g / %.6g %s", work, new_work, base->unit);
    if (base->pinned != new_row->pinned)
        return settle(judged, verdict, "pinned in %s only", base->pinned ? "base" : "new");
    return 0;
}

/* ---- the numbers ------------------------------------------------------------------------------------------------ */

static double session_sd_of(struct comparison *all, const char *key)
{
    const struct spb_compare_options *options = all->options;
    double known = options->session_sd ? options->session_sd(options->context, key) : -1;
    if (known >= 0 && isfinite(known))
        return known;
    all->assumed_count++;
    return SPB_SESSION_SD_ASSUMED;
}

static int take_logs(const struct spb_row *row, double **logs, size_t *count)
{
    *logs = calloc(row->process_count ? row->process_count : 1, sizeof(**logs));
    return *logs ? spb_row_process_logs(row, *logs, count) : -ENOMEM;
}

static int test_rows(const struct spb_row *base, const struct spb_row *new_row, double margin, double session_sd,
                     struct spb_shift_test *test)
{
    double *before = NULL, *after = NULL;
    struct spb_shift_sample base_sample = {0}, new_sample = {0};
    int code = take_logs(base, &before, &base_sample.count);
    if (code == 0)
        code = take_logs(new_row, &after, &new_sample.count);
    base_sample.values = before;
    new_sample.values = after;
    if (code == 0)
        code = spb_shift_test(&base_sample, &new_sample, margin, session_sd, test);
    free(before);
    free(after);
    return code;
}

static void fill_numbers(const struct spb_row *base, const struct spb_row *new_row, const struct spb_shift_test *test,
                         struct spb_row_judgement *judged)
{
    judged->has_times = true;
    judged->base_ns = base->stats.estimate_ns;
    judged->new_ns = new_row->stats.estimate_ns;
    judged->base_count = base->stats.process_count;
    judged->new_count = new_row->stats.process_count;
    judged->has_effect = true;
    judged->effect = test->shift.estimate;
    judged->low = test->shift.low;
    judged->high = test->shift.high;
    judged->confidence = test->shift.confidence;
    judged->p_pass = test->p_pass;
    judged->unit_sd = test->pooled_sd;
}

static double marked_ratio(const struct spb_row *row, uint32_t mark)
{
    size_t samples = 0, marked = 0;
    for (size_t p = 0; p < row->process_count; p++) {
        samples += row->processes[p].sample_count;
        for (size_t i = 0; i < row->processes[p].sample_count; i++)
            marked += (row->processes[p].samples[i].marks & mark) != 0;
    }
    return samples ? (double)marked / (double)samples : 0;
}

static struct spb_cause_side cause_side(const struct spb_row *row)
{
    return (struct spb_cause_side){.metrics = &row->metrics,
                                   .steal_ratio = marked_ratio(row, SPB_MARK_STEAL),
                                   .preempted_ratio = marked_ratio(row, SPB_MARK_PREEMPTED)};
}

static int explain(const struct spb_row *base, const struct spb_row *new_row, struct spb_row_judgement *judged)
{
    struct spb_cause_side before = cause_side(base), after = cause_side(new_row);
    struct spb_strbuf text = {0};
    spb_cause_format(judged->effect, &before, &after, &text);
    bool failed = text.failed;
    if (text.length > 0)
        judged->why = spb_strbuf_detach(&text);
    spb_strbuf_release(&text);
    return failed ? -ENOMEM : 0;
}

/* ---- row by row ------------------------------------------------------------------------------------------------- */

static int describe_row(const struct comparison *all, const struct keyed_row *keyed, struct spb_row_judgement *judged)
{
    const struct spb_row *row = keyed->row;
    double ratio = spb_threshold(&all->options->thresholds, keyed->key);
    judged->key = strdup(keyed->key);
    judged->unit = strdup(row->unit);
    judged->measure = row->measure;
    judged->work_per_iteration = row->stats.work_per_iteration;
    judged->threshold_ratio = ratio > 0 && isfinite(ratio) ? ratio : default_threshold;
    judged->margin_ratio = judged->threshold_ratio / 2;
    judged->p_regression = 1;
    judged->p_pass = 1;
    return judged->key && judged->unit ? 0 : -ENOMEM;
}

/* A row that only one of the two has. */
static int judge_single(struct comparison *all, const struct keyed_row *keyed, const char *side)
{
    struct spb_row_judgement *judged = &all->judgement->rows[all->judgement->row_count++];
    int code = describe_row(all, keyed, judged);
    *(strcmp(side, "base") == 0 ? &judged->base_count : &judged->new_count) = keyed->row->stats.process_count;
    if (code == 0)
        code = settle(judged, SPB_VERDICT_MISSING, "only in %s", side);
    return code < 0 ? code : 0;
}

/* What can run on neither side is nothing that the two differ in: it is named in a note. */
static void leave_out(struct comparison *all, const char *key)
{
    all->nowhere_count++;
    spb_strbuf_printf(&all->nowhere, "%s%s", all->nowhere.length ? ", " : "", key);
}

static int judge_both(struct comparison *all, const struct keyed_row *base, const struct keyed_row *new_row)
{
    if (base->row->outcome == SPB_OUTCOME_UNAVAILABLE && new_row->row->outcome == SPB_OUTCOME_UNAVAILABLE) {
        leave_out(all, base->key);
        return 0;
    }
    size_t index = all->judgement->row_count++;
    struct spb_row_judgement *judged = &all->judgement->rows[index];
    struct spb_shift_test *test = &all->tests[index];
    int code = describe_row(all, base, judged);
    judged->base_count = base->row->stats.process_count;
    judged->new_count = new_row->row->stats.process_count;
    if (code == 0)
        code = settle_failure("base", base->row, judged);
    if (code == 0)
        code = settle_failure("new", new_row->row, judged);
    if (code == 0)
        code = settle_difference(base->row, new_row->row, judged);
    if (code)
        return code < 0 ? code : 0;
    code = test_rows(base->row, new_row->row, log1p(judged->margin_ratio), session_sd_of(all, base->key), test);
    if (code)
        return code;
    all->tested[index] = true;
    fill_numbers(base->row, new_row->row, test, judged);
    return explain(base->row, new_row->row, judged);
}

static int judge_rows(struct comparison *all, const struct keyed_rows *base, const struct keyed_rows *new_rows)
{
    size_t b = 0, n = 0;
    int code = 0;
    while (code == 0 && (b < base->count || n < new_rows->count)) {
        int order = b == base->count       ? 1
                    : n == new_rows->count ? -1
                                           : strcmp(base->items[b].key, new_rows->items[n].key);
        if (order < 0)
            code = judge_single(all, &base->items[b++], "base");
        else if (order > 0)
            code = judge_single(all, &new_rows->items[n++], "new");
        else
            code = judge_both(all, &base->items[b++], &new_rows->items[n++]);
    }
    return code;
}

/* ---- verdicts --------------------------------------------------------------------------------------------------- */

static const char *format_percent(char text[16], double ratio)
{
    double percent = 100 * ratio;
    snprintf(text, 16, percent < 9.95 ? "%.1f %%" : "%.0f %%", percent);
    return text;
}

/* Says what stands in the way of a decision. */
static int settle_undecided(const struct spb_shift_test *test, struct spb_row_judgement *row)
{
    const enum spb_verdict verdict = SPB_VERDICT_UNDECIDED;
    size_t fewer = row->base_count < row->new_count ? row->base_count : row->new_count;
    char seen[16], spread[16];
    double between_sessions = 2 * test->session_sd * test->session_sd;
    if (fewer < 2)
        return settle(row, verdict, "a single process in %s has no spread: run with --processes 6 or more",
                      row->base_count < 2 ? "base" : "new");
    if (!(row->detectable_ratio > 0))
        return settle(row, verdict, "%zu and %zu processes are too few: run with --processes 6 or more",
                      row->base_count, row->new_count);
    bool sessions = between_sessions > test->standard_error * test->standard_error / 2;
    format_percent(seen, row->detectable_ratio);
    format_percent(spread, sessions ? test->session_sd : test->pooled_sd);
    return settle(row, verdict, "sees only slowdowns of %s and more: %s spread by %s", seen,
                  sessions ? "sessions" : "its processes", spread);
}

static int decide(const struct spb_shift_test *test, struct spb_row_judgement *row)
{
    if (row->p_regression <= level_regression)
        row->verdict = SPB_VERDICT_REGRESSION;
    else if (test->p_improved <= level_pass)
        row->verdict = SPB_VERDICT_IMPROVED;
    else if (row->p_pass <= level_pass)
        row->verdict = SPB_VERDICT_PASS;
    row->equivalent = row->verdict == SPB_VERDICT_PASS && test->p_not_faster <= level_pass;
    int code = row->verdict == SPB_VERDICT_UNDECIDED ? settle_undecided(test, row) : 0;
    return code < 0 ? code : 0;
}

/* Only the p of the normal test is adjusted for the number of rows. The exact one must agree at the level itself: with 6 processes a
 * side it is never below 1 / 924, so that a family of ten could not have a regression at all, were it adjusted as well. */
static int decide_all(struct comparison *all)
{
    struct spb_judgement *judgement = all->judgement;
    double *p = calloc(judgement->row_count ? judgement->row_count : 1, sizeof(*p));
    size_t family = 0, at = 0;
    if (!p)
        return -ENOMEM;
    for (size_t i = 0; i < judgement->row_count; i++)
        if (all->tested[i])
            p[family++] = all->tests[i].p_normal_regression;
    int code = family ? spb_holm(p, family, family, p) : 0;
    for (size_t i = 0; i < judgement->row_count && code == 0; i++) {
        struct spb_row_judgement *row = &judgement->rows[i];
        if (!all->tested[i])
            continue;
        double shift = spb_shift_detectable(&all->tests[i], log1p(row->margin_ratio), level_regression, family);
        row->p_regression = fmax(p[at++], all->tests[i].p_exact_regression);
        row->detectable_ratio = isfinite(expm1(shift)) ? expm1(shift) : 0;
        code = decide(&all->tests[i], row);
    }
    free(p);
    return code;
}

/* ---- notes ------------------------------------------------------------------------------------------------------ */

static const char *host_of(const struct spb_result *result)
{
    const struct spb_fact *fact = spb_stamp_find(&result->stamp, "host.name");
    return fact && fact->kind == SPB_FACT_TEXT ? fact->text : NULL;
}

static int note_sides(struct spb_judgement *judgement, const struct spb_result *base,
                      const struct spb_result *new_result)
{
    const char *before = host_of(base), *after = host_of(new_result);
    int code = 0;
    if (!base->complete || !new_result->complete)
        code = spb_judgement_note(judgement, "%s not finished: rows may have fewer processes, or be missing.",
                                  base->complete         ? "The new run was"
                                  : new_result->complete ? "The base run was"
                                                         : "Both runs were");
    if (code == 0 && before && after && strcmp(before, after) != 0)
        code = spb_judgement_note(
            judgement, "Recorded on two machines, %s and %s: these may differ by more than the sessions of one.",
            before, after);
    if (code == 0 && base->options.huge_pages != new_result->options.huge_pages)
        code = spb_judgement_note(judgement, "Only the %s run had --huge-pages.",
                                  base->options.huge_pages ? "base" : "new");
    return code;
}

/* The threshold, in per cent, from which a row passes that did not change and whose processes agree to the last digit. */
static double passing_threshold_pct(void)
{
    double error = spb_normal_quantile(1 - level_pass) * sqrt(2) * SPB_SESSION_SD_ASSUMED;
    return ceil(2 * 100 * expm1(error));
}

static int note_assumption(const struct comparison *all)
{
    if (all->assumed_count == 0)
        return 0;
    return spb_judgement_note(
        all->judgement,
        "No calibration of this machine is stored: sessions are assumed to differ by %.1f %%, so that a row "
        "without a change passes only from a threshold of %.0f %% on. spbench calibrate measures how far "
        "they differ; spbench ab measures both sides in one session.",
        100 * SPB_SESSION_SD_ASSUMED, passing_threshold_pct());
}

static int note_all(const struct comparison *all, const struct spb_result *base, const struct spb_result *new_result)
{
    int code = note_sides(all->judgement, base, new_result);
    if (code == 0)
        code = note_assumption(all);
    if (code == 0 && all->nowhere_count > 0)
        code = spb_judgement_note(all->judgement, "%zu row%s can run on neither side: %s.", all->nowhere_count,
                                  all->nowhere_count == 1 ? "" : "s", spb_strbuf_text(&all->nowhere));
    return all->nowhere.failed ? -ENOMEM : code;
}

/* ---- whole ------------------------------------------------------------------------------------------------------ */

static int allocate(struct comparison *all, size_t count)
{
    count = count ? count : 1;
    all->judgement->rows = calloc(count, sizeof(*all->judgement->rows));
    all->tests = calloc(count, sizeof(*all->tests));
    all->tested = calloc(count, sizeof(*all->tested));
    return all->judgement->rows && all->tests && all->tested ? 0 : -ENOMEM;
}

static int compare_all(struct comparison *all, const struct spb_result *base, const struct spb_result *new_result)
{
    struct keyed_rows base_rows = {0}, new_rows = {0};
    int code = collect_keys(base, &base_rows);
    if (code == 0)
        code = collect_keys(new_result, &new_rows);
    if (code == 0)
        code = allocate(all, base_rows.count + new_rows.count);
    if (code == 0)
        code = judge_rows(all, &base_rows, &new_rows);
    if (code == 0)
        code = decide_all(all);
    if (code == 0)
        code = note_all(all, base, new_result);
    release_keys(&base_rows);
    release_keys(&new_rows);
    return code;
}

int spb_compare_results(const struct spb_result *base, const struct spb_result *new_result,
                        const struct spb_compare_options *options, struct spb_judgement *judgement,
                        struct spb_error *err)
{
    struct spb_judgement made = {.stored = true};
    struct comparison all = {.options = options, .judgement = &made};
    int code = compare_all(&all, base, new_result);
    if (code == 0)
        code = spb_judgement_finish(&made);
    free(all.tests);
    free(all.tested);
    spb_strbuf_release(&all.nowhere);
    if (code == 0) {
        *judgement = made;
        return 0;
    }
    spb_judgement_release(&made);
    return spb_error_system(err, code, "the two results cannot be judged");
}
