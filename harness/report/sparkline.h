/* SPDX-License-Identifier: MIT
 *
 * A series as a line of blocks: ▁▂▃▄▅▆▇█. No block is drawn where there is nothing.
 */
#ifndef SPB_SPARKLINE_H
#define SPB_SPARKLINE_H

#include "strbuf.h"

/* Appends `columns` of them (fewer when there are fewer values); a column is the mean of the values below it. `top` is what a full
 * block stands for. */
void spb_sparkline(const double *values, size_t count, double top, size_t columns, struct spb_strbuf *out);

#endif
