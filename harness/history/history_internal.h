/* SPDX-License-Identifier: MIT
 *
 * Between the files of the reader: history.c (opening, extent, keys, gaps), history_blocks.c (walks over blocks), history_read.c
 * (series), history_looks.c (looks in order), history_moment.c (a look, events).
 */
#ifndef SPB_HISTORY_INTERNAL_H
#define SPB_HISTORY_INTERNAL_H

#include "history.h"
#include "history_file.h"
#include "look_block.h"
#include "process_block.h"

struct spb_history {
    struct spb_history_file file;
    unsigned depth; /* of calls inside of one transaction */
};

/* All that a call reads is of one state of the file, although another process writes to it. Names are read again. Every begin that succeeded
 * has its end. */
int spb_history_begin(struct spb_history *history, struct spb_error *err);
void spb_history_end(struct spb_history *history);

/* One row: a packed block, or a single entry that waits to be packed. */
struct spb_history_row {
    int64_t first_ns, last_ns;
    int64_t run;
    uint64_t count;
    const void *data; /* valid during the visit */
    size_t data_bytes;
    const void *processes; /* NULL: none */
    size_t processes_bytes;
};

/* Rows of a tier that may hold entries of [since, until): packed blocks in order of their begin, then what waits, in order of making. A visit that
 * returns anything but 0 ends the walk with that; positive means enough. */
struct spb_history_walk {
    enum spb_tier tier;
    int64_t since_ns, until_ns;
    bool only_pending;
    bool with_processes;
    int (*visit)(void *context, const struct spb_history_row *row, struct spb_error *err);
    void *context;
};
int spb_history_walk(struct spb_history *history, const struct spb_history_walk *walk, struct spb_error *err);

/* What a row holds; released by the caller in any case. -EINVAL: damaged. */
int spb_history_unpack(struct spb_history *history, const struct spb_history_row *row, struct spb_look_block *block,
                       struct spb_error *err);
int spb_history_unpack_processes(struct spb_history *history, const struct spb_history_row *row,
                                 struct spb_process_block *block, struct spb_error *err);

/* history_looks.c: entry number `entry` as a look, whose items are used again. Ordered by series; within one in the order of the looks, where new
 * instances come last. -ENOMEM. */
int spb_history_fill_look(const struct spb_history *history, const struct spb_look_block *block, size_t entry,
                          struct spb_look *look);

/* `count` items of `size` bytes in a block that grows by doubling: room for one more. -ENOMEM. */
int spb_history_grow(void **items, size_t count, size_t *capacity, size_t size);

/* The first and the last time that is kept; 0: nothing is. Cheaper than the extent. */
int spb_history_bounds(struct spb_history *history, int64_t *first_ns, int64_t *last_ns, struct spb_error *err);
/* Of the first packed or waiting entry of a tier; INT64_MAX where there is none. */
int spb_history_first_ns(struct spb_history *history, enum spb_tier tier, int64_t *first_ns, struct spb_error *err);

#endif
