/* SPDX-License-Identifier: MIT
 *
 * What the readers of foreign formats share. Functions that return int give 0, -EINVAL with the text set, or -ENOMEM.
 */
#ifndef SPB_IMPORT_INTERNAL_H
#define SPB_IMPORT_INTERNAL_H

#include <stdbool.h>

#include "foreign_result.h"
#include "json_reader.h"
#include "span.h"

struct spb_import {
    enum spb_foreign_format format;
    struct spb_result result;
    void *keys;          /* tree of struct key_entry: row keys to indices */
    size_t row_capacity; /* of result.rows */
    size_t file_count;
    size_t process_count;
    unsigned process;       /* number of the process that is being read, over all files */
    struct spb_stamp stamp; /* of the file that is being read */
    int64_t date_s;         /* the earliest that was found; 0: none */
    bool date_is_of_file;   /* only the file's own time is known */
    bool bad_build;         /* a library built for debugging */
    size_t dropped_metrics;
    struct spb_strbuf notes;
};

/* ---- the readers ------------------------------------------------------------------------------------------------ */

int spb_import_gbench(struct spb_import *import, const struct spb_json_node *root);
int spb_import_hyperfine(struct spb_import *import, const struct spb_json_node *root);
int spb_import_pyperf(struct spb_import *import, const struct spb_json_node *root);
int spb_import_gobench(struct spb_import *import, const struct spb_foreign_file *file, struct spb_error *err);

/* ---- rows: import_row.c ----------------------------------------------------------------------------------------- */

/* "gbench/bm-sort" from the tool and "BM_Sort", and where the original differs a parameter name=BM_Sort, so that no two
 * names meet. One thread, one unit of work an iteration. */
int spb_import_row_begin(struct spb_row *row, enum spb_foreign_format format, struct spb_span name, const char *unit);
/* "BM_Copy/size:4096/8" with `separator` ':': what follows the first '/' becomes parameters, size=4096 and arg2=8. A name
 * that cannot be taken apart without ambiguity stays whole. */
int spb_import_row_split(struct spb_row *row, enum spb_foreign_format format, struct spb_span name, char separator,
                         const char *unit);
int spb_import_row_param(struct spb_row *row, struct spb_span name, struct spb_span text);
/* Leaves the parameter "threads" out where the row's own thread count says the same. */
void spb_import_row_set_threads(struct spb_row *row, unsigned threads);

/* The row of that key: `row` itself if it is new, else the one that is there. Takes `row` over in any case. */
int spb_import_row_enter(struct spb_import *import, struct spb_row *row, size_t *index, struct spb_error *err);

/* ---- processes and samples: import_row.c ------------------------------------------------------------------------ */

/* The process numbered import->process of the row, new or opened before. */
int spb_import_process(struct spb_import *import, size_t row, struct spb_process **process, struct spb_error *err);
/* `time_ns` of one of `iterations`; a time of 0 makes the process fail. */
int spb_import_sample(struct spb_process *process, uint64_t iterations, double time_ns);
/* The process failed; the first reason stays. */
int spb_import_fail(struct spb_process *process, const char *reason);
/* Mean over the samples of the process, to be called after each spb_import_sample(). */
int spb_import_metric(struct spb_import *import, struct spb_process *process, const char *name, const char *unit,
                      double value);

/* ---- the stamp: import_stamp.c ---------------------------------------------------------------------------------- */

/* "context.NAME" with what a fact's name may not hold replaced; text, number or flag as it stands in the JSON. What is
 * none of these is passed over. */
int spb_import_context(struct spb_import *import, const struct spb_json_node *value);
int spb_import_context_text(struct spb_import *import, struct spb_span name, struct spb_span text);
/* A fact of the standard stamp. The first value stays. */
int spb_import_fact_text(struct spb_import *import, const char *name, struct spb_span text);
int spb_import_fact_number(struct spb_import *import, const char *name, double value, const char *unit);
/* "2024-05-01T12:00:00+02:00", "2024-05-01 12:00:00.25": without a zone it is taken for UTC. What is none is passed over. */
void spb_import_date(struct spb_import *import, const char *text);
/* The file has been read: its stamp becomes that of the import, or must be of the same machine. */
int spb_import_stamp_merge(struct spb_import *import, const char *file, struct spb_error *err);
/* Every fact of a stamp that the tool has not recorded, as absent. */
int spb_import_stamp_finish(struct spb_import *import);

/* A copy of the span that may be shown and stored; NULL when memory ran out. */
char *spb_import_text(struct spb_span span);

#endif
