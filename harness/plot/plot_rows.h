/* SPDX-License-Identifier: MIT
 *
 * The rows of several results, matched by their keys: what a panel, a bar or a line of a picture stands for.
 *
 *     struct spb_plot_rows rows;
 *     int code = spb_plot_rows_match(input, &rows, err);
 *     const struct spb_row *row = rows.items[i].by_file[file];
 */
#ifndef SPB_PLOT_ROWS_H
#define SPB_PLOT_ROWS_H

#include "plot_kind.h"

struct spb_plot_row {
    char *key;
    const struct spb_row **by_file; /* a row for each result, with a value; NULL: this one has none */
};

struct spb_plot_rows {
    struct spb_plot_row *items; /* that have a value in one of the results; in the order in which they appear */
    size_t count;
    size_t left_out;            /* keys without a value in any */
    const char *reason;         /* of the first of these; belongs to the results */
    const struct spb_row **all; /* what by_file points into */
};

/* -EINVAL: no row has a value; says why. -ENOMEM. */
int spb_plot_rows_match(const struct spb_plot_input *input, struct spb_plot_rows *rows, struct spb_error *err);
/* Also -EINVAL where there are more than `most`: says how to choose some. */
int spb_plot_rows_match_some(const struct spb_plot_input *input, size_t most, struct spb_plot_rows *rows,
                             struct spb_error *err);
void spb_plot_rows_release(struct spb_plot_rows *rows);

/* A row that is there, whichever result it is from: for unit, measure and parameters. */
const struct spb_row *spb_plot_row_any(const struct spb_plot_row *row, size_t file_count);

/* "2 of 30 rows have no value: killed by SIGSEGV", or "" where all have one; appended. */
void spb_plot_rows_note(const struct spb_plot_rows *rows, struct spb_strbuf *out);

/* Do the samples of this process stand in the row's statistics? */
bool spb_plot_process_counts(const struct spb_process *process);

#endif
