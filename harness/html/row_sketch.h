/* SPDX-License-Identifier: MIT
 *
 * The samples of one row as a small picture of a few kilobytes, drawn here and now, with the page's colours: every process's samples
 * in time order beside each other, marks by the shape of the point, each process's median, the row's result and its interval;
 * to the right the same values as the share of samples that lie at or below each.
 *
 * The axis is the row's own measure, as a deviation from the result on a logarithmic scale: faster rates are above.
 */
#ifndef SPB_ROW_SKETCH_H
#define SPB_ROW_SKETCH_H

#include <stddef.h>

#include "row.h"
#include "strbuf.h"

struct spb_row_sketch {
    size_t points_max; /* about so many are drawn at most */
    const char *title; /* for those who do not see it */
};

/* Appends an <svg> element; nothing where the row's stats are not valid. Returns how many samples in a row stand behind the least, the
 * middle and the largest that are drawn of them; 1: all are drawn. */
size_t spb_row_sketch(const struct spb_row *row, const struct spb_row_sketch *how, struct spb_strbuf *out);

/* The one mark by which a sample is drawn: steal, migrated, waited or preempted, in this order; 0: none. */
unsigned spb_sketch_mark(unsigned marks);

#endif
