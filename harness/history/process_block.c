/* SPDX-License-Identifier: MIT */
#include "process_block.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FORMAT     1
#define TICK_NS    1000000u /* CPU times are kept to a millisecond */
#define FIELDS_MAX 12

enum { FLAG_CPU = 1, FLAG_IO = 2, FLAG_NEW = 4 };

void spb_process_block_release(struct spb_process_block *block)
{
    for (size_t i = 0; i < block->identity_count; i++)
        free(block->identities[i].command);
    free(block->identities);
    free(block->samples);
    free(block->notes);
    *block = (struct spb_process_block){0};
}

/* ---- adding ------------------------------------------------------------------------------------------------------- */

/* Room for one more behind `count`. */
static int grow(void **items, size_t count, size_t *capacity, size_t item_size)
{
    if (count < *capacity)
        return 0;
    size_t wanted = *capacity ? *capacity * 2 : 32;
    void *grown = reallocarray(*items, wanted, item_size);
    if (!grown)
        return -ENOMEM;
    *items = grown;
    *capacity = wanted;
    return 0;
}

static size_t find_identity(const struct spb_process_block *block, pid_t pid, uint64_t start_ns)
{
    size_t i = 0;
    while (i < block->identity_count && (block->identities[i].pid != pid || block->identities[i].start_ns != start_ns))
        i++;
    return i;
}

static int add_identity(struct spb_process_block *block, const struct spb_process_look *process)
{
    int code =
        grow((void **)&block->identities, block->identity_count, &block->identity_capacity, sizeof(*block->identities));
    if (code)
        return code;
    struct spb_process_identity *identity = &block->identities[block->identity_count];
    *identity = (struct spb_process_identity){.pid = process->pid,
                                              .parent = process->parent,
                                              .start_ns = process->start_ns,
                                              .user = process->user,
                                              .nice = process->nice,
                                              .is_kernel = process->is_kernel};
    memcpy(identity->name, process->name, sizeof(identity->name));
    identity->name[sizeof(identity->name) - 1] = '\0';
    if (process->command) {
        identity->command = strdup(process->command);
        if (!identity->command)
            return -ENOMEM;
    }
    block->identity_count++;
    return 0;
}

static int add_sample(struct spb_process_block *block, const struct spb_process_sample *sample)
{
    int code = grow((void **)&block->samples, block->sample_count, &block->sample_capacity, sizeof(*block->samples));
    if (code == 0)
        block->samples[block->sample_count++] = *sample;
    return code;
}

int spb_process_block_add(struct spb_process_block *block, uint32_t look, const struct spb_process_look *process)
{
    size_t identity = find_identity(block, process->pid, process->start_ns);
    int code = identity == block->identity_count ? add_identity(block, process) : 0;
    struct spb_process_sample sample = {look, (uint32_t)identity, *process};
    sample.now.command = NULL;
    return code ? code : add_sample(block, &sample);
}

int spb_process_block_note(struct spb_process_block *block, const struct spb_process_note *note)
{
    int code = grow((void **)&block->notes, block->note_count, &block->note_capacity, sizeof(*block->notes));
    if (code == 0)
        block->notes[block->note_count++] = *note;
    return code;
}

struct spb_process_look spb_process_block_look(const struct spb_process_block *block,
                                               const struct spb_process_sample *sample)
{
    const struct spb_process_identity *identity = &block->identities[sample->identity];
    struct spb_process_look look = sample->now;
    look.pid = identity->pid;
    look.parent = identity->parent;
    look.start_ns = identity->start_ns;
    memcpy(look.name, identity->name, sizeof(look.name));
    look.command = identity->command;
    look.user = identity->user;
    look.nice = identity->nice;
    look.is_kernel = identity->is_kernel;
    return look;
}

int spb_process_block_append(struct spb_process_block *block, const struct spb_process_block *other,
                             uint32_t first_look)
{
    int code = 0;
    for (size_t i = 0; i < other->sample_count && code == 0; i++) {
        struct spb_process_look look = spb_process_block_look(other, &other->samples[i]);
        code = spb_process_block_add(block, first_look + other->samples[i].look, &look);
    }
    for (size_t i = 0; i < other->note_count && code == 0; i++) {
        struct spb_process_note note = other->notes[i];
        note.look += first_look;
        code = spb_process_block_note(block, &note);
    }
    return code;
}

/* ---- writing ------------------------------------------------------------------------------------------------------ */

static void write_identity(const struct spb_process_identity *identity, struct spb_strbuf *out)
{
    spb_put_signed(out, identity->pid);
    spb_put_signed(out, identity->parent);
    spb_put_varint(out, identity->start_ns);
    spb_put_text(out, identity->name, sizeof(identity->name) - 1);
    spb_put_text(out, identity->command ? identity->command : "", SPB_COMMAND_BYTES_MAX);
    spb_put_varint(out, identity->user);
    spb_put_signed(out, identity->nice);
    spb_put_varint(out, identity->is_kernel);
}

static int64_t limited(double value, double scale)
{
    double scaled = value * scale;
    return scaled >= 0 && scaled < 9e15 ? (int64_t)llround(scaled) : 0; /* not a number, too */
}

/* What a sample is as whole numbers: differences of them are mostly zeros. */
static void fields_of(const struct spb_process_look *now, int64_t *fields)
{
    const int64_t made[FIELDS_MAX] = {now->state,
                                      (now->has_cpu ? FLAG_CPU : 0) | (now->has_io ? FLAG_IO : 0) |
                                          (now->is_new ? FLAG_NEW : 0),
                                      now->threads,
                                      limited(now->cpu_pct, 100),
                                      (int64_t)(now->cpu_total_ns / TICK_NS),
                                      (int64_t)(now->rss_bytes >> 10),
                                      (int64_t)(now->virtual_bytes >> 10),
                                      (int64_t)now->major_faults_total,
                                      limited(now->read_bytes_per_s, 1),
                                      limited(now->written_bytes_per_s, 1),
                                      (int64_t)(now->read_total_bytes >> 9),
                                      (int64_t)(now->written_total_bytes >> 9)};
    memcpy(fields, made, sizeof(made));
}

static void write_samples(const struct spb_process_block *block, struct spb_strbuf *out)
{
    int64_t(*before)[FIELDS_MAX] = calloc(block->identity_count + 1, sizeof(*before));
    uint32_t look = 0;
    if (!before) {
        out->failed = true;
        return;
    }
    for (size_t i = 0; i < block->sample_count; i++) {
        const struct spb_process_sample *sample = &block->samples[i];
        int64_t fields[FIELDS_MAX], *last = before[sample->identity];
        unsigned changed = 0;
        fields_of(&sample->now, fields);
        for (unsigned f = 0; f < FIELDS_MAX; f++)
            changed |= (fields[f] != last[f] ? 1u : 0u) << f;
        spb_put_varint(out, sample->look - look);
        spb_put_varint(out, sample->identity);
        spb_put_varint(out, changed);
        for (unsigned f = 0; f < FIELDS_MAX; f++)
            if (changed >> f & 1)
                spb_put_signed(out, fields[f] - last[f]);
        memcpy(last, fields, sizeof(fields));
        look = sample->look;
    }
    free(before);
}

static void write_notes(const struct spb_process_block *block, struct spb_strbuf *out)
{
    uint32_t look = 0;
    int64_t time_us = 0;
    for (size_t i = 0; i < block->note_count; i++) {
        const struct spb_process_note *note = &block->notes[i];
        spb_put_varint(out, note->look - look);
        spb_put_varint(out, note->kind);
        spb_put_signed(out, note->pid);
        spb_put_signed(out, note->time_us - time_us);
        spb_put_varint(out, note->kind == SPB_NOTE_LEFT_OUT ? note->cpu_ns : note->cpu_ns / TICK_NS);
        spb_put_text(out, note->name, sizeof(note->name) - 1);
        spb_put_signed(out, note->exit_status);
        look = note->look;
        time_us = note->time_us;
    }
}

void spb_process_block_write(const struct spb_process_block *block, struct spb_strbuf *stream)
{
    spb_put_varint(stream, FORMAT);
    spb_put_varint(stream, block->identity_count);
    spb_put_varint(stream, block->sample_count);
    spb_put_varint(stream, block->note_count);
    for (size_t i = 0; i < block->identity_count; i++)
        write_identity(&block->identities[i], stream);
    write_samples(block, stream);
    write_notes(block, stream);
}

/* ---- reading ------------------------------------------------------------------------------------------------------ */

static int read_identity(struct spb_byte_reader *in, struct spb_process_block *block)
{
    struct spb_process_look made = {0};
    made.pid = (pid_t)spb_take_signed(in);
    made.parent = (pid_t)spb_take_signed(in);
    made.start_ns = spb_take_varint(in);
    spb_take_text(in, made.name, sizeof(made.name));
    char *command = spb_take_new_text(in, SPB_COMMAND_BYTES_MAX);
    made.command = command;
    made.user = (uid_t)spb_take_varint(in);
    made.nice = (int)spb_take_signed(in);
    made.is_kernel = spb_take_varint(in) != 0;
    int code = in->failed ? -EINVAL : add_identity(block, &made);
    free(command);
    return code;
}

static uint64_t shifted(int64_t value, unsigned shift)
{
    return value > 0 && value < INT64_MAX >> shift ? (uint64_t)value << shift : 0;
}

static void from_fields(const int64_t *fields, struct spb_process_look *now)
{
    now->state = fields[0] > 0x20 && fields[0] < 0x7f ? (char)fields[0] : '?';
    now->has_cpu = fields[1] & FLAG_CPU;
    now->has_io = fields[1] & FLAG_IO;
    now->is_new = fields[1] & FLAG_NEW;
    now->threads = fields[2] > 0 && fields[2] < INT32_MAX ? (unsigned)fields[2] : 0;
    now->cpu_pct = (double)fields[3] / 100;
    now->cpu_total_ns = fields[4] > 0 && fields[4] < INT64_MAX / TICK_NS ? (uint64_t)fields[4] * TICK_NS : 0;
    now->rss_bytes = shifted(fields[5], 10);
    now->virtual_bytes = shifted(fields[6], 10);
    now->major_faults_total = shifted(fields[7], 0);
    now->read_bytes_per_s = (double)fields[8];
    now->written_bytes_per_s = (double)fields[9];
    now->read_total_bytes = shifted(fields[10], 9);
    now->written_total_bytes = shifted(fields[11], 9);
}

static int read_samples(struct spb_byte_reader *in, struct spb_process_block *block, size_t count)
{
    int64_t(*before)[FIELDS_MAX] = calloc(block->identity_count + 1, sizeof(*before));
    struct spb_process_sample sample = {0};
    int code = before ? 0 : -ENOMEM;
    for (size_t i = 0; i < count && code == 0; i++) {
        uint64_t passed = spb_take_varint(in), identity = spb_take_varint(in), changed = spb_take_varint(in);
        if (in->failed || passed > SPB_PROCESS_SAMPLES_MAX || identity >= block->identity_count ||
            changed >> FIELDS_MAX) {
            code = -EINVAL;
            break;
        }
        int64_t *fields = before[identity];
        for (unsigned f = 0; f < FIELDS_MAX; f++)
            if (changed >> f & 1)
                fields[f] = (int64_t)((uint64_t)fields[f] + (uint64_t)spb_take_signed(in));
        sample.look += (uint32_t)passed;
        sample.identity = (uint32_t)identity;
        from_fields(fields, &sample.now);
        code = in->failed ? -EINVAL : add_sample(block, &sample);
    }
    free(before);
    return code;
}

static int read_notes(struct spb_byte_reader *in, struct spb_process_block *block, size_t count)
{
    struct spb_process_note note = {0};
    int code = 0;
    for (size_t i = 0; i < count && code == 0; i++) {
        note.look += (uint32_t)spb_take_varint(in);
        uint64_t kind = spb_take_varint(in);
        note.kind = (enum spb_process_note_kind)kind;
        note.pid = (pid_t)spb_take_signed(in);
        note.time_us = (int64_t)((uint64_t)note.time_us + (uint64_t)spb_take_signed(in));
        uint64_t cpu = spb_take_varint(in);
        note.cpu_ns = kind == SPB_NOTE_LEFT_OUT ? cpu : cpu < UINT64_MAX / TICK_NS ? cpu * TICK_NS : 0;
        spb_take_text(in, note.name, sizeof(note.name));
        note.exit_status = (int)spb_take_signed(in);
        code = in->failed || kind > SPB_NOTE_LEFT_OUT ? -EINVAL : spb_process_block_note(block, &note);
    }
    return code;
}

int spb_process_block_read(struct spb_byte_reader *stream, struct spb_process_block *block)
{
    uint64_t format = spb_take_varint(stream), identities = spb_take_varint(stream);
    uint64_t samples = spb_take_varint(stream), notes = spb_take_varint(stream);
    int code = 0;
    *block = (struct spb_process_block){0};
    if (stream->failed || format != FORMAT || identities > SPB_PROCESS_SAMPLES_MAX ||
        samples > SPB_PROCESS_SAMPLES_MAX || notes > SPB_PROCESS_SAMPLES_MAX)
        return -EINVAL;
    for (uint64_t i = 0; i < identities && code == 0; i++)
        code = read_identity(stream, block);
    if (code == 0)
        code = read_samples(stream, block, (size_t)samples);
    if (code == 0)
        code = read_notes(stream, block, (size_t)notes);
    return code == 0 && stream->at != stream->end ? -EINVAL : code;
}
