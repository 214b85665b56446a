/* SPDX-License-Identifier: MIT
 *
 * The result file: JSON, schema version 1 (results/schema.json). One structure in memory, one writer, one reader that
 * trusts nothing.
 *
 * Journal: while a run is going on, FILE.journal holds one line of JSON for the head (everything but the rows'
 * processes) and one for each finished process, synced as they come. After a kill, spb_journal_read() gives back all
 * whole lines.
 */
#ifndef SPB_RESULT_H
#define SPB_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "plugin.h"
#include "row.h"
#include "stamp.h"
#include "strbuf.h"

#define SPB_RESULT_SCHEMA_VERSION 1

/* How the run was asked for; enough to go on with it. */
struct spb_run_options {
    char **arguments; /* as typed, without the program's name; for people */
    size_t argument_count;
    char *pin;                       /* "auto", "cpus=0,2" */
    char *counters;                  /* "auto", "off", "require", "instructions,cycles" */
    struct spb_plugin_file *plugins; /* that rows are from */
    size_t plugin_count;
    bool exclude_kernel;
    bool quick;
    bool huge_pages;
    unsigned processes;
    double precision_pct;
    double budget_s;
    uint64_t seed;
};

struct spb_load {
    bool valid;
    double one, five, fifteen; /* minutes */
    unsigned running;          /* runnable tasks, from /proc/loadavg */
};

struct spb_result {
    bool complete;      /* false: interrupted, rows may lack processes */
    int64_t created_s;  /* UTC, seconds since 1970 */
    int64_t finished_s; /* 0: not finished */
    struct spb_stamp stamp;
    struct spb_load load_before;
    struct spb_load load_after;
    struct spb_run_options options;
    struct spb_row *rows; /* in listing order; the order of the processes is in the processes */
    size_t row_count;
};

void spb_result_release(struct spb_result *result);

/* Appends the whole file. 0 or -ENOMEM. */
int spb_result_write(const struct spb_result *result, struct spb_strbuf *out);
/* Replaces the file at `path`, all or nothing. */
int spb_result_save(const struct spb_result *result, const char *path, struct spb_error *err);

/* Reads what spb_result_write wrote. Hostile input is expected: nesting, sizes, types, ranges, duplicate keys and every
 * reference are checked; an error names `name`, line and column, or the path of the member ("rows[3].threads").
 * Statistics are recomputed from the samples, never believed. On failure *result is empty. */
int spb_result_parse(const char *name, const char *text, size_t length, struct spb_result *result,
                     struct spb_error *err);
int spb_result_load(const char *path, struct spb_result *result, struct spb_error *err);

/* ---- journal ---------------------------------------------------------------------------------------------------- */

struct spb_journal;

/* Creates FILE.journal for the result file `path` with the head of `result` (rows without processes). -EEXIST when
 * there is one already: the message says to use --resume or to remove it. */
int spb_journal_create(const char *path, const struct spb_result *result, struct spb_journal **journal,
                       struct spb_error *err);
/* Continues the journal that spb_journal_read() has read. */
int spb_journal_reopen(const char *path, struct spb_journal **journal, struct spb_error *err);
/* Appends a process of row `row_index` and syncs. */
int spb_journal_append(struct spb_journal *journal, size_t row_index, const struct spb_process *process,
                       struct spb_error *err);
/* Closes; removes the file when `finished`. NULL is fine. */
void spb_journal_close(struct spb_journal *journal, bool finished);

/* The state that FILE.journal holds: head and all whole processes; a last line that was cut off is left out (and cut
 * from the file). -ENOENT when there is no journal. */
int spb_journal_read(const char *path, struct spb_result *result, struct spb_error *err);
/* The same for text that is in memory; what follows the last newline is ignored. */
int spb_journal_parse(const char *name, const char *text, size_t length, struct spb_result *result,
                      struct spb_error *err);

#endif
