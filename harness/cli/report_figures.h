/* SPDX-License-Identifier: MIT
 *
 * The pictures of a report: every kind that fits, drawn by several gnuplots at a time.
 */
#ifndef SPB_REPORT_FIGURES_H
#define SPB_REPORT_FIGURES_H

#include "html_report.h"
#include "plot_kind.h"
#include "strbuf.h"

#define SPB_REPORT_FIGURES_MAX 16

struct spb_report_figures {
    struct spb_html_figure items[SPB_REPORT_FIGURES_MAX];
    size_t count;
    char *without_gnuplot; /* why none could be drawn, where nothing draws; else NULL */
    struct spb_strbuf pictures[SPB_REPORT_FIGURES_MAX];
    struct spb_error errors[SPB_REPORT_FIGURES_MAX];
};

/* Whatever cannot be drawn is a figure with the reason; `figures` is to be released in any case. */
void spb_report_figures_draw(const struct spb_plot_input *input, struct spb_report_figures *figures);
void spb_report_figures_release(struct spb_report_figures *figures);

#endif
