/* SPDX-License-Identifier: MIT */
#include "self_test_report.h"

#include "json_writer.h"
#include "utf8.h"

/* ---- text -------------------------------------------------------------------------------------------------------- */

static void add_slowdown(struct spb_table *table, double ratio, const char *otherwise)
{
    if (ratio > 0)
        spb_table_cell(table, "+%.3g %%", 100 * ratio);
    else
        spb_table_cell(table, "%s", otherwise);
}

static void add_row(struct spb_table *table, const struct spb_self_test_row *row)
{
    spb_table_cell(table, "%s", row->blind ? "BLIND" : row->waived ? "waived" : "seen");
    spb_table_tone(table, row->blind ? SPB_TONE_BAD : row->waived ? SPB_TONE_WARN : SPB_TONE_GOOD);
    spb_table_cell(table, "%s", row->key);
    spb_table_cell(table, "%.3g %%", 100 * row->threshold_ratio);
    add_slowdown(table, row->alone_ratio, row->waived ? "waived" : "never");
    add_slowdown(table, row->together_ratio, row->waived ? "waived" : "never");
    add_slowdown(table, row->detectable_ratio, "-");
}

static void append_table(const struct spb_self_test *test, const struct spb_table_options *how, struct spb_strbuf *out)
{
    struct spb_table table = {.failed = false};
    spb_table_column(&table, "gate", SPB_ALIGN_LEFT);
    spb_table_column(&table, "row", SPB_ALIGN_LEFT);
    spb_table_column(&table, "threshold", SPB_ALIGN_RIGHT);
    spb_table_column(&table, "red alone", SPB_ALIGN_RIGHT);
    spb_table_column(&table, "red with all", SPB_ALIGN_RIGHT);
    spb_table_column(&table, "9 of 10", SPB_ALIGN_RIGHT);
    for (size_t i = 0; i < test->row_count; i++)
        add_row(&table, &test->rows[i]);
    spb_table_render(&table, SPB_TABLE_TEXT, how, out);
    spb_table_release(&table);
}

static void append_legend(const struct spb_self_test *test, bool against_itself, struct spb_strbuf *out)
{
    spb_strbuf_append(out, "\nwithout a slowdown: ");
    spb_utf8_append_printable(out, test->at_zero);
    spb_strbuf_append(out, "\nslowdowns of the new side that were tried:");
    for (size_t i = 0; i < test->slowdown_count; i++)
        spb_strbuf_printf(out, "%s %.3g", i ? "," : "", 100 * test->slowdowns[i]);
    spb_strbuf_append(
        out, " %\nred alone: the smallest that turns the gate red in that row while the others stay as they are\n"
             "red with all: the same with every row slower\n"
             "9 of 10: from here on judging expects to see a slowdown in nine runs of ten\n"
             "BLIND: not red by itself at twice the threshold\n");
    if (test->supplied_count)
        spb_strbuf_printf(
            out,
            "%zu row%s decided before 20 pairs: those that a slower one would have gone on to are drawn again "
            "from its own\n",
            test->supplied_count, test->supplied_count == 1 ? " was" : "s were");
    if (against_itself)
        spb_strbuf_append(
            out, "one result was both sides: what two runs differ by is missing, only the allowance for it is there; "
                 "go by the column '9 of 10', or name a second run of the same build\n");
}

void spb_self_test_report_text(const struct spb_self_test *test, bool against_itself,
                               const struct spb_table_options *how, struct spb_strbuf *out)
{
    spb_strbuf_append(out, "gate self-test: ");
    spb_utf8_append_printable(out, test->headline);
    spb_strbuf_append(out, "\n\n");
    append_table(test, how, out);
    append_legend(test, against_itself, out);
}

/* ---- JSON -------------------------------------------------------------------------------------------------------- */

static void write_slowdown(struct spb_json *json, const char *key, double ratio)
{
    if (ratio > 0)
        spb_json_double(json, key, 100 * ratio);
    else
        spb_json_null(json, key);
}

static void write_row(struct spb_json *json, const struct spb_self_test_row *row)
{
    spb_json_object(json, NULL);
    spb_json_string(json, "key", row->key);
    spb_json_bool(json, "blind", row->blind);
    spb_json_bool(json, "waived", row->waived);
    spb_json_double(json, "threshold_pct", 100 * row->threshold_ratio);
    spb_json_double(json, "bound_pct", 100 * row->bound_ratio);
    write_slowdown(json, "alone_pct", row->alone_ratio);
    write_slowdown(json, "together_pct", row->together_ratio);
    write_slowdown(json, "detectable_pct", row->detectable_ratio);
    spb_json_end(json);
}

void spb_self_test_report_json(const struct spb_self_test *test, bool against_itself, struct spb_strbuf *out)
{
    struct spb_json json;
    spb_json_init(&json, out, true);
    spb_json_object(&json, NULL);
    spb_json_bool(&json, "passed", test->passed);
    spb_json_bool(&json, "green_without_slowdown", test->green);
    spb_json_string(&json, "headline", test->headline);
    spb_json_string(&json, "without_slowdown", test->at_zero);
    spb_json_bool(&json, "against_itself", against_itself);
    spb_json_uint(&json, "rows_with_pairs_drawn_again", test->supplied_count);
    spb_json_uint(&json, "blind", test->blind_count);
    spb_json_inline_array(&json, "slowdowns_pct");
    for (size_t i = 0; i < test->slowdown_count; i++)
        spb_json_double(&json, NULL, 100 * test->slowdowns[i]);
    spb_json_end(&json);
    spb_json_array(&json, "rows");
    for (size_t i = 0; i < test->row_count; i++)
        write_row(&json, &test->rows[i]);
    spb_json_end(&json);
    spb_json_end(&json);
    spb_strbuf_append_char(out, '\n');
}
