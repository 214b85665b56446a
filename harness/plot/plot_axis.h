/* SPDX-License-Identifier: MIT
 *
 * An axis of a picture: the range that holds everything, and ticks that people can read.
 *
 *     struct spb_plot_axis axis = {.log = true};
 *     spb_plot_axis_include(&axis, 4096);
 *     spb_plot_axis_widen(&axis);
 *     spb_plot_axis_ticks(&axis, 10, spb_plot_tick_bytes, &data);
 */
#ifndef SPB_PLOT_AXIS_H
#define SPB_PLOT_AXIS_H

#include <stdbool.h>

#include "plot_data.h"

struct spb_plot_axis {
    bool log;   /* logarithmic; else linear, from 0 */
    bool two;   /* logarithmic to the base 2: ticks are powers of two */
    bool whole; /* linear: ticks are whole numbers */
    double low;
    double high; /* 0: nothing was included */
};

/* Values that are not finite, or not above 0, are no part of any axis. */
void spb_plot_axis_include(struct spb_plot_axis *axis, double value);
/* Room at the ends, and a logarithmic axis at least so long that it has two ticks. */
void spb_plot_axis_widen(struct spb_plot_axis *axis);
/* Where `value` stands, 0 at the low end, 1 at the high one. */
double spb_plot_axis_place(const struct spb_plot_axis *axis, double value);

/* What stands at a tick; `text` holds SPB_UNIT_TEXT_SIZE. Returns it. */
typedef const char *spb_plot_tick_format(char *text, double value);
spb_plot_tick_format spb_plot_tick_bytes; /* "64 KiB" */
spb_plot_tick_format spb_plot_tick_plain; /* "0.5", "20" */
spb_plot_tick_format spb_plot_tick_time;  /* of ns: "20 us" */
spb_plot_tick_format spb_plot_tick_rate;  /* of bytes a second: "20 GB/s" */
spb_plot_tick_format spb_plot_tick_flops; /* of FLOP/s: "20 GFLOP/s" */

/* Appends a block of at most `count` ticks: position, label. */
void spb_plot_axis_ticks(const struct spb_plot_axis *axis, unsigned count, spb_plot_tick_format *format,
                         struct spb_plot_data *data);

/* Left of a vertical axis: its widest tick and its label. */
double spb_plot_axis_left_px(const struct spb_plot_axis *axis, unsigned count, spb_plot_tick_format *format);

#endif
