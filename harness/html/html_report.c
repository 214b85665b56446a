/* SPDX-License-Identifier: MIT */
#include "html_report.h"

#include <errno.h>
#include <string.h>

#include "date.h"
#include "embedded.h"
#include "html_internal.h"
#include "svg_inline.h"

/* Of all sketches together, so that a full run stays well below 2 MB; and of each, at least and at most. */
#define POINTS_TOTAL 40000
#define POINTS_LEAST 48
#define POINTS_MOST  240

extern const struct spb_embedded spb_html_files[];

static const struct spb_embedded *find_file(const char *name)
{
    const struct spb_embedded *file = spb_html_files;
    while (file->name && strcmp(file->name, name) != 0)
        file++;
    return file;
}

/* ---- head ------------------------------------------------------------------------------------------------------- */

static void append_title(const struct spb_html_input *input, struct spb_strbuf *out)
{
    spb_html_append(out, input->count ? spb_html_file_name(input->names[0]) : "nothing");
    if (input->count > 1)
        spb_html_printf(out, " and %zu more", input->count - 1);
    if (input->base)
        spb_html_printf(out, " against %s", spb_html_file_name(input->base_name));
    spb_strbuf_append(out, " \xc2\xb7 spbench");
}

/* The page may run and show what is in this program, known by its digests, and nothing else. */
static void append_head(const struct spb_html_input *input, struct spb_strbuf *out)
{
    const struct spb_embedded *style = find_file("report.css"), *script = find_file("report.js");
    spb_strbuf_append(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    spb_strbuf_printf(out,
                      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '%s'; "
                      "script-src '%s'; base-uri 'none'; form-action 'none'\">\n",
                      style->digest, script->digest);
    spb_strbuf_append(
        out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
             "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"generator\" content=\"spbench ");
    spb_html_append(out, input->program_version);
    spb_strbuf_append(out, "\">\n<title>");
    append_title(input, out);
    spb_strbuf_append(out, "</title>\n<style>");
    spb_strbuf_append_bytes(out, style->text, style->length);
    spb_strbuf_append(out, "</style>\n<script>");
    spb_strbuf_append_bytes(out, script->text, script->length);
    spb_strbuf_append(out, "</script>\n</head>\n");
}

static void append_banner(const struct spb_html_input *input, struct spb_strbuf *out)
{
    char date[SPB_DATE_TEXT_SIZE];
    spb_strbuf_append(
        out, "<body>\n<a class=\"skip\" href=\"#rows\">To the rows</a>\n<header><p class=\"what\"><b>spbench</b> ");
    append_title(input, out);
    if (input->count)
        spb_html_printf(out, ", %s", spb_date_format(date, spb_date_of(input->results[0].created_s)));
    spb_strbuf_append(
        out, "</p><nav aria-label=\"Sections\"><a href=\"#figures\">Pictures</a><a href=\"#rows\">Rows</a>"
             "<a href=\"#machine\">Machine</a><a href=\"#method\">Method</a></nav>"
             "<fieldset class=\"theme\"><legend>Theme</legend>"
             "<label><input type=\"radio\" name=\"theme\" value=\"\" checked>Auto</label>"
             "<label><input type=\"radio\" name=\"theme\" value=\"light\">Light</label>"
             "<label><input type=\"radio\" name=\"theme\" value=\"dark\">Dark</label></fieldset></header>\n<main>\n");
}

/* ---- pictures --------------------------------------------------------------------------------------------------- */

static void append_picture(const struct spb_html_figure *figure, struct spb_strbuf *out)
{
    struct spb_error err = {{0}};
    struct spb_svg_inline how = {.prefix = figure->kind, .title = figure->title};
    const char *reason = figure->reason;
    spb_strbuf_append(out, "<div class=\"scroll tall\" role=\"region\" tabindex=\"0\" aria-label=\"");
    spb_html_append(out, figure->title);
    spb_strbuf_append(out, "\">");
    if (figure->svg && spb_svg_inline(figure->svg, strlen(figure->svg), &how, out, &err) < 0)
        reason = err.text;
    if (!figure->svg || *err.text) {
        spb_strbuf_append(out, "<p class=\"absent\">");
        spb_html_append(out, reason);
        spb_strbuf_append(out, "</p>");
    }
    spb_strbuf_append(out, "</div>");
}

void spb_html_figures(const struct spb_html_page *page, struct spb_strbuf *out)
{
    const struct spb_html_input *input = page->input;
    spb_strbuf_append(out, "<section aria-labelledby=\"figures\"><h2 id=\"figures\">Pictures</h2>");
    for (size_t i = 0; i < input->figure_count; i++) {
        const struct spb_html_figure *figure = &input->figures[i];
        spb_strbuf_printf(out, "<details class=\"figure\"%s><summary><b>", i == 0 ? " open" : "");
        spb_html_append(out, figure->kind);
        spb_strbuf_append(out, "</b> ");
        spb_html_append(out, figure->title);
        spb_strbuf_append(out, "</summary>");
        append_picture(figure, out);
        spb_strbuf_append(out, "</details>");
    }
    if (input->figure_count == 0) {
        spb_strbuf_append(out, "<p class=\"absent\">");
        spb_html_append(out, input->no_figures ? input->no_figures : "none fits what was measured");
        spb_strbuf_append(out, "</p>");
    }
    spb_strbuf_append(out, "</section>\n");
}

/* ---- whole ------------------------------------------------------------------------------------------------------ */

static bool has_counters(const struct spb_html_input *input)
{
    for (size_t i = 0; i < input->count; i++)
        for (size_t r = 0; r < input->results[i].row_count; r++) {
            const struct spb_metric *metric =
                spb_metrics_find(&input->results[i].rows[r].metrics, "instructions-per-cycle");
            if (metric && spb_metric_has_value(metric))
                return true;
        }
    return false;
}

static size_t points_for(const struct spb_html_page *page)
{
    size_t sketches = (page->line_count + 1) * (page->input->count + (page->input->base ? 1 : 0) + 1);
    size_t each = POINTS_TOTAL / sketches;
    return each < POINTS_LEAST ? POINTS_LEAST : each > POINTS_MOST ? POINTS_MOST : each;
}

int spb_html_report(const struct spb_html_input *input, struct spb_strbuf *out)
{
    struct spb_html_page page = {.input = input, .with_counters = has_counters(input)};
    int code = spb_html_lines_collect(&page);
    if (code == 0) {
        page.points_max = points_for(&page);
        append_head(input, out);
        append_banner(input, out);
        spb_html_summary(&page, out);
        spb_html_figures(&page, out);
        spb_html_table(&page, out);
        spb_html_machine(&page, out);
        spb_html_method(&page, out);
        spb_strbuf_append(out, "</main>\n<footer>Made by spbench ");
        spb_html_append(out, input->program_version);
        spb_strbuf_append(out, "; the page fetches nothing.</footer>\n</body>\n</html>\n");
    }
    spb_html_lines_release(&page);
    return out->failed ? -ENOMEM : code;
}
