/* SPDX-License-Identifier: MIT
 *
 * When to go past the caches: instructions with a hint that what they touch will not be used again soon.
 */
#ifndef SPB_STREAMING_H
#define SPB_STREAMING_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Of the last level, as the kernel describes it; sysconf's guess where it does not: in virtual machines it can be off by tens of
 * times. "/sys/devices/system/cpu/cpu0/cache/index3/size": "32768K" */
static inline uint64_t last_cache_bytes(void)
{
    unsigned long long kibibytes = 0;
    for (int index = 0; index < 8; index++) {
        char path[64];
        snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu0/cache/index%d/size", index);
        FILE *file = fopen(path, "re");
        if (!file)
            continue;
        char line[32] = "";
        unsigned long long here = fgets(line, sizeof(line), file) ? strtoull(line, NULL, 10) : 0;
        kibibytes = here > kibibytes ? here : kibibytes;
        fclose(file);
    }
    long guess = kibibytes ? 0 : sysconf(_SC_LEVEL3_CACHE_SIZE);
    return kibibytes ? kibibytes << 10 : guess > 0 ? (uint64_t)guess : 0;
}

/* A choice of "auto", "regular" and "streaming" for a working set. auto: streaming where it fills half of the last cache, which is
 * shared with others, on a rented machine with strangers. A rule instead of a trial: the processes of a row must all measure
 * the same. */
static inline int chooses_streaming(const char *choice, uint64_t bytes)
{
    if (strcmp(choice, "auto") != 0)
        return strcmp(choice, "streaming") == 0;
    return bytes > last_cache_bytes() / 2;
}

#endif
