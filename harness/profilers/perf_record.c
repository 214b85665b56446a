/* SPDX-License-Identifier: MIT */
#include "perf_record.h"

#include <errno.h>
#include <string.h>

struct cursor {
    const unsigned char *at;
    size_t left;
    bool failed;
};

static const unsigned char *take(struct cursor *cursor, uint64_t bytes)
{
    const unsigned char *at = cursor->at;
    if (cursor->failed || bytes > cursor->left) {
        cursor->failed = true;
        return NULL;
    }
    cursor->at += bytes;
    cursor->left -= bytes;
    return at;
}

static uint64_t take_u64(struct cursor *cursor)
{
    uint64_t value = 0;
    const unsigned char *at = take(cursor, sizeof value);
    if (at)
        memcpy(&value, at, sizeof value);
    return value;
}

static uint32_t take_u32(struct cursor *cursor)
{
    uint32_t value = 0;
    const unsigned char *at = take(cursor, sizeof value);
    if (at)
        memcpy(&value, at, sizeof value);
    return value;
}

/* Up to its NUL, which must be there. */
static const char *take_text(struct cursor *cursor)
{
    const char *text = (const char *)cursor->at;
    size_t length = strnlen(text, cursor->left);
    if (length == cursor->left)
        cursor->failed = true;
    else
        take(cursor, length + 1);
    return cursor->failed ? "" : text;
}

static void parse_sample(const struct spb_perf_layout *layout, struct cursor *cursor, struct spb_perf_record *record)
{
    struct spb_perf_sample *sample = &record->sample;
    record->id = take_u64(cursor);
    sample->ip = take_u64(cursor);
    record->pid = take_u32(cursor);
    record->tid = take_u32(cursor);
    record->time_ns = take_u64(cursor);
    record->cpu = take_u32(cursor);
    take_u32(cursor);
    sample->period = take_u64(cursor);
    if (layout->sample_type & PERF_SAMPLE_CALLCHAIN) {
        sample->chain_count = take_u64(cursor);
        sample->chain =
            sample->chain_count <= cursor->left / 8 ? take(cursor, 8 * sample->chain_count) : take(cursor, UINT64_MAX);
    }
    if (layout->sample_type & PERF_SAMPLE_REGS_USER) {
        sample->has_registers = take_u64(cursor) != PERF_SAMPLE_REGS_ABI_NONE;
        if (sample->has_registers)
            sample->registers = take(cursor, 8 * (uint64_t)__builtin_popcountll(layout->register_mask));
    }
    if (layout->sample_type & PERF_SAMPLE_STACK_USER) {
        uint64_t room = take_u64(cursor);
        sample->stack = take(cursor, room);
        sample->stack_bytes = room ? take_u64(cursor) : 0;
        if (sample->stack_bytes > room)
            cursor->failed = true;
    }
}

static void parse_mapping(struct cursor *cursor, bool has_build_id, struct spb_perf_record *record)
{
    struct spb_perf_mapping *mapping = &record->mapping;
    record->pid = take_u32(cursor);
    record->tid = take_u32(cursor);
    mapping->address = take_u64(cursor);
    mapping->length = take_u64(cursor);
    mapping->file_offset = take_u64(cursor);
    if (has_build_id) {
        const unsigned char *bytes = take(cursor, 24); /* length, three reserved, 20 of build-id */
        mapping->build_id_bytes = bytes && *bytes <= 20 ? *bytes : 0;
        if (bytes)
            memcpy(mapping->build_id, bytes + 4, 20);
    } else {
        mapping->major = take_u32(cursor);
        mapping->minor = take_u32(cursor);
        mapping->inode = take_u64(cursor);
        take_u64(cursor); /* generation */
    }
    mapping->executable = take_u32(cursor) & 4; /* PROT_EXEC */
    take_u32(cursor);                           /* flags */
    mapping->path = take_text(cursor);
}

static void parse_body(struct cursor *cursor, uint16_t misc, struct spb_perf_record *record)
{
    switch (record->type) {
    case PERF_RECORD_MMAP2:
        parse_mapping(cursor, misc & PERF_RECORD_MISC_MMAP_BUILD_ID, record);
        break;
    case PERF_RECORD_COMM:
        record->pid = take_u32(cursor);
        record->tid = take_u32(cursor);
        record->is_exec = misc & PERF_RECORD_MISC_COMM_EXEC;
        record->name = take_text(cursor);
        break;
    case PERF_RECORD_FORK:
    case PERF_RECORD_EXIT:
        record->pid = take_u32(cursor);
        record->parent_pid = take_u32(cursor);
        record->tid = take_u32(cursor);
        record->parent_tid = take_u32(cursor);
        break;
    case PERF_RECORD_LOST:
        take_u64(cursor);
        record->lost = take_u64(cursor);
        break;
    case PERF_RECORD_LOST_SAMPLES:
        record->lost = take_u64(cursor);
        break;
    case PERF_RECORD_SWITCH:
        record->is_switch_out = misc & PERF_RECORD_MISC_SWITCH_OUT;
        break;
    default:
        break;
    }
}

/* The last 32 bytes of all that are no samples: pid, tid, time, cpu, identifier. */
static void parse_tail(const unsigned char *bytes, size_t length, struct spb_perf_record *record)
{
    struct cursor tail = {bytes + length - 32, 32, false};
    uint32_t pid = take_u32(&tail), tid = take_u32(&tail);
    record->time_ns = take_u64(&tail);
    record->cpu = take_u32(&tail);
    take_u32(&tail);
    record->id = take_u64(&tail);
    if (record->type == PERF_RECORD_SWITCH) {
        record->pid = pid;
        record->tid = tid;
    }
}

int spb_perf_record_parse(const struct spb_perf_layout *layout, const unsigned char *bytes, size_t length,
                          struct spb_perf_record *record)
{
    struct perf_event_header head;
    *record = (struct spb_perf_record){.name = "", .mapping = {.path = ""}};
    if (length < sizeof head)
        return -EINVAL;
    memcpy(&head, bytes, sizeof head);
    if (head.size != length)
        return -EINVAL;
    record->type = head.type;
    struct cursor cursor = {bytes + sizeof head, length - sizeof head, false};
    if (head.type == PERF_RECORD_SAMPLE) {
        record->sample.in_kernel = (head.misc & PERF_RECORD_MISC_CPUMODE_MASK) == PERF_RECORD_MISC_KERNEL;
        parse_sample(layout, &cursor, record);
        return cursor.failed ? -EINVAL : 0;
    }
    if (cursor.left < 32)
        return -EINVAL;
    cursor.left -= 32;
    parse_body(&cursor, head.misc, record);
    parse_tail(bytes, length, record);
    return cursor.failed ? -EINVAL : 0;
}
