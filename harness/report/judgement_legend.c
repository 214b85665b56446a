/* SPDX-License-Identifier: MIT */
#include "judgement_legend.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "judgement_text.h"
#include "utf8.h"

#define NOTES_MAX (sizeof(((struct spb_judgement *)0)->notes) / sizeof(char *))

void spb_report_line(const char *text, enum spb_table_format format, const struct spb_table_options *options,
                     struct spb_strbuf *out)
{
    struct spb_strbuf safe = {0};
    spb_utf8_append_printable(&safe, text);
    if (format == SPB_TABLE_MARKDOWN)
        spb_strbuf_append(out, "- ");
    spb_wrap_text(spb_strbuf_text(&safe), format == SPB_TABLE_TEXT && options ? options->width : 0, out);
    out->failed |= safe.failed;
    spb_strbuf_release(&safe);
}

void spb_judgement_headline(const char *label, const struct spb_judgement *judgement, enum spb_table_format format,
                            const struct spb_table_options *options, struct spb_strbuf *out)
{
    struct spb_strbuf text = {0}, wrapped = {0};
    spb_utf8_append_printable(&text, label);
    spb_judgement_summary(judgement, &text);
    if (format == SPB_TABLE_MARKDOWN) {
        spb_strbuf_printf(out, "**%s**\n\n", spb_strbuf_text(&text));
    } else {
        spb_wrap_text(spb_strbuf_text(&text), options ? options->width : 0, &wrapped);
        if (wrapped.length)
            wrapped.text[--wrapped.length] = '\0'; /* the colour ends before the end of the line */
        spb_toned_text(spb_judgement_tone(judgement), options && options->color, spb_strbuf_text(&wrapped), out);
        spb_strbuf_append_char(out, '\n');
    }
    out->failed |= text.failed || wrapped.failed;
    spb_strbuf_release(&text);
    spb_strbuf_release(&wrapped);
}

/* ---- legend ----------------------------------------------------------------------------------------------------- */

struct occurring {
    bool verdicts[SPB_VERDICT_COUNT];
    bool equivalent;
    bool interval_short; /* one of less than 95 % */
    bool effect;
    bool mean;
    bool stored;
    double threshold_ratio; /* of all rows; 0: they differ */
    double margin_ratio;
};

static void look_at(const struct spb_row_judgement *row, struct occurring *seen, bool first)
{
    seen->verdicts[row->verdict] = true;
    seen->equivalent = seen->equivalent || row->equivalent;
    seen->effect = seen->effect || row->has_effect;
    seen->interval_short = seen->interval_short || (row->has_effect && row->confidence > 0 && row->confidence < 0.95);
    if (first) {
        seen->threshold_ratio = row->threshold_ratio;
        seen->margin_ratio = row->margin_ratio;
    } else if (row->threshold_ratio != seen->threshold_ratio || row->margin_ratio != seen->margin_ratio) {
        seen->threshold_ratio = 0;
    }
}

static struct occurring look_at_all(const struct spb_judgement_set *set)
{
    struct occurring seen = {.effect = false};
    bool first = true;
    for (size_t i = 0; i < set->count; i++) {
        const struct spb_judgement *judgement = set->items[i].judgement;
        seen.mean = seen.mean || judgement->has_mean;
        seen.stored = seen.stored || judgement->stored;
        for (size_t r = 0; r < judgement->row_count; r++, first = false)
            look_at(&judgement->rows[r], &seen, first);
    }
    return seen;
}

struct lines {
    enum spb_table_format format;
    const struct spb_table_options *options;
    struct spb_strbuf *out;
};

__attribute__((format(printf, 2, 3))) static void line(const struct lines *lines, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    spb_report_line(text, lines->format, lines->options, lines->out);
}

static void explain_verdicts(const struct occurring *seen, const struct lines *lines)
{
    if (seen->threshold_ratio > 0 && seen->effect)
        line(lines, "margin: %.4g %%, half of the slowdown of %.4g %% that is to be caught", 100 * seen->margin_ratio,
             100 * seen->threshold_ratio);
    else if (seen->effect)
        line(lines, "margin: half of the slowdown to be caught, which is not the same for all rows");
    if (seen->verdicts[SPB_VERDICT_REGRESSION])
        line(lines, "regression: slower by more than the margin; one of 100 such tables may hold a false one");
    if (seen->verdicts[SPB_VERDICT_IMPROVED])
        line(lines, "improved: faster by more than the margin");
    if (seen->verdicts[SPB_VERDICT_PASS])
        line(lines, "pass: surely not slower by the margin%s",
             seen->equivalent ? "; equivalent: nor faster by it" : "");
    if (seen->verdicts[SPB_VERDICT_UNDECIDED])
        line(lines, "undecided: perhaps slower by the margin, perhaps not; this is no pass");
}

static void explain(const struct occurring *seen, const struct lines *lines)
{
    if (seen->effect)
        line(lines,
             "change: of the time an iteration takes, new against base, for rates too: + is slower, - is faster; in "
             "square brackets its 95 %% interval%s",
             seen->interval_short ? ", in round ones what so few processes allow" : "");
    explain_verdicts(seen, lines);
    if (seen->mean)
        line(lines, "suite: geometric mean of the changes, with its 95 %% interval over the rows");
}

/* ---- rows of one side ------------------------------------------------------------------------------------------- */

static bool is_missing(const struct spb_row_judgement *row)
{
    return row->verdict == SPB_VERDICT_MISSING;
}

static const char *reason_of(const struct spb_row_judgement *row)
{
    return row->reason ? row->reason : "in one of the two only";
}

static bool is_first_of_reason(const struct spb_judgement *judgement, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (is_missing(&judgement->rows[i]) &&
            strcmp(reason_of(&judgement->rows[i]), reason_of(&judgement->rows[index])) == 0)
            return false;
    return true;
}

void spb_judgement_missing(const char *label, const struct spb_judgement *judgement, enum spb_table_format format,
                           const struct spb_table_options *options, struct spb_strbuf *out)
{
    for (size_t i = 0; i < judgement->row_count; i++) {
        const char *reason = reason_of(&judgement->rows[i]);
        const char *separator = ": ";
        struct spb_strbuf text = {0};
        if (!is_missing(&judgement->rows[i]) || !is_first_of_reason(judgement, i))
            continue;
        spb_strbuf_printf(&text, "%smissing, %s", label, reason);
        for (size_t other = i; other < judgement->row_count; other++)
            if (is_missing(&judgement->rows[other]) && strcmp(reason_of(&judgement->rows[other]), reason) == 0) {
                spb_strbuf_printf(&text, "%s%s", separator, judgement->rows[other].key);
                separator = ", ";
            }
        spb_report_line(spb_strbuf_text(&text), format, options, out);
        out->failed |= text.failed;
        spb_strbuf_release(&text);
    }
}

/* ---- notes ------------------------------------------------------------------------------------------------------ */

/* Does a judgement before number `count` say the same? */
static bool was_said(const struct spb_judgement_set *set, size_t count, const char *note)
{
    for (size_t i = 0; i < count; i++)
        for (size_t n = 0; n < NOTES_MAX && set->items[i].judgement->notes[n]; n++)
            if (strcmp(set->items[i].judgement->notes[n], note) == 0)
                return true;
    return false;
}

void spb_judgement_legend(const struct spb_judgement_set *set, enum spb_table_format format,
                          const struct spb_table_options *options, struct spb_strbuf *out)
{
    const struct occurring seen = look_at_all(set);
    const struct lines lines = {format, options, out};
    explain(&seen, &lines);
    if (seen.stored && seen.effect)
        line(&lines,
             "Stored results: whatever changed on the machine between the two runs counts as a change of the code.");
    for (size_t i = 0; i < set->count; i++)
        for (size_t n = 0; n < NOTES_MAX && set->items[i].judgement->notes[n]; n++)
            if (!was_said(set, i, set->items[i].judgement->notes[n]))
                spb_report_line(set->items[i].judgement->notes[n], format, options, out);
}
