/* SPDX-License-Identifier: MIT
 *
 * The answer in one line. */
#include <string.h>

#include "gate_internal.h"

/* So many rows and problems are named, and so much of a name. */
#define NAMED_MAX      3
#define NAME_MAX_BYTES 120

static void begin_part(struct spb_strbuf *out, const char *separator)
{
    if (out->length)
        spb_strbuf_append(out, separator);
}

static void append_name(const char *key, struct spb_strbuf *out)
{
    size_t length = strlen(key);
    if (length <= NAME_MAX_BYTES) {
        spb_strbuf_append(out, key);
        return;
    }
    length = NAME_MAX_BYTES;
    while (length && ((unsigned char)key[length] & 0xc0) == 0x80) /* not within a character */
        length--;
    spb_strbuf_append_bytes(out, key, length);
    spb_strbuf_append(out, "...");
}

static size_t count_rows(const struct spb_gate *gate, enum spb_gate_status status, enum spb_verdict verdict)
{
    size_t count = 0;
    for (size_t i = 0; i < gate->row_count; i++)
        count += gate->rows[i].status == status && gate->rows[i].judged->verdict == verdict;
    return count;
}

static const char *rows_of(size_t count)
{
    return count == 1 ? "row" : "rows";
}

/* "cpu/hash +3.1 % [2.4, 3.8], memory/latency +2.2 % [1.0, 3.4] and 2 more" */
static void append_rows(const struct spb_gate *gate, enum spb_gate_status status, struct spb_strbuf *out)
{
    size_t named = 0;
    for (size_t i = 0; i < gate->row_count && named < NAMED_MAX; i++) {
        if (gate->rows[i].status != status)
            continue;
        spb_strbuf_append(out, named++ ? ", " : ": ");
        append_name(gate->rows[i].judged->key, out);
        spb_strbuf_append(out, gate->rows[i].judged->has_effect ? " " : "");
        spb_gate_append_effect(gate->rows[i].judged, out);
    }
    if (gate->counts[status] > named)
        spb_strbuf_printf(out, " and %zu more", gate->counts[status] - named);
}

static void append_failures(const struct spb_gate *gate, struct spb_strbuf *out)
{
    static const struct {
        enum spb_verdict verdict;
        const char *one, *many;
    } kinds[] = {{SPB_VERDICT_REGRESSION, "regression", "regressions"},
                 {SPB_VERDICT_ERROR, "row that failed to run", "rows that failed to run"},
                 {SPB_VERDICT_MISSING, "missing row", "missing rows"}};
    struct spb_strbuf parts = {0};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        size_t count = count_rows(gate, SPB_GATE_ROW_FAIL, kinds[i].verdict);
        if (count == 0)
            continue;
        begin_part(&parts, ", ");
        spb_strbuf_printf(&parts, "%zu %s", count, count == 1 ? kinds[i].one : kinds[i].many);
    }
    if (parts.length) {
        spb_strbuf_printf(out, "%s in %zu %s", spb_strbuf_text(&parts), gate->row_count, rows_of(gate->row_count));
        append_rows(gate, SPB_GATE_ROW_FAIL, out);
    }
    out->failed |= parts.failed;
    spb_strbuf_release(&parts);
}

static void append_problems(const struct spb_gate *gate, bool first, struct spb_strbuf *out)
{
    for (size_t i = 0; i < gate->problems.count && i < NAMED_MAX; i++) {
        spb_strbuf_append(out, first && i == 0 ? "" : "; ");
        append_name(gate->problems.items[i], out);
    }
    if (gate->problems.count > NAMED_MAX)
        spb_strbuf_printf(out, " and %zu more", gate->problems.count - NAMED_MAX);
}

static void append_count(size_t count, const char *what, struct spb_strbuf *out)
{
    if (count == 0)
        return;
    begin_part(out, ", ");
    spb_strbuf_printf(out, "%zu %s", count, what);
}

/* "10 rows: 7 pass, 1 improved, 1 waived, 1 with a warning" */
static void append_passes(const struct spb_gate *gate, struct spb_strbuf *out)
{
    struct spb_strbuf parts = {0};
    size_t improved = count_rows(gate, SPB_GATE_ROW_PASS, SPB_VERDICT_IMPROVED);
    size_t passed = count_rows(gate, SPB_GATE_ROW_PASS, SPB_VERDICT_PASS);
    append_count(passed, "pass", &parts);
    append_count(improved, "improved", &parts);
    append_count(gate->counts[SPB_GATE_ROW_PASS] - improved - passed, "let pass", &parts);
    append_count(gate->counts[SPB_GATE_ROW_WAIVED], "waived", &parts);
    append_count(gate->counts[SPB_GATE_ROW_WARNED], "with a warning", &parts);
    spb_strbuf_printf(out, "%zu %s: %s", gate->row_count, rows_of(gate->row_count), spb_strbuf_text(&parts));
    out->failed |= parts.failed;
    spb_strbuf_release(&parts);
}

static void append_some_of(const struct spb_gate *gate, enum spb_gate_status status, struct spb_strbuf *out)
{
    spb_strbuf_printf(out, "%zu of %zu %s", gate->counts[status], gate->row_count, rows_of(gate->row_count));
    append_rows(gate, status, out);
}

char *spb_gate_headline(const struct spb_gate *gate)
{
    static const char *const words[SPB_GATE_OUTCOMES] = {[SPB_GATE_PASSED] = "PASS - ",
                                                         [SPB_GATE_UNDECIDED] = "UNDECIDED - ",
                                                         [SPB_GATE_NOT_COMPARABLE] = "NOT COMPARABLE - ",
                                                         [SPB_GATE_FAILED] = "FAIL - "};
    struct spb_strbuf out = {0};
    spb_strbuf_append(&out, words[gate->outcome]);
    switch (gate->outcome) {
    case SPB_GATE_PASSED:
        append_passes(gate, &out);
        break;
    case SPB_GATE_UNDECIDED:
        append_some_of(gate, SPB_GATE_ROW_UNDECIDED, &out);
        break;
    case SPB_GATE_NOT_COMPARABLE:
        append_some_of(gate, SPB_GATE_ROW_NOT_COMPARABLE, &out);
        break;
    case SPB_GATE_FAILED:
        append_failures(gate, &out);
        append_problems(gate, gate->counts[SPB_GATE_ROW_FAIL] == 0, &out);
        break;
    }
    return spb_strbuf_detach(&out);
}
