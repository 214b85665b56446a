/* SPDX-License-Identifier: MIT
 *
 * The CRC32C checksum (polynomial 0x1edc6f41) of iSCSI, ext4 and many databases: by the CPU's instruction where it has
 * one, eight bytes at a time, each waiting for the one before; else by eight tables (Kounavis and Berry 2005).
 */
#include <string.h>
#if defined(__aarch64__)
#include <sys/auxv.h>
#ifndef HWCAP_CRC32
#define HWCAP_CRC32 (1 << 7)
#endif
#endif

#include "spbench.h"
#include "splitmix.h"

#define POLYNOMIAL 0x82f63b78u /* with its bits reversed */

struct tables {
    uint32_t entries[8][256];
};

struct block {
    uint32_t (*update)(const struct tables *tables, uint32_t crc, const unsigned char *bytes, size_t count);
    struct tables tables;
    unsigned char *bytes;
    size_t count;   /* a multiple of 8 */
    uint32_t first; /* checksum of the block alone */
    uint32_t last;
    uint64_t wrong; /* checksums that differed from the first */
};

static void fill_tables(struct tables *tables)
{
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t crc = byte;
        for (unsigned bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? POLYNOMIAL : 0);
        tables->entries[0][byte] = crc;
    }
    for (unsigned table = 1; table < 8; table++)
        for (unsigned byte = 0; byte < 256; byte++) {
            uint32_t crc = tables->entries[table - 1][byte];
            tables->entries[table][byte] = crc >> 8 ^ tables->entries[0][crc & 255];
        }
}

static inline uint64_t read_64(const unsigned char *at)
{
    uint64_t value;
    memcpy(&value, at, sizeof(value));
    return value;
}

static uint32_t update_byte(const struct tables *tables, uint32_t crc, unsigned char byte)
{
    return crc >> 8 ^ tables->entries[0][(crc ^ byte) & 255];
}

/* For little-endian machines, as all that this program runs on. */
static __attribute__((noinline, aligned(64))) uint32_t update_by_table(const struct tables *tables, uint32_t crc,
                                                                       const unsigned char *bytes, size_t count)
{
    for (; count >= 8; count -= 8, bytes += 8) {
        uint64_t word = read_64(bytes) ^ crc;
        crc = 0;
        for (unsigned i = 0; i < 8; i++, word >>= 8)
            crc ^= tables->entries[7 - i][word & 255];
    }
    for (; count; count--, bytes++)
        crc = update_byte(tables, crc, *bytes);
    return crc;
}

#if defined(__x86_64__)
#define HARDWARE "sse4.2"
#define TARGET   __attribute__((target("sse4.2")))
static inline TARGET uint32_t step(uint32_t crc, uint64_t word)
{
    return (uint32_t)__builtin_ia32_crc32di(crc, word);
}
#elif defined(__aarch64__)
#define HARDWARE "crc"
#define TARGET
static inline uint32_t step(uint32_t crc, uint64_t word)
{
    uint32_t next;
    __asm__(".arch_extension crc\n\tcrc32cx %w0, %w1, %x2" : "=r"(next) : "r"(crc), "r"(word));
    return next;
}
#endif

#ifdef HARDWARE
static __attribute__((noinline, aligned(64))) TARGET uint32_t update_by_hardware(const struct tables *tables,
                                                                                 uint32_t crc,
                                                                                 const unsigned char *bytes,
                                                                                 size_t count)
{
    for (; count >= 8; count -= 8, bytes += 8)
        crc = step(crc, read_64(bytes));
    for (; count; count--, bytes++)
        crc = update_byte(tables, crc, *bytes);
    return crc;
}
#endif

static int has_hardware(void)
{
#if defined(__x86_64__)
    return __builtin_cpu_supports("sse4.2");
#elif defined(__aarch64__)
    return (getauxval(AT_HWCAP) & HWCAP_CRC32) != 0;
#else
    return 0;
#endif
}

static int choose(struct spb_bench *bench, struct block *block)
{
    const char *isa = spb_param_text(bench, "isa");
    block->update = update_by_table;
    if (strcmp(isa, "table") == 0)
        return 0;
#ifdef HARDWARE
    if (has_hardware()) {
        block->update = update_by_hardware;
        return 0;
    }
#endif
    return strcmp(isa, "auto") == 0 || has_hardware()
               ? 0
               : spb_fail(bench, "this CPU has no CRC32C instruction; use isa=auto");
}

static uint32_t checksum(const struct block *block, const void *bytes, size_t count)
{
    return ~block->update(&block->tables, ~0u, bytes, count);
}

static int set_up(struct spb_bench *bench)
{
    struct block *block = spb_alloc(bench, sizeof(*block));
    size_t count = spb_param(bench, "size") / 8 * 8;
    unsigned char *bytes = spb_alloc(bench, count);
    uint64_t seed = spb_seed(bench);
    if (!block || !bytes || choose(bench, block) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        bytes[i] = (unsigned char)splitmix_next(&seed);
    fill_tables(&block->tables);
    block->bytes = bytes;
    block->count = count;
    block->first = checksum(block, bytes, count);
    spb_set_state(bench, block);
    spb_set_work(bench, (double)count);
    return 0;
}

static void run(struct spb_thread *thread, uint64_t iterations)
{
    struct block *block = thread->state;
    for (uint64_t i = 0; i < iterations; i++) {
        block->last = checksum(block, block->bytes, block->count);
        block->wrong += block->last != block->first;
        spb_clobber();
    }
}

/* The check value of every catalogue, and the block once more, bit by bit. */
static int verify(struct spb_bench *bench)
{
    const struct block *block = spb_state(bench);
    uint32_t crc = ~0u;
    if (checksum(block, "123456789", 9) != 0xe3069283u)
        return spb_fail(bench, "the checksum of the digits 1 to 9 is not 0xe3069283");
    for (size_t i = 0; i < block->count; i++) {
        crc ^= block->bytes[i];
        for (unsigned bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? POLYNOMIAL : 0);
    }
    if (block->last != ~crc || block->wrong)
        return spb_fail(bench, "the checksum of the block is %08x, not %08x", (unsigned)block->last, (unsigned)~crc);
    return 0;
}

static const struct spb_param_spec params[] = {
    {.name = "size",
     .summary = "bytes in a checksum",
     .defaults = "64KiB",
     .minimum = 64,
     .maximum = (uint64_t)1 << 30,
     .kind = SPB_PARAM_BYTES},
    {.name = "isa",
     .summary = "the CPU's instruction, or tables; auto: the instruction where there is one",
     .defaults = "auto",
     .choices = "auto,hardware,table",
     .kind = SPB_PARAM_CHOICE},
    {0},
};

const struct spb_workload spb_cpu_crc32c = {
    SPB_WORKLOAD_HEADER,
    .name = "cpu/crc32c",
    .summary = "CRC32C checksum of a block of bytes",
    .meaning = "latency of the CPU's checksum instruction, eight bytes each; without one, look-ups in tables",
    .unit = "byte",
    .measure = SPB_UNITS_PER_SECOND,
    .version = 1,
    .params = params,
    .set_up = set_up,
    .run = run,
    .verify = verify,
};
