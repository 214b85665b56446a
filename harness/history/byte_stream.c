/* SPDX-License-Identifier: MIT */
#include "byte_stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "utf8.h"

/* ---- numbers ------------------------------------------------------------------------------------------------------ */

void spb_put_varint(struct spb_strbuf *out, uint64_t value)
{
    char bytes[10];
    size_t count = 0;
    for (; value >= 0x80; value >>= 7)
        bytes[count++] = (char)(value | 0x80);
    bytes[count++] = (char)value;
    spb_strbuf_append_bytes(out, bytes, count);
}

void spb_put_signed(struct spb_strbuf *out, int64_t value)
{
    spb_put_varint(out, (uint64_t)value << 1 ^ (value < 0 ? UINT64_MAX : 0));
}

uint64_t spb_take_varint(struct spb_byte_reader *reader)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && reader->at < reader->end; shift += 7) {
        uint8_t byte = *reader->at++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return value;
    }
    reader->failed = true;
    return 0;
}

int64_t spb_take_signed(struct spb_byte_reader *reader)
{
    uint64_t value = spb_take_varint(reader);
    return (int64_t)(value >> 1 ^ (value & 1 ? UINT64_MAX : 0));
}

const uint8_t *spb_take_bytes(struct spb_byte_reader *reader, size_t count)
{
    const uint8_t *bytes = reader->at;
    if ((size_t)(reader->end - reader->at) < count) {
        reader->failed = true;
        return NULL;
    }
    reader->at += count;
    return bytes;
}

/* ---- texts -------------------------------------------------------------------------------------------------------- */

/* The longest begin of `text` that takes at most `limit` bytes and ends between characters. */
static size_t fitting_length(const char *text, size_t limit)
{
    size_t length = strlen(text);
    if (length <= limit)
        return length;
    while (limit > 0 && ((unsigned char)text[limit] & 0xc0) == 0x80)
        limit--;
    return limit;
}

void spb_put_text(struct spb_strbuf *out, const char *text, size_t limit)
{
    size_t length = fitting_length(text, limit);
    spb_put_varint(out, length);
    spb_strbuf_append_bytes(out, text, length);
}

void spb_copy_printable(char *out, size_t size, const char *text)
{
    struct spb_strbuf safe = {0};
    spb_utf8_append_printable(&safe, text);
    const char *shown = spb_strbuf_text(&safe);
    size_t length = fitting_length(shown, size - 1);
    memcpy(out, shown, length);
    out[length] = '\0';
    spb_strbuf_release(&safe);
}

char *spb_take_new_text(struct spb_byte_reader *reader, size_t limit)
{
    uint64_t length = spb_take_varint(reader);
    const uint8_t *bytes = length <= limit ? spb_take_bytes(reader, (size_t)length) : NULL;
    if (!bytes) {
        reader->failed = true;
        return NULL;
    }
    char *raw = length ? strndup((const char *)bytes, (size_t)length) : NULL;
    if (!raw || spb_utf8_is_printable(raw))
        return raw;
    struct spb_strbuf safe = {0};
    spb_utf8_append_printable(&safe, raw);
    free(raw);
    return spb_strbuf_detach(&safe);
}

void spb_take_text(struct spb_byte_reader *reader, char *text, size_t size)
{
    char *taken = spb_take_new_text(reader, 4096);
    spb_copy_printable(text, size, taken ? taken : "");
    free(taken);
}

/* ---- packing ------------------------------------------------------------------------------------------------------ */

/* A blob is one zstd frame: the lengths of the streams, four bytes each with the least first, and then the streams. */
#define LENGTH_BYTES 4

struct spb_packer {
    ZSTD_CCtx *packing;
    ZSTD_DCtx *unpacking;
};

void spb_packer_destroy(struct spb_packer *packer)
{
    if (!packer)
        return;
    ZSTD_freeCCtx(packer->packing);
    ZSTD_freeDCtx(packer->unpacking);
    free(packer);
}

struct spb_packer *spb_packer_create(void)
{
    struct spb_packer *packer = calloc(1, sizeof(*packer));
    if (!packer)
        return NULL;
    packer->packing = ZSTD_createCCtx();
    packer->unpacking = ZSTD_createDCtx();
    if (packer->packing && packer->unpacking)
        return packer;
    spb_packer_destroy(packer);
    return NULL;
}

/* Appends what zstd makes of `bytes`; ZSTD_e_flush ends its block, so that the next stream has statistics of its own. */
static int feed(struct spb_packer *packer, const void *bytes, size_t length, ZSTD_EndDirective directive,
                struct spb_strbuf *blob)
{
    char room[16384];
    ZSTD_inBuffer in = {bytes, length, 0};
    size_t left;
    do {
        ZSTD_outBuffer out = {room, sizeof(room), 0};
        left = ZSTD_compressStream2(packer->packing, &out, &in, directive);
        if (ZSTD_isError(left))
            return -ENOMEM;
        spb_strbuf_append_bytes(blob, room, out.pos);
    } while (left != 0);
    return blob->failed ? -ENOMEM : 0;
}

static int begin_frame(struct spb_packer *packer, int level, size_t total)
{
    ZSTD_CCtx *packing = packer->packing;
    ZSTD_CCtx_reset(packing, ZSTD_reset_session_only);
    if (ZSTD_isError(ZSTD_CCtx_setParameter(packing, ZSTD_c_compressionLevel, level)) ||
        ZSTD_isError(ZSTD_CCtx_setParameter(packing, ZSTD_c_checksumFlag, 1)) ||
        ZSTD_isError(ZSTD_CCtx_setPledgedSrcSize(packing, total)))
        return -ENOMEM;
    return 0;
}

int spb_pack(struct spb_packer *packer, const struct spb_strbuf *streams, size_t stream_count, int level,
             struct spb_strbuf *blob)
{
    struct spb_strbuf lengths = {0};
    size_t total = stream_count * LENGTH_BYTES;
    for (size_t i = 0; i < stream_count; i++) {
        if (streams[i].failed)
            return -ENOMEM;
        total += streams[i].length;
        if (total > SPB_PACKED_MAX)
            return -EFBIG;
        for (unsigned byte = 0; byte < LENGTH_BYTES; byte++)
            spb_strbuf_append_char(&lengths, (char)(streams[i].length >> 8 * byte));
    }
    int code = lengths.failed ? -ENOMEM : begin_frame(packer, level, total);
    if (code == 0)
        code = feed(packer, lengths.text, lengths.length, ZSTD_e_continue, blob);
    for (size_t i = 0; i < stream_count && code == 0; i++)
        code = feed(packer, spb_strbuf_text(&streams[i]), streams[i].length,
                    i + 1 == stream_count ? ZSTD_e_end : ZSTD_e_flush, blob);
    spb_strbuf_release(&lengths);
    return code;
}

static int split(const uint8_t *bytes, size_t total, struct spb_byte_reader *streams, size_t stream_count)
{
    const uint8_t *at = bytes + stream_count * LENGTH_BYTES, *end = bytes + total;
    if (total < stream_count * LENGTH_BYTES)
        return -EINVAL;
    for (size_t i = 0; i < stream_count; i++) {
        size_t length = 0;
        for (unsigned byte = 0; byte < LENGTH_BYTES; byte++)
            length |= (size_t)bytes[i * LENGTH_BYTES + byte] << 8 * byte;
        if (length > (size_t)(end - at))
            return -EINVAL;
        streams[i] = (struct spb_byte_reader){at, at + length, false};
        at += length;
    }
    return at == end ? 0 : -EINVAL;
}

int spb_unpack(struct spb_packer *packer, const void *blob, size_t length, struct spb_byte_reader *streams,
               size_t stream_count, uint8_t **bytes)
{
    unsigned long long total = blob ? ZSTD_getFrameContentSize(blob, length) : ZSTD_CONTENTSIZE_ERROR;
    *bytes = NULL;
    if (total > SPB_PACKED_MAX || total == 0) /* ..._ERROR and ..._UNKNOWN are above */
        return -EINVAL;
    uint8_t *unpacked = malloc((size_t)total);
    if (!unpacked)
        return -ENOMEM;
    int code = ZSTD_decompressDCtx(packer->unpacking, unpacked, (size_t)total, blob, length) == total ? 0 : -EINVAL;
    if (code == 0)
        code = split(unpacked, (size_t)total, streams, stream_count);
    if (code)
        free(unpacked);
    else
        *bytes = unpacked;
    return code;
}
