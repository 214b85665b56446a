/* SPDX-License-Identifier: MIT
 *
 * Texts of results in a picture: how much room they take, and how they are made to fit.
 */
#ifndef SPB_PLOT_TEXT_H
#define SPB_PLOT_TEXT_H

#include <stddef.h>

#include "strbuf.h"

/* Appends `text`, on one line and printable, its middle left out ("memory/la…=64KiB") where it takes more than `columns`: the
 * end of a row's key tells it from its neighbours. */
void spb_plot_text_clip(const char *text, size_t columns, struct spb_strbuf *out);

/* Appends lines of words, none wider than `columns` unless a word is. Newlines in `text` stay. */
void spb_plot_text_wrap(const char *text, size_t columns, struct spb_strbuf *out);

/* Room that so many columns of the ordinary font take, in pixels: rather too much than too little. */
double spb_plot_text_width_px(size_t columns);

size_t spb_plot_text_lines(const char *text); /* 0 for "" */

#endif
