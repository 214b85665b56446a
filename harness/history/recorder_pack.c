/* SPDX-License-Identifier: MIT
 *
 * Entries wait as rows of their own, in the order in which they came, until their period is over; then they become one block and
 * their roll-ups entries of the next tier. All that is part of the transaction of the look that ends the period.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "recorder_internal.h"

#define LEVEL_PENDING 1
#define LEVEL_BLOCK   12
/* So many entries, or numbers, make a block although its period goes on: memory for it is limited. */
#define ENTRIES_MAX 1000u
#define NUMBERS_MAX ((size_t)256 << 10)
/* A pause of more intervals than these ends a block, so that gaps are seen in the table. */
#define GAP_INTERVALS 5

/* ---- blobs -------------------------------------------------------------------------------------------------------- */

static void release_streams(struct spb_strbuf *streams, size_t count)
{
    for (size_t i = 0; i < count; i++)
        spb_strbuf_release(&streams[i]);
}

static int pack_block(struct spb_recorder *recorder, const struct spb_look_block *block, int level,
                      struct spb_strbuf *blob)
{
    struct spb_strbuf streams[SPB_BLOCK_STREAMS] = {{0}};
    spb_look_block_write(block, streams);
    int code = spb_pack(recorder->file.packer, streams, SPB_BLOCK_STREAMS, level, blob);
    release_streams(streams, SPB_BLOCK_STREAMS);
    return code;
}

/* Nothing to say makes no blob. */
static int pack_processes(struct spb_recorder *recorder, const struct spb_process_block *processes, int level,
                          struct spb_strbuf *blob)
{
    struct spb_strbuf stream = {0};
    if (!processes || (processes->sample_count == 0 && processes->note_count == 0))
        return 0;
    spb_process_block_write(processes, &stream);
    int code = spb_pack(recorder->file.packer, &stream, 1, level, blob);
    spb_strbuf_release(&stream);
    return code;
}

static void bind_blob(sqlite3_stmt *statement, int column, const struct spb_strbuf *blob)
{
    if (blob->length)
        sqlite3_bind_blob64(statement, column, blob->text, blob->length, SQLITE_STATIC);
    else
        sqlite3_bind_null(statement, column);
}

static int unpack_row(struct spb_recorder *recorder, sqlite3_stmt *row, struct spb_look_block *block,
                      struct spb_process_block *processes)
{
    struct spb_byte_reader streams[SPB_BLOCK_STREAMS];
    uint8_t *bytes = NULL;
    const void *blob = sqlite3_column_blob(row, 1);
    int code = spb_unpack(recorder->file.packer, blob, (size_t)sqlite3_column_bytes(row, 1), streams, SPB_BLOCK_STREAMS,
                          &bytes);
    if (code == 0)
        code = spb_look_block_read(streams, block);
    free(bytes);
    bytes = NULL;
    if (code == 0 && sqlite3_column_type(row, 2) != SQLITE_NULL) {
        blob = sqlite3_column_blob(row, 2);
        code = spb_unpack(recorder->file.packer, blob, (size_t)sqlite3_column_bytes(row, 2), streams, 1, &bytes);
        if (code == 0)
            code = spb_process_block_read(streams, processes);
        free(bytes);
    }
    return code;
}

/* ---- pending entries ---------------------------------------------------------------------------------------------- */

bool spb_recorder_is_full(const struct spb_recorder *recorder, enum spb_tier tier, int64_t time_ns)
{
    const struct spb_pending *pending = &recorder->state.pending[tier];
    int64_t period = spb_tiers[tier].block_ns;
    if (pending->count == 0)
        return false;
    bool gap = tier == SPB_TIER_LOOKS && recorder->state.last_interval_ns > 0 &&
               time_ns - pending->last_ns > GAP_INTERVALS * recorder->state.last_interval_ns + SPB_SECOND_NS;
    return gap || time_ns < pending->last_ns ||
           spb_period_begin(time_ns, period) != spb_period_begin(pending->first_ns, period) ||
           pending->count >= ENTRIES_MAX ||
           pending->count * pending->columns * (tier == SPB_TIER_LOOKS ? 1 : SPB_STEP_WIDTH) >= NUMBERS_MAX;
}

int spb_recorder_put_pending(struct spb_recorder *recorder, enum spb_tier tier, const struct spb_look_block *block,
                             const struct spb_process_block *processes, struct spb_error *err)
{
    struct spb_pending *pending = &recorder->state.pending[tier];
    struct spb_strbuf data = {0}, more = {0};
    int64_t time_ns = block->time_us[0] * 1000;
    sqlite3_stmt *statement = NULL;
    int code = pack_block(recorder, block, LEVEL_PENDING, &data);
    if (code == 0)
        code = pack_processes(recorder, processes, LEVEL_PENDING, &more);
    code = code ? spb_error_system(err, code, "%s: a look", recorder->file.path)
                : spb_recorder_statement(recorder, SPB_SQL_NEW_PENDING, &statement, err);
    if (code == 0) {
        sqlite3_bind_int(statement, 1, (int)tier);
        sqlite3_bind_int64(statement, 2, recorder->state.run);
        sqlite3_bind_int64(statement, 3, time_ns);
        bind_blob(statement, 4, &data);
        bind_blob(statement, 5, &more);
        code = spb_recorder_finish(recorder, statement, err);
    }
    if (code == 0) {
        pending->first_ns = pending->count ? pending->first_ns : time_ns;
        pending->last_ns = time_ns;
        pending->columns = block->column_count > pending->columns ? block->column_count : pending->columns;
        pending->count++;
    }
    spb_strbuf_release(&data);
    spb_strbuf_release(&more);
    return code;
}

struct gathering {
    struct spb_look_block block;
    struct spb_process_block processes;
    int64_t run;
    int64_t first_id, last_id;
};

static int gather_row(struct spb_recorder *recorder, sqlite3_stmt *row, struct gathering *all)
{
    struct spb_look_block one = {0};
    struct spb_process_block processes = {0};
    uint32_t first = (uint32_t)all->block.count;
    int code = unpack_row(recorder, row, &one, &processes);
    if (code == 0)
        code = one.width == all->block.width ? spb_look_block_append(&all->block, &one) : -EINVAL;
    if (code == 0)
        code = spb_process_block_append(&all->processes, &processes, first);
    spb_look_block_release(&one);
    spb_process_block_release(&processes);
    return code;
}

/* All that is pending. A row that cannot be read is left out: the others are worth more than a recorder that stops. */
static int gather(struct spb_recorder *recorder, enum spb_tier tier, struct gathering *all, struct spb_error *err)
{
    sqlite3_stmt *statement = NULL;
    int result = SQLITE_DONE;
    int code = spb_recorder_statement(recorder, SPB_SQL_PENDING, &statement, err);
    if (code)
        return code;
    code = spb_look_block_init(&all->block, tier == SPB_TIER_LOOKS ? 1 : SPB_STEP_WIDTH,
                               recorder->state.pending[tier].count);
    sqlite3_bind_int(statement, 1, (int)tier);
    while (code == 0 && (result = sqlite3_step(statement)) == SQLITE_ROW) {
        code = gather_row(recorder, statement, all);
        code = code == -EINVAL || code == -EFBIG ? 0 : code;
        all->run = sqlite3_column_int64(statement, 3);
    }
    sqlite3_reset(statement);
    return code ? spb_error_system(err, code, "%s: packing", recorder->file.path)
                : spb_history_file_error(&recorder->file, result, err);
}

/* ---- blocks ------------------------------------------------------------------------------------------------------- */

/* A block is found by its first time; where a clock that was set back has been there already, a nanosecond later. */
static int free_id(struct spb_recorder *recorder, enum spb_tier tier, int64_t *id, struct spb_error *err)
{
    sqlite3_stmt *statement = NULL;
    int result = SQLITE_ROW;
    int code = spb_recorder_statement(recorder, SPB_SQL_BLOCK_TAKEN + tier, &statement, err);
    if (code)
        return code;
    for (;; (*id)++) {
        sqlite3_bind_int64(statement, 1, *id);
        result = sqlite3_step(statement);
        sqlite3_reset(statement);
        if (result != SQLITE_ROW)
            return spb_history_file_error(&recorder->file, result, err);
    }
}

static int put_block(struct spb_recorder *recorder, enum spb_tier tier, const struct gathering *all,
                     struct spb_error *err)
{
    const struct spb_look_block *block = &all->block;
    struct spb_strbuf data = {0}, more = {0};
    int64_t id = block->time_us[0] * 1000;
    sqlite3_stmt *statement = NULL;
    int code = free_id(recorder, tier, &id, err);
    if (code)
        return code;
    code = pack_block(recorder, block, LEVEL_BLOCK, &data);
    if (code == 0)
        code = pack_processes(recorder, &all->processes, LEVEL_BLOCK, &more);
    code = code ? spb_error_system(err, code, "%s: packing", recorder->file.path)
                : spb_recorder_statement(recorder, SPB_SQL_NEW_BLOCK + tier, &statement, err);
    if (code == 0) {
        sqlite3_bind_int64(statement, 1, id);
        sqlite3_bind_int64(statement, 2, block->time_us[block->count - 1] * 1000);
        sqlite3_bind_int64(statement, 3, all->run);
        sqlite3_bind_int64(statement, 4, (int64_t)block->count);
        bind_blob(statement, 5, &data);
        bind_blob(statement, 6, &more);
        code = spb_recorder_finish(recorder, statement, err);
    }
    spb_strbuf_release(&data);
    spb_strbuf_release(&more);
    return code;
}

static int drop_pending(struct spb_recorder *recorder, enum spb_tier tier, struct spb_error *err)
{
    sqlite3_stmt *statement = NULL;
    int code = spb_recorder_statement(recorder, SPB_SQL_DROP_PENDING, &statement, err);
    if (code)
        return code;
    sqlite3_bind_int(statement, 1, (int)tier);
    recorder->state.pending[tier] = (struct spb_pending){0};
    return spb_recorder_finish(recorder, statement, err);
}

/* Entry `at` of the steps, alone. */
static int one_step(const struct spb_look_block *steps, size_t at, struct spb_look_block *one)
{
    int code = spb_look_block_init(one, SPB_STEP_WIDTH, 1);
    one->count = 1;
    if (code == 0)
        one->time_us[0] = steps->time_us[at];
    for (size_t c = 0; c < steps->column_count && code == 0; c++) {
        const struct spb_look_column *from = &steps->columns[c];
        struct spb_look_column *to = spb_look_block_column(one, from->key, c);
        if (!to)
            return -ENOMEM;
        to->states[0] = from->states[at];
        for (unsigned which = 0; which < SPB_STEP_WIDTH; which++)
            to->values[which] = from->values[which * steps->capacity + at];
    }
    return code;
}

static int put_steps(struct spb_recorder *recorder, enum spb_tier tier, const struct spb_look_block *steps,
                     struct spb_error *err)
{
    int code = 0;
    for (size_t i = 0; i < steps->count && code == 0; i++) {
        struct spb_look_block one = {0};
        if (spb_recorder_is_full(recorder, tier, steps->time_us[i] * 1000))
            code = spb_recorder_pack(recorder, tier, err);
        if (code == 0 && one_step(steps, i, &one) < 0)
            code = spb_error_system(err, -ENOMEM, "%s: roll-ups", recorder->file.path);
        if (code == 0)
            code = spb_recorder_put_pending(recorder, tier, &one, NULL, err);
        spb_look_block_release(&one);
    }
    return code;
}

int spb_recorder_pack(struct spb_recorder *recorder, enum spb_tier tier, struct spb_error *err)
{
    struct gathering all = {0};
    struct spb_look_block steps = {0};
    int code = gather(recorder, tier, &all, err);
    if (code == 0 && all.block.count)
        code = put_block(recorder, tier, &all, err);
    if (code == 0)
        code = drop_pending(recorder, tier, err);
    if (code == 0 && all.block.count && tier + 1 < SPB_TIER_COUNT) {
        code = spb_roll_up(&all.block, spb_tiers[tier + 1].step_ns, &steps);
        code = code ? spb_error_system(err, code, "%s: roll-ups", recorder->file.path)
                    : put_steps(recorder, tier + 1, &steps, err);
    }
    spb_look_block_release(&all.block);
    spb_look_block_release(&steps);
    spb_process_block_release(&all.processes);
    return code;
}
