/* SPDX-License-Identifier: MIT
 *
 * CPU time in known shares: each of these functions spins until the thread's own CPU clock has moved by so much, and main writes at the end, to the file that SPB_TRUTH names, what each has
 * really taken.
 */
#ifndef BUSY_H
#define BUSY_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static inline uint64_t busy_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* In the function that it is written in: no call but that of the clock, once in a while. Returns the time that went by. */
#define BUSY_SPIN(ns)                                                                                                  \
    ({                                                                                                                 \
        uint64_t begin_ns = busy_now_ns(), end_ns = begin_ns;                                                          \
        while (end_ns - begin_ns < (ns)) {                                                                             \
            for (volatile unsigned spin = 0; spin < 200000; spin++)                                                    \
                ;                                                                                                      \
            end_ns = busy_now_ns();                                                                                    \
        }                                                                                                              \
        end_ns - begin_ns;                                                                                             \
    })

/* One line a call, appended in one piece: several processes may write. */
static inline void busy_truth(const char *name, uint64_t ns)
{
    const char *path = getenv("SPB_TRUTH");
    FILE *file = path ? fopen(path, "a") : NULL;
    char line[128];
    if (!file)
        return;
    int length = snprintf(line, sizeof line, "%s %llu\n", name, (unsigned long long)ns);
    fwrite(line, 1, (size_t)length, file);
    fclose(file);
}

#endif
