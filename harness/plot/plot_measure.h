/* SPDX-License-Identifier: MIT
 *
 * A row's own measure on an axis: its unit with the prefix that suits the values, and the range that shows them.
 *
 *     struct spb_plot_measure measure = spb_plot_measure_of(row, row->stats.estimate_ns);
 *     y = spb_plot_measure_value(&measure, ns);      label: measure.label, "Time (us/spawn)"
 */
#ifndef SPB_PLOT_MEASURE_H
#define SPB_PLOT_MEASURE_H

#include <stdbool.h>
#include <stddef.h>

#include "row.h"

struct spb_plot_measure {
    double scale; /* time: shown = ns * scale; rate: shown = scale / ns */
    bool is_rate; /* higher is better */
    char label[96];
};

/* `ns`: time of an iteration that decides on the prefix. A row whose processes disagree on the work of an iteration is shown in time
 * for an iteration. */
struct spb_plot_measure spb_plot_measure_of(const struct spb_row *row, double ns);
double spb_plot_measure_value(const struct spb_plot_measure *measure, double ns);

/* What of an axis shows values whose outermost may lie far away. */
struct spb_plot_range {
    double low, high;
    bool is_log; /* the bulk of the values covers more than a decade; all are above 0 then */
};

/* Reaches beyond the middle 96 % by as much as these cover, and no further than there are values. `sorted` ascending, count > 0. */
struct spb_plot_range spb_plot_range_of(const double *sorted, size_t count);
/* Makes it reach to `value` as well. */
void spb_plot_range_include(struct spb_plot_range *range, double value);
/* Adds room at both ends, and at least some where all values are alike. */
void spb_plot_range_pad(struct spb_plot_range *range);

#endif
