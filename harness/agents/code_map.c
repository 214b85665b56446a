/* SPDX-License-Identifier: MIT
 *
 *     7f1c0a228000-7f1c0a37d000 r-xp 00028000 fe:01 1573   /usr/lib/x86_64-linux-gnu/libc.so.6
 *
 * One thread reads, the others go on with what was there: `version` is odd while the table changes, and who has looked at a changing table takes every address for
 * code.
 */
#include "code_map.h"

#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent_runtime.h"

#define RANGES_MAX      4096
#define TEXT_BYTES      16384
#define WAIT_UNKNOWN_NS 20000000u   /* code that runs and is not known */
#define WAIT_STRAY_NS   1000000000u /* a return address, which may be no address at all */

struct range {
    uintptr_t start, end;
};

static struct {
    uint32_t version;
    uint32_t is_reading; /* whoever reads */
    bool is_known, is_stray, is_complete;
    uint64_t read_ns;
    uint32_t count;
    struct range ranges[RANGES_MAX];
    char text[TEXT_BYTES];
} map;

void spb_code_map_forget(void)
{
    __atomic_store_n(&map.is_known, false, __ATOMIC_RELEASE);
}

void spb_code_map_forked(void)
{
    map.version += map.version & 1; /* whoever was changing it is not here */
    map.is_reading = 0;
    spb_code_map_forget();
}

/* ---- lines ------------------------------------------------------------------------------------------------------ */

static const char *take_hex(const char *at, uintptr_t *value)
{
    for (*value = 0;; at++) {
        unsigned digit = (unsigned char)*at;
        if (digit - '0' < 10u)
            digit -= '0';
        else if (digit - 'a' < 6u)
            digit -= 'a' - 10;
        else
            return at;
        *value = *value << 4 | digit;
    }
}

static bool parse(const char *line, struct range *range)
{
    const char *at = take_hex(line, &range->start);
    if (*at++ != '-')
        return false;
    at = take_hex(at, &range->end);
    return at[0] == ' ' && at[1] && at[2] && at[3] == 'x';
}

/* Neighbours become one. */
static void add_range(const struct range *range)
{
    struct range *last = map.count ? &map.ranges[map.count - 1] : NULL;
    if (last && last->end == range->start)
        last->end = range->end;
    else if (map.count < RANGES_MAX)
        map.ranges[map.count++] = *range;
    else
        map.is_complete = false;
}

/* The whole lines in `length` bytes. Returns how many bytes these were. */
static size_t take_lines(size_t length, struct spb_agent_record *record)
{
    size_t done = 0;
    for (char *newline; (newline = memchr(map.text + done, '\n', length - done));) {
        struct range range;
        size_t end = (size_t)(newline + 1 - map.text);
        if (parse(map.text + done, &range)) {
            add_range(&range);
            if (record)
                spb_agent_record_put(record, map.text + done, end - done);
        }
        done = end;
    }
    return done;
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

static bool read_lines(int fd)
{
    size_t have = 0;
    for (;;) {
        ssize_t got = syscall(SYS_read, fd, map.text + have, sizeof map.text - have);
        if (got <= 0)
            return got == 0;
        struct spb_agent_record record;
        bool open = spb_agent_record_open(&record, SPB_WIRE_MAPS);
        size_t length = have + (size_t)got, done = take_lines(length, open ? &record : NULL);
        if (open)
            spb_agent_record_close(&record, 0);
        if (!open || record.failed)
            return false;
        have = length - done;
        memmove(map.text, map.text + done, have);
        if (have == sizeof map.text)
            return false; /* no line is so long */
    }
}

static void read_all(uint64_t now_ns)
{
    __atomic_store_n(&map.is_known, true, __ATOMIC_RELEASE);
    int fd = (int)syscall(SYS_openat, AT_FDCWD, "/proc/self/maps", O_RDONLY | O_CLOEXEC);
    __atomic_fetch_add(&map.version, 1, __ATOMIC_ACQ_REL);
    map.count = 0;
    map.is_complete = fd >= 0;
    map.is_stray = false;
    if (fd >= 0) {
        map.is_complete &= read_lines(fd);
        syscall(SYS_close, fd);
    }
    __atomic_store_n(&map.read_ns, now_ns, __ATOMIC_RELAXED);
    __atomic_fetch_add(&map.version, 1, __ATOMIC_ACQ_REL);
}

static bool is_in_table(uintptr_t address)
{
    size_t low = 0, high = map.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (map.ranges[middle].end > address)
            high = middle;
        else
            low = middle + 1;
    }
    return low < map.count && map.ranges[low].start <= address;
}

static bool is_due(uintptr_t instruction, uint64_t now_ns)
{
    uint64_t since_ns = now_ns - __atomic_load_n(&map.read_ns, __ATOMIC_RELAXED);
    if (!__atomic_load_n(&map.is_known, __ATOMIC_ACQUIRE))
        return true;
    return (since_ns >= WAIT_STRAY_NS && map.is_stray) || (since_ns >= WAIT_UNKNOWN_NS && !is_in_table(instruction));
}

void spb_code_map_refresh(uintptr_t instruction, uint64_t now_ns)
{
    uint32_t nobody = 0;
    if (!is_due(instruction, now_ns) ||
        !__atomic_compare_exchange_n(&map.is_reading, &nobody, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
        return;
    read_all(now_ns);
    __atomic_store_n(&map.is_reading, 0, __ATOMIC_RELEASE);
}

bool spb_code_map_has(uintptr_t address)
{
    uint32_t version = __atomic_load_n(&map.version, __ATOMIC_ACQUIRE);
    bool found = is_in_table(address) || !map.is_complete;
    if ((version & 1) || __atomic_load_n(&map.version, __ATOMIC_ACQUIRE) != version)
        return true;
    if (!found)
        map.is_stray = true;
    return found;
}
