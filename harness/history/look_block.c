/* SPDX-License-Identifier: MIT */
#include "look_block.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FORMAT      1
#define EXACT_LIMIT 9007199254740992.0 /* 2^53 */

/* Which stream holds what. The planes are the bytes of rounded numbers, the highest first. */
enum { STREAM_HEAD, STREAM_WHOLE, STREAM_PLANE };

enum number_kind { NUMBERS_WHOLE_CONSTANT, NUMBERS_WHOLE, NUMBERS_ROUNDED };

/* ---- in memory ---------------------------------------------------------------------------------------------------- */

int spb_look_block_init(struct spb_look_block *block, unsigned width, size_t capacity)
{
    *block = (struct spb_look_block){.width = width, .capacity = capacity};
    if (capacity > SPB_BLOCK_ENTRIES_MAX)
        return -EFBIG;
    block->time_us = calloc(capacity + 1, sizeof(*block->time_us));
    block->boot_us = calloc(capacity + 1, sizeof(*block->boot_us));
    block->interval_us = calloc(capacity + 1, sizeof(*block->interval_us));
    return block->time_us && block->boot_us && block->interval_us ? 0 : -ENOMEM;
}

void spb_look_block_release(struct spb_look_block *block)
{
    for (size_t i = 0; i < block->column_count; i++) {
        free(block->columns[i].states);
        free(block->columns[i].values);
    }
    free(block->columns);
    free(block->time_us);
    free(block->boot_us);
    free(block->interval_us);
    *block = (struct spb_look_block){0};
}

static struct spb_look_column *add_column(struct spb_look_block *block, uint32_t key)
{
    size_t numbers = block->capacity * block->width;
    if ((block->column_count + 1) * numbers > SPB_BLOCK_NUMBERS_MAX)
        return NULL;
    if (block->column_count == block->column_capacity) {
        size_t capacity = block->column_capacity ? block->column_capacity * 2 : 128;
        struct spb_look_column *grown = reallocarray(block->columns, capacity, sizeof(*grown));
        if (!grown)
            return NULL;
        block->columns = grown;
        block->column_capacity = capacity;
    }
    struct spb_look_column column = {key, calloc(block->capacity + 1, sizeof(*column.states)),
                                     calloc(numbers + 1, sizeof(*column.values))};
    if (!column.states || !column.values) {
        free(column.states);
        free(column.values);
        return NULL;
    }
    for (size_t i = 0; i < block->capacity; i++)
        column.states[i] = SPB_STATE_NOTHING;
    block->columns[block->column_count] = column;
    return &block->columns[block->column_count++];
}

const struct spb_look_column *spb_look_block_find(const struct spb_look_block *block, uint32_t key)
{
    for (size_t i = 0; i < block->column_count; i++)
        if (block->columns[i].key == key)
            return &block->columns[i];
    return NULL;
}

struct spb_look_column *spb_look_block_column(struct spb_look_block *block, uint32_t key, size_t hint)
{
    if (hint < block->column_count && block->columns[hint].key == key)
        return &block->columns[hint];
    const struct spb_look_column *found = spb_look_block_find(block, key);
    return found ? &block->columns[found - block->columns] : add_column(block, key);
}

int spb_look_block_append(struct spb_look_block *block, const struct spb_look_block *other)
{
    if (other->width != block->width || block->count + other->count > block->capacity)
        return -EFBIG;
    memcpy(block->time_us + block->count, other->time_us, other->count * sizeof(*other->time_us));
    memcpy(block->boot_us + block->count, other->boot_us, other->count * sizeof(*other->boot_us));
    memcpy(block->interval_us + block->count, other->interval_us, other->count * sizeof(*other->interval_us));
    for (size_t i = 0; i < other->column_count; i++) {
        const struct spb_look_column *from = &other->columns[i];
        struct spb_look_column *to = spb_look_block_column(block, from->key, i);
        if (!to)
            return -ENOMEM;
        memcpy(to->states + block->count, from->states, other->count * sizeof(*to->states));
        for (unsigned which = 0; which < block->width; which++)
            memcpy(to->values + which * block->capacity + block->count, from->values + which * other->capacity,
                   other->count * sizeof(*to->values));
    }
    block->count += other->count;
    return 0;
}

/* ---- numbers ------------------------------------------------------------------------------------------------------ */

static bool is_whole(double value)
{
    return fabs(value) <= EXACT_LIMIT && value == floor(value);
}

/* Sign, exponent and 12 bits of the fraction, the nearest such number: 24 bits. */
static uint32_t rounded_bits(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof(bits));
    uint64_t rounded = bits + (UINT64_C(1) << 39);
    if ((rounded >> 52 & 0x7ff) == 0x7ff) /* rounded up beyond the largest */
        rounded = bits;
    return (uint32_t)(rounded >> 40);
}

static double value_of_bits(uint32_t rounded)
{
    uint64_t bits = (uint64_t)rounded << 40;
    double value;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

double spb_kept_value(double value)
{
    return is_whole(value) || !isfinite(value) ? value : value_of_bits(rounded_bits(value));
}

/* ---- writing ------------------------------------------------------------------------------------------------------ */

static void write_times(const struct spb_look_block *block, struct spb_strbuf *out)
{
    int64_t step = 0;
    for (size_t i = 0; i < block->count; i++) {
        int64_t passed = block->time_us[i] - (i ? block->time_us[i - 1] : 0);
        spb_put_signed(out, i ? passed - step : passed);
        step = i ? passed : 0;
    }
    if (block->width != 1)
        return;
    for (size_t i = 0; i < block->count; i++)
        spb_put_signed(out,
                       block->time_us[i] - block->boot_us[i] - (i ? block->time_us[i - 1] - block->boot_us[i - 1] : 0));
    for (size_t i = 0; i < block->count; i++)
        spb_put_signed(out, block->interval_us[i] - (i ? block->boot_us[i] - block->boot_us[i - 1] : 0));
}

/* Runs of equal states; all alike is one run. */
static void write_states(const struct spb_look_block *block, const uint16_t *states, struct spb_strbuf *out)
{
    for (size_t i = 0; i < block->count;) {
        size_t run = 1;
        while (i + run < block->count && states[i + run] == states[i])
            run++;
        spb_put_varint(out, states[i]);
        spb_put_varint(out, run);
        i += run;
    }
}

struct numbers {
    const double *values;
    const uint16_t *states;
    size_t count;
};

static enum number_kind kind_of(const struct numbers *numbers, unsigned *shift)
{
    const double *first = NULL;
    uint64_t all = 0;
    bool constant = true;
    for (size_t i = 0; i < numbers->count; i++) {
        if (numbers->states[i] != SPB_STATE_VALUE)
            continue;
        if (!is_whole(numbers->values[i]))
            return NUMBERS_ROUNDED;
        first = first ? first : &numbers->values[i];
        constant = constant && numbers->values[i] == *first;
        all |= (uint64_t)(int64_t)numbers->values[i];
    }
    *shift = all ? (unsigned)__builtin_ctzll(all) : 0;
    return constant ? NUMBERS_WHOLE_CONSTANT : NUMBERS_WHOLE;
}

/* Differences, in units of the largest power of two that divides all: memory comes in pages. */
static void write_whole(const struct numbers *numbers, bool constant, unsigned shift, struct spb_strbuf *out)
{
    int64_t before = 0;
    for (size_t i = 0; i < numbers->count; i++) {
        if (numbers->states[i] != SPB_STATE_VALUE)
            continue;
        int64_t value = (int64_t)numbers->values[i] / ((int64_t)1 << shift);
        spb_put_signed(out, value - before);
        before = value;
        if (constant)
            return;
    }
}

static void write_rounded(const struct numbers *numbers, struct spb_strbuf *planes)
{
    for (size_t i = 0; i < numbers->count; i++) {
        if (numbers->states[i] != SPB_STATE_VALUE)
            continue;
        uint32_t bits = rounded_bits(numbers->values[i]);
        spb_strbuf_append_char(&planes[0], (char)(bits >> 16));
        spb_strbuf_append_char(&planes[1], (char)(bits >> 8));
        spb_strbuf_append_char(&planes[2], (char)bits);
    }
}

static void write_numbers(const struct numbers *numbers, struct spb_strbuf *streams)
{
    unsigned shift = 0;
    enum number_kind kind = kind_of(numbers, &shift);
    if (kind == NUMBERS_ROUNDED) {
        spb_put_varint(&streams[STREAM_HEAD], NUMBERS_ROUNDED);
        write_rounded(numbers, streams + STREAM_PLANE);
    } else {
        spb_put_varint(&streams[STREAM_HEAD], (uint64_t)kind | (uint64_t)shift << 2);
        write_whole(numbers, kind == NUMBERS_WHOLE_CONSTANT, shift, &streams[STREAM_WHOLE]);
    }
}

void spb_look_block_write(const struct spb_look_block *block, struct spb_strbuf *streams)
{
    struct spb_strbuf *head = &streams[STREAM_HEAD];
    uint32_t before = 0;
    spb_put_varint(head, FORMAT);
    spb_put_varint(head, block->width);
    spb_put_varint(head, block->count);
    spb_put_varint(head, block->column_count);
    write_times(block, &streams[STREAM_WHOLE]);
    for (size_t i = 0; i < block->column_count; i++) {
        const struct spb_look_column *column = &block->columns[i];
        spb_put_signed(head, (int64_t)column->key - (int64_t)before);
        before = column->key;
        write_states(block, column->states, head);
        for (unsigned which = 0; which < block->width; which++)
            write_numbers(&(struct numbers){column->values + which * block->capacity, column->states, block->count},
                          streams);
    }
}

/* ---- reading ------------------------------------------------------------------------------------------------------ */

/* Sums that run over wrap: the file may say anything. */
static int64_t wrapping_add(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a + (uint64_t)b);
}

static void read_times(struct spb_byte_reader *in, struct spb_look_block *block)
{
    int64_t step = 0, offset = 0;
    for (size_t i = 0; i < block->count; i++) {
        int64_t value = spb_take_signed(in);
        step = i > 1 ? wrapping_add(step, value) : value;
        block->time_us[i] = wrapping_add(i ? block->time_us[i - 1] : 0, step);
    }
    if (block->width != 1)
        return;
    for (size_t i = 0; i < block->count; i++) {
        offset = wrapping_add(offset, spb_take_signed(in));
        block->boot_us[i] = (int64_t)((uint64_t)block->time_us[i] - (uint64_t)offset);
    }
    for (size_t i = 0; i < block->count; i++) {
        uint64_t passed = i ? (uint64_t)block->boot_us[i] - (uint64_t)block->boot_us[i - 1] : 0;
        block->interval_us[i] = wrapping_add(spb_take_signed(in), (int64_t)passed);
    }
}

static int read_states(struct spb_byte_reader *in, uint16_t *states, size_t count)
{
    for (size_t i = 0; i < count;) {
        uint64_t state = spb_take_varint(in), run = spb_take_varint(in);
        if (in->failed || state > UINT16_MAX || run == 0 || run > count - i)
            return -EINVAL;
        for (; run; run--)
            states[i++] = (uint16_t)state;
    }
    return 0;
}

static void read_whole(struct spb_byte_reader *in, const struct spb_look_column *column, size_t count, unsigned shift,
                       bool constant, double *values)
{
    int64_t value = 0;
    bool first = true;
    for (size_t i = 0; i < count; i++) {
        if (column->states[i] != SPB_STATE_VALUE)
            continue;
        if (first || !constant)
            value = wrapping_add(value, spb_take_signed(in));
        first = false;
        values[i] = ldexp((double)value, (int)shift);
    }
}

static int read_rounded(struct spb_byte_reader *planes, const struct spb_look_column *column, size_t count,
                        double *values)
{
    for (size_t i = 0; i < count; i++) {
        if (column->states[i] != SPB_STATE_VALUE)
            continue;
        uint32_t bits = 0;
        for (unsigned plane = 0; plane < 3; plane++) {
            const uint8_t *byte = spb_take_bytes(&planes[plane], 1);
            if (!byte)
                return -EINVAL;
            bits = bits << 8 | *byte;
        }
        values[i] = value_of_bits(bits);
        if (!isfinite(values[i]))
            return -EINVAL;
    }
    return 0;
}

static int read_numbers(struct spb_byte_reader *streams, const struct spb_look_column *column, size_t count,
                        double *values)
{
    uint64_t word = spb_take_varint(&streams[STREAM_HEAD]);
    enum number_kind kind = (enum number_kind)(word & 3);
    if (word > (63u << 2 | 3u) || kind > NUMBERS_ROUNDED)
        return -EINVAL;
    if (kind == NUMBERS_ROUNDED)
        return read_rounded(streams + STREAM_PLANE, column, count, values);
    read_whole(&streams[STREAM_WHOLE], column, count, (unsigned)(word >> 2), kind == NUMBERS_WHOLE_CONSTANT, values);
    return streams[STREAM_WHOLE].failed ? -EINVAL : 0;
}

static int read_column(struct spb_byte_reader *streams, struct spb_look_block *block, uint32_t *before)
{
    int64_t key = spb_take_signed(&streams[STREAM_HEAD]);
    if (key < -(int64_t)UINT32_MAX || key > UINT32_MAX || *before + key < 0 || *before + key > UINT32_MAX)
        return -EINVAL;
    *before = (uint32_t)(*before + key);
    struct spb_look_column *column = add_column(block, *before);
    if (!column)
        return -ENOMEM;
    int code = read_states(&streams[STREAM_HEAD], column->states, block->count);
    for (unsigned which = 0; which < block->width && code == 0; which++)
        code = read_numbers(streams, column, block->count, column->values + which * block->capacity);
    return code;
}

int spb_look_block_read(struct spb_byte_reader *streams, struct spb_look_block *block)
{
    struct spb_byte_reader *head = &streams[STREAM_HEAD];
    uint64_t format = spb_take_varint(head), width = spb_take_varint(head);
    uint64_t count = spb_take_varint(head), columns = spb_take_varint(head);
    uint32_t before = 0;
    *block = (struct spb_look_block){0};
    if (head->failed || format != FORMAT || (width != 1 && width != SPB_STEP_WIDTH) || count == 0 ||
        count > SPB_BLOCK_ENTRIES_MAX || columns > SPB_BLOCK_NUMBERS_MAX / (count * width))
        return -EINVAL;
    int code = spb_look_block_init(block, (unsigned)width, (size_t)count);
    block->count = (size_t)count;
    if (code == 0)
        read_times(&streams[STREAM_WHOLE], block);
    for (uint64_t i = 0; i < columns && code == 0; i++)
        code = read_column(streams, block, &before);
    for (size_t i = 0; i < SPB_BLOCK_STREAMS && code == 0; i++)
        code = streams[i].failed || streams[i].at != streams[i].end ? -EINVAL : 0;
    return code;
}
