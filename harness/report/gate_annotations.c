/* SPDX-License-Identifier: MIT
 *
 * Workflow commands of GitHub, which its runner picks out of what a step prints:
 *
 *     ::error title=spbench%3A cpu/hash::+3.1 %25 [2.4, 3.8], threshold 3 %25, regression
 */
#include <string.h>

#include "gate_report.h"
#include "utf8.h"

/* GitHub shows ten of a kind for each step and drops the rest. */
#define SHOWN_MAX 10

enum kind { KIND_ERROR, KIND_WARNING, KIND_NOTICE, KINDS };
static const char *const kind_names[KINDS] = {"error", "warning", "notice"};

/* What would end the property, the command or the line. */
static void append_escaped(const char *text, bool property, struct spb_strbuf *out)
{
    struct spb_strbuf printable = {0};
    spb_utf8_append_printable(&printable, text);
    for (const char *next = spb_strbuf_text(&printable); *next; next++) {
        bool special = *next == '%' || *next == '\r' || *next == '\n' || (property && (*next == ':' || *next == ','));
        if (special) {
            spb_strbuf_printf(out, "%%%02X", (unsigned)(unsigned char)*next);
        } else if (strncmp(next, "##[", 3) == 0) { /* an older form of commands, which counts within a line, too */
            spb_strbuf_append(out, "##(");
            next += 2;
        } else {
            spb_strbuf_append_char(out, *next);
        }
    }
    out->failed |= printable.failed;
    spb_strbuf_release(&printable);
}

static void append_command(enum kind kind, const char *title, const char *message, struct spb_strbuf *out)
{
    spb_strbuf_printf(out, "::%s title=", kind_names[kind]);
    append_escaped("spbench: ", true, out);
    append_escaped(title, true, out);
    spb_strbuf_append(out, "::");
    append_escaped(message, false, out);
    spb_strbuf_append_char(out, '\n');
}

static enum kind kind_of(enum spb_gate_status status)
{
    switch (status) {
    case SPB_GATE_ROW_FAIL:
    case SPB_GATE_ROW_NOT_COMPARABLE:
    case SPB_GATE_ROW_UNDECIDED:
        return KIND_ERROR;
    case SPB_GATE_ROW_WARNED:
    case SPB_GATE_ROW_WAIVED:
        return KIND_WARNING;
    case SPB_GATE_ROW_PASS:
        break;
    }
    return KIND_NOTICE;
}

static size_t count_rows(const struct spb_gate *gate, enum kind kind)
{
    size_t count = 0;
    for (int status = 0; status < SPB_GATE_STATUSES; status++)
        if (kind_of((enum spb_gate_status)status) == kind)
            count += gate->counts[status];
    return count;
}

/* Of each kind as many as are shown; where there are more, the last says how many. `used` were printed before. */
static void append_rows(const struct spb_gate *gate, enum kind kind, size_t used, struct spb_strbuf *out)
{
    size_t count = count_rows(gate, kind);
    size_t room = SHOWN_MAX - used;
    size_t shown = count <= room ? count : room - 1;
    size_t done = 0;
    for (size_t i = 0; i < gate->row_count && done < shown; i++) {
        if (kind_of(gate->rows[i].status) != kind)
            continue;
        append_command(kind, gate->rows[i].judged->key, gate->rows[i].sentence, out);
        done++;
    }
    if (count > shown) {
        struct spb_strbuf text = {0};
        spb_strbuf_printf(&text, "%zu more rows; the log has them all", count - shown);
        append_command(kind, "gate", spb_strbuf_text(&text), out);
        out->failed |= text.failed;
        spb_strbuf_release(&text);
    }
}

void spb_gate_report_annotations(const struct spb_gate_report *report, struct spb_strbuf *out)
{
    const struct spb_gate *gate = report->gate;
    append_command(gate->outcome == SPB_GATE_PASSED ? KIND_NOTICE : KIND_ERROR, "gate", gate->headline, out);
    append_rows(gate, KIND_ERROR, gate->outcome == SPB_GATE_PASSED ? 0 : 1, out);
    size_t notes = gate->notes.count < SHOWN_MAX / 2 ? gate->notes.count : SHOWN_MAX / 2;
    for (size_t i = 0; i < notes; i++)
        append_command(KIND_WARNING, "policy", gate->notes.items[i], out);
    append_rows(gate, KIND_WARNING, notes, out);
}
