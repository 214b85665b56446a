/* SPDX-License-Identifier: MIT
 *
 * What the writers of foreign formats share.
 */
#ifndef SPB_EXPORT_INTERNAL_H
#define SPB_EXPORT_INTERNAL_H

#include <stdbool.h>

#include "foreign_export.h"

/* Each appends the whole file of the rows that have a time. 0, or -EINVAL with the text set. Memory: out->failed. */
int spb_export_gbench(const struct spb_result *result, struct spb_strbuf *out, struct spb_error *err);
int spb_export_gobench(const struct spb_result *result, struct spb_strbuf *out, struct spb_error *err);
int spb_export_pyperf(const struct spb_result *result, struct spb_strbuf *out, struct spb_error *err);
int spb_export_csv(const struct spb_result *result, struct spb_strbuf *out, struct spb_error *err);

/* A process of an exported row: medians of its samples stand for it where a format has one number a process. */
struct spb_export_process {
    const struct spb_process *process;
    uint64_t iterations; /* of all its samples, in the unit of time_ns */
    double time_ns;      /* median; see spb_export_divisor() */
    double rate;         /* units of work in a second, 0: not known */
};

/* Is there a time to export? */
bool spb_export_has_time(const struct spb_row *row);
bool spb_export_counts(const struct spb_process *process);
/* What a time of one iteration is divided by: where the row's measure is the time of a unit of work, the units in an
 * iteration; else 1, and the rate is told beside it. */
double spb_export_divisor(const struct spb_row *row, const struct spb_process *process);
/* Time of a sample in that unit, less what the process's iterations hold that is not the work's. */
double spb_export_time_ns(const struct spb_row *row, const struct spb_process *process,
                          const struct spb_sample *sample);
/* The processes that count, `*count` of them; freed by the caller. NULL when memory ran out. */
struct spb_export_process *spb_export_processes(const struct spb_row *row, size_t *count);

/* The value of parameter `name`, or NULL. */
const char *spb_export_param(const struct spb_row *row, const char *name);
/* "BM_Copy/size:4096/threads:2": workload, parameters and threads in the manner of the format, with ':' or '=' between name
 * and value. What came from such a tool gets the name that it had there. With `encoded`, what may not stand in a word is
 * written as %20, and what the Go format has another place for (pkg, gomaxprocs, threads) is left out. */
void spb_export_name(const struct spb_row *row, char separator, bool encoded, struct spb_strbuf *out);

#endif
