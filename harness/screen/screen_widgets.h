/* SPDX-License-Identifier: MIT
 *
 * Bars, graphs and short numbers: pure drawing on a grid. What is absent is NaN, and nothing is drawn for it. On a grid of ASCII they use
 * ASCII.
 */
#ifndef SPB_SCREEN_WIDGETS_H
#define SPB_SCREEN_WIDGETS_H

#include "screen_grid.h"

/* How much of something that should not be full is used: good below 70 %, bad from 90 %. */
enum spb_ink spb_level_ink(double pct);

struct spb_bar {
    double used_pct;
    double more_pct; /* drawn lighter after the first: what is used and can be had back; 0: none */
    enum spb_ink ink;
};

/* `width` columns at the pen. */
void spb_draw_bar(struct spb_pen *pen, int width, const struct spb_bar *bar);
/* One character that says how high: of a CPU among many. */
void spb_draw_level(struct spb_pen *pen, double pct, enum spb_ink ink);

struct spb_graph {
    const float *values; /* the newest last */
    size_t count;
    double max;    /* full height */
    bool is_level; /* per cent: inked by spb_level_ink; else calm */
    bool hangs;    /* grows down from the top */
};

/* The newest at the right edge; braille has two values a column, ASCII one. */
void spb_draw_graph(struct spb_grid *grid, struct spb_rect rect, const struct spb_graph *graph);

/* The largest of the values that a graph of this width shows; 0: none. */
double spb_graph_max(const struct spb_grid *grid, int width, const float *values, size_t count);

#define SPB_SHORT_TEXT_SIZE 32

/* Five columns at most: "0", "812", "1.20k", "34.5M"; bytes by 1024, counts by 1000; "-" where there is none. Returns `text`. */
const char *spb_short_bytes(char *text, double value);
const char *spb_short_count(char *text, double value);
/* "0.3", "12.5", "100", "1600": of one CPU; "-". */
const char *spb_short_pct(char *text, double value);
/* "3d 4h", "4h 05m", "12:07", up to six columns. */
const char *spb_short_time(char *text, double seconds);

#endif
