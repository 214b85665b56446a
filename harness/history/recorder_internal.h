/* SPDX-License-Identifier: MIT
 *
 * Between the files of the recorder: recorder.c (opening, runs, one look), recorder_pack.c (packing and roll-ups),
 * recorder_processes.c (which processes are kept), retention.c.
 */
#ifndef SPB_RECORDER_INTERNAL_H
#define SPB_RECORDER_INTERNAL_H

#include "history.h"
#include "history_file.h"
#include "look_block.h"
#include "process_block.h"
#include "recorder.h"

/* Statements that are prepared once, when they are first needed. Those of a tier stand in order of the tiers. */
enum spb_recorder_statement {
    SPB_SQL_BEGIN,
    SPB_SQL_COMMIT,
    SPB_SQL_ROLLBACK,
    SPB_SQL_NEW_RUN,
    SPB_SQL_END_RUN,
    SPB_SQL_NEW_KEY,
    SPB_SQL_NEW_REASON,
    SPB_SQL_NEW_EVENT,
    SPB_SQL_NEW_PENDING,
    SPB_SQL_PENDING,
    SPB_SQL_DROP_PENDING,
    SPB_SQL_PAGES,
    SPB_SQL_FREE_PAGES,
    SPB_SQL_BLOCK_TAKEN,
    SPB_SQL_NEW_BLOCK = SPB_SQL_BLOCK_TAKEN + SPB_TIER_COUNT,
    SPB_SQL_DROP_OLD = SPB_SQL_NEW_BLOCK + SPB_TIER_COUNT,
    SPB_SQL_DROP_OLDEST = SPB_SQL_DROP_OLD + SPB_TIER_COUNT,
    SPB_SQL_DROP_EVENTS = SPB_SQL_DROP_OLDEST + SPB_TIER_COUNT,
    SPB_SQL_COUNT,
};

/* The entries of a tier that are not packed yet. */
struct spb_pending {
    size_t count, columns;
    int64_t first_ns, last_ns;
};

/* What a transaction that fails puts back. */
struct spb_recorder_state {
    int64_t run; /* 0: none has begun */
    struct spb_pending pending[SPB_TIER_COUNT];
    bool has_last; /* a look of this boot was recorded */
    int64_t last_ns;
    int64_t last_boot_ns;
    int64_t last_interval_ns;
    int64_t settled_boot_ns; /* from here on the clock is believed: nothing is dropped for its age before */
    size_t key_count, reason_count;
    uint64_t looks_missed; /* for want of room */
    int64_t missed_since_ns;
};

struct spb_recorder {
    struct spb_history_file file;
    int lock;
    struct spb_recorder_options options;
    char *process_source;
    char boot[64];
    sqlite3_stmt *statements[SPB_SQL_COUNT];
    struct spb_recorder_state state;
    uint32_t *item_keys; /* of the last look: item i had this key */
    size_t item_key_count;
};

/* The statement, ready for new values; it stays the recorder's. */
int spb_recorder_statement(struct spb_recorder *recorder, unsigned which, sqlite3_stmt **statement,
                           struct spb_error *err);
/* Runs it to its end. */
int spb_recorder_finish(struct spb_recorder *recorder, sqlite3_stmt *statement, struct spb_error *err);

struct spb_recorder_event {
    int64_t time_ns;
    enum spb_history_event_kind kind;
    double value;
    const char *text;
};
int spb_recorder_put_event(struct spb_recorder *recorder, const struct spb_recorder_event *event,
                           struct spb_error *err);

/* recorder_pack.c */
int spb_recorder_put_pending(struct spb_recorder *recorder, enum spb_tier tier, const struct spb_look_block *block,
                             const struct spb_process_block *processes, struct spb_error *err);
/* Must what is pending be packed before an entry of that time? */
bool spb_recorder_is_full(const struct spb_recorder *recorder, enum spb_tier tier, int64_t time_ns);
/* Packs what is pending and adds its steps to the next tier. */
int spb_recorder_pack(struct spb_recorder *recorder, enum spb_tier tier, struct spb_error *err);

/* recorder_processes.c: what is kept of a look's processes, as look 0 of the block. -ENOMEM. */
int spb_recorder_choose_processes(const struct spb_recorder *recorder, const struct spb_look *look,
                                  const struct spb_recorder_processes *processes, struct spb_process_block *block);

/* retention.c: drops what is too old and what is too much. */
int spb_recorder_retain(struct spb_recorder *recorder, int64_t now_ns, struct spb_error *err);

/* rollup.c: the steps of a block, appended to `steps`, which is empty. -ENOMEM, -EFBIG. */
int spb_roll_up(const struct spb_look_block *block, int64_t step_ns, struct spb_look_block *steps);

#endif
