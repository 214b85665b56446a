/* SPDX-License-Identifier: MIT
 *
 * Rows that differ in one thing, as lines along it: latency against size, rate against threads.
 *
 *     struct spb_plot_lines lines;
 *     int code = spb_plot_lines_collect(input, find_place, &lines);
 *     ...
 *     spb_plot_lines_release(&lines);
 *
 * How a line is drawn: lines of one workload and parameters share hue and shape, and the thread count or the file gives the dashes, as
 * far as there are dashes. Else each has a hue and a shape of its own, as have lines of a single point, which shows no dashes.
 */
#ifndef SPB_PLOT_LINES_H
#define SPB_PLOT_LINES_H

#include "plot_axis.h"
#include "plot_kind.h"

/* As many as hues and shapes tell apart. */
#define SPB_PLOT_LINES_MAX 64
/* From one entry of a legend to the next. */
#define SPB_PLOT_LINE_PX 17.0

/* The part of a picture that is inside the axes, in pixels from the left and from the top. */
struct spb_plot_box {
    double left, right, top, bottom;
};

struct spb_plot_point {
    const struct spb_row *row;
    double x;
    double y;         /* the row's headline */
    double low, high; /* not a number without an interval */
    bool has_interval;
};

/* How a line or a point is drawn; 1 is the first. */
struct spb_plot_look {
    unsigned hue, shape, dash;
};

struct spb_plot_line {
    char *name; /* the rows' workload and parameters, but for the one that the line runs along */
    size_t file;
    unsigned threads; /* 0: the line runs along them */
    char *label;      /* all of these that tell it from others */
    struct spb_plot_look look;
    struct spb_plot_point *points; /* by x */
    size_t count;
};

struct spb_plot_lines {
    struct spb_plot_line *items; /* in the order of their first rows */
    size_t count;
    size_t row_count; /* of the picture's rows, drawn or not */
    size_t left_out_count;
    const char *left_out_reason; /* of the first; belongs to the input */
};

/* Where the row stands on the line: *x, and the number of the parameter that the line runs along, row->param_count for the number of
 * threads. False: it is none of the picture's rows. */
typedef bool spb_plot_find_place(const struct spb_row *row, double *x, size_t *parameter);

/* 0 or -ENOMEM. Rows without a value are counted, not drawn. */
int spb_plot_lines_collect(const struct spb_plot_input *input, spb_plot_find_place *find_place,
                           struct spb_plot_lines *lines);
void spb_plot_lines_release(struct spb_plot_lines *lines);
/* Finds the looks of `count` lines that are seen together. */
void spb_plot_lines_dress(struct spb_plot_line *lines, size_t count);
/* Of the `index`th of things that are all told apart. */
struct spb_plot_look spb_plot_look_of(size_t index);

/* The input with the rows of the lines' points alone, for captions; the rows still belong to the other. 0 or -ENOMEM. */
int spb_plot_lines_input(const struct spb_plot_lines *lines, const struct spb_plot_input *input,
                         struct spb_plot_input *drawn);
void spb_plot_lines_input_release(struct spb_plot_input *drawn);

/* "memory/read load=auto": the row's workload and parameters, but for the one of that number. For the caller to free; NULL: no memory. */
char *spb_plot_name_without(const struct spb_row *row, size_t parameter);
/* The size that a row's data has: its parameter "size" in bytes, else its first one in bytes. */
bool spb_plot_size_of(const struct spb_row *row, double *bytes, size_t *parameter);

/* A sentence for the note, if any row was left out. */
void spb_plot_lines_note(const struct spb_plot_lines *lines, struct spb_strbuf *out);

/* A row of a legend's block: label of at most so many columns, place from 0 (bottom) to 1, hue, shape, dash, number of points. */
void spb_plot_legend_entry(const struct spb_plot_line *line, size_t columns, double place, struct spb_plot_data *data);
/* A block for each line: x, and y, low and high times the factor. */
void spb_plot_lines_write(const struct spb_plot_lines *lines, double y_factor, struct spb_plot_data *data);

/* Moves places, in descending order, as little as need be, so that they are `gap` apart and all between 0 and 1 - where there is room
 * for them. */
void spb_plot_spread(double *places, size_t count, double gap);

#endif
