/* SPDX-License-Identifier: MIT
 *
 * A table of text cells, rendered for a terminal, as CSV or as Markdown.
 *
 *     struct spb_table table = {0};
 *     spb_table_column(&table, "row", SPB_ALIGN_LEFT);
 *     spb_table_column(&table, "time", SPB_ALIGN_RIGHT);
 *     spb_table_cell(&table, "cpu/int-chain");
 *     spb_table_cell(&table, "%.2f ns", 0.31);       // the row is full: the next cell starts another
 *     spb_table_render(&table, SPB_TABLE_TEXT, &options, &out);
 *     spb_table_release(&table);
 *
 * Control characters in cells are shown as U+FFFD, since cells hold names from files and other processes. Text columns
 * are as wide as what they show (UTF-8 counted by wcwidth). When memory runs out the table says so in `failed`.
 */
#ifndef SPB_TABLE_H
#define SPB_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "strbuf.h"

enum spb_align { SPB_ALIGN_LEFT, SPB_ALIGN_RIGHT };

enum spb_table_format {
    SPB_TABLE_TEXT,
    SPB_TABLE_CSV, /* RFC 4180, one header line; cells that start with = + - @ and are not numbers get a leading ' */
    SPB_TABLE_MARKDOWN,
};

enum spb_tone { SPB_TONE_PLAIN, SPB_TONE_GOOD, SPB_TONE_WARN, SPB_TONE_BAD, SPB_TONE_DIM };

#define SPB_TABLE_COLUMNS_MAX 32

struct spb_table_cell;

struct spb_table {
    const char *headers[SPB_TABLE_COLUMNS_MAX]; /* constant strings */
    enum spb_align aligns[SPB_TABLE_COLUMNS_MAX];
    size_t column_count;
    struct spb_table_cell *cells;
    size_t cell_count;
    size_t cell_capacity;
    bool group_pending;
    bool last_below; /* as text, where there is a width, the last column has lines of its own below its row */
    bool failed;
};

struct spb_table_options {
    bool color;   /* terminal colours for the tones */
    size_t width; /* columns of the terminal: the last column is wrapped to fit under itself, or below
                    its row where that is too narrow; 0: no limit */
};

void spb_table_column(struct spb_table *table, const char *header, enum spb_align align);
void spb_table_cell(struct spb_table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The tone of the cell added last. */
void spb_table_tone(struct spb_table *table, enum spb_tone tone);
/* The next row begins a group: as text an empty line stands before it. */
void spb_table_group(struct spb_table *table);
/* `options` NULL: none. Appends to `out`. */
void spb_table_render(const struct spb_table *table, enum spb_table_format format,
                      const struct spb_table_options *options, struct spb_strbuf *out);
void spb_table_release(struct spb_table *table);

/* Columns of the terminal that its text takes at least: the last column is left out when it can be wrapped. */
size_t spb_table_width(const struct spb_table *table);
/* The text in the colour of its tone, where colours are wanted. */
void spb_toned_text(enum spb_tone tone, bool color, const char *text, struct spb_strbuf *out);

/* One paragraph of printable text, broken between words to `width` columns (0: not at all), and a newline. */
void spb_wrap_text(const char *text, size_t width, struct spb_strbuf *out);

/* One cell of CSV (RFC 4180), quoted where it must be; what a spreadsheet would run as a formula is disarmed. */
void spb_csv_append(struct spb_strbuf *out, const char *text);

#endif
