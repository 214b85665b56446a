/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "plot_kind.h"

static int fit(const struct spb_plot_input *input)
{
    return input->count > 0 ? 10 : 0;
}

static int build(const struct spb_plot_input *input, struct spb_plot_data *data, struct spb_error *err)
{
    spb_plot_data_words(data, "title", "Rates");
    spb_plot_data_block(data, "rows: row, ns");
    for (size_t i = 0; i < input->results[0].row_count; i++) {
        const struct spb_row *row = &input->results[0].rows[i];
        if (!row->stats.valid)
            continue;
        spb_plot_data_text(data, row->workload);
        spb_plot_data_number(data, row->stats.estimate_ns);
        spb_plot_data_end_row(data);
    }
    spb_plot_data_end(data);
    return data->text.failed ? spb_error_system(err, -ENOMEM, "bars") : 0;
}

const struct spb_plot_kind spb_plot_bars = {
    .name = "bars", .summary = "rates of rows with their intervals, one group a file", .fit = fit, .build = build};
