/* SPDX-License-Identifier: MIT
 *
 * Pictures of several panels, one below the other: title and subtitle, a legend, the panels, a note. Sizes are settled here, in
 * pixels, so that a template only draws. Blocks 1 and 2 of the data are the panels and the legend; plots/style.gp reads them.
 *
 *     struct spb_plot_page page = {.title = "...", .whiskers = "...", .note = text, .panels = panels, .panel_count = n, ...};
 *     spb_plot_page_begin(input, &page, data);
 *     spb_plot_data_block(data, "samples: ...");       the kind's own blocks, from index 3 on
 */
#ifndef SPB_PLOT_PANELS_H
#define SPB_PLOT_PANELS_H

#include "plot_kind.h"
#include "plot_measure.h"

/* Panels that a picture may have, and rows where each is one. */
#define SPB_PLOT_PANELS_MAX 12

/* Colours of style.gp, by number: 1 .. 8 are its hues. */
enum spb_plot_colour {
    SPB_COLOUR_SLOWER = -4,
    SPB_COLOUR_FASTER = -3,
    SPB_COLOUR_UNDECIDED = -2,
    SPB_COLOUR_FAINT = -1,
    SPB_COLOUR_INK = 0,
};

struct spb_plot_panel {
    char *label; /* the row's key, and below it what is to be said of it; owned */
    char *detail;
    char y_label[96];
    struct spb_plot_range range; /* of y */
    double x_low, x_high;
};

struct spb_plot_legend {
    char *text; /* owned */
    int colour;
    int shape; /* number of a point type of gnuplot; 0: none, the text itself has the colour */
};

#define SPB_PLOT_LEGENDS_MAX 24

struct spb_plot_page {
    const char *title;
    const char *whiskers;   /* for the caption */
    const char *x_label;    /* of the lowest panel */
    struct spb_strbuf note; /* lines, wrapped here */
    struct spb_plot_panel *panels;
    size_t panel_count;
    size_t panel_room; /* that were allocated */
    struct spb_plot_legend legends[SPB_PLOT_LEGENDS_MAX];
    size_t legend_count;
    double width_px; /* 0: 960 */
};

/* 0 or -ENOMEM. Release it in either case. */
int spb_plot_page_prepare(struct spb_plot_page *page, size_t panel_count);
void spb_plot_page_release(struct spb_plot_page *page);

/* Room for more than SPB_PLOT_LEGENDS_MAX there is not: further ones are dropped. */
void spb_plot_page_legend(struct spb_plot_page *page, int colour, int shape, const char *text);
/* The names of the files, where there are several, with their hue and shape. */
void spb_plot_page_legend_files(struct spb_plot_page *page, const struct spb_plot_input *input);

/* Blocks 0 to 2. */
void spb_plot_page_begin(const struct spb_plot_input *input, const struct spb_plot_page *page,
                         struct spb_plot_data *data);

/* Point types of files and of marks: as in style.gp. */
int spb_plot_shape(size_t file);

#endif
