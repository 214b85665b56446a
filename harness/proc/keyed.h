/* SPDX-License-Identifier: MIT
 *
 * The kernel's "key value" texts (meminfo, vmstat, status, cpu.stat): which key goes where is a table, so that one more
 * number is one more line.
 */
#ifndef SPB_KEYED_H
#define SPB_KEYED_H

#include <stddef.h>
#include <stdint.h>

/* A number that may be missing. */
struct spb_reading {
    int code;       /* 0, or why there is no value: -ENOENT not there, -EINVAL no number, -ERANGE too large */
    uint64_t value; /* only when code is 0 */
};

/* Fills readings[i] with what stands behind keys[i], for `count` keys (NULL keys are skipped). "Key: 12 kB" becomes
 * bytes. The first of several lines with one key counts. */
void spb_keyed_parse(const char *text, size_t length, const char *const *keys, size_t count,
                     struct spb_reading *readings);

#endif
