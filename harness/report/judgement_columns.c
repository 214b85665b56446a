/* SPDX-License-Identifier: MIT */
#include "judgement_columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judgement_legend.h"
#include "judgement_lines.h"
#include "judgement_text.h"

/* ---- cells ------------------------------------------------------------------------------------------------------ */

static void add_base_cell(struct spb_table *table, const struct spb_judgement_set *set, const char *key)
{
    struct spb_strbuf text = {0};
    for (size_t i = 0; i < set->count && text.length == 0; i++) {
        const struct spb_row_judgement *row = spb_judgement_find(set->items[i].judgement, key);
        if (row)
            spb_judged_time_format(row, row->base_ns, &text);
    }
    spb_table_cell(table, "%s", spb_strbuf_text(&text));
    table->failed |= text.failed;
    spb_strbuf_release(&text);
}

/* "+3.2 % ?", or the word where there is no change to show. */
static void add_change_cell(struct spb_table *table, const struct spb_row_judgement *row)
{
    struct spb_strbuf text = {0};
    struct spb_verdict_look look = {"", "", SPB_TONE_PLAIN};
    if (row) {
        look = spb_verdict_look(row);
        spb_change_format(row, &text);
        if (row->verdict != SPB_VERDICT_MISSING)
            spb_strbuf_printf(&text, "%s ", text.length ? "" : look.word);
        spb_strbuf_append(&text, look.sign);
    }
    spb_table_cell(table, "%s", spb_strbuf_text(&text));
    spb_table_tone(table, look.tone);
    table->failed |= text.failed;
    spb_strbuf_release(&text);
}

static void fill_table(struct spb_table *table, const struct spb_judgement_set *set,
                       const struct spb_judgement_line *lines, size_t count)
{
    static const char *const headers[SPB_JUDGED_MAX] = {
        "new 1",  "new 2",  "new 3",  "new 4",  "new 5",  "new 6",  "new 7",  "new 8",  "new 9",  "new 10",
        "new 11", "new 12", "new 13", "new 14", "new 15", "new 16", "new 17", "new 18", "new 19", "new 20"};
    spb_table_column(table, "row", SPB_ALIGN_LEFT);
    spb_table_column(table, "base", SPB_ALIGN_RIGHT);
    for (size_t i = 0; i < set->count; i++)
        spb_table_column(table, headers[i], SPB_ALIGN_RIGHT);
    for (size_t l = 0; l < count; l++) {
        if (l > 0 && lines[l].rank != lines[l - 1].rank)
            spb_table_group(table);
        spb_table_cell(table, "%s", lines[l].key);
        add_base_cell(table, set, lines[l].key);
        for (size_t i = 0; i < set->count; i++)
            add_change_cell(table, spb_judgement_find(set->items[i].judgement, lines[l].key));
    }
}

/* ---- above and below -------------------------------------------------------------------------------------------- */

static void append_headlines(const struct spb_judgement_set *set, enum spb_table_format format,
                             const struct spb_table_options *options, struct spb_strbuf *out)
{
    for (size_t i = 0; i < set->count; i++) {
        const char *title = set->items[i].title;
        struct spb_strbuf label = {0};
        spb_strbuf_printf(&label, "new %zu%s%s: ", i + 1, title ? ", " : "", title ? title : "");
        spb_judgement_headline(spb_strbuf_text(&label), set->items[i].judgement, format, options, out);
        out->failed |= label.failed;
        spb_strbuf_release(&label);
    }
    if (set->base && format == SPB_TABLE_TEXT) {
        spb_strbuf_append(out, "base: ");
        spb_report_line(set->base, format, options, out);
    }
    if (format == SPB_TABLE_TEXT)
        spb_strbuf_append_char(out, '\n');
}

/* The columns have no room for reasons. Those that a person must know are listed. */
static void append_reasons(const struct spb_judgement_set *set, const struct spb_judgement_line *lines, size_t count,
                           enum spb_table_format format, const struct spb_table_options *options,
                           struct spb_strbuf *out)
{
    for (size_t l = 0; l < count; l++)
        for (size_t i = 0; i < set->count; i++) {
            const struct spb_row_judgement *row = spb_judgement_find(set->items[i].judgement, lines[l].key);
            bool listed = row && (row->verdict == SPB_VERDICT_REGRESSION || row->verdict == SPB_VERDICT_ERROR ||
                                  row->verdict == SPB_VERDICT_NOT_COMPARABLE);
            struct spb_strbuf text = {0};
            if (listed) {
                spb_strbuf_printf(&text, "%s, new %zu: ", row->key, i + 1);
                size_t before = text.length;
                spb_why_format(row, &text);
                if (text.length > before)
                    spb_report_line(spb_strbuf_text(&text), format, options, out);
            }
            out->failed |= text.failed;
            spb_strbuf_release(&text);
        }
}

static void append_missing(const struct spb_judgement_set *set, enum spb_table_format format,
                           const struct spb_table_options *options, struct spb_strbuf *out)
{
    for (size_t i = 0; i < set->count; i++) {
        struct spb_strbuf label = {0};
        spb_strbuf_printf(&label, "new %zu: ", i + 1);
        spb_judgement_missing(spb_strbuf_text(&label), set->items[i].judgement, format, options, out);
        out->failed |= label.failed;
        spb_strbuf_release(&label);
    }
}

static void append_signs(enum spb_table_format format, const struct spb_table_options *options, struct spb_strbuf *out)
{
    struct spb_strbuf text = {0};
    for (int rank = 0; rank < SPB_VERDICT_COUNT; rank++)
        for (int verdict = 0; verdict < SPB_VERDICT_COUNT; verdict++) {
            const struct spb_row_judgement any = {.verdict = (enum spb_verdict)verdict};
            if (spb_verdict_rank(any.verdict) != rank)
                continue;
            struct spb_verdict_look look = spb_verdict_look(&any);
            spb_strbuf_printf(&text, "%s%s %s", text.length ? ", " : "", look.sign, look.word);
        }
    spb_strbuf_append(&text, ", = equivalent");
    spb_report_line(spb_strbuf_text(&text), format, options, out);
    out->failed |= text.failed;
    spb_strbuf_release(&text);
}

void spb_judgement_columns(const struct spb_judgement_set *set, enum spb_table_format format,
                           const struct spb_table_options *options, struct spb_strbuf *out)
{
    struct spb_table table = {.failed = false};
    size_t count;
    struct spb_judgement_line *lines = spb_judgement_lines(set, &count);
    if (!lines) {
        out->failed = true;
        return;
    }
    append_headlines(set, format, options, out);
    fill_table(&table, set, lines, count);
    spb_table_render(&table, format, options, out);
    spb_strbuf_append_char(out, '\n');
    append_reasons(set, lines, count, format, options, out);
    append_missing(set, format, options, out);
    append_signs(format, options, out);
    spb_judgement_legend(set, format, options, out);
    out->failed |= table.failed;
    spb_table_release(&table);
    free(lines);
}
