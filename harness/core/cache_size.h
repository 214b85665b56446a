/* SPDX-License-Identifier: MIT
 *
 * Sizes that follow the machine: "l1/2", "l2", "llc*4" in terms of its data and unified caches.
 *
 *     struct spb_cache_sizes caches = spb_cache_sizes_of(topology, memory_bytes);
 *     if (spb_cache_size_parse("llc*4", &caches, &bytes, err) < 0) ...
 */
#ifndef SPB_CACHE_SIZE_H
#define SPB_CACHE_SIZE_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"
#include "topology.h"

struct spb_cache_sizes {
    uint64_t level_bytes[4]; /* [1] .. [3]: one cache of that level, or of the nearest lower one there is */
    uint64_t last_bytes;     /* of the last level, which may be a fourth one */
    uint64_t limit_bytes;    /* what a size comes to at most */
};

/* Of the topology; where it shows no caches, or for NULL, those of a common server: 32 KiB, 1 MiB, 32 MiB. The limit is a
 * sixteenth of `memory_bytes`, down to a power of two; 0: no limit. */
struct spb_cache_sizes spb_cache_sizes_of(const struct spb_topology *topology, uint64_t memory_bytes);

/* Does the text begin as one of these, rather than as a number of bytes? */
bool spb_cache_size_is(const char *text);

/* NAME, NAME*N or NAME/N with NAME out of l1, l2, l3, llc; a multiple of 4 KiB, at least that. 0 or -EINVAL. */
int spb_cache_size_parse(const char *text, const struct spb_cache_sizes *caches, uint64_t *bytes,
                         struct spb_error *err);

#endif
