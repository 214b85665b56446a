/* SPDX-License-Identifier: MIT */
#include "cache_size.h"

#include <errno.h>
#include <string.h>

#include "units.h"

enum { GRANULE_BYTES = 4096, MEMORY_SHARE = 16, FACTOR_MAX = 1024 };

static uint64_t power_of_two_below(uint64_t value)
{
    return value ? (uint64_t)1 << (63 - __builtin_clzll(value)) : 0;
}

/* The largest of a level: hybrid machines have several. */
static void take_caches(const struct spb_topology *topology, struct spb_cache_sizes *sizes)
{
    size_t count = 0;
    const struct spb_cache *caches = topology ? spb_topology_caches(topology, &count) : NULL;
    unsigned last_level = 0;
    for (size_t i = 0; i < count; i++) {
        const struct spb_cache *cache = &caches[i];
        if (cache->kind == 'i' || cache->size_bytes == 0)
            continue;
        if (cache->level < 4 && cache->size_bytes > sizes->level_bytes[cache->level])
            sizes->level_bytes[cache->level] = cache->size_bytes;
        if (cache->level > last_level || (cache->level == last_level && cache->size_bytes > sizes->last_bytes)) {
            last_level = cache->level;
            sizes->last_bytes = cache->size_bytes;
        }
    }
}

struct spb_cache_sizes spb_cache_sizes_of(const struct spb_topology *topology, uint64_t memory_bytes)
{
    struct spb_cache_sizes sizes = {.limit_bytes = power_of_two_below(memory_bytes / MEMORY_SHARE)};
    take_caches(topology, &sizes);
    if (sizes.last_bytes == 0)
        sizes = (struct spb_cache_sizes){{0, 32u << 10, 1u << 20, 32u << 20}, 32u << 20, sizes.limit_bytes};
    for (unsigned level = 1; level < 4; level++)
        if (sizes.level_bytes[level] == 0)
            sizes.level_bytes[level] = level > 1 ? sizes.level_bytes[level - 1] : sizes.last_bytes;
    return sizes;
}

bool spb_cache_size_is(const char *text)
{
    return text[0] == 'l';
}

static int parse_name(const char *text, const struct spb_cache_sizes *caches, uint64_t *bytes, size_t *length)
{
    static const char *const names[] = {"llc", "l1", "l2", "l3"};
    for (unsigned i = 0; i < 4; i++) {
        *length = strlen(names[i]);
        *bytes = i ? caches->level_bytes[i] : caches->last_bytes;
        if (strncmp(text, names[i], *length) == 0)
            return 0;
    }
    return -EINVAL;
}

int spb_cache_size_parse(const char *text, const struct spb_cache_sizes *caches, uint64_t *bytes, struct spb_error *err)
{
    size_t length;
    uint64_t value, factor = 1;
    int code = parse_name(text, caches, &value, &length);
    char sign = code == 0 ? text[length] : '\0';
    if (code == 0 && sign)
        code = strchr("*/", sign) ? spb_parse_count(text + length + 1, &factor, NULL) : -EINVAL;
    if (code < 0 || factor == 0 || factor > FACTOR_MAX)
        return spb_error_set(err, -EINVAL,
                             "'%s' is no size; write it as 64KiB, or by a cache as l1/2, l2, l3*2 or llc*4", text);
    value = sign == '/' ? value / factor : value * factor;
    if (caches->limit_bytes && value > caches->limit_bytes)
        value = caches->limit_bytes;
    *bytes = value < GRANULE_BYTES ? GRANULE_BYTES : value / GRANULE_BYTES * GRANULE_BYTES;
    return 0;
}
