/* SPDX-License-Identifier: MIT
 *
 * A finished result in the formats of other tools, so that these read it. What a format cannot hold is left out; what it
 * demands and the result lacks is said at the top of export_<format>.c. Rows without a time (failed, unavailable) are left
 * out, and counted; of CSV those without a sample.
 */
#ifndef SPB_FOREIGN_EXPORT_H
#define SPB_FOREIGN_EXPORT_H

#include "error.h"
#include "result.h"
#include "strbuf.h"

enum spb_export_format {
    SPB_EXPORT_GBENCH,  /* Google Benchmark's JSON, a repetition a process */
    SPB_EXPORT_GOBENCH, /* the Go benchmark format, a line a row and process */
    SPB_EXPORT_PYPERF,  /* pyperf's JSON, a run a process, with all samples */
    SPB_EXPORT_CSV,     /* a line a sample */
};

/* "gbench", "gobench", "pyperf", "csv". -EINVAL with the names. */
int spb_export_format_parse(const char *name, enum spb_export_format *format, struct spb_error *err);

/* Appends the whole text. *left_out: rows that have no time. -EINVAL, -ENOMEM. */
int spb_export(const struct spb_result *result, enum spb_export_format format, struct spb_strbuf *out, size_t *left_out,
               struct spb_error *err);

#endif
