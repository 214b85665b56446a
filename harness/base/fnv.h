/* SPDX-License-Identifier: MIT
 *
 * FNV-1a, 64 bits (Fowler, Noll and Vo): a hash for telling texts and files apart, not for anything that an enemy may choose.
 *
 *     uint64_t hash = SPB_FNV_START;
 *     hash = spb_fnv(hash, part, part_bytes);
 */
#ifndef SPB_FNV_H
#define SPB_FNV_H

#include <stddef.h>
#include <stdint.h>

#define SPB_FNV_START UINT64_C(0xcbf29ce484222325)

static inline uint64_t spb_fnv(uint64_t hash, const void *bytes, size_t count)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < count; i++)
        hash = (hash ^ at[i]) * UINT64_C(0x100000001b3);
    return hash;
}

#endif
