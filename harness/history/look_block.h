/* SPDX-License-Identifier: MIT
 *
 * Numbers of many looks, or of many steps of a roll-up, column by column: in memory, and as the streams of a blob. README.md of
 * this room says what the bytes are.
 */
#ifndef SPB_LOOK_BLOCK_H
#define SPB_LOOK_BLOCK_H

#include "byte_stream.h"

#define SPB_BLOCK_ENTRIES_MAX 4096u
#define SPB_BLOCK_NUMBERS_MAX ((size_t)4 << 20) /* entries x columns x width */
#define SPB_BLOCK_STREAMS     5

/* What a roll-up holds of each column. */
enum { SPB_STEP_MIN, SPB_STEP_MEAN, SPB_STEP_MAX, SPB_STEP_COUNT, SPB_STEP_WIDTH };

/* States of a number that is there. Any other is the number of the reason why there is none. */
enum { SPB_STATE_VALUE = 0, SPB_STATE_NOTHING = 1 /* nothing was said about it */, SPB_STATE_REASON = 2 };

struct spb_look_column {
    uint32_t key;
    uint16_t *states; /* of each entry: SPB_STATE_VALUE, _NOTHING, or SPB_STATE_REASON + the reason's number */
    double *values;   /* [which * capacity + entry] */
};

struct spb_look_block {
    unsigned width; /* numbers of an entry and column: 1 for looks, SPB_STEP_WIDTH for roll-ups */
    size_t count, capacity;
    int64_t *time_us;     /* UTC */
    int64_t *boot_us;     /* of looks */
    int64_t *interval_us; /* of looks */
    struct spb_look_column *columns;
    size_t column_count, column_capacity;
};

/* Room for `capacity` entries. -ENOMEM, -EFBIG (more than SPB_BLOCK_ENTRIES_MAX). Released by the caller, also after a failure. */
int spb_look_block_init(struct spb_look_block *block, unsigned width, size_t capacity);
void spb_look_block_release(struct spb_look_block *block);

/* The column of a key; `hint` is where it may stand. A new one has nothing in it. NULL: no memory, or too many numbers. */
struct spb_look_column *spb_look_block_column(struct spb_look_block *block, uint32_t key, size_t hint);
/* The same, or NULL where there is none. */
const struct spb_look_column *spb_look_block_find(const struct spb_look_block *block, uint32_t key);
/* Appends the entries of another one of the same width. -ENOMEM, -EFBIG. */
int spb_look_block_append(struct spb_look_block *block, const struct spb_look_block *other);

/* The number as a history keeps it: whole ones up to 2^53 as they are, others to 13 significant bits (1 part in 8192). */
double spb_kept_value(double value);

/* Fills SPB_BLOCK_STREAMS streams, which are empty. They say when memory ran out. */
void spb_look_block_write(const struct spb_look_block *block, struct spb_strbuf *streams);
/* -EINVAL: no such streams; -ENOMEM. Released by the caller in any case. */
int spb_look_block_read(struct spb_byte_reader *streams, struct spb_look_block *block);

#endif
