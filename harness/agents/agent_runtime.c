/* SPDX-License-Identifier: MIT */
#include "agent_runtime.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static struct spb_wire_header *wire;
/* As they were when it was mapped: what stands there now the program may have written. */
static uint32_t shard_count;
static uint64_t shard_bytes;
static pid_t own_pid;
SPB_AGENT_THREAD_LOCAL pid_t own_tid;

/* ---- the wire --------------------------------------------------------------------------------------------------- */

static bool is_wire(const struct spb_wire_header *header, size_t bytes)
{
    if (header->magic == SPB_WIRE_MAGIC && header->version != SPB_WIRE_VERSION)
        spb_agent_say("spbench: the profiler and the agent in this program are of different versions\n");
    return header->magic == SPB_WIRE_MAGIC && header->version == SPB_WIRE_VERSION && header->shard_count > 0 &&
           header->shard_count <= SPB_WIRE_SHARDS_MAX && header->shard_bytes >= 4096 &&
           (header->shard_bytes & (header->shard_bytes - 1)) == 0 &&
           header->shard_bytes <= (bytes - SPB_WIRE_DATA_OFFSET) / header->shard_count;
}

static bool map_wire(int fd)
{
    struct stat file;
    if (fd < 0 || fstat(fd, &file) < 0 || !S_ISREG(file.st_mode) || file.st_size <= SPB_WIRE_DATA_OFFSET)
        return false;
    size_t bytes = (size_t)file.st_size;
    void *map = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED)
        return false;
    if (is_wire(map, bytes)) {
        wire = map;
        shard_count = wire->shard_count;
        shard_bytes = wire->shard_bytes;
        return true;
    }
    munmap(map, bytes);
    return false;
}

/* The number may be another file's by now: what is mapped says what it is. */
static int descriptor_of_environment(void)
{
    const char *text = getenv(SPB_WIRE_ENVIRONMENT);
    char *end;
    long fd = text ? strtol(text, &end, 10) : -1;
    return text && *text && !*end && fd >= 0 && fd < INT32_MAX ? (int)fd : -1;
}

bool spb_agent_attach(void)
{
    const char *path = getenv(SPB_WIRE_FILE_ENVIRONMENT);
    own_pid = getpid();
    if (map_wire(descriptor_of_environment()))
        return true;
    int fd = path ? open(path, O_RDWR | O_CLOEXEC | O_NOCTTY) : -1;
    bool found = map_wire(fd);
    if (fd >= 0)
        close(fd);
    return found;
}

struct spb_wire_header *spb_agent_wire(void)
{
    return wire;
}

void spb_agent_find_next(void *function, const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    memcpy(function, &found, sizeof found);
}

/* ---- who and when ----------------------------------------------------------------------------------------------- */

void spb_agent_forked(void)
{
    own_pid = (pid_t)syscall(SYS_getpid);
    own_tid = own_pid;
}

pid_t spb_agent_pid(void)
{
    return own_pid;
}

pid_t spb_agent_tid(void)
{
    if (!own_tid)
        own_tid = (pid_t)syscall(SYS_gettid);
    return own_tid;
}

uint64_t spb_agent_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* The kernel reads the set before it looks at the wrong request. */
bool spb_agent_is_readable(uintptr_t address)
{
    const int no_request = -1;
    uintptr_t aligned = address & ~(uintptr_t)7; // NOLINT: an address as the kernel takes it
    return syscall(SYS_rt_sigprocmask, no_request, aligned, NULL, sizeof(uint64_t)) == 0 || errno != EFAULT;
}

void spb_agent_say(const char *text)
{
    ssize_t written = write(STDERR_FILENO, text, strlen(text));
    (void)written;
}

/* ---- records ---------------------------------------------------------------------------------------------------- */

static struct spb_wire_shard *shard_at(uint32_t index)
{
    return (struct spb_wire_shard *)(void *)((unsigned char *)wire + SPB_WIRE_SHARDS_OFFSET) + index;
}

static void count_lost(void)
{
    __atomic_fetch_add(&wire->lost, 1, __ATOMIC_RELAXED);
}

/* Where the program has written over the counts, nothing has room. */
static bool has_room(const struct spb_agent_record *record)
{
    return record->begin % 8 == 0 && record->limit >= record->begin + sizeof record->head &&
           record->limit - record->begin <= shard_bytes;
}

bool spb_agent_record_open(struct spb_agent_record *record, uint16_t kind)
{
    uint32_t tid = (uint32_t)spb_agent_tid();
    for (uint32_t i = 0; i < shard_count; i++) {
        uint32_t index = (tid + i) % shard_count, nobody = 0;
        struct spb_wire_shard *shard = shard_at(index);
        if (!__atomic_compare_exchange_n(&shard->owner, &nobody, tid, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
            continue;
        record->shard = shard;
        record->data = (unsigned char *)wire + SPB_WIRE_DATA_OFFSET + index * shard_bytes;
        record->begin = shard->head;
        record->limit = __atomic_load_n(&shard->tail, __ATOMIC_ACQUIRE) + shard_bytes;
        record->at = record->begin + sizeof record->head;
        record->failed = false;
        record->head =
            (struct spb_wire_record){.kind = kind, .pid = own_pid, .tid = (int32_t)tid, .time_ns = spb_agent_now_ns()};
        if (has_room(record))
            return true;
        __atomic_store_n(&shard->owner, 0, __ATOMIC_RELEASE);
    }
    if (wire)
        count_lost();
    return false;
}

/* Space for so many bytes, or nothing more of this record. */
static bool reserve(struct spb_agent_record *record, size_t length)
{
    record->failed |= length > record->limit - record->at;
    return !record->failed;
}

static void copy_in(const struct spb_agent_record *record, uint64_t at, const void *bytes, size_t length)
{
    size_t place = at & (shard_bytes - 1);
    size_t first = shard_bytes - place < length ? shard_bytes - place : length;
    memcpy(record->data + place, bytes, first);
    memcpy(record->data, (const unsigned char *)bytes + first, length - first);
}

void spb_agent_record_put(struct spb_agent_record *record, const void *bytes, size_t length)
{
    if (!reserve(record, length))
        return;
    copy_in(record, record->at, bytes, length);
    record->at += length;
}

void spb_agent_record_put_u64(struct spb_agent_record *record, uint64_t value)
{
    if (!reserve(record, sizeof value))
        return;
    memcpy(record->data + (record->at & (shard_bytes - 1)), &value, sizeof value);
    record->at += sizeof value;
}

void spb_agent_record_set_u64(struct spb_agent_record *record, size_t offset, uint64_t value)
{
    if (!record->failed)
        copy_in(record, record->begin + sizeof record->head + offset, &value, sizeof value);
}

void spb_agent_record_close(struct spb_agent_record *record, uint16_t flags)
{
    uint64_t end = (record->at + 7) & ~UINT64_C(7);
    record->failed |= end > record->limit;
    if (!record->failed) {
        record->head.length = (uint32_t)(end - record->begin);
        record->head.flags = flags;
        copy_in(record, record->begin, &record->head, sizeof record->head);
        record->shard->agent_ns += spb_agent_now_ns() - record->head.time_ns;
        __atomic_store_n(&record->shard->head, end, __ATOMIC_RELEASE);
    } else {
        count_lost();
    }
    __atomic_store_n(&record->shard->owner, 0, __ATOMIC_RELEASE);
}
