/* SPDX-License-Identifier: MIT
 *
 * Marked samples have shapes of their own, the same in every picture: none of them is the shape of a file.
 */
#ifndef SPB_PLOT_MARKS_H
#define SPB_PLOT_MARKS_H

#include <stdint.h>

#include "plot_panels.h"

/* Not a mark of the sample, but of its process. */
#define SPB_PLOT_UNSETTLED (1u << 31)

/* The point type of the gravest of the marks; 0: none of them. */
int spb_plot_mark_shape(uint32_t marks);

/* An entry for each of the marks that were seen. */
void spb_plot_page_legend_marks(struct spb_plot_page *page, uint32_t seen);

/* -1, 0 or 1: `value` lies below, within or above the range; and *shown is where it is drawn. */
int spb_plot_clamp(const struct spb_plot_range *range, double value, double *shown);

#endif
