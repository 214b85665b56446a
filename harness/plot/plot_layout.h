/* SPDX-License-Identifier: MIT
 *
 * Room for texts, in the pixels of plots/style.gp: so that nothing overlaps and nothing is cut, sizes follow from what is to be shown.
 *
 *     spb_plot_label(&label, key, SPB_PLOT_LABEL_COLUMNS);
 *     left_px = spb_plot_text_px(spb_strbuf_text(&label)) + 20;
 *     height_px = SPB_PLOT_HEAD_PX + rows * 18 + spb_plot_note(&data, "2 rows have no value", width_px);
 */
#ifndef SPB_PLOT_LAYOUT_H
#define SPB_PLOT_LAYOUT_H

#include <stddef.h>

#include "plot_data.h"
#include "plot_kind.h"

/* Title and two lines of subtitle (head_px of style.gp). */
#define SPB_PLOT_HEAD_PX 74
/* Beyond that neither a PNG of cairo's nor a page of a PDF can be drawn. */
#define SPB_PLOT_HEIGHT_MAX_PX 32000

/* Width of a text of 12 pixels, of its longest line. */
double spb_plot_text_px(const char *text);

/* Appends the name of a row or file made safe to show, cut in its middle to `columns`. */
void spb_plot_label(struct spb_strbuf *out, const char *name, size_t columns);

/* Writes "note" into block 0, broken into lines that fit the width, and returns the height that it takes (foot_px of style.gp).
 * A newline in the text stays one. */
double spb_plot_note(struct spb_plot_data *data, const char *text, double width_px);

/* Appends "2 of 30 rows have no value: a (failed: reason), b (...)." with at most some names, or nothing. */
void spb_plot_left_out(const struct spb_plot_input *input, struct spb_strbuf *out);

/* 0, or -EINVAL: so high a picture cannot be drawn; the text names --rows. */
int spb_plot_check_height(double height_px, size_t rows, struct spb_error *err);

#endif
