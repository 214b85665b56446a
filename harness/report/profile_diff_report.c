/* SPDX-License-Identifier: MIT */
#include "profile_diff_report.h"

#include "json_writer.h"
#include "profile_tables.h"
#include "units.h"

#define Z95         1.96
#define SURE_P      0.05
#define DEFAULT_TOP 20

bool spb_profile_change_is_sure(const struct spb_profile_change *change)
{
    return change->p < SURE_P;
}

bool spb_profile_change_fails(const struct spb_profile_diff_report *report, const struct spb_profile_change *change)
{
    return report->fail_share > 0 && change->difference > report->fail_share && spb_profile_change_is_sure(change);
}

/* It did something itself, before or after. */
static bool has_share(const struct spb_profile_change *change)
{
    return change->base_share > 0 || change->new_share > 0;
}

static size_t count_shares(const struct spb_profile_diff *diff)
{
    size_t count = 0;
    for (size_t i = 0; i < diff->count; i++)
        count += has_share(&diff->changes[i]);
    return count;
}

static size_t rows_wanted(const struct spb_profile_diff_report *report)
{
    size_t wanted = report->top ? report->top : DEFAULT_TOP, count = count_shares(report->diff);
    return count < wanted ? count : wanted;
}

/* ---- text ------------------------------------------------------------------------------------------------------- */

static const char *word_of(const struct spb_profile_diff_report *report, const struct spb_profile_change *change,
                           enum spb_tone *tone)
{
    *tone = SPB_TONE_DIM;
    if (!spb_profile_change_is_sure(change))
        return "may be chance";
    *tone = change->difference > 0 ? SPB_TONE_BAD : SPB_TONE_GOOD;
    return spb_profile_change_fails(report, change) ? "\xe2\x86\x91 too much"
           : change->difference > 0                 ? "\xe2\x86\x91 more"
                                                    : "\xe2\x86\x93 less";
}

static void fill(struct spb_table *table, size_t name_columns, const void *context)
{
    const struct spb_profile_diff_report *report = context;
    struct spb_strbuf name = {0};
    enum spb_tone tone;
    spb_table_column(table, "change", SPB_ALIGN_RIGHT);
    spb_table_column(table, "\xc2\xb1 95 %", SPB_ALIGN_RIGHT);
    spb_table_column(table, "base", SPB_ALIGN_RIGHT);
    spb_table_column(table, "new", SPB_ALIGN_RIGHT);
    spb_table_column(table, "verdict", SPB_ALIGN_LEFT);
    spb_table_column(table, "function", SPB_ALIGN_LEFT);
    for (size_t i = 0, left = rows_wanted(report); left > 0; i++) {
        const struct spb_profile_change *change = &report->diff->changes[i];
        if (!has_share(change))
            continue;
        left--;
        const char *word = word_of(report, change, &tone);
        spb_table_cell(table, "%+.1f", 100 * change->difference);
        spb_table_cell(table, "\xc2\xb1%.1f", 100 * Z95 * change->error);
        spb_table_cell(table, "%.1f %%", 100 * change->base_share);
        spb_table_cell(table, "%.1f %%", 100 * change->new_share);
        spb_table_cell(table, "%s", word);
        spb_table_tone(table, tone);
        spb_strbuf_reset(&name);
        spb_shorten_name(change->name, name_columns, &name);
        spb_table_cell(table, "%s", spb_strbuf_text(&name));
    }
    table->failed = table->failed || name.failed;
    spb_strbuf_release(&name);
}

static void append_side(const struct spb_profile_diff_report *report, const char *side, bool is_new,
                        struct spb_strbuf *out)
{
    const struct spb_profile_head *head = is_new ? &report->new_head : &report->base_head;
    struct spb_strbuf text = {0};
    spb_strbuf_printf(&text, "%s %s: ", side, is_new ? report->new_name : report->base_name);
    spb_profile_amount_format(head, &text);
    spb_strbuf_append(&text, "; ");
    spb_profile_method_format(is_new ? report->new_profile : report->base, head, &text);
    spb_wrap_text(spb_strbuf_text(&text), report->how.width, out);
    out->failed = out->failed || text.failed;
    spb_strbuf_release(&text);
}

static void append_answer(const struct spb_profile_diff_report *report, struct spb_strbuf *out)
{
    size_t more = 0, less = 0;
    struct spb_strbuf text = {0};
    for (size_t i = 0; i < report->diff->count; i++)
        if (spb_profile_change_is_sure(&report->diff->changes[i]))
            *(report->diff->changes[i].difference > 0 ? &more : &less) += 1;
    if (more + less == 0)
        spb_strbuf_printf(&text,
                          "no function of %zu takes another share of the time than before, beyond the sampling error",
                          count_shares(report->diff));
    else
        spb_strbuf_printf(&text, "%zu function%s take%s a larger share of the time, %zu a smaller one, of %zu", more,
                          more == 1 ? "" : "s", more == 1 ? "s" : "", less, count_shares(report->diff));
    spb_wrap_text(spb_strbuf_text(&text), report->how.width, out);
    spb_strbuf_release(&text);
}

void spb_profile_diff_text(const struct spb_profile_diff_report *report, struct spb_strbuf *out)
{
    append_answer(report, out);
    append_side(report, "base", false, out);
    append_side(report, "new", true, out);
    spb_strbuf_append_char(out, '\n');
    if (!report->diff->count)
        return;
    spb_named_table(&report->how, fill, report, out);
    if (rows_wanted(report) < count_shares(report->diff))
        spb_strbuf_printf(out, "(%zu more that changed less; --top N shows more)\n",
                          count_shares(report->diff) - rows_wanted(report));
    spb_strbuf_append(out,
                      "\nchange: percentage points of the time in the function itself; verdict: p < 0.05, adjusted "
                      "over all functions\n");
}

/* ---- JSON, CSV -------------------------------------------------------------------------------------------------- */

static void write_side(struct spb_json *json, const char *key, const char *name, const struct spb_profile_head *head)
{
    spb_json_object(json, key);
    spb_json_string(json, "file", name);
    if (head->command)
        spb_json_string(json, "command", head->command);
    spb_json_int(json, "samples", head->quality.samples);
    spb_json_double(json, "sum", head->value_sum);
    if (head->has_cpu)
        spb_json_double(json, "cpu_ns", head->cpu_ns);
    if (head->duration_ns > 0)
        spb_json_double(json, "duration_ns", head->duration_ns);
    spb_json_end(json);
}

static size_t all_or_top(const struct spb_profile_diff_report *report)
{
    return report->top && report->top < report->diff->count ? report->top : report->diff->count;
}

void spb_profile_diff_json(const struct spb_profile_diff_report *report, struct spb_strbuf *out)
{
    struct spb_json json;
    spb_json_init(&json, out, true);
    spb_json_object(&json, NULL);
    spb_json_string(&json, "schema", "spbench-profile-diff");
    spb_json_uint(&json, "schema_version", 1);
    spb_json_inline_object(&json, "value");
    spb_json_string(&json, "name", report->base_head.value_name);
    spb_json_string(&json, "unit", report->base_head.value_unit);
    spb_json_end(&json);
    write_side(&json, "base", report->base_name, &report->base_head);
    write_side(&json, "new", report->new_name, &report->new_head);
    spb_json_array(&json, "functions");
    for (size_t i = 0; i < all_or_top(report); i++) {
        const struct spb_profile_change *change = &report->diff->changes[i];
        spb_json_inline_object(&json, NULL);
        spb_json_string(&json, "function", change->name);
        spb_json_double(&json, "base_share", change->base_share);
        spb_json_double(&json, "new_share", change->new_share);
        spb_json_double(&json, "base_total_share", change->base_total_share);
        spb_json_double(&json, "new_total_share", change->new_total_share);
        spb_json_double(&json, "difference", change->difference);
        spb_json_double(&json, "error", change->error);
        spb_json_double(&json, "p", change->p);
        spb_json_bool(&json, "fails", spb_profile_change_fails(report, change));
        spb_json_end(&json);
    }
    spb_json_end(&json);
    spb_json_end(&json);
    spb_strbuf_append_char(out, '\n');
}

void spb_profile_diff_csv(const struct spb_profile_diff_report *report, struct spb_strbuf *out)
{
    static const char *const headers[] = {"function",        "base_share", "new_share", "base_total_share",
                                          "new_total_share", "difference", "error",     "p"};
    struct spb_table table = {.failed = false};
    char text[SPB_UNIT_TEXT_SIZE];
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
        spb_table_column(&table, headers[i], SPB_ALIGN_LEFT);
    for (size_t i = 0; i < all_or_top(report); i++) {
        const struct spb_profile_change *change = &report->diff->changes[i];
        const double numbers[] = {change->base_share,
                                  change->new_share,
                                  change->base_total_share,
                                  change->new_total_share,
                                  change->difference,
                                  change->error,
                                  change->p};
        spb_table_cell(&table, "%s", change->name);
        for (size_t n = 0; n < sizeof numbers / sizeof numbers[0]; n++)
            spb_table_cell(&table, "%s", spb_format_double(text, numbers[n]));
    }
    spb_table_render(&table, SPB_TABLE_CSV, NULL, out);
    spb_table_release(&table);
}
