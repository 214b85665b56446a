/* SPDX-License-Identifier: MIT
 *
 * Results that other benchmark tools have written, as a result of spbench: rows, processes, samples, a stamp.
 *
 *     struct spb_import *import;
 *     if (spb_import_create(&import) < 0) ...
 *     spb_import_add(import, &(struct spb_foreign_file){"a.json", text, length, mtime}, SPB_FOREIGN_GUESS, &err);
 *     spb_import_finish(import, &result, &err);
 *     fputs(spb_import_notes(import), stderr);
 *     spb_import_destroy(import);
 *
 * The unit of analysis is kept right: samples that share a process become one process, however many they are. Where a
 * tool writes one process a file (Google Benchmark), several files are several processes of the same rows.
 *
 * What a format holds, and what becomes of it, is said at the top of import_<format>.c.
 */
#ifndef SPB_FOREIGN_RESULT_H
#define SPB_FOREIGN_RESULT_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "result.h"

enum spb_foreign_format {
    SPB_FOREIGN_GUESS = -1,
    SPB_FOREIGN_GBENCH,    /* Google Benchmark's JSON */
    SPB_FOREIGN_HYPERFINE, /* hyperfine's JSON */
    SPB_FOREIGN_GOBENCH,   /* the text of `go test -bench` */
    SPB_FOREIGN_PYPERF,    /* pyperf's JSON */
};
#define SPB_FOREIGN_FORMATS 4

/* More than any suite has; what comes near it is no measurement but an attempt to fill the memory. */
#define SPB_IMPORT_ROWS_MAX      20000
#define SPB_IMPORT_PROCESSES_MAX 100000

struct spb_foreign_file {
    const char *name; /* for messages */
    const char *text;
    size_t length;
    int64_t changed_s; /* when the file was last changed: stands in for a date that the format lacks */
};

struct spb_import;

const char *spb_foreign_format_name(enum spb_foreign_format format);  /* "gbench", as --from takes it */
const char *spb_foreign_format_title(enum spb_foreign_format format); /* "Google Benchmark's JSON" */
const char *spb_foreign_format_tool(enum spb_foreign_format format);  /* "google-benchmark" */
/* The format of that name, or -EINVAL with the names. */
int spb_foreign_format_parse(const char *name, enum spb_foreign_format *format, struct spb_error *err);

/* 0 or -ENOMEM. */
int spb_import_create(struct spb_import **import);
void spb_import_destroy(struct spb_import *import);
/* Adds a file. All files of an import have the same format and are of one machine. -EINVAL (the message names file, place
 * and cure), -EXDEV (of another machine than the files before), -ENOMEM. After a failure only destroying is left. */
int spb_import_add(struct spb_import *import, const struct spb_foreign_file *file, enum spb_foreign_format format,
                   struct spb_error *err);
/* What the files turned out to be; SPB_FOREIGN_GUESS before the first. */
enum spb_foreign_format spb_import_format(const struct spb_import *import);
/* Hands over what was read, statistics computed; released by spb_result_release(). -EINVAL when there was nothing. */
int spb_import_finish(struct spb_import *import, struct spb_result *result, struct spb_error *err);
/* What a person should know of it, complete after spb_import_finish(): whole lines, maybe none. */
const char *spb_import_notes(const struct spb_import *import);

#endif
