/* SPDX-License-Identifier: MIT
 *
 * Memory for workloads: page-aligned, zeroed, bound to a NUMA node before it is touched, in huge pages on request, and
 * touched, so that no page fault falls into a sample. Freed all at once.
 */
#ifndef SPB_MEMORY_POOL_H
#define SPB_MEMORY_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "binder.h"
#include "error.h"
#include "spbench.h"

struct spb_memory_block;

struct spb_memory_pool {
    struct spb_binder *binder; /* NULL: nothing is bound */
    bool bound;
    unsigned numa_node; /* OS index, when bound */
    bool huge_pages;
    uint64_t limit_bytes; /* 0: no limit */
    uint64_t used_bytes;
    uint64_t huge_wanted_bytes; /* handed out with a wish for huge pages */
    uint64_t huge_got_bytes;    /* of them, what the kernel put into huge pages */
    struct spb_memory_block *blocks;
    /* Memory that another process sees as well: mapped from that file, one block behind the other. shared_address 0: there is none,
     * or there can be no more. */
    int shared_fd;
    uintptr_t shared_address; /* of the next block */
    uint64_t shared_offset;   /* in the file, of the next block: as many bytes are shared so far */
    uint64_t private_bytes;   /* handed out in the place of shared ones, which could not be had */
};

/* NULL with the reason in `err` when it cannot be had: more than the limit, or the kernel refuses. SPB_PAGES_DEFAULT asks
 * for huge pages if the pool does, and is content without; SPB_PAGES_HUGE fails when the kernel gives none. */
void *spb_memory_pool_allocate(struct spb_memory_pool *pool, size_t bytes, enum spb_pages pages, struct spb_error *err);
/* The same of memory that is shared where it can be: small pages alone, and at the pool's address or not at all. */
void *spb_memory_pool_allocate_shared(struct spb_memory_pool *pool, size_t bytes, enum spb_pages pages,
                                      struct spb_error *err);
/* How much of it is shared, and a hash of what stands there. */
uint64_t spb_memory_pool_shared_bytes(const struct spb_memory_pool *pool);
uint64_t spb_memory_pool_shared_hash(const struct spb_memory_pool *pool);
void spb_memory_pool_release(struct spb_memory_pool *pool);

#endif
