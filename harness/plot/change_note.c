/* SPDX-License-Identifier: MIT */
#include "change_note.h"

#include <string.h>

#include "judgement_text.h"
#include "plot_layout.h"

#define NOTES_MAX      (sizeof(((struct spb_judgement *)0)->notes) / sizeof(char *))
#define REASONS_MAX    8 /* of rows that are not drawn; the others are counted */
#define NAMED_MAX      5 /* rows of a reason */
#define NAME_COLUMNS   80
#define REASON_COLUMNS 160

/* ---- the band --------------------------------------------------------------------------------------------------- */

static void explain_band(const struct spb_judgement_set *set, struct spb_strbuf *out)
{
    const struct spb_row_judgement *first = NULL;
    bool all_alike = true;
    for (size_t i = 0; i < set->count; i++)
        for (size_t r = 0; r < set->items[i].judgement->row_count; r++) {
            const struct spb_row_judgement *row = &set->items[i].judgement->rows[r];
            if (!row->has_effect)
                continue;
            first = first ? first : row;
            all_alike = all_alike && first->margin_ratio == row->margin_ratio;
        }
    if (first && all_alike)
        spb_strbuf_printf(
            out, "Shaded: within the margin of %.4g %%, half of the slowdown of %.4g %% that is to be caught (dashed).",
            100 * first->margin_ratio, 100 * first->threshold_ratio);
    else if (first)
        spb_strbuf_append(out,
                          "Shaded: within the margin of the row, half of the slowdown that is to be caught (dashed).");
}

/* ---- rows that are not drawn ------------------------------------------------------------------------------------ */

static void reason_of(const struct spb_judgement_set *set, size_t index, const struct spb_row_judgement *row,
                      struct spb_strbuf *out)
{
    if (set->count > 1)
        spb_strbuf_printf(out, "%zu: ", index + 1);
    spb_strbuf_append(out, spb_verdict_look(row).word);
    if (row->reason)
        spb_strbuf_printf(out, ", %s", row->reason);
}

/* Is `other` not drawn for the reason of `row`? */
static bool is_alike(const struct spb_row_judgement *row, const struct spb_row_judgement *other)
{
    const char *a = row->reason ? row->reason : "", *b = other->reason ? other->reason : "";
    return !other->has_effect && row->verdict == other->verdict && strcmp(a, b) == 0;
}

static bool is_first(const struct spb_judgement *judgement, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (is_alike(&judgement->rows[index], &judgement->rows[i]))
            return false;
    return true;
}

/* "missing, only in new: a, b and 3 more" */
static void append_reason(const struct spb_judgement_set *set, size_t index, size_t first, struct spb_strbuf *out)
{
    const struct spb_judgement *judgement = set->items[index].judgement;
    struct spb_strbuf reason = {0};
    size_t count = 0;
    reason_of(set, index, &judgement->rows[first], &reason);
    spb_plot_label(out, spb_strbuf_text(&reason), REASON_COLUMNS);
    for (size_t i = first; i < judgement->row_count; i++) {
        if (!is_alike(&judgement->rows[first], &judgement->rows[i]) || count++ >= NAMED_MAX)
            continue;
        spb_strbuf_append(out, count == 1 ? ": " : ", ");
        spb_plot_label(out, judgement->rows[i].key, NAME_COLUMNS);
    }
    if (count > NAMED_MAX)
        spb_strbuf_printf(out, " and %zu more", count - NAMED_MAX);
    spb_strbuf_append_char(out, '\n');
    out->failed |= reason.failed;
    spb_strbuf_release(&reason);
}

static void append_absent(const struct spb_judgement_set *set, struct spb_strbuf *out)
{
    size_t reasons = 0, more = 0;
    for (size_t i = 0; i < set->count; i++)
        for (size_t r = 0; r < set->items[i].judgement->row_count; r++) {
            const struct spb_row_judgement *row = &set->items[i].judgement->rows[r];
            if (row->has_effect)
                continue;
            if (reasons == REASONS_MAX)
                more++;
            else if (is_first(set->items[i].judgement, r)) {
                spb_strbuf_append(out, reasons++ ? "" : "Without a change that could be drawn:\n");
                append_reason(set, i, r, out);
            }
        }
    if (more)
        spb_strbuf_append(out, "and others; 'spbench compare' lists all of them\n");
}

/* ---- notes of the judgements ------------------------------------------------------------------------------------ */

static bool was_said(const struct spb_judgement_set *set, size_t count, const char *note)
{
    for (size_t i = 0; i < count; i++)
        for (size_t n = 0; n < NOTES_MAX && set->items[i].judgement->notes[n]; n++)
            if (strcmp(set->items[i].judgement->notes[n], note) == 0)
                return true;
    return false;
}

static void append_notes(const struct spb_judgement_set *set, struct spb_strbuf *out)
{
    for (size_t i = 0; i < set->count; i++)
        for (size_t n = 0; n < NOTES_MAX && set->items[i].judgement->notes[n]; n++)
            if (!was_said(set, i, set->items[i].judgement->notes[n])) {
                spb_plot_label(out, set->items[i].judgement->notes[n], (size_t)4 * REASON_COLUMNS);
                spb_strbuf_append_char(out, '\n');
            }
}

void spb_change_note(const struct spb_judgement_set *set, bool clipped, struct spb_strbuf *out)
{
    explain_band(set, out);
    if (clipped)
        spb_strbuf_append(out, " Arrows: goes on beyond the picture.");
    spb_strbuf_append_char(out, '\n');
    append_absent(set, out);
    append_notes(set, out);
}
