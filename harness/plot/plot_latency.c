/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "plot_sweep.h"

static bool find_place(const struct spb_row *row, double *x, size_t *parameter)
{
    return row->measure == SPB_TIME_PER_UNIT && strcmp(row->unit, "access") == 0 && spb_plot_size_of(row, x, parameter);
}

static bool is_shown(const struct spb_row *row)
{
    double x;
    size_t parameter;
    return find_place(row, &x, &parameter);
}

static const struct spb_plot_sweep sweep = {
    .title = "Latency of memory against the size of the working set",
    .x_label = "Working-set size (bytes)",
    .find_place = find_place,
    .is_shown = is_shown,
    .plain = {1, "Latency (ns/access)", spb_plot_tick_plain},
    .wide = {1, "Latency (time/access)", spb_plot_tick_time},
    .linear_up_to = 0,
    .nothing = "no row is measured in time per access and has a size in bytes; spbench run memory/latency --param "
               "size=4KiB..llc*8 makes such rows",
};

static int fit(const struct spb_plot_input *input)
{
    return spb_plot_sweep_fit(&sweep, input);
}

static int build(const struct spb_plot_input *input, struct spb_plot_data *data, struct spb_error *err)
{
    return spb_plot_sweep_build(&sweep, input, data, err);
}

const struct spb_plot_kind spb_plot_latency = {.name = "latency",
                                               .summary = "time of an access against working-set size, with the caches",
                                               .fit = fit,
                                               .build = build};
