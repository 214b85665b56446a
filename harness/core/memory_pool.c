/* SPDX-License-Identifier: MIT */
#include "memory_pool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "units.h"

/* The huge page size of x86-64 and of AArch64 with 4 KiB pages; elsewhere it is only an alignment. */
enum { HUGE_PAGE_BYTES = 2 << 20 };

struct spb_memory_block {
    struct spb_memory_block *next;
    void *mapping;
    size_t mapping_bytes;
    bool shared;
};

static int check_limit(const struct spb_memory_pool *pool, size_t bytes, struct spb_error *err)
{
    char wanted[SPB_UNIT_TEXT_SIZE], limit[SPB_UNIT_TEXT_SIZE];
    if (!pool->limit_bytes || (bytes <= pool->limit_bytes && pool->used_bytes <= pool->limit_bytes - bytes))
        return 0;
    return spb_error_set(err, -ENOMEM, "out of memory: needs %s, %s are available",
                         spb_format_bytes(wanted, pool->used_bytes + bytes),
                         spb_format_bytes(limit, pool->limit_bytes));
}

/* The kernel gives a page at its first write; one write a page is enough. */
static void touch(char *memory, size_t bytes)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    for (size_t at = 0; at < bytes; at += page)
        *(volatile char *)(memory + at) = 0;
}

/* Of this process; -1 where the kernel does not say. "AnonHugePages:      2048 kB" */
static int64_t huge_bytes_now(void)
{
    static const char key[] = "\nAnonHugePages:";
    struct spb_strbuf text = {0};
    int code = spb_file_read(NULL, "/proc/self/smaps_rollup", 0, &text);
    const char *line = code == 0 ? strstr(spb_strbuf_text(&text), key) : NULL;
    int64_t bytes = line ? (int64_t)strtoull(line + sizeof(key) - 1, NULL, 10) * 1024 : -1;
    spb_strbuf_release(&text);
    return bytes;
}

static int advise(void *memory, size_t bytes, enum spb_pages pages, bool huge, struct spb_error *err)
{
    /* A kernel without huge pages knows no advice about them either; small ones are then what it gives. */
    if (pages == SPB_PAGES_SMALL)
        madvise(memory, bytes, MADV_NOHUGEPAGE);
    else if (huge && madvise(memory, bytes, MADV_HUGEPAGE) < 0)
        return spb_error_system(err, -errno, "huge pages were asked for and the kernel refuses them");
    return 0;
}

static int prepare(struct spb_memory_pool *pool, void *memory, size_t bytes, enum spb_pages pages, bool huge,
                   struct spb_error *err)
{
    int code = advise(memory, bytes, pages, huge, err);
    if (code == 0 && pool->bound && pool->binder)
        code = spb_binder_bind_memory(pool->binder, memory, bytes, pool->numa_node, err);
    if (code < 0)
        return code;
    int64_t before = huge ? huge_bytes_now() : -1;
    touch(memory, bytes);
    if (before < 0)
        return 0;
    int64_t after = huge_bytes_now();
    uint64_t got = after > before ? (uint64_t)(after - before) : 0;
    pool->huge_wanted_bytes += bytes;
    pool->huge_got_bytes += got < bytes ? got : bytes;
    if (pages == SPB_PAGES_HUGE && got == 0)
        return spb_error_set(err, -ENOMEM,
                             "huge pages were asked for and the kernel gave none; "
                             "/sys/kernel/mm/transparent_hugepage/enabled must say 'madvise' or 'always'");
    return 0;
}

/* Adds a mapping with room for `bytes` at that alignment to the pool; NULL when there is none to be had. */
static char *map_block(struct spb_memory_pool *pool, size_t bytes, size_t alignment)
{
    size_t slack = alignment > (size_t)sysconf(_SC_PAGESIZE) ? alignment : 0;
    struct spb_memory_block *block = malloc(sizeof(*block));
    void *mapping = MAP_FAILED;
    if (block && bytes + slack >= bytes)
        mapping = mmap(NULL, bytes + slack + !bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (!block || mapping == MAP_FAILED) {
        free(block);
        return NULL;
    }
    *block =
        (struct spb_memory_block){.next = pool->blocks, .mapping = mapping, .mapping_bytes = bytes + slack + !bytes};
    pool->blocks = block;
    return (char *)(((uintptr_t)mapping + slack) / alignment * alignment);
}

void *spb_memory_pool_allocate(struct spb_memory_pool *pool, size_t bytes, enum spb_pages pages, struct spb_error *err)
{
    char text[SPB_UNIT_TEXT_SIZE];
    if (check_limit(pool, bytes, err) < 0)
        return NULL;
    bool huge = pages == SPB_PAGES_HUGE || (pages == SPB_PAGES_DEFAULT && pool->huge_pages);
    size_t alignment = huge ? HUGE_PAGE_BYTES : (size_t)sysconf(_SC_PAGESIZE);
    size_t rounded = (bytes + alignment - 1) / alignment * alignment;
    char *memory = rounded >= bytes ? map_block(pool, rounded, alignment) : NULL;
    if (!memory) {
        spb_error_set(err, -ENOMEM, "out of memory: %s could not be allocated", spb_format_bytes(text, bytes));
        return NULL;
    }
    if (prepare(pool, memory, rounded, pages, huge, err) < 0)
        return NULL;
    pool->used_bytes += bytes;
    return memory;
}

/* ---- memory that another process sees too ------------------------------------------------------------------------ */

/* Grows, never shrinks: the other process may have mapped more of it already. */
static int grow_file(int fd, uint64_t bytes)
{
    struct stat status;
    if (fstat(fd, &status) < 0)
        return -errno;
    return (uint64_t)status.st_size >= bytes || ftruncate(fd, (off_t)bytes) == 0 ? 0 : -errno;
}

static char *map_shared(struct spb_memory_pool *pool, size_t bytes)
{
    void *wanted = (void *)pool->shared_address;
    struct spb_memory_block *block = malloc(sizeof(*block));
    void *mapping = MAP_FAILED;
    if (block && grow_file(pool->shared_fd, pool->shared_offset + bytes) == 0)
        mapping = mmap(wanted, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED_NOREPLACE, pool->shared_fd,
                       (off_t)pool->shared_offset);
    /* Kernels before 4.17 take the address for a wish. */
    if (mapping != MAP_FAILED && mapping != wanted) {
        munmap(mapping, bytes);
        mapping = MAP_FAILED;
    }
    if (mapping == MAP_FAILED) {
        free(block);
        return NULL;
    }
    *block =
        (struct spb_memory_block){.next = pool->blocks, .mapping = mapping, .mapping_bytes = bytes, .shared = true};
    pool->blocks = block;
    return mapping;
}

/* Small pages alone: those of a file come in huge ones only where the system is set up so. */
static char *try_shared(struct spb_memory_pool *pool, size_t bytes, enum spb_pages pages)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), rounded = (bytes + page - 1) / page * page;
    bool huge = pages == SPB_PAGES_HUGE || (pages == SPB_PAGES_DEFAULT && pool->huge_pages);
    if (!pool->shared_address || huge || rounded < bytes || !rounded)
        return NULL;
    char *memory = map_shared(pool, rounded);
    if (memory) {
        pool->shared_address += rounded;
        pool->shared_offset += rounded;
    } else {
        pool->shared_address = 0;
    }
    return memory;
}

void *spb_memory_pool_allocate_shared(struct spb_memory_pool *pool, size_t bytes, enum spb_pages pages,
                                      struct spb_error *err)
{
    if (check_limit(pool, bytes, err) < 0)
        return NULL;
    bool wanted = pool->shared_address || pool->private_bytes;
    uint64_t before = pool->shared_offset;
    char *memory = try_shared(pool, bytes, pages);
    if (!memory) {
        pool->private_bytes += wanted ? bytes : 0;
        return spb_memory_pool_allocate(pool, bytes, pages, err);
    }
    size_t rounded = (size_t)(pool->shared_offset - before);
    if (advise(memory, rounded, pages, false, err) < 0 ||
        (pool->bound && pool->binder &&
         spb_binder_bind_memory(pool->binder, memory, rounded, pool->numa_node, err) < 0))
        return NULL;
    /* The other process may have been here: what is handed out is zeroed. */
    memset(memory, 0, rounded);
    pool->used_bytes += bytes;
    return memory;
}

uint64_t spb_memory_pool_shared_bytes(const struct spb_memory_pool *pool)
{
    return pool->shared_offset;
}

static uint64_t turn(uint64_t word)
{
    return word << 31 | word >> 33;
}

/* Four independent chains, so that memory and not the multiplier sets the pace. The blocks are whole pages. A product takes every bit
 * up and none down: without the turn, two changed signs would cancel out. */
static uint64_t hash_words(uint64_t seed, const uint64_t *words, size_t count)
{
    uint64_t lanes[4] = {seed, seed + 1, seed + 2, seed + 3};
    for (size_t i = 0; i + 4 <= count; i += 4)
        for (size_t lane = 0; lane < 4; lane++)
            lanes[lane] = turn((lanes[lane] ^ words[i + lane]) * UINT64_C(0x9e3779b97f4a7c15));
    for (size_t lane = 1; lane < 4; lane++)
        lanes[0] = (lanes[0] ^ lanes[lane] ^ lanes[lane] >> 32) * UINT64_C(0xbf58476d1ce4e5b9);
    return lanes[0];
}

uint64_t spb_memory_pool_shared_hash(const struct spb_memory_pool *pool)
{
    uint64_t hash = 0;
    for (const struct spb_memory_block *block = pool->blocks; block; block = block->next)
        if (block->shared)
            hash = hash_words(hash, block->mapping, block->mapping_bytes / sizeof(uint64_t));
    return hash;
}

void spb_memory_pool_release(struct spb_memory_pool *pool)
{
    while (pool->blocks) {
        struct spb_memory_block *block = pool->blocks;
        pool->blocks = block->next;
        munmap(block->mapping, block->mapping_bytes);
        free(block);
    }
    pool->used_bytes = 0;
}
