/* SPDX-License-Identifier: MIT
 *
 * How it was measured: what the words mean, and how each run was asked for. */
#include <stdio.h>
#include <string.h>

#include "html_internal.h"
#include "judgement_legend.h"
#include "row_report.h"
#include "stamp_lookup.h"
#include "units.h"

static const struct {
    const char *name;
    const char *meaning;
} words[] = {
    {"Row", "One workload with one set of parameter values and a thread count."},
    {"Process",
     "One replicate of a row: a fresh process with an address-space layout of its own. Its threads are pinned, it is "
     "warmed up until its time settles, then it takes its samples. The processes of all rows run one after the other, "
     "in random order. The process is the unit of every interval and verdict."},
    {"Sample",
     "One timed call: so many iterations of the workload on every thread, the clock read only before and after."},
    {"Result",
     "The estimate in the row's own measure: the time of one operation (lower is better) or a rate (higher is better). "
     "It is the Hodges-Lehmann estimate over the medians of the processes, on a logarithmic scale."},
    {"Interval",
     "Where the result would come out if the program were started again: the exact interval of the signed-rank test, "
     "which asks for symmetry but not for a normal distribution. Where too few processes ran for 95 %, the confidence "
     "that "
     "it has stands in brackets."},
    {"Spread", "What single samples do: how far the slowest 1 % of them lie above their median."},
    {"Steal", "A mark of a sample during which the hypervisor took time from a CPU in use."},
    {"Waited",
     "A mark of a sample during which a thread was ready to run but had no CPU, for more than a hundredth of it."},
    {"Preempted", "A mark of a sample during which another task had the CPU, however shortly."},
    {"Migrated", "A mark of a sample during which a thread changed its CPU."},
    {"Unsettled", "A process whose time was still changing when warm-up reached its limit."},
    {"Absent", "What could not be measured has a reason, never a zero. Marked samples are not dropped."},
};

static void append_words(struct spb_strbuf *out)
{
    spb_strbuf_append(out, "<dl class=\"words\">");
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        spb_strbuf_printf(out, "<div><dt>%s</dt><dd>", words[i].name);
        spb_html_append(out, words[i].meaning);
        spb_strbuf_append(out, "</dd></div>");
    }
    spb_strbuf_append(out, "</dl>");
}

/* Each line of `text` as an item. */
static void append_items(const char *title, struct spb_strbuf *text, struct spb_strbuf *out)
{
    const char *rest = spb_strbuf_text(text);
    if (*rest)
        spb_strbuf_printf(out, "<h3>%s</h3><ul class=\"legend\">", title);
    for (const char *at = rest; *at; at += strcspn(at, "\n") + 1) {
        spb_strbuf_append(out, "<li>");
        spb_html_printf(out, "%.*s", (int)strcspn(at, "\n"), at);
        spb_strbuf_append(out, "</li>");
        if (!at[strcspn(at, "\n")])
            break;
    }
    if (*rest)
        spb_strbuf_append(out, "</ul>");
    out->failed |= text->failed;
}

static void append_judgement_legend(const struct spb_html_input *input, struct spb_strbuf *out)
{
    struct spb_judged judged[SPB_JUDGED_MAX];
    struct spb_strbuf text = {0};
    size_t count = input->count < SPB_JUDGED_MAX ? input->count : SPB_JUDGED_MAX;
    if (!input->judgements)
        return;
    for (size_t i = 0; i < count; i++)
        judged[i] = (struct spb_judged){input->names[i], &input->judgements[i]};
    spb_judgement_legend(&(struct spb_judgement_set){input->base_name, judged, count}, SPB_TABLE_TEXT, NULL, &text);
    append_items("Verdicts", &text, out);
    spb_strbuf_release(&text);
}

/* ---- how each run was asked for --------------------------------------------------------------------------------- */

static void append_command_line(const struct spb_run_options *options, struct spb_strbuf *out)
{
    if (options->argument_count == 0)
        return;
    spb_strbuf_append(out, "<div><dt>Command line</dt><dd><code>spbench");
    for (size_t i = 0; i < options->argument_count; i++)
        spb_html_printf(out, " %s", options->arguments[i]);
    spb_strbuf_append(out, "</code></dd></div>");
}

static void append_plugins(const struct spb_run_options *options, struct spb_strbuf *out)
{
    struct spb_strbuf text = {0};
    for (size_t i = 0; i < options->plugin_count; i++)
        spb_strbuf_printf(&text, "%s%s", i ? ", " : "", options->plugins[i].path);
    spb_html_fact("Plug-ins", &text, out);
    spb_strbuf_release(&text);
}

static void append_limits(const struct spb_run_options *options, struct spb_strbuf *out)
{
    char duration[SPB_UNIT_TEXT_SIZE];
    struct spb_strbuf text = {0};
    spb_strbuf_printf(&text, "\xc2\xb1%.4g %%, then a row stops early", options->precision_pct);
    spb_html_fact("Precision", &text, out);
    spb_strbuf_printf(&text, "up to %u a row", options->processes);
    spb_html_fact("Processes", &text, out);
    spb_strbuf_append(&text, spb_format_duration(duration, 1e9 * options->budget_s));
    spb_html_fact("Budget", &text, out);
    spb_strbuf_printf(&text, "%llu", (unsigned long long)options->seed);
    spb_html_fact("Seed", &text, out);
    spb_strbuf_release(&text);
}

static void append_options(const struct spb_result *result, struct spb_strbuf *out)
{
    const struct spb_run_options *options = &result->options;
    struct spb_strbuf text = {0};
    spb_strbuf_append(out, "<dl class=\"facts wide\">");
    append_command_line(options, out);
    append_limits(options, out);
    spb_strbuf_append(&text, options->pin ? options->pin : "");
    spb_html_fact("Pinning", &text, out);
    spb_strbuf_append(&text, options->counters ? options->counters : "");
    if (options->exclude_kernel)
        spb_strbuf_append(&text, ", user mode only");
    spb_html_fact("Counters", &text, out);
    if (options->quick || options->huge_pages)
        spb_strbuf_printf(&text, "%s%s%s", options->quick ? "quick" : "",
                          options->quick && options->huge_pages ? ", " : "", options->huge_pages ? "huge pages" : "");
    spb_html_fact("Mode", &text, out);
    append_plugins(options, out);
    struct spb_fact_value version = spb_stamp_lookup(&result->stamp, "build.version");
    struct spb_fact_value commit = spb_stamp_lookup(&result->stamp, "build.commit");
    if (version.kind == SPB_VALUE_TEXT)
        spb_strbuf_printf(&text, "spbench %s%s%s", version.text, commit.kind == SPB_VALUE_TEXT ? ", commit " : "",
                          commit.kind == SPB_VALUE_TEXT ? commit.text : "");
    spb_html_fact("Program", &text, out);
    spb_strbuf_append(out, "</dl>");
    spb_strbuf_release(&text);
}

static void append_run(const char *path, const struct spb_result *result, struct spb_strbuf *out)
{
    spb_strbuf_append(out, "<h3>");
    spb_html_append(out, spb_html_file_name(path));
    spb_strbuf_append(out, "</h3>");
    append_options(result, out);
}

void spb_html_method(const struct spb_html_page *page, struct spb_strbuf *out)
{
    const struct spb_html_input *input = page->input;
    struct spb_strbuf text = {0};
    spb_strbuf_append(out, "<section aria-labelledby=\"method\"><h2 id=\"method\">How it was measured</h2>"
                           "<div class=\"halves\"><div>");
    append_words(out);
    spb_strbuf_append(out, "</div><div>");
    append_judgement_legend(input, out);
    if (!input->judgements)
        for (size_t i = 0; i < input->count && i < 1; i++)
            spb_row_legend(&input->results[i], 0, &text);
    append_items("Columns and notes", &text, out);
    if (input->base)
        append_run(input->base_name, input->base, out);
    for (size_t i = 0; i < input->count; i++)
        append_run(input->names[i], &input->results[i], out);
    spb_strbuf_append(out, "</div></div></section>\n");
    spb_strbuf_release(&text);
}
