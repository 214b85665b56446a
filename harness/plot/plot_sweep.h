/* SPDX-License-Identifier: MIT
 *
 * The picture of rows against the size of what they work on: what `latency` and `bandwidth` have in common. The blocks that it makes
 * stand at the top of plots/latency.gp.
 */
#ifndef SPB_PLOT_SWEEP_H
#define SPB_PLOT_SWEEP_H

#include "plot_lines.h"

/* In which unit values are shown. */
struct spb_plot_scale {
    double factor; /* from the headline */
    const char *label;
    spb_plot_tick_format *format;
};

struct spb_plot_sweep {
    const char *title;
    const char *x_label;
    spb_plot_find_place *find_place;
    bool (*is_shown)(const struct spb_row *row);
    struct spb_plot_scale plain; /* where all values are of a readable size in it, */
    struct spb_plot_scale wide;  /* else this */
    double linear_up_to;         /* largest / smallest value; beyond it the axis is logarithmic */
    const char *nothing;         /* what to say where there is no row of the kind */
};

int spb_plot_sweep_build(const struct spb_plot_sweep *sweep, const struct spb_plot_input *input,
                         struct spb_plot_data *data, struct spb_error *err);
/* For the kind's fit: 80 where all rows are of the picture and a line of it has three sizes, 5 where only some rows are, 0 without
 * such a line. */
int spb_plot_sweep_fit(const struct spb_plot_sweep *sweep, const struct spb_plot_input *input);

#endif
