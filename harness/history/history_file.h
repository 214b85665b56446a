/* SPDX-License-Identifier: MIT
 *
 * The SQLite file of a history: its tables, opening it for the recorder and for readers, what its errors mean, and the names
 * that numbers in it stand for. README.md of this room describes the tables.
 */
#ifndef SPB_HISTORY_FILE_H
#define SPB_HISTORY_FILE_H

#include <sqlite3.h>

#include "byte_stream.h"
#include "error.h"
#include "series.h"

#define SPB_SECOND_NS INT64_C(1000000000)
#define SPB_MINUTE_NS (60 * SPB_SECOND_NS)
#define SPB_HOUR_NS   (60 * SPB_MINUTE_NS)
#define SPB_DAY_NS    (24 * SPB_HOUR_NS)

/* What is kept of the same time: the looks, and the roll-ups of a minute and of an hour. */
enum spb_tier { SPB_TIER_LOOKS, SPB_TIER_MINUTES, SPB_TIER_HOURS, SPB_TIER_COUNT };

struct spb_tier_info {
    const char *table;
    int64_t step_ns;  /* of an entry; 0: looks come as they come */
    int64_t block_ns; /* a packed block holds the entries of one such period since 1970 */
};
extern const struct spb_tier_info spb_tiers[SPB_TIER_COUNT];

/* The begin of the period of `period_ns` that holds `time_ns`; rounds down before 1970 too. */
int64_t spb_period_begin(int64_t time_ns, int64_t period_ns);

struct spb_name {
    int series; /* or -1: one that this program does not know */
    char *text; /* instance of a key, text of a reason; printable; NULL: there is none of this number */
};

/* Names by number. */
struct spb_name_list {
    struct spb_name *items;
    size_t count; /* numbers are below it */
    size_t capacity;
};

struct spb_history_file {
    sqlite3 *db;
    char *path;
    struct spb_packer *packer;
    struct spb_name_list keys, reasons;
};

/* Both: -ENOENT, -EACCES, -EINVAL (no history, damaged, of a later program), -ENOMEM, -ENOSPC. Closed by the caller in any case. */
int spb_history_file_open(struct spb_history_file *file, const char *path, struct spb_error *err); /* to read */
int spb_history_file_create(struct spb_history_file *file, const char *path,
                            struct spb_error *err); /* to write; made if missing */
void spb_history_file_close(struct spb_history_file *file);

/* The negative errno of a result of SQLite's, with the text. 0 for SQLITE_OK, _ROW and _DONE. */
int spb_history_file_error(const struct spb_history_file *file, int result, struct spb_error *err);
/* A blob, or another value, that says what cannot be. -EINVAL. */
int spb_history_file_damaged(const struct spb_history_file *file, const char *what, struct spb_error *err);

/* Runs statements without values. */
int spb_history_file_run(struct spb_history_file *file, const char *sql, struct spb_error *err);
/* A statement to be kept; each %s in `sql`, three at most, is the table. */
int spb_history_file_prepare(struct spb_history_file *file, const char *sql, const char *table,
                             sqlite3_stmt **statement, struct spb_error *err);
/* The first column of the first row; `otherwise` where there is none or it is NULL. */
int spb_history_file_number(struct spb_history_file *file, const char *sql, int64_t otherwise, int64_t *number,
                            struct spb_error *err);

/* Reads the names again. */
int spb_history_file_load_names(struct spb_history_file *file, struct spb_error *err);
int spb_name_list_set(struct spb_name_list *list, size_t number, int series, const char *text);
void spb_name_list_cut(struct spb_name_list *list, size_t count);

#endif
