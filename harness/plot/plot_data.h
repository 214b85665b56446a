/* SPDX-License-Identifier: MIT
 *
 * The data file of a picture: what a gnuplot template reads, and a person who draws with another tool. Blocks of
 * tab-separated columns, two empty lines between them, so that gnuplot tells them apart by `index N`. Block 0 is made of
 * pairs, a name and a text or number: the words and sizes of the picture. The further ones are the template's own; the comment
 * at its top says which, and a comment line before each block names its columns.
 *
 *     struct spb_plot_data data = {0};
 *     spb_plot_data_words(&data, "title", "Rates of %zu rows", count);
 *     spb_plot_data_value(&data, "height", 480);
 *     spb_plot_data_block(&data, "bars: row, value, low, high");
 *     spb_plot_data_text(&data, key);
 *     spb_plot_data_number(&data, 3.1);
 *     spb_plot_data_absent(&data);
 *     spb_plot_data_end_row(&data);
 *
 * Nothing in it can reach gnuplot as a command: gnuplot reads the file as data alone, and texts are encoded so that what it
 * shows is what was given. They are quoted; a backslash is doubled; a double quote, which its reader knows no way to
 * keep, becomes U+2033; tabs, newlines and other control characters become U+FFFD. A number that is not finite, or absent, is "?".
 */
#ifndef SPB_PLOT_DATA_H
#define SPB_PLOT_DATA_H

#include <stdbool.h>

#include "strbuf.h"

struct spb_plot_data {
    struct spb_strbuf text; /* .failed: memory ran out, look at the end */
    bool in_row;
    size_t block_count;
    size_t row_count; /* of the block that is open */
};

/* A pair of block 0; both only before the first spb_plot_data_block(). Names: plots/style.gp. A newline in the text begins a new
 * line of the picture. */
void spb_plot_data_words(struct spb_plot_data *data, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void spb_plot_data_value(struct spb_plot_data *data, const char *name, double value);

/* Begins the next block; `columns` becomes a comment, and may not hold a newline. A block without rows gets one whose only cell is "?",
 * since gnuplot does not count an empty one. */
void spb_plot_data_block(struct spb_plot_data *data, const char *columns);
void spb_plot_data_text(struct spb_plot_data *data, const char *text); /* NULL: as absent; "" becomes a blank */
void spb_plot_data_number(struct spb_plot_data *data, double value);
void spb_plot_data_absent(struct spb_plot_data *data);
void spb_plot_data_end_row(struct spb_plot_data *data);
/* After the last row. */
void spb_plot_data_end(struct spb_plot_data *data);

void spb_plot_data_release(struct spb_plot_data *data);

#endif
