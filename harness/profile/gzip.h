/* SPDX-License-Identifier: MIT
 *
 * gzip in memory, by zlib.
 */
#ifndef SPB_GZIP_H
#define SPB_GZIP_H

#include <stdbool.h>
#include <stddef.h>

#include "strbuf.h"

bool spb_is_gzip(const void *bytes, size_t length);
/* Appends. 0 or -ENOMEM. */
int spb_gzip(const void *bytes, size_t length, struct spb_strbuf *out);
/* Appends what all members of the file unpack to. -EINVAL: damaged or cut off; -EFBIG: more than `limit` bytes; -ENOMEM. */
int spb_gunzip(const void *bytes, size_t length, size_t limit, struct spb_strbuf *out);

#endif
