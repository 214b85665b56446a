/* SPDX-License-Identifier: MIT
 *
 * The font of the pictures, DejaVu Sans: how wide its texts are, and what it has no signs for. cairo draws a box for these, and gnuplot
 * makes that box as large as the picture.
 */
#ifndef SPB_PLOT_FONT_H
#define SPB_PLOT_FONT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "strbuf.h"

bool spb_plot_font_has(uint32_t code);
/* Width of the first `length` bytes in a size of `size_px`; that of signs outside of ASCII is estimated. */
double spb_plot_font_px(const char *text, size_t length, double size_px);
/* Appends the text with a white square in place of each sign that the font does not have. */
void spb_plot_font_append_known(struct spb_strbuf *out, const char *text, size_t length);

#endif
