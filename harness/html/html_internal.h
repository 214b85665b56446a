/* SPDX-License-Identifier: MIT
 *
 * Between the files of the page: its rows, and the parts that it is made of. Each part appends its own section. */
#ifndef SPB_HTML_INTERNAL_H
#define SPB_HTML_INTERNAL_H

#include "html_report.h"
#include "html_text.h"
#include "table.h"

/* A row of the page: of each result that has it, the row of that name. */
struct spb_html_line {
    char *key;
    const struct spb_row *base;                  /* NULL: the base lacks it, or there is none */
    const struct spb_row **rows;                 /* one a result, NULL where it lacks the row */
    const struct spb_row_judgement **judgements; /* one a result, NULL where there is none */
};

struct spb_html_page {
    const struct spb_html_input *input;
    struct spb_html_line *lines; /* as they stand in the table at first: what matters first */
    size_t line_count;
    bool with_counters; /* some row has instructions per cycle */
    size_t points_max;  /* of each sketch, so that the page stays small */
};

/* The rows of all results. 0 or -ENOMEM; released in both cases. */
int spb_html_lines_collect(struct spb_html_page *page);
void spb_html_lines_release(struct spb_html_page *page);
/* Any of its rows: the first result's that has it, or the base's. */
const struct spb_row *spb_html_line_row(const struct spb_html_page *page, const struct spb_html_line *line);

void spb_html_summary(const struct spb_html_page *page, struct spb_strbuf *out);
void spb_html_machine(const struct spb_html_page *page, struct spb_strbuf *out);
void spb_html_figures(const struct spb_html_page *page, struct spb_strbuf *out);
void spb_html_table(const struct spb_html_page *page, struct spb_strbuf *out);
/* What stands below a row of the table when it is unfolded. */
void spb_html_row(const struct spb_html_page *page, const struct spb_html_line *line, struct spb_strbuf *out);
void spb_html_method(const struct spb_html_page *page, struct spb_strbuf *out);

/* The name of a class for a tone: "good", "warn", "bad", "dim", "plain". */
const char *spb_html_tone(enum spb_tone tone);
/* <span class="verdict bad">SIGN WORD</span>, the sign hidden from readers of the screen. */
void spb_html_verdict(const struct spb_row_judgement *judgement, struct spb_strbuf *out);
/* <div><dt>NAME</dt><dd>TEXT</dd></div>, with `text` empty afterwards; nothing for an empty one. */
void spb_html_fact(const char *name, struct spb_strbuf *text, struct spb_strbuf *out);
/* A file's name without its folders. */
const char *spb_html_file_name(const char *path);

#endif
