/* SPDX-License-Identifier: MIT
 *
 * Series of a history as a picture (plots/metrics.gp): a panel a metric, the band from minimum to maximum and the line of the means
 * over time, with gaps where nothing was recorded.
 */
#ifndef SPB_PLOT_METRICS_H
#define SPB_PLOT_METRICS_H

#include "history.h"
#include "plot_data.h"

#define SPB_PLOT_METRICS_MAX 12 /* panels that can be read */

struct spb_plot_metrics {
    const char *title;
    const char *subtitle;
    const char *zone; /* below the time axis */
    const struct spb_history_key *keys;
    const struct spb_history_points *points; /* of each key */
    size_t count;                            /* 1 to SPB_PLOT_METRICS_MAX */
    int64_t since_ns, until_ns;
    int64_t zone_offset_s; /* that times are shown later than UTC */
};

/* The data of the picture; what they lack in memory they say themselves. */
void spb_plot_metrics_build(const struct spb_plot_metrics *metrics, struct spb_plot_data *data);

#endif
