/* SPDX-License-Identifier: MIT
 *
 * Events are opened for each CPU with `inherit`, so that threads and children are followed; inherited events may have a buffer only where they
 * are bound to a CPU. A process that runs already has an event for each of its threads and CPUs, which write into the buffer of the CPU.
 *
 * Order: each round empties all buffers. What was stamped before the newest record of the round before cannot be overtaken any more: the kernel had
 * finished writing it when this round began.
 */
#include "perf_ring.h"

#include <asm/perf_regs.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "file.h"
#include "grow.h"
#include "number_list.h"
#include "thread_list.h"

#define RING_BYTES       (512u << 10) /* what the kernel allows without privilege for each CPU */
#define RING_BYTES_LARGE (8u << 20)   /* with copied stacks, where it is allowed */

#if defined(__x86_64__)
#define REGISTER_MASK (((UINT64_C(1) << (PERF_REG_X86_IP + 1)) - 1) | (UINT64_C(0xff) << PERF_REG_X86_R8))
#elif defined(__aarch64__)
#define REGISTER_MASK ((UINT64_C(1) << PERF_REG_ARM64_MAX) - 1)
#endif

struct ring {
    unsigned cpu;
    int fd; /* of the first event, which the buffer belongs to */
    unsigned char *map;
    size_t bytes; /* of data */
};

struct queued {
    uint64_t time_ns;
    size_t offset; /* in the store */
    uint32_t length;
};

struct spb_perf_rings {
    struct spb_perf_ring_options options;
    struct spb_perf_layout layout;
    struct ring *rings;
    size_t ring_count;
    int *fds; /* of all events */
    size_t fd_count, fd_capacity;
    uint64_t *switch_ids;
    size_t switch_id_count, switch_id_capacity;
    unsigned char *store; /* records that wait for their turn */
    size_t store_length, store_capacity;
    struct queued *queue;
    size_t queue_count, queue_capacity;
    uint64_t round_newest_ns;
    uint64_t malformed;
};

/* ---- events ----------------------------------------------------------------------------------------------------- */

static void describe(const struct spb_perf_rings *rings, struct perf_event_attr *attr)
{
    const struct spb_perf_ring_options *options = &rings->options;
    *attr = (struct perf_event_attr){.size = sizeof *attr,
                                     .type = options->event_type,
                                     .config = options->event_config,
                                     .sample_freq = options->frequency_hz,
                                     .freq = 1,
                                     .sample_type = rings->layout.sample_type,
                                     .sample_regs_user = rings->layout.register_mask,
                                     .sample_stack_user = options->copy_stacks ? options->stack_bytes : 0,
                                     .exclude_callchain_user = !options->call_chains,
                                     .exclude_kernel = options->without_kernel,
                                     .exclude_hv = 1,
                                     .disabled = 1,
                                     .enable_on_exec = options->on_exec,
                                     .inherit = 1,
                                     .sample_id_all = 1,
                                     .watermark = 1,
                                     .wakeup_watermark = RING_BYTES / 4,
                                     .use_clockid = 1,
                                     .clockid = CLOCK_MONOTONIC,
                                     .precise_ip = 0};
}

/* The event that also tells of mappings, names, starts and ends. */
static void describe_leader(const struct spb_perf_rings *rings, struct perf_event_attr *attr)
{
    describe(rings, attr);
    attr->mmap = attr->mmap2 = attr->comm = attr->comm_exec = attr->task = 1;
    attr->build_id = 1;
    attr->context_switch = rings->options.switches;
}

static int open_event(struct spb_perf_rings *rings, struct perf_event_attr *attr, pid_t pid, int cpu)
{
    if (!spb_grow(&rings->fds, sizeof *rings->fds, rings->fd_count, &rings->fd_capacity))
        return -ENOMEM;
    int fd = (int)syscall(SYS_perf_event_open, attr, pid, cpu, -1, PERF_FLAG_FD_CLOEXEC);
    if (fd < 0 && errno == EINVAL && attr->build_id) { /* before Linux 5.12 */
        attr->build_id = 0;
        fd = (int)syscall(SYS_perf_event_open, attr, pid, cpu, -1, PERF_FLAG_FD_CLOEXEC);
    }
    if (fd < 0)
        return -errno;
    rings->fds[rings->fd_count++] = fd;
    return fd;
}

static int map_ring(struct spb_perf_rings *rings, struct ring *ring)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    ring->bytes = rings->options.copy_stacks ? RING_BYTES_LARGE : RING_BYTES;
    void *map = MAP_FAILED;
    for (; map == MAP_FAILED && ring->bytes >= 8 * page; ring->bytes /= 2) {
        map = mmap(NULL, ring->bytes + page, PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, 0);
        if (map != MAP_FAILED)
            break;
        if (errno != EPERM && errno != ENOMEM)
            return -errno;
    }
    if (map == MAP_FAILED)
        return -errno;
    ring->map = map;
    return 0;
}

/* Writes into the CPU's buffer, which the first event of the CPU brings. */
static int attach_to_ring(struct spb_perf_rings *rings, struct ring *ring, int fd)
{
    if (ring->fd >= 0)
        return ioctl(fd, PERF_EVENT_IOC_SET_OUTPUT, ring->fd) < 0 ? -errno : 0;
    ring->fd = fd;
    return map_ring(rings, ring);
}

static int open_switch_event(struct spb_perf_rings *rings, struct ring *ring, pid_t pid)
{
    struct perf_event_attr attr;
    uint64_t id;
    describe(rings, &attr);
    attr.type = PERF_TYPE_SOFTWARE;
    attr.config = PERF_COUNT_SW_CONTEXT_SWITCHES;
    attr.freq = 0;
    attr.sample_period = 1;
    int fd = open_event(rings, &attr, pid, (int)ring->cpu);
    if (fd < 0)
        return fd;
    if (ioctl(fd, PERF_EVENT_IOC_ID, &id) < 0)
        return -errno;
    if (!spb_grow(&rings->switch_ids, sizeof *rings->switch_ids, rings->switch_id_count, &rings->switch_id_capacity))
        return -ENOMEM;
    rings->switch_ids[rings->switch_id_count++] = id;
    return attach_to_ring(rings, ring, fd);
}

/* A CPU that has gone, or a thread that has ended, has no events: that is no failure. */
static int open_on_cpu(struct spb_perf_rings *rings, struct ring *ring, pid_t pid)
{
    struct perf_event_attr attr;
    describe_leader(rings, &attr);
    int fd = open_event(rings, &attr, pid, (int)ring->cpu);
    if (fd == -ENODEV || fd == -ESRCH)
        return 0;
    int code = fd < 0 ? fd : attach_to_ring(rings, ring, fd);
    if (code == 0 && rings->options.switches)
        code = open_switch_event(rings, ring, pid);
    return code == -ESRCH ? 0 : code;
}

/* ---- opening ---------------------------------------------------------------------------------------------------- */

static int read_cpus(struct spb_perf_rings *rings)
{
    struct spb_number_list cpus;
    char text[4096];
    int code = spb_file_read_line(NULL, "/sys/devices/system/cpu/online", text, sizeof text);
    if (code == 0)
        code = spb_number_list_parse(&cpus, text, "CPU", NULL);
    if (code)
        return code;
    rings->rings = calloc(cpus.count, sizeof *rings->rings);
    for (unsigned i = 0; rings->rings && i < cpus.count; i++)
        rings->rings[rings->ring_count++] = (struct ring){.cpu = cpus.numbers[i], .fd = -1};
    spb_number_list_release(&cpus);
    return rings->rings ? 0 : -ENOMEM;
}

/* Many threads on many CPUs need many descriptors. */
static void raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static int open_for(struct spb_perf_rings *rings, pid_t tid)
{
    int code = 0;
    for (size_t i = 0; i < rings->ring_count && code == 0; i++)
        code = open_on_cpu(rings, &rings->rings[i], tid);
    return code;
}

/* Threads that start while this goes on are inherited from those that have their events already, or are seen in the next pass. */
static int open_for_threads(struct spb_perf_rings *rings, pid_t pid)
{
    struct spb_thread_list threads;
    int code = spb_thread_list_read(pid, &threads);
    for (size_t i = 0; i < threads.count && code == 0; i++)
        code = open_for(rings, threads.tids[i]);
    spb_thread_list_release(&threads);
    return code;
}

int spb_perf_rings_open(const struct spb_perf_ring_options *options, pid_t pid, bool attached,
                        struct spb_perf_rings **result, struct spb_error *err)
{
    struct spb_perf_rings *rings = calloc(1, sizeof *rings);
    *result = NULL;
    if (!rings)
        return spb_error_system(err, -ENOMEM, "perf events");
    rings->options = *options;
    rings->layout.sample_type = SPB_PERF_SAMPLE_BASE;
    if (options->call_chains)
        rings->layout.sample_type |= PERF_SAMPLE_CALLCHAIN;
    if (options->copy_stacks) {
        rings->layout.sample_type |= PERF_SAMPLE_REGS_USER | PERF_SAMPLE_STACK_USER | PERF_SAMPLE_CALLCHAIN;
        rings->layout.register_mask = REGISTER_MASK;
    }
    raise_descriptor_limit();
    int code = read_cpus(rings);
    if (code == 0)
        code = attached ? open_for_threads(rings, pid) : open_for(rings, pid);
    if (code == 0 && rings->fd_count == 0)
        code = -ESRCH;
    if (code == 0) {
        *result = rings;
        return 0;
    }
    spb_perf_rings_close(rings);
    return spb_error_system(err, code, "perf events");
}

void spb_perf_rings_close(struct spb_perf_rings *rings)
{
    if (!rings)
        return;
    for (size_t i = 0; i < rings->ring_count; i++)
        if (rings->rings[i].map)
            munmap(rings->rings[i].map, rings->rings[i].bytes + (size_t)sysconf(_SC_PAGESIZE));
    for (size_t i = 0; i < rings->fd_count; i++)
        close(rings->fds[i]);
    free(rings->rings);
    free(rings->fds);
    free(rings->switch_ids);
    free(rings->store);
    free(rings->queue);
    free(rings);
}

int spb_perf_rings_enable(struct spb_perf_rings *rings)
{
    for (size_t i = 0; i < rings->fd_count; i++)
        if (ioctl(rings->fds[i], PERF_EVENT_IOC_ENABLE, 0) < 0)
            return -errno;
    return 0;
}

void spb_perf_rings_disable(struct spb_perf_rings *rings)
{
    for (size_t i = 0; i < rings->fd_count; i++)
        ioctl(rings->fds[i], PERF_EVENT_IOC_DISABLE, 0);
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

void spb_perf_rings_wait(struct spb_perf_rings *rings, int timeout_ms, int also)
{
    struct pollfd *ready = calloc(rings->ring_count + 1, sizeof *ready);
    nfds_t count = 0;
    for (size_t i = 0; ready && i < rings->ring_count; i++)
        if (rings->rings[i].fd >= 0)
            ready[count++] = (struct pollfd){.fd = rings->rings[i].fd, .events = POLLIN};
    if (ready && also >= 0)
        ready[count++] = (struct pollfd){.fd = also, .events = POLLIN};
    poll(ready, count, timeout_ms);
    free(ready);
}

static void copy_out(const struct ring *ring, uint64_t from, void *to, size_t bytes)
{
    const unsigned char *data = ring->map + sysconf(_SC_PAGESIZE);
    size_t at = from & (ring->bytes - 1), first = ring->bytes - at < bytes ? ring->bytes - at : bytes;
    memcpy(to, data + at, first);
    memcpy((unsigned char *)to + first, data, bytes - first);
}

/* The time of a record as it lies in the store. */
static uint64_t time_of(const struct spb_perf_rings *rings, const unsigned char *bytes, size_t length)
{
    struct spb_perf_record record;
    return spb_perf_record_parse(&rings->layout, bytes, length, &record) < 0 ? 0 : record.time_ns;
}

static int queue_record(struct spb_perf_rings *rings, const struct ring *ring, uint64_t at, uint16_t length,
                        uint64_t *newest)
{
    size_t needed = rings->store_length + length;
    if (!spb_grow(&rings->store, 1, needed, &rings->store_capacity) ||
        !spb_grow(&rings->queue, sizeof *rings->queue, rings->queue_count, &rings->queue_capacity))
        return -ENOMEM;
    unsigned char *bytes = rings->store + rings->store_length;
    copy_out(ring, at, bytes, length);
    uint64_t time_ns = time_of(rings, bytes, length);
    if (!time_ns) {
        rings->malformed++;
        return 0;
    }
    *newest = time_ns > *newest ? time_ns : *newest;
    rings->queue[rings->queue_count++] = (struct queued){time_ns, rings->store_length, length};
    rings->store_length = needed;
    return 0;
}

static int empty_ring(struct spb_perf_rings *rings, const struct ring *ring, uint64_t *newest)
{
    struct perf_event_mmap_page *page = (void *)ring->map;
    uint64_t head = __atomic_load_n(&page->data_head, __ATOMIC_ACQUIRE), at = page->data_tail;
    int code = 0;
    while (code == 0 && head - at >= sizeof(struct perf_event_header)) {
        struct perf_event_header header;
        copy_out(ring, at, &header, sizeof header);
        if (header.size < sizeof header || header.size > head - at) {
            rings->malformed++; /* the kernel does not write such; what follows cannot be found */
            at = head;
            break;
        }
        code = queue_record(rings, ring, at, header.size, newest);
        at += header.size;
    }
    __atomic_store_n(&page->data_tail, at, __ATOMIC_RELEASE);
    return code;
}

/* Records of one moment keep their order: what came first into a buffer happened first. */
static int by_time(const void *a, const void *b)
{
    const struct queued *left = a, *right = b;
    if (left->time_ns != right->time_ns)
        return left->time_ns < right->time_ns ? -1 : 1;
    return (left->offset > right->offset) - (left->offset < right->offset);
}

/* What stays moves to the front. */
static void keep_from(struct spb_perf_rings *rings, size_t first)
{
    unsigned char *kept = NULL;
    size_t length = 0, capacity = 0;
    for (size_t i = first; i < rings->queue_count; i++)
        length += rings->queue[i].length;
    if (!length || !spb_grow(&kept, 1, length, &capacity))
        length = 0;
    for (size_t i = first, at = 0; length && i < rings->queue_count; i++) {
        memcpy(kept + at, rings->store + rings->queue[i].offset, rings->queue[i].length);
        rings->queue[i].offset = at;
        at += rings->queue[i].length;
    }
    memmove(rings->queue, rings->queue + first, (rings->queue_count - first) * sizeof *rings->queue);
    rings->queue_count = length ? rings->queue_count - first : 0;
    rings->store_length = length;
    if (!length)
        return;
    free(rings->store);
    rings->store = kept;
    rings->store_capacity = capacity;
}

int spb_perf_rings_drain(struct spb_perf_rings *rings, bool all,
                         int (*take)(void *context, const struct spb_perf_record *record), void *context)
{
    uint64_t newest = rings->round_newest_ns, limit = rings->round_newest_ns;
    size_t done = 0;
    int code = 0;
    for (size_t i = 0; i < rings->ring_count && code == 0; i++)
        if (rings->rings[i].map)
            code = empty_ring(rings, &rings->rings[i], &newest);
    rings->round_newest_ns = newest;
    if (rings->queue_count)
        qsort(rings->queue, rings->queue_count, sizeof *rings->queue, by_time);
    for (; done < rings->queue_count && code == 0 && (all || rings->queue[done].time_ns <= limit); done++) {
        struct spb_perf_record record;
        if (spb_perf_record_parse(&rings->layout, rings->store + rings->queue[done].offset, rings->queue[done].length,
                                  &record) == 0)
            code = take(context, &record);
    }
    keep_from(rings, done);
    return code;
}

bool spb_perf_rings_is_switch(const struct spb_perf_rings *rings, uint64_t id)
{
    for (size_t i = 0; i < rings->switch_id_count; i++)
        if (rings->switch_ids[i] == id)
            return true;
    return false;
}

uint64_t spb_perf_rings_malformed(const struct spb_perf_rings *rings)
{
    return rings->malformed;
}

const struct spb_perf_layout *spb_perf_rings_layout(const struct spb_perf_rings *rings)
{
    return &rings->layout;
}
