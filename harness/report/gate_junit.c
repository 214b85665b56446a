/* SPDX-License-Identifier: MIT
 *
 * JUnit's XML. Attributes and elements are those that both the schema of Ant's tasks and that of Jenkins' plug-in allow, in their
 * order. */
#include <string.h>

#include "date.h"
#include "gate_report_internal.h"
#include "utf8.h"

/* Printable is not enough: XML 1.0 knows no U+FFFE and no U+FFFF. */
static void append_xml(const char *text, struct spb_strbuf *out)
{
    struct spb_strbuf printable = {0};
    spb_utf8_append_printable(&printable, text);
    for (const char *next = spb_strbuf_text(&printable); *next;) {
        size_t length;
        uint32_t code = spb_utf8_decode(next, &length);

        if (strchr("&<>\"'", *next))
            spb_strbuf_printf(out, "&#%u;", (unsigned)code);
        else if (code == 0xfffe || code == 0xffff)
            spb_strbuf_append(out, "\xef\xbf\xbd");
        else
            spb_strbuf_append_bytes(out, next, length);
        next += length;
    }
    out->failed |= printable.failed;
    spb_strbuf_release(&printable);
}

static void append_attribute(const char *name, const char *value, struct spb_strbuf *out)
{
    spb_strbuf_printf(out, " %s=\"", name);
    append_xml(value, out);
    spb_strbuf_append(out, "\"");
}

static void append_property(const char *name, const char *value, struct spb_strbuf *out)
{
    spb_strbuf_append(out, "      <property");
    append_attribute("name", name, out);
    append_attribute("value", value, out);
    spb_strbuf_append(out, "/>\n");
}

/* ---- cases ------------------------------------------------------------------------------------------------------- */

enum result { RESULT_PASS, RESULT_SKIPPED, RESULT_FAILURE, RESULT_ERROR };

static enum result result_of(const struct spb_gate_row *row)
{
    switch (row->status) {
    case SPB_GATE_ROW_FAIL:
        return row->judged->verdict == SPB_VERDICT_REGRESSION ? RESULT_FAILURE : RESULT_ERROR;
    case SPB_GATE_ROW_NOT_COMPARABLE:
        return RESULT_ERROR;
    case SPB_GATE_ROW_UNDECIDED:
    case SPB_GATE_ROW_WAIVED:
        return RESULT_SKIPPED;
    case SPB_GATE_ROW_WARNED:
    case SPB_GATE_ROW_PASS:
        break;
    }
    return RESULT_PASS;
}

static size_t count_rows(const struct spb_gate *gate, enum result result)
{
    size_t count = 0;
    for (size_t i = 0; i < gate->row_count; i++)
        count += result_of(&gate->rows[i]) == result;
    return count;
}

/* "cpu/hash" is the case "hash ..." of the class "spbench.cpu"; the whole key stays the name, so that it can be searched for. */
static void append_class(const char *key, struct spb_strbuf *out)
{
    struct spb_strbuf name = {0};
    size_t length = strcspn(key, "/ ");
    spb_strbuf_append(&name, "spbench.");
    if (key[length] == '/' && length)
        spb_strbuf_append_bytes(&name, key, length);
    else
        spb_strbuf_append(&name, "row");
    append_attribute("classname", spb_strbuf_text(&name), out);
    out->failed |= name.failed;
    spb_strbuf_release(&name);
}

static void append_result(const char *element, const char *type, const char *message, const char *text,
                          struct spb_strbuf *out)
{
    spb_strbuf_printf(out, ">\n      <%s", element);
    append_attribute("message", message, out);
    if (type)
        append_attribute("type", type, out);
    spb_strbuf_append(out, ">");
    append_xml(text, out);
    spb_strbuf_printf(out, "</%s>\n    </testcase>\n", element);
}

static void append_case(const struct spb_gate_row *row, struct spb_strbuf *out)
{
    const char *type = spb_verdict_name(row->judged->verdict);
    spb_strbuf_append(out, "    <testcase");
    append_attribute("name", row->judged->key, out);
    append_class(row->judged->key, out);
    spb_strbuf_printf(out, " time=\"%.12f\"", row->judged->has_times ? row->judged->new_ns / 1e9 : 0.0);
    switch (result_of(row)) {
    case RESULT_FAILURE:
        append_result("failure", type, row->sentence, row->judged->key, out);
        break;
    case RESULT_ERROR:
        append_result("error", type, row->sentence, row->judged->key, out);
        break;
    case RESULT_SKIPPED:
        append_result("skipped", NULL, row->sentence, "", out);
        break;
    case RESULT_PASS:
        spb_strbuf_append(out, "/>\n");
        break;
    }
}

/* ---- the gate itself ---------------------------------------------------------------------------------------------- */

/* Rows that fail speak for themselves. What is no row's would be lost, and skipped rows alone would look like a pass. */
static bool has_failure(const struct spb_gate *gate)
{
    return gate->problems.count || gate->outcome == SPB_GATE_UNDECIDED ||
           (gate->outcome == SPB_GATE_NOT_COMPARABLE && gate->row_count == 0);
}

static void append_gate_case(const struct spb_gate *gate, struct spb_strbuf *out)
{
    struct spb_strbuf text = {0};
    for (size_t i = 0; i < gate->problems.count; i++)
        spb_strbuf_printf(&text, "%s%s", i ? "; " : "", gate->problems.items[i]);
    spb_strbuf_append(out, "    <testcase name=\"gate\" classname=\"spbench\" time=\"0\"");
    if (has_failure(gate))
        append_result("failure", spb_gate_outcome_name(gate->outcome), gate->headline, spb_strbuf_text(&text), out);
    else
        spb_strbuf_append(out, "/>\n");
    out->failed |= text.failed;
    spb_strbuf_release(&text);
}

static void append_notes(const struct spb_gate_report *report, struct spb_strbuf *out)
{
    const struct spb_judgement *judgement = report->judgement;
    const char *note;
    spb_strbuf_append(out, "    <system-out>");
    append_xml(report->gate->headline, out);
    spb_strbuf_append_char(out, '\n');
    for (size_t i = 0; i < report->gate->notes.count; i++) {
        append_xml(report->gate->notes.items[i], out);
        spb_strbuf_append_char(out, '\n');
    }
    for (size_t i = 0; (note = spb_gate_note(judgement, i)); i++) {
        append_xml(note, out);
        spb_strbuf_append_char(out, '\n');
    }
    spb_strbuf_append(out, "</system-out>\n    <system-err/>\n");
}

void spb_gate_report_junit(const struct spb_gate_report *report, struct spb_strbuf *out)
{
    const struct spb_gate *gate = report->gate;
    char time[SPB_DATE_TEXT_SIZE];
    spb_strbuf_append(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    spb_strbuf_printf(out,
                      "  <testsuite name=\"spbench gate\" id=\"0\" package=\"spbench\" hostname=\"localhost\" "
                      "timestamp=\"%s\" time=\"0\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\">\n",
                      spb_date_format_time(time, report->now_s), gate->row_count + 1,
                      count_rows(gate, RESULT_FAILURE) + (has_failure(gate) ? 1 : 0), count_rows(gate, RESULT_ERROR),
                      count_rows(gate, RESULT_SKIPPED));
    spb_strbuf_append(out, "    <properties>\n");
    append_property("subject", report->subject, out);
    append_property("outcome", spb_gate_outcome_name(gate->outcome), out);
    append_property("today", spb_date_format(time, report->today), out);
    spb_strbuf_append(out, "    </properties>\n");
    append_gate_case(gate, out);
    for (size_t i = 0; i < gate->row_count; i++)
        append_case(&gate->rows[i], out);
    append_notes(report, out);
    spb_strbuf_append(out, "  </testsuite>\n</testsuites>\n");
}
