/* SPDX-License-Identifier: MIT */
#include "judgement_text.h"

#include <math.h>

#include "row_report.h"

/* Diagnostics are worth a word from here on. */
static const double notable_lag1 = 0.5;
static const double notable_trend_p = 0.01;
static const double notable_bimodality = 5.0 / 9.0; /* that of a uniform distribution */

struct spb_verdict_look spb_verdict_look(const struct spb_row_judgement *row)
{
    static const struct spb_verdict_look looks[SPB_VERDICT_COUNT] = {
        [SPB_VERDICT_UNDECIDED] = {"?", "undecided", SPB_TONE_WARN},
        [SPB_VERDICT_PASS] = {"\xe2\x9c\x93", "pass", SPB_TONE_GOOD},
        [SPB_VERDICT_IMPROVED] = {"\xe2\x86\x93", "improved", SPB_TONE_GOOD},
        [SPB_VERDICT_REGRESSION] = {"\xe2\x9c\x97", "regression", SPB_TONE_BAD},
        [SPB_VERDICT_NOT_COMPARABLE] = {"\xe2\x89\xa0", "not comparable", SPB_TONE_WARN},
        [SPB_VERDICT_ERROR] = {"!", "error", SPB_TONE_BAD},
        [SPB_VERDICT_MISSING] = {"-", "missing", SPB_TONE_DIM},
    };
    if (row->verdict == SPB_VERDICT_PASS && row->equivalent)
        return (struct spb_verdict_look){"=", "equivalent", SPB_TONE_GOOD};
    return looks[row->verdict];
}

/* ---- changes ---------------------------------------------------------------------------------------------------- */

double spb_percent_of_log(double log)
{
    return 100 * expm1(log);
}

static int decimals_for(double percent)
{
    double size = fabs(percent);
    return size >= 99.5 ? 0 : size >= 9.95 ? 1 : 2;
}

static int decimals_of(double effect, double low, double high)
{
    double widest = fmax(fabs(spb_percent_of_log(effect)), fabs(spb_percent_of_log(high)));
    return decimals_for(fmax(widest, fabs(spb_percent_of_log(low))));
}

/* "+0.31", but "0.00" without a sign. */
static void append_percent(double log, int decimals, struct spb_strbuf *out)
{
    double percent = spb_percent_of_log(log);
    bool is_zero = fabs(percent) < 0.5 * pow(10, -decimals);
    spb_strbuf_printf(out, is_zero ? "%.*f" : "%+.*f", decimals, is_zero ? 0.0 : percent);
}

static void append_interval(double low, double high, int decimals, struct spb_strbuf *out)
{
    spb_strbuf_append_char(out, '[');
    append_percent(low, decimals, out);
    spb_strbuf_append(out, ", ");
    append_percent(high, decimals, out);
    spb_strbuf_append_char(out, ']');
}

static int decimals_of_row(const struct spb_row_judgement *row)
{
    bool interval = row->confidence > 0;
    return decimals_of(row->effect, interval ? row->low : row->effect, interval ? row->high : row->effect);
}

void spb_change_format(const struct spb_row_judgement *row, struct spb_strbuf *out)
{
    if (!row->has_effect)
        return;
    append_percent(row->effect, decimals_of_row(row), out);
    spb_strbuf_append(out, " %");
}

void spb_change_interval_format(const struct spb_row_judgement *row, struct spb_strbuf *out)
{
    if (!row->has_effect || !(row->confidence > 0))
        return;
    append_interval(row->low, row->high, decimals_of_row(row), out);
    spb_strbuf_append(out, " %");
    if (row->confidence < 0.95)
        spb_strbuf_printf(out, " (%.0f %%)", floor(row->confidence * 100));
}

void spb_judged_time_format(const struct spb_row_judgement *row, double ns, struct spb_strbuf *out)
{
    struct spb_row shown = {.unit = row->unit, .measure = row->measure};
    shown.stats.work_per_iteration = row->work_per_iteration;
    if (row->has_times)
        spb_row_headline_format(&shown, ns, out);
}

/* ---- why -------------------------------------------------------------------------------------------------------- */

static void begin_part(struct spb_strbuf *out)
{
    if (out->length)
        spb_strbuf_append(out, "; ");
}

/* Only where the verdict needs an explanation: among many steady rows some look odd by chance. */
static void append_diagnostics(const struct spb_row_judgement *row, struct spb_strbuf *out)
{
    if (row->has_lag1 && fabs(row->lag1) >= notable_lag1) {
        begin_part(out);
        spb_strbuf_printf(out, "autocorrelation %.2f", row->lag1);
    }
    if (row->has_trend && row->trend_p < notable_trend_p) {
        begin_part(out);
        spb_strbuf_printf(out, "drifted during the run (p %.2g)", row->trend_p);
    }
    if (row->has_modes && row->bimodality > notable_bimodality) {
        begin_part(out);
        spb_strbuf_append(out, "perhaps two modes");
    }
}

void spb_why_format(const struct spb_row_judgement *row, struct spb_strbuf *out)
{
    struct spb_strbuf text = {0};
    if (row->reason)
        spb_strbuf_append(&text, row->reason);
    if (row->why && row->verdict != SPB_VERDICT_PASS) {
        begin_part(&text);
        spb_strbuf_append(&text, row->why);
    }
    if (row->verdict != SPB_VERDICT_PASS)
        append_diagnostics(row, &text);
    spb_strbuf_append(out, spb_strbuf_text(&text));
    out->failed |= text.failed;
    spb_strbuf_release(&text);
}

/* ---- the answer in one line ------------------------------------------------------------------------------------- */

struct counts {
    size_t verdicts[SPB_VERDICT_COUNT];
    size_t equivalent;
};

static struct counts count_verdicts(const struct spb_judgement *judgement)
{
    struct counts counts = {.equivalent = 0};
    for (size_t i = 0; i < judgement->row_count; i++) {
        counts.verdicts[judgement->rows[i].verdict]++;
        counts.equivalent += judgement->rows[i].verdict == SPB_VERDICT_PASS && judgement->rows[i].equivalent;
    }
    return counts;
}

static void append_count(const char *separator, enum spb_verdict verdict, size_t count, struct spb_strbuf *out)
{
    const struct spb_row_judgement any = {.verdict = verdict};
    bool is_noun = verdict == SPB_VERDICT_REGRESSION || verdict == SPB_VERDICT_ERROR;
    spb_strbuf_printf(out, "%s%zu %s%s", separator, count, spb_verdict_look(&any).word,
                      is_noun && count != 1 ? "s" : "");
}

void spb_judgement_summary(const struct spb_judgement *judgement, struct spb_strbuf *out)
{
    struct counts counts = count_verdicts(judgement);
    const char *separator = "";
    if (judgement->row_count == 0)
        spb_strbuf_append(out, "nothing to compare:");
    for (int rank = 0; rank < SPB_VERDICT_COUNT; rank++)
        for (int verdict = 0; verdict < SPB_VERDICT_COUNT; verdict++) {
            if (spb_verdict_rank((enum spb_verdict)verdict) != rank || counts.verdicts[verdict] == 0)
                continue;
            append_count(separator, (enum spb_verdict)verdict, counts.verdicts[verdict], out);
            if (verdict == SPB_VERDICT_PASS && counts.equivalent)
                spb_strbuf_printf(out, " (%zu equivalent)", counts.equivalent);
            separator = ", ";
        }
    spb_strbuf_printf(out, "%s%zu row%s", judgement->row_count ? " of " : " ", judgement->row_count,
                      judgement->row_count == 1 ? "" : "s");
    if (!judgement->has_mean)
        return;
    int decimals = decimals_of(judgement->mean_effect, judgement->mean_low, judgement->mean_high);
    spb_strbuf_append(out, "; suite ");
    append_percent(judgement->mean_effect, decimals, out);
    spb_strbuf_append(out, " % ");
    append_interval(judgement->mean_low, judgement->mean_high, decimals, out);
}

enum spb_tone spb_judgement_tone(const struct spb_judgement *judgement)
{
    struct counts counts = count_verdicts(judgement);
    if (counts.verdicts[SPB_VERDICT_REGRESSION] || counts.verdicts[SPB_VERDICT_ERROR])
        return SPB_TONE_BAD;
    if (counts.verdicts[SPB_VERDICT_UNDECIDED] || counts.verdicts[SPB_VERDICT_NOT_COMPARABLE])
        return SPB_TONE_WARN;
    return judgement->row_count ? SPB_TONE_GOOD : SPB_TONE_WARN;
}
