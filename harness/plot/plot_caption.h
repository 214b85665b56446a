/* SPDX-License-Identifier: MIT
 *
 * What stands below the title of every picture: host, day, number of values, what the whiskers are.
 *
 *     alder, 2026-01-01 12:00 UTC; 12 rows of 8 to 10 processes
 *     whiskers: 95 % confidence interval over the processes
 */
#ifndef SPB_PLOT_CAPTION_H
#define SPB_PLOT_CAPTION_H

#include <stdbool.h>

#include "plot_data.h"
#include "plot_kind.h"

/* Writes "subtitle" into block 0, at most two lines. `whiskers`: the second line, which may not come from a file; NULL: none. */
void spb_plot_caption(const struct spb_plot_input *input, struct spb_plot_data *data, const char *whiskers);

/* The same where the picture shows only some of the rows: those of them that have a value are counted. */
void spb_plot_caption_of(const struct spb_plot_input *input, bool (*is_shown)(const struct spb_row *row),
                         struct spb_plot_data *data, const char *whiskers);

/* Appends what the whiskers are where they are the intervals of rows: "whiskers: 95 % confidence interval over the processes", with what
 * must be said where some are of less or there are none. */
void spb_plot_whiskers(const struct spb_plot_input *input, bool (*is_shown)(const struct spb_row *row),
                       struct spb_strbuf *out);

#endif
