/* SPDX-License-Identifier: MIT
 *
 * Results as one HTML page that holds all it needs: machine, summary, table, every row's samples, pictures, how it was measured.
 *
 *     struct spb_html_input input = {.results = results, .names = names, .count = 1, .figures = figures, .figure_count = 3};
 *     spb_html_report(&input, &out);
 */
#ifndef SPB_HTML_REPORT_H
#define SPB_HTML_REPORT_H

#include <stddef.h>

#include "judgement.h"
#include "result.h"
#include "strbuf.h"

/* A picture by gnuplot in the light theme; its colours become those of the page, light or dark. */
struct spb_html_figure {
    const char *kind;  /* "bars": names it in links */
    const char *title; /* what is seen in it */
    const char *svg;   /* NULL: it could not be drawn, and `reason` says why */
    const char *reason;
};

struct spb_html_input {
    const struct spb_result *results; /* the columns of the page */
    const char *const *names;         /* their files */
    size_t count;
    const struct spb_result *base; /* what they were compared with; NULL: with nothing */
    const char *base_name;
    const struct spb_judgement *judgements; /* `count` of them, when there is a base */
    const struct spb_html_figure *figures;
    size_t figure_count;
    const char *no_figures; /* why there are none, as a sentence for people; NULL: none fits */
    const char *program_version;
};

/* Appends the page. 0 or -ENOMEM. Everything from files is escaped; nothing is fetched, and a Content-Security-Policy says so. */
int spb_html_report(const struct spb_html_input *input, struct spb_strbuf *out);

#endif
