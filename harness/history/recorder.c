/* SPDX-License-Identifier: MIT */
#include "recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "file.h"
#include "recorder_internal.h"

#define CLOCK_STEP_NS (SPB_SECOND_NS / 2) /* a clock that is off by more was set, not steered */

/* ---- statements --------------------------------------------------------------------------------------------------- */

static const struct {
    const char *sql;
    int tier; /* whose table %s is; -1: none */
} statements[SPB_SQL_COUNT] = {
    [SPB_SQL_BEGIN] = {"BEGIN IMMEDIATE", -1},
    [SPB_SQL_COMMIT] = {"COMMIT", -1},
    [SPB_SQL_ROLLBACK] = {"ROLLBACK", -1},
    [SPB_SQL_NEW_RUN] = {"INSERT INTO run(boot, host, kernel, process_source, began_ns) VALUES(?, ?, ?, ?, ?)", -1},
    [SPB_SQL_END_RUN] = {"UPDATE run SET ended_ns=?, ended_boot_ns=? WHERE id=?", -1},
    [SPB_SQL_NEW_KEY] = {"INSERT INTO key(id, series, instance) VALUES(?, ?, ?)", -1},
    [SPB_SQL_NEW_REASON] = {"INSERT INTO reason(id, text) VALUES(?, ?)", -1},
    [SPB_SQL_NEW_EVENT] = {"INSERT INTO event(run, time_ns, kind, value, text) VALUES(?, ?, ?, ?, ?)", -1},
    [SPB_SQL_NEW_PENDING] = {"INSERT INTO pending(tier, run, time_ns, data, processes) VALUES(?, ?, ?, ?, ?)", -1},
    [SPB_SQL_PENDING] = {"SELECT id, data, processes, run FROM pending WHERE tier=? ORDER BY id", -1},
    [SPB_SQL_DROP_PENDING] = {"DELETE FROM pending WHERE tier=?", -1},
    [SPB_SQL_PAGES] = {"PRAGMA page_count", -1},
    [SPB_SQL_FREE_PAGES] = {"PRAGMA freelist_count", -1},
#define FOR_EACH_TIER(base, sql)                                                                                       \
    [base] = {sql, SPB_TIER_LOOKS}, [base + 1] = {sql, SPB_TIER_MINUTES}, [base + 2] = {sql, SPB_TIER_HOURS}
    FOR_EACH_TIER(SPB_SQL_BLOCK_TAKEN, "SELECT 1 FROM %s WHERE id=?"),
    FOR_EACH_TIER(SPB_SQL_NEW_BLOCK,
                  "INSERT INTO %s(id, last_ns, run, count, data, processes) VALUES(?, ?, ?, ?, ?, ?)"),
    /* A block begins before it ends, so that only the first ones need to be looked at. */
    FOR_EACH_TIER(SPB_SQL_DROP_OLD,
                  "DELETE FROM %s WHERE id IN (SELECT id FROM %s WHERE id<? AND last_ns<? ORDER BY id LIMIT ?)"),
    FOR_EACH_TIER(SPB_SQL_DROP_OLDEST, "DELETE FROM %s WHERE id=(SELECT id FROM %s ORDER BY id LIMIT 1) AND "
                                       "(SELECT count(*) FROM (SELECT 1 FROM %s LIMIT ?1+1))>?1"),
#undef FOR_EACH_TIER
    [SPB_SQL_DROP_EVENTS] = {"DELETE FROM event WHERE id<=(SELECT max(id) FROM event)-?", -1},
};

int spb_recorder_statement(struct spb_recorder *recorder, unsigned which, sqlite3_stmt **statement,
                           struct spb_error *err)
{
    sqlite3_stmt **kept = &recorder->statements[which];
    int tier = statements[which].tier;
    int code = 0;
    if (*kept)
        sqlite3_reset(*kept);
    else
        code = spb_history_file_prepare(&recorder->file, statements[which].sql, tier < 0 ? NULL : spb_tiers[tier].table,
                                        kept, err);
    *statement = *kept;
    return code;
}

int spb_recorder_finish(struct spb_recorder *recorder, sqlite3_stmt *statement, struct spb_error *err)
{
    int result = sqlite3_step(statement);
    int code = spb_history_file_error(&recorder->file, result, err); /* before reset forgets the system's error */
    sqlite3_reset(statement);
    return code;
}

static int run_plain(struct spb_recorder *recorder, unsigned which, struct spb_error *err)
{
    sqlite3_stmt *statement = NULL;
    int code = spb_recorder_statement(recorder, which, &statement, err);
    return code ? code : spb_recorder_finish(recorder, statement, err);
}

int spb_recorder_put_event(struct spb_recorder *recorder, const struct spb_recorder_event *event, struct spb_error *err)
{
    sqlite3_stmt *statement = NULL;
    int code = spb_recorder_statement(recorder, SPB_SQL_NEW_EVENT, &statement, err);
    if (code)
        return code;
    sqlite3_bind_int64(statement, 1, recorder->state.run);
    sqlite3_bind_int64(statement, 2, event->time_ns);
    sqlite3_bind_int(statement, 3, (int)event->kind);
    sqlite3_bind_double(statement, 4, event->value);
    sqlite3_bind_text(statement, 5, event->text, -1, SQLITE_STATIC);
    return spb_recorder_finish(recorder, statement, err);
}

/* ---- names -------------------------------------------------------------------------------------------------------- */

static bool is_key(const struct spb_name_list *keys, size_t number, const struct spb_observation *item)
{
    return number < keys->count && keys->items[number].text && keys->items[number].series == (int)item->series &&
           strcmp(keys->items[number].text, item->instance) == 0;
}

static int new_name(struct spb_recorder *recorder, unsigned which, size_t number, const char *series, const char *text,
                    struct spb_error *err)
{
    sqlite3_stmt *statement = NULL;
    int code = spb_recorder_statement(recorder, which, &statement, err);
    if (code)
        return code;
    int column = 1;
    sqlite3_bind_int64(statement, column++, (int64_t)number);
    if (series)
        sqlite3_bind_text(statement, column++, series, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, column, text, -1, SQLITE_TRANSIENT);
    code = spb_recorder_finish(recorder, statement, err);
    if (code)
        return code;
    struct spb_name_list *list = series ? &recorder->file.keys : &recorder->file.reasons;
    code = spb_name_list_set(list, number, series ? spb_series_find(series) : -1, text);
    return code ? spb_error_system(err, code, "%s: names", recorder->file.path) : 0;
}

/* Items come in the same order look after look: first the key that this one had, then the one behind that of the item before. */
static int find_key(struct spb_recorder *recorder, const struct spb_observation *item, size_t at, uint32_t *key,
                    struct spb_error *err)
{
    const struct spb_name_list *keys = &recorder->file.keys;
    size_t number = at < recorder->item_key_count ? recorder->item_keys[at] : 0;
    if (!is_key(keys, number, item))
        number = at > 0 ? recorder->item_keys[at - 1] + 1 : 0;
    if (!is_key(keys, number, item))
        for (number = 0; number < keys->count && !is_key(keys, number, item);)
            number++;
    *key = (uint32_t)number;
    if (number < keys->count)
        return 0;
    return new_name(recorder, SPB_SQL_NEW_KEY, number, spb_series_info(item->series)->name, item->instance, err);
}

static int find_reason(struct spb_recorder *recorder, const char *reason, uint16_t *state, struct spb_error *err)
{
    const struct spb_name_list *reasons = &recorder->file.reasons;
    size_t number = 0;
    while (number < reasons->count &&
           !(reasons->items[number].text && strcmp(reasons->items[number].text, reason) == 0))
        number++;
    if (number > UINT16_MAX - SPB_STATE_REASON)
        return spb_error_set(err, -EINVAL, "%s: too many reasons", recorder->file.path);
    *state = (uint16_t)(SPB_STATE_REASON + number);
    return number < reasons->count ? 0 : new_name(recorder, SPB_SQL_NEW_REASON, number, NULL, reason, err);
}

/* ---- one look ----------------------------------------------------------------------------------------------------- */

static int fill_item(struct spb_recorder *recorder, const struct spb_look *look, size_t i, struct spb_look_block *block,
                     struct spb_error *err)
{
    const struct spb_observation *item = &look->items[i];
    bool is_number = item->has_value && isfinite(item->value);
    uint32_t key = 0;
    uint16_t state = SPB_STATE_VALUE;
    int code = find_key(recorder, item, i, &key, err);
    if (code == 0 && !is_number)
        code = find_reason(recorder,
                           item->has_value ? "no finite number"
                           : item->reason  ? item->reason
                                           : "not said",
                           &state, err);
    if (code)
        return code;
    struct spb_look_column *column = spb_look_block_column(block, key, i);
    if (!column)
        return spb_error_system(err, -ENOMEM, "%s: a look", recorder->file.path);
    column->states[0] = state;
    column->values[0] = is_number ? item->value : 0;
    recorder->item_keys[i] = key;
    recorder->item_key_count = i + 1 > recorder->item_key_count ? i + 1 : recorder->item_key_count;
    return 0;
}

static int fill_block(struct spb_recorder *recorder, const struct spb_look *look, struct spb_look_block *block,
                      struct spb_error *err)
{
    uint32_t *grown = reallocarray(recorder->item_keys, look->count + 1, sizeof(*grown));
    if (grown)
        recorder->item_keys = grown;
    if (recorder->item_key_count > look->count)
        recorder->item_key_count = look->count;
    if (!grown || spb_look_block_init(block, 1, 1) < 0)
        return spb_error_system(err, -ENOMEM, "%s: a look", recorder->file.path);
    block->count = 1;
    block->time_us[0] = look->time_ns / 1000;
    block->boot_us[0] = (int64_t)(look->boot_ns / 1000);
    block->interval_us[0] = (int64_t)(look->interval_ns / 1000);
    int code = 0;
    for (size_t i = 0; i < look->count && code == 0; i++)
        code = fill_item(recorder, look, i, block, err);
    return code;
}

static int put_look(struct spb_recorder *recorder, const struct spb_look *look,
                    const struct spb_recorder_processes *processes, struct spb_error *err)
{
    struct spb_look_block block = {0};
    struct spb_process_block chosen = {0};
    int code = fill_block(recorder, look, &block, err);
    if (code == 0 && processes && spb_recorder_choose_processes(recorder, look, processes, &chosen) < 0)
        code = spb_error_system(err, -ENOMEM, "%s: processes", recorder->file.path);
    if (code == 0)
        code = spb_recorder_put_pending(recorder, SPB_TIER_LOOKS, &block, &chosen, err);
    spb_look_block_release(&block);
    spb_process_block_release(&chosen);
    return code;
}

/* ---- runs --------------------------------------------------------------------------------------------------------- */

static int new_run(struct spb_recorder *recorder, const struct spb_look *look, struct spb_error *err)
{
    struct utsname machine = {.nodename = ""};
    sqlite3_stmt *statement = NULL;
    int code = spb_recorder_statement(recorder, SPB_SQL_NEW_RUN, &statement, err);
    if (code)
        return code;
    uname(&machine);
    sqlite3_bind_text(statement, 1, recorder->boot, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, machine.nodename, -1, SQLITE_TRANSIENT);
    sqlite3_bind_text(statement, 3, machine.release, -1, SQLITE_TRANSIENT);
    sqlite3_bind_text(statement, 4, recorder->process_source ? recorder->process_source : "sweep", -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 5, look->time_ns);
    code = spb_recorder_finish(recorder, statement, err);
    recorder->state.run = sqlite3_last_insert_rowid(recorder->file.db);
    return code;
}

struct last_run {
    int64_t id; /* 0: there was none */
    bool ended;
    int64_t last_ns, last_boot_ns; /* of its last look; last_ns 0: not known */
    char boot[64];
};

/* The boot clock of the last look that waits, which nothing but its blob holds. */
static int last_pending(struct spb_recorder *recorder, struct last_run *last, struct spb_error *err)
{
    struct spb_byte_reader streams[SPB_BLOCK_STREAMS];
    struct spb_look_block block = {0};
    sqlite3_stmt *statement = NULL;
    uint8_t *bytes = NULL;
    int code = spb_history_file_prepare(
        &recorder->file, "SELECT data FROM pending WHERE tier=0 ORDER BY id DESC LIMIT 1", NULL, &statement, err);
    if (code)
        return code;
    int result = sqlite3_step(statement);
    if (result == SQLITE_ROW &&
        spb_unpack(recorder->file.packer, sqlite3_column_blob(statement, 0), (size_t)sqlite3_column_bytes(statement, 0),
                   streams, SPB_BLOCK_STREAMS, &bytes) == 0 &&
        spb_look_block_read(streams, &block) == 0) {
        last->last_ns = block.time_us[0] * 1000;
        last->last_boot_ns = block.boot_us[0] * 1000;
    }
    code = spb_history_file_error(&recorder->file, result, err);
    sqlite3_finalize(statement);
    spb_look_block_release(&block);
    free(bytes);
    return code;
}

static int find_last_run(struct spb_recorder *recorder, struct last_run *last, struct spb_error *err)
{
    sqlite3_stmt *statement = NULL;
    int code = spb_history_file_prepare(&recorder->file,
                                        "SELECT id, boot, ended_ns, ended_boot_ns FROM run ORDER BY id DESC LIMIT 1",
                                        NULL, &statement, err);
    if (code)
        return code;
    int result = sqlite3_step(statement);
    if (result == SQLITE_ROW) {
        const char *boot = (const char *)sqlite3_column_text(statement, 1);
        last->id = sqlite3_column_int64(statement, 0);
        snprintf(last->boot, sizeof(last->boot), "%s", boot ? boot : "");
        last->ended = sqlite3_column_type(statement, 2) == SQLITE_INTEGER;
        last->last_ns = sqlite3_column_int64(statement, 2);
        last->last_boot_ns = sqlite3_column_int64(statement, 3);
    }
    code = spb_history_file_error(&recorder->file, result, err);
    sqlite3_finalize(statement);
    return code || last->ended || last->id == 0 ? code : last_pending(recorder, last, err);
}

/* What the run before left to be said, and that this one begins. */
static int begin_run(struct spb_recorder *recorder, const struct spb_look *look, struct spb_error *err)
{
    struct spb_recorder_state *state = &recorder->state;
    struct last_run last = {0};
    int code = find_last_run(recorder, &last, err);
    state->run = last.id;
    if (code == 0 && last.id && !last.ended)
        code = spb_recorder_put_event(recorder,
                                      &(struct spb_recorder_event){last.last_ns ? last.last_ns : look->time_ns,
                                                                   SPB_EVENT_RECORDER_END, 0,
                                                                   "without a word: killed, or power was lost"},
                                      err);
    if (code == 0 && state->pending[SPB_TIER_LOOKS].count)
        code = spb_recorder_pack(recorder, SPB_TIER_LOOKS, err);
    if (code == 0)
        code = new_run(recorder, look, err);
    bool same_boot = last.id && strcmp(last.boot, recorder->boot) == 0;
    if (code == 0 && last.id && !same_boot)
        code = spb_recorder_put_event(recorder,
                                      &(struct spb_recorder_event){look->time_ns - (int64_t)look->boot_ns,
                                                                   SPB_EVENT_BOOT, 0, "the machine has started anew"},
                                      err);
    if (code == 0)
        code = spb_recorder_put_event(
            recorder, &(struct spb_recorder_event){look->time_ns, SPB_EVENT_RECORDER_START, 0, recorder->boot}, err);
    state->settled_boot_ns = (int64_t)look->boot_ns + SPB_HOUR_NS;
    state->has_last = same_boot && last.last_ns != 0 && last.last_boot_ns <= (int64_t)look->boot_ns;
    state->last_ns = last.last_ns;
    state->last_boot_ns = last.last_boot_ns;
    state->last_interval_ns = 0;
    return code;
}

/* The clock of the wall against the one that is never set. */
static int note_clock(struct spb_recorder *recorder, const struct spb_look *look, struct spb_error *err)
{
    struct spb_recorder_state *state = &recorder->state;
    if (!state->has_last)
        return 0;
    int64_t passed_ns = (int64_t)look->boot_ns - state->last_boot_ns;
    int64_t step_ns = look->time_ns - state->last_ns - passed_ns;
    /* Over a long pause a clock that is steered goes off by 0.05 %. */
    int64_t limit_ns = CLOCK_STEP_NS + passed_ns / 2000;
    if (llabs(step_ns) < limit_ns && look->time_ns >= state->last_ns)
        return 0;
    state->settled_boot_ns = (int64_t)look->boot_ns + SPB_HOUR_NS;
    char text[96];
    snprintf(text, sizeof(text), "the clock was set %s by %.3f s", step_ns < 0 ? "back" : "forward",
             fabs((double)step_ns) / 1e9);
    return spb_recorder_put_event(
        recorder, &(struct spb_recorder_event){look->time_ns, SPB_EVENT_CLOCK_STEP, (double)step_ns / 1e9, text}, err);
}

static int note_missed(struct spb_recorder *recorder, struct spb_error *err)
{
    struct spb_recorder_state *state = &recorder->state;
    char text[96];
    if (state->looks_missed == 0)
        return 0;
    snprintf(text, sizeof(text), "no room on the disk: %llu look%s missing from here",
             (unsigned long long)state->looks_missed, state->looks_missed == 1 ? " is" : "s are");
    int code = spb_recorder_put_event(
        recorder,
        &(struct spb_recorder_event){state->missed_since_ns, SPB_EVENT_DISK_FULL, (double)state->looks_missed, text},
        err);
    state->looks_missed = 0;
    return code;
}

/* ---- transactions ------------------------------------------------------------------------------------------------- */

static int add_inside(struct spb_recorder *recorder, const struct spb_look *look,
                      const struct spb_recorder_processes *processes, struct spb_error *err)
{
    struct spb_recorder_state *state = &recorder->state;
    int code = state->run ? 0 : begin_run(recorder, look, err);
    if (code == 0)
        code = note_clock(recorder, look, err);
    if (code == 0)
        code = note_missed(recorder, err);
    if (code == 0 && spb_recorder_is_full(recorder, SPB_TIER_LOOKS, look->time_ns)) {
        code = spb_recorder_pack(recorder, SPB_TIER_LOOKS, err);
        if (code == 0)
            code = spb_recorder_retain(recorder, look->time_ns, err);
    }
    if (code == 0)
        code = put_look(recorder, look, processes, err);
    state->has_last = true;
    state->last_ns = look->time_ns;
    state->last_boot_ns = (int64_t)look->boot_ns;
    state->last_interval_ns = (int64_t)look->interval_ns;
    return code;
}

static void put_back(struct spb_recorder *recorder, const struct spb_recorder_state *before)
{
    if (!sqlite3_get_autocommit(recorder->file.db))
        run_plain(recorder, SPB_SQL_ROLLBACK, NULL);
    recorder->state = *before;
    spb_name_list_cut(&recorder->file.keys, before->key_count);
    spb_name_list_cut(&recorder->file.reasons, before->reason_count);
    recorder->item_key_count = 0;
}

static int explain_full(struct spb_recorder *recorder, const struct spb_look *look, struct spb_error *err)
{
    struct spb_recorder_state *state = &recorder->state;
    if (state->looks_missed++ == 0)
        state->missed_since_ns = look->time_ns;
    return spb_error_set(err, -ENOSPC,
                         "%s: no room on its disk (or a limit on the size of files): nothing is recorded until there "
                         "is, and then recording goes on by itself",
                         recorder->file.path);
}

int spb_recorder_add_with(struct spb_recorder *recorder, const struct spb_look *look,
                          const struct spb_recorder_processes *processes, struct spb_error *err)
{
    recorder->state.key_count = recorder->file.keys.count;
    recorder->state.reason_count = recorder->file.reasons.count;
    const struct spb_recorder_state before = recorder->state;
    int code = run_plain(recorder, SPB_SQL_BEGIN, err);
    if (code == 0)
        code = add_inside(recorder, look, processes, err);
    if (code == 0)
        code = run_plain(recorder, SPB_SQL_COMMIT, err);
    if (code)
        put_back(recorder, &before);
    return code == -ENOSPC ? explain_full(recorder, look, err) : code;
}

int spb_recorder_add(struct spb_recorder *recorder, const struct spb_look *look,
                     const struct spb_process_table *processes, struct spb_error *err)
{
    struct spb_recorder_processes all = {0};
    if (!processes)
        return spb_recorder_add_with(recorder, look, NULL, err);
    all.items = spb_process_table_items(processes, &all.count);
    all.ended = spb_process_table_ended(processes, &all.ended_count);
    return spb_recorder_add_with(recorder, look, &all, err);
}

/* ---- opening and closing ------------------------------------------------------------------------------------------ */

/* A lock on the file itself, which the kernel takes away when the process ends, however it does. SQLite's own locks are of another
 * kind (fcntl) and come and go. */
static int lock_file(const char *path, int *lock, struct spb_error *err)
{
    *lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (*lock < 0)
        return spb_error_system(err, -errno, "%s", path);
    if (flock(*lock, LOCK_EX | LOCK_NB) == 0)
        return 0;
    if (errno == EWOULDBLOCK)
        return spb_error_set(err, -EBUSY, "%s: another recorder writes to it; name another file, or stop that one",
                             path);
    return spb_error_system(err, -errno, "%s: lock", path);
}

static int find_pending(struct spb_recorder *recorder, struct spb_error *err)
{
    sqlite3_stmt *statement = NULL;
    int result = SQLITE_DONE;
    int code = spb_history_file_prepare(&recorder->file, "SELECT tier, time_ns FROM pending ORDER BY id", NULL,
                                        &statement, err);
    while (code == 0 && (result = sqlite3_step(statement)) == SQLITE_ROW) {
        int64_t tier = sqlite3_column_int64(statement, 0), time_ns = sqlite3_column_int64(statement, 1);
        if (tier < 0 || tier >= SPB_TIER_COUNT) {
            code = spb_history_file_damaged(&recorder->file, "pending", err);
            break;
        }
        struct spb_pending *pending = &recorder->state.pending[tier];
        pending->first_ns = pending->count++ ? pending->first_ns : time_ns;
        pending->last_ns = time_ns;
    }
    if (code == 0)
        code = spb_history_file_error(&recorder->file, result, err);
    sqlite3_finalize(statement);
    return code;
}

static void set_options(struct spb_recorder *recorder, const struct spb_recorder_options *options)
{
    struct spb_recorder_options *own = &recorder->options;
    *own = options ? *options : (struct spb_recorder_options){0};
    own->seconds_kept_ns = own->seconds_kept_ns ? own->seconds_kept_ns : 30 * (uint64_t)SPB_DAY_NS;
    own->minutes_kept_ns = own->minutes_kept_ns ? own->minutes_kept_ns : 365 * (uint64_t)SPB_DAY_NS;
    own->hours_kept_ns = own->hours_kept_ns ? own->hours_kept_ns : 3650 * (uint64_t)SPB_DAY_NS;
    own->size_max_bytes = own->size_max_bytes ? own->size_max_bytes : UINT64_C(1) << 30;
    own->processes_max = own->processes_max ? own->processes_max : 10;
    if (own->boot)
        snprintf(recorder->boot, sizeof(recorder->boot), "%s", own->boot);
    else if (spb_file_read_line(NULL, "/proc/sys/kernel/random/boot_id", recorder->boot, sizeof(recorder->boot)) < 0)
        *recorder->boot = '\0';
    own->boot = NULL; /* the caller's */
}

int spb_recorder_open(const char *path, const struct spb_recorder_options *options, struct spb_recorder **recorder,
                      struct spb_error *err)
{
    struct spb_recorder *made = calloc(1, sizeof(*made));
    if (!made)
        return spb_error_system(err, -ENOMEM, "%s", path);
    made->lock = -1;
    set_options(made, options);
    int code = lock_file(path, &made->lock, err);
    if (code == 0)
        code = spb_history_file_create(&made->file, path, err);
    if (code == 0)
        code = find_pending(made, err);
    if (code == 0)
        *recorder = made;
    else
        spb_recorder_close(made);
    return code;
}

void spb_recorder_note_process_source(struct spb_recorder *recorder, const char *source)
{
    free(recorder->process_source);
    recorder->process_source = strdup(source);
}

/* What is pending could stay so: nothing is lost where there is no room any more. */
static void end_run(struct spb_recorder *recorder)
{
    const struct spb_recorder_state before = recorder->state;
    sqlite3_stmt *statement = NULL;
    int code = run_plain(recorder, SPB_SQL_BEGIN, NULL);
    if (code == 0)
        code = note_missed(recorder, NULL);
    if (code == 0 && before.pending[SPB_TIER_LOOKS].count)
        code = spb_recorder_pack(recorder, SPB_TIER_LOOKS, NULL);
    if (code == 0)
        code = spb_recorder_statement(recorder, SPB_SQL_END_RUN, &statement, NULL);
    if (code == 0) {
        sqlite3_bind_int64(statement, 1, before.last_ns);
        sqlite3_bind_int64(statement, 2, before.last_boot_ns);
        sqlite3_bind_int64(statement, 3, before.run);
        code = spb_recorder_finish(recorder, statement, NULL);
    }
    if (code == 0)
        code = spb_recorder_put_event(
            recorder, &(struct spb_recorder_event){before.last_ns, SPB_EVENT_RECORDER_END, 0, "as it was told to"},
            NULL);
    if (code == 0)
        code = run_plain(recorder, SPB_SQL_COMMIT, NULL);
    if (code && !sqlite3_get_autocommit(recorder->file.db))
        run_plain(recorder, SPB_SQL_ROLLBACK, NULL);
    sqlite3_wal_checkpoint_v2(recorder->file.db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
}

void spb_recorder_close(struct spb_recorder *recorder)
{
    if (!recorder)
        return;
    if (recorder->file.db && recorder->state.run)
        end_run(recorder);
    for (size_t i = 0; i < SPB_SQL_COUNT; i++)
        sqlite3_finalize(recorder->statements[i]);
    spb_history_file_close(&recorder->file);
    if (recorder->lock >= 0)
        close(recorder
                  ->lock); /* after SQLite's: closing any descriptor of a file gives up a process's fcntl locks on it */
    free(recorder->item_keys);
    free(recorder->process_source);
    free(recorder);
}
