/* SPDX-License-Identifier: MIT */
#include "history_file.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define APPLICATION_ID 0x53706248 /* "SpbH" */
#define SCHEMA         1
#define NAMES_MAX      1000000
#define BUSY_WAIT_MS   5000

const struct spb_tier_info spb_tiers[SPB_TIER_COUNT] = {
    [SPB_TIER_LOOKS] = {"looks", 0, 5 * SPB_MINUTE_NS},
    [SPB_TIER_MINUTES] = {"minutes", SPB_MINUTE_NS, 4 * SPB_HOUR_NS},
    [SPB_TIER_HOURS] = {"hours", SPB_HOUR_NS, 10 * SPB_DAY_NS},
};

#define BLOCK_TABLE(name)                                                                                              \
    "CREATE TABLE " name "(id INTEGER PRIMARY KEY, last_ns INTEGER NOT NULL, run INTEGER NOT NULL, count INTEGER NOT " \
    "NULL, data BLOB NOT NULL, processes BLOB)"

/* A file whose schema says anything else is no history: a view or a trigger in it could make any query run for ever. */
static const char *const tables[] = {
    "CREATE TABLE run(id INTEGER PRIMARY KEY, boot TEXT NOT NULL, host TEXT NOT NULL, kernel TEXT NOT NULL, "
    "process_source TEXT NOT NULL, began_ns INTEGER NOT NULL, ended_ns INTEGER, ended_boot_ns INTEGER)",
    "CREATE TABLE key(id INTEGER PRIMARY KEY, series TEXT NOT NULL, instance TEXT NOT NULL)",
    "CREATE TABLE reason(id INTEGER PRIMARY KEY, text TEXT NOT NULL)",
    "CREATE TABLE event(id INTEGER PRIMARY KEY, run INTEGER NOT NULL, time_ns INTEGER NOT NULL, kind INTEGER NOT NULL, "
    "value REAL NOT NULL, text TEXT NOT NULL)",
    "CREATE TABLE pending(id INTEGER PRIMARY KEY, tier INTEGER NOT NULL, run INTEGER NOT NULL, time_ns INTEGER NOT "
    "NULL, data BLOB NOT NULL, processes BLOB)",
    BLOCK_TABLE("looks"),
    BLOCK_TABLE("minutes"),
    BLOCK_TABLE("hours"),
};
enum { TABLE_COUNT = sizeof(tables) / sizeof(tables[0]) };

int64_t spb_period_begin(int64_t time_ns, int64_t period_ns)
{
    int64_t rest = time_ns % period_ns;
    return rest < 0 ? time_ns - rest - period_ns : time_ns - rest;
}

/* ---- errors ------------------------------------------------------------------------------------------------------- */

int spb_history_file_damaged(const struct spb_history_file *file, const char *what, struct spb_error *err)
{
    return spb_error_set(err, -EINVAL,
                         "%s is damaged (%s); `sqlite3 '%s' .recover | sqlite3 NEW.db` saves what can be read",
                         file->path, what, file->path);
}

static bool is_full(int code)
{
    return code == ENOSPC || code == EDQUOT || code == EFBIG;
}

/* SQLite knows a full disk as such, but a limit on the size of files only by the errno of the file that it wrote to. */
static bool has_no_room(const struct spb_history_file *file)
{
    sqlite3_file *log = NULL;
    int of_database = 0, of_log = 0;
    if (!file->db)
        return false;
    sqlite3_file_control(file->db, "main", SQLITE_FCNTL_LAST_ERRNO, &of_database);
    sqlite3_file_control(file->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    if (log && log->pMethods)
        log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &of_log);
    return is_full(of_database) || is_full(of_log);
}

static int system_error(const struct spb_history_file *file, int fallback, struct spb_error *err)
{
    int code = file->db ? sqlite3_system_errno(file->db) : 0;
    if (is_full(code))
        return spb_error_system(err, -ENOSPC, "%s: no room to write to", file->path);
    return spb_error_system(err, code ? -code : fallback, "%s", file->path);
}

int spb_history_file_error(const struct spb_history_file *file, int result, struct spb_error *err)
{
    switch (result & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return 0;
    case SQLITE_NOMEM:
        return spb_error_system(err, -ENOMEM, "%s", file->path);
    case SQLITE_FULL:
        return spb_error_system(err, -ENOSPC, "%s: no room to write to", file->path);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return spb_error_set(err, -EBUSY, "%s: another program has locked it for more than %d s", file->path,
                             BUSY_WAIT_MS / 1000);
    case SQLITE_NOTADB:
        return spb_error_set(err, -EINVAL, "%s is no history: no SQLite database, or its begin is damaged", file->path);
    case SQLITE_IOERR:
        if (result == SQLITE_IOERR_SHORT_READ)
            return spb_history_file_damaged(file, "it ends too early", err);
        if (result == SQLITE_IOERR_SHMSIZE || (result == SQLITE_IOERR_WRITE && has_no_room(file)))
            return spb_error_system(err, -ENOSPC, "%s: no room to write to", file->path);
        return system_error(file, -EIO, err);
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
        return system_error(file, -EACCES, err);
    default: /* CORRUPT; ERROR, MISMATCH and the like come from a schema or from values that are not ours */
        return spb_history_file_damaged(file, file->db ? sqlite3_errmsg(file->db) : sqlite3_errstr(result), err);
    }
}

/* ---- statements --------------------------------------------------------------------------------------------------- */

int spb_history_file_run(struct spb_history_file *file, const char *sql, struct spb_error *err)
{
    return spb_history_file_error(file, sqlite3_exec(file->db, sql, NULL, NULL, NULL), err);
}

int spb_history_file_prepare(struct spb_history_file *file, const char *sql, const char *table,
                             sqlite3_stmt **statement, struct spb_error *err)
{
    const char *name = table ? table : "";
    char *made = sqlite3_mprintf(sql, name, name, name);
    int result =
        made ? sqlite3_prepare_v3(file->db, made, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL) : SQLITE_NOMEM;
    sqlite3_free(made);
    return spb_history_file_error(file, result, err);
}

int spb_history_file_number(struct spb_history_file *file, const char *sql, int64_t otherwise, int64_t *number,
                            struct spb_error *err)
{
    sqlite3_stmt *statement = NULL;
    int code = spb_history_file_prepare(file, sql, NULL, &statement, err);
    if (code)
        return code;
    int result = sqlite3_step(statement);
    bool there = result == SQLITE_ROW && sqlite3_column_type(statement, 0) == SQLITE_INTEGER;
    *number = there ? sqlite3_column_int64(statement, 0) : otherwise;
    code = spb_history_file_error(file, result, err);
    sqlite3_finalize(statement);
    return code;
}

/* ---- names -------------------------------------------------------------------------------------------------------- */

int spb_name_list_set(struct spb_name_list *list, size_t number, int series, const char *text)
{
    if (number >= NAMES_MAX)
        return -EINVAL;
    if (number >= list->capacity) {
        size_t capacity = list->capacity ? list->capacity : 64;
        while (capacity <= number)
            capacity *= 2;
        struct spb_name *grown = reallocarray(list->items, capacity, sizeof(*grown));
        if (!grown)
            return -ENOMEM;
        memset(grown + list->capacity, 0, (capacity - list->capacity) * sizeof(*grown));
        list->items = grown;
        list->capacity = capacity;
    }
    char *copy = strdup(text);
    if (!copy)
        return -ENOMEM;
    if (number >= list->count)
        list->count = number + 1;
    free(list->items[number].text);
    list->items[number].series = series;
    list->items[number].text = copy;
    return 0;
}

void spb_name_list_cut(struct spb_name_list *list, size_t count)
{
    while (list->count > count) {
        free(list->items[--list->count].text);
        list->items[list->count] = (struct spb_name){0};
    }
    if (count == 0) {
        free(list->items);
        *list = (struct spb_name_list){0};
    }
}

static const char *column_text(sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return text ? text : "";
}

static int take_name(struct spb_history_file *file, sqlite3_stmt *statement, bool is_key)
{
    char text[1024];
    int64_t number = sqlite3_column_int64(statement, 0);
    if (number < 0 || number >= NAMES_MAX)
        return -EINVAL;
    spb_copy_printable(text, is_key ? SPB_INSTANCE_SIZE : sizeof(text), column_text(statement, is_key ? 2 : 1));
    int series = is_key ? spb_series_find(column_text(statement, 1)) : -1;
    return spb_name_list_set(is_key ? &file->keys : &file->reasons, (size_t)number, series, text);
}

static int load_list(struct spb_history_file *file, const char *sql, bool is_key, struct spb_error *err)
{
    sqlite3_stmt *statement = NULL;
    int result = SQLITE_DONE;
    int code = spb_history_file_prepare(file, sql, NULL, &statement, err);
    while (code == 0 && (result = sqlite3_step(statement)) == SQLITE_ROW) {
        code = take_name(file, statement, is_key);
        if (code == -EINVAL)
            spb_history_file_damaged(file, "names", err);
        else if (code)
            spb_error_system(err, code, "%s", file->path);
    }
    if (code == 0)
        code = spb_history_file_error(file, result, err);
    sqlite3_finalize(statement);
    return code;
}

int spb_history_file_load_names(struct spb_history_file *file, struct spb_error *err)
{
    spb_name_list_cut(&file->keys, 0);
    spb_name_list_cut(&file->reasons, 0);
    int code = load_list(file, "SELECT id, series, instance FROM key", true, err);
    return code ? code : load_list(file, "SELECT id, text FROM reason", false, err);
}

/* ---- schema ------------------------------------------------------------------------------------------------------- */

static bool is_ours(const char *sql)
{
    for (size_t i = 0; i < TABLE_COUNT; i++)
        if (strcmp(sql, tables[i]) == 0)
            return true;
    return false;
}

static int check_tables(struct spb_history_file *file, struct spb_error *err)
{
    sqlite3_stmt *statement = NULL;
    int code = spb_history_file_prepare(file, "SELECT sql FROM sqlite_schema", NULL, &statement, err), result;
    size_t found = 0;
    if (code)
        return code;
    while ((result = sqlite3_step(statement)) == SQLITE_ROW && is_ours(column_text(statement, 0)))
        found++;
    if (result != SQLITE_ROW && result != SQLITE_DONE)
        code = spb_history_file_error(file, result, err);
    else if (result == SQLITE_ROW || found != TABLE_COUNT)
        code = spb_history_file_damaged(file, "its tables are not those of a history", err);
    sqlite3_finalize(statement);
    return code;
}

static int check_schema(struct spb_history_file *file, struct spb_error *err)
{
    int64_t application = 0, version = 0;
    int code = spb_history_file_number(file, "PRAGMA application_id", 0, &application, err);
    if (code == 0)
        code = spb_history_file_number(file, "PRAGMA user_version", 0, &version, err);
    if (code)
        return code;
    if (application != APPLICATION_ID)
        return spb_error_set(err, -EINVAL, "%s is an SQLite database, but no history of spbench", file->path);
    if (version > SCHEMA)
        return spb_error_set(
            err, -EINVAL, "%s was written by a later spbench (format %lld; this one knows %d): read it with that one",
            file->path, (long long)version, SCHEMA);
    if (version < 1)
        return spb_history_file_damaged(file, "its format has no number", err);
    return check_tables(file, err);
}

static int make_schema(struct spb_history_file *file, struct spb_error *err)
{
    char sql[128];
    int code = spb_history_file_run(file, "BEGIN IMMEDIATE", err);
    for (size_t i = 0; i < TABLE_COUNT && code == 0; i++)
        code = spb_history_file_run(file, tables[i], err);
    snprintf(sql, sizeof(sql), "PRAGMA application_id=%d; PRAGMA user_version=%d; COMMIT", APPLICATION_ID, SCHEMA);
    return code ? code : spb_history_file_run(file, sql, err);
}

/* ---- opening ------------------------------------------------------------------------------------------------------ */

static int begin(struct spb_history_file *file, const char *path, struct spb_error *err)
{
    *file = (struct spb_history_file){.path = strdup(path), .packer = spb_packer_create()};
    return file->path && file->packer ? 0 : spb_error_system(err, -ENOMEM, "%s", path);
}

/* What every connection has: nothing in the file is believed more than needed. */
static int set_up(struct spb_history_file *file)
{
    sqlite3_extended_result_codes(file->db, 1);
    sqlite3_busy_timeout(file->db, BUSY_WAIT_MS);
    sqlite3_db_config(file->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(file->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_limit(file->db, SQLITE_LIMIT_LENGTH, (int)SPB_PACKED_MAX);
    return sqlite3_exec(file->db, "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0", NULL, NULL, NULL);
}

int spb_history_file_create(struct spb_history_file *file, const char *path, struct spb_error *err)
{
    int64_t objects = 0;
    int code = begin(file, path, err);
    if (code)
        return code;
    int result =
        sqlite3_open_v2(path, &file->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
    if (result == SQLITE_OK)
        result = set_up(file);
    code = spb_history_file_error(file, result, err);
    if (code == 0)
        code = spb_history_file_number(file, "SELECT count(*) FROM sqlite_schema", 0, &objects, err);
    if (code == 0 && objects > 0)
        code = check_schema(file, err);
    /* Both only have an effect here, before there is a table. */
    else if (code == 0)
        code = spb_history_file_run(file, "PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL", err);
    /* FULL: a commit is on the disk when it returns; see README.md. */
    if (code == 0)
        code = spb_history_file_run(file,
                                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA "
                                    "journal_size_limit=8388608; PRAGMA cache_size=-1024",
                                    err);
    if (code == 0 && objects == 0)
        code = make_schema(file, err);
    return code ? code : spb_history_file_load_names(file, err);
}

static int open_for_reading(struct spb_history_file *file, const char *uri, struct spb_error *err)
{
    sqlite3_close_v2(file->db);
    file->db = NULL;
    int result = sqlite3_open_v2(uri, &file->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
    if (result == SQLITE_OK)
        result = set_up(file);
    int code = spb_history_file_error(file, result, err);
    return code ? code : check_schema(file, err);
}

/* Beside a file in a folder that may not be written, no -shm can be made: without a -wal nobody writes to it either. */
static bool is_at_rest(const char *path)
{
    struct spb_strbuf wal = {0};
    spb_strbuf_printf(&wal, "%s-wal", path);
    bool there = access(spb_strbuf_text(&wal), F_OK) == 0;
    spb_strbuf_release(&wal);
    return !there;
}

int spb_history_file_open(struct spb_history_file *file, const char *path, struct spb_error *err)
{
    struct stat status;
    int code = begin(file, path, err);
    if (code)
        return code;
    if (stat(path, &status) < 0)
        return spb_error_system(err, -errno, "%s", path);
    if (!S_ISREG(status.st_mode) || status.st_size == 0)
        return spb_error_set(err, -EINVAL, "%s is no history: %s", path,
                             S_ISREG(status.st_mode) ? "it is empty" : "no regular file");
    if (access(path, R_OK) < 0)
        return spb_error_system(err, -errno, "%s", path);
    /* As a URI, in which only %, ? and # mean anything. */
    struct spb_strbuf uri = {0};
    spb_strbuf_append(&uri, "file:");
    for (const char *at = path; *at; at++)
        spb_strbuf_printf(&uri, strchr("%?#", *at) ? "%%%02x" : "%c", (unsigned char)*at);
    code = open_for_reading(file, spb_strbuf_text(&uri), err);
    if ((code == -EACCES || code == -EROFS || code == -ENOENT || code == -EPERM) && is_at_rest(path)) {
        spb_strbuf_append(&uri, "?immutable=1");
        code = open_for_reading(file, spb_strbuf_text(&uri), err);
    }
    spb_strbuf_release(&uri);
    return code;
}

void spb_history_file_close(struct spb_history_file *file)
{
    sqlite3_close_v2(file->db);
    spb_packer_destroy(file->packer);
    spb_name_list_cut(&file->keys, 0);
    spb_name_list_cut(&file->reasons, 0);
    free(file->path);
    *file = (struct spb_history_file){0};
}
