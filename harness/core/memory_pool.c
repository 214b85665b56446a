/* SPDX-License-Identifier: MIT */
#include "memory_pool.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "units.h"

/* The huge page size of x86-64 and of AArch64 with 4 KiB pages; elsewhere it is only an alignment. */
enum { HUGE_PAGE_BYTES = 2 << 20 };

struct spb_memory_block {
    struct spb_memory_block *next;
    void *mapping;
    size_t mapping_bytes;
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

static int prepare(const struct spb_memory_pool *pool, void *memory, size_t bytes, struct spb_error *err)
{
    if (pool->huge_pages && madvise(memory, bytes, MADV_HUGEPAGE) < 0)
        return spb_error_system(err, -errno, "huge pages were asked for and the kernel refuses them");
    if (pool->bound && pool->binder) {
        int code = spb_binder_bind_memory(pool->binder, memory, bytes, pool->numa_node, err);
        if (code < 0)
            return code;
    }
    touch(memory, bytes);
    return 0;
}

void *spb_memory_pool_allocate(struct spb_memory_pool *pool, size_t bytes, struct spb_error *err)
{
    char text[SPB_UNIT_TEXT_SIZE];
    if (check_limit(pool, bytes, err) < 0)
        return NULL;
    size_t alignment = pool->huge_pages ? HUGE_PAGE_BYTES : (size_t)sysconf(_SC_PAGESIZE);
    size_t slack = pool->huge_pages ? HUGE_PAGE_BYTES : 0;
    size_t rounded = (bytes + alignment - 1) / alignment * alignment;
    struct spb_memory_block *block = malloc(sizeof(*block));
    void *mapping = MAP_FAILED;
    if (block && rounded >= bytes && rounded + slack >= rounded)
        mapping = mmap(NULL, rounded + slack + !rounded, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (!block || mapping == MAP_FAILED) {
        free(block);
        spb_error_set(err, -ENOMEM, "out of memory: %s could not be allocated", spb_format_bytes(text, bytes));
        return NULL;
    }
    *block = (struct spb_memory_block){pool->blocks, mapping, rounded + slack + !rounded};
    pool->blocks = block;
    char *memory = (char *)(((uintptr_t)mapping + slack) / alignment * alignment);
    if (prepare(pool, memory, rounded, err) < 0)
        return NULL;
    pool->used_bytes += bytes;
    return memory;
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
