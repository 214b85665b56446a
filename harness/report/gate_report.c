/* SPDX-License-Identifier: MIT */
#include "gate_report_internal.h"

#include <string.h>

#include "judgement_text.h"
#include "utf8.h"

/* ---- the table --------------------------------------------------------------------------------------------------- */

static enum spb_tone tone_of(enum spb_gate_status status)
{
    static const enum spb_tone tones[SPB_GATE_STATUSES] = {
        [SPB_GATE_ROW_PASS] = SPB_TONE_GOOD,          [SPB_GATE_ROW_WARNED] = SPB_TONE_WARN,
        [SPB_GATE_ROW_WAIVED] = SPB_TONE_WARN,        [SPB_GATE_ROW_UNDECIDED] = SPB_TONE_WARN,
        [SPB_GATE_ROW_NOT_COMPARABLE] = SPB_TONE_BAD, [SPB_GATE_ROW_FAIL] = SPB_TONE_BAD};
    return tones[status];
}

static void add_value(struct spb_table *table, const struct spb_row_judgement *row, double ns)
{
    struct spb_strbuf text = {0};
    if (row->has_times)
        spb_judged_time_format(row, ns, &text);
    spb_table_cell(table, "%s", spb_strbuf_text(&text));
    table->failed |= text.failed;
    spb_strbuf_release(&text);
}

static void add_row(struct spb_table *table, const struct spb_gate_row *row)
{
    spb_table_cell(table, "%s", spb_gate_status_name(row->status));
    spb_table_tone(table, tone_of(row->status));
    spb_table_cell(table, "%s", row->judged->key);
    add_value(table, row->judged, row->judged->base_ns);
    add_value(table, row->judged, row->judged->new_ns);
    spb_table_cell(table, "%s", row->sentence);
}

/* Those that pass, or all others; or all rows. False when there are none. */
enum part { ALL, TO_BE_SEEN, PASSING };

static bool append_table(const struct spb_gate *gate, enum part part, enum spb_table_format format,
                         const struct spb_table_options *how, struct spb_strbuf *out)
{
    struct spb_table table = {0};
    size_t count = 0;
    spb_table_column(&table, "gate", SPB_ALIGN_LEFT);
    spb_table_column(&table, "row", SPB_ALIGN_LEFT);
    spb_table_column(&table, "base", SPB_ALIGN_RIGHT);
    spb_table_column(&table, "new", SPB_ALIGN_RIGHT);
    spb_table_column(&table, "change of the time, interval", SPB_ALIGN_LEFT);
    for (size_t i = 0; i < gate->row_count; i++) {
        bool passes = gate->rows[i].status == SPB_GATE_ROW_PASS;
        if (part != ALL && passes != (part == PASSING))
            continue;
        add_row(&table, &gate->rows[i]);
        count++;
    }
    if (count)
        spb_table_render(&table, format, how, out);
    spb_table_release(&table);
    return count > 0;
}

/* ---- text -------------------------------------------------------------------------------------------------------- */

/* GitHub's runner takes "##[command]" for a command wherever it stands in a line; "::" only at a line's beginning, where no
 * foreign text stands here. */
static void defuse(struct spb_strbuf *out, size_t from)
{
    char *text = out->text;
    while (text && from < out->length && (text = strstr(out->text + from, "##["))) {
        text[2] = '(';
        from = (size_t)(text - out->text) + 3;
    }
}

static void append_lines(const char *prefix, const struct spb_gate_texts *texts, struct spb_strbuf *out)
{
    for (size_t i = 0; i < texts->count; i++) {
        spb_strbuf_printf(out, "%s: ", prefix);
        spb_utf8_append_printable(out, texts->items[i]);
        spb_strbuf_append_char(out, '\n');
    }
}

static void append_judgement_notes(const struct spb_judgement *judgement, struct spb_strbuf *out)
{
    const char *note;
    for (size_t i = 0; (note = spb_gate_note(judgement, i)); i++) {
        spb_strbuf_append(out, "note: ");
        spb_utf8_append_printable(out, note);
        spb_strbuf_append_char(out, '\n');
    }
}

void spb_gate_report_text(const struct spb_gate_report *report, const struct spb_table_options *how,
                          struct spb_strbuf *out)
{
    const struct spb_gate *gate = report->gate;
    size_t from = out->length;
    spb_strbuf_append(out, "gate: ");
    spb_utf8_append_printable(out, gate->headline);
    spb_strbuf_append_char(out, '\n');
    if (gate->row_count) {
        spb_strbuf_append_char(out, '\n');
        append_table(gate, ALL, SPB_TABLE_TEXT, how, out);
        spb_strbuf_append_char(out, '\n');
    }
    append_lines(report->judgement ? "fails" : "differs", &gate->problems, out);
    append_lines("policy", &gate->notes, out);
    append_judgement_notes(report->judgement, out);
    defuse(out, from);
}

/* ---- Markdown ---------------------------------------------------------------------------------------------------- */

static void append_markdown(const char *text, struct spb_strbuf *out)
{
    struct spb_strbuf printable = {0};
    spb_utf8_append_printable(&printable, text);
    for (const char *next = spb_strbuf_text(&printable); *next; next++) {
        if (*next == '<' || *next == '&') {
            spb_strbuf_append(out, *next == '<' ? "&lt;" : "&amp;");
            continue;
        }
        if (strchr("\\`*_{}[]()#+!|~$@>", *next))
            spb_strbuf_append_char(out, '\\');
        spb_strbuf_append_char(out, *next);
    }
    out->failed |= printable.failed;
    spb_strbuf_release(&printable);
}

static void append_items(const char *before, const char *text, struct spb_strbuf *out)
{
    spb_strbuf_printf(out, "- %s", before);
    append_markdown(text, out);
    spb_strbuf_append_char(out, '\n');
}

static void append_all_items(const struct spb_gate_report *report, struct spb_strbuf *out)
{
    const struct spb_gate *gate = report->gate;
    const struct spb_judgement *judgement = report->judgement;
    const char *note;
    spb_strbuf_append_char(out, '\n');
    for (size_t i = 0; i < gate->problems.count; i++)
        append_items(judgement ? "**fails:** " : "", gate->problems.items[i], out);
    for (size_t i = 0; i < gate->notes.count; i++)
        append_items("", gate->notes.items[i], out);
    for (size_t i = 0; (note = spb_gate_note(judgement, i)); i++)
        append_items("", note, out);
}

void spb_gate_report_markdown(const struct spb_gate_report *report, struct spb_strbuf *out)
{
    const struct spb_gate *gate = report->gate;
    struct spb_strbuf passing = {0};
    spb_strbuf_append(out, "## spbench gate: ");
    append_markdown(gate->headline, out);
    spb_strbuf_append(out, "\n\n");
    append_markdown(report->subject, out);
    spb_strbuf_append(out, "\n\n");
    append_table(gate, TO_BE_SEEN, SPB_TABLE_MARKDOWN, NULL, out);
    if (append_table(gate, PASSING, SPB_TABLE_MARKDOWN, NULL, &passing))
        spb_strbuf_printf(out, "\n<details><summary>%zu pass</summary>\n\n%s\n</details>\n",
                          gate->counts[SPB_GATE_ROW_PASS], spb_strbuf_text(&passing));
    append_all_items(report, out);
    out->failed |= passing.failed;
    spb_strbuf_release(&passing);
}
