/* SPDX-License-Identifier: MIT
 *
 * Order: a record is stamped before it is published. What was stamped before a round began and had been published by then is handed over in that round, by its
 * stamp; what is younger waits for the next one. So what has caused something comes before it: the last samples of a program before the start of the one that it has
 * become.
 */
#include "wire_reader.h"
#include "grow.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define SHARD_BYTES       (1u << 20)
#define SHARD_BYTES_LARGE (4u << 20) /* with copied stacks */
#define ABANDONED_NS      1000000000u

struct shard {
    struct spb_wire_shard *shared;
    const unsigned char *data;
    uint64_t tail; /* what is shared of it is for agents only */
    /* Who has it, since when. */
    uint32_t owner;
    uint64_t owned_since_ns;
};

struct queued {
    uint64_t time_ns;
    size_t offset; /* in the store */
    uint32_t length;
};

/* Records that have been copied and wait for their turn. */
struct queue {
    unsigned char *store;
    size_t store_length, store_capacity;
    struct queued *items;
    size_t count, capacity;
};

struct spb_wire_reader {
    int fd;
    struct spb_wire_header *header;
    size_t bytes;
    struct shard shards[SPB_WIRE_SHARDS_MAX];
    uint32_t shard_count;
    uint64_t shard_bytes, tick_ns;
    uint64_t malformed;
    struct queue queue;
};

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* ---- life ------------------------------------------------------------------------------------------------------- */

static uint64_t tick_ns(void)
{
    struct timespec tick;
    clock_getres(CLOCK_MONOTONIC_COARSE, &tick); /* moves at each tick */
    return (uint64_t)tick.tv_nsec;
}

/* More than CPUs, so that a thread that is taken off its CPU while it writes keeps none of the others from writing. */
static uint32_t wanted_shards(void)
{
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    return cpus < 2 ? 4 : 2 * cpus > SPB_WIRE_SHARDS_MAX ? SPB_WIRE_SHARDS_MAX : (uint32_t)(2 * cpus);
}

/* All its memory is taken at once: a program must not be killed because there is none left for a sample. And a program that shortens it would kill the
 * reader: it cannot. */
static int make_file(struct spb_wire_reader *reader, struct spb_wire_header **header)
{
    reader->fd = memfd_create("spbench-agent", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (reader->fd < 0)
        return -errno;
    int code = posix_fallocate(reader->fd, 0, (off_t)reader->bytes);
    if (code)
        return -code;
    if (fcntl(reader->fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0)
        return -errno;
    void *map = mmap(NULL, reader->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, reader->fd, 0);
    if (map == MAP_FAILED)
        return -errno;
    *header = map;
    return 0;
}

static void fill(struct spb_wire_reader *reader, struct spb_wire_header *header, const struct spb_wire_options *options)
{
    unsigned char *base = (unsigned char *)header;
    for (uint32_t i = 0; i < reader->shard_count; i++) {
        reader->shards[i].shared = (struct spb_wire_shard *)(void *)(base + SPB_WIRE_SHARDS_OFFSET) + i;
        reader->shards[i].data = base + SPB_WIRE_DATA_OFFSET + i * reader->shard_bytes;
    }
    reader->header = header;
    *header = (struct spb_wire_header){.magic = SPB_WIRE_MAGIC,
                                       .version = SPB_WIRE_VERSION,
                                       .shard_count = reader->shard_count,
                                       .call_graph = options->call_graph,
                                       .shard_bytes = reader->shard_bytes,
                                       .period_ns = options->period_ns,
                                       .tick_ns = reader->tick_ns,
                                       .stack_bytes = options->stack_bytes};
}

int spb_wire_reader_create(const struct spb_wire_options *options, struct spb_wire_reader **result,
                           struct spb_error *err)
{
    struct spb_wire_reader *reader = calloc(1, sizeof *reader);
    struct spb_wire_header *header = NULL;
    *result = NULL;
    if (!reader)
        return spb_error_system(err, -ENOMEM, "memory to share with the program");
    reader->fd = -1;
    reader->tick_ns = tick_ns();
    reader->shard_count = wanted_shards();
    reader->shard_bytes = options->call_graph == SPB_WIRE_COPIED_STACK ? SHARD_BYTES_LARGE : SHARD_BYTES;
    reader->bytes = SPB_WIRE_DATA_OFFSET + reader->shard_count * reader->shard_bytes;
    int code = make_file(reader, &header);
    if (!header) {
        spb_wire_reader_destroy(reader);
        return spb_error_system(err, code, "memory to share with the program");
    }
    fill(reader, header, options);
    *result = reader;
    return 0;
}

void spb_wire_reader_destroy(struct spb_wire_reader *reader)
{
    if (!reader)
        return;
    if (reader->header)
        munmap(reader->header, reader->bytes);
    if (reader->fd >= 0)
        close(reader->fd);
    free(reader->queue.store);
    free(reader->queue.items);
    free(reader);
}

int spb_wire_reader_fd(const struct spb_wire_reader *reader)
{
    return reader->fd;
}

void spb_wire_reader_stop(struct spb_wire_reader *reader)
{
    __atomic_store_n(&reader->header->stopped, 1, __ATOMIC_RELAXED);
}

/* ---- queue ------------------------------------------------------------------------------------------------------ */

/* Records of one moment keep their order. */
static int by_time(const void *a, const void *b)
{
    const struct queued *left = a, *right = b;
    if (left->time_ns != right->time_ns)
        return left->time_ns < right->time_ns ? -1 : 1;
    return (left->offset > right->offset) - (left->offset < right->offset);
}

/* What stays moves to the front, in the order of the queue. */
static int keep_from(struct queue *queue, size_t first)
{
    struct queue kept = {.count = 0};
    for (size_t i = first; i < queue->count; i++) {
        struct queued *item = &queue->items[i];
        if (!spb_grow(&kept.store, 1, kept.store_length + item->length, &kept.store_capacity))
            return -ENOMEM;
        memcpy(kept.store + kept.store_length, queue->store + item->offset, item->length);
        item->offset = kept.store_length;
        kept.store_length += item->length;
        queue->items[i - first] = *item;
    }
    queue->count -= first;
    free(queue->store);
    queue->store = kept.store;
    queue->store_length = kept.store_length;
    queue->store_capacity = kept.store_capacity;
    return 0;
}

/* ---- rings ------------------------------------------------------------------------------------------------------ */

static void copy_out(const struct spb_wire_reader *reader, const struct shard *shard, uint64_t from, void *to,
                     size_t bytes)
{
    size_t at = from & (reader->shard_bytes - 1);
    size_t first = reader->shard_bytes - at < bytes ? reader->shard_bytes - at : bytes;
    memcpy(to, shard->data + at, first);
    memcpy((unsigned char *)to + first, shard->data, bytes - first);
}

/* Stamps of the future would wait for ever. */
static int queue_record(struct spb_wire_reader *reader, const struct shard *shard, uint64_t at, uint32_t length,
                        uint64_t begun_ns)
{
    struct queue *queue = &reader->queue;
    struct spb_wire_record head;
    if (!spb_grow(&queue->store, 1, queue->store_length + length, &queue->store_capacity) ||
        !spb_grow(&queue->items, sizeof *queue->items, queue->count, &queue->capacity))
        return -ENOMEM;
    copy_out(reader, shard, at, queue->store + queue->store_length, length);
    memcpy(&head, queue->store + queue->store_length, sizeof head);
    head.length = length; /* it may have been changed since it was looked at */
    memcpy(queue->store + queue->store_length, &head, sizeof head);
    uint64_t latest_ns = begun_ns + ABANDONED_NS;
    queue->items[queue->count++] =
        (struct queued){head.time_ns < latest_ns ? head.time_ns : begun_ns, queue->store_length, length};
    queue->store_length += length;
    return 0;
}

static int empty_shard(struct spb_wire_reader *reader, struct shard *shard, uint64_t begun_ns)
{
    uint64_t head = __atomic_load_n(&shard->shared->head, __ATOMIC_ACQUIRE);
    int code = 0;
    if (head % 8 || head - shard->tail > reader->shard_bytes) {
        reader->malformed++;
        shard->tail = head & ~UINT64_C(7);
    }
    while (code == 0 && shard->tail < (head & ~UINT64_C(7))) {
        struct spb_wire_record record;
        uint64_t have = head - shard->tail;
        if (have >= sizeof record)
            copy_out(reader, shard, shard->tail, &record, sizeof record);
        if (have < sizeof record || record.length % 8 || record.length < sizeof record || record.length > have) {
            reader->malformed++; /* what follows cannot be found */
            shard->tail = head & ~UINT64_C(7);
            break;
        }
        code = queue_record(reader, shard, shard->tail, record.length, begun_ns);
        shard->tail += record.length;
    }
    __atomic_store_n(&shard->shared->tail, shard->tail, __ATOMIC_RELEASE);
    return code;
}

/* A thread that was killed while it wrote holds the shard for ever. */
static void free_abandoned(struct shard *shard, uint64_t now)
{
    uint32_t owner = __atomic_load_n(&shard->shared->owner, __ATOMIC_RELAXED);
    if (owner != shard->owner) {
        shard->owner = owner;
        shard->owned_since_ns = now;
    } else if (owner && now - shard->owned_since_ns > ABANDONED_NS &&
               (owner > INT32_MAX || (kill((pid_t)owner, 0) < 0 && errno == ESRCH))) {
        __atomic_compare_exchange_n(&shard->shared->owner, &owner, 0, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED);
        shard->owner = 0;
    }
}

/* ---- records ---------------------------------------------------------------------------------------------------- */

static bool is_whole(const struct spb_wire_item *item)
{
    struct spb_wire_sample sample = {0, 0};
    switch (item->head.kind) {
    case SPB_WIRE_START:
    case SPB_WIRE_NAME:
        return item->body_bytes >= sizeof(struct spb_wire_name);
    case SPB_WIRE_EXIT:
    case SPB_WIRE_MAPS:
        return true;
    case SPB_WIRE_SAMPLE:
    case SPB_WIRE_STACK:
        if (item->body_bytes < sizeof sample)
            return false;
        memcpy(&sample, item->body, sizeof sample);
        if (sample.cpu_ns > INT64_MAX / 1024)
            return false;
        if (item->head.kind == SPB_WIRE_SAMPLE)
            return sample.count >= 1 && sample.count <= (item->body_bytes - sizeof sample) / 8;
        return item->body_bytes >= sizeof sample + sizeof(struct spb_wire_registers) &&
               sample.count <= item->body_bytes - sizeof sample - sizeof(struct spb_wire_registers);
    default:
        return false;
    }
}

static int hand_over(struct spb_wire_reader *reader, const struct queued *queued,
                     int (*take)(void *context, const struct spb_wire_item *item), void *context)
{
    struct spb_wire_item item;
    const unsigned char *bytes = reader->queue.store + queued->offset;
    memcpy(&item.head, bytes, sizeof item.head);
    item.head.time_ns = queued->time_ns;
    item.body = bytes + sizeof item.head;
    item.body_bytes = queued->length - sizeof item.head;
    if (item.head.pid > 0 && item.head.tid > 0 && is_whole(&item))
        return take(context, &item);
    reader->malformed++;
    return 0;
}

int spb_wire_reader_drain(struct spb_wire_reader *reader, bool all,
                          int (*take)(void *context, const struct spb_wire_item *item), void *context)
{
    struct queue *queue = &reader->queue;
    uint64_t begun_ns = now_ns();
    size_t done = 0;
    int code = 0;
    for (uint32_t i = 0; i < reader->shard_count && code == 0; i++) {
        code = empty_shard(reader, &reader->shards[i], begun_ns);
        free_abandoned(&reader->shards[i], begun_ns);
    }
    if (queue->count)
        qsort(queue->items, queue->count, sizeof *queue->items, by_time);
    for (; done < queue->count && code == 0 && (all || queue->items[done].time_ns < begun_ns); done++)
        code = hand_over(reader, &queue->items[done], take, context);
    return code ? code : keep_from(queue, done);
}

void spb_wire_reader_counts(const struct spb_wire_reader *reader, struct spb_wire_counts *counts)
{
    const struct spb_wire_header *header = reader->header;
    *counts =
        (struct spb_wire_counts){.images = __atomic_load_n(&header->images, __ATOMIC_RELAXED),
                                 .lost = __atomic_load_n(&header->lost, __ATOMIC_RELAXED),
                                 .malformed = reader->malformed,
                                 .unsampled_threads = __atomic_load_n(&header->unsampled_threads, __ATOMIC_RELAXED),
                                 .tick_ns = reader->tick_ns};
    for (uint32_t i = 0; i < reader->shard_count; i++)
        counts->agent_ns += __atomic_load_n(&reader->shards[i].shared->agent_ns, __ATOMIC_RELAXED);
}
