/* SPDX-License-Identifier: MIT */
#include "gzip.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <zlib.h>

#define GZIP_WINDOW (15 + 16) /* 32 KiB, with a gzip head */

bool spb_is_gzip(const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    return length >= 2 && at[0] == 0x1f && at[1] == 0x8b;
}

int spb_gzip(const void *bytes, size_t length, struct spb_strbuf *out)
{
    unsigned char chunk[65536];
    z_stream stream = {.next_in = (void *)(uintptr_t)bytes, .avail_in = (uInt)length};
    if (length > UINT_MAX)
        return -EFBIG;
    if (deflateInit2(&stream, 6, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return -ENOMEM;
    int code;
    do {
        stream.next_out = chunk;
        stream.avail_out = sizeof chunk;
        code = deflate(&stream, Z_FINISH);
        spb_strbuf_append_bytes(out, chunk, sizeof chunk - stream.avail_out);
    } while (code == Z_OK);
    deflateEnd(&stream);
    return code == Z_STREAM_END && !out->failed ? 0 : -ENOMEM;
}

/* One member, or what is left of the last one. */
static int unpack_member(z_stream *stream, size_t limit, struct spb_strbuf *out)
{
    unsigned char chunk[65536];
    int code;
    do {
        stream->next_out = chunk;
        stream->avail_out = sizeof chunk;
        code = inflate(stream, Z_NO_FLUSH);
        size_t count = sizeof chunk - stream->avail_out;
        if (count > limit - out->length)
            return -EFBIG;
        spb_strbuf_append_bytes(out, chunk, count);
    } while (code == Z_OK && !out->failed);
    return out->failed || code == Z_MEM_ERROR ? -ENOMEM : code == Z_STREAM_END ? 0 : -EINVAL;
}

int spb_gunzip(const void *bytes, size_t length, size_t limit, struct spb_strbuf *out)
{
    z_stream stream = {.next_in = (void *)(uintptr_t)bytes, .avail_in = (uInt)length};
    if (length > UINT_MAX)
        return -EFBIG;
    if (inflateInit2(&stream, GZIP_WINDOW) != Z_OK)
        return -ENOMEM;
    int code = unpack_member(&stream, limit, out);
    while (code == 0 && spb_is_gzip(stream.next_in, stream.avail_in)) {
        inflateReset(&stream);
        code = unpack_member(&stream, limit, out);
    }
    inflateEnd(&stream);
    return code;
}
