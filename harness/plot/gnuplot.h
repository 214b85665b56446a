/* SPDX-License-Identifier: MIT
 *
 * Runs gnuplot with one of the templates of plots/ (the program carries them inside it) on a data file. It reads no start-up file
 * of the user's, gets the data as data (plot_data.h) and everything else as words of its command line.
 *
 *     struct spb_strbuf picture = {0};
 *     int code = spb_gnuplot_draw("bars.gp", &data, SPB_PICTURE_SVG, SPB_THEME_LIGHT, &picture, err);
 */
#ifndef SPB_GNUPLOT_H
#define SPB_GNUPLOT_H

#include "error.h"
#include "plot_data.h"

enum spb_picture { SPB_PICTURE_PNG, SPB_PICTURE_SVG, SPB_PICTURE_PDF };
enum spb_theme { SPB_THEME_LIGHT, SPB_THEME_DARK };

/* "png", "svg", "pdf", also the end of a file's name. */
const char *spb_picture_name(enum spb_picture picture);
int spb_picture_parse(const char *name); /* or -1 */

/* Appends the whole picture to `out`. -ENOTSUP: there is no gnuplot, it lacks the terminal (cairo), it did not end within two minutes, or it
 * refused the template or the data, with its own last words. -ENOMEM. PNG and PDF show a white square for signs that their font lacks. Leaves no file and no process behind. */
int spb_gnuplot_draw(const char *template_name, const struct spb_plot_data *data, enum spb_picture picture,
                     enum spb_theme theme, struct spb_strbuf *out, struct spb_error *err);

#endif
