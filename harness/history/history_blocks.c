/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>

#include "history_internal.h"

int spb_history_grow(void **items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return 0;
    size_t wanted = *capacity ? *capacity * 2 : 64;
    void *grown = reallocarray(*items, wanted, size);
    if (!grown)
        return -ENOMEM;
    *items = grown;
    *capacity = wanted;
    return 0;
}

int spb_history_begin(struct spb_history *history, struct spb_error *err)
{
    if (history->depth++ > 0)
        return 0;
    int code = spb_history_file_run(&history->file, "BEGIN", err);
    if (code == 0)
        code = spb_history_file_load_names(&history->file, err);
    if (code)
        spb_history_end(history);
    return code;
}

void spb_history_end(struct spb_history *history)
{
    if (--history->depth == 0 && !sqlite3_get_autocommit(history->file.db))
        spb_history_file_run(&history->file, "ROLLBACK", NULL);
}

/* ---- walks -------------------------------------------------------------------------------------------------------- */

static void fill_row(sqlite3_stmt *statement, bool with_processes, struct spb_history_row *row)
{
    *row = (struct spb_history_row){.first_ns = sqlite3_column_int64(statement, 0),
                                    .last_ns = sqlite3_column_int64(statement, 1),
                                    .run = sqlite3_column_int64(statement, 2)};
    int64_t count = sqlite3_column_int64(statement, 3);
    row->count = count > 0 ? (uint64_t)count : 0;
    row->data = sqlite3_column_blob(statement, 4);
    row->data_bytes = (size_t)sqlite3_column_bytes(statement, 4);
    if (with_processes && sqlite3_column_type(statement, 5) == SQLITE_BLOB) {
        row->processes = sqlite3_column_blob(statement, 5);
        row->processes_bytes = (size_t)sqlite3_column_bytes(statement, 5);
    }
}

static int visit_all(struct spb_history *history, const struct spb_history_walk *walk, sqlite3_stmt *statement,
                     struct spb_error *err)
{
    int code = 0, result = SQLITE_DONE;
    while (code == 0 && (result = sqlite3_step(statement)) == SQLITE_ROW) {
        struct spb_history_row row;
        fill_row(statement, walk->with_processes, &row);
        code = walk->visit(walk->context, &row, err);
    }
    return code ? code : spb_history_file_error(&history->file, result, err);
}

static int walk_blocks(struct spb_history *history, const struct spb_history_walk *walk, struct spb_error *err)
{
    const struct spb_tier_info *tier = &spb_tiers[walk->tier];
    sqlite3_stmt *statement = NULL;
    int64_t from = 0;
    int code = spb_history_file_prepare(&history->file,
                                        walk->with_processes
                                            ? "SELECT id, last_ns, run, count, data, processes FROM %s WHERE id>=? AND "
                                              "id<? AND last_ns>=? ORDER BY id"
                                            : "SELECT id, last_ns, run, count, data FROM %s WHERE id>=? AND id<? AND "
                                              "last_ns>=? ORDER BY id",
                                        tier->table, &statement, err);
    if (code)
        return code;
    /* No block is longer than its period. A roll-up begins with its step. */
    if (__builtin_sub_overflow(walk->since_ns, tier->block_ns, &from))
        from = INT64_MIN;
    sqlite3_bind_int64(statement, 1, from);
    sqlite3_bind_int64(statement, 2, walk->until_ns);
    sqlite3_bind_int64(statement, 3, walk->since_ns);
    code = visit_all(history, walk, statement, err);
    sqlite3_finalize(statement);
    return code;
}

static int walk_pending(struct spb_history *history, const struct spb_history_walk *walk, struct spb_error *err)
{
    sqlite3_stmt *statement = NULL;
    int code =
        spb_history_file_prepare(&history->file,
                                 "SELECT time_ns, time_ns, run, 1, data, processes FROM pending WHERE tier=? AND "
                                 "time_ns>=? AND time_ns<? ORDER BY id",
                                 NULL, &statement, err);
    if (code)
        return code;
    sqlite3_bind_int(statement, 1, (int)walk->tier);
    sqlite3_bind_int64(statement, 2, walk->since_ns);
    sqlite3_bind_int64(statement, 3, walk->until_ns);
    code = visit_all(history, walk, statement, err);
    sqlite3_finalize(statement);
    return code;
}

int spb_history_walk(struct spb_history *history, const struct spb_history_walk *walk, struct spb_error *err)
{
    int code = walk->only_pending ? 0 : walk_blocks(history, walk, err);
    return code ? code : walk_pending(history, walk, err);
}

/* ---- contents ----------------------------------------------------------------------------------------------------- */

static int explain(struct spb_history *history, int code, struct spb_error *err)
{
    if (code == -EINVAL)
        return spb_history_file_damaged(&history->file, "what a block holds does not fit together", err);
    return code ? spb_error_system(err, code, "%s", history->file.path) : 0;
}

int spb_history_unpack(struct spb_history *history, const struct spb_history_row *row, struct spb_look_block *block,
                       struct spb_error *err)
{
    struct spb_byte_reader streams[SPB_BLOCK_STREAMS];
    uint8_t *bytes = NULL;
    int code = spb_unpack(history->file.packer, row->data, row->data_bytes, streams, SPB_BLOCK_STREAMS, &bytes);
    *block = (struct spb_look_block){0};
    if (code == 0)
        code = spb_look_block_read(streams, block);
    free(bytes);
    return explain(history, code, err);
}

int spb_history_unpack_processes(struct spb_history *history, const struct spb_history_row *row,
                                 struct spb_process_block *block, struct spb_error *err)
{
    struct spb_byte_reader stream;
    uint8_t *bytes = NULL;
    *block = (struct spb_process_block){0};
    if (!row->processes)
        return 0;
    int code = spb_unpack(history->file.packer, row->processes, row->processes_bytes, &stream, 1, &bytes);
    if (code == 0)
        code = spb_process_block_read(&stream, block);
    free(bytes);
    return explain(history, code, err);
}

int spb_history_first_ns(struct spb_history *history, enum spb_tier tier, int64_t *first_ns, struct spb_error *err)
{
    sqlite3_stmt *statement = NULL;
    int code = spb_history_file_prepare(&history->file,
                                        "SELECT min(t) FROM (SELECT min(id) AS t FROM %s UNION ALL SELECT min(time_ns) "
                                        "FROM pending WHERE tier=?)",
                                        spb_tiers[tier].table, &statement, err);
    if (code)
        return code;
    sqlite3_bind_int(statement, 1, (int)tier);
    int result = sqlite3_step(statement);
    bool there = result == SQLITE_ROW && sqlite3_column_type(statement, 0) == SQLITE_INTEGER;
    *first_ns = there ? sqlite3_column_int64(statement, 0) : INT64_MAX;
    code = spb_history_file_error(&history->file, result, err);
    sqlite3_finalize(statement);
    return code;
}
