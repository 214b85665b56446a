/* SPDX-License-Identifier: MIT
 *
 * What stands below the title of every picture: where and when it was measured, how much, and what the whiskers are.
 */
#ifndef SPB_PLOT_CAPTION_H
#define SPB_PLOT_CAPTION_H

#include "plot_kind.h"

/* The subtitle, at most two lines. In block 0. */
void spb_plot_caption(const struct spb_plot_input *input, struct spb_plot_data *data, const char *whiskers);

#endif
