/* SPDX-License-Identifier: MIT
 *
 * What is too old goes, and while there is too much the oldest: first the looks, then the minutes, then the hours. A bit at each
 * packed block, so that no look waits long for it.
 */
#include "recorder_internal.h"

#define OLD_BLOCKS_A_TIME 24 /* five minutes add one */
#define LOOK_BLOCKS_MIN   12 /* an hour of looks stays, however small the limit */
#define EVENTS_MAX        100000

static int drop_old(struct spb_recorder *recorder, enum spb_tier tier, int64_t before_ns, struct spb_error *err)
{
    sqlite3_stmt *statement = NULL;
    int code = spb_recorder_statement(recorder, SPB_SQL_DROP_OLD + tier, &statement, err);
    if (code)
        return code;
    sqlite3_bind_int64(statement, 1, before_ns);
    sqlite3_bind_int64(statement, 2, before_ns);
    sqlite3_bind_int(statement, 3, OLD_BLOCKS_A_TIME);
    return spb_recorder_finish(recorder, statement, err);
}

static int number_of(struct spb_recorder *recorder, unsigned which, int64_t *number, struct spb_error *err)
{
    sqlite3_stmt *statement = NULL;
    int code = spb_recorder_statement(recorder, which, &statement, err);
    if (code)
        return code;
    int result = sqlite3_step(statement);
    *number = sqlite3_column_int64(statement, 0);
    sqlite3_reset(statement);
    return spb_history_file_error(&recorder->file, result, err);
}

/* Pages in use beyond what the options allow. */
static int find_excess(struct spb_recorder *recorder, int64_t *pages, struct spb_error *err)
{
    int64_t all = 0, unused = 0, page_bytes = 4096;
    int code = number_of(recorder, SPB_SQL_PAGES, &all, err);
    if (code == 0)
        code = number_of(recorder, SPB_SQL_FREE_PAGES, &unused, err);
    *pages = all - unused - (int64_t)(recorder->options.size_max_bytes / (uint64_t)page_bytes);
    return code;
}

static int drop_oldest(struct spb_recorder *recorder, enum spb_tier tier, int spared, bool *dropped,
                       struct spb_error *err)
{
    sqlite3_stmt *statement = NULL;
    int code = spb_recorder_statement(recorder, SPB_SQL_DROP_OLDEST + tier, &statement, err);
    if (code)
        return code;
    sqlite3_bind_int(statement, 1, spared);
    code = spb_recorder_finish(recorder, statement, err);
    *dropped = sqlite3_changes(recorder->file.db) > 0;
    return code;
}

static int drop_excess(struct spb_recorder *recorder, struct spb_error *err)
{
    int64_t excess = 0;
    int code = find_excess(recorder, &excess, err);
    for (unsigned i = 0; i < OLD_BLOCKS_A_TIME && excess > 0 && code == 0; i++) {
        bool dropped = false;
        for (unsigned tier = 0; tier < SPB_TIER_COUNT && !dropped && code == 0; tier++)
            code = drop_oldest(recorder, tier, tier == SPB_TIER_LOOKS ? LOOK_BLOCKS_MIN : 1, &dropped, err);
        if (!dropped)
            break;
        if (code == 0)
            code = find_excess(recorder, &excess, err);
    }
    return code;
}

int spb_recorder_retain(struct spb_recorder *recorder, int64_t now_ns, struct spb_error *err)
{
    const struct spb_recorder_options *options = &recorder->options;
    const uint64_t kept_ns[] = {options->seconds_kept_ns, options->minutes_kept_ns, options->hours_kept_ns};
    sqlite3_stmt *statement = NULL;
    int code = 0;
    /* A clock that has just been set, or of a machine that has just started, may be years ahead. */
    bool clock_is_settled = recorder->state.last_boot_ns >= recorder->state.settled_boot_ns;
    for (unsigned tier = 0; tier < SPB_TIER_COUNT && code == 0 && clock_is_settled; tier++)
        code = drop_old(recorder, tier, now_ns - (int64_t)kept_ns[tier], err);
    if (code == 0)
        code = drop_excess(recorder, err);
    if (code == 0)
        code = spb_recorder_statement(recorder, SPB_SQL_DROP_EVENTS, &statement, err);
    if (code)
        return code;
    sqlite3_bind_int(statement, 1, EVENTS_MAX);
    return spb_recorder_finish(recorder, statement, err);
}
