/* SPDX-License-Identifier: MIT
 *
 * The result of a run as a person or another program reads it: table, CSV, Markdown. (JSON on stdout is the result file
 * itself.)
 */
#ifndef SPB_ROW_REPORT_H
#define SPB_ROW_REPORT_H

#include "result.h"
#include "table.h"

/* One line a row: name with parameters, threads, estimate in the row's measure ("0.312 ns/operation", "21.4 GB/s"), 95
 * % half-width in percent, spread of single samples, processes, notes (failed: reason; unsettled; marked samples). CSV
 * has one column a number, plain units in the header. */
void spb_row_report(const struct spb_result *result, enum spb_table_format format,
                    const struct spb_table_options *options, struct spb_strbuf *out);

/* "0.312 ns/operation", "21.4 GB/s", "3.2 Mspawn/s" for `ns` of one iteration. */
void spb_row_headline_format(const struct spb_row *row, double ns, struct spb_strbuf *out);

/* "B" for bytes, "FLOP" and "bit" as they are: units whose symbol takes a prefix directly; NULL for all others. */
const char *spb_unit_symbol(const char *unit);

/* "21.4 GB/s", "3.2 M spawn/s" for a number of units in a second. */
void spb_rate_format(double per_second, const char *unit, struct spb_strbuf *out);

/* The pieces of the table's line. */
void spb_percent_format(double ratio, struct spb_strbuf *out); /* "0.92 %" */
/* "±0.92 %"; few processes allow no 95 %: the confidence that there is stands behind it, rounded down: "±1.0 % (75 %)". */
void spb_half_width_format(const struct spb_row_stats *stats, struct spb_strbuf *out);
void spb_row_spread_format(const struct spb_row_stats *stats, struct spb_strbuf *out); /* "+21 %" */
void spb_row_notes_format(const struct spb_row *row, struct spb_strbuf *out);

/* What the columns and the notes that occur mean, and why there are no counters: a line each, wrapped to `width` columns (0: not at
 * all). */
void spb_row_legend(const struct spb_result *result, size_t width, struct spb_strbuf *out);
/* "133 rows: 131 ok, 2 unavailable"; no newline. */
void spb_row_summary(const struct spb_result *result, struct spb_strbuf *out);

/* One line about a finished row, for progress on stderr. */
void spb_row_progress_line(const struct spb_row *row, struct spb_strbuf *out);

#endif
