/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "plot_sweep.h"

static bool find_place(const struct spb_row *row, double *x, size_t *parameter)
{
    return row->measure == SPB_UNITS_PER_SECOND && strcmp(row->unit, "byte") == 0 &&
           spb_plot_size_of(row, x, parameter);
}

static bool is_shown(const struct spb_row *row)
{
    double x;
    size_t parameter;
    return find_place(row, &x, &parameter);
}

static const struct spb_plot_sweep sweep = {
    .title = "Bandwidth against the size of what is worked on",
    .x_label = "Size of the data, as the workload's parameter counts it (bytes)",
    .find_place = find_place,
    .is_shown = is_shown,
    .plain = {1e-9, "Bandwidth (GB/s)", spb_plot_tick_plain},
    .wide = {1, "Bandwidth (bytes/s)", spb_plot_tick_rate},
    .linear_up_to = 30,
    .nothing = "no row is measured in bytes a second and has a size in bytes; spbench run memory/read --param "
               "size=4KiB..llc*4 makes such rows",
};

static int fit(const struct spb_plot_input *input)
{
    return spb_plot_sweep_fit(&sweep, input);
}

static int build(const struct spb_plot_input *input, struct spb_plot_data *data, struct spb_error *err)
{
    return spb_plot_sweep_build(&sweep, input, data, err);
}

const struct spb_plot_kind spb_plot_bandwidth = {.name = "bandwidth",
                                                 .summary =
                                                     "bytes a second against the size of the data, with the caches",
                                                 .fit = fit,
                                                 .build = build};
